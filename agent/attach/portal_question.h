// PortalQuestion: which targets a portal tells of: a discovery session with SendTargets=All that logs out again (RFC
// 7143 4.3, appendix C).
//
// One thread, the loop's. `done` is called once, from the loop, with the targets or a sentence; the question may not be
// destroyed inside of it, and destroying it before ends it. Bounds: kPatience; those of iscsi::InitiatorSession.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/attach/target_watch.h"
#include "agent/initiator/session.h"

namespace attach {

class PortalQuestion final : private initiator::SessionOwner {
 public:
  static constexpr std::chrono::seconds kPatience{30};

  using Told = base::Result<std::vector<iscsi::DiscoveredTarget>>;
  // `proof`: for targets that demand one of discovery sessions.
  PortalQuestion(net::Loop& loop, std::string initiator, std::string portal, std::optional<LoginProof> proof,
                 std::function<void(Told)> done);
  ~PortalQuestion();
  PortalQuestion(const PortalQuestion&) = delete;
  PortalQuestion& operator=(const PortalQuestion&) = delete;

 private:
  void onDiscovered(std::vector<iscsi::DiscoveredTarget> targets) override { told_ = std::move(targets); }
  void onEnded(const iscsi::InitiatorEnd& end) override;

  std::function<void(Told)> done_;
  std::optional<std::vector<iscsi::DiscoveredTarget>> told_;
  net::Timer patience_;
  std::unique_ptr<initiator::Session> session_;
};

}  // namespace attach
