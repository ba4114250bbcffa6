// Entity identifiers, the keys of network entities (RFC 4171 6.2.1), and their normal spelling (RFC 3491).
//
// Pure functions, safe from any thread. Errors are sentences about the identifier that hold no byte of it.
#pragma once

#include <string>
#include <string_view>

#include "shared/base/result.h"

namespace names {

inline constexpr std::size_t kMaxEntityId = 255;  // bytes of UTF-8, without the NUL of the wire

// The normal spelling of `in`: `in` itself where that is normal already, else a view of `scratch`. Beyond nameprep,
// ASCII control characters are refused. An empty identifier, which asks the server for one, is the caller's to notice.
base::Result<std::string_view> normaliseEntityId(std::string_view in, std::string& scratch);

}  // namespace names
