#include "isns-server/app/log_guard.h"

#include <algorithm>
#include <utility>

namespace app {

using mgmt::ProblemCode;

LogGuard::LogGuard(Parts parts, std::uint64_t lastAtStart) : parts_(std::move(parts)) {
  const auto& seen = parts_.witness.atStart();
  if (!seen || seen->sequence <= lastAtStart) return;
  cutAtStart_ = "records " + std::to_string(lastAtStart + 1) + " to " + std::to_string(seen->sequence) +
                " were missing at the end when the server started: audit.head beside the keys knows the last of them";
}

void LogGuard::check(Done done) {
  if (waiting_.size() >= kMaxWaiting) return done(base::Failure<mgmt::Problem>{{ProblemCode::Busy, {}, {}, {}}});
  waiting_.push_back(std::move(done));
  if (!run_) begin();
}

void LogGuard::onTick(base::Now now) {
  if (run_ && !run_->reading) return nextPage();
  if (!run_ && now.mono >= due_) check([](const auto&) {});
}

void LogGuard::begin() {
  auto seen = parts_.witness.expected();
  if (!cutAtStart_.empty()) seen.reset();  // what it would find is known
  run_ = std::make_unique<Run>();
  run_->walk = std::make_unique<manage::LogWalk>(parts_.serverId, parts_.key, seen);
  run_->waiting = std::exchange(waiting_, {});
  run_->since = base::MonotonicClock::now();
  due_ = run_->since + kEvery;
  nextPage();
}

// Where the reader is busy, the next tick tries again.
void LogGuard::nextPage() {
  run_->reading =
      parts_.readings.read([walk = run_->walk.get(), post = parts_.post, this](store::HistoryReader& reader) {
        auto more = std::make_shared<base::Result<bool>>(walk->step(reader));
        post([this, more] { pageTaken(*more); });
      });
}

void LogGuard::pageTaken(const base::Result<bool>& more) {
  run_->reading = false;
  if (more && *more) return nextPage();
  if (more) return ended();
  const auto run = std::exchange(run_, nullptr);
  for (const Done& done : run->waiting) done(base::Failure<mgmt::Problem>{{ProblemCode::StoreFailed, more.error().text + ".", {}, {}}});
  if (!waiting_.empty()) begin();
}

void LogGuard::ended() {
  const auto run = std::exchange(run_, nullptr);
  manage::LogHealth health = run->walk->finish();
  if (!cutAtStart_.empty()) {
    ++health.faultCount;
    health.faults.insert(health.faults.begin(), cutAtStart_);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(base::MonotonicClock::now() - run->since);
  if (health.intact()) {
    parts_.log.write<Event::AuditLogIntact>(base::now(), {{"records", health.records}, {"ms", took.count()}});
  }
  state_ = health.intact() ? api::LogState::Intact : api::LogState::Broken;
  tell(health);
  settle(health);
  for (const Done& done : run->waiting) done(health);
  if (!waiting_.empty()) begin();
}

void LogGuard::tell(const manage::LogHealth& health) {
  std::string text = health.sentence();
  if (!text.empty() && text != told_) parts_.log.write<Event::AuditLogBroken>(base::now(), {{"why", text}});
  told_ = std::move(text);
}

// What is found for the first time goes into the log itself, and only then is the witness's word not needed any more.
void LogGuard::settle(const manage::LogHealth& health) {
  const auto go = [this] {
    cutAtStart_.clear();
    if (const auto written = parts_.witness.release(); !written) {
      parts_.log.write<Event::AuditHeadFailed>(base::now(), {{"error", written.error().text}});
    }
  };
  std::string fresh;
  for (const std::string& fault : health.faults) {
    const bool known = std::ranges::any_of(health.recorded, [&](const std::string& one) { return one.find(fault) != std::string::npos; });
    if (!known) fresh += (fresh.empty() ? "" : "; ") + fault;
  }
  if (fresh.empty()) return go();
  ops::AuditRecord record;
  record.actor = parts_.serverId;
  record.event = std::string(ops::eventRow(ops::AuditEvent::LogBroken).name);
  record.object = "audit-log";
  record.reason = fresh;
  record.details = ops::auditDetails<ops::AuditEvent::LogBroken>({{"faults", health.faultCount}});
  parts_.record(std::move(record), [go](bool stored) {
    if (stored) go();
  });
}

}  // namespace app
