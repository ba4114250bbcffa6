// Why an address cannot be served at, as a sentence for the administrator: which address, the kernel's reason, and what
// to do about it. Pure.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>

#include "shared/base/result.h"
#include "shared/net/address.h"
#include "shared/net/os_error.h"

namespace net {

// "cannot listen on 10.0.0.1:3205: Address already in use; `ss -lnptu 'sport = 3205'` shows which program has it: stop
// that, or choose another port"
inline base::Failure<base::Error> listenFailure(const Address& address, int error = errno) {
  std::string text = "cannot listen on " + address.text() + ": " + osErrorText(error);
  if (error == EADDRINUSE) {
    text += "; `ss -lnptu 'sport = " + std::to_string(address.port()) +
            "'` shows which program has it: stop that, or choose another port";
  } else if (error == EADDRNOTAVAIL) {
    text += "; `ip address` shows the addresses that this machine has";
  } else if (error == EACCES) {
    text += "; ports below 1024 are for root: choose another port";
  }
  return base::fail(std::move(text));
}

// Who wanted it, by which keys of the configuration: "the management API (api.address, api.port) cannot listen on ...".
// What is well stays well.
inline base::Status listensFor(std::string_view who, std::string_view keys, const base::Status& status) {
  if (status) return status;
  return base::fail(std::string(who) + " (" + std::string(keys) + ") " + status.error().text);
}

}  // namespace net
