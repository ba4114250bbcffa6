#include "console-gui/canvas/topology_painter.h"

#include <QFontMetricsF>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "console-gui/canvas/topology_edges.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/topology_table.h"

namespace console {
namespace {

constexpr double kStripe = 4;  // at the left of a box, in the colour of its value
constexpr double kCableTextScale = 0.9;  // from which on there is room for the name of a cable below a box

int textSize(double scale) { return std::clamp(static_cast<int>(std::lround(13 * scale)), 9, 20); }

// Names of protocols say most at their end.
Qt::TextElideMode elideOf(const QString& text) {
  const bool protocol = text.startsWith(QLatin1String("iqn.")) || text.startsWith(QLatin1String("naa.")) ||
                        text.startsWith(QLatin1String("eui."));
  return protocol ? Qt::ElideLeft : Qt::ElideRight;
}

class NodePainter {
 public:
  NodePainter(QPainter& painter, const TopologyScene& scene, const TopologyViewport& viewport,
              const TopologyPaintOptions& options, const Theme& theme, const QRectF& part, PaintCounts& counts)
      : painter_(painter),
        scene_(scene),
        topology_(*scene.topology),
        graph_(scene.topology->graph),
        viewport_(viewport),
        options_(options),
        theme_(theme),
        part_(part),
        counts_(counts),
        font_(options.font) {
    font_.setPixelSize(textSize(viewport.scale));
    dimPanel_ = mixed(theme[Token::Panel], theme[Token::Window], 0.5);
    softLine_ = theme.kind == ThemeKind::HighContrast ? theme[Token::Line]
                                                      : mixed(theme[Token::Line], theme[Token::Panel], 0.6);
    dimText_ = mixed(theme[Token::TextMuted], theme[Token::Window], 0.6);
    dimLine_ = mixed(theme[Token::Line], theme[Token::Window], 0.3);
  }

  void paintFrames() {
    if (viewport_.detail() == Detail::Bars) return;
    const bool labels = viewport_.detail() == Detail::Labels;
    painter_.setRenderHint(QPainter::Antialiasing, labels);
    QFont bold = font_;
    bold.setWeight(QFont::DemiBold);
    painter_.setFont(bold);
    for (const TopologyFrame& frame : topology_.layout.frames) {
      const TopologyGroup& group = graph_.groups[frame.group];
      const double pad = kFramePadding * viewport_.scaleX;
      const QRectF box(viewport_.x(TopologyLayout::left(group.key.column)) - pad, viewport_.y(frame.top),
                       kNodeWidth * viewport_.scaleX + 2 * pad, (frame.bottom - frame.top) * viewport_.scale);
      if (!box.intersects(part_)) continue;
      painter_.setPen(QPen(softLine_, 1));
      painter_.setBrush(mixed(theme_[Token::PanelRaised], theme_[Token::Window], 0.7));
      painter_.drawRoundedRect(box, 8, 8);
      ++counts_.calls;
      const double header = kGroupHeader * viewport_.scale;
      if (!labels || box.bottom() < part_.top()) continue;
      // A minus: what the header does.
      const QPointF middle(box.left() + 14, box.top() + header / 2);
      painter_.setPen(QPen(theme_[Token::TextMuted], 1.6));
      painter_.drawLine(middle + QPointF(-4, 0), middle + QPointF(4, 0));
      painter_.setPen(theme_[Token::TextMuted]);
      const QString count = QLocale().toString(group.objects);
      const QFontMetricsF metrics(bold);
      const double right = metrics.horizontalAdvance(count) + 10;
      const QRectF text(box.left() + 26, box.top(), box.width() - 26 - right, header);
      painter_.drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                        metrics.elidedText(group.title, Qt::ElideRight, text.width()));
      painter_.drawText(QRectF(box.right() - right, box.top(), right - 8, header), Qt::AlignVCenter | Qt::AlignRight,
                        count);
      counts_.texts += 2;
    }
    painter_.setRenderHint(QPainter::Antialiasing, false);
  }

  void paintNodes() {
    const double below = viewport_.scale >= kCableTextScale ? (kNodePitch - kNodeHeight) * viewport_.scale : 0;
    const auto nodes = nodesIn(topology_, viewport_, part_.adjusted(-6, -6 - below, 6, 6));
    counts_.nodesVisited += nodes.size();
    counts_.nodesDrawn += nodes.size();
    switch (viewport_.detail()) {
      case Detail::Bars:
        paintBars(nodes);
        break;
      case Detail::Boxes:
        paintBoxes(nodes);
        break;
      case Detail::Labels:
        for (const std::uint32_t node : nodes) paintLabelled(node);
        break;
    }
  }

 private:
  struct Batch {
    QRgb color;
    std::vector<QRectF> boxes;
  };
  static std::vector<QRectF>& boxesOf(std::vector<Batch>& batches, const QColor& color) {
    for (Batch& batch : batches) {
      if (batch.color == color.rgb()) return batch.boxes;
    }
    batches.push_back({color.rgb(), {}});
    return batches.back().boxes;
  }
  void fill(const std::vector<Batch>& batches) {
    painter_.setPen(Qt::NoPen);
    for (const Batch& batch : batches) {
      painter_.setBrush(QColor(batch.color));
      painter_.drawRects(batch.boxes.data(), static_cast<int>(batch.boxes.size()));
      ++counts_.calls;
    }
  }
  [[nodiscard]] QColor valueColor(std::uint32_t node) const {
    const TopologyChange change = graph_.nodes[node].change;
    if (!scene_.isLit(node)) return dimLine_;
    if (change == TopologyChange::Added) return theme_[Token::Added];
    if (change == TopologyChange::Removed) return theme_[Token::Removed];
    // The green of health is not to be taken for that of what is added.
    if (graph_.hasChanges) return change == TopologyChange::Changed ? theme_[Token::Accent] : theme_[Token::Line];
    return markOf(graph_, graph_.nodes[node], scene_.colorBy, theme_).color;
  }
  // What matters more, where several share a row of pixels.
  [[nodiscard]] unsigned weightOf(std::uint32_t node) const {
    if (!scene_.isLit(node)) return 0;
    const TopologyNode& own = graph_.nodes[node];
    if (own.change == TopologyChange::Added || own.change == TopologyChange::Removed) return 10;
    return scene_.colorBy == TopologyColor::Health ? 1 + static_cast<unsigned>(own.health) : 1;
  }

  // Rows of pixels: of the nodes that share one, the one that matters most. Nodes come column by column, top to bottom.
  void paintBars(const std::vector<std::uint32_t>& nodes) {
    std::vector<Batch> batches;
    std::uint32_t best = kNoNode;
    QRectF row;
    const auto flush = [&] {
      if (best != kNoNode) boxesOf(batches, valueColor(best)).push_back(row);
    };
    for (const std::uint32_t node : nodes) {
      QRectF box = viewport_.boxOf(topology_.layout, graph_, node);
      const double top = std::floor(box.top());
      const double height = std::max(1.0, std::floor(box.height()));
      if (best != kNoNode && row.left() == box.left() && row.top() == top) {
        if (weightOf(node) > weightOf(best)) best = node;
        continue;
      }
      flush();
      best = node;
      row = QRectF(box.left(), top, box.width(), height);
    }
    flush();
    fill(batches);
  }

  void paintBoxes(const std::vector<std::uint32_t>& nodes) {
    std::vector<Batch> back, front;
    for (const std::uint32_t node : nodes) {
      const QRectF box = viewport_.boxOf(topology_.layout, graph_, node);
      boxesOf(back, lineColor(node)).push_back(box);
      boxesOf(front, scene_.isLit(node) ? theme_[Token::Panel] : dimPanel_).push_back(box.adjusted(1, 1, -1, -1));
      boxesOf(front, valueColor(node)).push_back({box.left(), box.top(), kStripe + 2, box.height()});
    }
    fill(back);
    fill(front);
  }

  [[nodiscard]] bool isWeak(std::uint32_t node) const {
    return scene_.paths && std::ranges::binary_search(scene_.paths->weakPoints, node);
  }
  [[nodiscard]] QColor lineColor(std::uint32_t node) const {
    if (!scene_.isLit(node)) return dimLine_;
    if (isWeak(node)) return theme_[Token::Bad];
    switch (graph_.nodes[node].change) {
      case TopologyChange::Added:
        return theme_[Token::Added];
      case TopologyChange::Removed:
        return theme_[Token::Removed];
      case TopologyChange::Changed:
        return theme_[Token::Accent];
      default:
        return scene_.paths && scene_.paths->nodes[node] == PathMark::Works ? theme_[Token::Accent]
                                                                            : theme_[Token::Line];
    }
  }

  void paintLabelled(std::uint32_t number) {
    const TopologyNode& node = graph_.nodes[number];
    const QRectF box = viewport_.boxOf(topology_.layout, graph_, number);
    const bool lit = scene_.isLit(number);
    const bool strong = lit && (isWeak(number) || node.change != TopologyChange::None);
    const double radius = 6 * viewport_.scale;
    painter_.setRenderHint(QPainter::Antialiasing, true);
    QPen pen(lineColor(number), strong ? 2 : 1);
    if (!node.registered || node.change == TopologyChange::Removed) pen.setStyle(Qt::DashLine);
    painter_.setBrush(lit ? theme_[Token::Panel] : dimPanel_);
    if (node.key.group) {
      // A second sheet behind: more than one.
      painter_.setPen(QPen(lineColor(number), 1));
      painter_.drawRoundedRect(box.translated(3 * viewport_.scale, 3 * viewport_.scale), radius, radius);
    }
    painter_.setPen(pen);
    painter_.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    const double size = std::max(8.0, 10 * viewport_.scale);
    const double pad = 8 * viewport_.scale;
    Mark mark = markOf(graph_, node, scene_.colorBy, theme_);
    if (!lit) mark.color = dimLine_;
    paintMark(painter_, {box.left() + pad + 1, box.center().y() - size / 2, size, size}, mark);
    counts_.calls += 2;
    double right = box.right() - pad;
    if (node.key.group) right = paintRight(box, right, QLocale().toString(node.objects), lit);
    right = paintBadge(number, box, right);
    if (node.cableCount > 0 && lit) paintCable(node, box);
    const double left = box.left() + pad + size + pad;
    if (right - left > 16) paintTitle(number, {left, box.top(), right - left, box.height()}, lit);
    painter_.setRenderHint(QPainter::Antialiasing, false);
  }

  double paintRight(const QRectF& box, double right, const QString& text, bool lit) {
    painter_.setFont(font_);
    const double width = QFontMetricsF(font_).horizontalAdvance(text);
    painter_.setPen(lit ? theme_[Token::TextMuted] : dimText_);
    painter_.drawText(QRectF(right - width - 1, box.top(), width + 2, box.height()), Qt::AlignVCenter | Qt::AlignRight,
                      text);
    ++counts_.texts;
    return right - width - 8;
  }

  // Plus, cross, or the mark of a single point of failure.
  double paintBadge(std::uint32_t number, const QRectF& box, double right) {
    const TopologyNode& node = graph_.nodes[number];
    if (!scene_.isLit(number)) return right;
    const double half = 4.5;
    const QPointF middle(right - half, box.center().y());
    if (isWeak(number)) {
      paintMark(painter_, {middle.x() - 7, middle.y() - 7, 14, 14}, {theme_[Token::Bad], Shape::Diamond});
      painter_.setPen(QPen(theme_[Token::Panel], 1.8));
      painter_.drawLine(middle + QPointF(0, -3.2), middle + QPointF(0, 0.8));
      painter_.drawLine(middle + QPointF(0, 3), middle + QPointF(0, 3.4));
    } else if (node.change == TopologyChange::Added) {
      painter_.setPen(QPen(theme_[Token::Added], 2.4));
      painter_.drawLine(middle + QPointF(-half, 0), middle + QPointF(half, 0));
      painter_.drawLine(middle + QPointF(0, -half), middle + QPointF(0, half));
    } else if (node.change == TopologyChange::Removed) {
      paintMark(painter_, {middle.x() - half, middle.y() - half, 2 * half, 2 * half},
                {theme_[Token::Removed], Shape::Cross});
    } else if (node.change == TopologyChange::Changed) {
      paintMark(painter_, {middle.x() - 3, middle.y() - 3, 6, 6}, {theme_[Token::Accent], Shape::Circle});
    } else {
      return right;
    }
    ++counts_.calls;
    return right - 2 * half - 8;
  }

  // A plug where the cable goes in: its colour, an outline so that white and black show.
  void paintCable(const TopologyNode& node, const QRectF& box) {
    for (std::uint32_t i = 0; i < std::min(node.cableCount, 3U); ++i) {
      const TopologyCable& cable = graph_.cables[node.firstCable + i];
      const QRectF plug(box.left() + 14 + i * 14.0, box.bottom() - 3, 11, 6);
      painter_.setPen(QPen(theme_[Token::EdgeStrong], 1,
                           cable.status == san::CableStatus::Connected ? Qt::SolidLine : Qt::DotLine));
      painter_.setBrush(cableColor(cable.color, theme_));
      painter_.drawRoundedRect(plug, 1.5, 1.5);
    }
    // Its label, where there is room for it below the box.
    if (viewport_.scale >= kCableTextScale) {
      const TopologyCable& cable = graph_.cables[node.firstCable];
      QFont small = font_;
      small.setPixelSize(std::max(9, textSize(viewport_.scale) - 3));
      painter_.setFont(small);
      painter_.setPen(theme_[Token::TextMuted]);
      const double left = box.left() + 14 + std::min(node.cableCount, 3U) * 14.0 + 2;
      const QFontMetricsF metrics(small);
      const QString text = metrics.elidedText(cableText(cable), Qt::ElideRight, box.right() - left);
      painter_.drawText(QRectF(left, box.bottom() - 1, box.right() - left, metrics.height() + 1),
                        Qt::AlignLeft | Qt::AlignTop, text);
      ++counts_.texts;
    }
  }

  void paintTitle(std::uint32_t number, const QRectF& room, bool lit) {
    const TopologyNode& node = graph_.nodes[number];
    const bool removed = node.change == TopologyChange::Removed;
    painter_.setPen(!lit              ? dimText_
                    : removed         ? theme_[Token::Removed]
                    : node.registered ? theme_[Token::Text]
                                      : theme_[Token::TextMuted]);
    QFont font = font_;
    font.setStrikeOut(removed);
    if (node.change == TopologyChange::Added) font.setWeight(QFont::Bold);
    painter_.setFont(font);
    ++counts_.texts;
    const int width = static_cast<int>(room.width());
    if (options_.labels == nullptr || node.change != TopologyChange::None) {
      painter_.drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                        QFontMetricsF(font).elidedText(node.title, elideOf(node.title), width));
      return;
    }
    const QStaticText& text = options_.labels->of(number, node.title, font, width);
    painter_.drawStaticText(QPointF(room.left(), room.center().y() - text.size().height() / 2), text);
  }

  QPainter& painter_;
  const TopologyScene& scene_;
  const Topology& topology_;
  const TopologyGraph& graph_;
  const TopologyViewport& viewport_;
  const TopologyPaintOptions& options_;
  const Theme& theme_;
  const QRectF part_;
  PaintCounts& counts_;
  QFont font_;
  QColor dimPanel_, softLine_, dimText_, dimLine_;
};

const Theme& themeOf(const TopologyPaintOptions& options) {
  return options.theme != nullptr ? *options.theme : theme();
}

QRectF partOf(const TopologyViewport& viewport, const TopologyPaintOptions& options) {
  return options.part.isEmpty() ? viewport.rect() : options.part;
}

}  // namespace

const QStaticText& TopologyLabels::of(std::uint32_t node, const QString& text, const QFont& font, int width) {
  if (font != font_ || texts_.size() >= kMost) {
    texts_.clear();
    font_ = font;
  }
  Label& label = texts_[node];
  // Another topology has another node of that number.
  if (label.width != width || label.whole != text) {
    label.width = width;
    label.whole = text;
    label.text.setTextFormat(Qt::PlainText);
    label.text.setPerformanceHint(QStaticText::AggressiveCaching);
    label.text.setText(QFontMetricsF(font).elidedText(text, elideOf(text), width));
    label.text.prepare({}, font);
  }
  return label.text;
}

PaintCounts paintTopology(QPainter& painter, const TopologyScene& scene, const TopologyViewport& viewport,
                          const TopologyPaintOptions& options) {
  painter.setLayoutDirection(Qt::LeftToRight);
  PaintCounts counts;
  const Theme& theme = themeOf(options);
  const QRectF part = partOf(viewport, options);
  painter.save();
  painter.setClipRect(part);
  painter.fillRect(part, theme[Token::Window]);
  NodePainter nodes(painter, scene, viewport, options, theme, part, counts);
  nodes.paintFrames();
  TopologyEdges edges(scene, viewport, theme, part, counts, options.manner);
  edges.paint(painter);
  nodes.paintNodes();
  edges.paintBadges(painter, options.font);
  painter.restore();
  return counts;
}

void paintTopologyHeadings(QPainter& painter, const TopologyScene& scene, const TopologyViewport& viewport,
                           const TopologyPaintOptions& options) {
  painter.setLayoutDirection(Qt::LeftToRight);
  const Theme& theme = themeOf(options);
  const TopologyGraph& graph = scene.topology->graph;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing, false);
  const QRectF strip(0, 0, viewport.size.width(), kHeadingHeight);
  painter.fillRect(strip, theme[Token::Window]);
  painter.setPen(QPen(mixed(theme[Token::Line], theme[Token::Window], 0.5), 1));
  painter.drawLine(QPointF(0, kHeadingHeight - 0.5), QPointF(strip.right(), kHeadingHeight - 0.5));
  QFont font = options.font;
  font.setPixelSize(12);
  font.setWeight(QFont::DemiBold);
  painter.setFont(font);
  const QFontMetricsF metrics(font);
  for (std::size_t i = 0; i < kTopologyColumns; ++i) {
    const auto column = TopologyColumn(i);
    std::size_t objects = 0;
    for (std::uint32_t node = graph.columnStart(column); node < graph.columnEnd(column); ++node)
      objects += graph.nodes[node].objects;
    const double left = viewport.x(TopologyLayout::left(column));
    const QRectF box(left, 0, std::max(kColumnPitch * viewport.scaleX - 8, 40.0), kHeadingHeight);
    if (!box.intersects(strip)) continue;
    const QString word = asTitle(topologyColumnWord(column, true, scene.sanWords));
    painter.setPen(theme[Token::Text]);
    const QString shown = metrics.elidedText(word, Qt::ElideRight, box.width());
    painter.drawText(box, Qt::AlignVCenter | Qt::AlignLeft, shown);
    painter.setPen(theme[Token::TextMuted]);
    const double used = metrics.horizontalAdvance(shown) + 8;
    if (box.width() - used > 30)
      painter.drawText(box.adjusted(used, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, QLocale().toString(objects));
  }
  painter.restore();
}

void paintTopologyOverlay(QPainter& painter, const TopologyScene& scene, const TopologyViewport& viewport,
                          const TopologyPaintOptions& options, const TopologyOverlay& overlay) {
  painter.setLayoutDirection(Qt::LeftToRight);
  constexpr std::size_t kMostEdges = 4000;
  const Theme& theme = themeOf(options);
  const Topology& topology = *scene.topology;
  const QRectF part = partOf(viewport, options);
  painter.save();
  painter.setClipRect(part);
  std::vector<std::uint32_t> edges;
  for (const std::uint32_t node : overlay.selected) {
    const auto left = topology.graph.leftOf(node), right = topology.graph.rightOf(node);
    edges.insert(edges.end(), left.begin(), left.end());
    edges.insert(edges.end(), right.begin(), right.end());
    if (edges.size() > kMostEdges) break;
  }
  std::ranges::sort(edges);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  if (edges.size() > kMostEdges) edges.resize(kMostEdges);
  PaintCounts counts;
  if (!edges.empty() && !scene.paths)
    TopologyEdges(scene, viewport, theme, part, counts, options.manner).paintOnly(painter, edges, theme[Token::Accent]);
  painter.setRenderHint(QPainter::Antialiasing, viewport.detail() == Detail::Labels);
  const double radius = 6 * viewport.scale;
  const auto ring = [&](std::uint32_t node, const QColor& color, double width, double out) {
    QRectF box = viewport.boxOf(topology.layout, topology.graph, node);
    if (box.height() < 3) box.adjust(0, -1.5, 0, 1.5);
    if (!box.intersects(part)) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, width));
    painter.drawRoundedRect(box.adjusted(-out, -out, out, out), radius + out, radius + out);
  };
  if (overlay.hovered != kNoNode) ring(overlay.hovered, theme[Token::EdgeStrong], 1, 0.5);
  for (const std::uint32_t node : overlay.selected) ring(node, theme[Token::Accent], 2, 0.5);
  if (overlay.current != kNoNode && overlay.focused) ring(overlay.current, theme[Token::Focus], 2, 4);
  painter.restore();
}

}  // namespace console
