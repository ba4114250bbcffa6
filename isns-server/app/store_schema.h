// Every table of the server's store, in the order in which they are loaded: of the registry, the SAN model, keys, credentials,
// people, change sets, and the audit log, which is not loaded. Constant data, safe from any thread.
#pragma once

#include "db/store/schema.h"

namespace app {

const store::Schema& serverSchema();

}  // namespace app
