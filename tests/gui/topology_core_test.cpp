// The topology as a graph, its layout from one revision to the next, and what painting looks at.
#include <gmock/gmock.h>

#include <QApplication>
#include <QImage>
#include <QPainter>

#include "console-gui/canvas/topology_painter.h"
#include "tests/gui/topology_world.h"

using namespace console;

namespace {

using test::SmallSan;

TEST(TopologyGraph, hasAColumnForEachKindAndAnEdgeForWhatJoinsThem) {
  SmallSan small;
  const TopologyPtr made = test::topologyFor(small.san.done());
  const TopologyGraph& graph = made->graph;
  const auto count = [&](TopologyColumn column) { return graph.columnEnd(column) - graph.columnStart(column); };
  EXPECT_EQ(count(TopologyColumn::Host), 2U);
  EXPECT_EQ(count(TopologyColumn::Initiator), 2U);
  EXPECT_EQ(count(TopologyColumn::Domain), 2U);
  EXPECT_EQ(count(TopologyColumn::Target), 2U);
  EXPECT_EQ(count(TopologyColumn::Unit), 2U);
  const auto zone1 = graph.find(TopologyColumn::Domain, {san::Kind::Domain, small.zone1});
  const auto zone2 = graph.find(TopologyColumn::Domain, {san::Kind::Domain, small.zone2});
  const auto first = graph.edgeBetween(graph.find(TopologyColumn::Initiator, {san::Kind::Node, small.initiator1}), zone1);
  const auto second = graph.edgeBetween(graph.find(TopologyColumn::Initiator, {san::Kind::Node, small.initiator2}), zone2);
  ASSERT_NE(first, kNoNode);
  ASSERT_NE(second, kNoNode);
  EXPECT_EQ(graph.edges[first].state, EdgeState::Live);
  EXPECT_EQ(graph.edges[second].state, EdgeState::Inactive) << "its set is not enabled";
}

TEST(TopologyLayout, isTheSameForTheSameSanAndMovesLittleForASmallChange) {
  const auto made = test::syntheticSan(test::planOf(1000));
  const TopologyPtr before = test::topologyFor(made.snapshot);
  const TopologyPtr again = test::topologyFor(made.snapshot);
  EXPECT_EQ(before->layout.top, again->layout.top);

  // One zone across the picture.
  test::SanBuilder builder(made.snapshot);
  (void)builder.zone("across", {made.initiators.front(), made.initiators.back(), made.targets[made.targets.size() / 2]});
  const auto movedFrom = [&](const TopologyPtr& start) {
    const TopologyPtr after = test::topologyFor(builder.done(), TopologyGrouping::None, start);
    std::size_t moved = 0;
    for (std::uint32_t node = 0; node < before->graph.nodes.size(); ++node) {
      const TopologyKey& key = before->graph.nodes[node].key;
      const std::uint32_t now = after->graph.find(key.column, key.object);
      moved += now != kNoNode && std::abs(after->layout.top[now] - before->layout.top[node]) > 2 * kNodePitch ? 1U : 0U;
    }
    return moved;
  };
  EXPECT_LT(movedFrom(before), before->graph.nodes.size() / 20);
  EXPECT_LT(10 * movedFrom(before), movedFrom(nullptr)) << "without what was there, much moves";
}

TEST(TopologyPainter, looksAtWhatIsSeenAndNotAtTheRest) {
  const auto made = test::syntheticSan(test::planOf(3000));
  TopologyScene scene;
  scene.topology = test::topologyFor(made.snapshot);
  const std::size_t all = scene.topology->graph.nodes.size();
  const QSizeF size(1600, 900);
  const auto paint = [&](const TopologyViewport& viewport) {
    QImage image(size.toSize(), QImage::Format_RGB32);
    QPainter painter(&image);
    TopologyPaintOptions options;
    options.font = QApplication::font();
    return paintTopology(painter, scene, viewport, options);
  };
  const PaintCounts whole = paint(TopologyViewport::fit(scene.topology->layout, size));
  EXPECT_EQ(whole.nodesVisited, all);
  TopologyViewport near = TopologyViewport::fit(scene.topology->layout, size);
  near.scale = 1;
  near.scaleX = TopologyViewport::widthScale(scene.topology->layout, size, 1);
  near.offset = {-kSceneMargin, static_cast<double>(scene.topology->layout.height) / 2};
  const PaintCounts part = paint(near);
  EXPECT_GT(part.nodesDrawn, 0U);
  EXPECT_LT(part.nodesVisited, all / 10);
  EXPECT_LT(part.calls, 200U) << "lines and boxes go in batches";
}

}  // namespace
