// What lies on a LUN that is measured: a repeating table of random bytes, so that data to write is there without being
// made, and data read is checked by one comparison.
//
// The table's length is no power of two and an odd number of 4-KiB blocks: data from a wrong place differs, unless that
// is a multiple of kPeriod away. Digests are taken once for each piece: what the load spends on them would count as the
// target's. The table lives as long as the pattern. One thread.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace bench::iscsi {

class Pattern {
 public:
  static constexpr std::size_t kPeriod = 257 * 4096;

  // `longest` in bytes: no piece asked for is longer.
  explicit Pattern(std::size_t longest);

  // The bytes that belong at this offset of the LUN.
  [[nodiscard]] const std::uint8_t* at(std::uint64_t offset) const { return table_.data() + offset % kPeriod; }
  // Whether these bytes belong there; `whole` false: only the first 64 of them are looked at.
  [[nodiscard]] bool matches(std::uint64_t offset, std::span<const std::uint8_t> bytes, bool whole) const;
  // The digest of the bytes that belong there, as addToDigest() gives it.
  std::uint32_t digestOf(std::uint64_t offset, std::uint32_t size);

 private:
  std::vector<std::uint8_t> table_;
  std::unordered_map<std::uint64_t, std::uint32_t> digests_;  // by place in the table and size
};

}  // namespace bench::iscsi
