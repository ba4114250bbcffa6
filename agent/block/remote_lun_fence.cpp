#include "agent/block/remote_lun_fence.h"

#include <utility>

namespace block {

RemoteLunFence::RemoteLunFence(net::Loop& loop, base::Duration patience, std::function<Way()> way,
                               std::function<void(Outcome)> done)
    : loop_(loop),
      way_(std::move(way)),
      done_(std::move(done)),
      began_(loop.now()),
      giveUp_(began_ + patience),
      timer_(loop.timers(), [this] { attempt(); }) {
  timer_.startAt(loop_.now());
}

RemoteLunFence::~RemoteLunFence() {
  if (session_ != nullptr) session_->abandon();
}

void RemoteLunFence::end(Outcome outcome) {
  const auto done = std::move(done_);  // this may go with the call
  done(outcome);
}

void RemoteLunFence::attempt() {
  if (reinstated_) return end(Outcome::Over);
  Way way = way_();
  const bool held = loop_.now() >= began_ + kHold;
  if (held && (redirected_ || unavailable_)) return end(Outcome::Over);
  if (loop_.now() >= giveUp_) return end(Outcome::Unknown);
  if (way.login) {
    group_ = way.group;
    initiator::SessionOwner& self = *this;
    session_ = std::make_unique<initiator::Session>(loop_, self, std::move(*way.login));
    return session_->open();
  }
  if (held && way.elsewhere) return end(Outcome::Over);
  timer_.startAt(loop_.now() + kPause);
}

// The old session is gone; this one has done its work. Nobody waits for its logout. A redirection may have led it to
// another group, which ends nothing.
void RemoteLunFence::onReady() {
  const bool ours = session_->core().agreed().portalGroupTag == group_;
  (ours ? reinstated_ : redirected_) = true;
  session_->close();
  if (ours) timer_.startAt(loop_.now());
}

void RemoteLunFence::onEnded(const iscsi::InitiatorEnd& end) {
  unavailable_ =
      end.kind == iscsi::InitiatorEnd::Kind::LoginRefused && end.status == iscsi::LoginStatus::ServiceUnavailable;
  session_.reset();
  if (!timer_.started()) timer_.startAt(loop_.now() + (reinstated_ ? base::Duration{} : base::Duration(kPause)));
}

}  // namespace block
