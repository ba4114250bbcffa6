// What a viewport shows and what is at a point of it: declared in topology_painter.h.
#include <algorithm>
#include <cmath>

#include "console-gui/canvas/topology_painter.h"

namespace console {

QRectF TopologyViewport::boxOf(const TopologyLayout& layout, const TopologyGraph& graph, std::uint32_t node) const {
  return {x(TopologyLayout::left(graph.nodes[node].key.column)), y(layout.top[node]), kNodeWidth * scaleX,
          kNodeHeight * scale};
}

double TopologyViewport::widthScale(const TopologyLayout& layout, QSizeF size, double scale) {
  const double fits = (size.width() - 2 * kSceneMargin) / std::max<double>(layout.width, 1);
  return std::max(scale, std::clamp(fits, 0.05, 1.0));
}

TopologyViewport TopologyViewport::fit(const TopologyLayout& layout, QSizeF size) {
  TopologyViewport viewport;
  viewport.size = size;
  const double wide = (size.width() - 2 * kSceneMargin) / std::max<double>(layout.width, 1);
  const double high = (size.height() - 2 * kSceneMargin) / std::max<double>(layout.height, 1);
  viewport.scale = std::clamp(std::min(wide, high), 1e-4, 1.25);
  viewport.scaleX = widthScale(layout, size, viewport.scale);
  viewport.offset = {(layout.width * viewport.scaleX - size.width()) / 2,
                     (layout.height * viewport.scale - size.height()) / 2};
  return viewport;
}

TopologyViewport TopologyViewport::first(const TopologyLayout& layout, QSizeF size) {
  TopologyViewport viewport = fit(layout, size);
  if (viewport.scale >= kReadableScale) return viewport;
  // All columns, where their names can still be read then.
  const double wide = (size.width() - 2 * kSceneMargin) / std::max<double>(layout.width, 1);
  viewport.scale = std::clamp(wide, kLeastReadableScale, kReadableScale);
  viewport.scaleX = widthScale(layout, size, viewport.scale);
  viewport.offset = {std::max(-kSceneMargin, (layout.width * viewport.scaleX - size.width()) / 2), -kSceneMargin};
  return viewport;
}

namespace {

// The columns whose boxes a band of pixels touches.
std::pair<std::size_t, std::size_t> columnsIn(const TopologyViewport& viewport, double left, double right) {
  const double first = (viewport.sceneX(left) - kNodeWidth) / kColumnPitch,
               last = viewport.sceneX(right) / kColumnPitch;
  const auto begin = static_cast<std::size_t>(std::clamp(std::ceil(first), 0.0, static_cast<double>(kTopologyColumns)));
  const auto end =
      static_cast<std::size_t>(std::clamp(std::floor(last) + 1, 0.0, static_cast<double>(kTopologyColumns)));
  return {begin, std::max(begin, end)};
}

}  // namespace

std::vector<std::uint32_t> nodesIn(const Topology& topology, const TopologyViewport& viewport, const QRectF& box) {
  std::vector<std::uint32_t> found;
  const auto [begin, end] = columnsIn(viewport, box.left(), box.right());
  const auto top = static_cast<float>(viewport.sceneY(box.top())),
             bottom = static_cast<float>(viewport.sceneY(box.bottom()));
  for (std::size_t column = begin; column < end; ++column) {
    const auto [first, last] = topology.grid.nodesIn(topology.layout, TopologyColumn(column), top, bottom);
    const auto& nodes = topology.layout.columns[column];
    found.insert(found.end(), nodes.begin() + static_cast<std::ptrdiff_t>(first),
                 nodes.begin() + static_cast<std::ptrdiff_t>(last));
  }
  return found;
}

std::uint32_t nodeAt(const Topology& topology, const TopologyViewport& viewport, QPointF point) {
  if (!viewport.shows(point)) return kNoNode;
  const auto found = nodesIn(topology, viewport, {point, QSizeF(0, 0)});
  return found.empty() ? kNoNode : found.front();
}

std::uint32_t groupHeaderAt(const Topology& topology, const TopologyViewport& viewport, QPointF point) {
  if (viewport.detail() == Detail::Bars || !viewport.shows(point)) return kNoNode;
  const auto [begin, end] = columnsIn(viewport, point.x() - kFramePadding, point.x() + kFramePadding);
  const double y = viewport.sceneY(point.y());
  for (const TopologyFrame& frame : topology.layout.frames) {
    const auto column = static_cast<std::size_t>(topology.graph.groups[frame.group].key.column);
    if (column >= begin && column < end && y >= frame.top && y < frame.top + kGroupHeader) return frame.group;
  }
  return kNoNode;
}

}  // namespace console
