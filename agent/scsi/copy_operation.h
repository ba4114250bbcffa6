// CopyOperation: one third-party copy on its way, piece by piece, and what became of it.
//
// It issues READ(16), WRITE(16) and WRITE SAME(16) to the units as their initiator would, through the nexus that the
// initiator has there: range, rights, reservations, range locks and medium are checked where they always are. One
// piece of at most kPieceBytes is under way; its memory is the source unit's, from its pool or what its device shows:
// that unit is not idle() until the piece is written, though its own part has ended. After kTurnBytes in one
// turn others have theirs (onTimer). Where a unit has no room (TASK SET FULL, BUSY) it tries again kMaxRetries times.
//
// A copy that overlaps itself gives what memmove() would. One owner: the CopyManager of the unit that was asked; it
// must stay until ended(). SPC-4 5.17.7.4, 6.4.6.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "agent/scsi/copy_domain.h"
#include "agent/scsi/sense.h"

namespace scsi {

class CopyManager;

struct CopySegment {
  CopyUnit from;                // no disk: zeroes
  CopyUnit to;
  std::uint64_t fromLba = 0;
  std::uint64_t toLba = 0;
  std::uint64_t bytes = 0;      // whole blocks of both
  std::optional<Sense> wrong = std::nullopt;  // what the copy ends with when it comes here
};

struct CopyOrder {
  std::uint8_t serviceAction = 0;
  std::uint32_t listId = 0;
  bool identified = true;   // results may be asked for by the list identifier while it runs
  bool hold = true;         // and after it ended
  bool immediate = false;   // nobody waits for the end
  std::vector<CopySegment> segments;
  RodToken* token = nullptr;  // what it reads; it ends when the token is dead
  bool deletesToken = false;  // at its end
};

class CopyOperation {
 public:
  static constexpr std::uint64_t kPieceBytes = 1U << 20;
  static constexpr std::uint64_t kZeroPieceBytes = 16U << 20;
  static constexpr std::uint64_t kTurnBytes = 4U << 20;
  static constexpr std::chrono::milliseconds kRetryAfter{10};
  static constexpr std::uint32_t kMaxRetries = 500;  // of one piece

  enum class Outcome : std::uint8_t { Running, Good, Failed, Aborted };

  CopyOperation(CopyManager& manager, const Nexus& nexus, CopyOrder order)
      : manager_(manager), nexus_(&nexus), order_(std::move(order)), read_(*this), write_(*this) {}
  CopyOperation(const CopyOperation&) = delete;
  CopyOperation& operator=(const CopyOperation&) = delete;

  // Goes on as far as it can; may end and destroy the operation.
  void run();
  // Its first turn is the owner's next onTimer().
  void runLater();
  // It ends before its next piece.
  void abort() { aborting_ = true; }
  // The initiator is gone: it ends, and nobody asks for results.
  void orphan() {
    nexus_ = nullptr;
    abort();
  }

  [[nodiscard]] const CopyOrder& order() const { return order_; }
  [[nodiscard]] const Nexus* nexus() const { return nexus_; }
  [[nodiscard]] Outcome outcome() const { return outcome_; }
  [[nodiscard]] bool ended() const { return outcome_ != Outcome::Running; }
  [[nodiscard]] std::uint64_t bytesDone() const { return bytesDone_; }
  [[nodiscard]] std::uint16_t segmentsDone() const { return static_cast<std::uint16_t>(at_); }
  [[nodiscard]] std::uint16_t operations() const { return operations_; }  // reads and writes that ended; it wraps
  [[nodiscard]] Status status() const { return status_; }
  [[nodiscard]] base::ByteView sense() const { return {sense_.data(), senseSize_}; }
  [[nodiscard]] base::TimePoint dueAt() const { return dueAt_; }  // when run() wants to be called, or kNever

  Command* waiter = nullptr;        // the command that ends with it
  std::vector<Command*> aborters;   // COPY OPERATION ABORTs that wait for the end
  base::Bytes token;                // POPULATE TOKEN: what it made
  bool statusTaken = false;

  // A copy that has nothing to move has ended (POPULATE TOKEN).
  void endGood(std::uint64_t bytes);

 private:
  enum class Phase : std::uint8_t { Next, Reading, Writing };
  class Part final : public Command {
   public:
    explicit Part(CopyOperation& owner) : owner_(owner) { work().ofCopy = true; }
    void done() override;
    std::array<std::uint8_t, 16> bytes{};

   private:
    CopyOperation& owner_;
  };

  void step();
  void startPiece();
  void choosePiece(const CopySegment& segment);
  void issue(Part& part, const CopyUnit& unit, Phase phase);
  void wasRead();
  void wasWritten();
  bool partGood(Part& part, const CopyUnit& unit, bool source);
  [[nodiscard]] bool mustStop() const;
  [[nodiscard]] bool tokenDead();
  void retryLater();
  void fail(Sense sense);
  void end(Outcome outcome, Status status, base::ByteView sense);

  CopyManager& manager_;
  const Nexus* nexus_;
  CopyOrder order_;
  Part read_;
  Part write_;
  std::vector<std::span<std::uint8_t>> memory_;  // what was read, as what is written
  Outcome outcome_ = Outcome::Running;
  Phase phase_ = Phase::Next;
  bool pumping_ = false;
  bool flying_ = false;
  bool aborting_ = false;
  std::size_t at_ = 0;            // segment
  std::uint64_t done_ = 0;        // bytes of it
  std::uint64_t piece_ = 0;       // bytes under way
  std::uint64_t offset_ = 0;      // of the piece in the segment
  std::uint64_t turn_ = 0;
  std::uint64_t bytesDone_ = 0;
  std::uint16_t operations_ = 0;
  std::uint32_t retries_ = 0;
  base::TimePoint dueAt_ = base::kNever;
  Status status_ = Status::Good;
  std::size_t senseSize_ = 0;
  SenseBuffer sense_{};
};

}  // namespace scsi
