// Break-glass: what an administrator at the agent's machine changed though a management server decides, because a host
// must have its disk now.
//
// A rule takes the place of what the server says of one initiator at one target. It holds until the server says
// something else of that initiator there than it said when the glass was broken (its maps and its proof; not its
// credentials, which rotate by themselves), or until it is ended by command. What was done is told to the server once
// (`untold`). Pure values and functions. Bounds: kMaxRules and kMaxUntold, beyond which a command is refused. Errors
// are sentences.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/app/config.h"
#include "agent/control/message.h"
#include "agent/management/desired_state.h"
#include "agent/management/report.h"
#include "agent/target/setup.h"
#include "shared/mgmt/report_limits.h"

namespace agent {

struct GlassRule {
  std::string target;
  std::string initiator;                         // one; never "*"
  bool admitted = true;                          // else he is kept out
  std::optional<Authentication> authentication;  // nothing: as the server says, else CHAP
  std::vector<target::LunMapping> luns;          // by LUN
  std::string base;                              // saidOf() when the glass was broken first
  management::BrokenGlass last;                  // what was done last

  friend bool operator==(const GlassRule&, const GlassRule&) = default;
};

struct BreakGlass {
  static constexpr std::size_t kMaxRules = 256;
  static constexpr std::size_t kMaxUntold = mgmt::ReportLimits::kBreakGlass;
  static constexpr std::size_t kMaxReason = 255;  // bytes

  std::vector<GlassRule> rules;
  std::vector<management::BrokenGlass> untold;

  [[nodiscard]] const GlassRule* find(std::string_view target, std::string_view initiator) const;
  void put(GlassRule rule);
  friend bool operator==(const BreakGlass&, const BreakGlass&) = default;
};

// A digest of what the state says of an initiator at a target: whether he gets in, by which proof, and his maps.
std::string saidOf(const management::DesiredState& state, std::string_view target, std::string_view initiator);

// Takes out what does not hold any more under this state, and gives it.
std::vector<GlassRule> endOutdated(BreakGlass& glass, const management::DesiredState& state);

// Takes out what is of targets that are none of these (ascending), told or not, and gives the rules.
std::vector<GlassRule> endForeign(BreakGlass& glass, const std::vector<std::string>& nodes);

struct GlassOrder {
  const control::Request& request;  // map, unmap, access.allow, access.deny with a reason
  const management::DesiredState& state;
  const target::Setup& inForce;
  std::uint32_t uid = 0;
  std::int64_t at = 0;  // since 1970
};
// The rule that a command makes, in the place of the one before.
base::Result<GlassRule, control::Refusal> breakGlass(const BreakGlass& before, const GlassOrder& order);

// Brings rules into a managed target, whose rules are those of the state.
void applyGlass(const BreakGlass& glass, target::TargetSetup& target, const std::vector<target::UnitSetup>& units);

// For people and programs.
base::Json glassView(const GlassRule& rule);

// As it is kept; more than kMaxGlassFile bytes are not read.
inline constexpr std::size_t kMaxGlassFile = std::size_t{64} << 20;
std::string glassText(const BreakGlass& glass);
base::Result<BreakGlass> readGlass(std::string_view text);

}  // namespace agent
