#include "agent/attach/target_probe.h"

#include <utility>

#include "agent/iscsi/login.h"

namespace attach {

TargetProbe::TargetProbe(net::Loop& loop, Order order, std::function<void(ProbeMet)> done)
    : done_(std::move(done)),
      patience_(loop.timers(),
                [this] {
                  // A logout that does not end changes nothing of what was met.
                  if (met_) return done_(std::move(*met_));
                  end(opened_ ? LoginMet::Failed : LoginMet::Unreachable, why_.empty() ? "no answer in time" : why_);
                }),
      watch_(loop, std::move(order.initiator), std::move(order.target),
             {[this](std::vector<UnitSeen> units) { end(LoginMet::In, {}, std::move(units)); },
              [this](const std::string& why) {
                if (opened_) end(LoginMet::Failed, why);
              },
              [this] { opened_ = true; },
              [this](bool refused, bool last, const std::string& why) {
                if (refused || !refused_) why_ = why;
                refused_ = refused_ || refused;
                if (last) end(refused_ ? LoginMet::Refused : LoginMet::Unreachable, why_);
              }}) {
  watch_.setAlias(std::string(iscsi::kProbeAlias));
  watch_.setProofs(std::move(order.proofs));
  watch_.setPortals(std::move(order.portals));
  patience_.startAt(loop.now() + kPatience);
}

void TargetProbe::end(LoginMet outcome, std::string why, std::vector<UnitSeen> units) {
  if (met_) return;
  met_ = ProbeMet{outcome, std::move(why), std::move(units)};
  constexpr std::chrono::seconds kLogout{20};
  patience_.startAt(base::MonotonicClock::now() + kLogout);
  watch_.leave([this] { patience_.startAt(base::TimePoint{}); });  // and then from the loop
}

}  // namespace attach
