// MatrixCanvas: the access matrix to look at, to walk and to choose in.
//
// Paints an AccessGrid by paintMatrix(), only what is visible. Arrows, Home, End, PgUp, PgDn walk (Home and End with
// Ctrl to the ends of the matrix), Enter asks why, Space opens and closes the group of the line, + and - or Ctrl and
// the wheel change the size of the cells, around the current one where it is seen. A double-click on a cell asks why,
// on a name inspects. From left to right in every language, as its exports are. The current cell is the host and the
// unit of the Selection, and follows it. Place and current cell stay with their objects when the grid is made anew. It
// is a table to assistive technology (matrix_accessible.h). The UI thread; Selection outlives it.
#pragma once

#include <QAbstractScrollArea>

#include "console-gui/canvas/matrix_painter.h"
#include "console-gui/model/selection.h"

namespace console {

// A matrix as it is, to be painted elsewhere: it holds all that it needs. Any thread. Errors: null or empty, the memory
// is too small.
struct MatrixPicture {
  AccessGridPtr grid;
  AccessMarks marks;
  Theme theme;
  MatrixScene scene;  // its pointers are set when it is painted
  MatrixPort port;

  [[nodiscard]] QImage image(double ratio = 1) const;
  [[nodiscard]] QByteArray png() const;
  [[nodiscard]] QByteArray svg(const QString& title) const;

 private:
  void paint(QPainter& painter) const;
};

class MatrixCanvas : public QAbstractScrollArea {
  Q_OBJECT

 public:
  static constexpr int kCells[] = {3, 4, 6, 8, 10, 14, 18, 22, 28, 36};  // sizes of a cell, px
  static constexpr int kMostPixels = 12'000;                             // a side of an exported picture

  explicit MatrixCanvas(Selection& selection, QWidget* parent = nullptr);

  void setGrid(AccessGridPtr grid);
  void setMarks(AccessMarks marks);
  [[nodiscard]] const AccessGridPtr& grid() const { return grid_; }
  [[nodiscard]] const AccessMarks& marks() const { return marks_; }

  [[nodiscard]] std::optional<MatrixPlace> current() const { return scene_.current; }
  // Also selects what the cell is of, and scrolls to it.
  void setCurrent(MatrixPlace place);
  [[nodiscard]] int cellSize() const { return scene_.cell; }
  void setCellSize(int pixels);
  // The cell at `anchor`, of the viewport, stays where it is.
  void setCellSize(int pixels, QPoint anchor);
  void zoom(int steps);
  void zoom(int steps, QPoint anchor);
  void fit();

  // What the cell says, in words; also of those that are not visible.
  [[nodiscard]] CellLook lookAt(MatrixPlace place) const;
  [[nodiscard]] QString wordsAt(MatrixPlace place) const;
  [[nodiscard]] QRect cellRect(MatrixPlace place) const;  // in the viewport
  [[nodiscard]] QRect cells() const;                      // what the headers leave of it
  [[nodiscard]] std::optional<MatrixPlace> placeAt(QPoint point) const;
  // The part that is seen, of all: in cells.
  [[nodiscard]] QRectF seen() const;
  void scrollTo(QPointF center);  // in cells

  // The whole matrix, or what is seen of it where all is larger than kMostPixels. There is a grid.
  [[nodiscard]] MatrixPicture picture(const Theme& theme) const;
  [[nodiscard]] const MatrixCounters& lastFrame() const { return lastFrame_; }
  [[nodiscard]] std::size_t frames() const { return frames_; }

 signals:
  void currentChanged();
  void whyAsked();
  void inspected(san::ObjectRef object);
  void groupToggled(bool row, san::ObjectRef group);
  void scrolled();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  bool viewportEvent(QEvent* event) override;
  void changeEvent(QEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;

 private:
  void layoutBars();
  void showSelection();
  void select();
  void place(std::optional<MatrixPlace> place);
  void ensureVisible(MatrixPlace place);
  void press(QMouseEvent& event);
  void doublePress(QMouseEvent& event);
  void hover(QPoint point);
  bool toolTip(QPoint point, QPoint global);
  [[nodiscard]] std::optional<std::size_t> rowAt(int y) const;
  [[nodiscard]] std::optional<std::size_t> columnAt(int x) const;
  [[nodiscard]] MatrixPort port() const;

  Selection& selection_;
  AccessGridPtr grid_;
  AccessMarks marks_;
  MatrixScene scene_;
  MarkCache cache_;
  MatrixCounters lastFrame_;
  std::size_t frames_ = 0;
  bool selecting_ = false;
};

}  // namespace console
