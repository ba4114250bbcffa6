#include "agent/attach/target_watch.h"

#include <algorithm>

#include "agent/initiator/disk_commands.h"
#include "shared/base/overloaded.h"

namespace attach {
namespace {

constexpr std::size_t kListSize = 8 + 8 * TargetWatch::kMaxUnits;

// How the login was to be proven, for people.
std::string shownBy(const LoginProof* proof) {
  if (proof == nullptr) return " (without CHAP)";
  return (proof->targetUser.empty() ? " (by CHAP as " : " (by mutual CHAP as ") + proof->user + ")";
}

// It is silent, or has no time.
bool gaveNoAnswer(const iscsi::CommandResult& result) {
  const auto status = static_cast<scsi::Status>(result.status);
  return result.outcome != iscsi::CommandOutcome::Completed || status == scsi::Status::Busy ||
         status == scsi::Status::TaskSetFull;
}

}  // namespace

LoginProof LoginProof::copy() const { return {LoginCredentials::copy(), credential, version, mutualVersion, awaited}; }

std::string designatorOf(const block::RemoteLunFacts& facts) {
  return facts.designators.empty() ? std::string(kUnnamed) : facts.designators.front();
}

// A logical unit of the session, and what is known of it.
class TargetWatch::Lun final : public initiator::LogicalUnit {
 public:
  using LogicalUnit::LogicalUnit;

  std::optional<UnitSeen> seen;
  bool changed = false;  // it says so

 private:
  bool onUnitAttention(const initiator::SenseView&, const initiator::ScsiRequest&) override {
    changed = true;
    return true;
  }
};

// A command of the watch itself.
class TargetWatch::Request final : public initiator::ScsiRequest {
 public:
  // One unit that is busy does not keep the others waiting.
  Request() { busyTime = std::chrono::seconds(3); }
  std::function<void(Request&)> ended;

 private:
  void onEnd() override {
    // Its successor takes the place of what is being called.
    const auto call = ended;
    call(*this);
  }
};

TargetWatch::TargetWatch(net::Loop& loop, std::string initiatorName, std::string target, Hears hears)
    : loop_(loop),
      initiatorName_(std::move(initiatorName)),
      target_(std::move(target)),
      hears_(std::move(hears)),
      list_(kListSize),
      request_(std::make_unique<Request>()),
      timer_(loop.timers(), [this] {
        plan_.onTimer(loop_.now());
        act();
      }) {}

TargetWatch::~TargetWatch() {
  acting_ = true;  // nothing more is done or told
  if (session_ != nullptr) session_->abandon();
}

void TargetWatch::setPortals(std::vector<std::string> portals) {
  plan_.setPortals(std::move(portals), loop_.now());
  act();
}

void TargetWatch::setProofs(std::vector<LoginProof> proofs) {
  if (proofs == proofs_) return;
  proofs_ = std::move(proofs);
  plan_.setProofs(proofs_.size(), !proofs_.empty() && proofs_.front().awaited, loop_.now());
  act();
}

void TargetWatch::lookNow() {
  plan_.lookNow(loop_.now());
  act();
}

void TargetWatch::leave(std::function<void()> left) {
  if (session_ == nullptr) {
    plan_.leave();
    return left();
  }
  left_ = std::move(left);
  plan_.leave();
  act();
}

std::string TargetWatch::portal() const {
  return session_ == nullptr ? std::string() : std::string(session_->core().portal());
}

const iscsi::AgreedLogin* TargetWatch::agreed() const { return plan_.open() ? &session_->core().agreed() : nullptr; }

// ---- the plan's wishes

// Carrying out one may bring others, and so may who hears an event.
void TargetWatch::act() {
  if (acting_) return;
  acting_ = true;
  for (;;) {
    const auto orders = plan_.takeOrders();
    for (const LookOrder& order : orders) carryOut(order);
    const auto events = plan_.takeEvents();
    for (const LookEvent& event : events) tell(event);
    if (orders.empty() && events.empty()) break;
  }
  acting_ = false;
  timer_.startAt(plan_.nextDeadline());
}

void TargetWatch::carryOut(const LookOrder& order) {
  std::visit(
      base::Overloaded{[this](const OpenSession& at) { open(at); }, [this](const CloseSession&) { session_->close(); },
                       [this](const LookAtUnits&) { look(); }},
      order);
}

void TargetWatch::tell(const LookEvent& event) {
  std::visit(base::Overloaded{[this](const SessionOpened&) { hears_.opened(); },
                              [this](const LoginFailed& login) {
                                if (hears_.failed) hears_.failed(login.refused, login.last, login.why);
                                const bool tells = login.unproven && login.proof < proofs_.size() && hears_.unproven;
                                if (tells && proofs_[login.proof].awaited) {
                                  hears_.unproven(proofs_[login.proof], login.why);
                                }
                              },
                              [this](const LookTrouble& trouble) { hears_.trouble(trouble.why); },
                              [this](const UnitsSeen& seen) { hears_.units(seen.units); }},
             event);
}

// ---- the session

void TargetWatch::open(const OpenSession& at) {
  initiator::SessionOptions options;
  options.initiatorName = initiatorName_;
  options.targetName = target_;
  options.alias = alias_;
  options.portal = at.portal;
  if (!proofs_.empty()) options.setCredentials(proofs_[at.proof]);
  options.queueDepth = 2;
  options.times.login = std::chrono::seconds(5);
  options.times.command = std::chrono::seconds(10);
  options.times.replacement = {};
  initiator::SessionOwner& self = *this;
  session_ = std::make_unique<initiator::Session>(loop_, self, std::move(options));
  session_->open();
}

void TargetWatch::onReady() {
  if (first_ != nullptr) return;
  since_ = base::wallNow();
  first_ = std::make_unique<Lun>(*session_, 0);
  plan_.onOpened(loop_.now());
  act();
}

void TargetWatch::onNotice(const iscsi::InitiatorNotice& notice) {
  if (notice.kind == iscsi::InitiatorNotice::Kind::ScsiEvent) lookNow();
}

void TargetWatch::onEnded(const iscsi::InitiatorEnd& end) {
  SessionOver over;
  over.refused = end.kind == iscsi::InitiatorEnd::Kind::LoginRefused;
  over.unproven = over.refused && (end.status == iscsi::LoginStatus::AuthenticationFailure ||
                                   end.status == iscsi::LoginStatus::Success);
  over.unreachable = end.kind == iscsi::InitiatorEnd::Kind::NoConnection;
  over.made = session_->core().sessionsMade() > 0;
  over.why = end.what.empty() ? "the session has ended" : end.what;
  if (over.refused) over.why = "the login was refused" + shownBy(proof()) + ": " + over.why;
  over.why = portal() + ": " + over.why;
  // `end` is the session's, and goes with it.
  luns_.clear();
  first_.reset();
  session_.reset();
  plan_.onEnded(std::move(over), loop_.now());
  if (left_) {
    const auto left = std::exchange(left_, nullptr);
    return left();
  }
  act();
}

// ---- what it shows

void TargetWatch::look() {
  request_->ended = [this](Request& request) { listed(request); };
  initiator::setReportLuns(*request_, list_);
  if (!first_->submit(*request_)) failed("the session takes no commands");
}

void TargetWatch::failed(std::string why) {
  plan_.onLookFailed(std::move(why), loop_.now());
  act();
}

void TargetWatch::listed(Request& request) {
  if (!plan_.looking()) return;
  if (request.result.outcome == iscsi::CommandOutcome::SessionLost) return;  // onEnded() follows
  if (!request.result.good()) return failed("REPORT LUNS: " + initiator::describe(request.result));
  auto numbers = initiator::readLuns(base::ByteView(list_).first(request.result.received));
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (numbers.size() > kMaxUnits) numbers.resize(kMaxUnits);
  std::vector<std::unique_ptr<Lun>> luns;
  for (const std::uint32_t number : numbers) {
    const auto known = std::ranges::find_if(luns_, [&](const auto& one) { return one && one->number() == number; });
    luns.push_back(known == luns_.end() ? std::make_unique<Lun>(*session_, number) : std::move(*known));
  }
  luns_ = std::move(luns);
  ask(0);
}

// One unit after the other: whether it has changed, and what it is where that is not known.
void TargetWatch::ask(std::size_t at) {
  if (at == luns_.size()) return finished();
  Lun& lun = *luns_[at];
  if (!lun.seen) {
    lun.changed = false;
    return probe_.start(lun, [this, at](auto found) { asked(at, std::move(found)); });
  }
  request_->ended = [this, at](Request& request) { checked(at, request); };
  initiator::setTestUnitReady(*request_);
  request_->dataIn = {};
  if (!lun.submit(*request_)) failed("the session takes no commands");
}

void TargetWatch::checked(std::size_t at, const Request& request) {
  if (!plan_.looking() || request.result.outcome == iscsi::CommandOutcome::SessionLost) return;
  Lun& lun = *luns_[at];
  // Not ready is no change of what it is.
  if (lun.changed) {
    lun.seen.reset();
    return ask(at);
  }
  ask(at + 1);
}

void TargetWatch::asked(std::size_t at, base::Result<std::optional<block::RemoteLunFacts>> found) {
  if (!plan_.looking()) return;
  if (found && !found->has_value()) return;  // the session is over
  Lun& lun = *luns_[at];
  if (found) {
    const block::RemoteLunFacts& facts = **found;
    lun.seen = UnitSeen{lun.number(), designatorOf(facts), facts.geometry.blocks * facts.geometry.blockSize,
                        facts.geometry.readOnly};
  } else if (gaveNoAnswer(probe_.result)) {
    // As it was: silence takes no disk away.
    const auto last = std::ranges::find(plan_.units(), lun.number(), &UnitSeen::lun);
    if (last != plan_.units().end()) lun.seen = *last;
    lun.changed = true;  // and is asked again at the next look
  }
  // One that cannot say what it is, as no disk can, is no disk for now.
  ask(at + 1);
}

void TargetWatch::finished() {
  std::vector<UnitSeen> units;
  for (const auto& lun : luns_) {
    if (lun->seen) units.push_back(*lun->seen);
  }
  plan_.onUnits(std::move(units), loop_.now());
  act();
}

}  // namespace attach
