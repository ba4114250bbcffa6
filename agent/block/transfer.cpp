#include "agent/block/transfer.h"

#include <fcntl.h>

#include <algorithm>

#include "agent/block/bounce_pool.h"

namespace block {
namespace {

// What is written where zeroes must be written; never written to itself.
constexpr std::size_t kZeroes = 64 * 1024;
alignas(4096) std::array<std::uint8_t, kZeroes> zeroes{};

}  // namespace

void Transfer::begin(scsi::BlockRequest& request, const OpenFile& file, std::uint8_t* bounce) {
  request_ = &request;
  cursor_ = SegmentCursor(request.memory);
  bounce_ = bounce;
  start_ = request.lba * file.blockSize;
  size_ = request.blocks * file.blockSize;
  done_ = 0;
  ioAlign_ = file.ioAlign;
  retries_ = 0;
  fd = file.fd.get();
  buffered = !file.direct;
}

void Transfer::prepareStep() {
  offset = start_ + done_;
  segments = iovecs_.data();
  mode = 0;
  const std::size_t rest = std::min<std::uint64_t>(size_ - done_, kMaxStep);
  switch (request_->kind) {
    case scsi::IoKind::Read: action = Action::Read; break;
    case scsi::IoKind::Write: action = Action::Write; break;
    case scsi::IoKind::Discard:
      action = Action::Allocate;
      mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
      length = size_ - done_;
      return;
    case scsi::IoKind::WriteZeroes: return prepareZeroes();
    case scsi::IoKind::Flush: return;  // is none of ours
  }
  if (bounce_ == nullptr) {
    segmentCount = cursor_.describe(iovecs_, rest).count;
    return;
  }
  const std::size_t step = std::min(rest, kBounceSize);
  if (action == Action::Write) cursor_.copyTo({bounce_, step});
  iovecs_[0] = {bounce_, step};
  segmentCount = 1;
}

void Transfer::prepareZeroes() {
  length = size_ - done_;
  if (zeroing_ != Zeroing::Write) {
    action = Action::Allocate;
    mode = FALLOC_FL_KEEP_SIZE | (zeroing_ == Zeroing::ZeroRange ? FALLOC_FL_ZERO_RANGE : FALLOC_FL_PUNCH_HOLE);
    return;
  }
  action = Action::Write;
  segmentCount = 0;
  for (std::uint64_t rest = length; rest > 0 && segmentCount < kMaxSegments; ++segmentCount) {
    const std::size_t size = std::min<std::uint64_t>(rest, kZeroes);
    iovecs_[segmentCount] = {zeroes.data(), size};
    rest -= size;
  }
}

bool Transfer::advance(int moved) {
  if (action == Action::Allocate) {
    done_ = size_;
    return true;
  }
  // A disk gives whole blocks; less than one is what is left of a file that was cut off.
  const std::size_t bytes = static_cast<std::size_t>(moved) / ioAlign_ * ioAlign_;
  if (bytes == 0) return false;
  if (request_->kind != scsi::IoKind::WriteZeroes) {
    if (bounce_ != nullptr && action == Action::Read) cursor_.copyFrom({bounce_, bytes});
    cursor_.advance(bytes);
  }
  done_ += bytes;
  retries_ = 0;
  return true;
}

}  // namespace block
