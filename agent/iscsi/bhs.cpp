#include "agent/iscsi/bhs.h"

#include <algorithm>

namespace iscsi {

BasicHeader BasicHeader::load(BhsView bhs) {
  BasicHeader header;
  header.opcode = bhs[0] & kOpcodeMask;
  header.immediate = (bhs[0] & kImmediateBit) != 0;
  header.flags = bhs[1];
  const std::uint32_t lengths = loadWord(bhs, 4);
  header.totalAhsLength = static_cast<std::uint8_t>(lengths >> 24);
  header.dataSegmentLength = lengths & kMaxDataSegmentLength;
  header.initiatorTaskTag = loadWord(bhs, at::kTaskTag);
  return header;
}

void BasicHeader::store(BhsSpan bhs) const {
  std::fill(bhs.begin(), bhs.end(), std::uint8_t{0});
  bhs[0] = static_cast<std::uint8_t>((opcode & kOpcodeMask) | (immediate ? kImmediateBit : 0U));
  bhs[1] = flags;
  storeLengths(bhs, totalAhsLength, dataSegmentLength);
  storeWord(bhs, at::kTaskTag, initiatorTaskTag);
}

std::optional<FormatFault> checkBasicHeader(const BasicHeader& header, Opcode expected) {
  if (!header.is(expected)) return FormatFault::OtherOpcode;
  const OpcodeRow& row = *rowOf(expected);
  if (header.totalAhsLength != 0 && !row.mayCarryAhs) return FormatFault::AhsNotAllowed;
  if (header.dataSegmentLength != 0 && !row.mayCarryData) return FormatFault::DataNotAllowed;
  return std::nullopt;
}

Lun loadLun(BhsView bhs) {
  Lun lun;
  std::copy_n(bhs.begin() + at::kLun, lun.size(), lun.begin());
  return lun;
}

void storeLun(BhsSpan bhs, const Lun& lun) { std::copy(lun.begin(), lun.end(), bhs.begin() + at::kLun); }

void storeLengths(BhsSpan bhs, std::uint8_t totalAhsLength, std::uint32_t dataSegmentLength) {
  storeWord(bhs, 4, (std::uint32_t{totalAhsLength} << 24) | (dataSegmentLength & kMaxDataSegmentLength));
}

}  // namespace iscsi
