#include "shared/san/windows_held.h"

#include "shared/san/fields.h"

namespace san {

WindowsHeld windowsAt(const Table<Window>& windows, Seconds time, Revision before) {
  WindowsHeld held;
  bool anyChange = false;
  bool inChange = false;
  windows.forEach([&](Id, const Window& window) {
    if (window.changed >= before) return;
    const bool holds = window.holds(time);
    if (window.kind == WindowKind::Change) {
      anyChange = true;
      inChange = inChange || holds;
      return;
    }
    const std::string more = (held.freezes.empty() ? "" : ", ") + window.name;
    if (holds && held.freezes.size() + more.size() <= kMaxText) held.freezes += more;
  });
  held.outside = truthOf(anyChange && !inChange);
  return held;
}

void keepWindows(ChangeSet& record, WindowsHeld held) {
  record.outsideWindows = held.outside;
  record.freezes = std::move(held.freezes);
}

WindowsHeld keptWindows(const ChangeSet& record) { return {record.outsideWindows, record.freezes}; }

}  // namespace san
