// AgentHandlers: what an agent is to apply, and who waits for news of it.
#include <limits>

#include "isns-server/api/agent_handlers.h"
#include "isns-server/api/desired_json.h"
#include "isns-server/manage/changes/transition_states.h"

namespace api {

using base::Json;
using manage::Step;

void AgentHandlers::catchUp(base::Now now) {
  due_ = false;
  caughtUpAt_ = now.mono;
  const auto changed = book_.update(desk_.timeline.index(), desk_.credentials.takeTouched(), duringCommit());
  for (const std::string& entity : changed) wake(entity);
  for (const std::string& entity : book_.renamed()) adopt(entity);
}

// Whether what is to be applied can be known: while a step of a commit is being stored, the snapshot may be ahead of
// the phase, and what is told then would be told twice, as other states of one revision.
bool AgentHandlers::betweenSteps() const {
  const manage::ChangeSets* changes = desk_.changes.changes();
  return changes == nullptr || !changes->storing();
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
    endWait(old);
  }
  if (book_.empty() || (call->now.mono - caughtUpAt_ >= kPace && betweenSteps())) {
    catchUp(call->now);
  } else {
    due_ = true;
  }
  const auto& state = book_.stateOf(call->agent);
  if (state.revision != *since || *wait == 0) return answerDesired(call);
  waiting_[call->agent.name] = {call, call->now.mono + std::chrono::seconds(*wait)};
}

std::uint64_t AgentHandlers::probeTurn(base::Now now) {
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::hours>(now.wall).time_since_epoch().count());
}

std::vector<std::string> AgentHandlers::portalsToAsk(const std::string& entity) const {
  std::vector<std::string> portals;
  const manage::AgentFacts* facts = desk_.agents.find(entity);
  for (const DiscoverOrder& one : desk_.discover) {
    if (facts != nullptr && one.agent == facts->name) portals.push_back(one.portal);
  }
  return portals;
}

// The whole state where it differs from what the agent has, else only its revision.
void AgentHandlers::answerDesired(const CallPtr& call) {
  const auto& state = book_.stateOf(call->agent);
  const auto since = call->numberParameter("since", 0, std::numeric_limits<std::int64_t>::max());
  const bool changed = !since || *since != state.revision;
  const mgmt::Fingerprint root = desk_.keys.authority().authorities().current().root().fingerprint();
  Json::Object json{{"revision", state.revision},
                    {"changed", changed},
                    {"authority", root.text()},
                    {"name_servers", listOf(desk_.nameServers)}};
  // No part of the state: neither makes it another one, and an agent without a server has nobody to tell.
  if (const auto ask = portalsToAsk(call->agent.name); !ask.empty()) json.push_back({"discover", listOf(ask)});
  if (const auto probes = probes_.of(book_.index(), call->agent, probeTurn(call->now)); !probes.empty()) {
    json.push_back({"probes", probesJson(probes)});
  }
  if (!changed) return call->answer(std::move(json));
  tellLeftOut(call->agent.name, state.leftOut);
  auto secrets = std::make_shared<SecretJson>(desk_.random);
  const std::string told = addDesired(json, desk_.credentials, call->agent, book_, state, *secrets,
                                      [this](const std::string& text) { desk_.clerk.warn(text); });
  if (secrets->empty()) return call->answer(std::move(json));
  // The record is there before the secrets leave.
  Step step;
  const manage::AgentFacts* facts = desk_.agents.find(call->agent.name);
  step.audit.push_back(manage::auditOf<ops::AuditEvent::SecretRead>(
      call->actor(), facts == nullptr ? std::string() : "agent:" + facts->name,
      {{"end", call->agent.name}, {"purpose", "to apply: " + told}}));
  desk_.clerk.carryOut(std::move(step), [this, call, secrets, json = Json(std::move(json))](const auto& done) {
    if (!done) return call->refuse(done.error());
    if (!desk_.agents.holds(call->agent)) return call->refuse(kVoid);
    call->answerSecret(secrets->text(json));
  });
}

// Once for each amount: the same state is asked for again and again.
void AgentHandlers::tellLeftOut(const std::string& entity, const manage::LeftOut& leftOut) {
  const auto found = leftOut_.find(entity);
  if (!leftOut.any()) {
    if (found != leftOut_.end()) leftOut_.erase(found);
    return;
  }
  if (found != leftOut_.end() && found->second == leftOut) return;
  leftOut_.insert_or_assign(entity, leftOut);
  const manage::AgentFacts* facts = desk_.agents.find(entity);
  desk_.clerk.leftOut(facts == nullptr ? entity : facts->name, leftOut.text());
}

// Chain, dates and all: a minute has passed, perhaps.
void AgentHandlers::endWait(const CallPtr& call) {
  call->now = base::now();
  if (const auto turnedAway = identify(*call)) return call->refuse(*turnedAway);
  answerDesired(call);
}

void AgentHandlers::wake(const std::string& entity) {
  const auto found = waiting_.find(entity);
  if (found == waiting_.end()) return;
  const CallPtr call = std::move(found->second.call);
  waiting_.erase(found);
  endWait(call);
}

void AgentHandlers::judgeWaiting(const std::string& entity) {
  const auto found = waiting_.find(entity);
  if (found != waiting_.end() && !desk_.agents.holds(found->second.call->agent)) wake(entity);
}

void AgentHandlers::onRevision(base::Now now) {
  if (waiting_.empty()) return;
  // Registrations come by the thousand: an index for each would be too much.
  due_ = true;
  onTurn(now);
}

void AgentHandlers::onTurn(base::Now now) {
  if (due_ && now.mono - caughtUpAt_ >= kPace && betweenSteps()) catchUp(now);
}

void AgentHandlers::onTick(base::Now now) {
  recordRefusedLogins(now);
  recordGaps(now);
  recordTold(now);
  onTurn(now);
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const bool gone = at->second.call->exchange->gone();
    if (!gone && now.mono < at->second.until) {
      ++at;
      continue;
    }
    const CallPtr call = std::move(at->second.call);
    at = waiting_.erase(at);
    if (!gone) endWait(call);
  }
}

}  // namespace api
