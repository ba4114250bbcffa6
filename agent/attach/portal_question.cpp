#include "agent/attach/portal_question.h"

#include <utility>

namespace attach {

PortalQuestion::PortalQuestion(net::Loop& loop, std::string initiator, std::string portal,
                               std::optional<LoginProof> proof, std::function<void(Told)> done)
    : done_(std::move(done)), patience_(loop.timers(), [this] {
        session_->abandon();
        session_.reset();
        done_(base::fail("no answer in time"));
      }) {
  initiator::SessionOptions options;
  options.initiatorName = std::move(initiator);
  options.portal = std::move(portal);
  options.discovery = true;
  if (proof) {
    options.user = std::move(proof->user);
    options.password = std::move(proof->secret);
    options.targetUser = std::move(proof->targetUser);
    options.targetPassword = std::move(proof->targetSecret);
  }
  options.times.login = std::chrono::seconds(10);
  options.times.command = std::chrono::seconds(10);
  options.times.replacement = {};
  initiator::SessionOwner& self = *this;
  session_ = std::make_unique<initiator::Session>(loop, self, std::move(options));
  patience_.startAt(loop.now() + kPatience);
  session_->open();
}

PortalQuestion::~PortalQuestion() {
  done_ = [](const Told&) {};
  if (session_ != nullptr) session_->abandon();
}

void PortalQuestion::onEnded(const iscsi::InitiatorEnd& end) {
  Told told = told_ ? Told(std::move(*told_))
                    : Told(base::fail(end.what.empty() ? std::string("the session has ended") : end.what));
  patience_.cancel();
  session_.reset();
  done_(std::move(told));
}

}  // namespace attach
