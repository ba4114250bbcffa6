// TopologyCanvas: the topology as a widget: pan, zoom, lasso, walk along the edges by keyboard, tooltips.
//
// It paints by paintTopology() into a frame that it keeps: a pan shifts the frame and paints what came in, everything
// else that changes often (selection, hover, focus) lies over it. Once panning rests, the frame is painted once anew.
// The selection is the workspace's; the canvas shows nodes of it and changes it. Double-click and Enter inspect. It is
// a table to screen readers (topology_access.h). The UI thread.
#pragma once

#include <QAbstractScrollArea>
#include <QPixmap>
#include <QTimer>
#include <optional>

#include "console-gui/canvas/topology_painter.h"
#include "console-gui/model/object_filter.h"
#include "console-gui/model/selection.h"

namespace console {

class TopologyCanvas : public QAbstractScrollArea {
  Q_OBJECT

 public:
  static constexpr int kSettle = 150;  // ms without a pan, after which the frame is painted anew

  explicit TopologyCanvas(Selection& selection, QWidget* parent = nullptr);

  // Keeps what is seen where it is; the first one is fitted. nullptr: nothing.
  void setTopology(TopologyPtr topology);
  void setFilter(const ObjectFilter& filter);
  void setColorBy(TopologyColor by);
  void setPaths(std::shared_ptr<const TopologyPaths> paths);
  void setSanWords(bool yes);

  [[nodiscard]] const TopologyScene& scene() const { return scene_; }
  [[nodiscard]] const TopologyViewport& seen() const { return seen_; }
  [[nodiscard]] const TopologyOverlay& overlay() const { return overlay_; }
  [[nodiscard]] std::uint32_t current() const { return overlay_.current; }

  void fit();
  void showFirst();
  void zoomBy(double factor);  // around the current node where it is seen, else the middle
  void zoomBy(double factor, QPointF anchor);
  void zoomToSelection();
  void panBy(QPointF pixels);
  // So that a point of the scene is in the middle.
  void center(QPointF scenePoint);
  void reveal(std::uint32_t node);
  void setCurrent(std::uint32_t node, bool select = true);
  // As a double-click: it becomes the current one and is inspected, or its group is opened.
  void press(std::uint32_t node);

  struct Counts {
    std::size_t events = 0;  // paint events
    std::size_t frames = 0;  // painted whole
    std::size_t strips = 0;  // pieces that came in
    PaintCounts last;        // of the last frame or strip
  };
  [[nodiscard]] const Counts& counts() const { return counts_; }

 signals:
  void inspect(san::ObjectRef object);
  // Somebody opens (true) or closes a group.
  void groupToggled(const console::TopologyKey& key, bool open);
  void seenChanged();
  void sceneChanged();
  void currentChanged();

 protected:
  bool viewportEvent(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;
  void changeEvent(QEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  enum class Drag : std::uint8_t { None, Pressed, Pan, Lasso };

  void repaintAll();
  void updateFrame();
  void paintPart(const QRectF& part, bool whole);
  void setSeen(TopologyViewport seen);
  [[nodiscard]] TopologyViewport bounded(TopologyViewport viewport) const;
  void syncBars();
  void findSelected(bool follow = true);  // whether the current node becomes what is selected
  void setHovered(std::uint32_t node);
  [[nodiscard]] QString tipFor(std::uint32_t node) const;
  [[nodiscard]] QPointF toScene(QPointF inViewport) const { return inViewport - QPointF(0, kHeadingHeight); }
  [[nodiscard]] san::ObjectRef objectOf(std::uint32_t node) const;
  void choose(std::uint32_t node, Qt::KeyboardModifiers modifiers);
  void chooseAll(const QRectF& box, bool add);
  // Where a link or a neighbour in the column leads; kNoNode: nowhere.
  [[nodiscard]] std::uint32_t along(bool right) const;
  [[nodiscard]] std::uint32_t beside(int step) const;
  void walk(std::uint32_t to, bool byLink, Qt::KeyboardModifiers modifiers);
  void activate(std::uint32_t node);

  Selection& selection_;
  TopologyScene scene_;
  TopologyViewport seen_;
  TopologyViewport painted_;  // what the frame shows
  TopologyOverlay overlay_;
  TopologyLabels labels_;
  QPixmap frame_;
  QTimer settle_;
  Counts counts_;
  std::optional<EdgeManner> manner_;  // of the frame
  bool dirty_ = true;
  // What a new size and a new topology keep: the first look, the whole, or the place where somebody went.
  enum class Keeps : std::uint8_t { Begin, Whole, Place };
  Keeps keeps_ = Keeps::Begin;
  bool syncing_ = false;
  std::uint32_t cameFrom_ = kNoNode;  // the node from which a link was followed here: up and down stay among its links
  Drag drag_ = Drag::None;
  QPointF pressedAt_, last_;
  QRectF lasso_;
};

}  // namespace console
