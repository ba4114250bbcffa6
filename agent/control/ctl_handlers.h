// The handlers of `sanctl agent`: each turns what was typed into one request, and its answer into what is printed.
//
// One thread.
#pragma once

#include "shared/ctl/command.h"

namespace control {

ctl::Outcome showStatus(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome showConfig(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome forgetChange(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome reload(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome join(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome leave(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listUnits(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome createUnit(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome deleteUnit(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome resizeUnit(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listTargets(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome createTarget(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome deleteTarget(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listAccess(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listLuns(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome allow(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome endBreakGlass(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome deny(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome map(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome unmap(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listPortals(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listSessions(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listDisks(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listPaths(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listProbes(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome listDiscoveries(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome dropSession(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome drain(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome traceSession(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome showMetrics(const ctl::Invocation& invocation, ctl::Context& context);

}  // namespace control
