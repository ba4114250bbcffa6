// Background: the one long operation that a disk does by itself, SANITIZE or FORMAT UNIT (SBC-3 4.11, 5.2, 5.29).
//
// The owner of the disk drives it: each step() submits one request, of at most kStepBytes; due() says that a step is
// wanted. The command that ordered it is resumed at its end, or with IMMED when it is sure to go on; it goes on through
// aborts and resets.
//
// It outlives a power loss where the disk has a StateStore (SBC-3 4.11.2, 4.11.3): what was ordered is kept before the
// order is answered, how far it is each kCheckpointBytes behind a flush, that it failed or is over before that shows.
// So a medium that is half erased is never taken for one that is, nor blocks that were written afterwards erased. What
// cannot be kept: an order is refused, an end is a failure. One owner, the unit's thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "agent/scsi/block_device.h"
#include "agent/scsi/sense.h"
#include "agent/scsi/state_store.h"

namespace scsi {

class Command;
class Disk;

class Background {
 public:
  static constexpr std::uint64_t kStepBytes = 16U << 20;
  static constexpr std::uint64_t kPatternBytes = 1U << 20;
  static constexpr std::uint64_t kCheckpointBytes = std::uint64_t{4} << 30;

  enum class Kind : std::uint8_t { None, Sanitize, Format };
  struct Order {
    Kind kind = Kind::None;
    base::Bytes pattern;                 // OVERWRITE: what the medium is filled with; empty: zeroes
    std::uint8_t passes = 1;
    bool invert = false;                 // the pattern of every second pass, counted from the last, is inverted
    bool unrestrictedExit = false;       // AUSE: EXIT FAILURE MODE may end a failure
  };

  explicit Background(Disk& disk) : disk_(disk), io_(*this), saving_(*this) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // `command` is parked, and resumed: with MediumError where it failed, with Gone where it could not be kept and
  // nothing was begun, else with Ok: at the end, or as soon as it was kept (`immediate`).
  void start(Order order, Command& command, bool immediate);
  // What a StateStore kept: it goes on from there. False, and nothing changed, if the image is malformed.
  bool restore(base::ByteView image);
  // The device is about to go, and ends what it has: that is no end of the operation.
  void halt();
  void step();
  void forget(const Command& waiter) {
    if (waiter_ == &waiter) waiter_ = nullptr;
  }
  [[nodiscard]] bool running() const { return phase_ != Phase::Idle && phase_ != Phase::Forgive; }
  [[nodiscard]] bool due() const { return running() && !inFlight_; }
  // The store has not answered.
  [[nodiscard]] bool saving() const { return savingNow_; }
  [[nodiscard]] Kind kind() const { return order_.kind; }
  [[nodiscard]] Progress progress() const;
  // NOT READY, with how far it is.
  [[nodiscard]] Sense inProgress() const;
  // The one that failed last, with nobody waiting perhaps: a SANITIZE that neither another one nor EXIT FAILURE MODE
  // mended, or a FORMAT UNIT that no other one mended, nor a SANITIZE, which fills all blocks too.
  [[nodiscard]] Kind failed() const { return failed_; }
  // What it says to whom it keeps out.
  [[nodiscard]] Sense failure() const;
  // Whether EXIT FAILURE MODE may end what failed, if anything did.
  [[nodiscard]] bool mayExitFailure() const { return failed_ != Kind::Sanitize || mayExit_; }
  // Does so; `command` is parked, and resumed as by start().
  void exitFailureMode(Command& command);

 private:
  enum class Phase : std::uint8_t {
    Idle,
    Begin,      // the order is being kept
    Write = 2,  // these three stand in images
    Discard = 3,
    Flush = 4,
    End,      // the end is being kept
    Forgive,  // that a failure is over is being kept
  };
  class Io final : public BlockRequest {
   public:
    explicit Io(Background& owner) : owner_(owner) {}
    void done(IoResult result) override { owner_.onDone(result); }

   private:
    Background& owner_;
  };

  class Saving final : public SaveRequest {
   public:
    explicit Saving(Background& owner) : owner_(owner) {}
    void done(bool saved) override { owner_.onSaved(saved); }

   private:
    Background& owner_;
  };

  void onDone(IoResult result);
  void endPhase();
  void end(bool good);
  void leave(IoResult result);
  void fillPattern();
  void save();
  void onSaved(bool saved);
  void wake(IoResult result);
  [[nodiscard]] base::Bytes image() const;

  Disk& disk_;
  Order order_;
  Command* waiter_ = nullptr;
  bool immediate_ = false;
  Phase phase_ = Phase::Idle;
  bool inFlight_ = false;  // the device has a request, or the store an image
  bool savingNow_ = false;
  bool checkpoint_ = false;  // a flush, and then an image, before the phase goes on
  bool halted_ = false;
  bool good_ = false;            // how it ended, with Phase::End
  std::uint64_t sinceKept_ = 0;  // bytes
  Kind failed_ = Kind::None;
  bool mayExit_ = false;
  std::uint8_t pass_ = 0;
  std::uint64_t cursor_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint32_t blockSize_ = 512;
  base::Bytes buffer_;  // whole blocks of the pattern
  std::array<std::span<std::uint8_t>, 1> memory_;
  Io io_;
  Saving saving_;
};

}  // namespace scsi
