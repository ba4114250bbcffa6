// ProbeList: which logins the agent of a host is to try, for evidence of what its initiators reach: the targets that
// they are zoned to, and of the others a sample that goes round, so that in time each of them is tried.
//
// Pure but for what it remembers of an index: the targets there, and what was named to an initiator, since one report
// may tell of many of its logins. A turn is any number that ascends (the server's: hours); another turn has the next
// piece of the sample. named() says which pairs are named, as their refused logins are expected. Bounds: kReached and
// kOthers of an initiator, kMost of an agent, kPortals of a target; kLook targets are looked at for a sample;
// kRemembered initiators. One owner, no locks.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shared/mgmt/identity.h"
#include "shared/mgmt/report_limits.h"
#include "shared/san/desired_bounds.h"
#include "shared/san/san_index.h"

namespace manage {

struct WantedProbe {
  std::string initiator;
  std::string target;
  std::vector<std::string> portals;  // "10.0.0.1:3260", ascending by the model's numbers
  bool expected = false;             // to be let in
};

class ProbeList {
 public:
  static constexpr std::size_t kReached = 64;
  static constexpr std::size_t kOthers = 8;
  static constexpr std::size_t kMost = std::min(mgmt::ReportLimits::kProbes, san::DesiredBounds::kProbes);
  static constexpr std::size_t kPortals = san::DesiredBounds::kProbePortals;
  static constexpr std::size_t kLook = 1024;
  static constexpr std::size_t kRemembered = mgmt::ReportLimits::kRefusedLogins;

  using Index = std::shared_ptr<const san::SanIndex>;
  [[nodiscard]] std::vector<WantedProbe> of(const Index& index, const mgmt::Identity& agent, std::uint64_t turn);
  // Whether somebody is told in this turn, or was in the one before, to try that.
  [[nodiscard]] bool named(const Index& index, const std::string& initiator, const std::string& target,
                           std::uint64_t turn);

 private:
  void use(const Index& index);
  const std::vector<san::Id>& namedTo(const Index& index, san::Id initiator, std::uint64_t turn);

  Index index_;
  std::vector<san::Id> targets_;  // of it that are registered and have portals; ascending
  std::map<san::Id, std::vector<san::Id>> named_;  // targets of initiators, of it, in namedIn_ and the turn before
  std::uint64_t namedIn_ = 0;
};

}  // namespace manage
