// Ports that IANA has assigned, where nobody names another one.
#pragma once

#include <cstdint>

namespace names {

inline constexpr std::uint16_t kIscsiPort = 3260;  // RFC 7143 13.1

}  // namespace names
