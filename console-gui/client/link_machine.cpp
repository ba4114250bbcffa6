#include "console-gui/client/link_machine.h"

#include <algorithm>

namespace console {

using Steps = LinkMachine::Steps;

Steps LinkMachine::await(LinkState state, Step step, base::TimePoint now) {
  state_ = state;
  why_.clear();
  deadline_ = now + kPatience;
  return {step};
}

void LinkMachine::markOld(base::TimePoint since) {
  if (!oldSince_) oldSince_ = since;
}

Steps LinkMachine::start(base::TimePoint now) {
  Steps steps{Step::Drop};
  if (state_ == LinkState::Live) markOld(heardAt_);
  const Steps more = await(LinkState::Connecting, Step::Enter, now);
  steps.insert(steps.end(), more.begin(), more.end());
  return steps;
}

Steps LinkMachine::stop() {
  state_ = LinkState::Offline;
  why_.clear();
  deadline_.reset();
  return {Step::Drop};
}

Steps LinkMachine::onEntered(base::TimePoint now, bool same) {
  if (state_ != LinkState::Connecting) return {};
  if (!same) hasSnapshot_ = false;
  fetchedAt_.reset();
  // With a snapshot the stream alone brings what is new, if the server still knows the way from there.
  if (hasSnapshot_) return await(LinkState::Snapshot, Step::Follow, now);
  return await(LinkState::Snapshot, Step::Fetch, now);
}

Steps LinkMachine::onFetched(base::TimePoint now) {
  if (state_ != LinkState::Snapshot) return {};
  hasSnapshot_ = true;
  fetchedAt_ = now;
  return await(LinkState::Snapshot, Step::Follow, now);
}

Steps LinkMachine::onFollowing(base::TimePoint now) {
  if (state_ != LinkState::Snapshot) return {};
  state_ = LinkState::Live;
  oldSince_.reset();
  liveAt_ = now;
  onHeard(now);
  return {};
}

void LinkMachine::onHeard(base::TimePoint now) {
  heardAt_ = now;
  switch (state_) {
    case LinkState::Stale:
      state_ = LinkState::Live;
      oldSince_.reset();
      [[fallthrough]];
    case LinkState::Live:
      deadline_ = now + kSilence;
      if (now - liveAt_ >= kSteady) pause_ = std::chrono::seconds(1);
      break;
    case LinkState::Connecting:
    case LinkState::Snapshot:
      deadline_ = now + kPatience;
      break;
    default:
      break;
  }
}

Steps LinkMachine::onGap(base::TimePoint now) {
  if (state_ != LinkState::Live && state_ != LinkState::Stale && state_ != LinkState::Snapshot) return {};
  hasSnapshot_ = false;
  // A snapshot that what follows does not fit at once is no way out: without a pause this would go round and round.
  if (fetchedAt_ && now - *fetchedAt_ < kSteady)
    return onLost("What the server tells of changes does not fit to its snapshot.", now);
  markOld(heardAt_);
  Steps steps{Step::Drop};
  const Steps more = await(LinkState::Snapshot, Step::Fetch, now);
  steps.insert(steps.end(), more.begin(), more.end());
  return steps;
}

Steps LinkMachine::onLost(std::string why, base::TimePoint now) {
  if (state_ == LinkState::Offline || state_ == LinkState::Rejected) return {};
  markOld(state_ == LinkState::Live || state_ == LinkState::Stale ? heardAt_ : now);
  state_ = LinkState::Offline;
  why_ = std::move(why);
  const auto jitter = std::chrono::milliseconds(jitter_ == nullptr ? 0 : jitter_() % 1001);
  deadline_ = now + pause_ + jitter;
  pause_ = std::min(pause_ * 2, kLongestPause);
  return {Step::Drop};
}

Steps LinkMachine::onRefused(std::string why, base::TimePoint now) {
  if (state_ == LinkState::Rejected) return {};
  markOld(now);
  state_ = LinkState::Rejected;
  why_ = std::move(why);
  deadline_.reset();
  return {Step::Drop};
}

std::optional<base::TimePoint> LinkMachine::silentSince(base::TimePoint now) const {
  if (state_ != LinkState::Live || !deadline_ || now < *deadline_) return std::nullopt;
  return heardAt_;
}

Steps LinkMachine::onTimer(base::TimePoint now) {
  if (!deadline_ || now < *deadline_) return {};
  switch (state_) {
    case LinkState::Offline:
      return start(now);
    case LinkState::Connecting:
    case LinkState::Snapshot:
      return onLost("The server does not answer.", now);
    case LinkState::Live:
      // The connection stands and says nothing: it gets as long again before it is given up. After a sleep of the
      // machine that is over too.
      state_ = LinkState::Stale;
      markOld(heardAt_);
      deadline_ = *deadline_ + kSilence;
      return now < *deadline_ ? Steps() : onTimer(now);
    case LinkState::Stale:
      return onLost("The server has said nothing for " + std::to_string((2 * kSilence).count()) + " s.", now);
    default:
      deadline_.reset();
      return {};
  }
}

}  // namespace console
