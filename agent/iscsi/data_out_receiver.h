// DataOutReceiver: the target's end of the data of one write (RFC 7143 4.2.5.2, 7.8, 7.9, 11.4.2, 11.7, 11.8, D.2.3).
//
// Checks immediate data, the unsolicited burst and the answers to R2Ts, says which R2T to send next, and when all that
// is wanted has come. It sees numbers only; the owner places the bytes. One for each write, kept in its task and used
// again by begin(). One owner, no locks. It allocates only where data comes ahead of a hole (see RangeSet).
//
//   begin() at the command; a fault whose row has a Reject reason means that the command itself is rejected.
//   check() at a Data-Out header: where its bytes go. Then received() when the PDU is whole, or damaged() when its data
//     digest is wrong (the owner sends Reject 02 itself).
//   nextR2t() as long as it gives one. complete(): all is here. failed() and quiet(): now the Response may go (11.4.2).
//
// After the first fault nothing more is solicited or kept, and each open sequence is waited for until its F.
// At ErrorRecoveryLevel 1 and 2 lost data is no fault: recovery R2Ts ask for exactly the bytes that are missing.
// Bounds: kMaxOutstanding R2Ts at a time, whatever was negotiated; kMaxEmptyPdus PDUs without data and without F in a
// write (then TooManyEmpty); kMaxRecoveries recovery R2Ts in a write (then Lost); kMaxSuperseded R2Ts that timed out
// are remembered, so that late answers to them are dropped in silence (older ones are unknown tags).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "agent/iscsi/data_out.h"
#include "agent/iscsi/range_set.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

struct WriteCommand {
  std::uint32_t expectedLength = 0;   // Expected Data Transfer Length of the write
  std::uint32_t wantedLength = 0;     // bytes that the logical unit takes; what is expected beyond is not solicited
  std::uint32_t immediateLength = 0;  // data segment of the command
  bool final = true;                  // F of the command: no unsolicited Data-Out follows
};

class DataOutReceiver {
 public:
  static constexpr std::uint32_t kMaxOutstanding = 8;
  static constexpr std::uint32_t kMaxSuperseded = 8;
  static constexpr std::uint32_t kMaxEmptyPdus = 16;
  static constexpr std::uint32_t kMaxRecoveries = 256;

  DataOutFault begin(const WriteCommand& command, const TransferParameters& parameters);

  // Where the data segment of a PDU goes: `keep` bytes from its start belong at `offset` of the write, the rest is read
  // and dropped.
  struct Placement {
    DataOutFault fault = DataOutFault::None;
    std::uint32_t offset = 0;
    std::uint32_t keep = 0;
  };
  [[nodiscard]] Placement check(const DataOutPdu& pdu) const;
  DataOutFault received(const DataOutPdu& pdu);
  DataOutFault damaged(const DataOutPdu& pdu);

  [[nodiscard]] bool wantsR2t() const;
  // The next R2T; it takes `targetTransferTag` (unused by other R2Ts of the session, never kReservedTag) and a number
  // of `r2tSn`, the count of the task that a bidirectional command shares with its Data-In (4.2.2.4).
  std::optional<ReadyToTransfer> nextR2t(std::uint32_t targetTransferTag, std::uint32_t& r2tSn);
  // For a SNACK: an R2T that was sent and whose answer has not come.
  [[nodiscard]] std::optional<ReadyToTransfer> findR2t(std::uint32_t r2tSn) const;

  // No PDU of a sequence came for too long. kReservedTag is the unsolicited one.
  void sequenceTimedOut(std::uint32_t targetTransferTag);
  // Another connection took the task (TASK REASSIGN): what was asked for and has not come is asked for again there.
  void reassigned();
  // The command ends early (an error of the device, an abort): no more R2Ts, and data is dropped.
  void abandon() { abandoned_ = true; }

  [[nodiscard]] bool failed() const { return fault_ != DataOutFault::None; }
  [[nodiscard]] DataOutFault fault() const { return fault_; }  // the first one
  // No sequence is open: nothing more will come by itself.
  [[nodiscard]] bool quiet() const { return open_ == 0; }
  [[nodiscard]] std::uint32_t openSequences() const { return open_; }
  // All wanted bytes are here and nothing is expected.
  [[nodiscard]] bool complete() const { return !stopped() && quiet() && received_.covers(wanted_); }
  // Bytes from the start of the write on that have come without a hole.
  [[nodiscard]] std::uint32_t contiguous() const { return received_.contiguous(); }

 private:
  struct Sequence {
    ReadyToTransfer asked;  // of the unsolicited one: kReservedTag and its range
    std::uint32_t nextDataSn = 0;
    std::uint32_t nextOffset = 0;
    std::uint32_t bytes = 0;
    bool lost = false;  // a PDU of it is known to be missing or damaged

    [[nodiscard]] ByteRange range() const { return {asked.bufferOffset, asked.bufferOffset + asked.length}; }
  };

  [[nodiscard]] bool stopped() const { return failed() || abandoned_; }
  [[nodiscard]] bool recovers() const { return parameters_.errorRecoveryLevel > 0; }
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint32_t tag) const;
  [[nodiscard]] bool isSuperseded(std::uint32_t tag) const;
  [[nodiscard]] DataOutFault checkCommand(const WriteCommand& command) const;
  [[nodiscard]] DataOutFault checkInSequence(std::uint32_t index, const DataOutPdu& pdu) const;
  [[nodiscard]] DataOutFault checkRange(const Sequence& sequence, const DataOutPdu& pdu) const;
  DataOutFault take(const DataOutPdu& pdu, bool good);
  void fail(DataOutFault fault);
  void openSequence(const ReadyToTransfer& asked);
  void closeSequence(std::uint32_t index);
  [[nodiscard]] std::optional<ByteRange> lostRange() const;
  [[nodiscard]] std::optional<ByteRange> nextRange() const;

  TransferParameters parameters_;
  std::uint32_t expected_ = 0;
  std::uint32_t wanted_ = 0;
  std::uint32_t solicited_ = 0;  // all below was sent unsolicited or asked for once
  RangeSet received_;
  std::array<Sequence, kMaxOutstanding + 1> sequences_;  // open, in the order in which they were asked for
  std::uint32_t open_ = 0;
  std::array<ReadyToTransfer, kMaxSuperseded> superseded_{};
  std::uint32_t supersededCount_ = 0;  // ever; the newest stands at count - 1, modulo the bound
  bool unsolicitedSuperseded_ = false;
  std::uint32_t emptyPdus_ = 0;
  std::uint32_t recoveries_ = 0;
  DataOutFault fault_ = DataOutFault::None;
  bool abandoned_ = false;
};

}  // namespace iscsi
