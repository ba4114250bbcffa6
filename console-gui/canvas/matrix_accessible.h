// What assistive technology sees of a MatrixCanvas: a table of rows and columns whose cells say their words.
//
// Cells get an interface when somebody asks for one; at most kMostCells are kept. The UI thread.
#pragma once

#include "console-gui/canvas/matrix_painter.h"

namespace console {

class MatrixCanvas;

// Once is enough; more does no harm.
void registerMatrixAccessible();
// The cell has become the current one.
void announceCell(MatrixCanvas& canvas, MatrixPlace place);

}  // namespace console
