#include "agent/scsi/copy_descriptors.h"

#include <algorithm>

#include "agent/scsi/designator.h"
#include "agent/scsi/unit_identity.h"

namespace scsi {
namespace {

constexpr std::size_t kHeader1 = 16;
constexpr std::size_t kHeader4 = 48;
constexpr std::size_t kMaxDesignator = 20;  // that an e4h descriptor holds

Sense illegal(Asc asc) { return {SenseKey::IllegalRequest, asc}; }

std::optional<Sense> listUse(std::uint8_t flags, std::uint32_t listId, CopyList& out) {
  const std::uint8_t use = flags >> 3 & 3;
  if (use == 1 || (flags & 0xc0) != 0) return invalidFieldInParameterList(1);
  out.use = static_cast<ListUse>(use);
  out.listId = listId;
  // Without a list identifier the field must be zero (SPC-4 6.4.3.2).
  if (out.use == ListUse::None && listId != 0) return invalidFieldInParameterList(0);
  return std::nullopt;
}

// EXTENDED COPY(LID4): format 01h and a header CSCD descriptor that gives the list identifier.
std::optional<Sense> header4(base::ByteView list, CopyList& out) {
  constexpr std::uint8_t kFormat = 0x01;
  constexpr std::uint16_t kHeaderCscd = 0x20;
  constexpr std::uint8_t kHeaderType = 0xff;
  constexpr std::uint8_t kImmediate = 0x01;
  if (list[0] != kFormat) return invalidFieldInParameterList(0);
  if (base::loadU16(&list[2]) != kHeaderCscd) return invalidFieldInParameterList(2);
  if (list[16] != kHeaderType) return invalidFieldInParameterList(16);
  out.immediate = (list[15] & kImmediate) != 0;
  if (auto wrong = listUse(list[1], base::loadU32(&list[20]), out)) return wrong;
  // Nobody could ask what became of it.
  if (out.immediate && out.use == ListUse::None) return invalidFieldInParameterList(15, std::uint8_t{0});
  return std::nullopt;
}

std::optional<Sense> checkDescriptors(const CopyList& out) {
  for (std::size_t at = 0; at < out.cscds.size(); at += kCscdSize) {
    if (out.cscds[at] != kIdentificationCscd) return illegal(Asc::UnsupportedTargetDescriptorTypeCode);
    if (out.cscds[at + 7] > kMaxDesignator) {
      return invalidFieldInParameterList(static_cast<std::uint16_t>(out.cscdsAt + at + 7));
    }
  }
  for (std::size_t at = 0; at < out.segments.size(); at += kBlockToBlockSize) {
    const base::ByteView rest = out.segments.subspan(at);
    const auto pointer = static_cast<std::uint16_t>(out.segmentsAt + at);
    if (rest[0] != kBlockToBlock) return illegal(Asc::UnsupportedSegmentDescriptorTypeCode);
    if (rest.size() < kBlockToBlockSize) return parameterListLengthError();
    if (base::loadU16(&rest[2]) != kBlockToBlockSize - 4) {
      return invalidFieldInParameterList(static_cast<std::uint16_t>(pointer + 2));
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Sense> parseCopyList(base::ByteView list, bool lid4, CopyList& out) {
  const std::size_t header = lid4 ? kHeader4 : kHeader1;
  if (list.size() < header) return parameterListLengthError();
  if (auto wrong = lid4 ? header4(list, out) : listUse(list[1], list[0], out)) return wrong;
  const std::uint64_t cscds = base::loadU16(&list[lid4 ? 42 : 2]);
  const std::uint64_t segments = lid4 ? base::loadU16(&list[44]) : base::loadU32(&list[8]);
  const std::uint64_t inlineData = lid4 ? base::loadU16(&list[46]) : base::loadU32(&list[12]);
  if (cscds + segments > kMaxDescriptorList) return parameterListLengthError();
  if (inlineData != 0) return illegal(Asc::InlineDataLengthExceeded);
  if (list.size() < header + cscds + segments) return parameterListLengthError();
  if (cscds > kMaxCscds * kCscdSize) return illegal(Asc::TooManyTargetDescriptors);
  if (segments > kMaxCopySegments * kBlockToBlockSize) return illegal(Asc::TooManySegmentDescriptors);
  if (cscds % kCscdSize != 0) return invalidFieldInParameterList(lid4 ? 42 : 2);
  out.cscdsAt = header;
  out.segmentsAt = header + cscds;
  out.cscds = list.subspan(out.cscdsAt, cscds);
  out.segments = list.subspan(out.segmentsAt, segments);
  return checkDescriptors(out);
}

std::optional<Cscd> cscdAt(const CopyList& list, std::uint16_t index) {
  if (index >= list.cscds.size() / kCscdSize) return std::nullopt;
  const base::ByteView bytes = list.cscds.subspan(index * kCscdSize, kCscdSize);
  Cscd cscd;
  cscd.deviceType = bytes[1] & 0x1f;
  cscd.designation = bytes.subspan(4, 4U + bytes[7]);
  cscd.blockSize = base::loadU32(&bytes[28]) & 0xffffff;
  return cscd;
}

BlockToBlock segmentAt(const CopyList& list, std::size_t index) {
  const std::uint8_t* const at = &list.segments[index * kBlockToBlockSize];
  BlockToBlock segment;
  segment.destinationCount = (at[1] & 0x02) != 0;
  segment.from = base::loadU16(at + 4);
  segment.to = base::loadU16(at + 6);
  segment.blocks = base::loadU16(at + 10);
  segment.fromLba = base::loadU64(at + 12);
  segment.toLba = base::loadU64(at + 20);
  return segment;
}

base::Bytes identificationDescriptor(const UnitIdentity& identity, std::uint32_t blockSize) {
  base::Bytes names;
  appendUnitDesignations(names, identity);
  base::Bytes out(kCscdSize);
  out[0] = kIdentificationCscd;
  if (4U + names[3] <= 4 + kMaxDesignator) std::copy_n(names.begin(), 4U + names[3], out.begin() + 4);
  base::storeU32(&out[28], blockSize & 0xffffff);
  return out;
}

}  // namespace scsi
