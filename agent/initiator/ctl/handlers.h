// The handlers of `sanctl iscsi`: each does one command, from what was typed to what is printed. One thread. Nothing is
// written to a logical unit before all that was typed has been checked.
#pragma once

#include "shared/ctl/command.h"

namespace initiator_ctl {

ctl::Outcome discover(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome inquiry(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome luns(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome readUnit(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome writeUnit(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome copyUnit(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome compareUnit(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome bench(const ctl::Invocation& invocation, ctl::Context& context);
ctl::Outcome watch(const ctl::Invocation& invocation, ctl::Context& context);

}  // namespace initiator_ctl
