// Parameter lists of EXTENDED COPY, LID1 and LID4 (SPC-4 6.4, 6.5), and the descriptors in them.
//
// Taken: identification CSCD descriptors (e4h) and segments from block device to block device (02h), no inline data.
// The limits here are what RECEIVE COPY OPERATING PARAMETERS and VPD page 8fh say, and what parseCopyList() enforces.
// Views into the list: it must outlive them. Pure, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/scsi/sense.h"
#include "shared/base/bytes.h"

namespace scsi {

struct UnitIdentity;

inline constexpr std::uint8_t kIdentificationCscd = 0xe4;
inline constexpr std::uint8_t kBlockToBlock = 0x02;
inline constexpr std::uint16_t kOwnUnit = 0xffff;  // the CSCD ID of the unit that was asked
inline constexpr std::size_t kCscdSize = 32;
inline constexpr std::size_t kBlockToBlockSize = 28;
inline constexpr std::uint16_t kMaxCscds = 64;
inline constexpr std::uint16_t kMaxCopySegments = 64;
inline constexpr std::uint32_t kMaxDescriptorList = kMaxCscds * kCscdSize + kMaxCopySegments * kBlockToBlockSize;
inline constexpr std::uint32_t kMaxSegmentBytes = 256U << 20;

// LIST ID USAGE.
enum class ListUse : std::uint8_t { Hold = 0, Discard = 2, None = 3 };

struct CopyList {
  std::uint32_t listId = 0;
  ListUse use = ListUse::Hold;
  bool immediate = false;     // LID4
  base::ByteView cscds;       // whole descriptors, each known
  base::ByteView segments;    // whole descriptors, each known
  std::size_t cscdsAt = 0;    // where they begin in the list
  std::size_t segmentsAt = 0;
};
// The reason where the list is wrong before any segment is processed.
std::optional<Sense> parseCopyList(base::ByteView list, bool lid4, CopyList& out);

// One e4h descriptor.
struct Cscd {
  base::ByteView designation;  // with its header of four bytes
  std::uint8_t deviceType = 0;
  std::uint32_t blockSize = 0;  // DISK BLOCK LENGTH; 0: not said
};
std::optional<Cscd> cscdAt(const CopyList& list, std::uint16_t index);

struct BlockToBlock {
  bool destinationCount = false;  // DC: the number counts blocks of the destination
  std::uint16_t from = 0;         // CSCD IDs
  std::uint16_t to = 0;
  std::uint16_t blocks = 0;
  std::uint64_t fromLba = 0;
  std::uint64_t toLba = 0;
};
BlockToBlock segmentAt(const CopyList& list, std::size_t index);
inline std::size_t segmentCount(const CopyList& list) { return list.segments.size() / kBlockToBlockSize; }

// The e4h descriptor that names a unit; no designator where none of its own fits.
base::Bytes identificationDescriptor(const UnitIdentity& identity, std::uint32_t blockSize);

}  // namespace scsi
