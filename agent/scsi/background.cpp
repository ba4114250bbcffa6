#include "agent/scsi/background.h"

#include <algorithm>
#include <utility>

#include "agent/scsi/disk.h"
#include "agent/scsi/handlers.h"

namespace scsi {

namespace {

constexpr std::uint8_t kBackgroundVersion = 1;
constexpr std::uint8_t kBackgroundFailed = 0x01;
constexpr std::uint8_t kBackgroundInvert = 0x02;
constexpr std::uint8_t kBackgroundMayExit = 0x04;
constexpr std::uint8_t kMostPasses = 31;  // OVERWRITE COUNT has five bits

}  // namespace

void Background::start(Order order, Command& command, bool immediate) {
  const Geometry geometry = disk_.device().geometry();
  order_ = std::move(order);
  waiter_ = &command;
  immediate_ = immediate;
  phase_ = Phase::Begin;
  pass_ = 0;
  cursor_ = sinceKept_ = 0;
  checkpoint_ = false;
  blocks_ = geometry.blocks;
  blockSize_ = geometry.blockSize;
  disk_.revokeTokens();
  fillPattern();
  save();
}

// Where a disk keeps nothing it is as if that was done at once.
void Background::save() {
  inFlight_ = true;
  if (disk_.store() == nullptr) return onSaved(true);
  savingNow_ = true;
  disk_.store()->save(StateKind::Background, image(), saving_);
}

void Background::onSaved(bool saved) {
  inFlight_ = savingNow_ = false;
  sinceKept_ = 0;
  if (halted_) return;
  switch (phase_) {
    case Phase::Begin:
      if (!saved) return leave(IoResult::Gone);
      phase_ = Phase::Write;
      if (order_.kind == Kind::Sanitize) mayExit_ = order_.unrestrictedExit;
      if (immediate_) wake(IoResult::Ok);
      break;
    case Phase::Write:
    case Phase::Discard:
    case Phase::Flush:
      break;  // how far it is: without that it would begin further back
    case Phase::End:
      // What is not known to be over would begin anew, over what was written meanwhile: so nothing may be.
      good_ = good_ && saved;
      failed_ = good_ ? Kind::None : order_.kind;
      return leave(good_ ? IoResult::Ok : IoResult::MediumError);
    case Phase::Forgive:
      if (saved) failed_ = Kind::None;
      return leave(saved ? IoResult::Ok : IoResult::Gone);
    case Phase::Idle:
      return;
  }
  disk_.wantAttention();
}

void Background::leave(IoResult result) {
  phase_ = Phase::Idle;
  order_.kind = Kind::None;
  buffer_ = base::Bytes();
  wake(result);
}

void Background::wake(IoResult result) {
  if (Command* const waiter = std::exchange(waiter_, nullptr)) disk_.resume(*waiter, result);
}

void Background::halt() {
  halted_ = true;
  phase_ = Phase::Idle;
  waiter_ = nullptr;
}

// version, kind, flags, phase, passes, pass, cursor, pattern. Empty: nothing runs, and nothing failed.
base::Bytes Background::image() const {
  base::Bytes out;
  const bool over = phase_ == Phase::Forgive || (phase_ == Phase::End && good_);
  if (over) return out;
  base::ByteWriter writer(out);
  writer.u8(kBackgroundVersion);
  writer.u8(static_cast<std::uint8_t>(order_.kind));
  writer.u8(static_cast<std::uint8_t>((phase_ == Phase::End ? kBackgroundFailed : 0) |
                                      (order_.invert ? kBackgroundInvert : 0) |
                                      (order_.unrestrictedExit ? kBackgroundMayExit : 0)));
  writer.u8(static_cast<std::uint8_t>(phase_ == Phase::Begin ? Phase::Write : phase_));
  writer.u8(order_.passes);
  writer.u8(pass_);
  writer.u64(cursor_);
  writer.u16(static_cast<std::uint16_t>(order_.pattern.size()));
  writer.bytes(order_.pattern);
  return out;
}

bool Background::restore(base::ByteView image) {
  if (image.empty()) return true;
  base::ByteReader reader(image);
  const std::uint8_t version = reader.u8();
  const std::uint8_t kind = reader.u8();
  const std::uint8_t flags = reader.u8();
  const std::uint8_t phase = reader.u8();
  Order order;
  order.passes = reader.u8();
  const std::uint8_t pass = reader.u8();
  const std::uint64_t cursor = reader.u64();
  const base::ByteView pattern = reader.bytes(reader.u16());
  if (reader.failed() || reader.remaining() != 0 || version != kBackgroundVersion) return false;
  const Geometry geometry = disk_.device().geometry();
  const bool failed = (flags & kBackgroundFailed) != 0;
  const bool kindIsGood =
      kind == static_cast<std::uint8_t>(Kind::Sanitize) || kind == static_cast<std::uint8_t>(Kind::Format);
  const bool phaseIsGood =
      failed || (phase >= static_cast<std::uint8_t>(Phase::Write) && phase <= static_cast<std::uint8_t>(Phase::Flush));
  const bool passIsGood = order.passes != 0 && order.passes <= kMostPasses && pass <= order.passes &&
                          (failed || phase != static_cast<std::uint8_t>(Phase::Write) || pass < order.passes);
  if (!kindIsGood || !phaseIsGood || !passIsGood) return false;
  order.kind = static_cast<Kind>(kind);
  order.invert = (flags & kBackgroundInvert) != 0;
  order.unrestrictedExit = (flags & kBackgroundMayExit) != 0;
  order.pattern.assign(pattern.begin(), pattern.end());
  mayExit_ = order.unrestrictedExit;
  if (failed) {
    failed_ = order.kind;
    return true;
  }
  order_ = std::move(order);
  phase_ = static_cast<Phase>(phase);
  pass_ = pass;
  blocks_ = geometry.blocks;
  blockSize_ = geometry.blockSize;
  // A medium of another size is another range: the phase begins anew.
  cursor_ = cursor < blocks_ ? cursor : 0;
  fillPattern();
  disk_.wantAttention();
  return true;
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
  switch (checkpoint_ ? Phase::Flush : phase_) {
    case Phase::Idle:
    case Phase::Begin:
    case Phase::End:
    case Phase::Forgive:
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
  if (halted_) return;
  if (result != IoResult::Ok) return end(false);
  if (std::exchange(checkpoint_, false)) return save();
  cursor_ += io_.blocks;
  sinceKept_ += io_.blocks * blockSize_;
  if (phase_ == Phase::Flush || cursor_ == blocks_) {
    endPhase();
  } else {
    checkpoint_ = disk_.store() != nullptr && sinceKept_ >= kCheckpointBytes;
  }
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
  good_ = good;
  phase_ = Phase::End;
  save();
}

void Background::exitFailureMode(Command& command) {
  waiter_ = &command;
  phase_ = Phase::Forgive;
  save();
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

// It could not be kept, so nothing was done.
void notKept(Disk& disk, Command& command) {
  disk.complete(command, {SenseKey::HardwareError, Asc::InternalTargetFailure});
}

void formatEnded(Disk& disk, Command& command, IoResult result) {
  if (result == IoResult::Ok) return disk.complete(command);
  if (result == IoResult::Gone) return notKept(disk, command);
  disk.complete(command, {SenseKey::MediumError, Asc::MediumFormatCorrupted});
}

void sanitizeEnded(Disk& disk, Command& command, IoResult result) {
  if (result == IoResult::Ok) return disk.complete(command);
  if (result == IoResult::Gone) return notKept(disk, command);
  disk.complete(command, {SenseKey::MediumError, Asc::SanitizeCommandFailed});
}

// An EXIT FAILURE MODE that was aborted may still be on its way to the store. True after it ended the command.
bool mustWait(Disk& disk, Command& command) {
  if (!disk.background().saving()) return false;
  disk.complete(command, Status::Busy);
  return true;
}

// The command has all blocks for itself: nothing that came before is still being written.
void startSanitize(Disk& disk, Command& command, IoResult) {
  if (mustWait(disk, command)) return;
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
  disk.park(command, sanitizeEnded);
  disk.background().start(std::move(order), command, immediate);
}

// None of two at a time, nor beside an order: they have all blocks for themselves too.
void exitFailureMode(Disk& disk, Command& command, IoResult) {
  if (mustWait(disk, command)) return;
  if (disk.background().failed() != Background::Kind::Sanitize) return disk.complete(command);
  disk.park(command, sanitizeEnded);
  disk.background().exitFailureMode(command);
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
  if (action == kExitFailureMode && !disk.background().mayExitFailure()) {
    return disk.complete(command, invalidFieldInCdb(1, std::uint8_t{4}));
  }
  disk.lockRange(command, allBlocks(disk), true, action == kExitFailureMode ? exitFailureMode : startSanitize);
}

namespace {

constexpr std::uint8_t kFormatData = 0x10;
constexpr std::uint8_t kLongList = 0x20;
constexpr std::uint8_t kFormatImmediate = 0x02;  // in the parameter list header

void startFormat(Disk& disk, Command& command, IoResult) {
  if (mustWait(disk, command)) return;
  const base::Bytes& list = command.work().parameters;
  const bool immediate = !list.empty() && (list[1] & kFormatImmediate) != 0;
  Background::Order order;
  order.kind = Background::Kind::Format;
  disk.park(command, formatEnded);
  disk.background().start(std::move(order), command, immediate);
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
