// DataOutSender: the initiator's end of the data of one write (RFC 7143 4.2.5.2, 11.3.4, 11.7, 11.8).
//
// Says how much goes into the command and whether F is set there, then gives the Data-Out PDUs one at a time: first the
// unsolicited burst, then the R2Ts in the order in which they came. R2TSN is checked by DataInReceiver. One for
// each write; one owner, no locks. Bound: kMaxQueued R2Ts that are not answered; what exceeds it is a fault of the
// target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/iscsi/data_out.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

// What is wrong with an R2T: a format error, so the session is recovered (7.7).
enum class R2tFault : std::uint8_t {
  None,
  TagInvalid,     // the reserved tag, or that of an R2T in work
  LengthInvalid,  // 0, or above MaxBurstLength
  OutOfBounds,    // outside of the write
  TooMany,
};

class DataOutSender {
 public:
  static constexpr std::size_t kMaxQueued = 512;

  DataOutSender(std::uint32_t expectedLength, const TransferParameters& parameters);

  // Of the command PDU.
  [[nodiscard]] std::uint32_t immediateLength() const { return immediateLength_; }
  [[nodiscard]] bool commandFinal() const { return commandFinal_; }

  R2tFault onR2t(const ReadyToTransfer& r2t);

  // The next PDU to send; nothing until an R2T comes.
  std::optional<DataOutPdu> next();
  [[nodiscard]] bool idle() const { return head_ == queue_.size(); }

 private:
  struct Sequence {
    std::uint32_t targetTransferTag = kReservedTag;
    std::uint32_t dataSn = 0;
    std::uint32_t offset = 0;
    std::uint32_t end = 0;
  };

  TransferParameters parameters_;
  std::uint32_t expectedLength_;
  std::uint32_t immediateLength_ = 0;
  bool commandFinal_ = true;
  std::vector<Sequence> queue_;  // from head_ on
  std::size_t head_ = 0;
};

}  // namespace iscsi
