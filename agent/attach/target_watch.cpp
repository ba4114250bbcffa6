#include "agent/attach/target_watch.h"

#include <algorithm>

#include "agent/initiator/disk_commands.h"

namespace attach {
namespace {

constexpr std::size_t kListSize = 8 + 8 * TargetWatch::kMaxUnits;

// How the login was to be proven, for people.
std::string shownBy(const LoginProof* proof) {
  if (proof == nullptr) return " (without CHAP)";
  return (proof->targetUser.empty() ? " (by CHAP as " : " (by mutual CHAP as ") + proof->user + ")";
}

}  // namespace

LoginProof LoginProof::copy() const { return {LoginCredentials::copy(), credential, version, mutualVersion}; }

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
      timer_(loop.timers(), [this] { again(); }) {}

TargetWatch::~TargetWatch() {
  state_ = State::Closing;
  hears_ = {[](const auto&) {}, [](const auto&) {}, [] {}, {}};
  if (session_ != nullptr) session_->abandon();
}

void TargetWatch::setPortals(std::vector<std::string> portals) {
  if (portals_ == portals) return;
  portals_ = std::move(portals);
  next_ = 0;
  if (session_ == nullptr) {
    pause_ = kFirstPause;
    timer_.startAt(loop_.now());
  } else if (std::ranges::find(portals_, portal()) == portals_.end() && state_ != State::LoggingIn) {
    fail("its portal is no longer one of the target's");
  }
}

void TargetWatch::setProofs(std::vector<LoginProof> proofs) {
  if (proofs == proofs_) return;
  proofs_ = std::move(proofs);
  proof_ = 0;
  pause_ = kFirstPause;
  if (session_ == nullptr) {
    timer_.startAt(loop_.now());
  } else if (state_ != State::Closing) {
    state_ = State::Closing;
    session_->close();
  }
}

void TargetWatch::lookNow() {
  if (state_ == State::Looking) {
    lookAgain_ = true;
  } else if (state_ == State::Ready || state_ == State::Resting) {
    timer_.startAt(loop_.now());
  }
}

void TargetWatch::leave(std::function<void()> left) {
  portals_.clear();
  if (session_ == nullptr) return left();
  left_ = std::move(left);
  if (std::exchange(state_, State::Closing) != State::Closing) session_->close();
}

std::string TargetWatch::portal() const {
  return session_ == nullptr ? std::string() : std::string(session_->core().portal());
}

const iscsi::AgreedLogin* TargetWatch::agreed() const {
  const bool there = state_ == State::Looking || state_ == State::Ready;
  return there ? &session_->core().agreed() : nullptr;
}

// ---- the session

void TargetWatch::again() {
  if (state_ == State::Resting) return attempt();
  if (state_ == State::Ready) look();
}

void TargetWatch::attempt() {
  if (portals_.empty()) return;
  initiator::SessionOptions options;
  options.initiatorName = initiatorName_;
  options.targetName = target_;
  options.alias = alias_;
  options.portal = portals_[next_ % portals_.size()];
  if (const LoginProof* now = proof(); now != nullptr) options.setCredentials(*now);
  options.queueDepth = 2;
  options.times.login = std::chrono::seconds(5);
  options.times.command = std::chrono::seconds(10);
  options.times.replacement = {};
  state_ = State::LoggingIn;
  initiator::SessionOwner& self = *this;
  session_ = std::make_unique<initiator::Session>(loop_, self, std::move(options));
  session_->open();
}

void TargetWatch::rest() {
  state_ = State::Resting;
  timer_.startAt(loop_.now() + pause_);
  pause_ = std::min<base::Duration>(pause_ * 2, kLongestPause);
}

void TargetWatch::onReady() {
  if (state_ != State::LoggingIn) return;
  since_ = base::wallNow();
  first_ = std::make_unique<Lun>(*session_, 0);
  state_ = State::Ready;
  hears_.opened();
  look();
}

void TargetWatch::onNotice(const iscsi::InitiatorNotice& notice) {
  if (notice.kind == iscsi::InitiatorNotice::Kind::ScsiEvent) lookNow();
}

void TargetWatch::onEnded(const iscsi::InitiatorEnd& end) {
  const bool wanted = state_ == State::Closing;
  const bool was = session_->core().sessionsMade() > 0;
  std::string why = end.what.empty() ? "the session has ended" : end.what;
  // `end` is the session's, and goes with it.
  const bool refused = end.kind == iscsi::InitiatorEnd::Kind::LoginRefused;
  const bool away = end.kind == iscsi::InitiatorEnd::Kind::NoConnection;
  if (refused) why = "the login was refused" + shownBy(proof()) + ": " + why;
  const std::string where = portal();
  luns_.clear();
  first_.reset();
  session_.reset();
  if (left_) {
    state_ = State::Resting;
    const auto left = std::exchange(left_, nullptr);
    return left();
  }
  if (wanted) return rest();
  // A round over all proofs and portals is made without a pause.
  const bool anotherProof = refused && !proofs_.empty() && ++proof_ % proofs_.size() != 0;
  if (!anotherProof && (!was || away)) ++next_;
  const bool round = !anotherProof && (portals_.empty() || next_ % portals_.size() == 0);
  if (round || was) {
    rest();
  } else {
    state_ = State::Resting;
    timer_.startAt(loop_.now());
  }
  why = where + ": " + why;
  if (!was && hears_.failed) hears_.failed(refused, round, why);
  if (why_ != std::exchange(why_, why)) hears_.trouble(why_);
}

void TargetWatch::fail(std::string why) {
  if (state_ == State::Closing || session_ == nullptr) return;
  state_ = State::Closing;
  if (why_ != std::exchange(why_, why)) hears_.trouble(why_);
  session_->close();
}

// ---- what it shows

void TargetWatch::look() {
  state_ = State::Looking;
  lookAgain_ = false;
  began_ = loop_.now();
  request_->ended = [this](Request& request) { listed(request); };
  initiator::setReportLuns(*request_, list_);
  if (!first_->submit(*request_)) fail("the session takes no commands");
}

void TargetWatch::listed(Request& request) {
  if (state_ != State::Looking) return;
  if (request.result.outcome == iscsi::CommandOutcome::SessionLost) return;  // onEnded() follows
  if (!request.result.good()) return fail("REPORT LUNS: " + initiator::describe(request.result));
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
  if (!lun.submit(*request_)) fail("the session takes no commands");
}

void TargetWatch::checked(std::size_t at, const Request& request) {
  if (state_ != State::Looking || request.result.outcome == iscsi::CommandOutcome::SessionLost) return;
  Lun& lun = *luns_[at];
  // Not ready is no change of what it is.
  if (lun.changed) {
    lun.seen.reset();
    return ask(at);
  }
  ask(at + 1);
}

void TargetWatch::asked(std::size_t at, base::Result<std::optional<block::RemoteLunFacts>> found) {
  if (state_ != State::Looking) return;
  if (found && !found->has_value()) return;  // the session is over
  Lun& lun = *luns_[at];
  if (found) {
    const block::RemoteLunFacts& facts = **found;
    lun.seen = UnitSeen{lun.number(), designatorOf(facts), facts.geometry.blocks * facts.geometry.blockSize,
                        facts.geometry.readOnly};
  }
  // One that cannot say what it is, as no disk can, is no disk for now.
  ask(at + 1);
}

void TargetWatch::finished() {
  std::vector<UnitSeen> units;
  for (const auto& lun : luns_) {
    if (lun->seen) units.push_back(*lun->seen);
  }
  why_.clear();
  pause_ = kFirstPause;
  state_ = State::Ready;
  // Where there is much to ask, it is asked less often.
  const base::Duration took = base::MonotonicClock::now() - began_;
  timer_.startAt(loop_.now() + (lookAgain_ ? base::Duration{} : std::max<base::Duration>(kLook, took * 10)));
  if (once_ && units == told_) return;
  once_ = true;
  told_ = units;
  hears_.units(std::move(units));
}

}  // namespace attach
