#include "agent/block/nbd_transfer.h"

#include <algorithm>

namespace block {

using scsi::IoKind;
namespace {

// What a server gives in one piece when it is asked to (doc/proto.md, NBD_CMD_FLAG_DF).
constexpr std::uint32_t kWhole = 65'536;

}  // namespace

void NbdTransfer::begin(scsi::BlockRequest& request, std::uint32_t blockSize, bool forced) {
  request_ = &request;
  blockSize_ = blockSize;
  forced_ = forced;
  rewinds_ = 0;
  size_ = request.blocks * blockSize;
  done_ = 0;
  memory = SegmentCursor(request.memory);
}

void NbdTransfer::rewind() {
  ++rewinds_;
  done_ = 0;
  memory = SegmentCursor(request_->memory);
}

void NbdTransfer::prepare(const NbdExport& exported) {
  // A read that has cost a connection is asked for in one piece: qemu-nbd can tell of an error then, and of one in the
  // middle of pieces it can tell by hanging up alone.
  const bool whole = request_->kind == IoKind::Read && rewinds_ != 0 && exported.has(nbd::kSendDf);
  // Commands without a payload may be longer, but a server may refuse that; few are as long.
  const std::uint32_t most = std::min(exported.maximum, whole ? kWhole : exported.maximum) / blockSize_ * blockSize_;
  length = static_cast<std::uint32_t>(std::min<std::uint64_t>(size_ - done_, most));
  offset = request_->lba * blockSize_ + done_;
  flags = forced_ && exported.has(nbd::kSendFua) ? nbd::kFua : std::uint16_t{0};
  zeroes = false;
  switch (request_->kind) {
    case IoKind::Read:
      command = nbd::Command::Read;
      if (whole) flags |= nbd::kDontFragment;
      break;
    case IoKind::Write:
      command = nbd::Command::Write;
      break;
    case IoKind::WriteZeroes:
    case IoKind::Discard:
      zeroes = !exported.has(nbd::kSendWriteZeroes);
      command = zeroes ? nbd::Command::Write : nbd::Command::WriteZeroes;
      // What a WRITE SAME writes stays mapped; what an UNMAP names should not.
      if (!zeroes && request_->kind == IoKind::WriteZeroes && !request_->mayUnmap) flags |= nbd::kNoHole;
      break;
    case IoKind::Flush:
      break;
  }
}

void NbdTransfer::advance() {
  done_ += length;
  if (!request_->memory.empty()) memory.advance(length);
}

}  // namespace block
