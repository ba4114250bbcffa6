// What became of findings between two evaluations: new, again, grown, waived, cleared.
//
// A finding is the same where rule and cause are. Pure functions of values, safe from any thread. Errors: none.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "shared/san/finding.h"

namespace san {

enum class LifeCycle : std::uint8_t {
  New,      // open, and was never there
  Again,    // open, and was there before: cleared once, or waived until now
  Open,     // as before
  Waived,   // accepted
  Cleared,  // gone
};
template <>
struct Words<LifeCycle> {
  static constexpr std::array<std::string_view, 5> kList{"new", "again", "open", "waived", "cleared"};
};

struct FindingKey {
  std::string rule;
  std::string cause;
  friend auto operator<=>(const FindingKey&, const FindingKey&) = default;
};
FindingKey keyOf(const Finding& finding);

// Findings that were there once; whoever keeps a history adds those that clear.
using KnownFindings = std::set<FindingKey>;

struct FindingChange {
  LifeCycle state = LifeCycle::New;
  bool changed = false;             // something to tell: another state than before, or another count or severity
  const Finding* before = nullptr;  // in the evaluations that were compared; nullptr: was not there
  const Finding* after = nullptr;
};

// Every finding of the two, in their order.
std::vector<FindingChange> compareFindings(const Findings& before, const Findings& after,
                                           const KnownFindings& known = {});

// What an impact says: "1 new violation, 2 cleared". Waived findings count as not there.
struct FindingsImpact {
  std::vector<const Finding*> appeared;  // of `after`
  std::vector<const Finding*> grown;     // of `after`: counts more, or is more severe
  std::vector<const Finding*> cleared;   // of `before`
};
FindingsImpact impactOn(const Findings& before, const Findings& after);
// "2 new violations, 1 worse, 1 cleared", or "none".
std::string textOf(const FindingsImpact& impact);

}  // namespace san
