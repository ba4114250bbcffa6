// How much one datagram holds: a message by UDP is exactly one (RFC 4171 2.9.2).
#pragma once

#include <cstddef>

namespace isns {

inline constexpr std::size_t kMaxDatagram = 65507;  // bytes of a UDP message over IPv4

}  // namespace isns
