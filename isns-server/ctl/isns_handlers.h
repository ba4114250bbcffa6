// The handlers of `sanctl isns`: each does one command, from what was typed to what is printed.
//
// One thread. A handler changes nothing on the server before all that was typed has been checked.
#pragma once

#include "shared/ctl/command.h"

namespace ctl {

Outcome isnsRegister(const Invocation& invocation, Context& context);
Outcome isnsDeregister(const Invocation& invocation, Context& context);
Outcome isnsQuery(const Invocation& invocation, Context& context);
Outcome isnsList(const Invocation& invocation, Context& context);
Outcome isnsShowNode(const Invocation& invocation, Context& context);
Outcome isnsPing(const Invocation& invocation, Context& context);
Outcome isnsWatch(const Invocation& invocation, Context& context);

Outcome domainCreate(const Invocation& invocation, Context& context);
Outcome domainAdd(const Invocation& invocation, Context& context);
Outcome domainRemove(const Invocation& invocation, Context& context);
Outcome domainRename(const Invocation& invocation, Context& context);
Outcome domainFeatures(const Invocation& invocation, Context& context);
Outcome domainDelete(const Invocation& invocation, Context& context);
Outcome domainList(const Invocation& invocation, Context& context);
Outcome domainShow(const Invocation& invocation, Context& context);

Outcome setCreate(const Invocation& invocation, Context& context);
Outcome setAdd(const Invocation& invocation, Context& context);
Outcome setRemove(const Invocation& invocation, Context& context);
Outcome setEnable(const Invocation& invocation, Context& context);
Outcome setDisable(const Invocation& invocation, Context& context);
Outcome setRename(const Invocation& invocation, Context& context);
Outcome setDelete(const Invocation& invocation, Context& context);
Outcome setList(const Invocation& invocation, Context& context);
Outcome setShow(const Invocation& invocation, Context& context);

Outcome scnRegister(const Invocation& invocation, Context& context);
Outcome scnDeregister(const Invocation& invocation, Context& context);
Outcome scnEvent(const Invocation& invocation, Context& context);

Outcome domainIdRequest(const Invocation& invocation, Context& context);
Outcome domainIdRelease(const Invocation& invocation, Context& context);
Outcome domainIdList(const Invocation& invocation, Context& context);

}  // namespace ctl
