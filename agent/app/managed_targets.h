// ManagedTargets: targets that obey a management server (DESIGN 5: managed targets obey desired state only).
//
// Stands between whoever applies a setup and the target server, beneath ZonedTargets: at each target that the agent's
// certificate names, the local access rules and the zone give way to what the desired state says of it: initiators, the
// proof that each owes, their LUNs. A target that the state does not know admits nobody. Other targets stay as they
// are. A new state is applied at once, so that living sessions are judged by it. setup() is what was given, without
// this; inForce() what holds. The loop's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/app/targets.h"
#include "agent/management/desired_state.h"

namespace agent {

// What is obeyed, and where.
struct Obeyed {
  std::vector<std::string> nodes;                         // that the certificate names, ascending
  std::shared_ptr<const management::DesiredState> state;  // nothing: none has come yet, and local rules go on

  [[nodiscard]] bool names(std::string_view target) const;
  // Whether the state decides at this target.
  [[nodiscard]] bool decides(std::string_view target) const { return state && names(target); }
};

// As units stand in the desired state: "naa.600...".
std::string designatorOf(const target::UnitSetup& unit);

class ManagedTargets final : public Targets {
 public:
  explicit ManagedTargets(std::unique_ptr<Targets> inner) : inner_(std::move(inner)) {}

  // Called when a setup has been applied.
  void setApplied(std::function<void()> applied) { applied_ = std::move(applied); }
  // From now on; before the first setup it holds with that.
  base::Status obey(Obeyed obeyed);
  [[nodiscard]] const Obeyed& obeyed() const { return obeyed_; }

  void onTurnEnd() override { inner_->onTurnEnd(); }
  base::Status apply(target::Setup setup) override;
  [[nodiscard]] const target::Setup& setup() const override { return given_; }
  [[nodiscard]] const target::Setup& inForce() const override { return inner_->inForce(); }
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) override {
    return inner_->resize(unit, blocks, shrink);
  }
  base::Status listen(const net::Address& address, std::uint16_t group) override {
    return inner_->listen(address, group);
  }
  [[nodiscard]] std::vector<target::PortalFacts> portals() const override { return inner_->portals(); }
  [[nodiscard]] std::vector<target::SessionFacts> sessions() const override { return inner_->sessions(); }
  [[nodiscard]] std::vector<target::UnitFacts> units() const override { return inner_->units(); }
  [[nodiscard]] target::ServerCounters counters() const override { return inner_->counters(); }
  bool dropSession(std::uint64_t id) override { return inner_->dropSession(id); }
  void drain(base::Duration grace, std::function<void()> done) override { inner_->drain(grace, std::move(done)); }
  [[nodiscard]] base::Bytes trace(std::uint64_t session) const override { return inner_->trace(session); }

 private:
  void fill(target::Setup& setup) const;

  std::unique_ptr<Targets> inner_;
  std::function<void()> applied_ = [] {};
  Obeyed obeyed_;
  target::Setup given_;
  bool begun_ = false;  // a setup holds
};

}  // namespace agent
