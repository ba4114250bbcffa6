#include "agent/registrar/esi_watch.h"

#include <algorithm>
#include <utility>

namespace registrar {
namespace {

// Beyond its interval, on the way and in the queue of the server.
constexpr std::chrono::seconds kGrace{5};

}  // namespace

void EsiWatch::onRegistered(const std::vector<PortalPresence>& portals, std::chrono::seconds interval,
                            base::TimePoint now) {
  portals_.clear();
  interval_ = interval;
  since_ = now;
  if (interval.count() == 0) {
    if (state_ != State::Without) begin();  // it makes none: nothing is amiss
    return;
  }
  for (const PortalPresence& portal : portals) portals_.push_back({portal.address});
  until_ = now + (state_ == State::Trying ? interval + interval / 2 : 2 * interval + kGrace);
}

bool EsiWatch::onInquiry(const std::optional<isns::PortalAddress>& portal) {
  for (Portal& one : portals_) {
    if (!portal || isnsPortal(one.address) == *portal) one.askedAfter = true;
  }
  if (portals_.empty() || !std::ranges::all_of(portals_, &Portal::askedAfter)) return false;
  losses_ = 0;
  pause_ = kFirstPause;
  until_ = base::kNever;
  unheard_.reset();
  return std::exchange(state_, State::Asking) == State::Trying;
}

bool EsiWatch::onLost(const std::vector<isns::PortalAddress>& lost, base::TimePoint now) {
  if (now < since_ + interval_ + kGrace) return false;
  const bool laidToIt = std::ranges::any_of(portals_, [&](const Portal& one) {
    return !one.askedAfter && std::ranges::find(lost, isnsPortal(one.address)) != lost.end();
  });
  if (!laidToIt) return false;
  if (state_ == State::Trying || ++losses_ >= kLosses) doWithout(now);
  return true;
}

EsiWatch::Due EsiWatch::onTimer(base::TimePoint now) {
  if (now < until_) return Due::Nothing;
  until_ = base::kNever;  // but for a pause: until it is registered
  if (state_ == State::Asking) return Due::Look;
  if (state_ == State::Trying) {
    doWithout(now);
  } else {
    state_ = State::Trying;
  }
  return Due::Register;
}

void EsiWatch::doWithout(base::TimePoint now) {
  state_ = State::Without;
  losses_ = 0;
  until_ = now + pause_;
  pause_ = std::min<base::Duration>(pause_ * 2, kMostPause);
  unheard_ = Unheard{{}, until_};
  for (const Portal& one : portals_) {
    if (!one.askedAfter) unheard_->portals.push_back(one.address);
  }
  portals_.clear();
}

}  // namespace registrar
