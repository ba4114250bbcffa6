// AccessWhy: the proof of one cell of the access matrix, with the times of its revisions, ready to be shown.
//
// whyOf() is a pure function (shared/san/why.h does the work, 20 ms at most), for any thread. Errors: none; a host or a
// unit that is not there gives a proof without paths. The rest are words of it.
#pragma once

#include <QString>
#include <map>

#include "console-gui/model/access_facts.h"
#include "shared/san/why.h"

namespace console {

struct AccessWhy {
  std::shared_ptr<const san::SanIndex> index;
  san::Why why;
  std::map<san::Revision, san::Seconds> times;  // of the revisions in it, where a committed change set tells
  std::map<san::Revision, san::Id> changes;     // and which one that was
};
using AccessWhyPtr = std::shared_ptr<const AccessWhy>;

AccessWhyPtr whyOf(const std::shared_ptr<const san::SanIndex>& index, san::Basis basis, san::ObjectRef host,
                   san::Id unit);

// "web1 reaches db-data, read-write": what the answer is, a sentence.
QString answerText(const AccessWhy& answer);
// What its finding and its entry are: "It finds it: yes. It gets in: unknown."
QString questionsText(const AccessWhy& answer);
// "since revision 120, 2026-11-20 10:00:00"; empty where it is not known.
QString sinceText(const AccessWhy& answer, san::Revision revision);
// "web1 > disk1 at 10.0.0.1:3260, LUN 3".
QString pathText(const san::Snapshot& snapshot, const san::Path& path);

// The host and the unit among selected objects: a host, or the host of an initiator, and a logical unit.
struct HostAndUnit {
  san::ObjectRef host;
  san::Id unit = 0;
  explicit operator bool() const { return host && unit != 0; }
  friend bool operator==(const HostAndUnit&, const HostAndUnit&) = default;
};
HostAndUnit hostAndUnit(const san::SanIndex& index, std::span<const san::ObjectRef> objects);

// What does the same on the command line: "sanctl reach web1 db-data --why", "sanctl show host:web1".
QString reachCommand(const san::Snapshot& snapshot, san::ObjectRef host, san::Id unit);
QString showCommand(const san::Snapshot& snapshot, san::ObjectRef object);

}  // namespace console
