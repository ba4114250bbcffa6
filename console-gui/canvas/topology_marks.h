// The shapes and colours by which the topology tells states and values apart: a shape goes with each colour, so that
// nobody has to see colours.
//
// Pure functions of a theme. Whoever paints owns the painter, and its pen and brush are changed. Any thread, with a
// copy of the theme. The legend shows the same marks as the canvas.
#pragma once

#include <QPainter>

#include "console-gui/canvas/theme.h"
#include "console-gui/model/topology_graph.h"

namespace console {

enum class TopologyColor : std::uint8_t { Health, Label, Fabric, Set };

enum class Shape : std::uint8_t {
  Circle,
  Ring,
  Triangle,
  TriangleOutline,
  Diamond,
  Square,
  Cross,
  Bar,
  DiamondOutline,
  SquareOutline
};

struct Mark {
  QColor color;
  Shape shape = Shape::Circle;
  friend bool operator==(const Mark&, const Mark&) = default;
};

Mark markOf(Health health, const Theme& theme);
// The number of a value among those that occur; those beyond the colours share the last one, as "others".
Mark markOf(std::size_t value, const Theme& theme);
Mark markOfSeveral(const Theme& theme);
Mark markOfNone(const Theme& theme);
Mark markOf(const TopologyGraph& graph, const TopologyNode& node, TopologyColor by, const Theme& theme);
const std::vector<TopologyValue>& valuesOf(const TopologyGraph& graph, TopologyColor by);

// Fills `box`, which is about square.
void paintMark(QPainter& painter, const QRectF& box, const Mark& mark);

// The colour that a cable's word says; Line where nobody knows the word, so the word is always beside it.
QColor cableColor(const QString& word, const Theme& theme);

// `part` of a, the rest of b, opaque.
QColor mixed(const QColor& a, const QColor& b, double part);

}  // namespace console
