// The kernel's reason for a refusal, as a sentence.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

#include "shared/base/result.h"

namespace net {

inline std::string osErrorText(int error) { return std::generic_category().message(error); }

// "cannot listen on 10.0.0.1:3205: Address already in use"
inline base::Failure<base::Error> osFailure(const std::string& what, int error = errno) {
  return base::fail(what + ": " + osErrorText(error));
}

}  // namespace net
