// The options of every command that asks the management server. Static data.
#pragma once

#include "shared/ctl/command.h"
#include "shared/ctl/output.h"

namespace ctl {

// clang-format off
inline constexpr Option kApiOptions[] = {
  {"--server",        "HOST[:PORT]", "the management server, by https; that of the last login if not given", "SANCTL_SERVER"},
  {"--local",         "",            "ask by the server's local socket, as root or its user"},
  {"--socket",        "PATH",        "that socket, where it is not /run/sanctum/management.sock", {}, false, Words::File},
  {"--ca",            "FILE",        "the root that the server's certificate must come from (PEM), instead of the pinned one", {}, false, Words::File},
  {"--cert",          "FILE",        "log in by this client certificate (PEM), not by a token", "SANCTL_CERT", false, Words::File},
  {"--key",           "FILE",        "its private key (PEM), which only you can read", "SANCTL_KEY", false, Words::File},
  {"--timeout",       "SECONDS",     "how long to wait for a connection and for signs of an answer; 30 if not given"},
  {"--output",        "FORMAT",      "how to print results; table if not given", {}, false, Words::None, kFormats},
  {"--fail-if-empty", "",            "end with exit code 5 where nothing is found"},
  {"--verbose",       "",            "print requests and statuses to the standard error, never what is secret"},
};
inline constexpr OptionFamily kApiFamily{"the management server", kApiOptions};

inline constexpr Option kAt{"--at", "MOMENT", "as the SAN was at a revision or a time; now if not given"};
inline constexpr Option kFilterOption{"--filter", "TEXT", "only what matches, as in 'name~web label:PCI'"};
// clang-format on

}  // namespace ctl
