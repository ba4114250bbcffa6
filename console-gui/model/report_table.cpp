#include "console-gui/model/report_table.h"

#include <algorithm>
#include <set>

#include "console-gui/client/tr.h"
#include "console-gui/model/access_facts.h"
#include "console-gui/model/kind_words.h"
#include "console-gui/model/overview_facts.h"
#include "shared/base/result.h"
#include "shared/base/time_text.h"
#include "shared/san/diff.h"
#include "shared/san/impact.h"
#include "shared/san/pack_filter.h"
#include "shared/san/proof_facts.h"

namespace console {
namespace {

using Row = std::vector<std::string>;
using san::Kind;

// Hosts x logical units.
QString ways(std::size_t count) { return console::tr("%n ways", nullptr, static_cast<int>(count)); }

// What a report is made of: what agents say of hosts and targets, or what the server itself has written.
enum class RestsOn : std::uint8_t { Agents, Server };

struct KindRow {
  std::string_view name;
  RestsOn restsOn;
  const char* word;
  const char* meaning;
};
constexpr std::array<KindRow, kReportKinds> kKinds{{
    {"population", RestsOn::Agents, QT_TRANSLATE_NOOP("console", "Who reaches what"),
     QT_TRANSLATE_NOOP(
         "console",
         "Every host and logical unit between which access works or is not known, with right and approval.")},
    {"hosts", RestsOn::Agents, QT_TRANSLATE_NOOP("console", "Access per host"),
     QT_TRANSLATE_NOOP("console",
                       "For each host how many logical units it reaches, writes to, and reaches without approval.")},
    {"units", RestsOn::Agents, QT_TRANSLATE_NOOP("console", "Access per logical unit"),
     QT_TRANSLATE_NOOP("console",
                       "For each logical unit how many hosts reach it, write to it, and reach it without approval.")},
    {"changes", RestsOn::Server, QT_TRANSLATE_NOOP("console", "Changes in a period"),
     QT_TRANSLATE_NOOP("console",
                       "Change sets that took effect, with who made and approved them, why, and under which ticket.")},
    {"approvals", RestsOn::Server, QT_TRANSLATE_NOOP("console", "Approvals"),
     QT_TRANSLATE_NOOP("console", "The ledger of approved reach: who may reach what, by which change set.")},
    {"findings", RestsOn::Agents, QT_TRANSLATE_NOOP("console", "Findings and waivers"),
     QT_TRANSLATE_NOOP("console", "What the rules have found, what is accepted, until when and why.")},
    {"credentials", RestsOn::Agents, QT_TRANSLATE_NOOP("console", "Age of credentials"),
     QT_TRANSLATE_NOOP("console", "CHAP credentials with their age and their last proof by a login. Never a secret.")},
    {"coverage", RestsOn::Server, QT_TRANSLATE_NOOP("console", "Coverage by agents"),
     QT_TRANSLATE_NOOP("console", "Who reports, who is silent, and which targets nobody speaks for.")},
    {"comparison", RestsOn::Agents, QT_TRANSLATE_NOOP("console", "Comparison of two dates"),
     QT_TRANSLATE_NOOP("console",
                       "Which access was gained and lost between two revisions, and which objects changed.")},
}};

std::string utc(san::Seconds time) { return time == 0 ? std::string() : base::timeText(base::WallTime(std::chrono::seconds(time))); }
std::string days(san::Seconds since, san::Seconds now) { return since == 0 || since > now ? std::string() : std::to_string((now - since) / 86400); }
std::string digits(std::size_t count) { return std::to_string(count); }
std::string yes(bool truth) { return truth ? "yes" : "no"; }

class Maker {
 public:
  explicit Maker(const ReportWish& wish) : wish_(wish), index_(*wish.view->index), snapshot_(wish.view->snapshot()) {
    table_.kind = wish.kind;
    table_.revision = wish.view->revision();
    table_.time = snapshot_.time;
  }

  ReportTable make() && {
    if (!takeScope()) return std::move(table_);
    switch (wish_.kind) {
      case ReportKind::Population: population(); break;
      case ReportKind::Hosts: sums(true); break;
      case ReportKind::Units: sums(false); break;
      case ReportKind::Changes: changes(); break;
      case ReportKind::Approvals: approvals(); break;
      case ReportKind::Findings: findings(); break;
      case ReportKind::Credentials: credentials(); break;
      case ReportKind::Coverage: coverage(); break;
      case ReportKind::Comparison: comparison(); break;
    }
    complete();
    return std::move(table_);
  }

 private:
  void column(std::string_view name, const QString& title) { table_.columns.push_back({name, title}); }
  void row(Row cells) {
    if (table_.rows.size() >= kMostReportRows) {
      ++table_.left;
      return;
    }
    table_.rows.push_back(std::move(cells));
  }
  [[nodiscard]] std::string words(san::ObjectRef ref) const { return ref ? san::wordsFor(snapshot_, ref) : std::string(); }

  // What the scope names there; else what is not there.
  base::Result<san::PackScope, QString> scopeIn(const san::SanIndex& index) const {
    const san::Snapshot& snapshot = index.snapshot();
    san::PackScope scope;
    if (const std::string& name = wish_.scope.label; !name.empty()) {
      const auto label = snapshot.find(Kind::Label, name);
      if (!label)
        return base::fail(console::tr("There was no label %1 at that revision.").arg(QString::fromStdString(name)));
      scope.labels.push_back(*label);
    }
    if (const std::string& name = wish_.scope.host; !name.empty()) {
      auto host = san::parseRef(snapshot, "host:" + name);
      if (!host) host = san::parseRef(snapshot, name);
      const auto at = host ? index.hostNumber(host->kind == Kind::Node ? index.hostOf(host->id) : *host) : std::nullopt;
      if (!at)
        return base::fail(console::tr("There was no host %1 at that revision.").arg(QString::fromStdString(name)));
      scope.hosts.push_back(*at);
    }
    if (const std::string& name = wish_.scope.unit; !name.empty()) {
      const auto unit = snapshot.find(Kind::LogicalUnit, name);
      const auto at = unit ? index.unitNumber(*unit) : std::nullopt;
      if (!at)
        return base::fail(
            console::tr("There was no logical unit %1 at that revision.").arg(QString::fromStdString(name)));
      scope.units.push_back(*at);
    }
    return scope;
  }

  // Of a comparison the scope may be there at one of the two alone: what came, and what went, is what it is about.
  bool takeScope() {
    table_.asked = wish_.scope;
    for (const auto& [option, name] : {std::pair{"label ", &wish_.scope.label}, std::pair{"host ", &wish_.scope.host},
                                       std::pair{"unit ", &wish_.scope.unit}}) {
      if (!name->empty()) table_.scope += (table_.scope.empty() ? "" : "; ") + std::string(option) + *name;
    }
    const auto now = scopeIn(index_);
    if (now) filter_.emplace(index_, *now);
    if (wish_.kind == ReportKind::Comparison) {
      if (const auto then = scopeIn(*wish_.before->index)) filterBefore_.emplace(*wish_.before->index, *then);
    }
    if (!filter_ && !filterBefore_) table_.fault = now.error();
    return filter_ || filterBefore_;
  }

  struct CellFacts {
    AccessState state;
    bool writes, session;
    bool approved;  // by the ledger: what is approved may be forbidden all the same
  };
  // Each cell that works, or of which it is not known.
  template <class Use>
  void cells(Use&& use) {
    const AccessFactsPtr facts = AccessFacts::make(wish_.view, wish_.now);
    for (std::size_t host = 0; host < facts->hosts(); ++host) {
      for (std::size_t word = 0; word < facts->words(); ++word) {
        const StateWords states = facts->words(host, word);
        for (const AccessState state : {AccessState::Reachable, AccessState::Unapproved, AccessState::Violation, AccessState::Unknown}) {
          for (std::uint64_t bits = states.of[static_cast<std::size_t>(state)]; bits != 0; bits &= bits - 1) {
            const auto bit = static_cast<std::size_t>(__builtin_ctzll(bits));
            const std::size_t unit = word * 64 + bit;
            const auto has = [bit](std::uint64_t of) { return (of >> bit & 1) != 0; };
            if (filter_->takes(host, unit))
              use(host, unit, CellFacts{state, has(states.write), has(states.session), has(states.approved)});
          }
        }
      }
    }
  }

  void population() {
    column("host", console::tr("Host"));
    column("unit", console::tr("Logical unit"));
    column("right", console::tr("Right"));
    column("state", console::tr("State"));
    column("approved", console::tr("Approved"));
    column("in_use", console::tr("In use"));
    column("labels", console::tr("Labels"));
    std::set<std::size_t> hosts, units;
    std::size_t unapproved = 0;
    cells([&](std::size_t host, std::size_t unit, const CellFacts& cell) {
      hosts.insert(host);
      units.insert(unit);
      const AccessState state = cell.state;
      if (!cell.approved && state != AccessState::Unknown) ++unapproved;
      row({words(index_.hosts()[host]), words({Kind::LogicalUnit, index_.units()[unit]}),
           std::string(san::wordOf(cell.writes ? san::Right::ReadWrite : san::Right::ReadOnly)),
           state == AccessState::Unknown     ? "entry unknown"
           : state == AccessState::Violation ? "works, forbidden"
                                             : "works",
           state == AccessState::Unknown ? "unknown" : yes(cell.approved), yes(cell.session),
           filter_->labelsOf(host, unit)});
    });
    table_.counts = console::tr("%1 of %2 to %3; %4 without approval")
                        .arg(ways(table_.rows.size() + table_.left), counted(Kind::Host, hosts.size()),
                             counted(Kind::LogicalUnit, units.size()))
                        .arg(unapproved);
  }

  void sums(bool byHost) {
    column(byHost ? "host" : "unit", byHost ? console::tr("Host") : console::tr("Logical unit"));
    column("works", console::tr("Works"));
    column("writes", console::tr("Read and write"));
    column("unapproved", console::tr("Without approval"));
    column("forbidden", console::tr("Forbidden"));
    column("unknown", console::tr("Unknown"));
    column("in_use", console::tr("In use"));
    struct Sum {
      std::size_t works = 0, writes = 0, unapproved = 0, forbidden = 0, unknown = 0, used = 0;
    };
    std::vector<Sum> all(byHost ? index_.hosts().size() : index_.units().size());
    cells([&](std::size_t host, std::size_t unit, const CellFacts& cell) {
      Sum& sum = all[byHost ? host : unit];
      if (cell.state == AccessState::Unknown) {
        ++sum.unknown;
        return;
      }
      ++sum.works;
      sum.writes += cell.writes ? 1 : 0;
      sum.unapproved += cell.approved ? 0 : 1;
      sum.forbidden += cell.state == AccessState::Violation ? 1 : 0;
      sum.used += cell.session ? 1 : 0;
    });
    std::size_t none = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Sum& sum = all[i];
      if (sum.works + sum.unknown == 0) {
        ++none;
        if (!filter_->whole()) continue;
      }
      row({words(byHost ? index_.hosts()[i] : san::ObjectRef{Kind::LogicalUnit, index_.units()[i]}), digits(sum.works),
           digits(sum.writes), digits(sum.unapproved), digits(sum.forbidden), digits(sum.unknown), digits(sum.used)});
    }
    table_.counts = byHost ? console::tr("%1; %2 reach nothing")
                                 .arg(counted(Kind::Host, table_.rows.size()))
                                 .arg(filter_->whole() ? none : 0)
                           : console::tr("%1; %2 are reached by nobody")
                                 .arg(counted(Kind::LogicalUnit, table_.rows.size()))
                                 .arg(filter_->whole() ? none : 0);
  }

  void changes() {
    column("number", console::tr("Number"));
    column("committed", console::tr("Took effect"));
    column("author", console::tr("Author"));
    column("approver", console::tr("Approved by"));
    column("state", console::tr("State"));
    column("reason", console::tr("Reason"));
    column("ticket", console::tr("Ticket"));
    column("revision", console::tr("Revision"));
    std::size_t without = 0;
    snapshot_.table<san::ChangeSet>().forEach([&](san::Id id, const san::ChangeSet& change) {
      if (change.committedAt < wish_.from || (wish_.to != 0 && change.committedAt > wish_.to)) return;
      if (change.approver.empty()) ++without;
      row({digits(id), utc(change.committedAt), change.author, change.approver, std::string(san::wordOf(change.state)),
           change.reason, change.ticket, digits(change.lastRevision())});
    });
    std::ranges::reverse(table_.rows);
    table_.counts = console::tr("%1; %2 nobody approved")
                        .arg(counted(Kind::ChangeSet, table_.rows.size() + table_.left))
                        .arg(without);
  }

  void approvals() {
    column("who", console::tr("Who"));
    column("unit", console::tr("Logical unit"));
    column("right", console::tr("Right"));
    column("change", console::tr("Change set"));
    column("approver", console::tr("Approved by"));
    column("ticket", console::tr("Ticket"));
    column("when", console::tr("When"));
    snapshot_.table<san::Approval>().forEach([&](san::Id, const san::Approval& approval) {
      const auto unit = index_.unitNumber(approval.unit.id);
      if (!filter_->whole()) {
        const auto host = index_.hostNumber(approval.who);
        if (!host || !unit || !filter_->takes(*host, *unit)) return;
      }
      const auto* change = snapshot_.get<san::ChangeSet>(approval.change.id);
      row({words(approval.who), words(approval.unit.ref()), std::string(san::wordOf(approval.right)),
           change == nullptr ? "" : digits(approval.change.id),
           change == nullptr          ? ""
           : change->approver.empty() ? change->author
                                      : change->approver,
           change == nullptr ? "" : change->ticket, change == nullptr ? "" : utc(change->committedAt)});
    });
    table_.counts = counted(Kind::Approval, table_.rows.size() + table_.left);
  }

  void findings() {
    column("rule", console::tr("Rule"));
    column("severity", console::tr("Severity"));
    column("what", console::tr("What"));
    column("object", console::tr("Object"));
    column("since", console::tr("Since"));
    column("waived_until", console::tr("Waived until"));
    column("waiver", console::tr("Waiver"));
    if (!wish_.view->findings) {
      table_.fault = console::tr("The rules are being evaluated. Try again in a moment.");
      return;
    }
    for (const san::Finding& finding : wish_.view->findings->list) {
      const auto* waiver = snapshot_.get<san::Waiver>(finding.waiver);
      row({std::string(finding.rule), std::string(san::wordOf(finding.severity)), finding.text, finding.subject ? san::refText(snapshot_, finding.subject) : "",
           utc(finding.sinceTime), waiver == nullptr ? "" : utc(waiver->expires), waiver == nullptr ? "" : waiver->reason});
    }
    table_.counts = console::tr("%1 findings open, %2 waived")
                        .arg(wish_.view->findings->open())
                        .arg(wish_.view->findings->waived());
    if (!filter_->whole()) table_.counts += QStringLiteral("; ") + console::tr("of the whole SAN");
  }

  void credentials() {
    column("initiator", console::tr("Initiator"));
    column("target", console::tr("Target"));
    column("direction", console::tr("Direction"));
    column("state", console::tr("State"));
    column("set", console::tr("Made"));
    column("age_days", console::tr("Age in days"));
    column("proven", console::tr("Last proven"));
    column("md5", console::tr("MD5"));
    std::size_t unproven = 0;
    snapshot_.table<san::Credential>().forEach([&](san::Id, const san::Credential& one) {
      if (one.provenAt == 0) ++unproven;
      row({words(one.initiator.ref()), one.target ? words(one.target.ref()) : "every target", one.mutual ? "mutual" : "one-way", std::string(san::wordOf(one.state)),
           utc(one.setAt), days(one.setAt, wish_.now), utc(one.provenAt), yes(one.md5)});
    });
    table_.counts = console::tr("%1; %2 never proven by a login")
                        .arg(counted(Kind::Credential, table_.rows.size() + table_.left))
                        .arg(unproven);
  }

  void coverage() {
    column("name", console::tr("Name"));
    column("kind", console::tr("Kind"));
    column("state", console::tr("State"));
    column("last_report", console::tr("Last report"));
    const san::Seconds silent = snapshot_.settings().agentSilent;
    snapshot_.table<san::Agent>().forEach([&](san::Id, const san::Agent& agent) {
      if (agent.revoked) return;
      if (snapshot_.replayed) return row({agent.name, "agent", "not kept: whether it reported then is not known", ""});
      row({agent.name, "agent", agent.reportedAt == 0 ? "never reported" : wish_.now - agent.reportedAt > silent ? "silent" : "reports", utc(agent.reportedAt)});
    });
    snapshot_.table<san::Node>().forEach([&](san::Id id, const san::Node& node) {
      if (node.target && !index_.isManaged(id)) row({words({Kind::Node, id}), "target", "foreign: whom it admits is not known", ""});
    });
    const OverviewFacts facts = overviewOf(*wish_.view, 0, wish_.now);
    table_.counts = facts.reportsKept ? console::tr("%1 of %2 agents report; %3 targets without an agent")
                                            .arg(facts.reporting)
                                            .arg(facts.agents)
                                            .arg(facts.foreignTargets)
                                      : console::tr("%1, whose reports are not kept; %2 targets without an agent")
                                            .arg(counted(Kind::Agent, facts.agents))
                                            .arg(facts.foreignTargets);
  }

  void comparison() {
    column("what", console::tr("What"));
    column("host", console::tr("Host"));
    column("unit", console::tr("Logical unit"));
    column("detail", console::tr("Detail"));
    const san::Snapshot& before = wish_.before->snapshot();
    table_.beforeRevision = before.revision;
    const san::Impact impact = san::impact(*wish_.before->index, index_, kMostReportRows);
    const bool whole = wish_.scope == ReportScope{};
    const auto takes = [](const san::SanIndex& index, const std::optional<san::PackFilter>& filter,
                          const san::CellChange& cell) {
      const auto host = index.hostNumber(cell.host);
      const auto unit = index.unitNumber(cell.unit);
      return filter && host && unit && filter->takes(*host, *unit);
    };
    std::size_t taken = 0;
    for (const san::CellChange& cell : impact.listed) {
      if (!whole && !takes(index_, filter_, cell) && !takes(*wish_.before->index, filterBefore_, cell)) continue;
      const bool there = snapshot_.get(cell.host) != nullptr;
      ++taken;
      row({"access " + std::string(san::wordOf(cell.turn)), san::wordsFor(there ? snapshot_ : before, cell.host),
           san::wordsFor(snapshot_.get<san::LogicalUnit>(cell.unit) != nullptr ? snapshot_ : before, {Kind::LogicalUnit, cell.unit}), ""});
    }
    table_.left += impact.cells.all() - std::min(impact.cells.all(), impact.listed.size());
    const san::Diff diff = san::diff(before, snapshot_);
    if (whole) {
      for (std::string& line : san::textLines(diff, before, snapshot_)) row({"object", "", "", std::move(line)});
      table_.counts = console::tr("%1 gained, %2 lost, %3 with another right; %4 objects differ")
                          .arg(ways(impact.cells.gained))
                          .arg(impact.cells.lost)
                          .arg(impact.cells.rights)
                          .arg(diff.objects.size());
    } else {
      table_.counts = console::tr("%1 in the scope differ").arg(ways(taken));
    }
  }

  // What rests on agents is not complete without everybody's report.
  void complete() {
    const bool ownWords = kKinds[static_cast<std::size_t>(wish_.kind)].restsOn == RestsOn::Server;
    QStringList parts = ownWords ? QStringList() : whoDidNotReport();
    if (table_.left != 0)
      parts << console::tr("%n rows are left out: narrow the scope", nullptr, static_cast<int>(table_.left));
    table_.complete = parts.isEmpty();
    table_.statement = !parts.isEmpty() ? console::tr("Not complete: %1.").arg(parts.join(QStringLiteral("; ")))
                       : ownWords
                           ? console::tr("Complete: it is what the server itself has written, and rests on no agent.")
                           : console::tr("Complete: every agent has reported, and each target has one.");
  }

  [[nodiscard]] QStringList whoDidNotReport() const {
    QStringList parts;
    const OverviewFacts facts = overviewOf(*wish_.view, 0, wish_.now);
    if (!facts.reportsKept && facts.agents != 0) {
      parts << console::tr("which agents reported then is not kept: what they would have reported is not known");
    } else if (facts.reporting < facts.agents) {
      parts << console::tr("of %1 agents %n are silent: what they would report is not known", nullptr,
                           static_cast<int>(facts.agents - facts.reporting))
                   .arg(facts.agents);
    }
    if (facts.foreignTargets != 0)
      parts << console::tr("%n targets have no agent: whom they admit is not known", nullptr,
                           static_cast<int>(facts.foreignTargets));
    return parts;
  }

  const ReportWish& wish_;
  const san::SanIndex& index_;
  const san::Snapshot& snapshot_;
  std::optional<san::PackFilter> filter_;
  std::optional<san::PackFilter> filterBefore_;  // of Comparison
  ReportTable table_;
};

}  // namespace

QString reportWord(ReportKind kind) { return console::tr(kKinds[static_cast<std::size_t>(kind)].word); }
QString reportMeaning(ReportKind kind) { return console::tr(kKinds[static_cast<std::size_t>(kind)].meaning); }
std::string_view reportName(ReportKind kind) { return kKinds[static_cast<std::size_t>(kind)].name; }

ReportPtr makeReport(const ReportWish& wish) { return std::make_shared<const ReportTable>(Maker(wish).make()); }

}  // namespace console
