#include "agent/attach/look_plan.h"

#include <algorithm>

namespace attach {

// ---- what the owner wants

void LookPlan::setPortals(std::vector<std::string> portals, base::TimePoint now) {
  if (portals_ == portals) return;
  portals_ = std::move(portals);
  next_ = 0;
  if (!session()) {
    pause_ = kFirstPause;
    until_ = now;
  } else if (state_ != State::LoggingIn) {
    leaveStrangePortal();
  }
}

void LookPlan::setProofs(std::size_t count, bool firstAwaited, base::TimePoint now) {
  proofs_ = count;
  awaited_ = firstAwaited;
  proof_ = 0;
  pause_ = kFirstPause;
  if (!session()) {
    until_ = now;
  } else {
    close();
  }
}

void LookPlan::lookNow(base::TimePoint now) {
  if (state_ == State::Looking) {
    lookAgain_ = true;
  } else if (state_ == State::Ready || state_ == State::Resting) {
    until_ = now;
  }
}

void LookPlan::leave() {
  portals_.clear();
  until_ = base::kNever;
  if (session()) close();
}

// ---- the session

void LookPlan::leaveStrangePortal() {
  if (std::ranges::find(portals_, portal_) == portals_.end()) fail("its portal is no longer one of the target's");
}

void LookPlan::onTimer(base::TimePoint now) {
  if (now < until_) return;
  until_ = base::kNever;
  if (state_ == State::Resting) return logIn();
  if (state_ != State::Ready) return;
  if (!provesAgain(now)) return look(now);
  proof_ = 0;
  close();
}

void LookPlan::logIn() {
  if (portals_.empty()) return;
  portal_ = portals_[next_ % portals_.size()];
  state_ = State::LoggingIn;
  orders_.emplace_back(OpenSession{portal_, proof()});
}

void LookPlan::onOpened(base::TimePoint now) {
  if (state_ != State::LoggingIn) return;
  proveAt_ = now + kProveAgain;
  events_.emplace_back(SessionOpened{});
  look(now);
  leaveStrangePortal();  // it may have become one during the login
}

void LookPlan::onEnded(SessionOver over, base::TimePoint now) {
  if (!session()) return;
  const bool wanted = state_ == State::Closing;
  if (wanted) return rest(now);
  const std::size_t used = proof();
  // A round over all proofs and portals is made without a pause.
  const bool anotherProof = over.refused && proofs_ != 0 && ++proof_ % proofs_ != 0;
  if (!anotherProof && (!over.made || over.unreachable)) ++next_;
  const bool round = !anotherProof && (portals_.empty() || next_ % portals_.size() == 0);
  if (round || over.made) {
    rest(now);
  } else {
    state_ = State::Resting;
    until_ = now;
  }
  if (!over.made) events_.emplace_back(LoginFailed{over.refused, round, over.unproven, used, over.why});
  if (anotherProof && awaited_) return;  // the target may have the other one yet: no news
  trouble(std::move(over.why));
}

void LookPlan::rest(base::TimePoint now) {
  state_ = State::Resting;
  until_ = now + pause_;
  pause_ = std::min<base::Duration>(pause_ * 2, kLongestPause);
}

void LookPlan::close() {
  if (state_ == State::Closing) return;
  state_ = State::Closing;
  until_ = base::kNever;
  orders_.emplace_back(CloseSession{});
}

void LookPlan::fail(std::string why) {
  if (!session() || state_ == State::Closing) return;
  trouble(std::move(why));
  close();
}

void LookPlan::trouble(std::string why) {
  if (why_ == why) return;
  why_ = std::move(why);
  events_.emplace_back(LookTrouble{why_});
}

// ---- what it shows

void LookPlan::look(base::TimePoint now) {
  state_ = State::Looking;
  until_ = base::kNever;
  lookAgain_ = false;
  began_ = now;
  orders_.emplace_back(LookAtUnits{});
}

void LookPlan::onLookFailed(std::string why, base::TimePoint) {
  if (state_ == State::Looking) fail(std::move(why));
}

void LookPlan::onUnits(std::vector<UnitSeen> units, base::TimePoint now) {
  if (state_ != State::Looking) return;
  why_.clear();
  pause_ = kFirstPause;
  state_ = State::Ready;
  until_ = now + (lookAgain_ ? base::Duration{} : std::max<base::Duration>(kLook, (now - began_) * kPauseForLook));
  if (once_ && units == told_) return;
  once_ = true;
  told_ = std::move(units);
  events_.emplace_back(UnitsSeen{told_});
}

}  // namespace attach
