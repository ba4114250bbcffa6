#include "agent/scsi/copy_operation.h"

#include <algorithm>

#include "agent/scsi/block_io.h"
#include "agent/scsi/copy_manager.h"
#include "agent/scsi/disk.h"

namespace scsi {
namespace {

constexpr std::uint8_t kRead16 = 0x88;
constexpr std::uint8_t kWrite16 = 0x8a;
constexpr std::uint8_t kWriteSame16 = 0x93;
constexpr std::uint8_t kUnmapNoData = 0x09;
constexpr std::uint8_t kNoData = 0x01;

std::uint32_t blockSizeOf(const CopyUnit& unit) { return unit.disk->device().geometry().blockSize; }

std::array<std::uint8_t, 16> cdb16(std::uint8_t opcode, std::uint8_t flags, std::uint64_t lba, std::uint64_t blocks) {
  std::array<std::uint8_t, 16> cdb{opcode, flags};
  base::storeU64(&cdb[2], lba);
  base::storeU32(&cdb[10], static_cast<std::uint32_t>(blocks));
  return cdb;
}

Sense tokenSense(RodToken::State state) {
  switch (state) {
    case RodToken::State::Expired: return {SenseKey::CopyAborted, Asc::TokenExpired};
    case RodToken::State::Deleted: return {SenseKey::CopyAborted, Asc::TokenDeleted};
    default: return {SenseKey::CopyAborted, Asc::TokenRevoked};
  }
}

}  // namespace

void CopyOperation::Part::done() {
  owner_.flying_ = false;
  ++owner_.operations_;
  owner_.run();
}

bool CopyOperation::mustStop() const {
  return aborting_ || (waiter != nullptr && waiter->work().aborted);
}

void CopyOperation::run() {
  if (pumping_) return;
  pumping_ = true;
  dueAt_ = base::kNever;
  turn_ = 0;
  while (!ended() && !flying_ && dueAt_ == base::kNever) step();
  pumping_ = false;
  if (ended()) return manager_.ended(*this);
  if (dueAt_ != base::kNever) manager_.deadlineChanged();
}

void CopyOperation::runLater() {
  dueAt_ = base::TimePoint::min();
  manager_.deadlineChanged();
}

void CopyOperation::step() {
  switch (phase_) {
    case Phase::Next: return startPiece();
    case Phase::Reading: return wasRead();
    case Phase::Writing: return wasWritten();
  }
}

bool CopyOperation::tokenDead() {
  if (order_.token == nullptr || order_.token->state == RodToken::State::Live) return false;
  fail(tokenSense(order_.token->state));
  return true;
}

void CopyOperation::startPiece() {
  if (mustStop()) return end(Outcome::Aborted, Status::CheckCondition, {});
  if (at_ == order_.segments.size()) return end(Outcome::Good, Status::Good, {});
  const CopySegment& segment = order_.segments[at_];
  if (segment.wrong) return fail(*segment.wrong);
  if (done_ == segment.bytes) {
    ++at_;
    done_ = 0;
    return;
  }
  if (tokenDead()) return;
  if (turn_ >= kTurnBytes) {
    dueAt_ = base::TimePoint::min();
    return;
  }
  CopyDomain& domain = *manager_.domain();
  Disk& asked = manager_.disk();
  const bool zeroes = segment.from.disk == nullptr;
  if ((!zeroes && !domain.reaches(asked, *nexus_, segment.from)) || !domain.reaches(asked, *nexus_, segment.to)) {
    return fail({SenseKey::CopyAborted, Asc::CopyTargetDeviceNotReachable});
  }
  choosePiece(segment);
  if (zeroes) {
    const std::uint32_t size = blockSizeOf(segment.to);
    const std::uint8_t flags = segment.to.disk->device().geometry().thin ? kUnmapNoData : kNoData;
    write_.bytes = cdb16(kWriteSame16, flags, segment.toLba + offset_ / size, piece_ / size);
    write_.dataOut = {};
    return issue(write_, segment.to, Phase::Writing);
  }
  const std::uint32_t size = blockSizeOf(segment.from);
  read_.bytes = cdb16(kRead16, 0, segment.fromLba + offset_ / size, piece_ / size);
  issue(read_, segment.from, Phase::Reading);
}

// Within one unit, a copy upwards into its own source goes from the end, and no piece overlaps what it is read from.
void CopyOperation::choosePiece(const CopySegment& segment) {
  const std::uint64_t toSize = blockSizeOf(segment.to);
  const std::uint64_t left = segment.bytes - done_;
  if (segment.from.disk == nullptr) {
    piece_ = std::min({left, kZeroPieceBytes, segment.to.disk->maxWriteSameBlocks() * toSize});
    offset_ = done_;
    return;
  }
  const std::uint64_t fromSize = blockSizeOf(segment.from);
  const std::uint64_t unit = std::max(fromSize, toSize);
  piece_ = std::min({left, kPieceBytes, segment.from.disk->maxTransferBlocks() * fromSize,
                     segment.to.disk->maxTransferBlocks() * toSize});
  piece_ = std::max(unit, piece_ - piece_ % unit);
  offset_ = done_;
  if (segment.from.disk != segment.to.disk || segment.fromLba == segment.toLba) return;
  const bool upwards = segment.toLba > segment.fromLba;
  const std::uint64_t distance =
      (upwards ? segment.toLba - segment.fromLba : segment.fromLba - segment.toLba) * toSize;
  if (distance >= segment.bytes) return;
  piece_ = std::min(piece_, distance);
  if (upwards) offset_ = segment.bytes - done_ - piece_;
}

void CopyOperation::issue(Part& part, const CopyUnit& unit, Phase phase) {
  part.cdb = part.bytes;
  part.nexus = unit.nexus;
  phase_ = phase;
  flying_ = true;
  unit.disk->execute(part, manager_.disk().now());
}

// False: the copy has ended, or tries again.
bool CopyOperation::partGood(Part& part, const CopyUnit& unit, bool source) {
  const Status status = part.status();
  if (status == Status::Good && !part.work().aborted) return true;
  if ((status == Status::TaskSetFull || status == Status::Busy) && ++retries_ <= kMaxRetries) {
    retryLater();
    return false;
  }
  // What the unit itself that was asked to write by a token answers is the answer.
  if (order_.token != nullptr && unit.disk == &manager_.disk() && !part.work().aborted) {
    end(Outcome::Failed, status, part.sense());
    return false;
  }
  Sense sense{SenseKey::CopyAborted, Asc::ThirdPartyDeviceFailure};
  if (!part.work().aborted || part.work().told != CommandWork::Told::Nothing) {
    ForwardedSense forwarded;
    forwarded.fromSource = source;
    forwarded.status = status;
    forwarded.size = static_cast<std::uint8_t>(std::min(part.sense().size(), forwarded.bytes.size()));
    std::copy_n(part.sense().begin(), forwarded.size, forwarded.bytes.begin());
    sense.forwarded = forwarded;
  }
  fail(sense);
  return false;
}

void CopyOperation::retryLater() {
  read_.recycle();
  write_.recycle();
  phase_ = Phase::Next;
  dueAt_ = manager_.disk().now().mono + kRetryAfter;
}

void CopyOperation::wasRead() {
  const CopySegment& segment = order_.segments[at_];
  if (!partGood(read_, segment.from, true)) return;
  if (mustStop()) return end(Outcome::Aborted, Status::CheckCondition, {});
  // What was written since the token was made may be in what was read.
  if (tokenDead()) return;
  if (!manager_.domain()->reaches(manager_.disk(), *nexus_, segment.to)) {
    return fail({SenseKey::CopyAborted, Asc::CopyTargetDeviceNotReachable});
  }
  memory_.clear();
  for (const base::ByteView part : read_.dataIn()) memory_.push_back(readOnly(part));
  const std::uint32_t size = blockSizeOf(segment.to);
  write_.bytes = cdb16(kWrite16, 0, segment.toLba + offset_ / size, piece_ / size);
  write_.dataOut = memory_;
  issue(write_, segment.to, Phase::Writing);
}

void CopyOperation::wasWritten() {
  if (!partGood(write_, order_.segments[at_].to, false)) return;
  if (tokenDead()) return;  // a device may have read the memory of the source while it was written
  read_.recycle();
  write_.recycle();
  phase_ = Phase::Next;
  retries_ = 0;
  done_ += piece_;
  bytesDone_ += piece_;
  turn_ += piece_;
}

void CopyOperation::fail(Sense sense) {
  sense.segment = static_cast<std::uint16_t>(at_);
  SenseBuffer buffer;
  const std::size_t size = encode(sense, manager_.disk().modePages().descriptorSense(), buffer);
  end(Outcome::Failed, Status::CheckCondition, base::ByteView(buffer).first(size));
}

void CopyOperation::endGood(std::uint64_t bytes) {
  bytesDone_ = bytes;
  end(Outcome::Good, Status::Good, {});
}

// An aborted copy has sense too: COPY ABORTED, for whoever still waits.
void CopyOperation::end(Outcome outcome, Status status, base::ByteView sense) {
  outcome_ = outcome;
  status_ = status;
  senseSize_ = std::min(sense.size(), sense_.size());
  std::copy_n(sense.begin(), senseSize_, sense_.begin());
  if (outcome == Outcome::Aborted) {
    Sense aborted{SenseKey::CopyAborted, Asc::NoAdditionalSense};
    aborted.segment = static_cast<std::uint16_t>(at_);
    senseSize_ = encode(aborted, manager_.disk().modePages().descriptorSense(), sense_);
  }
  read_.recycle();
  write_.recycle();
}

}  // namespace scsi
