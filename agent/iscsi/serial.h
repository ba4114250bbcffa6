// Serial numbers of 32 bits: CmdSN, StatSN, DataSN, R2TSN and the numbers that acknowledge them.
//
// They count modulo 2^32 and are ordered on a circle: a comes before b where b is 1 to 2^31 - 1 steps ahead of a. Two
// numbers exactly 2^31 apart compare neither way (RFC 1982 3.2). The order is not transitive over the whole circle, so
// it is none for sorting. Pure functions. RFC 7143 4.2.2 (RFC 1982 with SERIAL_BITS 32).
#pragma once

#include <cstdint>

namespace iscsi {

constexpr bool serialLess(std::uint32_t a, std::uint32_t b) { return b != a && b - a < 0x80000000U; }
constexpr bool serialLessEqual(std::uint32_t a, std::uint32_t b) { return a == b || serialLess(a, b); }
constexpr std::uint32_t serialMax(std::uint32_t a, std::uint32_t b) { return serialLess(a, b) ? b : a; }

// Whether `n` is one of the `count` numbers from `first` on.
constexpr bool serialWithin(std::uint32_t n, std::uint32_t first, std::uint32_t count) { return n - first < count; }

static_assert(serialLess(0xffffffff, 0) && !serialLess(0, 0xffffffff));
static_assert(!serialLess(0, 0x80000000) && !serialLess(0x80000000, 0));

}  // namespace iscsi
