// How long a topology takes: medians of a synthetic SAN of 10,000 and 30,000 nodes, on a raster of 1600 x 900, at the
// whole view and at scale 1. Not run by ctest.
#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <algorithm>
#include <cstdio>

#include "console-gui/canvas/topology_painter.h"
#include "tests/gui/topology_world.h"

namespace {

using namespace console;

template <class Work>
double median(Work&& work, std::size_t times = 9) {
  std::vector<double> all;
  for (std::size_t i = 0; i < times; ++i) {
    QElapsedTimer timer;
    timer.start();
    work(i);
    all.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  std::ranges::sort(all);
  return all[all.size() / 2];
}

void paintAt(const char* name, const TopologyScene& scene, TopologyViewport viewport, double moved) {
  QImage image(viewport.size.toSize(), QImage::Format_RGB32);
  PaintCounts counts;
  TopologyLabels labels;
  const double ms = median(
      [&](std::size_t) {
        QPainter painter(&image);
        TopologyPaintOptions options;
        options.font = QApplication::font();
        options.labels = &labels;
        counts = paintTopology(painter, scene, viewport, options);
        viewport.offset.ry() += moved;
      },
      21);
  std::printf("  paint %-22s %6.1f ms   nodes %zu, edges %zu seen of %zu visited, lines %zu, calls %zu\n", name, ms,
              counts.nodesVisited, counts.edgesDrawn, counts.edgesVisited, counts.lines, counts.calls);
}

void measure(std::size_t nodes, test::Spread spread) {
  const auto san = test::syntheticSan(test::planOf(nodes, spread));
  const ViewPtr view = test::bareView(san.snapshot);
  TopologyOptions options;
  options.grouping = TopologyGrouping::None;
  TopologyGraph graph;
  TopologyLayout layout, again;
  const double makeGraph = median([&](std::size_t) { graph = topologyGraphOf(*view, options); });
  const double lay = median([&](std::size_t) { layout = topologyLayoutOf(graph); });
  const TopologyOrder order = orderOf(graph, layout);
  const double layAgain = median([&](std::size_t) { again = topologyLayoutOf(graph, order); });
  const double grid = median([&](std::size_t) { (void)TopologyGrid(graph, layout); });
  std::printf("%s: %zu nodes, %zu edges\n", spread == test::Spread::Hubs ? "hubs" : "uniform", graph.nodes.size(),
              graph.edges.size());
  std::printf("  graph %.1f ms, layout %.1f ms (%zu sweeps), again %.1f ms, grid %.1f ms\n", makeGraph, lay,
              layout.sweeps, layAgain, grid);

  TopologyScene scene;
  scene.topology = makeTopology(view, options);
  const QSizeF size(1600, 900);
  paintAt("whole view", scene, TopologyViewport::fit(scene.topology->layout, size), 0);
  for (const double scale : {0.1, 0.2, 0.3, 0.6, 1.0}) {
    TopologyViewport viewport = TopologyViewport::fit(scene.topology->layout, size);
    viewport.scale = scale;
    viewport.scaleX = TopologyViewport::widthScale(scene.topology->layout, size, scale);
    viewport.offset = {-kSceneMargin, scene.topology->layout.height * scale / 2};
    char name[32];
    std::snprintf(name, sizeof name, "scale %.1f, moving", scale);
    paintAt(name, scene, viewport, 37);
  }
}

}  // namespace

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
  measure(10'000, test::Spread::Uniform);
  measure(30'000, test::Spread::Uniform);
  measure(10'000, test::Spread::Hubs);
  return 0;
}
