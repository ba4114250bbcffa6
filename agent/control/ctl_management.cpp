// The commands of `sanctl agent` about its management server.
#include "agent/control/ctl_call.h"
#include "agent/control/ctl_handlers.h"

namespace control {

ctl::Outcome join(const ctl::Invocation& invocation, ctl::Context& context) {
  // Each server may be tried more than once.
  constexpr std::chrono::seconds kPatience{90};
  return Call(invocation, context, Command::Join, "cannot enrol the agent")
      .secret("token", "--token-file")
      .texts("servers", "--server")
      .patience(kPatience)
      .tell("enrolled");
}

ctl::Outcome leave(const ctl::Invocation& invocation, ctl::Context& context) {
  return Call(invocation, context, Command::Leave, "cannot leave the management server")
      .destroys("its certificate is lost, and local access rules decide from then on")
      .tell("left");
}

}  // namespace control
