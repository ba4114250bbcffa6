// The access matrix painted: cells, headers, crosshair; the same routine for the screen, PNG and SVG.
//
// Only what the port shows is visited: the counters say how much. Sizes in device-independent pixels. Pure but for the
// mark cache; without one, marks are painted as shapes (for SVG, and on other threads).
#pragma once

#include <optional>

#include "console-gui/canvas/state_mark.h"
#include "console-gui/model/access_marks.h"

namespace console {

struct MatrixPlace {
  std::size_t row = 0;
  std::size_t column = 0;
  friend bool operator==(const MatrixPlace&, const MatrixPlace&) = default;
};

struct MatrixScene {
  const AccessGrid* grid = nullptr;
  const AccessMarks* marks = nullptr;
  const Theme* theme = nullptr;
  QFont font;
  QString corner;          // said where the headers meet
  int cell = 20;           // side of a cell
  int rowHeader = 168;     // width of the names of rows
  int columnHeader = 128;  // height of the names of columns
  std::optional<MatrixPlace> current, hovered;
  bool focused = false;
};

// What is shown: `offset` of the cells behind the headers, and the size of all.
struct MatrixPort {
  QPoint offset;
  QSize size;
};

struct MatrixCounters {
  std::size_t cells = 0;   // visited
  std::size_t marks = 0;   // painted
  std::size_t labels = 0;  // painted
};

QSize wholeSize(const MatrixScene& scene);
// How many headers fit: each, or every second, third ... (text is never smaller than 8 px).
std::size_t labelStep(const MatrixScene& scene);
void paintMatrix(QPainter& painter, const MatrixScene& scene, const MatrixPort& port, MarkCache* cache,
                 MatrixCounters& counters);

}  // namespace console
