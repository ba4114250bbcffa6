// Background: the one long operation that a disk does by itself, SANITIZE or FORMAT UNIT (SBC-3 4.11, 5.2, 5.29).
//
// The owner of the disk drives it: each step() submits one request, of at most kStepBytes; due() says that a step is
// wanted. Commands that wait for the end are resumed; the operation goes on through aborts and resets. One owner, the
// unit's thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "agent/scsi/block_device.h"
#include "agent/scsi/sense.h"

namespace scsi {

class Command;
class Disk;

class Background {
 public:
  static constexpr std::uint64_t kStepBytes = 16U << 20;
  static constexpr std::uint64_t kPatternBytes = 1U << 20;

  enum class Kind : std::uint8_t { None, Sanitize, Format };
  struct Order {
    Kind kind = Kind::None;
    base::Bytes pattern;                 // OVERWRITE: what the medium is filled with; empty: zeroes
    std::uint8_t passes = 1;
    bool invert = false;                 // the pattern of every second pass, counted from the last, is inverted
    bool unrestrictedExit = false;       // AUSE: EXIT FAILURE MODE may end a failure
  };

  explicit Background(Disk& disk) : disk_(disk), io_(*this) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // `waiter` (or nullptr) is resumed at the end.
  void start(Order order, Command* waiter);
  void step();
  void forget(const Command& waiter) {
    if (waiter_ == &waiter) waiter_ = nullptr;
  }
  [[nodiscard]] bool running() const { return phase_ != Phase::Idle; }
  [[nodiscard]] bool due() const { return running() && !inFlight_; }
  [[nodiscard]] Kind kind() const { return order_.kind; }
  [[nodiscard]] Progress progress() const;
  // NOT READY, with how far it is.
  [[nodiscard]] Sense inProgress() const;
  // The one that failed last, with nobody waiting perhaps: a SANITIZE that neither another one nor EXIT FAILURE MODE
  // mended, or a FORMAT UNIT that no other one mended, nor a SANITIZE, which fills all blocks too.
  [[nodiscard]] Kind failed() const { return failed_; }
  // What it says to whom it keeps out.
  [[nodiscard]] Sense failure() const;
  // False where the failed SANITIZE did not allow it.
  bool exitFailureMode();

 private:
  enum class Phase : std::uint8_t { Idle, Write, Discard, Flush };
  class Io final : public BlockRequest {
   public:
    explicit Io(Background& owner) : owner_(owner) {}
    void done(IoResult result) override { owner_.onDone(result); }

   private:
    Background& owner_;
  };

  void onDone(IoResult result);
  void endPhase();
  void end(bool good);
  void fillPattern();

  Disk& disk_;
  Order order_;
  Command* waiter_ = nullptr;
  Phase phase_ = Phase::Idle;
  bool inFlight_ = false;
  Kind failed_ = Kind::None;
  bool mayExit_ = false;
  std::uint8_t pass_ = 0;
  std::uint64_t cursor_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint32_t blockSize_ = 512;
  base::Bytes buffer_;  // whole blocks of the pattern
  std::array<std::span<std::uint8_t>, 1> memory_;
  Io io_;
};

}  // namespace scsi
