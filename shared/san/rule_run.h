// RuleRun: what a rule's function works with: the facts of the SAN and a sink for its findings. Group: one cause, with
// the objects that it is found at.
//
// Within one evaluate() on one thread; it owns what it computed and refers to the index. Internal to the rules.
#pragma once

#include "shared/san/rule_facts.h"
#include "shared/san/rules.h"

namespace san {

struct Item {
  ObjectRef object;
  std::size_t weight = 1;  // how much it counts
  Revision since = 0;
};

// What waivers say of one object.
struct WaiverState {
  Id valid = 0;
  Id expired = 0;
};

struct Group {
  std::string cause;
  ObjectRef subject;
  WaiverState waived;       // the group as a whole
  std::vector<Item> items;  // that nobody has waived
  std::vector<Item> accepted;
  Id acceptedBy = 0;
  Id expired = 0;

  [[nodiscard]] bool empty() const { return items.empty() && accepted.empty(); }
  // What the sentence is about: what is open or, where all of it is waived, that.
  [[nodiscard]] const std::vector<Item>& shown() const { return items.empty() ? accepted : items; }
  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] std::vector<ObjectRef> objects() const;  // each once
  // Too few are left for the fault to be one.
  void acceptAll();
};

// Edits of a mend, in the order in which they are applied.
class MendDraft {
 public:
  ObjectRef create(Kind kind);
  void erase(ObjectRef object);
  void set(ObjectRef object, std::string_view field, Value value);
  void add(ObjectRef object, std::string_view field, ObjectRef member);
  void remove(ObjectRef object, std::string_view field, ObjectRef member);
  // A mend without edits, where they would be too many or are not safe.
  void giveUp() { given_ = true; }
  Mend finish(std::string sentence) &&;

 private:
  void push(Edit edit);
  [[nodiscard]] bool isOutOfReach(ObjectRef ref) const { return isProvisional(ref.id) && ref.id >= next_; }
  std::vector<Edit> edits_;
  Id next_ = kFirstProvisional;
  bool given_ = false;
};

class RuleRun {
 public:
  RuleRun(RuleFacts& facts, const RuleRow& row, std::vector<Finding>& findings);

  [[nodiscard]] RuleFacts& facts() const { return facts_; }
  [[nodiscard]] const SanIndex& index() const { return facts_.index(); }
  [[nodiscard]] const Snapshot& snapshot() const { return facts_.snapshot(); }
  [[nodiscard]] const Settings& settings() const { return facts_.snapshot().settings(); }
  [[nodiscard]] bool isOlder(Seconds moment, Seconds limit) const { return facts_.isOlder(moment, limit); }
  [[nodiscard]] Seconds age(Seconds moment, Seconds unit) const { return facts_.age(moment, unit); }
  [[nodiscard]] bool wantsMends() const { return facts_.context().mends; }

  // Whether to ask since when so many cells are reached (proof_facts.h), all of them for one date: not where nobody
  // looks at it, or the rule has asked for so many that it would take too long.
  static constexpr std::size_t kMaxDated = 100;
  bool mayDate(std::size_t cells);
  [[nodiscard]] Revision reachedSince(std::size_t host, Id unit, Right atLeast = Right::ReadOnly) const;

  [[nodiscard]] Group group(std::string cause, ObjectRef subject) const;
  // The cause that is an object, and nothing else.
  [[nodiscard]] Group group(ObjectRef subject) const { return group(refText(snapshot(), subject), subject); }
  void add(Group& group, Item item) const;

  // A group without items counts its subject. The reference is good until the next report.
  Finding& report(const Group& group, Severity severity, std::string text, std::vector<Fact> facts, Mend mend = {});
  Finding& report(const Group& group, std::string text, std::vector<Fact> facts, Mend mend = {}) {
    return report(group, row_.severity, std::move(text), std::move(facts), std::move(mend));
  }

 private:
  [[nodiscard]] WaiverState waiverOf(ObjectRef object) const;

  RuleFacts& facts_;
  const RuleRow& row_;
  std::vector<Finding>& findings_;
  std::vector<std::pair<ObjectRef, WaiverState>> waivers_;  // ascending
  std::size_t dated_ = 0;                                   // cells
};

namespace rule {
inline constexpr Seconds kDay = 86400;

// Whether an agent has reported nothing for so long that what it said last is no evidence (R22).
bool isSilent(const RuleRun& run, const Agent& agent);
// Whether what it says is evidence: it is there, neither revoked nor silent.
bool speaks(const RuleRun& run, Id agent);
}  // namespace rule

}  // namespace san
