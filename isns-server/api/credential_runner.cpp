#include "isns-server/api/credential_runner.h"

#include <algorithm>

namespace api {

using credentials::Credential;
using credentials::CredentialWork;
using credentials::Side;
using manage::Actor;
using mgmt::ProblemCode;

CredentialWork CredentialRunner::workOf(const Actor& actor, base::WallTime now) const {
  return {desk_.credentials, desk_.random, actor, now};
}

void CredentialRunner::run(Actor actor, std::string reason, Plan plan, LaneDone done) {
  auto alarms = std::make_shared<std::vector<std::string>>();
  const auto planned = [this, actor = std::move(actor), reason = std::move(reason), plan = std::move(plan),
                        alarms](san::SnapshotEditor& editor) -> manage::Wanted<Planned> {
    CredentialWork work = workOf(actor, desk_.agents.steadyTime(base::now()).setting);
    work.because(reason);
    if (auto good = plan(work); !good) return base::Failure<mgmt::Problem>{good.error()};
    Planned made;
    made.edited = work.editModel(editor);
    *alarms = work.alarms();
    if (!work.empty()) made.step = work.finish();
    return made;
  };
  inLane(desk_, planned, [this, alarms, done = std::move(done)](const manage::Wanted<std::uint64_t>& outcome) {
    if (outcome) {
      for (const std::string& text : *alarms) desk_.clerk.warn(text);
    }
    done(outcome);
  });
}

// ---- Reports -------------------------------------------------------------------------------------------------------

void CredentialRunner::happen(CredentialWork& work, const Events& events) {
  for (const Event& event : events.list) work.onEvent(event.id, event.happens);
}

std::vector<CredentialRunner::Event> CredentialRunner::eventsOf(const mgmt::Identity& agent,
                                                                const manage::AgentReport& report,
                                                                base::Now now) const {
  std::vector<Event> events;
  const base::WallTime wall = now.wall;
  for (const manage::AppliedCredential& one : report.credentials) {
    const Credential* credential = desk_.credentials.ofObject(one.credential);
    if (credential == nullptr) continue;
    events.push_back({credential->id, [agent, one, wall, initiator = credential->initiator.node,
                                       targets = credential->targets](Machine& machine) {
                        if (agent.speaksFor(initiator)) {
                          machine.onApplied(Side::Initiator, initiator, one.step, wall);
                        }
                        for (const auto& end : targets) {
                          if (!agent.speaksFor(end.node)) continue;
                          machine.onApplied(Side::Target, end.node, one.step, wall);
                        }
                      }});
  }
  // The login is of the pair that the credential is for, and told by an agent of one of its ends.
  const auto ofPair = [&](san::Id object, const std::string& initiator,
                          const std::string& target) -> const Credential* {
    const Credential* credential = desk_.credentials.ofObject(object);
    const bool fits =
        credential != nullptr && credential->initiator.node == initiator &&
        std::ranges::find(credential->targets, target, &credentials::CredentialEnd::node) != credential->targets.end();
    return fits ? credential : nullptr;
  };
  for (const manage::ReportedSession& session :
       report.sessions ? *report.sessions : std::vector<manage::ReportedSession>{}) {
    const Credential* credential = ofPair(session.used.credential, session.initiator, session.target);
    if (credential == nullptr) continue;
    credentials::LoginReport login{Side::Target, session.target, session.used.version, session.used.mutualVersion,
                                   session.used.md5};
    // A clock that is ahead must not make a later login look old.
    const base::WallTime at = std::min(base::WallTime(std::chrono::seconds(session.since)), wall);
    for (const Side side : {Side::Target, Side::Initiator}) {
      login.reportedBy = side;
      if (!agent.speaksFor(side == Side::Target ? session.target : session.initiator)) continue;
      events.push_back({credential->id, [login, at](Machine& machine) { machine.onLogin(login, at); }});
    }
  }
  for (const manage::RefusedLogin& refused : report.refusedLogins) {
    const Credential* credential = ofPair(refused.used.credential, refused.initiator, refused.target);
    // Who tried it knows with what; to a target a secret that is none of its own is of no version.
    if (credential == nullptr || !agent.speaksFor(refused.initiator)) continue;
    events.push_back({credential->id, [version = refused.used.version, wall](Machine& machine) {
                        machine.onLoginRefused(version, wall);
                      }});
  }
  return events;
}

void CredentialRunner::onReport(const Actor& actor, const mgmt::Identity& agent, const manage::AgentReport& report,
                                base::Now now) {
  Events events{actor, eventsOf(agent, report, now)};
  if (events.list.empty() || !hasRoom()) return;
  // Most say what is known.
  CredentialWork look = workOf(actor, now.wall);
  happen(look, events);
  if (look.empty() && events_.empty() && !taking_) return;
  const std::size_t count = events.list.size();
  (void)events_.add(std::move(events), count);
  takeEvents();
}

void CredentialRunner::takeEvents() {
  if (taking_ || waits_ || events_.empty()) return;
  taking_ = true;
  run(
      events_.front().actor, {},
      [this](CredentialWork& work) -> manage::Wanted<void> {
        happen(work, events_.front());
        return {};
      },
      [this](const manage::Wanted<std::uint64_t>& outcome) {
        taking_ = false;
        waits_ = !outcome;
        if (outcome) events_.pop();
        takeEvents();
      });
}

// ---- Time and the model --------------------------------------------------------------------------------------------

bool CredentialRunner::idle() const {
  return desk_.timeline.empty() || (desk_.credentials.all().empty() && desk_.credentials.pending().empty() &&
                                    desk_.timeline.now().table<san::Credential>().empty());
}

// One batch at a time; one that is paused is for a person to look at first.
void CredentialRunner::rotateByAge(base::Now now) {
  if (desk_.timeline.empty()) return;
  scheduledAt_ = now.mono;
  const std::uint32_t days = desk_.timeline.now().settings().rotateDays;
  if (days == 0 || std::ranges::any_of(desk_.credentials.batches(),
                                       [](const auto& one) { return !one.second.batch.finished(); })) {
    return;
  }
  std::vector<credentials::Credential> all;
  for (const auto& [id, credential] : desk_.credentials.all()) all.push_back(credential);
  const auto ids =
      credentials::dueBySchedule(all, std::chrono::hours(24) * static_cast<int>(days), desk_.agents.believed(now));
  if (ids.empty()) return;
  run(
      manage::serverActor(), "older than " + std::to_string(days) + " days, as the settings say",
      [ids](CredentialWork& work) -> manage::Wanted<void> {
        const auto made = work.startBatch(ids, 1, {});
        if (made) return {};
        return base::Failure<mgmt::Problem>{{mgmt::ProblemCode::LimitReached, made.error().text + ".", {}, {}}};
      },
      [](const manage::Wanted<std::uint64_t>&) {});
}

// Of changes of secrets that are at their deadline, and that still have it when it is their turn.
void CredentialRunner::endPhases(base::Now now) {
  if (timing_) return;
  auto due = desk_.credentials.due(desk_.agents.steadyTime(now), now.mono);
  if (due.empty()) return;
  timing_ = true;
  run(
      manage::serverActor(), {},
      [due = std::move(due)](CredentialWork& work) -> manage::Wanted<void> {
        for (const auto& one : due) {
          work.onEvent(one.id, [deadline = one.deadline](Machine& machine) {
            if (machine.nextDeadline() == deadline) machine.onTimer(deadline);
          });
        }
        return {};
      },
      [this](const manage::Wanted<std::uint64_t>&) { timing_ = false; });
}

void CredentialRunner::onTick(base::Now now) {
  if (now.mono - waitsSince_ >= std::chrono::seconds(1)) {
    waitsSince_ = now.mono;
    waits_ = false;
    endPhases(now);
  }
  takeEvents();
  if (scheduledAt_ == base::TimePoint::min() || now.mono - scheduledAt_ >= kScheduleEvery) rotateByAge(now);
  if (!syncing_ && (moved_ || !goneSince_.empty()) && !idle() && now.mono - syncedAt_ >= syncPause_) sync(now);
}

void CredentialRunner::syncInto(CredentialWork& work, base::Now now) {
  const manage::ChangeSets* changes = desk_.changes.changes();
  const auto mayComeBack = [&](san::Id object) {
    const base::TimePoint since = goneSince_.try_emplace(object, now.mono).first->second;
    if (changes == nullptr || now.mono - since < kGrace) return true;
    return std::ranges::any_of(changes->list(), [&](const manage::Draft* draft) {
      return draft->holds() &&
             std::ranges::find(draft->touched, san::ObjectRef{san::Kind::Credential, object}) != draft->touched.end();
    });
  };
  const auto lives = [&](san::Id draft) {
    const manage::Draft* found = changes == nullptr ? nullptr : changes->find(draft);
    return changes == nullptr || (found != nullptr && !found->ended());
  };
  credentials::syncWithModel(work, desk_.credentials, *desk_.timeline.index(), {mayComeBack, lives}, now.wall);
}

void CredentialRunner::sync(base::Now now) {
  const manage::ChangeSets* changes = desk_.changes.changes();
  // In between two parts of a commit zones are neither old nor new.
  if (changes == nullptr || changes->transition()) return;
  moved_ = false;
  CredentialWork look = workOf(manage::serverActor(), now.wall);
  syncInto(look, now);
  std::erase_if(goneSince_, [&](const auto& one) {
    return desk_.timeline.now().get<san::Credential>(one.first) != nullptr ||
           desk_.credentials.ofObject(one.first) == nullptr;
  });
  syncedAt_ = base::now().mono;
  // A look at many credentials is not to be all that this thread does.
  syncPause_ = std::max<base::Duration>(kPace, 10 * (syncedAt_ - now.mono));
  if (look.empty()) return;
  syncing_ = true;
  run(
      manage::serverActor(), {},
      [this](CredentialWork& work) -> manage::Wanted<void> {
        syncInto(work, base::now());
        return {};
      },
      [this](const manage::Wanted<std::uint64_t>& outcome) {
        syncing_ = false;
        if (!outcome) moved_ = true;
      });
}

}  // namespace api
