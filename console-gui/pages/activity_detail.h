// What a line of the feed and a record of the audit log say, as rich text: for the right side of the Activity page.
//
// Pure functions of what is given, in the theme and the language that are set. The UI thread.
#pragma once

#include "console-gui/model/audit_model.h"
#include "console-gui/model/feed.h"

namespace console {

QString feedHtml(const san::Snapshot* snapshot, const FeedEntry& entry, san::Seconds now);
QString recordHtml(const san::Snapshot* snapshot, const AuditRow& row, san::Seconds now);
// What differs between two revisions, a line each; the first kMostLines of them.
inline constexpr std::size_t kMostLines = 500;
QString differenceHtml(const base::Json& answer);

// With what the chain of the log is checked, without this program and without the server.
QString verifyCommands();

}  // namespace console
