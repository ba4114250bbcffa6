// What is selected, or drafted, as a command for sanctl: every action of the console can be done there too.
//
// Words are quoted for a shell (shared/base/shell_word.h). Pure functions.
#pragma once

#include <QString>
#include <span>

#include "console-gui/model/selection.h"
#include "shared/san/change.h"

namespace console {

// A host and a logical unit: whether and why one reaches the other. One of them: what it reaches, who reaches it. Anything
// else: its facts.
QString commandFor(const san::Snapshot& snapshot, const Selection& selection);

// The command that makes the draft: one, so that it is one change set there too. Each edit is on a line of its own, in
// the API's JSON (shared/mgmt/edit_json.h), with objects by the names that they have in `snapshot`. Nothing where there
// are no edits.
QString commandsFor(const san::Snapshot& snapshot, std::span<const san::Edit> edits, const QString& title);

}  // namespace console
