#include "agent/scsi/background.h"

#include <algorithm>
#include <utility>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi {

void Background::start(Order order, Command* waiter) {
  const Geometry geometry = disk_.device().geometry();
  order_ = std::move(order);
  waiter_ = waiter;
  phase_ = Phase::Write;
  inFlight_ = false;
  pass_ = 0;
  cursor_ = 0;
  blocks_ = geometry.blocks;
  blockSize_ = geometry.blockSize;
  if (order_.kind == Kind::Sanitize) mayExit_ = order_.unrestrictedExit;
  disk_.revokeTokens();
  fillPattern();
  disk_.wantAttention();
}

// The pattern of this pass, repeated in each block (SBC-3 5.29.2.2: a short pattern is repeated to fill a block).
void Background::fillPattern() {
  if (order_.pattern.empty()) return;
  const std::uint64_t blocks = std::min(blocks_, std::max<std::uint64_t>(1, kPatternBytes / blockSize_));
  const bool inverted = order_.invert && (order_.passes - 1 - pass_) % 2 != 0;
  buffer_.resize(static_cast<std::size_t>(blocks * blockSize_));
  for (std::size_t i = 0; i < buffer_.size(); ++i) {
    const std::uint8_t byte = order_.pattern[i % blockSize_ % order_.pattern.size()];
    buffer_[i] = inverted ? static_cast<std::uint8_t>(~byte) : byte;
  }
}

void Background::step() {
  const bool patterned = !order_.pattern.empty();
  const std::uint64_t bytes = patterned ? buffer_.size() : kStepBytes;
  const std::uint64_t blocks = std::min(blocks_ - cursor_, bytes / blockSize_);
  io_.forceUnitAccess = false;
  io_.lba = cursor_;
  io_.blocks = blocks;
  io_.memory = {};
  switch (phase_) {
    case Phase::Idle:
      return;
    case Phase::Write:
      io_.kind = patterned ? IoKind::Write : IoKind::WriteZeroes;
      if (patterned) {
        memory_[0] = std::span(buffer_).first(static_cast<std::size_t>(blocks * blockSize_));
        io_.memory = memory_;
      }
      break;
    case Phase::Discard:
      io_.kind = IoKind::Discard;
      break;
    case Phase::Flush:
      io_.kind = IoKind::Flush;
      io_.lba = io_.blocks = 0;
      break;
  }
  inFlight_ = true;
  disk_.device().submit(io_);
}

void Background::onDone(IoResult result) {
  inFlight_ = false;
  if (result != IoResult::Ok) return end(false);
  cursor_ += io_.blocks;
  if (phase_ == Phase::Flush || cursor_ == blocks_) endPhase();
  disk_.wantAttention();
}

void Background::endPhase() {
  cursor_ = 0;
  if (phase_ == Phase::Write && ++pass_ < order_.passes) {
    fillPattern();
  } else if (phase_ == Phase::Write && order_.pattern.empty() && disk_.device().geometry().thin) {
    phase_ = Phase::Discard;
  } else if (phase_ != Phase::Flush) {
    phase_ = Phase::Flush;
  } else {
    end(true);
  }
}

void Background::end(bool good) {
  failed_ = good ? Kind::None : order_.kind;
  phase_ = Phase::Idle;
  order_.kind = Kind::None;
  buffer_ = base::Bytes();
  if (Command* const waiter = std::exchange(waiter_, nullptr)) {
    disk_.resume(*waiter, good ? IoResult::Ok : IoResult::MediumError);
  }
}

bool Background::exitFailureMode() {
  if (failed_ != Kind::Sanitize) return true;
  if (mayExit_) failed_ = Kind::None;
  return mayExit_;
}

Sense Background::failure() const {
  return {SenseKey::MediumError, failed_ == Kind::Sanitize ? Asc::SanitizeCommandFailed : Asc::MediumFormatCorrupted};
}

Progress Background::progress() const {
  if (!running()) return {};
  if (phase_ != Phase::Write) return {0xffff};
  const std::uint64_t total = blocks_ * order_.passes;
  const std::uint64_t done = blocks_ * pass_ + cursor_;
  const std::uint64_t part = total >> 16 == 0 ? done * 65536 / total : done / (total >> 16);
  return {static_cast<std::uint16_t>(std::min<std::uint64_t>(part, 0xffff))};
}

Sense Background::inProgress() const {
  Sense sense{SenseKey::NotReady, order_.kind == Kind::Sanitize ? Asc::SanitizeInProgress : Asc::FormatInProgress};
  sense.progress = progress();
  return sense;
}

namespace handlers {
namespace {

constexpr std::uint8_t kOverwrite = 0x01;
constexpr std::uint8_t kExitFailureMode = 0x1f;
constexpr std::uint8_t kImmediate = 0x80;
constexpr std::uint8_t kAllowUnrestrictedExit = 0x20;
constexpr std::size_t kOverwriteHeader = 4;

void formatEnded(Disk& disk, Command& command, IoResult result) {
  if (result == IoResult::Ok) return disk.complete(command);
  disk.complete(command, {SenseKey::MediumError, Asc::MediumFormatCorrupted});
}

void sanitizeEnded(Disk& disk, Command& command, IoResult result) {
  if (result == IoResult::Ok) return disk.complete(command);
  disk.complete(command, {SenseKey::MediumError, Asc::SanitizeCommandFailed});
}

// The command has all blocks for itself: nothing that came before is still being written.
void startSanitize(Disk& disk, Command& command, IoResult) {
  const CommandWork& work = command.work();
  const bool immediate = (command.cdb[1] & kImmediate) != 0;
  Background::Order order;
  order.kind = Background::Kind::Sanitize;
  order.unrestrictedExit = (command.cdb[1] & kAllowUnrestrictedExit) != 0;
  if (!work.parameters.empty()) {
    order.passes = work.parameters[0] & 0x1f;
    order.invert = (work.parameters[0] & 0x80) != 0;
    const std::size_t size = base::loadU16(&work.parameters[2]);
    const auto begin = work.parameters.begin() + kOverwriteHeader;
    order.pattern.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
  }
  disk.background().start(std::move(order), immediate ? nullptr : &command);
  if (immediate) return disk.complete(command);
  disk.park(command, sanitizeEnded);
}

// Checks the parameter list of OVERWRITE; false after it ended the command.
bool overwriteParameters(Disk& disk, Command& command, std::uint16_t length, std::uint32_t blockSize) {
  if (length <= kOverwriteHeader || length > blockSize + kOverwriteHeader) {
    disk.complete(command, invalidFieldInCdb(7));
    return false;
  }
  if (!disk.parameterList(command, length)) return false;
  const base::Bytes& list = command.work().parameters;
  const std::size_t pattern = base::loadU16(&list[2]);
  const bool header = (list[0] & 0x60) == 0 && (list[0] & 0x1f) != 0;
  if (header && pattern != 0 && pattern <= length - kOverwriteHeader) return true;
  disk.complete(command, invalidFieldInParameterList(header ? 2 : 0));
  return false;
}

BlockRange allBlocks(Disk& disk) { return {0, disk.device().geometry().blocks}; }

}  // namespace

void sanitize(Disk& disk, Command& command) {
  const std::uint8_t action = command.cdb[1] & 0x1f;
  const std::uint16_t length = base::loadU16(&command.cdb[7]);
  if (action == kOverwrite) {
    if (!overwriteParameters(disk, command, length, disk.device().geometry().blockSize)) return;
  } else if (length != 0) {
    return disk.complete(command, invalidFieldInCdb(7));
  }
  if (action == kExitFailureMode) {
    if (disk.background().exitFailureMode()) return disk.complete(command);
    return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{4}));
  }
  disk.lockRange(command, allBlocks(disk), true, startSanitize);
}

namespace {

constexpr std::uint8_t kFormatData = 0x10;
constexpr std::uint8_t kLongList = 0x20;
constexpr std::uint8_t kFormatImmediate = 0x02;  // in the parameter list header

void startFormat(Disk& disk, Command& command, IoResult) {
  const base::Bytes& list = command.work().parameters;
  const bool immediate = !list.empty() && (list[1] & kFormatImmediate) != 0;
  Background::Order order;
  order.kind = Background::Kind::Format;
  disk.background().start(std::move(order), immediate ? nullptr : &command);
  if (immediate) return disk.complete(command);
  disk.park(command, formatEnded);
}

}  // namespace

// Formatting fills the medium with zeroes. No defect list, initialization pattern or protection information is taken.
void formatUnit(Disk& disk, Command& command) {
  constexpr std::uint8_t kTaken = 0xf2;  // FOV, DPRY, DCRT, STPF, IMMED
  const std::uint8_t flags = command.cdb[1];
  if ((flags & kFormatData) != 0) {
    const bool longList = (flags & kLongList) != 0;
    if (!disk.parameterList(command, longList ? 8 : 4)) return;
    const base::Bytes& list = command.work().parameters;
    const std::uint32_t defects = longList ? base::loadU32(&list[4]) : base::loadU16(&list[2]);
    if (list[0] != 0) return disk.complete(command, invalidFieldInParameterList(0));
    if ((list[1] & ~kTaken) != 0) return disk.complete(command, invalidFieldInParameterList(1));
    if (longList && list[3] != 0) return disk.complete(command, invalidFieldInParameterList(3));
    if (defects != 0) return disk.complete(command, invalidFieldInParameterList(longList ? 4 : 2));
  } else if ((flags & 0x0f) != 0) {
    return disk.complete(command, invalidFieldInCdb(1));
  }
  disk.lockRange(command, allBlocks(disk), true, startFormat);
}

}  // namespace handlers
}  // namespace scsi
