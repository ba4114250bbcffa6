// What can be done about a finding: its mend and its waiver as edits of a draft, and both as commands for sanctl.
//
// Pure functions of values.
#pragma once

#include <QString>

#include "console-gui/model/draft.h"
#include "shared/san/finding.h"

namespace console {

// The edits of the mend with provisional numbers that the draft does not use yet; none where nothing can be changed.
std::vector<san::Edit> mendEdits(const san::Finding& finding, const Draft& draft);
// Accepts the rule's findings about the subject (none: all of them) until then; for an object that newObject() gave.
std::vector<san::Edit> waiverEdits(san::ObjectRef fresh, const san::Finding& finding, const std::string& reason,
                                   san::Seconds expires);

QString showCommand(const san::Snapshot& snapshot, const san::Finding& finding);
QString mendCommand(const san::Snapshot& snapshot, const san::Finding& finding);
// With a placeholder for the reason.
QString waiveCommand(const san::Snapshot& snapshot, const san::Finding& finding);

}  // namespace console
