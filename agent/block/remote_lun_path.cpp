#include "agent/block/remote_lun_path.h"

#include <utility>

namespace block {

RemoteLunPath::RemoteLunPath(net::Loop& loop, RemoteLunParameters parameters, RemoteLunPathOwner& owner)
    : owner_(owner) {
  shown_.since = base::wallNow();
  RemoteLunLinkOwner& self = *this;
  link_ = std::make_unique<RemoteLunLink>(loop, std::move(parameters), self);
}

PathView RemoteLunPath::view() const {
  PathView view;
  view.up = link_->up();
  if (view.up) view.access = link_->facts().access.value_or(scsi::AluaState::ActiveOptimized);
  if (latency_.known()) view.latency = latency_.average();
  view.lastUsed = lastUsed_;
  return view;
}

PathFacts RemoteLunPath::facts() const {
  PathFacts facts;
  facts.portal = portal();
  facts.state = shown_.state;
  facts.why = shown_.why;
  facts.since = shown_.since;
  facts.requests = requests_;
  facts.bytes = bytes_;
  facts.errors = errors_;
  facts.losses = losses_;
  if (shown_.state == LinkState::Up) facts.access = link_->facts().access;
  facts.latency = latency_.average();
  facts.largest = latency_.largest();
  facts.latencies = latencies_;
  return facts;
}

bool RemoteLunPath::submit(initiator::ScsiRequest& request, base::TimePoint now) {
  lastUsed_ = now;
  return link_->submit(request);
}

void RemoteLunPath::ended(const initiator::ScsiRequest& request, bool good, base::Duration took) {
  ++requests_;
  if (!good) {
    ++errors_;
    return;
  }
  bytes_ += request.dataIn.size() + request.dataOut.size();
  latency_.note(took);
  latencies_.add(took);
}

void RemoteLunPath::look() {
  LinkState state = link_->where();
  // What is tried meanwhile is no change of a path that is refused or lost, nor is it one of a path that is not used
  // for its state of access, and asked again and again.
  if (state == LinkState::Held && !link_->facts().usable()) state = LinkState::Up;
  std::string why = state == LinkState::Held ? "asking what the unit is" : link_->why();
  if (state == LinkState::Up && !link_->facts().usable())
    why = "its port is " + std::string(wordOf(*link_->facts().access));
  become({state, std::move(why), {}});
}

void RemoteLunPath::become(Shown next) {
  // Why a path is up says through which kind of port; why it is lost may be said in other words at each attempt.
  const auto same = [&](const Shown& before) {
    return next.state == before.state && (next.state != LinkState::Up || next.why == before.why);
  };
  if (next.state == LinkState::Held && shown_.state != LinkState::Held) beforeHeld_ = shown_;
  const bool asAsked = shown_.state == LinkState::Held && same(beforeHeld_);
  next.since = same(shown_) ? shown_.since : asAsked ? beforeHeld_.since : base::wallNow();
  shown_ = std::move(next);
}

void RemoteLunPath::onLinkUp() {
  wasUp_ = true;
  owner_.onPathUp(*this);
}

void RemoteLunPath::onLinkDown() {
  if (std::exchange(wasUp_, false)) ++losses_;
  owner_.onPathDown(*this);
}

}  // namespace block
