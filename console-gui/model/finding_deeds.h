// What can be done about a finding: its waiver as edits, and its mend and its waiver as commands for sanctl.
//
// Pure functions of values.
#pragma once

#include <QString>

#include <string>
#include <vector>

#include "shared/san/edit.h"
#include "shared/san/finding.h"

namespace console {

// Accepts the rule's findings about the subject (none: all of them) until then; in the ids of the SAN of the finding.
std::vector<san::Edit> waiverEdits(const san::Finding& finding, const std::string& reason, san::Seconds expires);

QString showCommand(const san::Snapshot& snapshot, const san::Finding& finding);
QString mendCommand(const san::Snapshot& snapshot, const san::Finding& finding);
// With a placeholder for the reason.
QString waiveCommand(const san::Snapshot& snapshot, const san::Finding& finding);

}  // namespace console
