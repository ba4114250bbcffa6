#include "agent/attach/nbd_request.h"

#include "shared/base/bytes.h"

namespace attach {

using nbd::Command;
using scsi::IoKind;

void NbdRequest::read(const std::uint8_t* head) {
  flags = base::loadU16(head + 4);
  command = static_cast<Command>(base::loadU16(head + 6));
  cookie = base::loadU64(head + 8);
  offset = base::loadU64(head + 16);
  length = base::loadU32(head + 24);
  memory = {};
  thenFlush = false;
}

scsi::BlockRequest& NbdRequest::asIo(std::uint32_t blockSize) {
  if (command == Command::Flush) return asFlush();
  const bool force = (flags & nbd::kFua) != 0;
  switch (command) {
    case Command::Write:
      io_.kind = IoKind::Write;
      break;
    case Command::WriteZeroes:
      io_.kind = IoKind::WriteZeroes;
      break;
    case Command::Trim:
      io_.kind = IoKind::Discard;
      thenFlush = force;
      break;
    default:
      io_.kind = IoKind::Read;
  }
  io_.forceUnitAccess = force && (io_.kind == IoKind::Write || io_.kind == IoKind::WriteZeroes);
  io_.mayUnmap = io_.kind == IoKind::WriteZeroes && (flags & nbd::kNoHole) == 0;
  io_.lba = offset / blockSize;
  io_.blocks = length / blockSize;
  io_.memory = moves() ? std::span<const std::span<std::uint8_t>>(&memory, 1)
                       : std::span<const std::span<std::uint8_t>>();
  return io_;
}

scsi::BlockRequest& NbdRequest::asFlush() {
  thenFlush = false;
  io_.kind = IoKind::Flush;
  io_.forceUnitAccess = false;
  io_.lba = 0;
  io_.blocks = 0;
  io_.memory = {};
  return io_;
}

void NbdRequest::makeReply(bool structured, const NbdVerdict& verdict) {
  const bool good = verdict.error == nbd::Error::Ok;
  carriesData_ = good && command == Command::Read;
  text_ = {};
  std::uint8_t* const at = header_.data();
  if (!structured || (good && !carriesData_)) {
    base::storeU32(at, nbd::kSimpleReplyMagic);
    base::storeU32(at + 4, static_cast<std::uint32_t>(verdict.error));
    base::storeU64(at + 8, cookie);
    headerSize_ = nbd::kSimpleReplySize;
    return;
  }
  base::storeU32(at, nbd::kStructuredReplyMagic);
  base::storeU16(at + 4, nbd::kDone);
  base::storeU16(at + 6, static_cast<std::uint16_t>(good ? nbd::Chunk::OffsetData : nbd::Chunk::Error));
  base::storeU64(at + 8, cookie);
  std::uint8_t* const body = at + nbd::kStructuredReplySize;
  if (good) {
    base::storeU32(at + 16, length + static_cast<std::uint32_t>(sizeof offset));
    base::storeU64(body, offset);
    headerSize_ = nbd::kStructuredReplySize + sizeof offset;
    return;
  }
  text_ = verdict.why;
  base::storeU32(at + 16, static_cast<std::uint32_t>(6 + text_.size()));
  base::storeU32(body, static_cast<std::uint32_t>(verdict.error));
  base::storeU16(body + 4, static_cast<std::uint16_t>(text_.size()));
  headerSize_ = nbd::kStructuredReplySize + 6;
}

}  // namespace attach
