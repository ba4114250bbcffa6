// Context: the outside world of one run of sanctl, so that tests can bring another.
//
// One thread; everything is borrowed for the run.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "shared/base/clock.h"
#include "shared/ctl/command.h"
#include "shared/ctl/output.h"

namespace ctl {

// Of `sanctl isns`: how it reaches a name server (isns-server/ctl/connection.h).
class Connection;
struct ServerSettings;

// Of the management server: how its API is asked (isns-server/ctl/api_client.h), and this machine's files and terminal
// (isns-server/ctl/machine.h).
class ApiClient;
struct ApiSettings;
class Machine;

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
  std::function<std::unique_ptr<ApiClient>(const ApiSettings&)> api = {};
  Machine* machine = nullptr;
};

}  // namespace ctl
