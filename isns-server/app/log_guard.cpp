#include "isns-server/app/log_guard.h"

#include <algorithm>
#include <utility>

#include "shared/base/hex.h"

namespace app {

using mgmt::ProblemCode;

LogGuard::LogGuard(Parts parts, AuditTrail::AtStart log) : parts_(std::move(parts)), log_(std::move(log)) {
  unwitnessed_ = parts_.witness.wasMissing() && log_.signedUpTo > 0;
  notes_.unwitnessed = unwitnessed_;
  // Where nothing was vouched for, the witness has nothing to wait for. It stands before there is a first checkpoint.
  if (parts_.witness.wasMissing() && !unwitnessed_) noteFailure(parts_.witness.begin(parts_.serverId, base::wallNow()));
  const auto& seen = parts_.witness.atStart();
  if (!seen || seen->sequence <= log_.last) return;
  cut_ = Cut{"records " + std::to_string(log_.last + 1) + " to " + std::to_string(seen->sequence) +
                 " were missing at the end when the server started: audit.head beside the keys knows the last of them",
             {0, log_.last + 1, seen->sequence, base::hexText(seen->hash)}};
}

void LogGuard::check(Done done) {
  if (waiting_.size() >= kMaxWaiting) return done(base::Failure<mgmt::Problem>{{ProblemCode::Busy, {}, {}, {}}});
  waiting_.push_back(std::move(done));
  if (!run_ && isTold()) begin();
}

// A log that begins with what was found at the start is checked when that is stored: that record comes with a
// checkpoint, and says which records of the log do not count.
bool LogGuard::isTold() const {
  const bool found = cut_ || !log_.unreadable.empty() || log_.unsignedFrom > 0;
  return !found || parts_.witness.hasNoted();
}

void LogGuard::onTick(base::Now now) {
  if (run_ && !run_->reading) return nextPage();
  if (run_ || !isTold()) return;
  if (!waiting_.empty()) return begin();
  // A new log is checked when it has begun: before, there is nothing that says who signs it.
  const bool begun = log_.last > 0 || parts_.witness.hasNoted();
  if (begun && now.mono >= due_) check([](const auto&) {});
}

void LogGuard::begin() {
  auto seen = parts_.witness.expected();
  if (cut_) seen.reset();  // what it would find is known
  run_ = std::make_unique<Run>();
  // A key that takes its place meanwhile is believed by its hand-over.
  run_->key = parts_.key.fingerprint();
  run_->walk = std::make_unique<manage::LogWalk>(parts_.serverId, run_->key, seen);
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
  due_ = base::MonotonicClock::now() + kAgain;
  for (const Done& done : run->waiting) done(base::Failure<mgmt::Problem>{{ProblemCode::StoreFailed, more.error().text + ".", {}, {}}});
  if (!waiting_.empty()) begin();
}

void LogGuard::ended() {
  const std::shared_ptr<Run> run(std::exchange(run_, nullptr));
  manage::LogHealth health = run->walk->finish();
  if (health.keySince) parts_.key.noteSince(run->key, *health.keySince);
  // Stored at this start, or at one before that ended before the witness could go on: it is told already.
  if (const auto& seen = parts_.witness.atStart(); cut_ && seen && health.tellsOf(*seen)) cut_.reset();
  if (cut_) {
    ++health.faultCount;
    health.faults.insert(health.faults.begin(), cut_->text);
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(base::MonotonicClock::now() - run->since);
  if (health.intact()) {
    parts_.log.write<Event::AuditLogIntact>(base::now(), {{"records", health.records}, {"ms", took.count()}});
  }
  state_ = health.intact() ? api::LogState::Intact : api::LogState::Broken;
  notes_.restored = !health.answered.empty();
  tell(health);
  settle(health, [run, health] {
    for (const Done& done : run->waiting) done(health);
  });
  if (!waiting_.empty()) begin();
}

void LogGuard::tell(const manage::LogHealth& health) {
  if (unwitnessed_) parts_.log.write<Event::AuditHeadMissing>(base::now(), {{"last", log_.last}});
  std::string text = health.sentence();
  if (!text.empty() && text != told_) parts_.log.write<Event::AuditLogBroken>(base::now(), {{"why", text}});
  told_ = std::move(text);
}

ops::AuditRecord LogGuard::recordOf(ops::AuditEvent event, std::string reason) const {
  ops::AuditRecord record;
  record.actor = parts_.serverId;
  record.event = std::string(ops::eventRow(event).name);
  record.object = "audit-log";
  record.reason = std::move(reason);
  return record;
}

std::vector<ops::AuditRecord> LogGuard::foundAtStart() const {
  std::vector<ops::AuditRecord> found;
  if (cut_) found.push_back(cutRecord());
  if (!log_.unreadable.empty()) {
    found.push_back(recordOf(ops::AuditEvent::LogBroken, log_.unreadable));
    found.back().details = ops::auditDetails<ops::AuditEvent::LogBroken>({{"faults", 1}});
  }
  return found;
}

ops::AuditRecord LogGuard::cutRecord() const {
  ops::AuditRecord record = recordOf(ops::AuditEvent::LogBroken, cut_->text);
  record.details = ops::auditDetails<ops::AuditEvent::LogBroken>(
      {{"faults", 1}, {"from", cut_->lost.from}, {"to", cut_->lost.to}, {"head", cut_->lost.head}});
  return record;
}

// What no record tells yet: all faults in one, but for the end that was cut, which a person may answer.
std::vector<ops::AuditRecord> LogGuard::newsOf(const manage::LogHealth& health) const {
  std::vector<ops::AuditRecord> news;
  if (unwitnessed_) {
    news.push_back(recordOf(ops::AuditEvent::LogUnwitnessed, {}));
    news.back().details = ops::auditDetails<ops::AuditEvent::LogUnwitnessed>({{"last", log_.last}});
  }
  if (cut_) news.push_back(cutRecord());
  std::string fresh;
  for (const std::string& fault : health.faults) {
    const bool isCut = cut_ && fault == cut_->text;
    const bool known =
        std::ranges::any_of(health.recorded, [&](const std::string& one) { return one.find(fault) != std::string::npos; });
    if (!isCut && !known) fresh += (fresh.empty() ? "" : "; ") + fault;
  }
  if (fresh.empty()) return news;
  news.push_back(recordOf(ops::AuditEvent::LogBroken, fresh));
  news.back().details =
      ops::auditDetails<ops::AuditEvent::LogBroken>({{"faults", health.faultCount - (cut_ ? 1 : 0)}});
  return news;
}

// The witness's word is not needed any more: what it told is in the log.
void LogGuard::go() {
  cut_.reset();
  unwitnessed_ = false;
  noteFailure(parts_.witness.release());
}

void LogGuard::noteFailure(const base::Status& written) {
  if (!written) parts_.log.write<Event::AuditHeadFailed>(base::now(), {{"error", written.error().text}});
}

void LogGuard::settle(const manage::LogHealth& health, const std::function<void()>& then) {
  auto news = newsOf(health);
  if (news.empty()) {
    go();
    return then();
  }
  parts_.record(std::move(news), [this, then](bool stored) {
    if (stored) {
      go();
    } else {
      due_ = base::MonotonicClock::now() + kAgain;
    }
    then();
  });
}

void LogGuard::acceptRestore(ops::AuditRecord record, Done done) {
  const bool untold = cut_.has_value();
  check([this, untold, record = std::move(record), done = std::move(done)](const manage::Wanted<manage::LogHealth>& health) {
    if (!health) return done(health);
    if (untold && !cut_) return acceptRestore(record, done);  // its record is there now
    if (health->open.empty()) {
      return done(base::Failure<mgmt::Problem>{
          {ProblemCode::WrongState,
           "No record of the log says that it was older than audit.head when the server started, or it is answered already.",
           {},
           "What was changed or cut in the database is not answered by a word: GET /audit?event=log.broken tells what is wrong."}});
    }
    std::vector<ops::AuditRecord> records;
    for (const evidence::LostRecords& lost : health->open) {
      records.push_back(record);
      records.back().details = ops::auditDetails<ops::AuditEvent::LogRestored>(
          {{"broken", lost.broken}, {"from", lost.from}, {"to", lost.to}, {"head", lost.head}});
    }
    parts_.record(std::move(records), [this, done](bool stored) {
      if (!stored) return done(base::Failure<mgmt::Problem>{{ProblemCode::StoreFailed, {}, {}, {}}});
      check(done);
    });
  });
}

}  // namespace app
