// What a running agent tells over the control socket, as JSON. Pure functions; names of members are stable.
#pragma once

#include "agent/app/break_glass.h"
#include "agent/app/overlay.h"
#include "agent/target/facts.h"
#include "shared/base/json.h"

namespace agent {

base::Json sessionView(const target::SessionFacts& session);
base::Json unitView(const target::UnitFacts& unit, const target::Setup& setup);
base::Json portalView(const target::PortalFacts& portal);
base::Json targetView(const target::TargetSetup& target, std::size_t sessions);
// The rules of a target, in the order in which they decide.
void appendAccessViews(base::Json::Array& out, const target::TargetSetup& target);
base::Json heldView(const Held& held);
base::Json heldView(const GlassRule& rule);

// Within what time a share of the commands ended, in microseconds: the upper end of the histogram's slot; 0 where none
// has.
std::uint64_t latencyWithin(const target::LatencyHistogram& latency, double share);

// "2026-11-26T08:00:00Z"; empty for 0.
std::string timeText(std::int64_t seconds);

}  // namespace agent
