// AgentHandlers: reports, those that come together as one commit; what they tell of sessions and refused logins.
#include <algorithm>

#include "isns-server/api/agent_handlers.h"
#include "isns-server/api/desired_json.h"
#include "isns-server/manage/agents/found_edits.h"
#include "shared/base/printable.h"

namespace api {

using base::Json;
using manage::Step;
using mgmt::ProblemCode;
using san::Kind;

namespace {

Json receiptJson(const manage::Receipt& receipt) {
  return Json::Object{{"sequence", receipt.sequence},
                      {"revision", receipt.revision},
                      {"taken", receipt.taken},
                      {"full_wanted", receipt.fullWanted},
                      {"unknown", listOf(receipt.unknown)}};
}

void trim(std::vector<std::string>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  names.resize(std::min(names.size(), manage::ReportLedger::kMaxUnknown));
}

}  // namespace

void AgentHandlers::report(const CallPtr& call) {
  auto report = manage::parseReport(call->body);
  if (!report) return call->refuse(report.error());
  const std::string& agent = call->agent.name;
  if (const std::string foreign = report->foreignName(call->agent); !foreign.empty()) {
    note(desk_.agents.note(call->actor(), "foreign-name " + foreign, call->agent.serial, call->now));
    return call->refuse({ProblemCode::RightMissing,
                         "The certificate does not cover " + foreign + ".",
                         {},
                         "An agent speaks for the names of its certificate: enrol again for more."});
  }
  adopt(agent);
  auto verdict = ledger_.judge(agent, report->sequence, report->full, call->now, call->origin());
  recordGaps(call->now);
  switch (verdict.what) {
    case manage::ReportLedger::Verdict::What::Answer:
      return call->answer(receiptJson(verdict.receipt));
    case manage::ReportLedger::Verdict::What::Waiting:
      return call->refuse({ProblemCode::Busy, "The report before it is still being taken.", {}, {}});
    case manage::ReportLedger::Verdict::What::Take:
      break;
  }
  if (pending_.size() >= kMaxPending || !credentials_.hasRoom()) {
    ledger_.failed(agent);
    return call->refuse({ProblemCode::Busy, {}, {}, {}});
  }
  pending_.add({call, std::move(*report), {}, {}});
  takeReports();
}

// All that wait become one commit, when it is their turn.
void AgentHandlers::takeReports() {
  const auto batch = pending_.begin();
  if (!batch) return;
  const auto plan = [this, batch](san::SnapshotEditor& editor) -> manage::Wanted<Planned> {
    pending_.take(*batch, kMaxTogether);
    Planned planned;
    for (Pending& one : batch->items) {
      if (!desk_.agents.holds(one.call->agent)) {
        one.wrong = kVoid;
        continue;
      }
      if (!credentials_.hasRoomFor(one.call->agent, one.report, base::now())) {
        one.wrong = mgmt::Problem{ProblemCode::Busy, {}, {}, {}};
        continue;
      }
      const manage::AgentFacts* facts = desk_.agents.find(one.call->agent.name);
      const auto agent = facts == nullptr ? std::nullopt : editor.view().find(Kind::Agent, facts->name);
      if (!agent) {
        keepTold(planned.step, one);
        continue;
      }
      san::SnapshotEditor trial = editor;  // one that is wrong must not spoil the others
      const auto applied = manage::applyReport(trial, *agent, one.call->agent, one.report, one.unknown);
      if (!applied) one.wrong = mgmt::Problem{ProblemCode::BadValue, applied.error().text, applied.error().field, {}};
      if (applied) keepTold(planned.step, one);
      if (!applied || !*applied) continue;
      editor = std::move(trial);
      // Told along with what changes; alone it is not worth a commit.
      editor.own<san::Agent>(*agent).reportedAt = base::unixSeconds(one.call->now.wall);
      planned.edited = true;
    }
    return planned;
  };
  inLane(desk_, plan, [this, batch](const manage::Wanted<std::uint64_t>& outcome) {
    pending_.end(*batch);
    const base::Now now = base::now();
    for (Pending& one : batch->items) endReport(one, outcome, now);
    takeReports();
  });
}

void AgentHandlers::endReport(Pending& one, const manage::Wanted<std::uint64_t>& outcome, base::Now now) {
  const std::string& agent = one.call->agent.name;
  // Those that were taken together with it may have filled the room meanwhile.
  const bool noRoom = outcome && !one.wrong && !credentials_.hasRoomFor(one.call->agent, one.report, now);
  if (noRoom) one.wrong = mgmt::Problem{ProblemCode::Busy, {}, {}, {}};
  if (!outcome || one.wrong) {
    ledger_.failed(agent);
    return one.call->refuse(one.wrong ? *one.wrong : outcome.error());
  }
  observe(one, now);
  noteRefusedLogins(one, now);
  trim(one.unknown);
  manage::Receipt receipt;
  receipt.sequence = one.report.sequence;
  receipt.revision = *outcome;
  receipt.taken = true;
  receipt.unknown = std::move(one.unknown);
  ledger_.taken(agent, receipt, now.wall);
  credentials_.onReport(one.call->actor(), one.call->agent, one.report, now);
  one.call->answer(receiptJson(receipt));
}

// Into the audit log, as they say who tried what; no rule asks for them. A target under attack is a few records a minute.
void AgentHandlers::noteRefusedLogins(const Pending& one, base::Now now) {
  for (const manage::RefusedLogin& login : one.report.refusedLogins) {
    if (!one.call->agent.speaksFor(login.target)) continue;  // it is a change of a secret that needs to know
    // What says that it is a probe is believed of pairs alone that somebody was told to try.
    const bool probe =
        login.probe && probes_.named(desk_.timeline.index(), login.initiator, login.target, probeTurn(now));
    (probe ? refusedProbes_ : refusedLogins_)
        .note(login.target + " " + login.initiator,
              {one.call->origin(), login.initiator, "node:" + login.target, login.reason}, now.mono);
  }
  recordRefusedLogins(now);
}

void AgentHandlers::recordRefusedLogins(base::Now now) {
  Step step;
  addRefused<ops::AuditEvent::TargetRefused>(step, refusedLogins_, now);
  addRefused<ops::AuditEvent::TargetProbed>(step, refusedProbes_, now);
  if (!step.audit.empty()) note(std::move(step));
}

template <ops::AuditEvent E>
void AgentHandlers::addRefused(Step& step, manage::RefusalTally& tally, base::Now now) {
  for (const auto& refused : tally.take(now.mono)) {
    const bool others = refused.key == manage::kOthers;
    ops::AuditRecord record;
    record.actorKind = ops::ActorKind::Node;
    record.actor = others ? refused.key : base::printable(refused.about.who);
    record.origin = refused.about.address;  // of the agent that told
    record.event = std::string(ops::eventRow(E).name);
    record.object = others ? std::string() : base::printable(refused.about.object);
    record.outcome = ops::AuditOutcome::Refused;
    record.details = ops::auditDetails<E>({{"reason", base::printable(refused.about.what)}, {"count", refused.count}});
    step.audit.push_back(std::move(record));
  }
}

// What is no part of the model.
void AgentHandlers::keepTold(Step& step, const Pending& one) {
  Step told;
  recordBrokenGlass(told, one);
  auto addresses = desk_.agents.takeAddresses(one.call->agent, one.report, one.call->actor());
  if (addresses) append(told, std::move(*addresses));
  told_.pace(one.call->agent.name, told.audit, one.call->now.mono);
  append(step, std::move(told));
}

// One record each: administrators break glass now and then. Durable before the answer, since the agent forgets what was
// taken; what is beyond the pace is not by an administrator.
void AgentHandlers::recordBrokenGlass(Step& step, const Pending& one) {
  const manage::AgentFacts* facts = desk_.agents.find(one.call->agent.name);
  const std::string agent = facts == nullptr ? std::string() : facts->name;
  for (const manage::BrokenGlass& act : one.report.brokenGlass) {
    step.audit.push_back(
        manage::auditOf<ops::AuditEvent::AgentBreakGlass>(one.call->actor(), "node:" + base::printable(act.target),
                                                          {{"agent", agent},
                                                           {"command", base::printable(act.command)},
                                                           {"initiator", base::printable(act.initiator)},
                                                           {"uid", std::uint64_t{act.uid}},
                                                           {"at", std::to_string(act.at)},
                                                           {"count", 1}}));
    step.audit.back().reason = base::printable(act.reason);
  }
}

void AgentHandlers::recordGaps(base::Now now) {
  Step step;
  for (const auto& [agent, gap, count] : ledger_.takeGaps(now.mono)) {
    const manage::AgentFacts* facts = desk_.agents.find(agent);
    step.audit.push_back(manage::auditOf<ops::AuditEvent::AgentGap>(
        {ops::ActorKind::Agent, agent, gap.origin}, facts == nullptr ? std::string() : "agent:" + facts->name,
        {{"from", std::to_string(base::unixSeconds(gap.from))},
         {"to", std::to_string(base::unixSeconds(gap.to))},
         {"expected", std::to_string(gap.expected)},
         {"got", std::to_string(gap.got)},
         {"count", count}}));
  }
  if (!step.audit.empty()) note(std::move(step));
}

// What was beyond the pace of an agent, and whom the keeper of agents has turned away.
void AgentHandlers::recordTold(base::Now now) {
  Step step;
  step.audit = told_.take(now.mono);
  if (!step.audit.empty()) note(std::move(step));
  note(desk_.agents.dueRefusals(now));
}

// Sessions, networks of portals and times: into the model, without a row.
void AgentHandlers::observe(Pending& one, base::Now now) {
  const manage::Projection* model = desk_.clerk.model();
  const manage::AgentFacts* facts = desk_.agents.find(one.call->agent.name);
  if (model == nullptr || facts == nullptr) return;
  const auto agent = model->snapshot().find(Kind::Agent, facts->name);
  if (!agent) return;
  const mgmt::Identity& identity = one.call->agent;
  base::TimePoint& told = seenTold_.try_emplace(identity.name, base::TimePoint::min()).first->second;
  const bool stale = told == base::TimePoint::min() || now.mono - told >= kSeenEvery;
  const std::vector<std::string> asked = portalsToAsk(identity.name);
  const bool news = manage::sessionsDiffer(model->snapshot(), *agent, identity, one.report, one.unknown) ||
                    manage::portalsDiffer(model->snapshot(), *agent, one.report, one.unknown) ||
                    manage::discoveriesDiffer(model->snapshot(), *agent, one.report, asked) ||
                    manage::probesDiffer(model->snapshot(), *agent, one.report, one.unknown) ||
                    manage::heldDisksDiffer(model->snapshot(), *agent, one.report, one.unknown);
  if (!stale && !news) return;
  told = now.mono;
  desk_.clerk.amend([&](san::SnapshotEditor& editor) -> san::Edited<void> {
    const auto wall = base::unixSeconds(now.wall);
    const san::Revision changed = editor.view().get<san::Agent>(*agent)->changed;
    auto& object = editor.own<san::Agent>(*agent);
    object.reportedAt = wall;
    object.changed = changed;  // no revision told of it
    manage::observePortals(editor, *agent, one.report, one.unknown);
    if (auto found = manage::observeDiscoveries(editor, *agent, one.report, asked); !found) return found;
    if (one.report.probes) {
      const auto index = desk_.timeline.index();
      if (auto met = manage::observeProbes(editor, *agent, one.report, *index, one.unknown); !met) return met;
    }
    if (auto held = manage::observeHeldDisks(editor, *agent, one.report, one.unknown); !held) return held;
    return manage::observeSessions(editor, *agent, identity, one.report, one.unknown, wall);
  });
}

}  // namespace api
