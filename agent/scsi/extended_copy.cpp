// EXTENDED COPY (LID1 and LID4) and COPY OPERATION ABORT (SPC-4 6.4, 6.5, 6.3).
//
// All segments are looked up before the first is copied; what is wrong with one ends the copy when it comes there, as
// the standard has it. A segment whose bytes are not whole blocks of both ends is refused (26/0a), CAT or not.
#include <algorithm>

#include "agent/scsi/copy_descriptors.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

Sense segmentSense(Asc asc, std::uint16_t field) {
  Sense sense{SenseKey::CopyAborted, asc};
  sense.pointer = FieldPointer{false, field, std::nullopt, true};
  return sense;
}

// A block that is not there, as the unit itself would have said it.
Sense beyondTheEnd(Disk& asked, bool source, std::uint16_t field) {
  Sense sense = segmentSense(Asc::NoAdditionalSense, field);
  SenseBuffer buffer;
  ForwardedSense forwarded;
  forwarded.fromSource = source;
  forwarded.size =
      static_cast<std::uint8_t>(encode(lbaOutOfRange(), asked.modePages().descriptorSense(), buffer));
  std::copy_n(buffer.begin(), forwarded.size, forwarded.bytes.begin());
  sense.forwarded = forwarded;
  return sense;
}

class SegmentReader {
 public:
  SegmentReader(Disk& disk, Nexus& nexus, const CopyList& list) : disk_(disk), nexus_(nexus), list_(list) {}

  CopySegment read(std::size_t index) {
    const BlockToBlock segment = segmentAt(list_, index);
    CopySegment out;
    out.wrong = resolve(segment.from, 4, out.from);
    if (!out.wrong) out.wrong = resolve(segment.to, 6, out.to);
    if (!out.wrong) out.wrong = measure(segment, out);
    return out;
  }

 private:
  std::optional<Sense> resolve(std::uint16_t id, std::uint16_t field, CopyUnit& unit) {
    CopyDomain& domain = *disk_.copies().domain();
    if (id == kOwnUnit) {
      unit = {&disk_, &nexus_};
      return std::nullopt;
    }
    const std::optional<Cscd> cscd = cscdAt(list_, id);
    if (!cscd) return segmentSense(Asc::UnreachableCopyTarget, field);
    unit = domain.find(disk_, nexus_, cscd->designation);
    if (unit.disk == nullptr) return segmentSense(Asc::CopyTargetDeviceNotReachable, field);
    if (cscd->deviceType != 0) return segmentSense(Asc::IncorrectCopyTargetDeviceType, field);
    const std::uint32_t blockSize = unit.disk->device().geometry().blockSize;
    if (cscd->blockSize != 0 && cscd->blockSize != blockSize) {
      return segmentSense(Asc::InvalidFieldInParameterList, field);
    }
    return std::nullopt;
  }

  std::optional<Sense> measure(const BlockToBlock& segment, CopySegment& out) {
    const Geometry from = out.from.disk->device().geometry();
    const Geometry to = out.to.disk->device().geometry();
    out.fromLba = segment.fromLba;
    out.toLba = segment.toLba;
    out.bytes = std::uint64_t{segment.blocks} * (segment.destinationCount ? to.blockSize : from.blockSize);
    if (out.bytes > kMaxSegmentBytes) return segmentSense(Asc::InvalidFieldInParameterList, 10);
    if (out.bytes % from.blockSize != 0 || out.bytes % to.blockSize != 0) {
      return segmentSense(Asc::UnexpectedInexactSegment, 10);
    }
    if (!inside(from, out.fromLba, out.bytes)) return beyondTheEnd(disk_, true, 12);
    if (!inside(to, out.toLba, out.bytes)) return beyondTheEnd(disk_, false, 20);
    return std::nullopt;
  }

  static bool inside(const Geometry& geometry, std::uint64_t lba, std::uint64_t bytes) {
    return lba <= geometry.blocks && bytes / geometry.blockSize <= geometry.blocks - lba;
  }

  Disk& disk_;
  Nexus& nexus_;
  const CopyList& list_;
};

}  // namespace

void extendedCopy(Disk& disk, Command& command) {
  constexpr std::uint8_t kLid4 = 0x01;
  const std::uint8_t action = command.cdb[1] & 0x1f;
  const std::uint32_t length = base::loadU32(&command.cdb[10]);
  if (length == 0) return disk.complete(command);
  if (!disk.parameterList(command, length)) return;
  CopyList list;
  if (const auto wrong = parseCopyList(command.work().parameters, action == kLid4, list)) {
    return disk.complete(command, *wrong);
  }
  CopyOrder order;
  order.serviceAction = action;
  order.listId = list.listId;
  order.identified = list.use != ListUse::None;
  order.hold = list.use == ListUse::Hold;
  order.immediate = list.immediate;
  SegmentReader reader(disk, *command.nexus, list);
  for (std::size_t i = 0; i < segmentCount(list); ++i) order.segments.push_back(reader.read(i));
  disk.copies().start(command, std::move(order));
}

void copyOperationAbort(Disk& disk, Command& command) {
  CopyOperation* const copy = disk.copies().find(*command.nexus, base::loadU32(&command.cdb[2]));
  if (copy == nullptr) return disk.complete(command, invalidFieldInCdb(2));
  disk.copies().abort(*copy, command);
}

}  // namespace scsi::handlers
