// RECEIVE COPY STATUS, DATA, OPERATING PARAMETERS and FAILURE DETAILS (SPC-4 6.20 to 6.25).
//
// An initiator asks for its own copies only. A status that was given after the end goes with it; failure details stay
// for one more question.
#include <algorithm>

#include "agent/scsi/copy_descriptors.h"
#include "agent/scsi/copy_results.h"
#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi {
namespace {

constexpr std::uint8_t kUnitBytes = 0x00;
constexpr std::uint8_t kUnitMebibytes = 0x02;

// COPY OPERATION STATUS.
std::uint8_t statusCode(const CopyOperation& copy, bool lid4) {
  switch (copy.outcome()) {
    case CopyOperation::Outcome::Good: return 0x01;
    case CopyOperation::Outcome::Failed: return 0x02;
    case CopyOperation::Outcome::Aborted: return lid4 ? 0x60 : 0x02;
    case CopyOperation::Outcome::Running: break;
  }
  if (!lid4) return 0x00;
  return copy.waiter != nullptr ? 0x11 : 0x12;  // in the foreground, in the background
}

// A running copy whose status asks again too early learns when to: in milliseconds.
constexpr std::uint32_t kStatusDelay = 100;
constexpr std::uint32_t kNoDelay = 0xfffffffe;  // the operation has ended

}  // namespace

void appendCopyStatus4(const CopyOperation& copy, base::Bytes& out) {
  constexpr std::size_t kHeader = 32;
  const base::ByteView sense = copy.ended() ? copy.sense() : base::ByteView();
  base::ByteWriter writer(out);
  writer.u32(0);
  writer.u8(copy.order().serviceAction);
  writer.u8(statusCode(copy, true));
  writer.u16(copy.operations());
  writer.u32(copy.ended() ? kNoDelay : kStatusDelay);
  writer.u8(static_cast<std::uint8_t>(copy.status()));
  writer.u8(static_cast<std::uint8_t>(sense.size()));
  writer.u8(static_cast<std::uint8_t>(sense.size()));
  writer.u8(kUnitBytes);
  writer.u64(copy.bytesDone());
  writer.u16(copy.segmentsDone());
  writer.zeros(kHeader - writer.size());
  writer.bytes(sense);
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
}

namespace handlers {
namespace {

constexpr std::size_t kLid4 = 4;

// The copy that the CDB asks for; nullptr after it ended the command.
CopyOperation* asked(Disk& disk, Command& command, std::size_t identifierBytes) {
  const std::uint32_t id = identifierBytes == kLid4 ? base::loadU32(&command.cdb[2]) : command.cdb[2];
  CopyOperation* const copy = disk.copies().find(*command.nexus, id);
  if (copy == nullptr || copy->statusTaken) {
    disk.complete(command, invalidFieldInCdb(2));
    return nullptr;
  }
  return copy;
}

// A status that was given is not given again; what failed leaves its details, and a token is still to be fetched.
void given(Disk& disk, CopyOperation& copy) {
  if (!copy.ended() || !copy.token.empty()) return;
  if (copy.outcome() == CopyOperation::Outcome::Good) return disk.copies().drop(copy);
  copy.statusTaken = true;
}

void respond(Disk& disk, Command& command) { disk.respond(command, base::loadU32(&command.cdb[10])); }

}  // namespace

void receiveCopyStatus1(Disk& disk, Command& command) {
  CopyOperation* const copy = asked(disk, command, 1);
  if (copy == nullptr) return;
  const bool small = copy->bytesDone() <= 0xffffffffU;
  base::ByteWriter writer(command.work().response);
  writer.u32(8);
  writer.u8(statusCode(*copy, false));
  writer.u16(copy->segmentsDone());
  writer.u8(small ? kUnitBytes : kUnitMebibytes);
  writer.u32(static_cast<std::uint32_t>(small ? copy->bytesDone() : copy->bytesDone() >> 20));
  given(disk, *copy);
  respond(disk, command);
}

void receiveCopyStatus4(Disk& disk, Command& command) {
  CopyOperation* const copy = asked(disk, command, kLid4);
  if (copy == nullptr) return;
  appendCopyStatus4(*copy, command.work().response);
  given(disk, *copy);
  respond(disk, command);
}

// No segment that is taken holds data for the application client: the held data is empty.
void receiveCopyData1(Disk& disk, Command& command) {
  if (asked(disk, command, 1) == nullptr) return;
  base::ByteWriter(command.work().response).u32(0);
  respond(disk, command);
}

void receiveCopyData4(Disk& disk, Command& command) {
  const CopyOperation* const copy = asked(disk, command, kLid4);
  if (copy == nullptr) return;
  base::Bytes& out = command.work().response;
  appendCopyStatus4(*copy, out);
  base::ByteWriter(out).u32(0);  // HELD DATA LENGTH
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
  respond(disk, command);
}

void receiveCopyFailureDetails(Disk& disk, Command& command) {
  constexpr std::size_t kReserved = 52;
  CopyOperation* const copy = disk.copies().find(*command.nexus, command.cdb[2]);
  if (copy == nullptr || !copy->ended()) return disk.complete(command, invalidFieldInCdb(2));
  base::Bytes& out = command.work().response;
  base::ByteWriter writer(out);
  writer.u32(0);
  if (copy->outcome() != CopyOperation::Outcome::Good) {
    writer.zeros(kReserved);
    writer.u8(static_cast<std::uint8_t>(copy->status()));
    writer.u8(0);
    writer.u16(static_cast<std::uint16_t>(copy->sense().size()));
    writer.bytes(copy->sense());
    base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
    disk.copies().drop(*copy);
  }
  respond(disk, command);
}

void receiveCopyOperatingParameters(Disk& disk, Command& command) {
  constexpr std::uint8_t kSupportsNoListId = 0x01;
  base::Bytes& out = command.work().response;
  base::ByteWriter writer(out);
  writer.u32(0);
  writer.u8(kSupportsNoListId);
  writer.zeros(3);
  writer.u16(kMaxCscds);
  writer.u16(kMaxCopySegments);
  writer.u32(kMaxDescriptorList);
  writer.u32(kMaxSegmentBytes);
  writer.u32(0);  // no inline data
  writer.u32(0);  // no held data
  writer.u32(0);  // no stream devices
  writer.u16(0);
  writer.u16(CopyManager::kMaxCopies);
  writer.u8(CopyManager::kMaxCopies);
  writer.u8(0);   // granularities: 2^0
  writer.u8(0);
  writer.u8(0);
  writer.zeros(3);
  writer.u8(2);
  writer.u8(kBlockToBlock);
  writer.u8(kIdentificationCscd);
  base::storeU32(out.data(), static_cast<std::uint32_t>(out.size() - 4));
  respond(disk, command);
}

}  // namespace handlers
}  // namespace scsi
