#include "agent/block/remote_lun_path.h"

#include <utility>

namespace block {

RemoteLunPath::RemoteLunPath(net::Loop& loop, RemoteLunParameters parameters, RemoteLunPathOwner& owner)
    : owner_(owner), since_(base::wallNow()) {
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
  facts.state = state_;
  facts.why = why_;
  facts.since = since_;
  facts.requests = requests_;
  facts.bytes = bytes_;
  facts.errors = errors_;
  facts.losses = losses_;
  if (link_->up()) facts.access = link_->facts().access;
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

bool RemoteLunPath::look() {
  const LinkState state = link_->where();
  // What is tried meanwhile is no change of a path that is refused or lost.
  std::string why = state == LinkState::Held ? "asking what the unit is" : link_->why();
  if (state == LinkState::Up && !link_->facts().usable())
    why = "its port is " + std::string(wordOf(*link_->facts().access));
  if (state == state_ && why == why_) return false;
  if (state != state_) since_ = base::wallNow();
  state_ = state;
  why_ = std::move(why);
  return true;
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
