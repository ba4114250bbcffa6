#include "console-gui/canvas/topology_edges.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

namespace console {
namespace {

constexpr std::uint8_t kDimmed = 0, kFaint = 1, kUsual = 2, kStrong = 3;

std::uint8_t widthOf(std::uint32_t count) { return count <= 1 ? 1 : count <= 10 ? 2 : count <= 100 ? 3 : 4; }

}  // namespace

TopologyEdges::TopologyEdges(const TopologyScene& scene, const TopologyViewport& viewport, const Theme& theme,
                             const QRectF& part, PaintCounts& counts, std::optional<EdgeManner> manner)
    : scene_(scene),
      graph_(scene.topology->graph),
      layout_(scene.topology->layout),
      viewport_(viewport),
      theme_(theme),
      part_(part),
      counts_(counts),
      wanted_(manner) {}

QLineF TopologyEdges::lineOf(std::uint32_t number) const {
  const TopologyEdge& edge = graph_.edges[number];
  const double fromX = TopologyLayout::left(graph_.nodes[edge.from].key.column) + kNodeWidth;
  const double toX = TopologyLayout::left(graph_.nodes[edge.to].key.column);
  return {viewport_.x(fromX), viewport_.y(layout_.top[edge.from] + kNodeHeight / 2), viewport_.x(toX),
          viewport_.y(layout_.top[edge.to] + kNodeHeight / 2)};
}

// Liang and Barsky; false where nothing is left.
bool TopologyEdges::clip(QLineF& line) const {
  const QRectF box = part_.adjusted(-4, -4, 4, 4);
  double from = 0, to = 1;
  const auto cut = [&](double p, double q) {
    if (p == 0) return q >= 0;
    const double r = q / p;
    if (p < 0) {
      if (r > to) return false;
      from = std::max(from, r);
    } else {
      if (r < from) return false;
      to = std::min(to, r);
    }
    return true;
  };
  if (!cut(-line.dx(), line.x1() - box.left()) || !cut(line.dx(), box.right() - line.x1()) ||
      !cut(-line.dy(), line.y1() - box.top()) || !cut(line.dy(), box.bottom() - line.y1()) || from > to) {
    return false;
  }
  line = {line.pointAt(from), line.pointAt(to)};
  return true;
}

void TopologyEdges::find() {
  const auto top = static_cast<float>(viewport_.sceneY(part_.top() - 4)),
             bottom = static_cast<float>(viewport_.sceneY(part_.bottom() + 4));
  for (std::size_t gap = 0; gap + 1 < kTopologyColumns; ++gap) {
    const double left = viewport_.x(TopologyLayout::left(TopologyColumn(gap)));
    const double right = viewport_.x(TopologyLayout::left(TopologyColumn(gap + 1)) + kNodeWidth);
    if (right < part_.left() || left > part_.right()) continue;
    scene_.topology->grid.visitEdges(gap, top, bottom, [&](std::uint32_t number) {
      ++counts_.edgesVisited;
      const TopologyEdge& edge = graph_.edges[number];
      // Of one over several gaps, the first that is looked at counts.
      if (static_cast<std::size_t>(graph_.nodes[edge.from].key.column) != gap &&
          viewport_.x(TopologyLayout::left(TopologyColumn(gap)) + kNodeWidth) >= part_.left()) {
        return;
      }
      const float a = layout_.top[edge.from], b = layout_.top[edge.to];
      if (std::min(a, b) <= bottom && std::max(a, b) + kNodeHeight >= top) seen_.push_back(number);
    });
  }
}

// Nothing makes it stand out, so where there are many a density says as much.
bool TopologyEdges::isPlain(std::uint32_t number) const {
  const TopologyEdge& edge = graph_.edges[number];
  return edge.change == TopologyChange::None && !(scene_.paths && scene_.paths->edges[number] != PathMark::None);
}

TopologyEdges::Style TopologyEdges::styleOf(std::uint32_t number) const {
  const TopologyEdge& edge = graph_.edges[number];
  const auto style = [&](const QColor& color, std::uint8_t order, int width, Dash dash) {
    return Style{order, color.rgb(), static_cast<std::uint8_t>(width), dash};
  };
  if (scene_.paths) {
    switch (scene_.paths->edges[number]) {
      case PathMark::Works:
        return style(theme_[Token::Accent], kStrong, 3, edge.way == EdgeWay::FabricB ? Dash::Dashed : Dash::Solid);
      case PathMark::Unknown:
        return style(theme_[Token::Unknown], kStrong, 2, Dash::Dashed);
      case PathMark::No:
        return style(theme_[Token::Bad], kStrong, 2, Dash::Dotted);
      default:
        break;
    }
  }
  if (edge.change == TopologyChange::Added) return style(theme_[Token::Added], kStrong, 3, Dash::Solid);
  if (edge.change == TopologyChange::Removed) return style(theme_[Token::Removed], kStrong, 2, Dash::Dashed);
  const int width = widthOf(edge.count);
  if (!scene_.isLit(edge.from) || !scene_.isLit(edge.to)) {
    return style(mixed(theme_[Token::Edge], theme_[Token::Window], 0.18), kDimmed, width, Dash::Solid);
  }
  const QColor faint = mixed(theme_[Token::Edge], theme_[Token::Window], 0.55);
  if (edge.state == EdgeState::Inactive) return style(faint, kFaint, width, Dash::Dotted);
  if (edge.state == EdgeState::Planned || edge.state == EdgeState::Leaving)
    return style(theme_[Token::Warning], kUsual, width, Dash::Dotted);
  const Dash dash = edge.way == EdgeWay::FabricB ? Dash::Dashed : Dash::Solid;
  if (scene_.colorBy == TopologyColor::Fabric) {
    for (const std::uint32_t end : {edge.from, edge.to}) {
      const TopologyNode& node = graph_.nodes[end];
      if (node.key.column == TopologyColumn::Portal && node.fabric != 0 && node.fabric != kSeveral) {
        return style(markOf(graph_, node, TopologyColor::Fabric, theme_).color, kUsual, width, dash);
      }
    }
  }
  return style(theme_[Token::Edge], kUsual, width, dash);
}

TopologyEdges::Batch& TopologyEdges::batchOf(const Style& style) {
  for (Batch& batch : batches_) {
    if (batch.style == style) return batch;
  }
  batches_.push_back({style, {}});
  return batches_.back();
}

// `phase`: how far along its dashes a line begins that goes on another one.
void TopologyEdges::addLine(Batch& batch, QLineF line, double& phase) const {
  const double whole = line.length();
  const QPointF start = line.p1();
  if (!clip(line)) {
    phase += whole;
    return;
  }
  if (batch.style.dash == Dash::Solid || manner_ == EdgeManner::Dense) {
    batch.lines.push_back(line);
    return;
  }
  const double length = line.length();
  if (length < 1e-6) return;
  const double on = batch.style.dash == Dash::Dashed ? 8 : 2, period = batch.style.dash == Dash::Dashed ? 13 : 6;
  const double from = phase + QLineF(start, line.p1()).length();
  phase += whole;
  const QPointF step = (line.p2() - line.p1()) / length;
  for (double at = -std::fmod(from, period); at < length; at += period) {
    const double first = std::max(at, 0.0), last = std::min(at + on, length);
    if (last > first) batch.lines.emplace_back(line.p1() + step * first, line.p1() + step * last);
  }
}

void TopologyEdges::addEdge(std::uint32_t number, bool curve) {
  const Style style = styleOf(number);
  Batch& batch = batchOf(style);
  const QLineF line = lineOf(number);
  double phase = 0;
  if (!curve || std::abs(line.dy()) < 2) {
    addLine(batch, line, phase);
    return;
  }
  // A cubic whose ends are level, in straight pieces.
  constexpr int kPieces = 14;
  const double bend = line.dx() * 0.5;
  QPointF last = line.p1();
  for (int i = 1; i <= kPieces; ++i) {
    const double t = static_cast<double>(i) / kPieces, s = 1 - t;
    const QPointF next(s * s * s * line.x1() + 3 * s * s * t * (line.x1() + bend) + 3 * s * t * t * (line.x2() - bend) +
                           t * t * t * line.x2(),
                       (s * s * s + 3 * s * s * t) * line.y1() + (3 * s * t * t + t * t * t) * line.y2());
    addLine(batch, {last, next}, phase);
    last = next;
  }
}

bool TopologyEdges::isSeen(std::uint32_t node) const {
  return viewport_.y(layout_.top[node] + kNodeHeight) >= 0 && viewport_.y(layout_.top[node]) <= viewport_.size.height();
}

// Edges between the same columns whose ends fall into the same two bins are one line, the darker the more they are.
// Bins lie in the scene, so that they move with it.
void TopologyEdges::addDensity(const std::vector<std::uint32_t>& edges) {
  constexpr unsigned kBits = 28;
  constexpr std::uint64_t kFar = std::uint64_t{1} << (kBits - 1);  // it is a bin of an end outside
  constexpr std::uint64_t kMask = kFar - 1;
  std::vector<std::uint64_t> bins;
  bins.reserve(edges.size());
  for (const std::uint32_t number : edges) {
    const TopologyEdge& edge = graph_.edges[number];
    const auto bin = [&](std::uint32_t node) {
      const double y = (layout_.top[node] + kNodeHeight / 2) * viewport_.scale;
      return isSeen(node) ? static_cast<std::uint64_t>(y / kBin) : static_cast<std::uint64_t>(y / kFarBin) | kFar;
    };
    const auto column = [&](std::uint32_t node) { return static_cast<std::uint64_t>(graph_.nodes[node].key.column); };
    const std::uint64_t dim = scene_.isLit(edge.from) && scene_.isLit(edge.to) ? 0 : 1;
    bins.push_back(dim << 62 | column(edge.from) << 59 | column(edge.to) << 56 | bin(edge.from) << kBits |
                   bin(edge.to));
  }
  std::ranges::sort(bins);
  const QColor edge = theme_[Token::Edge], window = theme_[Token::Window];
  const std::array shades{Style{kFaint, mixed(edge, window, 0.45).rgb(), 1, Dash::Solid},
                          Style{kUsual, edge.rgb(), 1, Dash::Solid},
                          Style{kUsual, theme_[Token::EdgeStrong].rgb(), 1, Dash::Solid}};
  const Style dimmed{kDimmed, mixed(edge, window, 0.18).rgb(), 1, Dash::Solid};
  for (std::size_t i = 0; i < bins.size();) {
    std::size_t end = i + 1;
    while (end < bins.size() && bins[end] == bins[i]) ++end;
    const std::size_t count = end - i;
    const auto y = [&](std::uint64_t bin) {
      return (static_cast<double>(bin & kMask) + 0.5) * ((bin & kFar) != 0 ? kFarBin : kBin) - viewport_.offset.y();
    };
    const auto x = [&](unsigned shift) {
      return TopologyLayout::left(static_cast<TopologyColumn>(bins[i] >> shift & 7));
    };
    QLineF line(viewport_.x(x(59) + kNodeWidth), y(bins[i] >> kBits), viewport_.x(x(56)), y(bins[i]));
    if (clip(line))
      batchOf(bins[i] >> 62 != 0 ? dimmed : shades[count < 4 ? 0 : count < 24 ? 1 : 2]).lines.push_back(line);
    i = end;
  }
}

void TopologyEdges::draw(QPainter& painter) {
  std::ranges::sort(batches_, {}, &Batch::style);
  for (const Batch& batch : batches_) {
    if (batch.lines.empty()) continue;
    QPen pen(QColor(batch.style.color), batch.style.width);
    pen.setCosmetic(true);
    pen.setCapStyle(manner_ == EdgeManner::Curves && batch.style.dash == Dash::Solid ? Qt::RoundCap : Qt::FlatCap);
    painter.setPen(pen);
    painter.drawLines(batch.lines.data(), static_cast<int>(batch.lines.size()));
    ++counts_.calls;
    counts_.lines += batch.lines.size();
  }
  batches_.clear();
}

void TopologyEdges::paint(QPainter& painter) {
  find();
  counts_.edgesDrawn += seen_.size();
  const Detail detail = viewport_.detail();
  manner_ = detail == Detail::Bars || seen_.size() > kMostLines       ? EdgeManner::Dense
            : detail == Detail::Labels && seen_.size() <= kMostCurves ? EdgeManner::Curves
                                                                      : EdgeManner::Lines;
  if (wanted_) manner_ = *wanted_;
  counts_.manner = manner_;
  std::vector<std::uint32_t> passing;
  for (const std::uint32_t edge : seen_) {
    if (manner_ == EdgeManner::Dense && isPlain(edge) && (detail == Detail::Bars || !isSeen(graph_.edges[edge].from)) &&
        (detail == Detail::Bars || !isSeen(graph_.edges[edge].to))) {
      passing.push_back(edge);
    } else {
      addEdge(edge, manner_ == EdgeManner::Curves);
    }
  }
  addDensity(passing);
  painter.setRenderHint(QPainter::Antialiasing, manner_ == EdgeManner::Curves);
  draw(painter);
  painter.setRenderHint(QPainter::Antialiasing, false);
}

void TopologyEdges::paintOnly(QPainter& painter, const std::vector<std::uint32_t>& edges, const QColor& color) {
  manner_ = wanted_.value_or(EdgeManner::Lines) == EdgeManner::Curves ? EdgeManner::Curves
                                                                      : EdgeManner::Lines;  // as below them
  const Style style{kStrong, color.rgb(), 2, Dash::Solid};
  for (const std::uint32_t number : edges) addEdge(number, manner_ == EdgeManner::Curves);
  for (Batch& batch : batches_) batch.style = style;  // whatever their own is
  painter.setRenderHint(QPainter::Antialiasing, manner_ == EdgeManner::Curves);
  draw(painter);
  painter.setRenderHint(QPainter::Antialiasing, false);
}

void TopologyEdges::paintBadges(QPainter& painter, const QFont& font) {
  if (viewport_.detail() != Detail::Labels) return;
  std::size_t badges = 0;
  QFont small = font;
  small.setPixelSize(11);
  painter.setFont(small);
  const QFontMetricsF metrics(small);
  for (const std::uint32_t number : seen_) {
    const TopologyEdge& edge = graph_.edges[number];
    const bool changed = edge.change == TopologyChange::Added || edge.change == TopologyChange::Removed;
    if (edge.count <= 1 && !changed) continue;
    const QPointF middle = lineOf(number).center();
    if (!part_.adjusted(-40, -20, 40, 20).contains(middle)) continue;
    if (++badges > kMostBadges) break;
    const QColor color(styleOf(number).color);
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (changed) {
      const QRectF box(middle.x() - 6, middle.y() - 6, 12, 12);
      painter.setBrush(theme_[Token::Window]);
      painter.setPen(QPen(color, 1));
      painter.drawEllipse(box);
      painter.setPen(QPen(color, 2));
      if (edge.change == TopologyChange::Added) {
        painter.drawLine(QPointF(middle.x() - 3, middle.y()), QPointF(middle.x() + 3, middle.y()));
        painter.drawLine(QPointF(middle.x(), middle.y() - 3), QPointF(middle.x(), middle.y() + 3));
      } else {
        painter.drawLine(middle + QPointF(-2.5, -2.5), middle + QPointF(2.5, 2.5));
        painter.drawLine(middle + QPointF(-2.5, 2.5), middle + QPointF(2.5, -2.5));
      }
    } else {
      const QString text = QLocale().toString(edge.count);
      const double width = metrics.horizontalAdvance(text) + 10;
      const QRectF box(middle.x() - width / 2, middle.y() - 8, width, 16);
      painter.setBrush(theme_[Token::Window]);
      painter.setPen(QPen(color, 1));
      painter.drawRoundedRect(box, 8, 8);
      painter.setPen(scene_.isLit(edge.from) && scene_.isLit(edge.to) ? theme_[Token::Text] : theme_[Token::TextMuted]);
      painter.drawText(box, Qt::AlignCenter, text);
      ++counts_.texts;
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    ++counts_.calls;
  }
}

}  // namespace console
