#include <exception>
#include <iostream>

#include "isns-server/ctl/all_commands.h"
#include "isns-server/ctl/command_line.h"
#include "isns-server/ctl/machine.h"
#include "isns-server/ctl/system_context.h"

int main(int argc, char** argv) {
  try {
    const auto tables = ctl::allCommands();
    const auto machine = ctl::systemMachine();
    ctl::Context context = ctl::systemContext(tables);
    context.machine = machine.get();
    return ctl::run({argv + (argc > 0 ? 1 : 0), argv + argc}, context);
  } catch (const std::exception& error) {
    std::cerr << "sanctl: " << error.what() << std::endl;
    return static_cast<int>(ctl::Exit::Local);
  }
}
