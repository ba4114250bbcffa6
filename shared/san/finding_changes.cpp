#include "shared/san/finding_changes.h"

#include <algorithm>
#include <compare>

namespace san {
namespace {

std::strong_ordering order(const Finding& a, const Finding& b) {
  if (const auto rules = a.rule <=> b.rule; rules != std::strong_ordering::equal) return rules;
  return a.cause <=> b.cause;
}

bool tells(const Finding& before, const Finding& after) {
  return before.open() != after.open() || before.count != after.count || before.severity != after.severity;
}

LifeCycle stateOf(const Finding* before, const Finding& after, const KnownFindings& known) {
  if (!after.open()) return LifeCycle::Waived;
  if (before != nullptr) return before->open() ? LifeCycle::Open : LifeCycle::Again;
  return known.contains(keyOf(after)) ? LifeCycle::Again : LifeCycle::New;
}

}  // namespace

FindingKey keyOf(const Finding& finding) { return {std::string(finding.rule), finding.cause}; }

std::vector<FindingChange> compareFindings(const Findings& before, const Findings& after, const KnownFindings& known) {
  std::vector<FindingChange> changes;
  auto old = before.list.begin();
  const auto cleared = [&] { changes.push_back({LifeCycle::Cleared, true, &*old++, nullptr}); };
  for (const Finding& finding : after.list) {
    while (old != before.list.end() && order(*old, finding) < 0) cleared();
    const bool same = old != before.list.end() && order(*old, finding) == 0;
    const Finding* was = same ? &*old++ : nullptr;
    changes.push_back({stateOf(was, finding, known), was == nullptr || tells(*was, finding), was, &finding});
  }
  while (old != before.list.end()) cleared();
  return changes;
}

FindingsImpact impactOn(const Findings& before, const Findings& after) {
  FindingsImpact impact;
  for (const FindingChange& change : compareFindings(before, after)) {
    const bool was = change.before != nullptr && change.before->open();
    const bool is = change.after != nullptr && change.after->open();
    if (is && !was) impact.appeared.push_back(change.after);
    if (was && !is) impact.cleared.push_back(change.before);
    const bool worse =
        was && is && (change.after->count > change.before->count || change.after->severity > change.before->severity);
    if (worse) impact.grown.push_back(change.after);
  }
  return impact;
}

std::string textOf(const FindingsImpact& impact) {
  std::string text;
  const auto say = [&](std::size_t count, std::string_view one, std::string_view more) {
    if (count == 0) return;
    text.append(text.empty() ? "" : ", ").append(std::to_string(count)).append(" ").append(count == 1 ? one : more);
  };
  say(impact.appeared.size(), "new violation", "new violations");
  say(impact.grown.size(), "worse", "worse");
  say(impact.cleared.size(), "cleared", "cleared");
  return text.empty() ? "none" : text;
}

}  // namespace san
