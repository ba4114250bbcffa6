// R17 and R18: by whom and when the SAN was changed.
#include <algorithm>

#include "shared/san/rule_run.h"

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

void outsideWindow(RuleRun& run) {
  std::vector<const Window*> windows;
  run.snapshot().table<Window>().forEach([&](Id, const Window& window) { windows.push_back(&window); });
  if (windows.empty()) return;
  Group outside = run.group("outside", {});
  std::map<Id, Group> frozen;
  run.snapshot().table<ChangeSet>().forEach([&](Id id, const ChangeSet& change) {
    if (change.committedAt == 0 || change.origin == ChangeOrigin::Rollback) return;
    bool wanted = false;
    bool any = false;
    for (const Window* window : windows) {
      if (window->created >= change.created) continue;
      const bool holds = window->holds(change.committedAt);
      if (window->kind == WindowKind::Change) {
        any = true;
        wanted = wanted || holds;
      } else if (holds) {
        const auto [at, isNew] = frozen.try_emplace(window->id);
        if (isNew) at->second = run.group({Kind::Window, window->id});
        run.add(at->second, {{Kind::ChangeSet, id}, 1, change.created});
      }
    }
    if (any && !wanted) run.add(outside, {{Kind::ChangeSet, id}, 1, change.created});
  });
  const Mend mend{"Find out why, and keep the reason with the ticket.", {}};
  for (const auto& [window, group] : frozen) {
    run.report(group, Severity::High,
               run.facts().list(group.objects()) + (group.shown().size() == 1 ? " was" : " were") +
                   " committed in the freeze " + run.facts().called({Kind::Window, window}) + ".",
               {}, mend);
  }
  if (outside.empty()) return;
  run.report(outside,
             run.facts().list(outside.objects()) + (outside.shown().size() == 1 ? " was" : " were") +
                 " committed outside of every change window.",
             {}, mend);
}

}  // namespace san::rule
