#include "agent/block/remote_lun_transfer.h"

#include <algorithm>
#include <limits>

#include "agent/initiator/disk_commands.h"

namespace block {
namespace {

using scsi::IoKind;

// So much in one piece is worth a command of its own; less is gathered into a bounce buffer.
constexpr std::size_t kDirect = kBounceSize;
// Bytes of a range that one command zeroes or unmaps where the unit names no bound, so that it ends in time.
constexpr std::uint64_t kMaxRange = std::uint64_t{64} << 20;

// All zeroes, shared, and never written.
base::ByteView zeroes(std::size_t size) {
  static const std::array<std::uint8_t, kBounceSize> kZeroes{};
  return base::ByteView(kZeroes).first(size);
}

std::uint32_t bounded(std::uint64_t wanted, std::uint64_t most, std::uint64_t named) {
  std::uint64_t blocks = std::min(wanted, most);
  if (named != 0) blocks = std::min(blocks, named);
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(blocks, std::numeric_limits<std::uint32_t>::max()));
}

// READ(10) and WRITE(10) count to 65535.
std::uint64_t mostInCdb(const RemoteLunFacts& facts) { return facts.sixteen ? UINT32_MAX : 0xffff; }

// What is written is to be durable, and would not be by itself.
bool isForced(const scsi::BlockRequest& request, const RemoteLunFacts& facts) {
  return request.forceUnitAccess && facts.geometry.volatileCache;
}

}  // namespace

void RemoteLunTransfer::begin(scsi::BlockRequest& request) {
  request_ = &request;
  losses = 0;
  wait = {};
  foundBusy = false;
  restart();
}

void RemoteLunTransfer::restart() {
  cursor_ = SegmentCursor(request_->memory);
  done_ = 0;
  flushing_ = request_->kind == IoKind::Flush;
  needsFlush_ = false;
}

bool RemoteLunTransfer::prepare(const RemoteLunFacts& facts, const RemoteLunHabits& habits, BouncePool& bounces) {
  sameZeroes_ = false;
  stepBytes_ = 0;
  cacheAssumed_ = !facts.cacheTold;
  if (flushing_) {
    initiator::setSynchronizeCache(*this);
    return true;
  }
  switch (request_->kind) {
    case IoKind::WriteZeroes:
      prepareZeroes(facts, habits);
      return true;
    case IoKind::Discard:
      prepareDiscard(facts, habits);
      return true;
    default:
      return prepareData(facts, habits, bounces);
  }
}

bool RemoteLunTransfer::prepareData(const RemoteLunFacts& facts, const RemoteLunHabits& habits, BouncePool& bounces) {
  const std::size_t blockSize = facts.geometry.blockSize;
  const std::uint64_t rest = request_->blocks - done_;
  const std::uint64_t most = std::min<std::uint64_t>(mostInCdb(facts), kMaxStep / blockSize);
  std::uint32_t blocks = bounded(rest, most, facts.maxTransfer);
  iovec piece{};
  const auto described = cursor_.describe({&piece, 1}, blocks * blockSize);
  std::span<std::uint8_t> memory;
  if (described.bytes == blocks * blockSize || described.bytes >= kDirect) {
    blocks = static_cast<std::uint32_t>(described.bytes / blockSize);
    memory = {static_cast<std::uint8_t*>(piece.iov_base), blocks * blockSize};
  } else {
    bounce_ = bounces.take();
    if (bounce_ == nullptr) return false;
    blocks = static_cast<std::uint32_t>(std::min<std::size_t>(blocks, kBounceSize / blockSize));
    memory = {bounce_, blocks * blockSize};
    if (request_->kind == IoKind::Write) cursor_.copyTo(memory);
  }
  step_ = blocks;
  stepBytes_ = memory.size();
  const std::uint64_t first = request_->lba + done_;
  if (request_->kind == IoKind::Read) {
    facts.sixteen ? initiator::setRead16(*this, first, blocks, memory)
                  : initiator::setRead(*this, first, blocks, memory);
    return true;
  }
  facts.sixteen ? initiator::setWrite16(*this, first, blocks, memory)
                : initiator::setWrite(*this, first, blocks, memory);
  if (!isForced(*request_, facts)) return true;
  if (facts.forceUnitAccess) {
    initiator::setForceUnitAccess(*this);
  } else {
    needsFlush_ = needsFlush_ || habits.synchronizeCache;
  }
  return true;
}

void RemoteLunTransfer::prepareZeroes(const RemoteLunFacts& facts, const RemoteLunHabits& habits) {
  const std::size_t blockSize = facts.geometry.blockSize;
  const std::uint64_t first = request_->lba + done_;
  const std::uint64_t rest = request_->blocks - done_;
  needsFlush_ = needsFlush_ || (isForced(*request_, facts) && habits.synchronizeCache);
  sameZeroes_ = habits.writeSame && facts.sixteen;
  if (sameZeroes_) {
    step_ = bounded(rest, kMaxRange / blockSize, facts.maxWriteSame);
    const bool unmap = request_->mayUnmap && facts.unmapBySame && facts.geometry.thin;
    return initiator::setWriteSame16(*this, first, step_, unmap, zeroes(blockSize));
  }
  step_ = bounded(rest, kBounceSize / blockSize, facts.maxTransfer);
  facts.sixteen ? initiator::setWrite16(*this, first, step_, zeroes(step_ * blockSize))
                : initiator::setWrite(*this, first, step_, zeroes(step_ * blockSize));
}

void RemoteLunTransfer::prepareDiscard(const RemoteLunFacts& facts, const RemoteLunHabits& habits) {
  const std::size_t blockSize = facts.geometry.blockSize;
  const std::uint64_t first = request_->lba + done_;
  const std::uint64_t rest = request_->blocks - done_;
  needsFlush_ = needsFlush_ || (isForced(*request_, facts) && habits.synchronizeCache);
  if (facts.unmap) {
    step_ = bounded(rest, kMaxRange / blockSize, facts.maxUnmap);
    return initiator::setUnmap(*this, first, step_, list_);
  }
  step_ = bounded(rest, kMaxRange / blockSize, facts.maxWriteSame);
  initiator::setWriteSame16(*this, first, step_, true, zeroes(blockSize));
}

void RemoteLunTransfer::release(BouncePool& bounces, bool arrived) {
  if (bounce_ == nullptr) return;
  if (arrived && request_->kind == IoKind::Read) cursor_.copyFrom({dataIn.data(), dataIn.size()});
  bounces.giveBack(bounce_);
  bounce_ = nullptr;
}

bool RemoteLunTransfer::fellShort() const {
  if (!dataIn.empty() && result.received != dataIn.size()) return true;
  return result.residual.underflow && result.residual.count != 0;
}

bool RemoteLunTransfer::advance() {
  if (flushing_) return true;
  done_ += step_;
  cursor_.advance(stepBytes_);
  if (done_ < request_->blocks) return false;
  flushing_ = needsFlush_;
  return !flushing_;
}

}  // namespace block
