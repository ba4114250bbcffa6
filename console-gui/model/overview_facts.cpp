#include "console-gui/model/overview_facts.h"

#include <algorithm>
#include <array>

namespace console {
namespace {

using san::Finding;

constexpr std::array<std::string_view, 2> kMissingRules{"R08", "R12"};
constexpr std::array<std::string_view, 6> kTooMuchRules{"R03", "R07", "R09", "R11", "R16", "R02"};
constexpr std::size_t kWorst = 7;

template <class Take>
OverviewAnswer answerOf(const san::Findings& findings, Take&& take) {
  OverviewAnswer answer;
  for (const Finding& finding : findings.list) {
    if (finding.waiver != 0 || !take(finding)) continue;
    answer.count += finding.count;
    answer.worst.push_back(&finding);
    if (std::ranges::find(answer.rules, finding.rule) == answer.rules.end()) answer.rules.push_back(finding.rule);
  }
  std::ranges::stable_sort(answer.worst, [](const Finding* a, const Finding* b) { return a->severity > b->severity; });
  if (answer.worst.size() > kWorst) answer.worst.resize(kWorst);
  return answer;
}

template <std::size_t N>
bool isOneOf(std::string_view rule, const std::array<std::string_view, N>& rules) {
  return std::ranges::find(rules, rule) != rules.end();
}

}  // namespace

OverviewFacts overviewOf(const View& view, san::Revision since, san::Seconds now) {
  OverviewFacts facts;
  const san::Snapshot& snapshot = view.snapshot();
  const san::Seconds silent = snapshot.settings().agentSilent;
  facts.reportsKept = !snapshot.replayed;
  snapshot.table<san::Agent>().forEach([&](san::Id id, const san::Agent& agent) {
    if (agent.revoked) return;
    ++facts.agents;
    if (!facts.reportsKept) return;
    if (agent.reportedAt != 0 && now - agent.reportedAt <= silent) ++facts.reporting;
    if (facts.oldestAgent == 0 || agent.reportedAt < facts.oldestReport) {
      facts.oldestAgent = id;
      facts.oldestReport = agent.reportedAt;
    }
  });
  snapshot.table<san::Node>().forEach([&](san::Id id, const san::Node& node) {
    if (!node.target || !node.registered()) return;
    ++facts.targets;
    if (!view.index->isManaged(id)) ++facts.foreignTargets;
  });
  if (view.findings) {
    facts.missing = answerOf(*view.findings, [](const Finding& one) { return isOneOf(one.rule, kMissingRules); });
    facts.tooMuch = answerOf(*view.findings, [](const Finding& one) { return isOneOf(one.rule, kTooMuchRules); });
    facts.needs = answerOf(*view.findings, [](const Finding& one) {
      return one.severity >= san::Severity::High && !isOneOf(one.rule, kMissingRules) && !isOneOf(one.rule, kTooMuchRules);
    });
  }
  const bool certain = view.findings != nullptr && facts.reporting == facts.agents && facts.agents != 0;
  facts.missing.certain = facts.tooMuch.certain = certain && facts.foreignTargets == 0;
  facts.needs.certain = view.findings != nullptr;
  snapshot.table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& change) {
    if (change.created > since) facts.changes.push_back(id);
  });
  std::ranges::reverse(facts.changes);
  facts.hosts = view.index->hosts().size();
  facts.units = view.index->units().size();
  facts.domains = snapshot.table<san::Domain>().size();
  facts.sessions = snapshot.table<san::Session>().size();
  return facts;
}

}  // namespace console
