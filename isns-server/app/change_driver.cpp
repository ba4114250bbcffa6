#include "isns-server/app/change_driver.h"

#include "isns-server/api/refusals.h"
#include "isns-server/app/change_audit.h"
#include "isns-server/core/change_kind.h"
#include "shared/san/finding_changes.h"
#include "shared/san/rules.h"

namespace app {

using manage::Refusal;

namespace {

// Separation rules that are broken after and were not before, as sentences.
std::vector<std::string> newViolations(const san::Snapshot& before, const san::Snapshot& after) {
  if (after.table<san::SeparationRule>().empty()) return {};
  san::FindingContext context;
  context.basis = san::Basis::Desired;
  context.mends = false;
  const san::Findings was = san::evaluateRule(san::SanIndex(before), context, "R16");
  const san::Findings is = san::evaluateRule(san::SanIndex(after), context, "R16");
  std::vector<std::string> texts;
  for (const san::Finding* finding : san::impactOn(was, is).appeared) texts.push_back(finding->text);
  return texts;
}

constexpr std::string_view kModelFailed = "The model has failed: what became of it is known after the next start.";

manage::Answer refusal(Refusal why, std::string_view text) {
  manage::Answer answer;
  answer.what = manage::Answer::What::Refused;
  answer.refusal = why;
  answer.text = text;
  return answer;
}

}  // namespace

void ChangeDriver::begin(const manage::Projection& projection) {
  manage::ChangeSets::Options options;
  options.newViolations = newViolations;
  options.join = join_;
  options.joinDraft = joinDraft_;
  options.indexOf = indexOf_;
  if (steady_) options.steady = steady_;
  changes_.emplace(projection, std::move(options));
}

base::Status ChangeDriver::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  return table == manage::kDraftTable ? changes_->loadRow(id, cells) : base::Status{};
}

void ChangeDriver::start(base::Now now) {
  changes_->start(now);
  flush();
  askForTurn();
}

void ChangeDriver::end() {
  changes_.reset();
  // Nobody is there to confirm a change set or to take it back: what its window held would be held for ever.
  locks_.emplace();
  if (protocol_.lockDomains({}, {})) locks_.reset();
  for (const auto& [ticket, done] : std::exchange(waiting_, {})) done(refusal(Refusal::StoreFailed, kModelFailed));
}

void ChangeDriver::ask(const manage::Who& who, const Request& request, Done done) {
  const auto turn = [this, address = who.address, request, done] {
    takeTurn([&] {
      if (!changes_) return done(refusal(Refusal::StoreFailed, kModelFailed));
      asking_ = address;
      const manage::Answer answer = request(*changes_);
      const bool waits = answer.what == manage::Answer::What::Waits;
      if (waits) waiting_.emplace(answer.ticket, done);
      if (changes_->wantsTurn()) changes_->onTurn(base::now());
      flush();
      asking_.clear();
      if (!waits) done(answer);
    });
  };
  if (waiting_.size() >= kMaxWaiting || !lane_.enter(turn)) done(refusal(Refusal::Busy, "Too many requests wait."));
}

// ---- Turns ---------------------------------------------------------------------------------------------------------

void ChangeDriver::askForTurn() {
  if (!changes_ || !changes_->wantsTurn() || turn_.asked) return;
  const auto turn = [this] {
    turn_.asked = false;
    takeTurn([this] {
      if (!changes_) return;
      changes_->onTurn(base::now());
      flush();
    });
  };
  turn_.asked = true;
  if (!lane_.enter(turn)) turn_.asked = false;  // the next turn of the loop tries again
}

void ChangeDriver::takeTurn(const std::function<void()>& plan) {
  turn_.taken = true;
  turn_.landed = 0;
  plan();
  endTurn();
}

void ChangeDriver::endTurn() {
  if (!turn_.taken || turn_.open > 0) return;
  turn_.taken = false;
  lane_.leave(turn_.landed);
}

// One of its commits has ended, and what followed from that is carried out.
void ChangeDriver::ended(std::uint64_t revision) {
  --turn_.open;
  turn_.landed = std::max(turn_.landed, revision);
  endTurn();
  askForTurn();
}

// ---- Events --------------------------------------------------------------------------------------------------------

bool ChangeDriver::onVerdict(std::uint64_t ticket, const core::ManagedVerdict& verdict, base::Now now) {
  if (ticket < kTickets) return false;
  if (ticket == kTickets) return true;  // a record alone: nobody waits
  if (changes_) changes_->onVerdict(ticket - kTickets, verdict, now);
  flush();
  ended(0);
  return true;
}

bool ChangeDriver::onResult(const core::ManagedResult& result, base::Now now) {
  if (result.ticket < kTickets) return false;
  if (result.ticket == kTickets) return true;
  core::ManagedResult own = result;
  own.ticket -= kTickets;
  if (changes_) changes_->onResult(own, now);
  flush();
  ended(result.committed ? result.revision : 0);
  return true;
}

void ChangeDriver::onWireChange(const store::Change& change, const san::Snapshot& before, const san::Snapshot& after) {
  if (!changes_) return;
  changes_->onWireChange(change, before, after);
  flush();
}

void ChangeDriver::onCaughtUp(base::Now now) {
  if (!changes_) return;
  changes_->onCaughtUp(now);
  flush();
  askForTurn();
}

void ChangeDriver::onLoop(base::Now now) {
  if (locks_ && protocol_.lockDomains(locks_->first, locks_->second)) locks_.reset();
  if (!changes_) return;
  if (now.mono >= changes_->nextDeadline()) {
    changes_->onTimer(now);
    flush();
  }
  askForTurn();
}

// ---- Outputs -------------------------------------------------------------------------------------------------------

// What is carried out may bring more of it: it goes on until there is nothing.
void ChangeDriver::flush() {
  if (std::exchange(flushing_, true)) return;
  while (changes_) {
    auto outputs = changes_->takeOutputs();
    if (outputs.empty()) break;
    for (manage::Output& output : outputs) {
      if (auto* commit = std::get_if<manage::Commit>(&output)) {
        carryOut(std::move(*commit));
      } else if (auto* lock = std::get_if<manage::Lock>(&output)) {
        locks_.emplace(std::move(lock->domains), std::move(lock->sets));
        if (protocol_.lockDomains(locks_->first, locks_->second)) locks_.reset();
      } else if (const auto* event = std::get_if<manage::AuditEvent>(&output)) {
        write(*event);
      } else if (const auto* notice = std::get_if<manage::Notice>(&output)) {
        tell(*notice);
      } else if (const auto* answered = std::get_if<manage::Reply>(&output)) {
        reply(*answered);
      }
    }
  }
  flushing_ = false;
}

void ChangeDriver::carryOut(manage::Commit commit) {
  core::ManagedChange& change = commit.change;
  const std::uint64_t ticket = change.ticket;
  std::vector<ops::AuditRecord> records = std::move(commit.records);
  for (ops::AuditRecord& record : records) record.origin = change.address;
  for (const manage::AuditEvent& event : commit.audit) {
    if (auto record = auditRecordOf(event, change.address)) records.push_back(std::move(*record));
  }
  change.ticket += kTickets;
  change.rows = [trail = &trail_, rows = std::move(change.rows), records = std::move(records)](store::OpsWriter& ops,
                                                                                               std::uint64_t revision) {
    if (rows) rows(ops, revision);
    if (!records.empty()) trail->write(ops, records, revision, base::now());
  };
  if (protocol_.carryOut(std::move(change))) {
    ++turn_.open;
  } else {
    changes_->onVerdict(ticket, {core::ManagedVerdict::What::Busy, 0, {}}, base::now());
  }
}

// A record that belongs to no change has one of its own; what somebody may not is counted, and the API writes it when
// it is due, with what it counted itself.
void ChangeDriver::write(const manage::AuditEvent& event) {
  auto record = auditRecordOf(event, asking_);
  if (!record) return;
  if (record->event == ops::eventRow(ops::AuditEvent::AccessRefused).name) {
    const std::string key = api::refusalKey("change set " + record->code + " " + record->actor, asking_);
    return refused_.note(key, std::move(*record), base::now().mono);
  }
  store(manage::recordedName(event.who), std::move(*record));
}

void ChangeDriver::store(const std::string& who, ops::AuditRecord record) {
  core::ManagedChange change;
  change.ticket = kTickets;  // ChangeSets begins with 1: nobody waits
  change.kind = core::change_kind::kManagement;
  change.origin = who;
  change.rows = [trail = &trail_, record = std::move(record)](store::OpsWriter& ops, std::uint64_t revision) {
    trail->write(ops, {record}, revision, base::now());
  };
  (void)protocol_.carryOut(std::move(change));
}

void ChangeDriver::tell(const manage::Notice& notice) {
  using Kind = manage::Notice::Kind;
  const base::Now now = base::now();
  const auto id = static_cast<std::uint64_t>(notice.draft);
  switch (notice.kind) {
    case Kind::StoreFailed:
    case Kind::TargetPending:
      return log_.write<Event::ChangeWaits>(now, {{"change", id}, {"why", notice.text}});
    case Kind::TakenBack:
    case Kind::LeftAlone:
      return log_.write<Event::ChangeTakenBack>(now, {{"change", id}, {"why", notice.text}});
    case Kind::NotTakenBack:
      return log_.write<Event::ChangeNotTakenBack>(now, {{"change", id}, {"why", notice.text}});
    case Kind::DrainBegun:
      return log_.write<Event::DrainBegun>(now, {{"change", id}, {"why", notice.text}});
    case Kind::DrainWaits:
      return log_.write<Event::DrainWaits>(now, {{"change", id}, {"why", notice.text}});
    case Kind::DrainLeft:
      return log_.write<Event::DrainLeft>(now, {{"change", id}, {"why", notice.text}});
    case Kind::DrainFailed:
      return log_.write<Event::DrainFailed>(now, {{"change", id}, {"why", notice.text}});
    case Kind::BegunAnew:
      return log_.write<Event::ChangeBegunAnew>(now, {{"change", id}, {"why", notice.text}});
    case Kind::WireViolation:
      return log_.write<Event::WireViolation>(now, {{"change", id}, {"why", notice.text}});
  }
}

void ChangeDriver::reply(const manage::Reply& reply) {
  const auto found = waiting_.find(reply.ticket);
  if (found == waiting_.end()) return;
  const Done done = std::move(found->second);
  waiting_.erase(found);
  done(reply.answer);
}

}  // namespace app
