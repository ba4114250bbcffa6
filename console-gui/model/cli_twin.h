// What is selected, or drafted, as a command for sanctl: every action of the console can be done there too.
//
// Words are quoted for a shell (shared/base/shell_word.h). Pure functions.
#pragma once

#include <QString>

#include "console-gui/model/selection.h"
#include "shared/san/change.h"

namespace console {

// A host and a logical unit: whether and why one reaches the other. One of them: what it reaches, who reaches it. Anything
// else: its facts.
QString commandFor(const san::Snapshot& snapshot, const Selection& selection);

}  // namespace console
