#include "shared/san/rule_run.h"

#include <algorithm>
#include <set>

#include "shared/isns/value_text.h"
#include "shared/san/proof_facts.h"

namespace san {
namespace {

std::string dayOf(Seconds time) { return isns::formatTime(base::WallTime(std::chrono::seconds(time))); }

// The waiver that holds longest, and the one that expired last.
void take(const Snapshot& snapshot, const Waiver& waiver, bool valid, WaiverState& state) {
  Id& best = valid ? state.valid : state.expired;
  const Waiver* before = snapshot.get<Waiver>(best);
  if (before == nullptr || waiver.expires > before->expires) best = waiver.id;
}

}  // namespace

std::size_t Group::count() const {
  if (empty()) return 1;
  std::size_t count = 0;
  for (const Item& item : shown()) count += item.weight;
  return count;
}

std::vector<ObjectRef> Group::objects() const {
  std::vector<ObjectRef> objects;
  std::set<ObjectRef> met;
  for (const Item& item : shown()) {
    if (met.insert(item.object).second) objects.push_back(item.object);
  }
  return objects;
}

void Group::acceptAll() {
  accepted.insert(accepted.end(), items.begin(), items.end());
  items.clear();
}

ObjectRef MendDraft::create(Kind kind) {
  const ObjectRef made{kind, next_++};
  push({EditOp::Create, made, {}, {}});
  return made;
}
void MendDraft::erase(ObjectRef object) { push({EditOp::Erase, object, {}, {}}); }
void MendDraft::set(ObjectRef object, std::string_view field, Value value) {
  push({EditOp::Set, object, std::string(field), std::move(value)});
}
void MendDraft::add(ObjectRef object, std::string_view field, ObjectRef member) {
  push({EditOp::Add, object, std::string(field), member});
}
void MendDraft::remove(ObjectRef object, std::string_view field, ObjectRef member) {
  push({EditOp::Remove, object, std::string(field), member});
}

void MendDraft::push(Edit edit) {
  const bool inReach = eachRef(edit.value, [&](ObjectRef ref) { return !isOutOfReach(ref); });
  if (edits_.size() >= Mend::kMaxEdits || isOutOfReach(edit.object) || !inReach) given_ = true;
  if (!given_) edits_.push_back(std::move(edit));
}

Mend MendDraft::finish(std::string sentence) && {
  if (given_) edits_.clear();
  return {std::move(sentence), std::move(edits_)};
}

RuleRun::RuleRun(RuleFacts& facts, const RuleRow& row, std::vector<Finding>& findings)
    : facts_(facts), row_(row), findings_(findings) {
  std::map<ObjectRef, WaiverState> waivers;
  snapshot().table<Waiver>().forEach([&](Id, const Waiver& waiver) {
    if (waiver.rule == row.id) take(snapshot(), waiver, facts_.isAhead(waiver.expires), waivers[waiver.subject]);
  });
  waivers_.assign(waivers.begin(), waivers.end());
}

WaiverState RuleRun::waiverOf(ObjectRef object) const {
  const auto at = std::ranges::lower_bound(waivers_, object, {}, &std::pair<ObjectRef, WaiverState>::first);
  return at != waivers_.end() && at->first == object ? at->second : WaiverState{};
}

bool RuleRun::mayDate(std::size_t cells) {
  if (!facts_.context().texts || cells > kMaxDated - dated_) return false;
  dated_ += cells;
  return true;
}

Revision RuleRun::reachedSince(std::size_t host, Id unit, Right atLeast) const {
  return san::reachedSince(index(), facts_.context().basis, host, unit, atLeast);
}

Group RuleRun::group(std::string cause, ObjectRef subject) const {
  Group made;
  made.cause = std::move(cause);
  made.subject = subject;
  const WaiverState whole = waiverOf({});
  const WaiverState own = subject ? waiverOf(subject) : WaiverState{};
  made.waived = {own.valid != 0 ? own.valid : whole.valid, own.expired != 0 ? own.expired : whole.expired};
  return made;
}

void RuleRun::add(Group& group, Item item) const {
  const WaiverState state = waivers_.empty() ? WaiverState{} : waiverOf(item.object);
  if (state.valid == 0) {
    group.items.push_back(item);
    if (state.expired != 0) group.expired = state.expired;
    return;
  }
  group.accepted.push_back(item);
  group.acceptedBy = state.valid;
}

Finding& RuleRun::report(const Group& group, Severity severity, std::string text, std::vector<Fact> facts, Mend mend) {
  Finding finding;
  finding.rule = row_.id;
  finding.cause = group.cause;
  finding.severity = severity;
  finding.subject = group.subject;
  finding.count = group.count();
  finding.text = std::move(text);
  finding.facts = std::move(facts);
  finding.mend = std::move(mend);
  for (const Item& item : group.shown()) {
    if (finding.objects.size() < Finding::kMaxObjects) finding.objects.push_back(item.object);
    if (item.since != 0 && (finding.since == 0 || item.since < finding.since)) finding.since = item.since;
  }
  if (group.waived.valid != 0) {
    finding.waiver = group.waived.valid;
  } else if (group.items.empty() && !group.accepted.empty()) {
    finding.waiver = group.acceptedBy;
  } else {
    finding.expiredWaiver = group.waived.expired != 0 ? group.waived.expired : group.expired;
  }
  if (!group.items.empty()) finding.waivedCount = group.accepted.size();
  if (const Waiver* expired = snapshot().get<Waiver>(finding.expiredWaiver)) {
    finding.text +=
        expired->expires == 0 ? " Its waiver has no date." : " Its waiver expired at " + dayOf(expired->expires) + ".";
  }
  findings_.push_back(std::move(finding));
  return findings_.back();
}

}  // namespace san
