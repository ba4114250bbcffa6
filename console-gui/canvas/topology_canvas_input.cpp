// Mouse, wheel and keys of the topology's canvas: topology_canvas.h.
#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "console-gui/canvas/topology_canvas.h"

namespace console {

// What is selected of a node: its object; of a group, what the group is made by.
san::ObjectRef TopologyCanvas::objectOf(std::uint32_t node) const {
  return scene_.topology->graph.nodes[node].key.object;
}

void TopologyCanvas::choose(std::uint32_t node, Qt::KeyboardModifiers modifiers) {
  const san::ObjectRef object = objectOf(node);
  if (!object) {
    if ((modifiers & Qt::ControlModifier) == 0) selection_.clear();
    return;
  }
  if ((modifiers & Qt::ControlModifier) != 0) {
    selection_.toggle(object);
  } else if ((modifiers & Qt::ShiftModifier) != 0) {
    auto objects = selection_.objects();
    objects.push_back(object);
    selection_.set(std::move(objects), object);
  } else {
    selection_.select(object);
  }
}

void TopologyCanvas::chooseAll(const QRectF& box, bool add) {
  auto objects = add ? selection_.objects() : std::vector<san::ObjectRef>{};
  san::ObjectRef current;
  for (const std::uint32_t node : nodesIn(*scene_.topology, seen_, box.intersected(seen_.rect()))) {
    const san::ObjectRef object = objectOf(node);
    if (!object || !scene_.isLit(node)) continue;
    if (!current) current = object;
    objects.push_back(object);
  }
  selection_.set(std::move(objects), current);
}

void TopologyCanvas::activate(std::uint32_t node) {
  const TopologyNode& own = scene_.topology->graph.nodes[node];
  if (own.key.group) {
    emit groupToggled(own.key, true);
  } else {
    emit inspect(own.key.object);
  }
}

void TopologyCanvas::press(std::uint32_t node) {
  setCurrent(node);
  activate(node);
}

void TopologyCanvas::setHovered(std::uint32_t node) {
  if (std::exchange(overlay_.hovered, node) == node) return;
  viewport()->update();
}

void TopologyCanvas::mousePressEvent(QMouseEvent* event) {
  if (!scene_.topology) return;
  const QPointF at = toScene(event->position());
  pressedAt_ = last_ = at;
  drag_ = Drag::None;
  if (event->button() == Qt::MiddleButton) {
    drag_ = Drag::Pan;
    return;
  }
  if (event->button() != Qt::LeftButton && event->button() != Qt::RightButton) return;
  const std::uint32_t node = nodeAt(*scene_.topology, seen_, at);
  if (node != kNoNode) {
    overlay_.current = node;
    cameFrom_ = kNoNode;
    // A right click on what is selected leaves the selection to the menu.
    if (event->button() == Qt::LeftButton || !std::ranges::binary_search(overlay_.selected, node))
      choose(node, event->modifiers());
    viewport()->update();
    emit currentChanged();
    return;
  }
  if (event->button() != Qt::LeftButton) return;
  if (const std::uint32_t group = groupHeaderAt(*scene_.topology, seen_, at); group != kNoNode) {
    emit groupToggled(scene_.topology->graph.groups[group].key, false);
    return;
  }
  drag_ = (event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier)) != 0 ? Drag::Lasso : Drag::Pressed;
  lasso_ = {};
}

void TopologyCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (!scene_.topology) return;
  const QPointF at = toScene(event->position());
  switch (drag_) {
    case Drag::Pressed:
      if ((at - pressedAt_).manhattanLength() < QApplication::startDragDistance()) break;
      drag_ = Drag::Pan;
      viewport()->setCursor(Qt::ClosedHandCursor);
      [[fallthrough]];
    case Drag::Pan:
      panBy(last_ - at);
      last_ = at;
      break;
    case Drag::Lasso:
      lasso_ = QRectF(pressedAt_, at).normalized();
      viewport()->update();
      break;
    case Drag::None:
      setHovered(nodeAt(*scene_.topology, seen_, at));
      break;
  }
}

void TopologyCanvas::mouseReleaseEvent(QMouseEvent* event) {
  const Drag drag = std::exchange(drag_, Drag::None);
  viewport()->unsetCursor();
  if (!scene_.topology) return;
  if (drag == Drag::Pressed) {
    selection_.clear();
  } else if (drag == Drag::Lasso) {
    chooseAll(lasso_, (event->modifiers() & Qt::ControlModifier) != 0);
    viewport()->update();
  }
}

void TopologyCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
  if (!scene_.topology || event->button() != Qt::LeftButton) return;
  const std::uint32_t node = nodeAt(*scene_.topology, seen_, toScene(event->position()));
  if (node != kNoNode) activate(node);
}

// A wheel zooms at the cursor; with Shift it goes sideways, with Alt up and down. What has pixels (a touchpad) pans,
// and zooms with Ctrl.
void TopologyCanvas::wheelEvent(QWheelEvent* event) {
  if (!scene_.topology) return;
  event->accept();
  const bool zooms = (event->modifiers() & Qt::ControlModifier) != 0;
  if (!event->pixelDelta().isNull() && !zooms) return panBy(-QPointF(event->pixelDelta()));
  constexpr double kStep = 80;  // pixels
  const QPointF steps = QPointF(event->angleDelta()) / 120.0;
  // Qt gives the turns of a wheel with Alt as turns to the side.
  if ((event->modifiers() & Qt::AltModifier) != 0) return panBy({0, -(steps.x() + steps.y()) * kStep});
  if ((event->modifiers() & Qt::ShiftModifier) != 0) return panBy({-(steps.x() + steps.y()) * kStep, 0});
  if (steps.y() == 0) return panBy({-steps.x() * kStep, 0});  // a wheel that tilts
  zoomBy(std::pow(1.2, steps.y()), toScene(event->position()));
}

std::uint32_t TopologyCanvas::along(bool right) const {
  const Topology& topology = *scene_.topology;
  const auto edges = right ? topology.graph.rightOf(overlay_.current) : topology.graph.leftOf(overlay_.current);
  // Back where it came from, else what stands nearest; what is lit before what is dimmed.
  std::uint32_t best = kNoNode;
  for (const std::uint32_t edge : edges) {
    const std::uint32_t node = right ? topology.graph.edges[edge].to : topology.graph.edges[edge].from;
    if (node == cameFrom_) return node;
    const auto rank = [&](std::uint32_t one) {
      return std::tuple(!scene_.isLit(one), std::abs(topology.layout.top[one] - topology.layout.top[overlay_.current]),
                        one);
    };
    if (best == kNoNode || rank(node) < rank(best)) best = node;
  }
  return best;
}

std::uint32_t TopologyCanvas::beside(int step) const {
  const Topology& topology = *scene_.topology;
  const std::uint32_t node = overlay_.current;
  if (cameFrom_ != kNoNode) {
    // Among the links of the node that it came from.
    std::vector<std::uint32_t> siblings;
    const bool right = topology.graph.nodes[node].key.column > topology.graph.nodes[cameFrom_].key.column;
    for (const std::uint32_t edge : right ? topology.graph.rightOf(cameFrom_) : topology.graph.leftOf(cameFrom_)) {
      siblings.push_back(right ? topology.graph.edges[edge].to : topology.graph.edges[edge].from);
    }
    std::ranges::sort(siblings, {}, [&](std::uint32_t one) { return std::pair(topology.layout.top[one], one); });
    const auto at = std::ranges::find(siblings, node) - siblings.begin() + step;
    return at < 0 || at >= static_cast<std::ptrdiff_t>(siblings.size()) ? kNoNode
                                                                        : siblings[static_cast<std::size_t>(at)];
  }
  const auto& column = topology.layout.columns[static_cast<std::size_t>(topology.graph.nodes[node].key.column)];
  const auto at = static_cast<std::ptrdiff_t>(topology.layout.rank[node]) + step;
  return column[static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(at, 0, static_cast<std::ptrdiff_t>(column.size()) - 1))];
}

void TopologyCanvas::walk(std::uint32_t to, bool byLink, Qt::KeyboardModifiers modifiers) {
  if (to == kNoNode) return;
  const std::uint32_t from = overlay_.current;
  overlay_.current = to;
  reveal(to);
  if ((modifiers & Qt::ControlModifier) == 0) choose(to, modifiers & Qt::ShiftModifier);
  overlay_.current = to;
  // Whoever goes back is where he was before: his column is free again.
  if (byLink) cameFrom_ = to == cameFrom_ ? kNoNode : from;
  viewport()->update();
  emit currentChanged();
}

void TopologyCanvas::keyPressEvent(QKeyEvent* event) {
  if (!scene_.topology || scene_.topology->graph.nodes.empty()) return QAbstractScrollArea::keyPressEvent(event);
  const int key = event->key();
  const bool arrow = key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
  if (arrow && (event->modifiers() & Qt::AltModifier) != 0)
    return QAbstractScrollArea::keyPressEvent(event);  // back, forward
  // The first arrow takes the first node that is seen.
  if (arrow && overlay_.current == kNoNode) {
    const auto nodes = nodesIn(*scene_.topology, seen_, seen_.rect());
    return walk(nodes.empty() ? scene_.topology->layout
                                    .columns[static_cast<std::size_t>(scene_.topology->graph.nodes.front().key.column)]
                                    .front()
                              : nodes.front(),
                false, event->modifiers());
  }
  switch (key) {
    case Qt::Key_Left:
      return walk(along(false), true, event->modifiers());
    case Qt::Key_Right:
      return walk(along(true), true, event->modifiers());
    case Qt::Key_Up:
      return walk(beside(-1), false, event->modifiers());
    case Qt::Key_Down:
      return walk(beside(1), false, event->modifiers());
    case Qt::Key_PageUp:
      return panBy({0, -seen_.size.height() * 0.8});
    case Qt::Key_PageDown:
      return panBy({0, seen_.size.height() * 0.8});
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (overlay_.current != kNoNode) activate(overlay_.current);
      return;
    case Qt::Key_Space:
      if (overlay_.current != kNoNode) choose(overlay_.current, Qt::ControlModifier);
      return;
    case Qt::Key_Escape:
      cameFrom_ = kNoNode;
      if (selection_.objects().empty()) break;
      return selection_.clear();
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoomBy(1.25);
    case Qt::Key_Minus:
      return zoomBy(1 / 1.25);
    case Qt::Key_Backspace: {  // closes the group that the current node stands in
      if (overlay_.current == kNoNode) break;
      const TopologyNode& node = scene_.topology->graph.nodes[overlay_.current];
      if (node.group == kNoNode || node.key.group) break;
      emit groupToggled(scene_.topology->graph.groups[node.group].key, false);
      return;
    }
    case Qt::Key_Home:
    case Qt::Key_0:
      return fit();
    case Qt::Key_F:
      return zoomToSelection();
    default:
      break;
  }
  QAbstractScrollArea::keyPressEvent(event);
}

void TopologyCanvas::focusInEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusInEvent(event);
  viewport()->update();
}

void TopologyCanvas::focusOutEvent(QFocusEvent* event) {
  QAbstractScrollArea::focusOutEvent(event);
  viewport()->update();
}

}  // namespace console
