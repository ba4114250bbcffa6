// The text of a login: what we offer, and what came back. Pure. RFC 7143 6.1, 13.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/result.h"
#include "tests/bench/iscsi_load/options.h"

namespace bench::iscsi {

// Key=value pairs, each ended by a null byte.
std::string securityKeys(const Options& options);
std::string operationalKeys(const Options& options);

// Puts the answers of a login response into force. A key that was rejected, or CHAP demanded, is a failure.
base::Status takeKeys(std::string_view text, const Options& options, Agreed& agreed);

}  // namespace bench::iscsi
