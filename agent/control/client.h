// Client: one request to a running agent over its unix socket, and the answer.
//
// Blocking, one thread. Failures are those of a run of sanctl: Exit::Connect where nobody answers, Timeout, Malformed,
// Refused with the agent's own words.
#pragma once

#include <string>

#include "agent/control/message.h"
#include "shared/base/clock.h"
#include "shared/ctl/exit_codes.h"

namespace control {

inline constexpr const char* kDefaultSocket = "/run/sanctum/agent.sock";

struct ClientSettings {
  std::string socket = kDefaultSocket;
  base::Duration timeout = std::chrono::seconds(30);  // for the connection and the answer together
};

// `what` begins the sentence of a failure: "cannot create the unit".
ctl::Asked<base::Json> ask(const ClientSettings& settings, Request request, const std::string& what);

}  // namespace control
