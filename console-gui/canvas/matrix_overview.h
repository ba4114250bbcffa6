// MatrixOverview: the whole access matrix as one picture, with a frame round what the canvas shows; pressing goes
// there.
//
// overviewOf() makes the picture, on any thread, linear in the cells by words of 64: a pixel has the colour of the
// highest state of the cells that it stands for. The widget makes it off the UI thread. The UI thread.
#pragma once

#include "console-gui/canvas/matrix_canvas.h"
#include "console-gui/model/access_task.h"

namespace console {

QImage overviewOf(const AccessGrid& grid, QSize size, const Theme& theme);

class MatrixOverview : public QWidget {
  Q_OBJECT

 public:
  explicit MatrixOverview(MatrixCanvas& canvas, QWidget* parent = nullptr);
  void setGrid(AccessGridPtr grid);
  [[nodiscard]] bool isBusy() const { return task_.isBusy(); }
  [[nodiscard]] const QImage& image() const { return image_; }
  [[nodiscard]] QSize sizeHint() const override { return {280, 120}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  void work();
  [[nodiscard]] QRectF frame() const;

  MatrixCanvas& canvas_;
  AccessGridPtr grid_;
  QImage image_;
  AccessTask<QImage> task_;
};

}  // namespace console
