// The login that sanctl keeps for this user, for a console that is started beside it: `san-console --as-sanctl`.
//
// Errors: a sentence that says what to do. Nothing is written.
#pragma once

#include "console-gui/client/server_place.h"
#include "shared/base/result.h"
#include "shared/base/secret.h"

namespace console {

struct SanctlLogin {
  ServerPlace place;
  base::Secret token;
};

base::Result<SanctlLogin> sanctlLogin();

}  // namespace console
