#include "console-gui/canvas/topology_marks.h"

#include <algorithm>

namespace console {
namespace {

constexpr std::array kShapes{Shape::Circle, Shape::Square, Shape::Triangle,       Shape::Diamond,
                             Shape::Cross,  Shape::Bar,    Shape::DiamondOutline, Shape::SquareOutline};
static_assert(kShapes.size() == kSeriesColors);

// Of cables that shops sell, so that both themes show them; the outline around a swatch keeps white and black apart.
struct CableWord {
  const char* word;
  unsigned color;
};
constexpr std::array kCableWords{
    CableWord{"red", 0xd03030},       CableWord{"rot", 0xd03030},         CableWord{"blue", 0x2f6fd0},
    CableWord{"blau", 0x2f6fd0},      CableWord{"green", 0x2e9a4a},       CableWord{"gr\u00fcn", 0x2e9a4a},
    CableWord{"yellow", 0xe3bf22},    CableWord{"gelb", 0xe3bf22},        CableWord{"orange", 0xe8791c},
    CableWord{"purple", 0x7d4bb0},    CableWord{"violet", 0x7d4bb0},      CableWord{"violett", 0x7d4bb0},
    CableWord{"pink", 0xe277a8},      CableWord{"magenta", 0xc03a90},     CableWord{"aqua", 0x35b5b5},
    CableWord{"turquoise", 0x35b5b5}, CableWord{"t\u00fcrkis", 0x35b5b5}, CableWord{"brown", 0x86582f},
    CableWord{"braun", 0x86582f},     CableWord{"black", 0x202020},       CableWord{"schwarz", 0x202020},
    CableWord{"white", 0xf4f4f4},     CableWord{"wei\u00df", 0xf4f4f4},   CableWord{"grey", 0x8a8f96},
    CableWord{"gray", 0x8a8f96},      CableWord{"grau", 0x8a8f96},
};

}  // namespace

QColor mixed(const QColor& a, const QColor& b, double part) {
  const auto one = [part](int x, int y) { return static_cast<int>(part * x + (1 - part) * y + 0.5); };
  return {one(a.red(), b.red()), one(a.green(), b.green()), one(a.blue(), b.blue())};
}

Mark markOf(Health health, const Theme& theme) {
  switch (health) {
    case Health::Good:
      return {theme[Token::Good], Shape::Circle};
    case Health::Notice:
      return {theme[Token::Warning], Shape::TriangleOutline};
    case Health::Warning:
      return {theme[Token::Warning], Shape::Triangle};
    case Health::Bad:
      return {theme[Token::Bad], Shape::Diamond};
    default:
      return {theme[Token::Unknown], Shape::Ring};
  }
}

Mark markOf(std::size_t value, const Theme& theme) {
  const std::size_t at = std::min(value, kSeriesColors - 1);
  return {theme.series[at], kShapes[at]};
}

Mark markOfSeveral(const Theme& theme) { return {theme[Token::TextMuted], Shape::DiamondOutline}; }
Mark markOfNone(const Theme& theme) { return {theme[Token::Line], Shape::Ring}; }

const std::vector<TopologyValue>& valuesOf(const TopologyGraph& graph, TopologyColor by) {
  return by == TopologyColor::Label ? graph.labels : by == TopologyColor::Fabric ? graph.fabrics : graph.sets;
}

Mark markOf(const TopologyGraph& graph, const TopologyNode& node, TopologyColor by, const Theme& theme) {
  if (by == TopologyColor::Health) return markOf(node.health, theme);
  const san::Id id = by == TopologyColor::Label ? node.label : by == TopologyColor::Fabric ? node.fabric : node.set;
  if (id == 0) return markOfNone(theme);
  if (id == kSeveral) return markOfSeveral(theme);
  const auto& values = valuesOf(graph, by);
  const auto at = std::ranges::lower_bound(values, id, {}, &TopologyValue::id);
  return markOf(static_cast<std::size_t>(at - values.begin()), theme);
}

void paintMark(QPainter& painter, const QRectF& box, const Mark& mark) {
  const auto polygon = [&](std::initializer_list<QPointF> unit, bool filled) {
    QPolygonF points;
    for (const QPointF& point : unit)
      points << QPointF(box.x() + point.x() * box.width(), box.y() + point.y() * box.height());
    painter.setPen(QPen(mark.color, filled ? 1 : 1.6));
    painter.setBrush(filled ? QBrush(mark.color) : QBrush(Qt::NoBrush));
    painter.drawPolygon(points);
  };
  const QRectF inner = box.adjusted(1, 1, -1, -1);
  switch (mark.shape) {
    case Shape::Circle:
      painter.setPen(Qt::NoPen);
      painter.setBrush(mark.color);
      painter.drawEllipse(box);
      break;
    case Shape::Ring:
      painter.setPen(QPen(mark.color, 1.6));
      painter.setBrush(Qt::NoBrush);
      painter.drawEllipse(inner);
      break;
    case Shape::Triangle:
    case Shape::TriangleOutline:
      polygon({{0.5, 0.05}, {1, 0.95}, {0, 0.95}}, mark.shape == Shape::Triangle);
      break;
    case Shape::Diamond:
    case Shape::DiamondOutline:
      polygon({{0.5, 0}, {1, 0.5}, {0.5, 1}, {0, 0.5}}, mark.shape == Shape::Diamond);
      break;
    case Shape::Square:
    case Shape::SquareOutline:
      polygon({{0.08, 0.08}, {0.92, 0.08}, {0.92, 0.92}, {0.08, 0.92}}, mark.shape == Shape::Square);
      break;
    case Shape::Cross:
      painter.setPen(QPen(mark.color, 2.2));
      painter.drawLine(inner.topLeft(), inner.bottomRight());
      painter.drawLine(inner.topRight(), inner.bottomLeft());
      break;
    case Shape::Bar:
      painter.fillRect(QRectF(box.x(), box.center().y() - box.height() * 0.22, box.width(), box.height() * 0.44),
                       mark.color);
      break;
  }
}

QColor cableColor(const QString& word, const Theme& theme) {
  const QString lower = word.trimmed().toLower();
  for (const CableWord& known : kCableWords) {
    if (lower == QString::fromUtf8(known.word)) return QColor::fromRgb(known.color);
  }
  return theme[Token::Line];
}

}  // namespace console
