// Times and revisions as people name them, by what a snapshot knows of its committed change sets.
//
// Pure functions. Errors are values: a sentence.
#pragma once

#include <QString>
#include <vector>

#include "shared/base/result.h"
#include "shared/san/snapshot.h"

namespace console {

struct KnownRevision {
  san::Revision revision = 0;
  san::Seconds time = 0;
  QString what;  // its reason, else its author
};
// Newest first, the first `most`.
std::vector<KnownRevision> knownRevisions(const san::Snapshot& snapshot, std::size_t most);

// "120", "rev 120", or a date and time in local time: the newest revision of a change set that was there then.
base::Result<san::Revision, QString> revisionMeant(const san::Snapshot& snapshot, const QString& text);

}  // namespace console
