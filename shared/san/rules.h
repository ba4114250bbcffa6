// The rules R01 to R23 as a table: what each looks for, what it means, what to do, which controls it gives evidence
// for.
//
// A new rule is a row here, a function in the file of its subject (rules_*.cpp) and a test. Texts are for
// administrators and auditors; `controls` names requirements that a finding, or its absence, supports evidence for: it
// never says that anything is compliant. Constexpr data and pure functions, safe from any thread.
#pragma once

#include <array>

#include "shared/san/finding.h"

namespace san {

class RuleRun;  // rule_run.h

namespace rule {
// rules_domains.cpp
void initiatorsPerDomain(RuleRun& run);
void initiatorsSeeEachOther(RuleRun& run);
void defaultDomain(RuleRun& run);
void inactiveDomain(RuleRun& run);
void oneSidedDomain(RuleRun& run);
void staleMember(RuleRun& run);
// rules_access.cpp
void withoutApproval(RuleRun& run);
void approvedButMissing(RuleRun& run);
void permittedNotZoned(RuleRun& run);
void zonedNotPermitted(RuleRun& run);
// rules_sharing.cpp
void sharedUnit(RuleRun& run);
void labelsMeet(RuleRun& run);
// rules_paths.cpp
void singlePath(RuleRun& run);
void withoutChap(RuleRun& run);
// rules_credentials.cpp
void weakSecret(RuleRun& run);
void md5Used(RuleRun& run);
// rules_changes.cpp
void authorApproved(RuleRun& run);
void outsideWindow(RuleRun& run);
// rules_names.cpp
void namePattern(RuleRun& run);
void nameTwice(RuleRun& run);
void portalOutside(RuleRun& run);
// rules_agents.cpp
void silentAgent(RuleRun& run);
void differsFromObserved(RuleRun& run);
// rules_probes.cpp: three parts of it
void probesDiffer(RuleRun& run);
void discoveriesDiffer(RuleRun& run);
void disksHeld(RuleRun& run);
}  // namespace rule

struct RuleRow {
  std::string_view id;
  std::string_view name;  // one word for the command line
  Severity severity;      // the usual one; a finding may have another, as `meaning` says
  std::string_view title;
  std::string_view counts;    // what Finding::count counts and a waiver may name beside the subject
  std::string_view meaning;   // a sentence or two
  std::string_view action;    // what to do
  std::string_view controls;  // separated by "; "
  void (*evaluate)(RuleRun& run);
};

inline constexpr std::array<RuleRow, 23> kRuleTable{{
    {"R01", "initiators-per-domain", Severity::Medium, "More hosts in a domain than the policy allows",
     "hosts and clusters",
     "A domain holds initiators of more hosts than max_initiators_per_domain (0: any number). The initiators of one "
     "host, and of the hosts of one cluster, count once. Low where the domain is not active.",
     "Give each host a domain of its own with the targets that it needs.", "PCI DSS 1.2; PCI DSS 7.2; ISO/IEC 27040",
     rule::initiatorsPerDomain},
    {"R02", "initiators-see-each-other", Severity::Low, "Initiators of different hosts see each other",
     "hosts and clusters",
     "An active domain joins registered initiators of hosts that are not one cluster: each learns the names of the "
     "others and gets their state changes. An initiator that is a control node sees everything; that is medium.",
     "Split the domain, so that each host shares it with targets alone; take control from nodes that only use disks.",
     "PCI DSS 1.2; ISO/IEC 27040", rule::initiatorsSeeEachOther},
    {"R03", "default-domain", Severity::High, "Members in the default domain", "nodes and portals",
     "The default domain is on and has members: whatever registers is zoned with all of them before anybody has "
     "decided that.",
     "Zone the members on purpose, take them out, and turn the default domain off in the server's configuration.",
     "PCI DSS 2.2; PCI DSS 7.2; HIPAA 164.312(a)", rule::defaultDomain},
    {"R04", "inactive-domain", Severity::Info, "A domain that is in no enabled set", "domains",
     "The domain gives nobody anything: it was prepared and never enabled, or left over. Where domains without a set "
     "are active, only those of disabled sets count.",
     "Enable its set, put it into an enabled one, or erase it.", "ISO/IEC 27040", rule::inactiveDomain},
    {"R05", "one-sided-domain", Severity::Low, "A domain without a target or without an initiator", "domains",
     "The domain joins nobody with a disk. A member that has never registered may be either and is given the benefit "
     "of the doubt.",
     "Add the side that is missing, or erase the domain.", "ISO/IEC 27040", rule::oneSidedDomain},
    {"R06", "stale-member", Severity::Low, "Zoned, but away for long", "domains",
     "A member of a domain has not been registered for more than offline_days, or, as far as is known, not since it "
     "was "
     "zoned. Whoever takes its name inherits its access.",
     "Take it out of its domains, or bring it back.", "PCI DSS 7.2; SOX ITGC access; ISO/IEC 27040", rule::staleMember},
    {"R07", "without-approval", Severity::High, "Reachable without approval", "logical units of a host",
     "A host reaches logical units, or writes to them, that the ledger of approved reach does not give to it or to "
     "its cluster.",
     "Have the access approved, or take it away.", "PCI DSS 7.2; HIPAA 164.312(a); SOX ITGC access; ISO/IEC 27040",
     rule::withoutApproval},
    {"R08", "approved-but-missing", Severity::Medium, "Approved, but not reachable", "logical units of a host",
     "Somebody approved the access and it does not work: a host waits for its disk, or the approval is no longer "
     "needed. What is not known is no finding.",
     "Ask why it does not work and mend that layer; or take the approval back.", "SOX ITGC access; ISO/IEC 27040",
     rule::approvedButMissing},
    {"R09", "permitted-not-zoned", Severity::Medium, "Gets in without being zoned", "hosts",
     "The target lets the host in and gives it logical units, though the name server does not show it the target. "
     "Whoever knows the address is in: zoning gives false comfort here.",
     "Let the target enforce zoning, take the maps away, or zone what is meant to be.",
     "PCI DSS 7.2; HIPAA 164.312(a); ISO/IEC 27040", rule::permittedNotZoned},
    {"R10", "zoned-not-permitted", Severity::Low, "Zoned, but not let in", "hosts",
     "The host finds the target and gets none of the logical units behind it: the zone was made and the map or the "
     "admission was not, or it is left over. What is not known is no finding.",
     "Map what the host needs, or take it out of the zone.", "ISO/IEC 27040", rule::zonedNotPermitted},
    {"R11", "shared-unit", Severity::High, "A logical unit shared outside of a cluster", "hosts and clusters",
     "Hosts that are not one cluster reach the same logical unit. Two that write to one file system destroy it: high. "
     "One that writes beside readers is medium, readers alone are low.",
     "Take the unit from whoever does not need it, let others read only, or say that the hosts are one cluster.",
     "HIPAA 164.312(c); ISO/IEC 27040", rule::sharedUnit},
    {"R12", "single-path", Severity::Medium, "One path, or a shared point of failure", "hosts",
     "A host reaches logical units by one path only, or all its paths need the same portal, network, fabric or port "
     "of the host: when that fails, the disks are gone. Low where it is a network or a fabric.",
     "Add a portal, a network or a fabric that the paths do not share.", "ISO/IEC 27040; HIPAA 164.308(a)(7)",
     rule::singlePath},
    {"R13", "without-chap", Severity::Medium, "Logins without CHAP, or one-way where mutual is wanted", "hosts",
     "The target takes the initiator's name as proof of who it is, or asks for less than the policy of the target or "
     "its domains says. High where a label with a regime is on the target, a host or a logical unit; low where CHAP "
     "is one-way instead of mutual.",
     "Give each pair a credential, then demand CHAP at the target.", "PCI DSS 8.3; HIPAA 164.312(d); ISO/IEC 27040",
     rule::withoutChap},
    {"R14", "weak-secret", Severity::High, "A weak, reused or old secret", "credentials",
     "A CHAP secret is shorter than 96 bits, a word of a dictionary, the same as its peer's, as a user name or as "
     "another credential's; or it is older than secret_days (0: any age), which is medium.",
     "Let the server make a new secret and rotate.", "PCI DSS 8.3; HIPAA 164.308(a)(5); ISO/IEC 27040",
     rule::weakSecret},
    {"R15", "md5-used", Severity::Medium, "MD5 where it is refused", "credentials",
     "The last login of a pair used CHAP with MD5, and an active domain that joins the two says that MD5 is not "
     "enough.",
     "Let both ends offer SHA-256 or SHA3-256; where the foreign end cannot, keep it out of this domain.",
     "PCI DSS 8.3; ISO/IEC 27040", rule::md5Used},
    {"R16", "labels-meet", Severity::High, "A separation rule is broken", "hosts",
     "A host reaches a logical unit that a separation rule keeps from it. A unit has its own labels and those of its "
     "targets; a host its own, those of its cluster and of all its initiators, and for never-with also those of any "
     "initiator and of its domains. Critical where the label of the units has a regime.",
     "Take the units from the host, or correct the labels.",
     "PCI DSS 1.2; PCI DSS 7.2; HIPAA 164.312(a); ISO/IEC 27040", rule::labelsMeet},
    {"R17", "author-approved", Severity::High, "Author and approver are the same", "change sets",
     "Somebody approved a change set of their own. Info where author_may_approve is on.",
     "Have somebody else look at these changes; turn author_may_approve off.",
     "SOX ITGC change; PCI DSS 6.5; ISO/IEC 27040", rule::authorApproved},
    {"R18", "outside-window", Severity::Medium, "A change outside of the change windows", "change sets",
     "A change set was committed in no change window although there were such, or in a freeze, which is high. Windows "
     "count as they stood before the commit, whatever becomes of them later; rollbacks are exempt.",
     "Find out why, and keep the reason with the ticket.", "SOX ITGC change; PCI DSS 6.5; ISO/IEC 27040",
     rule::outsideWindow},
    {"R19", "name-pattern", Severity::Info, "A name that does not follow the convention", "hosts or domains",
     "The names of hosts and domains are to follow name_pattern, where * stands for any text and ? for one character.",
     "Rename them.", "ISO/IEC 27040", rule::namePattern},
    {"R20", "name-twice", Severity::Medium, "One name for two", "nodes or agents",
     "Two nodes have the same alias (capitals aside), so that somebody will zone the wrong one; or two agents may "
     "speak for one iSCSI name, which is high.",
     "Give each its own alias; take the name from the agent that it does not belong to.",
     "SOX ITGC access; ISO/IEC 27040", rule::nameTwice},
    {"R21", "portal-outside", Severity::Medium, "A target's portal outside of the storage networks", "portals",
     "Networks are declared, and a target answers in none of them, or only in such that are not meant for storage.",
     "Declare the network, move the portal, or set its portal group to the NULL tag.", "PCI DSS 1.2; ISO/IEC 27040",
     rule::portalOutside},
    {"R22", "silent-agent", Severity::Medium, "An agent is silent", "agents",
     "An enrolled agent has not reported for longer than agent_silent: what is known of its targets and sessions is "
     "old. Where more than half of at least eight agents are silent, that is one finding, and high.",
     "Start the agent, or look at the way between it and the server; revoke it where the machine is gone.",
     "PCI DSS 10.2; ISO/IEC 27040", rule::silentAgent},
    {"R23", "differs-from-observed", Severity::Medium, "What is configured is not what is observed",
     "logical units, sessions, initiators or portals",
     "Nine causes. A host should reach logical units and its agent, which reports, does not list them (low). A "
     "session stands where reach says no (high; medium where only the registration is missing). Somebody changed a "
     "target at its machine against what is wanted, with --break-glass (high, at once). What is wanted at a "
     "target is not applied there, for longer than agent_silent (medium; high where it still gives what was taken "
     "away). Two maps give an initiator logical units at one LUN, as a registration brought it into a host, and the "
     "older map counts (medium). A probe of a host's agent got in where reach says no (high; medium where a foreign "
     "target showed it no "
     "logical unit), or did not get in where reach says yes (medium; low where nothing answered). A target's own "
     "answer to SendTargets has other portals than its registration (low). An agent found targets that are not "
     "registered (info). A host still uses a disk that it is shown no more, and whose requests fail (high where reach "
     "says no, else medium).",
     "Look at the host's sessions, end the session at the target, or look at the target's agent. A target that lets in "
     "whom the zoning keeps out needs an access list of its own. Register what was found, or say why it is there. "
     "Unmount the disk at the host, or bring its zone and its map back.",
     "PCI DSS 10.2; HIPAA 164.312(b); SOX ITGC change; ISO/IEC 27040", rule::differsFromObserved},
}};

// By "R11" or its name; nullptr when there is none.
constexpr const RuleRow* findRule(std::string_view word) {
  for (const RuleRow& row : kRuleTable) {
    if (row.id == word || row.name == word) return &row;
  }
  return nullptr;
}

}  // namespace san
