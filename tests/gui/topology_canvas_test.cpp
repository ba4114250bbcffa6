// The topology's canvas, its legend and its table for assistive technology; what the page exports.
#include <gtest/gtest.h>

#include <QAccessible>
#include <QApplication>
#include <QFile>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <map>

#include "console-gui/canvas/topology_edges.h"
#include "console-gui/canvas/topology_legend.h"
#include "console-gui/client/demo_source.h"
#include "console-gui/pages/topology_page.h"
#include "tests/gui/pump.h"
#include "tests/gui/topology_world.h"

namespace {

using namespace console;

struct TopologyCanvasTest : testing::Test {
  Selection selection;
  TopologyCanvas canvas{selection};
  // Larger than what is seen.
  void showMany() {
    canvas.resize(1000, 600);
    canvas.show();
    canvas.setTopology(test::topologyFor(test::syntheticSan(test::planOf(600)).snapshot));
    canvas.zoomBy(1 / canvas.seen().scale, {0, 0});
  }
};

TEST_F(TopologyCanvasTest, WhatLiesBelowTheHeadingsCannotBeHit) {
  showMany();
  const auto& layout = canvas.scene().topology->layout;
  const std::uint32_t node = layout.columns[0][5];
  // Its box ends 4 pixels below the headings.
  canvas.panBy({0, canvas.seen().y(layout.top[node]) + kNodeHeight - 4});
  const QRectF box = canvas.seen().boxOf(layout, canvas.scene().topology->graph, node);
  ASSERT_NEAR(box.bottom(), 4, 1);
  const QPoint onHeading(static_cast<int>(box.center().x()), static_cast<int>(kHeadingHeight) - 4);
  QTest::mouseClick(canvas.viewport(), Qt::LeftButton, {}, onHeading);
  EXPECT_EQ(canvas.current(), kNoNode);
  EXPECT_TRUE(selection.objects().empty());
  QTest::mouseClick(canvas.viewport(), Qt::LeftButton, {}, onHeading + QPoint(0, 6));
  EXPECT_EQ(canvas.current(), node);
}

TEST_F(TopologyCanvasTest, WithoutATopologyThereIsNothingToScroll) {
  showMany();
  ASSERT_GT(canvas.verticalScrollBar()->maximum(), 0);
  canvas.setTopology(nullptr);
  EXPECT_EQ(canvas.verticalScrollBar()->maximum(), 0);
}

TEST_F(TopologyCanvasTest, AWheelWithAltGoesUpAndDownAndOneThatTiltsToTheSide) {
  canvas.resize(400, 300);
  canvas.show();
  canvas.setTopology(test::topologyFor(test::syntheticSan(test::planOf(600)).snapshot));
  canvas.zoomBy(1 / canvas.seen().scale, {0, 0});
  canvas.panBy({200, 200});
  const auto turned = [&](QPoint angle, Qt::KeyboardModifiers keys) {
    const QPointF before = canvas.seen().offset;
    const QPoint at(100, 100);
    QWheelEvent wheel(at, canvas.viewport()->mapToGlobal(at), {}, angle, Qt::NoButton, keys, Qt::NoScrollPhase, false);
    QApplication::sendEvent(canvas.viewport(), &wheel);
    return canvas.seen().offset - before;
  };
  // Qt has turned it to the side.
  EXPECT_EQ(turned({120, 0}, Qt::AltModifier), QPointF(0, -80));
  EXPECT_EQ(turned({-120, 0}, {}), QPointF(80, 0));
}

TEST_F(TopologyCanvasTest, PressingAGroupByAssistiveTechnologyOpensIt) {
  canvas.resize(1000, 600);
  canvas.show();
  canvas.setTopology(test::topologyFor(test::syntheticSan(test::planOf(3000)).snapshot, TopologyGrouping::Automatic));
  const auto& nodes = canvas.scene().topology->graph.nodes;
  const auto group = std::ranges::find_if(nodes, [](const TopologyNode& node) { return node.key.group; });
  ASSERT_NE(group, nodes.end());
  std::vector<TopologyKey> opened;
  // The page makes another topology, and the cell is no more.
  QObject::connect(&canvas, &TopologyCanvas::groupToggled, [&](const TopologyKey& key, bool open) {
    if (open) opened.push_back(key);
    canvas.setTopology(nullptr);
  });
  const TopologyKey key = group->key;
  auto* cell = QAccessible::queryAccessibleInterface(&canvas)->child(static_cast<int>(group - nodes.begin()));
  ASSERT_NE(cell->actionInterface(), nullptr);
  cell->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
  EXPECT_EQ(opened, std::vector{key});
}

TEST(TopologyLabelsTest, AnotherTopologyHasOthersUnderTheSameNumbers) {
  TopologyLabels labels;
  const QFont font = QApplication::font();
  EXPECT_EQ(labels.of(3, QStringLiteral("web1"), font, 200).text(), QStringLiteral("web1"));
  EXPECT_EQ(labels.of(3, QStringLiteral("db1"), font, 200).text(), QStringLiteral("db1"));
}

TEST(TopologyLegendTest, HasTheColoursOfTheThemeThatIsSet) {
  TopologyScene scene;
  scene.topology = test::topologyFor(test::SmallSan().san.done());
  TopologyLegend legend;
  legend.setScene(scene);
  ASSERT_FALSE(legend.entries().empty());
  const ThemeKind before = theme().kind;
  ThemeHolder::instance().set(ThemeKind::Dark);
  const auto wanted = topologyLegendOf(scene, Theme::of(ThemeKind::Dark));
  EXPECT_EQ(legend.entries().front().mark, wanted.front().mark);
  ThemeHolder::instance().set(before);
}

// The lines that the legend has for fabrics, by their names.
std::map<std::string, LegendEntry::Sample> fabricLines(const TopologyScene& scene) {
  std::map<std::string, LegendEntry::Sample> lines;
  for (const LegendEntry& entry : topologyLegendOf(scene, Theme::of(ThemeKind::Light))) {
    if (entry.sample != LegendEntry::Sample::Mark) lines[entry.text.toStdString()] = entry.sample;
  }
  return lines;
}

// Three targets, each in a fabric of its own, and a fabric that no portal is in.
struct FabricLegendTest : testing::Test {
  test::SmallSan small;
  TopologyScene scene;
  std::map<std::string, san::Id> fabrics;

  void SetUp() override {
    const san::Id third = small.san.target("iqn.2026-01.example:disk3");
    small.san.zone("zone3", {small.initiator1, small.target2, third});
    for (const char* name : {"LAN", "SAN C", "SAN B", "SAN A"})
      fabrics[name] = small.san.create(san::Kind::Fabric, {{"name", std::string(name)}});
    putInto("SAN A", small.target1);
    putInto("SAN B", small.target2);
    putInto("SAN C", third);
    scene.topology = test::topologyFor(small.san.done());
  }
  [[nodiscard]] san::Id portalOf(san::Id target) const {
    san::Id portal = 0;
    small.san.done().table<san::PortalGroup>().forEach([&](san::Id, const san::PortalGroup& group) {
      if (group.node.id == target) portal = group.portal.id;
    });
    return portal;
  }
  void putInto(const std::string& fabric, san::Id target) {
    const std::string address = san::nameOf(small.san.done(), {san::Kind::Portal, portalOf(target)});
    small.san.create(san::Kind::Network,
                     {{"name", "net of " + fabric},
                      {"fabric", san::ObjectRef{san::Kind::Fabric, fabrics[fabric]}},
                      {"subnets", std::vector<std::string>{address.substr(0, address.find(':')) + "/32"}}});
    targets[fabric] = target;
  }
  std::map<std::string, san::Id> targets;
  // As it is drawn between the portal and the target.
  [[nodiscard]] EdgeWay drawn(const std::string& fabric) const {
    const TopologyGraph& graph = scene.topology->graph;
    const san::Id target = targets.at(fabric);
    return graph
        .edges[graph.edgeBetween(graph.find(TopologyColumn::Portal, {san::Kind::Portal, portalOf(target)}),
                                 graph.find(TopologyColumn::Target, {san::Kind::Node, target}))]
        .way;
  }
  void expectTheLinesThatAreDrawn() const {
    const auto lines = fabricLines(scene);
    EXPECT_FALSE(lines.contains("LAN"));
    for (const auto& [fabric, target] : targets) {
      ASSERT_TRUE(lines.contains(fabric)) << fabric;
      ASSERT_NE(drawn(fabric), EdgeWay::Plain) << fabric;
      const bool isSolid = drawn(fabric) == EdgeWay::FabricA;
      EXPECT_EQ(lines.at(fabric), isSolid ? LegendEntry::Sample::Line : LegendEntry::Sample::Dashed) << fabric;
    }
    EXPECT_NE(drawn("SAN A"), drawn("SAN B"));
  }
};

TEST_F(FabricLegendTest, NamesEachFabricByTheLineThatItIsDrawnWith) { expectTheLinesThatAreDrawn(); }

// A fabric that a draft adds comes before the others by its name.
TEST_F(FabricLegendTest, ADraftDrawsEachFabricWithOneLine) {
  test::SanBuilder after(small.san.done());
  after.create(san::Kind::Fabric, {{"name", std::string("AAA")}});
  after.erase({san::Kind::Node, targets["SAN B"]});
  TopologyOptions options;
  options.grouping = TopologyGrouping::None;
  options.after = std::make_shared<const san::SanIndex>(after.done());
  options.diff = san::diff(small.san.done(), after.done());
  scene.topology = makeTopology(test::viewFor(small.san.done()), options);
  expectTheLinesThatAreDrawn();
}

TEST(TopologyPainter, DrawsEachEdgeOnceWhereverThePartBegins) {
  test::SmallSan small;
  // A target without a portal: its zone is joined with it over the column between.
  const auto bare = small.san.node("iqn.2026-01.example:bare", small.san.entity("bare"), false, true);
  small.san.zone("zone3", {small.initiator1, bare});
  TopologyScene scene;
  scene.topology = test::topologyFor(small.san.done());
  const Topology& topology = *scene.topology;
  const bool overSeveral = std::ranges::any_of(topology.graph.edges, [&](const TopologyEdge& edge) {
    return static_cast<int>(topology.graph.nodes[edge.to].key.column) -
               static_cast<int>(topology.graph.nodes[edge.from].key.column) >
           1;
  });
  ASSERT_TRUE(overSeveral);
  const QSizeF size(1600, 900);
  const TopologyViewport viewport = TopologyViewport::fit(topology.layout, size);
  QImage image(size.toSize(), QImage::Format_RGB32);
  for (double left = 0; left < size.width(); left += 20) {
    QPainter painter(&image);
    TopologyPaintOptions options;
    options.font = QApplication::font();
    options.part = QRectF(left, 0, size.width() - left, size.height());
    const auto reach = std::ranges::count_if(topology.graph.edges, [&](const TopologyEdge& edge) {
      return viewport.x(TopologyLayout::left(topology.graph.nodes[edge.to].key.column) + kNodeWidth) >= left;
    });
    EXPECT_LE(paintTopology(painter, scene, viewport, options).edgesDrawn, static_cast<std::size_t>(reach)) << left;
  }
}

// Its name stands below the box.
TEST(TopologyPainter, DrawsTheCableOfABoxThatIsJustOutOfSight) {
  TopologyScene scene;
  scene.topology = test::topologyFor(test::SmallSan().san.done());
  const TopologyLayout& layout = scene.topology->layout;
  TopologyViewport viewport;
  viewport.size = {1600, 900};
  QImage image(viewport.size.toSize(), QImage::Format_RGB32);
  const auto visited = [&](double above) {
    const auto& column = *std::ranges::find_if(layout.columns, [](const auto& one) { return !one.empty(); });
    viewport.offset = {0, layout.top[column.front()] + kNodeHeight + above};
    QPainter painter(&image);
    TopologyPaintOptions options;
    options.font = QApplication::font();
    return paintTopology(painter, scene, viewport, options).nodesVisited;
  };
  EXPECT_GT(visited(10), visited(40));
}

TEST(TopologyPageTest, ExportsOffTheUiThreadAndSaysHowItWent) {
  Workspace workspace;
  workspace.setSource(std::make_unique<DemoSource>(1'795'788'000));
  TopologyPage page(workspace);
  page.resize(1200, 800);
  page.setVisible(true);
  ASSERT_TRUE(test::pumpUntil([&] { return page.canvas().scene().topology && !page.isBusy(); }));
  QTemporaryDir folder;
  for (const TopologyFormat format :
       {TopologyFormat::Png, TopologyFormat::Svg, TopologyFormat::Dot, TopologyFormat::Csv}) {
    const QString path = folder.filePath(QStringLiteral("topology.") + suffixOf(format));
    page.exportTo(format, TopologyArea::Whole, path);
    EXPECT_TRUE(page.isBusy());
    ASSERT_TRUE(test::pumpUntil([&] { return !page.isBusy(); }));
    EXPECT_GT(QFile(path).size(), 1000) << path.toStdString();
    EXPECT_EQ(workspace.notices().all().back().level, Notice::Level::Success);
  }
  page.exportTo(TopologyFormat::Dot, TopologyArea::Whole, folder.filePath(QStringLiteral("no/such/file")));
  ASSERT_TRUE(test::pumpUntil([&] { return !page.isBusy(); }));
  EXPECT_EQ(workspace.notices().all().back().level, Notice::Level::Warning);
  // One after another, without waiting.
  QStringList paths;
  for (const TopologyFormat format : {TopologyFormat::Png, TopologyFormat::Dot, TopologyFormat::Csv}) {
    paths << folder.filePath(QStringLiteral("again.") + suffixOf(format));
    page.exportTo(format, TopologyArea::Whole, paths.back());
  }
  ASSERT_TRUE(test::pumpUntil([&] { return !page.isBusy(); }));
  for (const QString& path : paths) {
    EXPECT_TRUE(QFile::exists(path)) << path.toStdString();
    EXPECT_TRUE(std::ranges::any_of(workspace.notices().all(), [&](const Notice& one) { return one.detail == path; }))
        << path.toStdString();
  }
}

}  // namespace
