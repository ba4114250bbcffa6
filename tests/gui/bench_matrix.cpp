// Bench of the access matrix, medians of nine: what the goals of the console's design ask for. Not run by ctest.
//
//   bench_matrix [HOSTS UNITS]     4000 10000 where nothing is said
#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "console-gui/canvas/matrix_overview.h"
#include "console-gui/model/access_marks.h"
#include "console-gui/model/omnibox_model.h"
#include "tests/support/synthetic_san.h"

namespace {

using namespace console;

template <class Work>
void measure(const char* what, Work&& work) {
  std::vector<double> times;
  for (int i = 0; i < 9; ++i) {
    QElapsedTimer timer;
    timer.start();
    work(i);
    times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
  }
  std::ranges::sort(times);
  std::printf("%-44s median %8.2f ms   worst %8.2f ms\n", what, times[4], times.back());
}

}  // namespace

int main(int argc, char** argv) {
  if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setFont(QFont(QStringLiteral("DejaVu Sans"), 10));
  ThemeHolder::instance().set(ThemeKind::Light);
  test::SyntheticPlan plan;
  if (argc > 2) {
    plan.hosts = std::strtoul(argv[1], nullptr, 10);
    plan.units = std::strtoul(argv[2], nullptr, 10);
  }
  const auto made = test::syntheticSan(plan);
  const san::Seconds now = made.snapshot.time;
  const ViewPtr view = viewOf(made.snapshot, now, nullptr, Rules::Keep);
  std::printf("%zu hosts x %zu logical units, %zu objects\n", view->index->hosts().size(), view->index->units().size(),
              view->search->objects());

  AccessFactsPtr facts;
  measure("facts (reach, ledger, sessions, separation)", [&](int) { facts = AccessFacts::make(view, now); });
  AccessGridPtr grid;
  AccessOptions options;
  measure("grid by name", [&](int) { grid = AccessGrid::make(facts, options); });
  options.order = AccessOrder::Similarity;
  measure("grid by similarity", [&](int) { grid = AccessGrid::make(facts, options); });
  measure("comparison of two states", [&](int) { (void)compareAccess(*facts, *facts); });
  measure("overview image 280 x 160", [&](int) { (void)overviewOf(*grid, {280, 160}, theme()); });

  Selection selection;
  MatrixCanvas canvas(selection);
  canvas.resize(1600, 900);
  canvas.setGrid(grid);
  canvas.show();
  QImage image(canvas.viewport()->size(), QImage::Format_RGB32);
  for (const int cell : {22, 14, 6, 3}) {
    canvas.setCellSize(cell);
    char what[64];
    std::snprintf(what, sizeof what, "scroll frame, cells of %d px", cell);
    measure(what, [&](int i) {  // three cells further, as the wheel does
      canvas.verticalScrollBar()->setValue(9000 + 3 * cell * i);
      canvas.horizontalScrollBar()->setValue(9000 + 3 * cell * i);
      QPainter painter(&image);
      canvas.viewport()->render(&painter);
    });
    std::printf("    %zu cells visited, %zu marks, %zu labels\n", canvas.lastFrame().cells, canvas.lastFrame().marks,
                canvas.lastFrame().labels);
  }

  OmniboxModel omnibox;
  omnibox.setView(view);
  const QString typed[] = {QStringLiteral("h"), QStringLiteral("host1"), QStringLiteral("iqn"), QStringLiteral("naa.6"),
                           QStringLiteral("10.1")};
  measure("search as one types", [&](int i) {
    omnibox.setText({});
    omnibox.setText(typed[i % 5]);
  });
  measure("filter kind:host name:h*1", [&](int) {
    omnibox.setText({});
    omnibox.setText(QStringLiteral("kind:host name:h*1"));
  });
  return 0;
}
