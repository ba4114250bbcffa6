// The demo SAN: a believable company with 60 hosts, 12 targets and 400 logical units, and some things that went wrong.
//
// A history of snapshots, the oldest first, each a revision with its author and reason, ending at `now`; the same for the
// same `now`. What is wrong in it is listed in demoTasks(), so that somebody who has never seen the console can find and
// mend it. Pure; made in some ten milliseconds. Errors: none; a mistake in it ends the program with a sentence.
#pragma once

#include <QString>
#include <vector>

#include "shared/san/snapshot.h"

namespace console {

struct DemoRevision {
  san::Snapshot snapshot;
  std::string author;
  std::string title;
};

std::vector<DemoRevision> demoHistory(san::Seconds now);

// A guided task: what to find out or to mend, how to begin, where, and when it is done.
struct DemoTask {
  QString title;
  QString hint;
  const char* page;  // the word of its page: "findings"
  const char* rule;  // what is to be shown there of findings; "": nothing of its own
  // What it is about, the most important last.
  std::vector<san::ObjectRef> (*objects)(const san::Snapshot& present);
  bool (*done)(const san::Snapshot& present);
};
std::vector<DemoTask> demoTasks();

}  // namespace console
