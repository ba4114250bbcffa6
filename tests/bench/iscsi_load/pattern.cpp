#include "tests/bench/iscsi_load/pattern.h"

#include <algorithm>
#include <cstring>

#include "tests/bench/iscsi_load/digest.h"

namespace bench::iscsi {
namespace {

constexpr std::size_t kSample = 64;

// splitmix64
std::uint64_t mixed(std::uint64_t n) {
  n *= 0x9e3779b97f4a7c15;
  n = (n ^ (n >> 30)) * 0xbf58476d1ce4e5b9;
  n = (n ^ (n >> 27)) * 0x94d049bb133111eb;
  return n ^ (n >> 31);
}

}  // namespace

Pattern::Pattern(std::size_t longest) : table_(kPeriod + (longest + 7) / 8 * 8) {
  for (std::size_t i = 0; i < table_.size(); i += 8) {
    const std::uint64_t word = mixed((i % kPeriod) / 8 + 1);
    std::memcpy(table_.data() + i, &word, 8);
  }
}

bool Pattern::matches(std::uint64_t offset, std::span<const std::uint8_t> bytes, bool whole) const {
  const std::size_t size = whole ? bytes.size() : std::min(bytes.size(), kSample);
  return std::memcmp(at(offset), bytes.data(), size) == 0;
}

std::uint32_t Pattern::digestOf(std::uint64_t offset, std::uint32_t size) {
  const auto [known, added] = digests_.try_emplace((offset % kPeriod) << 32 | size);
  if (added) known->second = addToDigest(kDigestStart, at(offset), size);
  return known->second;
}

}  // namespace bench::iscsi
