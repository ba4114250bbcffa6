// Random sources for tests: known bytes, or none.
#pragma once

#include "shared/base/random.h"
#include "shared/base/secret.h"

namespace support {

// Bytes that do not repeat soon, the same in every run.
inline base::RandomSource knownBytes(std::uint32_t seed = 1) {
  return [state = seed * 2654435761U + 1](std::span<std::uint8_t> out) mutable {
    for (std::uint8_t& byte : out) {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      byte = static_cast<std::uint8_t>(state >> 11);
    }
    return true;
  };
}

// A system without entropy.
inline base::RandomSource noRandomBytes() {
  return [](std::span<std::uint8_t>) { return false; };
}

// A sealing key out of it.
inline base::Secret sealKey(const base::RandomSource& random) {
  std::array<std::uint8_t, 32> bytes{};
  (void)random(bytes);
  return *base::Secret::from(base::ByteView(bytes));
}

}  // namespace support
