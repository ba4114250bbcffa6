#include "isns-server/app/key_driver.h"

#include "isns-server/api/lane_step.h"
#include "shared/base/hex.h"
#include "shared/base/listed.h"

namespace app {

using manage::Step;
using mgmt::ProblemCode;

namespace {

template <ops::AuditEvent E>
ops::AuditRecord record(const api::KeyDesk::Asker& asker, std::initializer_list<ops::EventField<E>> details) {
  ops::AuditRecord made = manage::auditOf<E>(asker.actor, {}, details);
  made.reason = asker.reason;
  return made;
}

}  // namespace

manage::Wanted<void> KeyDriver::serve() {
  const auto shown = serve_();
  if (!shown) return base::fail(shown.error());
  shown_ = *shown;
  return {};
}

// A step that is made when it is its turn.
void KeyDriver::makeInTurn(Make make, Done done) {
  api::inTurn(
      parts_.lane,
      [this, make = std::move(make)](const Done& end) {
        auto step = make(base::now());
        if (!step) return end(problem(ProblemCode::LimitReached, step.error().text + "."));
        parts_.clerk.carryOut(std::move(*step), end);
      },
      std::move(done));
}

// Before the caller hears of it, HTTPS shows the new state.
KeyDriver::Done KeyDriver::served(Done done) {
  return [this, done = std::move(done)](const manage::Wanted<std::uint64_t>& outcome) {
    if (outcome) {
      if (const auto shown = serve(); !shown) return done(base::fail(shown.error()));
    }
    done(outcome);
  };
}

void KeyDriver::rotateAuthority(const Asker& asker, std::chrono::seconds overlap, Done done) {
  makeInTurn(
      [this, asker, overlap](base::Now now) -> base::Result<Step> {
        if (!parts_.authority.present()) return base::fail("there is no certificate authority yet");
        const std::string before = parts_.authority.authorities().current().root().fingerprint().text();
        auto change = parts_.authority.change(parts_.agents.judge(now), parts_.agents.believed(now), overlap);
        if (!change) return base::fail(change.error());
        change->step.audit.push_back(
            record<ops::AuditEvent::AuthorityRotated>(asker, {{"previous", before}, {"next", change->next.text()}}));
        return std::move(change->step);
      },
      served(std::move(done)));
}

void KeyDriver::disownAuthorities(const Asker& asker, Done done) {
  makeInTurn(
      [this, asker](base::Now) -> base::Result<Step> {
        if (!parts_.authority.present()) return base::fail("there is no certificate authority yet");
        const auto print = [](const keys::PreviousRoot& old) { return old.root.fingerprint().text(); };
        const std::string roots = base::listed(parts_.authority.authorities().previous(), print);
        auto step = parts_.authority.disownPrevious();
        if (!step) return base::fail(step.error());
        step->audit.push_back(record<ops::AuditEvent::AuthorityDisowned>(asker, {{"roots", roots}}));
        return step;
      },
      served(std::move(done)));
}

// The file is there before anything is sealed with it; a crash in between leaves a key that seals from the next start.
void KeyDriver::rotateSealing(const Asker& asker, Done done) {
  if (sealing_) return done(problem(ProblemCode::Busy, "Everything is being sealed anew already."));
  const keys::KeyId before = parts_.seals.ring().current();
  const keys::KeyId next = parts_.seals.next();
  auto file = ServerKeys::makeSealKey(folder_, next, systemRandom());
  if (!file) return done(problem(ProblemCode::LimitReached, file.error().text + "."));
  if (auto status = parts_.seals.use(std::move(*file)); !status) {
    return done(problem(ProblemCode::LimitReached, status.error().text + "."));
  }
  unsaid_.push_back(record<ops::AuditEvent::SealingKeyRotated>(
      asker, {{"previous", std::to_string(before)}, {"next", std::to_string(next)}}));
  sealAnew(done);
}

// Where the store does not take it, upkeep() tries again, with the same records.
void KeyDriver::sealAnew(const Done& done) {
  sealing_ = true;
  makeInTurn(
      [this](base::Now now) -> base::Result<Step> {
        auto step = parts_.seals.renew(now.wall);
        if (step) step->audit = unsaid_;
        return step;
      },
      [this, done](const manage::Wanted<std::uint64_t>& outcome) {
        sealing_ = false;
        if (outcome) unsaid_.clear();
        done(outcome);
      });
}

KeyDriver::LogSigner KeyDriver::logSigner() const {
  return {base::hexText(parts_.logKey.fingerprint()), parts_.logKey.since()};
}

// The order of its steps is log_key.h's. The answer waits for a check of the whole log, as it now has to hold by the
// new key alone; what that finds is told like everything that a check finds.
void KeyDriver::rotateLogKey(const Asker& asker, Done done) {
  auto next = parts_.logKey.makeNext(systemRandom());
  if (!next) return done(problem(ProblemCode::Busy, next.error().text + "."));
  Step step;
  step.nextLogKey = std::move(*next);
  step.audit.push_back(record<ops::AuditEvent::LogKeyRotated>(asker, {}));
  parts_.clerk.carryOut(std::move(step), [this, done = std::move(done)](const manage::Wanted<std::uint64_t>& outcome) {
    parts_.logKey.ended(outcome.ok());
    if (!outcome) return done(outcome);
    finishLogKey(base::now());
    parts_.guard.check([done, outcome](const auto&) { done(outcome); });
  });
}

// Where it fails, the next checkpoint tries again, and upkeep().
void KeyDriver::finishLogKey(base::Now now) {
  const auto finished = parts_.logKey.finish(parts_.witness);
  if (!finished && !fileStays_) parts_.log.write<Event::KeyFileStays>(now, {{"error", finished.error().text}});
  fileStays_ = !finished;
}

void KeyDriver::acceptClock(const Asker& asker, Done done) {
  if (!parts_.authority.present()) return done(problem(ProblemCode::NotInitialised, {}));
  const base::Now now = base::now();
  Step step = parts_.agents.acceptClock(now);
  step.audit.push_back(
      record<ops::AuditEvent::ClockAccepted>(asker, {{"time", std::to_string(base::unixSeconds(now.wall))}}));
  parts_.clerk.carryOut(std::move(step), std::move(done));
}

void KeyDriver::upkeep(base::Now now, bool quiet) {
  const auto nobody = [](const manage::Wanted<std::uint64_t>&) {};
  finishLogKey(now);
  if (auto step = parts_.agents.upkeep(now)) parts_.clerk.carryOut(std::move(*step), nobody);
  if (!parts_.authority.present()) return;
  if (parts_.seals.stale() && !sealing_) sealAnew(nobody);
  if (quiet && !sealing_) {
    for (const keys::KeyId id : parts_.seals.unused()) {
      if (auto gone = ServerKeys::removeSealKey(folder_, id); !gone) {
        parts_.log.write<Event::KeyFileStays>(now, {{"error", gone.error().text}});
        continue;
      }
      parts_.seals.forget(id);
    }
  }
  if (auto step = parts_.authority.upkeep(parts_.agents.believed(now))) {
    parts_.clerk.carryOut(std::move(*step), served(nobody));
  } else if (now.wall < shown_.from || now.wall + kRenewBefore >= shown_.until) {
    // One that begins in the future was made by a clock that has been put right since.
    (void)serve();
  }
}

}  // namespace app
