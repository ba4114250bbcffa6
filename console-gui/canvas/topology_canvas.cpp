#include "console-gui/canvas/topology_canvas.h"

#include <QEvent>
#include <QHelpEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "console-gui/canvas/topology_access.h"
#include "console-gui/model/topology_lit.h"
#include "console-gui/model/topology_table.h"

namespace console {

TopologyCanvas::TopologyCanvas(Selection& selection, QWidget* parent)
    : QAbstractScrollArea(parent), selection_(selection) {
  setFocusPolicy(Qt::StrongFocus);
  // From the host to the logical unit in every language; so it is exported too.
  setLayoutDirection(Qt::LeftToRight);
  setFrameShape(QFrame::NoFrame);
  setAccessibleName(tr("Topology"));
  setAccessibleDescription(tr("Arrow keys follow the links, Enter inspects, Space selects, plus and minus zoom."));
  setMinimumSize(320, 200);
  installTopologyAccess();
  connect(this, &TopologyCanvas::currentChanged, this, [this] { topologyAccessMoved(*this); });
  viewport()->setMouseTracking(true);
  viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
  settle_.setSingleShot(true);
  settle_.setInterval(kSettle);
  connect(&settle_, &QTimer::timeout, this, &TopologyCanvas::repaintAll);
  connect(&selection_, &Selection::changed, this, [this] {
    findSelected();
    viewport()->update();
  });
  connect(&ThemeHolder::instance(), &ThemeHolder::changed, this, &TopologyCanvas::repaintAll);
}

void TopologyCanvas::repaintAll() {
  dirty_ = true;
  viewport()->update();
}

namespace {

// The uppermost member of an open group; kNoNode: there is none.
std::uint32_t firstOf(const Topology& topology, const TopologyKey& group) {
  for (const std::uint32_t node : topology.layout.columns[static_cast<std::size_t>(group.column)]) {
    const TopologyNode& own = topology.graph.nodes[node];
    if (!own.key.group && own.group != kNoNode && topology.graph.groups[own.group].key == group) return node;
  }
  return kNoNode;
}

}  // namespace

void TopologyCanvas::setTopology(TopologyPtr topology) {
  // What holds the picture still: the current node, else the uppermost that is seen.
  TopologyKey anchor;
  double anchorY = 0;
  bool anchored = false;
  std::optional<TopologyKey> current, group;
  if (scene_.topology && topology) {
    const Topology& before = *scene_.topology;
    if (overlay_.current != kNoNode) {
      const TopologyNode& node = before.graph.nodes[overlay_.current];
      current = node.key;
      if (node.group != kNoNode) group = before.graph.groups[node.group].key;
    }
    const auto nodes = nodesIn(before, seen_, seen_.rect());
    const bool seesCurrent = overlay_.current != kNoNode && std::ranges::find(nodes, overlay_.current) != nodes.end();
    const std::uint32_t node = seesCurrent ? overlay_.current : nodes.empty() ? kNoNode : nodes.front();
    if (node != kNoNode) {
      anchored = true;
      anchor = before.graph.nodes[node].key;
      anchorY = seen_.y(before.layout.top[node]);
    }
  }
  const bool first = !scene_.topology;
  scene_.topology = std::move(topology);
  scene_.lit.clear();
  scene_.paths = nullptr;
  overlay_.hovered = overlay_.current = cameFrom_ = kNoNode;
  bool stays = false;
  if (scene_.topology) {
    const auto& nodes = scene_.topology->graph.nodes;
    const auto find = [&](const TopologyKey& key) {
      const auto at = std::ranges::lower_bound(nodes, key, {}, &TopologyNode::key);
      return at != nodes.end() && at->key == key ? static_cast<std::uint32_t>(at - nodes.begin()) : kNoNode;
    };
    if (current) overlay_.current = find(*current);
    // Of a group that was opened its first member, of one that was closed the group.
    if (current && overlay_.current == kNoNode && group) {
      overlay_.current = current->group ? firstOf(*scene_.topology, *group) : find(*group);
      stays = overlay_.current != kNoNode;
    }
    if (first || keeps_ != Keeps::Place) {
      first || keeps_ == Keeps::Begin ? showFirst() : fit();
    } else {
      TopologyViewport seen = seen_;
      seen.scaleX = TopologyViewport::widthScale(scene_.topology->layout, seen.size, seen.scale);
      const std::uint32_t node = anchored ? find(anchor) : kNoNode;
      if (node != kNoNode) seen.offset.setY(scene_.topology->layout.top[node] * seen.scale - anchorY);
      setSeen(seen);
    }
  } else {
    for (QScrollBar* bar : {horizontalScrollBar(), verticalScrollBar()}) bar->setRange(0, 0);
  }
  findSelected(!stays);
  repaintAll();
  topologyAccessChanged(*this);
  emit sceneChanged();
  emit currentChanged();
}

void TopologyCanvas::setFilter(const ObjectFilter& filter) {
  if (!scene_.topology) return;
  scene_.lit = filter.isActive() ? topologyLit(scene_.topology->graph, filter.matched()) : std::vector<std::uint8_t>{};
  repaintAll();
  emit sceneChanged();
}

void TopologyCanvas::setColorBy(TopologyColor by) {
  scene_.colorBy = by;
  repaintAll();
  emit sceneChanged();
}

void TopologyCanvas::setPaths(std::shared_ptr<const TopologyPaths> paths) {
  scene_.paths = std::move(paths);
  repaintAll();
  emit sceneChanged();
}

void TopologyCanvas::setSanWords(bool yes) {
  scene_.sanWords = yes;
  repaintAll();
}

void TopologyCanvas::findSelected(bool follow) {
  overlay_.selected.clear();
  if (!scene_.topology) return;
  for (const san::ObjectRef ref : selection_.objects()) {
    const auto nodes = scene_.topology->graph.nodesOf(ref);
    overlay_.selected.insert(overlay_.selected.end(), nodes.begin(), nodes.end());
  }
  std::ranges::sort(overlay_.selected);
  overlay_.selected.erase(std::unique(overlay_.selected.begin(), overlay_.selected.end()), overlay_.selected.end());
  if (!follow) return;
  // What was selected elsewhere becomes the current one here.
  const auto nodes = scene_.topology->graph.nodesOf(selection_.current());
  if (nodes.empty() || std::ranges::find(nodes, overlay_.current) != nodes.end()) return;
  overlay_.current = nodes.front();
  cameFrom_ = kNoNode;
  emit currentChanged();
}

// --- what is seen ---

TopologyViewport TopologyCanvas::bounded(TopologyViewport viewport) const {
  const TopologyLayout& layout = scene_.topology->layout;
  const auto bound = [](double offset, double content, double size) {
    if (content + 2 * kSceneMargin <= size) return (content - size) / 2;
    return std::clamp(offset, -kSceneMargin, content + kSceneMargin - size);
  };
  // Whole device pixels, so that a frame can be shifted.
  const double ratio = devicePixelRatioF();
  viewport.offset.setX(
      std::round(bound(viewport.offset.x(), layout.width * viewport.scaleX, viewport.size.width()) * ratio) / ratio);
  viewport.offset.setY(
      std::round(bound(viewport.offset.y(), layout.height * viewport.scale, viewport.size.height()) * ratio) / ratio);
  return viewport;
}

void TopologyCanvas::setSeen(TopologyViewport seen) {
  seen_ = bounded(seen);
  syncBars();
  viewport()->update();
  emit seenChanged();
}

void TopologyCanvas::syncBars() {
  syncing_ = true;
  const TopologyLayout& layout = scene_.topology->layout;
  const auto set = [](QScrollBar* bar, double content, double size, double offset) {
    const double hidden = content + 2 * kSceneMargin - size;
    bar->setPageStep(static_cast<int>(size));
    bar->setSingleStep(static_cast<int>(kNodePitch));
    // A part of a pixel is rounding.
    bar->setRange(0, hidden < 1 ? 0 : static_cast<int>(std::ceil(hidden)));
    bar->setValue(static_cast<int>(std::lround(offset + kSceneMargin)));
  };
  set(horizontalScrollBar(), layout.width * seen_.scaleX, seen_.size.width(), seen_.offset.x());
  set(verticalScrollBar(), layout.height * seen_.scale, seen_.size.height(), seen_.offset.y());
  syncing_ = false;
}

void TopologyCanvas::scrollContentsBy(int, int) {
  if (syncing_ || !scene_.topology) return;
  TopologyViewport seen = seen_;
  seen.offset = {horizontalScrollBar()->value() - kSceneMargin, verticalScrollBar()->value() - kSceneMargin};
  keeps_ = Keeps::Place;
  setSeen(seen);
}

void TopologyCanvas::fit() {
  if (!scene_.topology) return;
  const QSizeF size(viewport()->width(), std::max(1.0, viewport()->height() - kHeadingHeight));
  setSeen(TopologyViewport::fit(scene_.topology->layout, size));
  keeps_ = Keeps::Whole;
}

void TopologyCanvas::showFirst() {
  if (!scene_.topology) return;
  const QSizeF size(viewport()->width(), std::max(1.0, viewport()->height() - kHeadingHeight));
  setSeen(TopologyViewport::first(scene_.topology->layout, size));
  keeps_ = Keeps::Begin;
}

void TopologyCanvas::zoomBy(double factor) {
  if (!scene_.topology) return;
  QPointF anchor(seen_.size.width() / 2, seen_.size.height() / 2);
  if (overlay_.current != kNoNode) {
    const QRectF box = seen_.boxOf(scene_.topology->layout, scene_.topology->graph, overlay_.current);
    if (seen_.rect().intersects(box)) anchor = box.center();
  }
  zoomBy(factor, anchor);
}

void TopologyCanvas::zoomBy(double factor, QPointF anchor) {
  if (!scene_.topology) return;
  const double least = std::min(1.0, TopologyViewport::fit(scene_.topology->layout, seen_.size).scale);
  TopologyViewport seen = seen_;
  seen.scale = std::clamp(seen.scale * factor, least, std::max(kMostScale, least));
  seen.scaleX = TopologyViewport::widthScale(scene_.topology->layout, seen.size, seen.scale);
  const QPointF at(seen_.sceneX(anchor.x()), seen_.sceneY(anchor.y()));
  seen.offset = {at.x() * seen.scaleX - anchor.x(), at.y() * seen.scale - anchor.y()};
  keeps_ = Keeps::Place;
  setSeen(seen);
}

void TopologyCanvas::panBy(QPointF pixels) {
  if (!scene_.topology) return;
  TopologyViewport seen = seen_;
  seen.offset += pixels;
  keeps_ = Keeps::Place;
  setSeen(seen);
}

void TopologyCanvas::center(QPointF scenePoint) {
  if (!scene_.topology) return;
  TopologyViewport seen = seen_;
  seen.offset = {scenePoint.x() * seen.scaleX - seen.size.width() / 2,
                 scenePoint.y() * seen.scale - seen.size.height() / 2};
  keeps_ = Keeps::Place;
  setSeen(seen);
}

void TopologyCanvas::zoomToSelection() {
  if (!scene_.topology) return;
  if (overlay_.selected.empty()) return fit();
  const TopologyLayout& layout = scene_.topology->layout;
  float top = layout.height, bottom = 0, left = layout.width, right = 0;
  for (const std::uint32_t node : overlay_.selected) {
    top = std::min(top, layout.top[node]);
    bottom = std::max(bottom, layout.top[node] + kNodeHeight);
    const float x = TopologyLayout::left(scene_.topology->graph.nodes[node].key.column);
    left = std::min(left, x);
    right = std::max(right, x + kNodeWidth);
  }
  TopologyViewport seen = seen_;
  const double high = (seen.size.height() - 2 * kSceneMargin) / (bottom - top),
               wide = (seen.size.width() - 2 * kSceneMargin) / (right - left);
  seen.scale = std::clamp(std::min(high, wide), 1e-4, 1.0);
  seen.scaleX = TopologyViewport::widthScale(layout, seen.size, seen.scale);
  seen_ = seen;
  center({(left + right) / 2.0, (top + bottom) / 2.0});
}

void TopologyCanvas::reveal(std::uint32_t node) {
  if (!scene_.topology || node == kNoNode) return;
  const QRectF box = seen_.boxOf(scene_.topology->layout, scene_.topology->graph, node).adjusted(-12, -12, 12, 12);
  const auto need = [](double low, double high, double size) {
    return low < 0 ? low : high > size ? std::min(high - size, low) : 0.0;
  };
  const QPointF move(need(box.left(), box.right(), seen_.size.width()),
                     need(box.top(), box.bottom(), seen_.size.height()));
  if (!move.isNull()) panBy(move);
}

void TopologyCanvas::setCurrent(std::uint32_t node, bool select) {
  overlay_.current = node;
  reveal(node);
  if (select && node != kNoNode) choose(node, Qt::NoModifier);
  viewport()->update();
  emit currentChanged();
}

// --- painting ---

void TopologyCanvas::resizeEvent(QResizeEvent*) {
  if (!scene_.topology) return;
  if (keeps_ != Keeps::Place) return keeps_ == Keeps::Whole ? fit() : showFirst();
  TopologyViewport seen = seen_;
  seen.size = QSizeF(viewport()->width(), std::max(1.0, viewport()->height() - kHeadingHeight));
  seen.scaleX = TopologyViewport::widthScale(scene_.topology->layout, seen.size, seen.scale);
  setSeen(seen);
}

void TopologyCanvas::paintPart(const QRectF& part, bool whole) {
  QPainter painter(&frame_);
  TopologyPaintOptions options;
  options.labels = &labels_;
  options.font = font();
  options.part = part;
  if (!whole) options.manner = manner_;
  counts_.last = paintTopology(painter, scene_, seen_, options);
  if (whole) manner_ = counts_.last.manner;
  ++(whole ? counts_.frames : counts_.strips);
}

void TopologyCanvas::updateFrame() {
  const double ratio = devicePixelRatioF();
  const QSize pixels(static_cast<int>(std::ceil(seen_.size.width() * ratio)),
                     static_cast<int>(std::ceil(seen_.size.height() * ratio)));
  // Of the frame, whose last pixels may reach beyond what is seen.
  const double width = pixels.width() / ratio, height = pixels.height() / ratio;
  const bool sameView = frame_.size() == pixels && painted_.scale == seen_.scale && painted_.scaleX == seen_.scaleX;
  const QPointF moved = (painted_.offset - seen_.offset) * ratio;
  const int dx = static_cast<int>(std::lround(moved.x())), dy = static_cast<int>(std::lround(moved.y()));
  const bool near = std::abs(dx) < pixels.width() / 2 && std::abs(dy) < pixels.height() / 2;
  if (dirty_ || !sameView || !near) {
    if (frame_.size() != pixels) {
      frame_ = QPixmap(pixels);
      frame_.setDevicePixelRatio(ratio);
    }
    settle_.stop();
    paintPart({0, 0, width, height}, true);
  } else if (dx != 0 || dy != 0) {
    frame_.scroll(dx, dy, QRect(QPoint(0, 0), pixels));
    const double x = dx / ratio, y = dy / ratio;
    if (dy > 0) paintPart({0, 0, width, y}, false);
    if (dy < 0) paintPart({0, height + y, width, -y}, false);
    if (dx > 0) paintPart({0, 0, x, height}, false);
    if (dx < 0) paintPart({width + x, 0, -x, height}, false);
    settle_.start();
  }
  dirty_ = false;
  painted_ = seen_;
}

void TopologyCanvas::paintEvent(QPaintEvent*) {
  ++counts_.events;
  QPainter painter(viewport());
  const Theme& colors = theme();
  if (!scene_.topology) {
    painter.fillRect(viewport()->rect(), colors[Token::Window]);
    return;
  }
  updateFrame();
  painter.drawPixmap(QPointF(0, kHeadingHeight), frame_);
  TopologyPaintOptions options;
  options.font = font();
  options.labels = &labels_;
  options.manner = manner_;
  painter.save();
  painter.translate(0, kHeadingHeight);
  overlay_.focused = hasFocus();
  paintTopologyOverlay(painter, scene_, seen_, options, overlay_);
  if (drag_ == Drag::Lasso) {
    painter.setPen(QPen(colors[Token::Accent], 1, Qt::DashLine));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(lasso_);
  }
  painter.restore();
  paintTopologyHeadings(painter, scene_, seen_, options);
  if (hasFocus() && overlay_.current == kNoNode) {
    painter.setPen(QPen(colors[Token::Focus], 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
  }
}

void TopologyCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::FontChange || event->type() == QEvent::LanguageChange) repaintAll();
  QAbstractScrollArea::changeEvent(event);
}

bool TopologyCanvas::viewportEvent(QEvent* event) {
  if (event->type() == QEvent::ToolTip && scene_.topology) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const std::uint32_t node = nodeAt(*scene_.topology, seen_, toScene(help->pos()));
    if (node == kNoNode) {
      QToolTip::hideText();
    } else {
      QToolTip::showText(help->globalPos(), tipFor(node), viewport());
    }
    return true;
  }
  if (event->type() == QEvent::Leave) setHovered(kNoNode);
  return QAbstractScrollArea::viewportEvent(event);
}

QString TopologyCanvas::tipFor(std::uint32_t number) const {
  const TopologyGraph& graph = scene_.topology->graph;
  const TopologyNode& node = graph.nodes[number];
  QStringList lines;
  lines << QStringLiteral("<b>%1</b>").arg(node.title.toHtmlEscaped())
        << describeNode(graph, number, scene_.sanWords).toHtmlEscaped();
  const auto value = [&](const QString& name, const QString& text) {
    if (!text.isEmpty()) lines << QStringLiteral("%1: %2").arg(name, text).toHtmlEscaped();
  };
  value(TopologyTable::headerOf(TopologyTable::Fabric, scene_.sanWords), valueText(graph.fabrics, node.fabric));
  value(TopologyTable::headerOf(TopologyTable::Set, scene_.sanWords), valueText(graph.sets, node.set));
  value(TopologyTable::headerOf(TopologyTable::Label, scene_.sanWords), valueText(graph.labels, node.label));
  for (std::uint32_t i = 0; i < node.cableCount; ++i)
    lines << cableText(graph.cables[node.firstCable + i]).toHtmlEscaped();
  if (scene_.paths && std::ranges::binary_search(scene_.paths->weakPoints, number)) {
    lines << QStringLiteral("<b>%1</b>").arg(tr("Single point of failure: every path that works needs it."));
  }
  if (node.key.group) lines << tr("Double-click or press Enter to open the group.");
  return lines.join(QStringLiteral("<br>"));
}

}  // namespace console
