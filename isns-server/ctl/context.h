// Context: the outside world of one run of sanctl, so that tests can bring another.
//
// One thread; everything is borrowed for the run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "isns-server/ctl/command.h"
#include "isns-server/ctl/connection.h"
#include "isns-server/ctl/output.h"

namespace ctl {

struct Context {
  std::ostream& out;  // results
  std::ostream& err;  // failures, notes and the trace of messages
  std::function<std::optional<std::string>(const char* name)> environment;
  std::function<std::optional<std::string>(const std::string& path)> readFile;
  std::function<std::string()> hostName;
  std::function<base::Now()> now;
  std::function<std::unique_ptr<Connection>(const ServerSettings&)> connect;
  // All commands, for completions and the reference page.
  std::span<const CommandTable> tables;
};

}  // namespace ctl
