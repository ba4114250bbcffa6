#include "agent/block/remote_lun_fence.h"

#include <utility>

namespace block {

RemoteLunFence::RemoteLunFence(net::Loop& loop, std::function<Way()> way, std::function<void()> done)
    : loop_(loop), way_(std::move(way)), done_(std::move(done)), began_(loop.now()), timer_(loop.timers(), [this] {
        attempt();
      }) {
  timer_.startAt(loop_.now());
}

RemoteLunFence::~RemoteLunFence() {
  if (session_ != nullptr) session_->abandon();
}

void RemoteLunFence::end() {
  const auto done = std::move(done_);  // this may go with the call
  done();
}

void RemoteLunFence::attempt() {
  if (reinstated_) return end();
  Way way = way_();
  if (way.login) {
    initiator::SessionOwner& self = *this;
    session_ = std::make_unique<initiator::Session>(loop_, self, std::move(*way.login));
    return session_->open();
  }
  if (way.elsewhere && loop_.now() >= began_ + kHold) return end();
  timer_.startAt(loop_.now() + kPause);
}

// The old session is gone; this one has done its work. Nobody waits for its logout.
void RemoteLunFence::onReady() {
  reinstated_ = true;
  session_->close();
  timer_.startAt(loop_.now());
}

void RemoteLunFence::onEnded(const iscsi::InitiatorEnd&) {
  session_.reset();
  if (!timer_.started()) timer_.startAt(loop_.now() + (reinstated_ ? base::Duration{} : base::Duration(kPause)));
}

}  // namespace block
