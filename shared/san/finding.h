// Finding: what one rule (rules.h) has to say about a SAN, as a value; evaluate() gives all of them.
//
// A finding is one cause, however many objects suffer from it: it has a count and a bounded list of examples. Rule and
// cause key together name it in any snapshot, so that two evaluations compare (finding_changes.h). A waiver (Waiver,
// admin_objects.h) names a rule and an object: the subject of a finding, one of the objects that it counts, or none for
// the whole rule. Until it expires, what it covers is no longer counted; a finding with nothing left is waived. Expired
// waivers let their findings through, which then say so. A waiver without a date has expired.
//
// Pure functions of an index and a context, safe from any thread. Order: by rule, then by cause. Errors: none.
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "shared/san/edit.h"
#include "shared/san/reach.h"

namespace san {

enum class Severity : std::uint8_t { Info, Low, Medium, High, Critical };
template <>
struct Words<Severity> {
  static constexpr std::array<std::string_view, 5> kList{"info", "low", "medium", "high", "critical"};
};

struct Fact {
  std::string name;
  std::string value;
  friend bool operator==(const Fact&, const Fact&) = default;
};

// What would end a finding: a sentence always; edits where a change set could do it safely. They are a draft to look
// at, never applied by themselves, and empty where more than kMaxEdits were needed.
struct Mend {
  static constexpr std::size_t kMaxEdits = 1000;
  std::string sentence;
  std::vector<Edit> edits;
  friend bool operator==(const Mend&, const Mend&) = default;
};

struct Finding {
  static constexpr std::size_t kMaxObjects = 20;

  std::string_view rule;  // "R11": of the constant table
  std::string cause;      // "domain:zone1": the same in each snapshot that has the fault
  Severity severity = Severity::Info;
  ObjectRef subject;               // none: the SAN as a whole
  std::size_t count = 0;           // of what the rule counts (RuleRow::counts), without what is waived
  std::vector<ObjectRef> objects;  // some of these, at most kMaxObjects
  std::string text;                // a sentence
  std::vector<Fact> facts;
  // Since when the first of its causes makes it one, as far as is known; for rules about reach that is since when the
  // host reaches the unit, unless what else the rule looks at is younger. 0: not known.
  Revision since = 0;
  Seconds sinceTime = 0;  // 0: not known
  Mend mend;
  Id waiver = 0;  // the one because of which it is not open
  std::size_t waivedCount = 0;
  Id expiredWaiver = 0;  // one that covered it, or a part of it, and does no longer
  [[nodiscard]] bool open() const { return waiver == 0; }
  friend bool operator==(const Finding&, const Finding&) = default;
};

struct FindingContext {
  Seconds now = 0;
  Basis basis = Basis::Applied;        // by what reach is judged; impact of a draft compares Desired
  bool mends = true;                   // whether mends have their edits
  bool texts = true;                   // without, sentences and facts lack the names: for comparing alone
  const ReachMatrix* works = nullptr;  // Question::Works of this index and basis, where somebody has it already
  // When a revision was made, 0 where unknown. Without it the committed change sets of the snapshot say what they can.
  std::function<Seconds(Revision)> timeOf;
};

struct Findings {
  std::vector<Finding> list;
  // The list is the same for each time from the context's `now` on and before this one: ages and dates move on.
  Seconds until = std::numeric_limits<Seconds>::max();
  [[nodiscard]] std::size_t open() const;
  [[nodiscard]] std::size_t open(Severity atLeast) const;
  [[nodiscard]] std::size_t waived() const { return list.size() - open(); }
};

Findings evaluate(const SanIndex& index, const FindingContext& context);
// One rule alone; nothing where there is none with that id.
Findings evaluateRule(const SanIndex& index, const FindingContext& context, std::string_view rule);

}  // namespace san
