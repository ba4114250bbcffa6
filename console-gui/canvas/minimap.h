// Minimap: the whole topology, small, with a frame around what the canvas shows; a click or a drag goes there.
//
// Painted by the same routine as the canvas, once a scene. Keys are the canvas's own, so it takes no focus. The UI
// thread.
#pragma once

#include <QPixmap>
#include <QWidget>

#include "console-gui/canvas/topology_canvas.h"

namespace console {

class Minimap : public QWidget {
  Q_OBJECT

 public:
  explicit Minimap(TopologyCanvas& canvas, QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override { return {200, 132}; }
  [[nodiscard]] QRectF frame() const;  // around what is seen, in its own pixels

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;

 private:
  void renew();
  void goTo(QPointF point);

  TopologyCanvas& canvas_;
  TopologyViewport whole_;
  QPixmap picture_;
  bool dirty_ = true;
};

}  // namespace console
