// READ BUFFER, WRITE BUFFER, RECEIVE DIAGNOSTIC RESULTS, SEND DIAGNOSTIC (SPC-4 6.18, 6.24, 6.42, 6.49).
//
// Two buffers, both id 0: one of 64 KiB for the unit (modes 02h, 03h) and an echo buffer of 4 KiB for each nexus (0ah,
// 0bh), which are allocated when they are written first. Microcode is not taken.
#include <algorithm>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi::handlers {
namespace {

constexpr std::uint32_t kBufferSize = 65536;
constexpr std::uint32_t kEchoSize = 4096;
enum Mode : std::uint8_t { kData = 0x02, kDescriptor = 0x03, kEcho = 0x0a, kEchoDescriptor = 0x0b };

std::uint32_t loadU24(const std::uint8_t* p) { return std::uint32_t{p[0]} << 16 | base::loadU16(p + 1); }

std::uint8_t modeOf(const Command& command) { return command.cdb[1] & 0x1f; }

}  // namespace

void readBuffer(Disk& disk, Command& command) {
  const base::ByteView cdb = command.cdb;
  const std::uint32_t offset = loadU24(&cdb[3]);
  const std::uint32_t length = loadU24(&cdb[6]);
  const std::uint8_t mode = modeOf(command);
  base::Bytes& out = command.work().response;
  base::ByteWriter writer(out);
  if (mode != kDescriptor && cdb[2] != 0) return disk.complete(command, invalidFieldInCdb(2));
  switch (mode) {
    case kData:
      if (offset > kBufferSize) return disk.complete(command, invalidFieldInCdb(3));
      disk.dataBuffer.resize(kBufferSize);
      writer.bytes(base::ByteView(disk.dataBuffer).subspan(offset));
      break;
    case kDescriptor:
      writer.u32(cdb[2] == 0 ? kBufferSize : 0);  // OFFSET BOUNDARY 0 (any), BUFFER CAPACITY
      break;
    case kEcho: {
      const base::Bytes& echo = command.nexus->echoBuffer;
      if (echo.empty()) return disk.complete(command, {SenseKey::IllegalRequest, Asc::CommandSequenceError});
      writer.bytes(echo);
      break;
    }
    case kEchoDescriptor:
      writer.u32(0x01000000 | kEchoSize);  // EBOS: no other nexus overwrites it
      break;
    default:
      return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{4}));
  }
  disk.respond(command, length);
}

void writeBuffer(Disk& disk, Command& command) {
  const base::ByteView cdb = command.cdb;
  const std::uint32_t offset = loadU24(&cdb[3]);
  const std::uint32_t length = loadU24(&cdb[6]);
  const std::uint8_t mode = modeOf(command);
  if (mode != kData && mode != kEcho) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{4}));
  if (cdb[2] != 0) return disk.complete(command, invalidFieldInCdb(2));
  const std::uint32_t capacity = mode == kData ? kBufferSize : kEchoSize;
  if (offset > capacity || (mode == kEcho && offset != 0)) return disk.complete(command, invalidFieldInCdb(3));
  if (length > capacity - offset) return disk.complete(command, invalidFieldInCdb(6));
  if (!disk.parameterList(command, length)) return;
  const base::Bytes& from = command.work().parameters;
  if (mode == kEcho) {
    command.nexus->echoBuffer = from;
  } else {
    disk.dataBuffer.resize(kBufferSize);
    std::copy(from.begin(), from.end(), disk.dataBuffer.begin() + static_cast<std::ptrdiff_t>(offset));
  }
  disk.complete(command);
}

// Page 00h, which lists itself.
void receiveDiagnosticResults(Disk& disk, Command& command) {
  constexpr std::uint8_t kPageCodeValid = 0x01;
  const base::ByteView cdb = command.cdb;
  if ((cdb[1] & kPageCodeValid) != 0 && cdb[2] != 0) return disk.complete(command, invalidFieldInCdb(2));
  base::ByteWriter writer(command.work().response);
  writer.u16(0x0000);
  writer.u16(1);
  writer.u8(0x00);
  disk.respond(command, base::loadU16(&cdb[3]));
}

// The default self-test has nothing to find; page 00h asks for the list that RECEIVE DIAGNOSTIC RESULTS gives.
void sendDiagnostic(Disk& disk, Command& command) {
  constexpr std::uint8_t kSelfTestCode = 0xe0;
  constexpr std::uint8_t kPageFormat = 0x10;
  constexpr std::uint8_t kSelfTest = 0x04;
  const base::ByteView cdb = command.cdb;
  const std::uint16_t length = base::loadU16(&cdb[3]);
  if ((cdb[1] & kSelfTestCode) != 0) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{7}));
  if (length == 0) return disk.complete(command);
  if ((cdb[1] & kSelfTest) != 0) return disk.complete(command, invalidFieldInCdb(3));
  if ((cdb[1] & kPageFormat) == 0) return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{4}));
  if (!disk.parameterList(command, length)) return;
  const base::Bytes& list = command.work().parameters;
  if (length < 4 || base::loadU16(&list[2]) + 4U != length) return disk.complete(command, parameterListLengthError());
  if (list[0] != 0 || length != 4) return disk.complete(command, invalidFieldInParameterList(0));
  disk.complete(command);
}

}  // namespace scsi::handlers
