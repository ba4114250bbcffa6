// R14 and R15: secrets that are weak, old, or proven with MD5.
#include <algorithm>

#include "shared/san/rule_run.h"

namespace san::rule {
namespace {

struct Fault {
  std::uint32_t bit;  // weakness::
  std::string_view cause;
  std::string_view text;  // follows "5 secrets "
};
constexpr std::array<Fault, 5> kFaults{{
    {weakness::kShort, "short", "have less than 96 bits"},
    {weakness::kDictionary, "dictionary", "are words of a dictionary"},
    {weakness::kEqualsPeer, "equals peer", "are the same in both directions"},
    {weakness::kEqualsUserName, "equals user name", "are the same as a user name"},
    {weakness::kReused, "reused", "are used by another credential too"},
}};

std::string counted(const Group& group) {
  const std::size_t count = group.shown().size();
  return "Secrets of " + std::to_string(count) + (count == 1 ? " credential " : " credentials ");
}

}  // namespace

void weakSecret(RuleRun& run) {
  const Seconds limit = kDay * run.settings().secretDays;
  std::array<Group, kFaults.size()> weak;
  for (std::size_t i = 0; i < kFaults.size(); ++i) weak[i] = run.group(std::string(kFaults[i].cause), {});
  Group old = run.group("old", {});
  Seconds oldest = 0;
  run.snapshot().table<Credential>().forEach([&](Id id, const Credential& credential) {
    if (credential.state == CredentialState::Retired) return;
    for (std::size_t i = 0; i < kFaults.size(); ++i) {
      if ((credential.weaknesses & kFaults[i].bit) != 0)
        run.add(weak[i], {{Kind::Credential, id}, 1, credential.changed});
    }
    if (limit == 0 || credential.setAt == 0 || !run.isOlder(credential.setAt, limit)) return;
    run.add(old, {{Kind::Credential, id}, 1, 0});
    if (oldest == 0 || credential.setAt < oldest) oldest = credential.setAt;
  });
  const Mend mend{"Let the server make new secrets and rotate them.", {}};
  for (std::size_t i = 0; i < kFaults.size(); ++i) {
    if (weak[i].empty()) continue;
    run.report(weak[i],
               counted(weak[i]) + std::string(kFaults[i].text) + ": " + run.facts().list(weak[i].objects()) + ".", {},
               mend);
  }
  if (old.empty()) return;
  const std::string days = std::to_string(run.age(oldest, kDay));
  Finding& finding = run.report(old, Severity::Medium,
                                counted(old) + "are older than " + std::to_string(run.settings().secretDays) +
                                    " days, the oldest " + days + ": " + run.facts().list(old.objects()) + ".",
                                {{"oldest", days}}, mend);
  finding.sinceTime = oldest + limit;
}

void md5Used(RuleRun& run) {
  std::map<Id, Group> byDomain;
  run.snapshot().table<Credential>().forEach([&](Id id, const Credential& credential) {
    if (!credential.md5 || credential.state == CredentialState::Retired) return;
    for (Id domain : run.index().domainsOf(credential.initiator.id)) {
      const Domain& object = *run.snapshot().get<Domain>(domain);
      if (!object.md5Refused || !run.index().isActive(domain)) continue;
      // Without a target of its own it serves any target of the domain that has no other.
      const bool joins = credential.target ? object.nodes.contains(credential.target.id)
                                           : std::ranges::any_of(object.nodes.items(), [&](const Member& member) {
                                               return run.snapshot().get<Node>(member.id)->target;
                                             });
      if (!joins) continue;
      const auto [at, isNew] = byDomain.try_emplace(domain);
      if (isNew) at->second = run.group({Kind::Domain, domain});
      run.add(at->second, {{Kind::Credential, id}, 1, credential.changed});
    }
  });
  for (const auto& [domain, group] : byDomain) {
    run.report(group,
               run.facts().list(group.objects()) +
                   (group.shown().size() == 1 ? " logs in with MD5, which " : " log in with MD5, which ") +
                   run.facts().called({Kind::Domain, domain}) + " refuses.",
               {}, {"Let both ends offer SHA-256 or SHA3-256, or take the foreign end out of the domain.", {}});
  }
}

}  // namespace san::rule
