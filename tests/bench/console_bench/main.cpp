// How fast the console is on a large SAN: one part a run, milliseconds on the wall as JSON on standard output.
//
//   console_bench make FILE      a synthetic SAN of the size that is asked for, saved as the console saves it
//   console_bench load FILE      the file read, parsed, laid out and painted, from the click to the picture
//   console_bench frames         a topology panned and zoomed; beside it the same strokes without anything else
//   console_bench matrix         an access matrix scrolled
//   console_bench search         objects found as one types
//   console_bench impact         what a draft does, after an edit
//   console_bench events         frames of a topology while changes come
//
// On a raster of 1600 x 900, without a display. `--hosts`, `--targets`, `--units`, `--rounds`, `--seconds`, `--rate`.
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QScrollBar>
#include <QStyleFactory>
#include <QTimer>
#include <QWindow>
#include <cstdio>

#include "console-gui/canvas/matrix_canvas.h"
#include "console-gui/canvas/topology_canvas.h"
#include "console-gui/client/file_source.h"
#include "console-gui/model/omnibox_model.h"
#include "console-gui/model/topology_maker.h"
#include "console-gui/pages/topology_page.h"
#include "shared/mgmt/snapshot_writer.h"
#include "tests/bench/common/arguments.h"
#include "tests/bench/common/json_line.h"
#include "tests/gui/test_source.h"
#include "tests/support/synthetic_san.h"

namespace {

using namespace console;
using bench::JsonLine;

constexpr QSize kRaster(1600, 900);

struct Sizes {
  test::SyntheticPlan plan;
  std::size_t rounds = 25;
  std::size_t seconds = 10;
  std::size_t rate = 2'000;  // changes a second
};

double ms(const QElapsedTimer& timer) { return static_cast<double>(timer.nsecsElapsed()) / 1e6; }

template <class Work>
std::vector<double> timed(std::size_t rounds, Work&& work) {
  std::vector<double> all;
  for (std::size_t i = 0; i < rounds; ++i) {
    QElapsedTimer timer;
    timer.start();
    work(i);
    all.push_back(ms(timer));
  }
  return all;
}

void pumpUntil(const std::function<bool()>& done) {
  while (!done()) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents, 50);
}

// Until then nothing is painted.
void show(QWidget& widget) {
  widget.resize(kRaster);
  widget.show();
  pumpUntil([&] { return widget.windowHandle() != nullptr && widget.windowHandle()->isExposed(); });
}

JsonLine& sizes(JsonLine& line, const san::SanIndex& index) {
  return line.add("hosts", index.hosts().size()).add("units", index.units().size());
}

int make(const Sizes& sizes, const QString& path) {
  const std::string text = mgmt::snapshotText(test::syntheticSan(sizes.plan).snapshot);
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) < 0) return 1;
  JsonLine().add("bytes", text.size()).print();
  return 0;
}

// Until the first picture of the topology of the whole SAN is there.
int load(const QString& path) {
  QElapsedTimer timer;
  timer.start();
  Workspace workspace;
  TopologyPage page(workspace);
  show(page);
  workspace.go(PageId::Topology);
  workspace.setSource(std::make_unique<FileSource>(path));
  bool shown = false;
  QObject::connect(&page, &TopologyPage::topologyShown, &page, [&] { shown = true; });
  pumpUntil([&] { return shown; });
  page.repaint();
  const double took = ms(timer);
  const san::Snapshot& snapshot = workspace.present()->snapshot();
  std::size_t objects = 0;
  san::forEachKind([&]<class T>(T*) { objects += snapshot.table<T>().size(); });
  JsonLine line;
  sizes(line, *workspace.present()->index).add("objects", objects).add("load_ms", took).print();
  return 0;
}

ViewPtr viewOfPlan(const Sizes& sizes) {
  const auto made = test::syntheticSan(sizes.plan);
  return viewOf(made.snapshot, made.snapshot.time, nullptr, Rules::Keep);
}

// The strokes of a frame alone: as many boxes and lines as the canvas drew, in one call each.
std::vector<double> bareFrames(std::size_t rounds, const PaintCounts& counts) {
  QImage image(kRaster, QImage::Format_RGB32);
  std::vector<QRectF> boxes;
  std::vector<QLineF> lines;
  for (std::size_t i = 0; i < counts.nodesDrawn; ++i)
    boxes.emplace_back(static_cast<double>(i * 37 % 1500), static_cast<double>(i * 53 % 880), 90, 4);
  for (std::size_t i = 0; i < counts.lines; ++i) {
    lines.emplace_back(static_cast<double>(i * 37 % 1500), static_cast<double>(i * 53 % 880),
                       static_cast<double>(i * 37 % 1500) + 80, static_cast<double>(i * 71 % 880));
  }
  return timed(rounds, [&](std::size_t) {
    QPainter painter(&image);
    painter.fillRect(image.rect(), Qt::white);
    painter.setPen(Qt::NoPen);
    painter.setBrush(Qt::darkGreen);
    painter.drawRects(boxes.data(), static_cast<int>(boxes.size()));
    painter.setPen(Qt::gray);
    painter.drawLines(lines.data(), static_cast<int>(lines.size()));
  });
}

int frames(const Sizes& sizes) {
  const ViewPtr view = viewOfPlan(sizes);
  TopologyOptions options;
  options.grouping = TopologyGrouping::None;
  const TopologyPtr topology = makeTopology(view, options);
  Selection selection;
  TopologyCanvas canvas(selection);
  show(canvas);
  canvas.setTopology(topology);
  canvas.repaint();
  JsonLine line;
  line.add("nodes", topology->graph.nodes.size()).add("edges", topology->graph.edges.size());
  canvas.fit();
  line.add("whole_ms", timed(sizes.rounds, [&](std::size_t i) {
             canvas.zoomBy(i % 2 == 0 ? 1.25 : 0.8);
             canvas.viewport()->repaint();
           }));
  std::vector<double> pan, zoom;
  for (const double factor : {3.0, 3.0, 3.0}) {
    canvas.zoomBy(factor);
    canvas.viewport()->repaint();
    std::ranges::copy(timed(sizes.rounds,
                            [&](std::size_t i) {
                              canvas.panBy({0, i % 8 < 4 ? 37.0 : -37.0});
                              canvas.viewport()->repaint();
                            }),
                      std::back_inserter(pan));
    std::ranges::copy(timed(sizes.rounds,
                            [&](std::size_t i) {
                              canvas.zoomBy(i % 2 == 0 ? 1.25 : 0.8);
                              canvas.viewport()->repaint();
                            }),
                      std::back_inserter(zoom));
  }
  line.add("pan_ms", pan).add("zoom_ms", zoom);
  // Beside the most that a frame has to draw: the whole.
  QImage image(kRaster, QImage::Format_RGB32);
  QPainter painter(&image);
  TopologyScene scene;
  scene.topology = topology;
  const PaintCounts counts = paintTopology(painter, scene, TopologyViewport::fit(topology->layout, kRaster), {});
  painter.end();
  line.add("bare_ms", bareFrames(sizes.rounds, counts))
      .add("drawn_lines", counts.lines)
      .add("drawn_nodes", counts.nodesDrawn)
      .print();
  return 0;
}

int matrix(const Sizes& wanted) {
  const ViewPtr view = viewOfPlan(wanted);
  const AccessFactsPtr facts = AccessFacts::make(view, view->snapshot().time);
  Selection selection;
  MatrixCanvas canvas(selection);
  show(canvas);
  std::vector<double> grids = timed(5, [&](std::size_t) { canvas.setGrid(AccessGrid::make(facts, {})); });
  std::vector<double> scroll;
  for (const int cell : {22, 14, 6}) {
    canvas.setCellSize(cell);
    canvas.viewport()->repaint();
    std::ranges::copy(timed(wanted.rounds,
                            [&](std::size_t i) {
                              canvas.verticalScrollBar()->setValue(9000 + 3 * cell * static_cast<int>(i));
                              canvas.horizontalScrollBar()->setValue(9000 + 3 * cell * static_cast<int>(i));
                              canvas.viewport()->repaint();
                            }),
                      std::back_inserter(scroll));
  }
  JsonLine line;
  sizes(line, *view->index).add("grid_ms", grids).add("scroll_ms", scroll);
  line.add("facts_ms", timed(5, [&](std::size_t) { (void)AccessFacts::make(view, view->snapshot().time); })).print();
  return 0;
}

int search(const Sizes& sizes) {
  const ViewPtr view = viewOfPlan(sizes);
  OmniboxModel omnibox;
  omnibox.setView(view);
  const std::array typed{QStringLiteral("h"),     QStringLiteral("host1"), QStringLiteral("iqn"),
                         QStringLiteral("naa.6"), QStringLiteral("10.1"),  QStringLiteral("kind:host name:h*1")};
  JsonLine()
      .add("objects", view->search->objects())
      .add("search_ms", timed(sizes.rounds,
                              [&](std::size_t i) {
                                omnibox.setText({});
                                omnibox.setText(typed[i % typed.size()]);
                              }))
      .print();
  return 0;
}

int impact(const Sizes& sizes) {
  const auto made = test::syntheticSan(sizes.plan);
  const ViewPtr view = viewOf(made.snapshot, made.snapshot.time, nullptr, Rules::Keep);
  std::vector<double> impacts, effects;
  for (std::size_t i = 0; i < std::min<std::size_t>(sizes.rounds, 9); ++i) {
    const std::vector<san::Edit> edits{
        {san::EditOp::Add,
         {san::Kind::Domain, made.domains[i]},
         "nodes",
         san::ObjectRef{san::Kind::Node, made.initiators[(i + 40) % made.initiators.size()]}}};
    auto after =
        san::apply(made.snapshot, edits, san::Writer::ChangeSet, made.snapshot.revision + 1, made.snapshot.time);
    if (!after) return 1;
    impacts.push_back(timed(1, [&](std::size_t) {
      const san::SanIndex then(after->snapshot);
      (void)san::impact(*view->index, then);
    })[0]);
    effects.push_back(
        timed(1, [&](std::size_t) { (void)makeEffect(view->index, after->snapshot, made.snapshot.time); })[0]);
  }
  JsonLine line;
  ::sizes(line, *view->index).add("impact_ms", impacts).add("effect_ms", effects).print();
  return 0;
}

// Frames of the topology page, sixty a second, while a node changes so many times a second; all changes arrive as
// snapshots.
int events(const Sizes& sizes) {
  const auto made = test::syntheticSan(sizes.plan);
  auto own = std::make_unique<test::TestSource>(made.snapshot);
  test::TestSource& source = *own;
  Workspace workspace;
  TopologyPage page(workspace);
  show(page);
  workspace.go(PageId::Topology);
  bool shown = false;
  QObject::connect(&page, &TopologyPage::topologyShown, &page, [&] { shown = true; });
  workspace.setSource(std::move(own));
  pumpUntil([&] { return shown; });
  page.canvas().fit();
  page.canvas().zoomBy(3);

  std::vector<double> frames;
  std::uint64_t changes = 0, missed = 0;
  QElapsedTimer run;
  QTimer change, frame;
  change.setTimerType(Qt::PreciseTimer);
  frame.setTimerType(Qt::PreciseTimer);
  // As many as are due, each a revision of its own, as the reader of events gives them: the last of them is shown.
  QObject::connect(&change, &QTimer::timeout, &page, [&] {
    san::Snapshot snapshot = *source.snapshot();
    const std::uint64_t due = static_cast<std::uint64_t>(run.elapsed()) * sizes.rate / 1000;
    for (; changes < due; ++changes) {
      san::SnapshotEditor editor(snapshot, snapshot.revision + 1, snapshot.time);
      editor.own<san::Node>(made.initiators[changes % made.initiators.size()]).lastSeen =
          snapshot.time + static_cast<san::Seconds>(changes);
      auto next = editor.finish();
      if (!next) {
        ++missed;
        continue;
      }
      snapshot = std::move(*next);
    }
    source.put(snapshot);
  });
  QObject::connect(&frame, &QTimer::timeout, &page, [&] {
    QElapsedTimer one;
    one.start();
    page.canvas().panBy({0, frames.size() % 100 < 50 ? 5.0 : -5.0});
    page.canvas().viewport()->repaint();
    frames.push_back(ms(one));
  });
  run.start();
  change.start(10);
  frame.start(16);
  pumpUntil([&] { return run.elapsed() >= static_cast<qint64>(sizes.seconds) * 1000; });
  change.stop();
  frame.stop();
  JsonLine()
      .add("changes", changes)
      .add("missed", missed)
      .add("seconds", static_cast<double>(run.elapsed()) / 1e3)
      .add("frame_ms", frames)
      .print();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
  ThemeHolder::instance().set(ThemeKind::Light);
  Sizes sizes;
  sizes.plan.hosts = 2'000;
  sizes.plan.targets = 400;
  sizes.plan.units = 2'800;
  sizes.plan.mapsPerHost = 9;
  bench::Arguments arguments("console_bench", "PART [FILE]");
  arguments.option("--hosts", sizes.plan.hosts, "hosts")
      .option("--targets", sizes.plan.targets, "targets")
      .option("--units", sizes.plan.units, "logical units")
      .option("--rounds", sizes.rounds, "repetitions")
      .option("--seconds", sizes.seconds, "how long changes come")
      .option("--rate", sizes.rate, "changes a second");
  const auto words = arguments.parse(argc, argv);
  if (!words || words->empty()) {
    std::fprintf(stderr, "%s\n", words ? "console_bench: which part?" : words.error().text.c_str());
    return 2;
  }
  const std::string part = words->front();
  const QString path = QString::fromStdString(words->size() > 1 ? (*words)[1] : "");
  if (part == "make") return make(sizes, path);
  if (part == "load") return load(path);
  if (part == "frames") return frames(sizes);
  if (part == "matrix") return matrix(sizes);
  if (part == "search") return search(sizes);
  if (part == "impact") return impact(sizes);
  if (part == "events") return events(sizes);
  std::fprintf(stderr, "console_bench: no part %s\n", part.c_str());
  return 2;
}
