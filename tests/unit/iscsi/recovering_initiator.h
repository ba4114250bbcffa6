// What an initiator that recovers keeps of one connection and of one read (RFC 7143 4.2.2, 7.8, 7.9, 11.16, D.2.2).
//
// Ours asks for ErrorRecoveryLevel 0; the levels of our target are tried against these. Plain values of one owner.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include "agent/iscsi/data_in.h"
#include "agent/iscsi/range_set.h"
#include "agent/iscsi/serial.h"
#include "agent/iscsi/status_sequence.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi_test {

using iscsi::DataInPdu;
using iscsi::RangeSet;
using iscsi::serialLess;
using iscsi::SnackRun;
using iscsi::TransferParameters;

// StatSN: finds holes, and says what ExpStatSN to send.
class StatusReceiver {
 public:
  // Bound: numbers less than kWindow ahead of the first that is not acknowledged; a number beyond is TooFar, and the
  // connection has to be recovered (4.2.2.2).
  static constexpr std::uint32_t kWindow = 1024;

  // `next` is the StatSN behind that of the last Login Response.
  explicit StatusReceiver(std::uint32_t next) : acknowledged_(next), highest_(next) {}

  enum class Arrival : std::uint8_t { InOrder, Ahead, FillsHole, Duplicate, TooFar };
  // A PDU that carries status. Ahead: firstHole() tells what to ask for by a Status SNACK.
  Arrival received(std::uint32_t statSn);
  // A PDU that carries the StatSN to come and takes none (a NOP-In that is no answer): true where it reveals a hole.
  bool announced(std::uint32_t nextStatSn);
  // The response may be acknowledged: at once, or when all data of its task has come (7.9).
  void done(std::uint32_t statSn);

  // What to send: all below have come and may be acknowledged.
  [[nodiscard]] std::uint32_t expStatSn() const { return acknowledged_; }
  [[nodiscard]] std::optional<SnackRun> firstHole() const;

 private:
  [[nodiscard]] bool seen(std::uint32_t statSn) const { return seen_.test(statSn % kWindow); }

  std::uint32_t acknowledged_;
  std::uint32_t highest_;  // one behind the highest number known of
  std::bitset<kWindow> seen_;
  std::bitset<kWindow> done_;
};

inline StatusReceiver::Arrival StatusReceiver::received(std::uint32_t statSn) {
  if (serialLess(statSn, acknowledged_)) return Arrival::Duplicate;
  if (statSn - acknowledged_ >= kWindow) return Arrival::TooFar;
  if (seen(statSn)) return Arrival::Duplicate;
  seen_.set(statSn % kWindow);
  if (serialLess(statSn, highest_)) return Arrival::FillsHole;
  const bool inOrder = statSn == highest_;
  highest_ = statSn + 1;
  return inOrder ? Arrival::InOrder : Arrival::Ahead;
}

inline bool StatusReceiver::announced(std::uint32_t nextStatSn) {
  if (!serialLess(highest_, nextStatSn) || nextStatSn - acknowledged_ > kWindow) return false;
  highest_ = nextStatSn;
  return true;
}

inline void StatusReceiver::done(std::uint32_t statSn) {
  if (statSn - acknowledged_ >= kWindow || !seen(statSn)) return;
  done_.set(statSn % kWindow);
  while (done_.test(acknowledged_ % kWindow)) {
    done_.reset(acknowledged_ % kWindow);
    seen_.reset(acknowledged_ % kWindow);
    ++acknowledged_;
  }
}

inline std::optional<SnackRun> StatusReceiver::firstHole() const {
  for (std::uint32_t n = acknowledged_; n != highest_; ++n) {
    if (seen(n)) continue;
    SnackRun run{n, 0};
    while (n != highest_ && !seen(n)) {
      ++run.count;
      ++n;
    }
    return run;
  }
  return std::nullopt;
}

// Which numbers of a command's Data-In and R2T PDUs have come: one count over both, from 0 at the command on.
class InputSequence {
 public:
  static constexpr std::uint32_t kWindow = 1024;

  enum class Arrival : std::uint8_t { InOrder, Ahead, FillsHole, Duplicate, TooFar };
  [[nodiscard]] Arrival check(std::uint32_t n) const {
    if (serialLess(n, expected_)) return Arrival::Duplicate;
    if (n - expected_ >= kWindow) return Arrival::TooFar;
    if (seen_.test(n % kWindow)) return Arrival::Duplicate;
    if (n == highest_) return Arrival::InOrder;
    return serialLess(n, highest_) ? Arrival::FillsHole : Arrival::Ahead;
  }
  Arrival received(std::uint32_t n) {
    const Arrival arrival = check(n);
    if (arrival == Arrival::Duplicate || arrival == Arrival::TooFar) return arrival;
    seen_.set(n % kWindow);
    if (!serialLess(n, highest_)) highest_ = n + 1;
    while (seen_.test(expected_ % kWindow)) seen_.reset(expected_++ % kWindow);
    return arrival;
  }
  // All numbers below `end` were sent.
  void sentBelow(std::uint32_t end) {
    if (serialLess(highest_, end) && end - expected_ <= kWindow) highest_ = end;
  }

  [[nodiscard]] std::uint32_t expected() const { return expected_; }  // the first number that has not come
  [[nodiscard]] std::uint32_t end() const { return highest_; }
  [[nodiscard]] bool whole() const { return expected_ == highest_; }
  [[nodiscard]] std::optional<SnackRun> firstHole() const {
    if (whole()) return std::nullopt;
    SnackRun run{expected_, 1};
    while (run.begin + run.count != highest_ && !seen_.test((run.begin + run.count) % kWindow)) ++run.count;
    return run;
  }

 private:
  std::uint32_t expected_ = 0;
  std::uint32_t highest_ = 0;  // one behind the highest number known of
  std::bitset<kWindow> seen_;
};

enum class ReadFault : std::uint8_t {
  None,
  Duplicate,  // dropped in silence (7.9)
  Lost,       // a hole at ErrorRecoveryLevel 0
  Wrong,      // what a target must not send
};

// The data of one read. received() when a PDU is whole, or damaged() when its data digest is wrong; r2t() for each R2T
// of the command, response() at its SCSI Response. snack() and dataAck() say what is to be sent.
class RecoveringRead {
 public:
  // `expectedLength` bytes have room.
  void begin(std::uint32_t expectedLength, const TransferParameters& parameters, bool bidirectional);

  [[nodiscard]] ReadFault check(const DataInPdu& pdu) const;
  ReadFault received(const DataInPdu& pdu);
  ReadFault damaged(const DataInPdu& pdu);
  // The R2T's own numbers are checked by DataOutSender.
  ReadFault r2t(std::uint32_t r2tSn);
  // A SCSI Response with its ExpDataSN. Lost at ErrorRecoveryLevel 0.
  ReadFault response(std::uint32_t expDataSn);

  [[nodiscard]] std::optional<SnackRun> snack() const;
  // The number that a DataACK is due for. dataAckSent() says that it went out.
  [[nodiscard]] std::optional<std::uint32_t> dataAck() const;
  void dataAckSent();
  [[nodiscard]] bool complete() const { return statusSeen_ && input_.whole() && !tailMissing(); }

 private:
  using Arrival = InputSequence::Arrival;

  [[nodiscard]] bool recovers() const { return parameters_.errorRecoveryLevel > 0; }
  [[nodiscard]] bool inOrder() const { return parameters_.dataPduInOrder && parameters_.dataSequenceInOrder; }
  // The Response counts more Data-In than came, and their numbers are not known.
  [[nodiscard]] bool tailMissing() const { return pdus_ < expectedPdus_; }
  [[nodiscard]] ReadFault checkData(const DataInPdu& pdu, Arrival arrival) const;
  ReadFault hole() const { return recovers() ? ReadFault::None : ReadFault::Lost; }

  TransferParameters parameters_;
  InputSequence input_;
  RangeSet received_;
  std::uint32_t expectedLength_ = 0;
  std::uint32_t pdus_ = 0;          // Data-In that came
  std::uint32_t expectedPdus_ = 0;  // as the Response says
  std::uint32_t burst_ = 0;         // bytes since the last F, while nothing is missing
  std::uint32_t ackWanted_ = 0;     // a DataACK is due when all below has come
  bool ackPending_ = false;
  bool bidirectional_ = false;
  bool statusSeen_ = false;
};

inline void RecoveringRead::begin(std::uint32_t expectedLength, const TransferParameters& parameters,
                                  bool bidirectional) {
  parameters_ = parameters;
  input_ = {};
  received_.clear();
  expectedLength_ = expectedLength;
  pdus_ = 0;
  expectedPdus_ = 0;
  burst_ = 0;
  ackPending_ = false;
  bidirectional_ = bidirectional;
  statusSeen_ = false;
}

inline ReadFault RecoveringRead::check(const DataInPdu& pdu) const {
  const Arrival arrival = input_.check(pdu.dataSn);
  if (arrival == Arrival::Duplicate) return ReadFault::Duplicate;
  if (arrival == Arrival::TooFar) return ReadFault::Wrong;
  if (statusSeen_ && arrival != Arrival::FillsHole && !tailMissing()) return ReadFault::Wrong;
  if (pdu.status && (!pdu.final || bidirectional_)) return ReadFault::Wrong;
  const ReadFault fault = checkData(pdu, arrival);
  if (fault != ReadFault::None) return fault;
  return arrival == Arrival::Ahead ? hole() : ReadFault::None;
}

inline ReadFault RecoveringRead::checkData(const DataInPdu& pdu, Arrival arrival) const {
  if (pdu.length == 0) return ReadFault::None;
  if (pdu.length > parameters_.maxDataSegmentLength) return ReadFault::Wrong;
  if (pdu.bufferOffset > expectedLength_ || pdu.length > expectedLength_ - pdu.bufferOffset) {
    return ReadFault::Wrong;
  }
  const bool nothingMissing = arrival == Arrival::InOrder && input_.whole();
  if (nothingMissing && pdu.length > parameters_.maxBurstLength - burst_) return ReadFault::Wrong;
  if (received_.check({pdu.bufferOffset, pdu.bufferOffset + pdu.length}) == RangeSet::Added::Overlap) {
    return ReadFault::Wrong;
  }
  if (received_.check({pdu.bufferOffset, pdu.bufferOffset + pdu.length}) == RangeSet::Added::TooMany) {
    return ReadFault::Wrong;
  }
  if (nothingMissing && inOrder() && pdu.bufferOffset != received_.contiguous()) return ReadFault::Wrong;
  return ReadFault::None;
}

inline ReadFault RecoveringRead::received(const DataInPdu& pdu) {
  const ReadFault fault = check(pdu);
  if (fault != ReadFault::None) return fault;
  const Arrival arrival = input_.received(pdu.dataSn);
  received_.add({pdu.bufferOffset, pdu.bufferOffset + pdu.length});
  ++pdus_;
  // Counted only while nothing is missing; after a hole the count is too low until the next F.
  const bool counts = arrival == Arrival::InOrder && input_.whole() && !pdu.final;
  burst_ = counts ? burst_ + pdu.length : 0;
  if (pdu.acknowledge && recovers()) {
    if (!ackPending_ || serialLess(ackWanted_, pdu.dataSn + 1)) ackWanted_ = pdu.dataSn + 1;
    ackPending_ = true;
  }
  if (pdu.status) statusSeen_ = true;
  return ReadFault::None;
}

inline ReadFault RecoveringRead::damaged(const DataInPdu& pdu) {
  const ReadFault fault = check(pdu);
  if (fault != ReadFault::None) return fault;
  input_.sentBelow(pdu.dataSn + 1);
  burst_ = 0;
  return hole();
}

inline ReadFault RecoveringRead::r2t(std::uint32_t r2tSn) {
  switch (input_.received(r2tSn)) {
    case Arrival::InOrder:
    case Arrival::FillsHole:
      return ReadFault::None;
    case Arrival::Ahead:
      return hole();
    case Arrival::Duplicate:
      return ReadFault::Duplicate;
    case Arrival::TooFar:
      break;
  }
  return ReadFault::Wrong;
}

inline ReadFault RecoveringRead::response(std::uint32_t expDataSn) {
  statusSeen_ = true;
  expectedPdus_ = expDataSn;
  // Where no R2T takes part in the count, the number of PDUs is the end of the numbers.
  if (!bidirectional_) input_.sentBelow(expDataSn);
  return input_.whole() && !tailMissing() ? ReadFault::None : hole();
}

inline std::optional<SnackRun> RecoveringRead::snack() const {
  if (!recovers()) return std::nullopt;
  if (const std::optional<SnackRun> run = input_.firstHole()) return run;
  if (tailMissing()) return SnackRun{input_.end(), 0};
  return std::nullopt;
}

inline std::optional<std::uint32_t> RecoveringRead::dataAck() const {
  if (!ackPending_ || complete() || serialLess(input_.expected(), ackWanted_)) return std::nullopt;
  return input_.expected();
}

inline void RecoveringRead::dataAckSent() { ackPending_ = false; }

}  // namespace iscsi_test
