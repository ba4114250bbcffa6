// ManagedTargets: targets that obey a management server (DESIGN 5: managed targets obey desired state only).
//
// A layer beneath ZonedTargets: at each target that the agent's certificate names, the local access rules and the zone
// give way to what the desired state says of it: initiators, the proof that each owes, their LUNs. A target that the
// state does not know admits nobody. What an administrator changed by --break-glass
// holds over the state. Other targets stay as they are. A new state is applied at once. The loop's thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/app/break_glass.h"
#include "agent/app/targets_layer.h"
#include "agent/management/desired_state.h"

namespace agent {

// What is obeyed, and where.
struct Obeyed {
  std::vector<std::string> nodes;                         // that the certificate names, ascending
  std::shared_ptr<const management::DesiredState> state;  // nothing: none has come yet, and local rules go on
  BreakGlass glass = {};  // that holds in the place of the state, where there is one

  [[nodiscard]] bool names(std::string_view target) const;
  // Whether the state decides at this target.
  [[nodiscard]] bool decides(std::string_view target) const { return state && names(target); }
};

// As units stand in the desired state: "naa.600...".
std::string designatorOf(const target::UnitSetup& unit);

class ManagedTargets final : public TargetsLayer {
 public:
  explicit ManagedTargets(std::unique_ptr<Targets> inner) : TargetsLayer(std::move(inner)) {}

  // From now on; before the first setup it holds with that.
  base::Status obey(Obeyed obeyed);
  [[nodiscard]] const Obeyed& obeyed() const { return obeyed_; }
  // The state is too old to let anybody in anew by it. What was changed by --break-glass is not of the state.
  void close(bool closed);

 private:
  void fill(target::Setup& setup) const override;

  Obeyed obeyed_;
  bool closed_ = false;
};

}  // namespace agent
