#include <exception>
#include <iostream>

#include "agent/control/ctl_commands.h"
#include "agent/initiator/ctl/iscsi_commands.h"
#include "isns-server/ctl/command_line.h"
#include "isns-server/ctl/isns_commands.h"
#include "isns-server/ctl/machine.h"
#include "isns-server/ctl/system_context.h"

int main(int argc, char** argv) {
  try {
    const ctl::CommandTable tables[] = {
        ctl::programCommands(),    ctl::apiCommands(),  ctl::changeCommands(),           ctl::adminCommands(),
        ctl::credentialCommands(), ctl::isnsCommands(), initiator_ctl::iscsiCommands(), control::agentCommands()};
    const auto machine = ctl::systemMachine();
    ctl::Context context = ctl::systemContext(tables);
    context.machine = machine.get();
    return ctl::run({argv + (argc > 0 ? 1 : 0), argv + argc}, context);
  } catch (const std::exception& error) {
    std::cerr << "sanctl: " << error.what() << std::endl;
    return static_cast<int>(ctl::Exit::Local);
  }
}
