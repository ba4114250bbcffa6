#include "isns-server/api/agent_handlers.h"

#include <algorithm>
#include <limits>

#include "isns-server/api/desired_json.h"
#include "isns-server/manage/changes/transition_states.h"
#include "shared/base/printable.h"

namespace api {

using base::Json;
using manage::Step;
using mgmt::ProblemCode;
using san::Kind;

namespace {

std::string revealed(const base::Secret& secret) { return std::string(base::asText(secret.reveal())); }

Wanted<std::string> textMember(const Call& call, std::string_view name) {
  const Json* member = call.body.find(name);
  const std::string* text = member == nullptr ? nullptr : member->text();
  if (text == nullptr || text->empty()) {
    return problem(ProblemCode::BadValue, std::string(name) + " must be a text.", "/" + std::string(name));
  }
  return *text;
}

Json listOf(const std::vector<std::string>& texts) {
  Json::Array all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

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

AgentHandlers::AgentHandlers(Desk& desk, CredentialRunner& credentials) : desk_(desk), credentials_(credentials) {
  book_.onCredentials([&keeper = desk.credentials](const std::vector<std::string>& names, const san::Snapshot& now) {
    return handOverSteps(keeper, names, now);
  });
}

// ---- Who asks ------------------------------------------------------------------------------------------------------

manage::Actor AgentHandlers::actorOf(const Call& call) { return {call.actorKind, call.who.user, call.origin()}; }

void AgentHandlers::note(std::optional<Step> step) {
  if (step) desk_.clerk.carryOut(std::move(*step), [](const auto&) {});
}

std::optional<mgmt::Problem> AgentHandlers::identify(Call& call) {
  if (!desk_.administration.initialised()) return mgmt::Problem{ProblemCode::NotInitialised, {}, {}, {}};
  call.actorKind = ops::ActorKind::Agent;
  auto identity = desk_.agents.authenticate(call.request().peerCertificate, actorOf(call), call.now);
  if (!identity) {
    note(identity.error().step);
    return identity.error().problem;
  }
  call.agent = std::move(*identity);
  call.who.user = call.agent.name;
  return std::nullopt;
}

// ---- Changes of the model ------------------------------------------------------------------------------------------

void AgentHandlers::carryOut(Step step, Edit edit, LaneDone done) {
  auto kept = std::make_shared<std::optional<Step>>(std::move(step));  // until it is handed on
  const auto plan = [kept, edit = std::move(edit)](san::SnapshotEditor& editor) -> manage::Wanted<Planned> {
    const auto edited = edit(editor);
    if (!edited) return problem(ProblemCode::LimitReached, edited.error().text);
    return Planned{*std::exchange(*kept, std::nullopt), *edited};
  };
  inLane(desk_, plan, [kept, done = std::move(done)](const manage::Wanted<std::uint64_t>& outcome) {
    if (*kept && (*kept)->failed) (*kept)->failed();
    done(outcome);
  });
}

// The agent as the model knows it is brought up to what its names stand for now.
void AgentHandlers::adopt(const std::string& entity) {
  const manage::AgentFacts* facts = desk_.agents.find(entity);
  if (facts == nullptr || desk_.timeline.empty() || adopting_.contains(entity)) return;
  if (!manage::agentDiffers(desk_.timeline.now(), *facts)) return;
  adopting_.insert(entity);
  carryOut(
      {},
      [this, entity](san::SnapshotEditor& editor) -> san::Edited<bool> {
        // As they are when it is its turn: the certificate may have been revoked meanwhile.
        const manage::AgentFacts* now = desk_.agents.find(entity);
        if (now == nullptr || !manage::agentDiffers(editor.view(), *now)) return false;
        const auto put = manage::putAgent(editor, *now);
        if (!put) return base::Failure<san::EditError>{put.error()};
        return true;
      },
      [this, entity](const manage::Wanted<std::uint64_t>&) { adopting_.erase(entity); });
}

// ---- Enrolment -----------------------------------------------------------------------------------------------------

void AgentHandlers::invite(const CallPtr& call) {
  const auto agent = textMember(*call, "agent");
  if (!agent) return call->refuse(agent.error());
  const auto entity = textMember(*call, "entity");
  if (!entity) return call->refuse(entity.error());
  keys::EnrolmentGrant grant{*agent, *entity, {}, {}};
  const Json* nodes = call->body.find("nodes");
  const bool good = nodes != nullptr && nodes->array() != nullptr &&
                    nodes->array()->size() <= mgmt::kMaxIdentityNames &&
                    std::ranges::all_of(*nodes->array(), [](const Json& one) { return one.text() != nullptr; });
  if (!good)
    return call->refuse({ProblemCode::BadValue, "nodes must be a list of iSCSI names, 256 at most.", "/nodes", {}});
  for (const Json& one : *nodes->array()) grant.nodes.push_back(*one.text());
  auto invitation = desk_.agents.invite(std::move(grant), actorOf(*call), call->now);
  if (!invitation) return call->refuse(invitation.error());
  auto token = std::make_shared<base::Secret>(std::move(invitation->token));
  desk_.clerk.carryOut(
      std::move(invitation->step), [call, token, expires = invitation->expires,
                                    ca = invitation->authority](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        call->answer(Json::Object{{"token", revealed(*token)},
                                  {"expires", static_cast<std::uint64_t>(expires.time_since_epoch().count())},
                                  {"ca_fingerprint", ca.text()}},
                     201);
      });
}

void AgentHandlers::issueIn(const CallPtr& call, manage::AgentKeeper::Issued issued) {
  const manage::AgentFacts facts = issued.facts;
  carryOut(
      std::move(issued.step),
      [facts](san::SnapshotEditor& editor) -> san::Edited<bool> {
        const auto put = manage::putAgent(editor, facts);
        if (!put) return base::Failure<san::EditError>{put.error()};
        return true;
      },
      [this, call, facts, chain = std::move(issued.chain),
       ca = std::move(issued.ca)](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        book_.forget(facts.entity);
        call->answer(Json::Object{{"certificate", chain}, {"ca", ca}});
      });
}

void AgentHandlers::enrol(const CallPtr& call) {
  const auto token = textMember(*call, "token");
  if (!token) return call->refuse(token.error());
  const auto csr = textMember(*call, "csr");
  if (!csr) return call->refuse(csr.error());
  call->actorKind = ops::ActorKind::Agent;
  auto issued = desk_.agents.enrol(*token, *csr, actorOf(*call), call->now);
  if (!issued) {
    note(issued.error().step);
    return call->refuse(issued.error().problem);
  }
  ledger_.forget(issued->facts.entity);
  issueIn(call, std::move(*issued));
}

void AgentHandlers::renew(const CallPtr& call) {
  const auto csr = textMember(*call, "csr");
  if (!csr) return call->refuse(csr.error());
  auto issued = desk_.agents.renew(call->agent, *csr, actorOf(*call), call->now);
  if (!issued) return call->refuse(issued.error());
  issueIn(call, std::move(*issued));
}

void AgentHandlers::revoke(const CallPtr& call) {
  const auto reason = textMember(*call, "reason");
  if (!reason) return call->refuse(reason.error());
  auto revoked = desk_.agents.revoke(call->segment("name"), *reason, actorOf(*call), call->now);
  if (!revoked) return call->refuse(revoked.error());
  const manage::AgentFacts facts = revoked->facts;
  carryOut(
      std::move(revoked->step),
      [facts](san::SnapshotEditor& editor) -> san::Edited<bool> {
        const auto put = manage::putAgent(editor, facts);
        if (!put) return base::Failure<san::EditError>{put.error()};
        return true;
      },
      [this, call, facts](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        if (const auto waits = waiting_.find(facts.entity); waits != waiting_.end()) {
          waits->second.call->refuse({ProblemCode::CertificateRefused, "The certificate has been revoked.", {}, {}});
          waiting_.erase(waits);
        }
        book_.forget(facts.entity);
        ledger_.forget(facts.entity);
        call->answer(Json::Object{{"agent", facts.name}, {"entity", facts.entity}, {"revoked", true}});
      });
}

// ---- What an agent is to apply -------------------------------------------------------------------------------------

void AgentHandlers::catchUp(base::Now now) {
  due_ = false;
  caughtUpAt_ = now.mono;
  const auto changed = book_.update(desk_.timeline.index(), desk_.credentials.takeTouched(), duringCommit());
  for (const std::string& entity : changed) wake(entity);
  for (const std::string& entity : book_.renamed()) adopt(entity);
}

// Worked out once for each phase of a commit.
const manage::DesiredBook::Instead& AgentHandlers::duringCommit() {
  const manage::ChangeSets* changes = desk_.changes.changes();
  const manage::Transition* now = changes == nullptr || !changes->transition() ? nullptr : &*changes->transition();
  if (now == nullptr) {
    during_ = {};
  } else if (now->draft != during_.draft || now->revision != during_.revision) {
    during_ = {now->draft, now->revision, manage::statesDuring(*now)};
  }
  return during_.states;
}

void AgentHandlers::desired(const CallPtr& call) {
  const auto wait = call->numberParameter("wait", 0, static_cast<std::uint64_t>(kMaxWait.count()));
  if (!wait) return call->refuse(wait.error());
  const auto since = call->numberParameter("since", 0, std::numeric_limits<std::int64_t>::max());
  if (!since) return call->refuse(since.error());
  adopt(call->agent.name);
  if (const auto before = waiting_.find(call->agent.name); before != waiting_.end()) {
    const CallPtr old = std::move(before->second.call);
    waiting_.erase(before);
    answerDesired(old);
  }
  if (book_.empty() || call->now.mono - caughtUpAt_ >= kPace) {
    catchUp(call->now);
  } else {
    due_ = true;
  }
  const auto& state = book_.stateOf(call->agent);
  if (state.revision != *since || *wait == 0) return answerDesired(call);
  waiting_[call->agent.name] = {call, call->now.mono + std::chrono::seconds(*wait)};
}

// The whole state where it differs from what the agent has, else only its revision.
void AgentHandlers::answerDesired(const CallPtr& call) {
  const auto& state = book_.stateOf(call->agent);
  const auto since = call->numberParameter("since", 0, std::numeric_limits<std::int64_t>::max());
  const bool changed = !since || *since != state.revision;
  const mgmt::Fingerprint root = desk_.keys.authority().authorities().current().root().fingerprint();
  Json::Object json{{"revision", state.revision}, {"changed", changed}, {"authority", root.text()}};
  if (!changed) return call->answer(std::move(json));
  auto secrets = std::make_shared<SecretJson>(desk_.random);
  const std::string told = addDesired(json, desk_.credentials, call->agent, book_, state, *secrets,
                                      [this](const std::string& text) { desk_.clerk.warn(text); });
  if (secrets->empty()) return call->answer(std::move(json));
  // The record is there before the secrets leave.
  Step step;
  const manage::AgentFacts* facts = desk_.agents.find(call->agent.name);
  step.audit.push_back(manage::auditOf<ops::AuditEvent::SecretRead>(
      actorOf(*call), facts == nullptr ? std::string() : "agent:" + facts->name,
      {{"end", call->agent.name}, {"purpose", "to apply: " + told}}));
  desk_.clerk.carryOut(std::move(step), [call, secrets, json = Json(std::move(json))](const auto& done) {
    if (!done) return call->refuse(done.error());
    call->answerSecret(secrets->text(json));
  });
}

void AgentHandlers::wake(const std::string& entity) {
  const auto found = waiting_.find(entity);
  if (found == waiting_.end()) return;
  const CallPtr call = std::move(found->second.call);
  waiting_.erase(found);
  answerDesired(call);
}

void AgentHandlers::onRevision(base::Now now) {
  if (waiting_.empty()) return;
  // Registrations come by the thousand: an index for each would be too much.
  if (now.mono - caughtUpAt_ < kPace) {
    due_ = true;
    return;
  }
  catchUp(now);
}

void AgentHandlers::onTick(base::Now now) {
  recordRefusedLogins(now);
  if (due_ && now.mono - caughtUpAt_ >= kPace) catchUp(now);
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const bool gone = at->second.call->exchange->gone();
    if (!gone && now.mono < at->second.until) {
      ++at;
      continue;
    }
    const CallPtr call = std::move(at->second.call);
    at = waiting_.erase(at);
    if (!gone) answerDesired(call);
  }
}

// ---- Reports -------------------------------------------------------------------------------------------------------

void AgentHandlers::report(const CallPtr& call) {
  auto report = manage::parseReport(call->body);
  if (!report) return call->refuse(report.error());
  const std::string& agent = call->agent.name;
  if (const std::string foreign = report->foreignName(call->agent); !foreign.empty()) {
    note(desk_.agents.note(actorOf(*call), "foreign-name " + foreign, call->agent.serial, call->now));
    return call->refuse({ProblemCode::RightMissing,
                         "The certificate does not cover " + foreign + ".",
                         {},
                         "An agent speaks for the names of its certificate: enrol again for more."});
  }
  adopt(agent);
  auto verdict = ledger_.judge(agent, report->sequence, report->full);
  if (verdict.gap) {
    Step step;
    ops::AuditRecord record;
    record.actorKind = ops::ActorKind::Agent;
    record.actor = agent;
    record.origin = call->origin();
    record.event = std::string(ops::eventRow(ops::AuditEvent::AgentGap).name);
    const manage::AgentFacts* facts = desk_.agents.find(agent);
    record.object = facts == nullptr ? std::string() : "agent:" + facts->name;
    record.details = ops::auditDetails<ops::AuditEvent::AgentGap>(
        {{"from", std::to_string(verdict.gap->from.time_since_epoch().count())},
         {"to", std::to_string(call->now.wall.time_since_epoch().count())},
         {"expected", std::to_string(verdict.gap->expected)},
         {"got", std::to_string(verdict.gap->got)}});
    step.audit.push_back(std::move(record));
    note(std::move(step));
  }
  switch (verdict.what) {
    case manage::ReportLedger::Verdict::What::Answer:
      return call->answer(receiptJson(verdict.receipt));
    case manage::ReportLedger::Verdict::What::Waiting:
      return call->refuse({ProblemCode::Busy, "The report before it is still being taken.", {}, {}});
    case manage::ReportLedger::Verdict::What::Take:
      break;
  }
  if (pending_.size() >= kMaxPending) {
    ledger_.failed(agent);
    return call->refuse({ProblemCode::Busy, {}, {}, {}});
  }
  pending_.push_back({call, std::move(*report), {}, {}});
  takeReports();
}

// All that wait become one commit, when it is their turn.
void AgentHandlers::takeReports() {
  if (collecting_ || pending_.empty()) return;
  collecting_ = true;
  auto batch = std::make_shared<std::vector<Pending>>();
  const auto edit = [this, batch](san::SnapshotEditor& editor) -> san::Edited<bool> {
    collecting_ = false;
    const std::size_t count = std::min(pending_.size(), kMaxTogether);
    std::move(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(*batch));
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
    bool changed = false;
    for (Pending& one : *batch) {
      const manage::AgentFacts* facts = desk_.agents.find(one.call->agent.name);
      const auto agent = facts == nullptr ? std::nullopt : editor.view().find(Kind::Agent, facts->name);
      if (!agent) continue;
      san::SnapshotEditor trial = editor;  // one that is wrong must not spoil the others
      const auto applied = manage::applyReport(trial, *agent, one.call->agent, one.report, one.unknown);
      if (!applied) one.wrong = mgmt::Problem{ProblemCode::BadValue, applied.error().text, applied.error().field, {}};
      if (!applied || !*applied) continue;
      editor = std::move(trial);
      // Told along with what changes; alone it is not worth a commit.
      editor.own<san::Agent>(*agent).reportedAt = one.call->now.wall.time_since_epoch().count();
      changed = true;
    }
    return changed;
  };
  carryOut({}, edit, [this, batch](const manage::Wanted<std::uint64_t>& outcome) {
    const bool taken = !collecting_;
    collecting_ = false;
    if (!taken) std::swap(*batch, pending_);  // its turn never came
    const base::Now now = base::now();
    for (Pending& one : *batch) endReport(one, outcome, now);
    takeReports();
  });
}

void AgentHandlers::endReport(Pending& one, const manage::Wanted<std::uint64_t>& outcome, base::Now now) {
  const std::string& agent = one.call->agent.name;
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
  credentials_.onReport(actorOf(*one.call), one.call->agent, one.report, now);
  one.call->answer(receiptJson(receipt));
}

// Into the audit log, as they say who tried what; no rule asks for them. A target under attack is a few records a minute.
void AgentHandlers::noteRefusedLogins(const Pending& one, base::Now now) {
  for (const manage::RefusedLogin& login : one.report.refusedLogins) {
    refusedLogins_.note(login.target + " " + login.initiator,
                        {one.call->origin(), login.initiator, "node:" + login.target, login.reason}, now.mono);
  }
  recordRefusedLogins(now);
}

void AgentHandlers::recordRefusedLogins(base::Now now) {
  Step step;
  for (const auto& refused : refusedLogins_.take(now.mono)) {
    const bool others = refused.key == manage::RefusalTally::kOthers;
    ops::AuditRecord record;
    record.actorKind = ops::ActorKind::Node;
    record.actor = others ? refused.key : base::printable(refused.about.who);
    record.origin = refused.about.address;  // of the agent that told
    record.event = std::string(ops::eventRow(ops::AuditEvent::TargetRefused).name);
    record.object = others ? std::string() : base::printable(refused.about.object);
    record.outcome = ops::AuditOutcome::Refused;
    record.details = ops::auditDetails<ops::AuditEvent::TargetRefused>(
        {{"reason", base::printable(refused.about.what)}, {"count", refused.count}});
    step.audit.push_back(std::move(record));
  }
  if (!step.audit.empty()) note(std::move(step));
}

// Sessions and times: into the model, without a row.
void AgentHandlers::observe(Pending& one, base::Now now) {
  const manage::Projection* model = desk_.clerk.model();
  const manage::AgentFacts* facts = desk_.agents.find(one.call->agent.name);
  if (model == nullptr || facts == nullptr) return;
  const auto agent = model->snapshot().find(Kind::Agent, facts->name);
  if (!agent) return;
  const mgmt::Identity& identity = one.call->agent;
  base::TimePoint& told = seenTold_.try_emplace(identity.name, base::TimePoint::min()).first->second;
  const bool stale = told == base::TimePoint::min() || now.mono - told >= kSeenEvery;
  if (!stale && !manage::sessionsDiffer(model->snapshot(), *agent, identity, one.report)) return;
  told = now.mono;
  desk_.clerk.amend([&](san::SnapshotEditor& editor) -> san::Edited<void> {
    const auto wall = now.wall.time_since_epoch().count();
    const san::Revision changed = editor.view().get<san::Agent>(*agent)->changed;
    auto& object = editor.own<san::Agent>(*agent);
    object.reportedAt = wall;
    object.changed = changed;  // no revision told of it
    return manage::observeSessions(editor, *agent, identity, one.report, one.unknown, wall);
  });
}

}  // namespace api
