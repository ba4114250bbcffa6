// Two hashes of bytes: a fast seeded one, for tables inside one process, and one that is the same everywhere.
//
// The seed is chosen at start, so that a peer who picks the names cannot pick the collisions. What is kept or told is
// made by fnv1a(). Neither is for cryptography. Pure functions.
#pragma once

#include <cstdint>

#include "shared/base/bytes.h"

namespace base {

// Folds the 128-bit product of two words.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hashBytes(ByteView bytes, std::uint64_t seed) {
  constexpr std::uint64_t kOdd1 = 0xa0761d6478bd642f;
  constexpr std::uint64_t kOdd2 = 0xe7037ed1a0b428db;
  const std::uint8_t* p = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t h = seed ^ kOdd1;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  while (left > 16) {
    std::memcpy(&a, p, 8);
    std::memcpy(&b, p + 8, 8);
    h = mix(a ^ kOdd1, b ^ h);
    p += 16;
    left -= 16;
  }
  a = b = 0;
  if (left > 8) {
    std::memcpy(&a, p, 8);
    std::memcpy(&b, p + 8, left - 8);
  } else if (left > 0) {
    std::memcpy(&a, p, left);
  }
  return mix(kOdd2 ^ bytes.size(), mix(a ^ kOdd2, b ^ h));
}

inline std::uint64_t hashText(std::string_view text, std::uint64_t seed) { return hashBytes(asBytes(text), seed); }

// FNV-1a of 64 bits. `from`: the hash of what stands before.
inline std::uint64_t fnv1a(ByteView bytes, std::uint64_t from = 0xcbf29ce484222325U) {
  for (const std::uint8_t byte : bytes) from = (from ^ byte) * 0x100000001b3U;
  return from;
}

}  // namespace base
