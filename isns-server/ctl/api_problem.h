// Problems of the management API (shared/mgmt/problem.h) as failures of a command: in words of the shell.
//
// The API's hints speak of paths, pointers and members of bodies. Here a hint names a command or an option, and a
// pointer into what a person wrote (edits) becomes the number that `change show` gives the edit; what sanctl wrote
// itself is told by its value. Pure functions, safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/json.h"
#include "shared/ctl/exit_codes.h"
#include "shared/mgmt/routes.h"

namespace ctl {

// What was asked: a hint about a change set is another one than about a user.
struct AskedFor {
  mgmt::Route route = mgmt::Route::Status;
  std::vector<std::string> segments = {};  // for {id}, {kind}, {name}, in order
  const base::Json* body = nullptr;        // that was sent, without secrets
};

// What an answer with such a status and body says has gone wrong.
Failure problemFailure(int status, std::string_view body, const AskedFor& asked = {});

}  // namespace ctl
