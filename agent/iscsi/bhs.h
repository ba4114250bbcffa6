// The Basic Header Segment: 48 bytes in front of every PDU, and what all PDUs have in common in it.
//
// Each PDU type is a struct with decode(), which gives the struct or a FormatFault, and encode(), which writes all 48
// bytes with reserved fields 0. Fields that another field makes meaningless are 0 in a decoded struct and are written
// as 0. Tags, numbers and lengths are in host order; lengths are bytes unless said otherwise. Structs are plain values;
// no allocation. PduWriter sets TotalAHSLength and DataSegmentLength of what it sends by itself.
// RFC 7143 11.2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "agent/iscsi/format_fault.h"
#include "agent/iscsi/opcodes.h"
#include "shared/base/bytes.h"

namespace iscsi {

inline constexpr std::size_t kBhsSize = 48;
inline constexpr std::uint32_t kReservedTag = 0xffffffff;         // no task, no transfer
inline constexpr std::uint32_t kMaxDataSegmentLength = 0xffffff;  // what the field can say

using BhsView = std::span<const std::uint8_t, kBhsSize>;
using BhsSpan = std::span<std::uint8_t, kBhsSize>;

using Lun = std::array<std::uint8_t, 8>;  // as SAM-5 formats it

// Where fields lie that several PDUs share.
namespace at {
inline constexpr std::size_t kLun = 8;
inline constexpr std::size_t kTaskTag = 16;
inline constexpr std::size_t kTransferTag = 20;
inline constexpr std::size_t kCmdSn = 24;      // requests
inline constexpr std::size_t kExpStatSn = 28;  // requests
inline constexpr std::size_t kStatSn = 24;     // responses, as the next two
inline constexpr std::size_t kExpCmdSn = 28;
inline constexpr std::size_t kMaxCmdSn = 32;
}  // namespace at

inline constexpr std::uint8_t kImmediateBit = 0x40;  // of byte 0
inline constexpr std::uint8_t kFinalBit = 0x80;      // of byte 1, and there where the RFC draws a constant 1

// The fields that lie at the same place in every PDU.
struct BasicHeader {
  std::uint8_t opcode = 0;  // six bits; may be one without a row
  bool immediate = false;
  std::uint8_t flags = 0;               // byte 1
  std::uint8_t totalAhsLength = 0;      // words of four bytes
  std::uint32_t dataSegmentLength = 0;  // without padding
  std::uint32_t initiatorTaskTag = kReservedTag;

  static BasicHeader load(BhsView bhs);
  // Writes these fields and zeroes the others: an encode() begins with it.
  void store(BhsSpan bhs) const;

  [[nodiscard]] bool is(Opcode other) const { return opcode == static_cast<std::uint8_t>(other); }
  [[nodiscard]] std::size_t ahsSize() const { return std::size_t{totalAhsLength} * 4; }  // bytes

  friend bool operator==(const BasicHeader&, const BasicHeader&) = default;
};

// What every decode() checks first: the opcode, and that there is no AHS and no data where none may be.
std::optional<FormatFault> checkBasicHeader(const BasicHeader& header, Opcode expected);

// Bytes of padding behind so many bytes (11.1).
constexpr std::size_t paddingOf(std::size_t size) { return (4 - size % 4) % 4; }

// Access to the fields of a header.
inline std::uint32_t loadWord(BhsView bhs, std::size_t offset) { return base::loadU32(bhs.data() + offset); }
inline void storeWord(BhsSpan bhs, std::size_t offset, std::uint32_t value) {
  base::storeU32(bhs.data() + offset, value);
}
Lun loadLun(BhsView bhs);
void storeLun(BhsSpan bhs, const Lun& lun);
// Sets TotalAHSLength (words) and DataSegmentLength.
void storeLengths(BhsSpan bhs, std::uint8_t totalAhsLength, std::uint32_t dataSegmentLength);

}  // namespace iscsi
