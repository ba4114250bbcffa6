// The painting of a topology: one routine for the screen, the minimap and exports.
//
// A pure function of scene, viewport and options: it paints what the viewport shows and looks at nothing else
// (counted). Level of detail by scale: below 0.25 coloured bars, and of edges their density between columns; to 0.5
// boxes; above that labels, marks and counts. Pens are opaque and cosmetic, lines and boxes go in batches a colour, no
// text is under 8 px. Any thread with a theme of its own and a painter on an image; label caches are one thread's.
// Errors: none.
#pragma once

#include <QPainter>
#include <QStaticText>
#include <optional>
#include <unordered_map>

#include "console-gui/canvas/topology_marks.h"
#include "console-gui/model/topology_maker.h"
#include "console-gui/model/topology_paths.h"

namespace console {

struct TopologyScene {
  TopologyPtr topology;  // never nullptr when painted
  TopologyColor colorBy = TopologyColor::Health;
  std::vector<std::uint8_t> lit;               // by node, 0: dimmed by the filter; empty: all are lit
  std::shared_ptr<const TopologyPaths> paths;  // path mode; nullptr: not
  bool sanWords = false;

  [[nodiscard]] bool isLit(std::uint32_t node) const {
    return (lit.empty() || lit[node] != 0) && (!paths || paths->nodes[node] != PathMark::None);
  }
};

enum class Detail : std::uint8_t { Bars, Boxes, Labels };

// What is seen: where the scene lies in pixels. Columns keep their width while the heights shrink, so that a tall
// topology stays readable as a whole.
struct TopologyViewport {
  QSizeF size;        // in device-independent pixels, without the headings
  double scale = 1;   // of heights
  double scaleX = 1;  // of widths
  QPointF offset;     // of the scene's origin: pixel = scene * scale - offset

  [[nodiscard]] Detail detail() const {
    return scale < 0.25 ? Detail::Bars : scale <= 0.5 ? Detail::Boxes : Detail::Labels;
  }
  [[nodiscard]] double x(double scene) const { return scene * scaleX - offset.x(); }
  [[nodiscard]] double y(double scene) const { return scene * scale - offset.y(); }
  [[nodiscard]] double sceneX(double pixel) const { return (pixel + offset.x()) / scaleX; }
  [[nodiscard]] double sceneY(double pixel) const { return (pixel + offset.y()) / scale; }
  [[nodiscard]] QRectF rect() const { return {QPointF(0, 0), size}; }
  // What is beside it, as below the headings, is not seen.
  [[nodiscard]] bool shows(QPointF point) const { return rect().contains(point); }
  [[nodiscard]] QRectF boxOf(const TopologyLayout& layout, const TopologyGraph& graph, std::uint32_t node) const;

  // The first look: everything where that can be read, else its begin, as large as its names need.
  static TopologyViewport first(const TopologyLayout& layout, QSizeF size);
  // Everything, in the middle.
  static TopologyViewport fit(const TopologyLayout& layout, QSizeF size);
  // The scale of widths that goes with one of heights.
  static double widthScale(const TopologyLayout& layout, QSizeF size, double scale);
};
inline constexpr double kSceneMargin = 24;  // pixels around the scene
inline constexpr double kReadableScale = 0.7;
inline constexpr double kLeastReadableScale = 0.55;
inline constexpr double kMostScale = 2;
inline constexpr double kHeadingHeight = 32;

// How edges are drawn: as curves where few are seen, as lines, or those that only pass by as a density.
enum class EdgeManner : std::uint8_t { Curves, Lines, Dense };

struct PaintCounts {
  std::size_t nodesVisited = 0, nodesDrawn = 0;
  std::size_t edgesVisited = 0, edgesDrawn = 0;
  std::size_t lines = 0, texts = 0;
  std::size_t calls = 0;  // of the painter, for batches
  EdgeManner manner = EdgeManner::Lines;
};

// Elided labels by node, for as long as text, width and font are the same. Bound: kMost; it forgets all beyond.
class TopologyLabels {
 public:
  static constexpr std::size_t kMost = 8192;
  const QStaticText& of(std::uint32_t node, const QString& text, const QFont& font, int width);
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  struct Label {
    int width = -1;
    QString whole;
    QStaticText text;
  };
  QFont font_;
  std::unordered_map<std::uint32_t, Label> texts_;
};

struct TopologyPaintOptions {
  const Theme* theme = nullptr;      // nullptr: the one in use
  TopologyLabels* labels = nullptr;  // nullptr: none are kept
  QFont font;                        // its family and weight; the size is ours
  QRectF part;                       // of the viewport, that is to be painted; empty: all of it
  std::optional<EdgeManner> manner;  // of the parts beside; none: what suits what is seen
};

PaintCounts paintTopology(QPainter& painter, const TopologyScene& scene, const TopologyViewport& viewport,
                          const TopologyPaintOptions& options);
// The headings of the columns, in a strip as wide as the viewport, from the painter's origin on.
void paintTopologyHeadings(QPainter& painter, const TopologyScene& scene, const TopologyViewport& viewport,
                           const TopologyPaintOptions& options);

// What lies over the painting and changes often: what is selected with its edges, the current one, what the pointer is
// at.
struct TopologyOverlay {
  std::vector<std::uint32_t> selected;
  std::uint32_t current = kNoNode;
  std::uint32_t hovered = kNoNode;
  bool focused = false;
};
void paintTopologyOverlay(QPainter& painter, const TopologyScene& scene, const TopologyViewport& viewport,
                          const TopologyPaintOptions& options, const TopologyOverlay& overlay);

// What is seen at a point; kNoNode: nothing.
std::uint32_t nodeAt(const Topology& topology, const TopologyViewport& viewport, QPointF point);
std::vector<std::uint32_t> nodesIn(const Topology& topology, const TopologyViewport& viewport, const QRectF& box);
// The header of an open group.
std::uint32_t groupHeaderAt(const Topology& topology, const TopologyViewport& viewport, QPointF point);

}  // namespace console
