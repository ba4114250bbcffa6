// R17 and R18: by whom and when the SAN was changed.
#include <algorithm>

#include "shared/san/rule_run.h"
#include "shared/san/windows_held.h"

namespace san::rule {

void authorApproved(RuleRun& run) {
  std::map<std::string, Group> byAuthor;
  run.snapshot().table<ChangeSet>().forEach([&](Id id, const ChangeSet& change) {
    if (change.approver.empty() || change.author != change.approver) return;
    const auto [at, isNew] = byAuthor.try_emplace(change.author);
    if (isNew) at->second = run.group("author:" + change.author, {});
    run.add(at->second, {{Kind::ChangeSet, id}, 1, change.created});
  });
  const bool allowed = run.settings().authorMayApprove;
  for (const auto& [author, group] : byAuthor) {
    const std::size_t count = group.shown().size();
    run.report(group, allowed ? Severity::Info : Severity::High,
               author + " approved " + std::to_string(count) + (count == 1 ? " change set" : " change sets") +
                   " of their own: " + run.facts().list(group.objects()) + ".",
               {{"author_may_approve", allowed ? "yes" : "no"}}, {"Have somebody else look at these changes.", {}});
  }
}

// By the windows as they stood at the commit, which its record says. One that nobody has judged, as of an older
// version, by those that stand unchanged since before it.
void outsideWindow(RuleRun& run) {
  const Table<Window>& windows = run.snapshot().table<Window>();
  std::map<std::string, Id> named;
  windows.forEach([&](Id id, const Window& window) {
    if (window.kind == WindowKind::Freeze) named.emplace(window.name, id);
  });
  Group outside = run.group("outside", {});
  std::map<std::string, Group> frozen;
  run.snapshot().table<ChangeSet>().forEach([&](Id id, const ChangeSet& change) {
    if (change.committedAt == 0 || change.origin == ChangeOrigin::Rollback) return;
    WindowsHeld held = keptWindows(change);
    if (held.outside == Truth::Unknown) held = windowsAt(windows, change.committedAt, change.created);
    const Item item{{Kind::ChangeSet, id}, 1, change.created};
    if (held.outside == Truth::Yes) run.add(outside, item);
    if (held.freezes.empty()) return;
    const auto [at, isNew] = frozen.try_emplace(held.freezes);
    if (isNew) {
      const auto window = named.find(held.freezes);
      at->second =
          window == named.end() ? run.group("freeze:" + held.freezes, {}) : run.group({Kind::Window, window->second});
    }
    run.add(at->second, item);
  });
  const Mend mend{"Find out why, and keep the reason with the ticket.", {}};
  for (const auto& [freezes, group] : frozen) {
    run.report(group, Severity::High,
               run.facts().list(group.objects()) + (group.shown().size() == 1 ? " was" : " were") +
                   " committed in the freeze " + freezes + ".",
               {}, mend);
  }
  if (outside.empty()) return;
  run.report(outside,
             run.facts().list(outside.objects()) + (outside.shown().size() == 1 ? " was" : " were") +
                 " committed outside of every change window.",
             {}, mend);
}

}  // namespace san::rule
