#include "shared/san/finding.h"

#include <algorithm>

#include "shared/san/rule_run.h"

namespace san {
namespace {

void run(RuleFacts& facts, const RuleRow& row, std::vector<Finding>& all) {
  const auto first = static_cast<std::ptrdiff_t>(all.size());
  RuleRun one(facts, row, all);
  row.evaluate(one);
  for (auto at = all.begin() + first; at != all.end(); ++at) {
    if (at->sinceTime == 0) at->sinceTime = facts.timeOf(at->since);
  }
  std::sort(all.begin() + first, all.end(), [](const Finding& a, const Finding& b) { return a.cause < b.cause; });
}

}  // namespace

std::size_t Findings::open() const {
  return static_cast<std::size_t>(std::ranges::count_if(list, [](const Finding& finding) { return finding.open(); }));
}

std::size_t Findings::open(Severity atLeast) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      list, [&](const Finding& finding) { return finding.open() && finding.severity >= atLeast; }));
}

Findings evaluate(const SanIndex& index, const FindingContext& context) {
  RuleFacts facts(index, context, true);
  Findings findings;
  for (const RuleRow& row : kRuleTable) run(facts, row, findings.list);
  findings.until = facts.until();
  return findings;
}

Findings evaluateRule(const SanIndex& index, const FindingContext& context, std::string_view rule) {
  Findings findings;
  const RuleRow* row = findRule(rule);
  if (row == nullptr) return findings;
  RuleFacts facts(index, context, false);
  run(facts, *row, findings.list);
  findings.until = facts.until();
  return findings;
}

}  // namespace san
