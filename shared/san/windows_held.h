// What windows say of a time: whether it is outside of all change windows, and which freezes hold.
//
// A commit keeps that with its change set (ChangeSet::outsideWindows, freezes), as windows are edited and erased later.
// Pure, safe from any thread. Errors: none.
#pragma once

#include "shared/san/snapshot.h"

namespace san {

struct WindowsHeld {
  Truth outside = Truth::Unknown;  // Yes: there are change windows, and none holds. Unknown: nobody has judged that
  std::string freezes;             // those that hold, by name, with commas between; not more than a field takes
};

// By the windows that stand since before a revision.
WindowsHeld windowsAt(const Table<Window>& windows, Seconds time, Revision before = ~Revision{0});

void keepWindows(ChangeSet& record, WindowsHeld held);
WindowsHeld keptWindows(const ChangeSet& record);

}  // namespace san
