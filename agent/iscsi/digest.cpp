#include "agent/iscsi/digest.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace iscsi {
namespace {

// From here on ISA-L is faster than one crc32 instruction after the other (measured: ADR 0007).
constexpr std::size_t kShort = 256;  // bytes

#if defined(__x86_64__)

// False until it is initialised: whoever comes earlier takes ISA-L, with the same result.
const bool kHasCrcInstruction = __builtin_cpu_supports("sse4.2") != 0;

__attribute__((target("sse4.2"))) std::uint32_t updateShort(std::uint32_t state, base::ByteView bytes) {
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t crc = state;
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, at, sizeof eight);
    crc = __builtin_ia32_crc32di(crc, eight);
  }
  auto rest = static_cast<std::uint32_t>(crc);
  for (; left > 0; ++at, --left) rest = __builtin_ia32_crc32qi(rest, *at);
  return rest;
}

#else

constexpr bool kHasCrcInstruction = false;
std::uint32_t updateShort(std::uint32_t state, base::ByteView) { return state; }

#endif

std::uint32_t updateLong(std::uint32_t state, base::ByteView bytes) {
  constexpr std::size_t kMost = std::size_t{1} << 30;  // ISA-L takes the length as an int
  while (!bytes.empty()) {
    const base::ByteView piece = bytes.first(std::min(bytes.size(), kMost));
    // Its prototype lacks the const.
    state = crc32_iscsi(const_cast<unsigned char*>(piece.data()), static_cast<int>(piece.size()), state);
    bytes = bytes.subspan(piece.size());
  }
  return state;
}

}  // namespace

void Crc32c::update(base::ByteView bytes) {
  state_ = bytes.size() < kShort && kHasCrcInstruction ? updateShort(state_, bytes) : updateLong(state_, bytes);
}

std::uint32_t crc32c(base::ByteView bytes) {
  Crc32c crc;
  crc.update(bytes);
  return crc.value();
}

}  // namespace iscsi
