// DataInReceiver: the initiator's end of the data of one read (RFC 7143 7.8, 7.9, 11.7, 11.16, D.2.2).
//
// Checks each Data-In, finds what is missing and says which SNACK and which DataACK to send. It sees numbers only; the
// owner places the bytes at the Buffer Offset. One for each read; one owner, no locks. It allocates only where data
// comes ahead of a hole (see RangeSet).
//
//   check() at the header, then received() when the PDU is whole, or damaged() when its data digest is wrong.
//   r2t() for each R2T of the command, response() at its SCSI Response.
//   snack() and dataAck() say what is to be sent; complete(): data and status are here, and may be acknowledged (7.9).
#pragma once

#include <cstdint>
#include <optional>

#include "agent/iscsi/data_in.h"
#include "agent/iscsi/input_sequence.h"
#include "agent/iscsi/range_set.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

enum class DataInFault : std::uint8_t {
  None,
  Duplicate,       // dropped in silence (7.9)
  Lost,            // a hole at ErrorRecoveryLevel 0: the task is aborted
  SegmentTooLong,  // from here on format errors: the session is recovered (7.7)
  OffsetInvalid,   // outside of the read, or not where the order of PDUs and sequences wants it
  Overlap,
  BurstTooLong,     // above MaxBurstLength without F
  StatusMisplaced,  // S without F, or in a bidirectional command, or data after the status
  TooFar,           // more is missing than is kept
};

[[nodiscard]] constexpr bool isFormatError(DataInFault fault) { return fault >= DataInFault::SegmentTooLong; }

class DataInReceiver {
 public:
  // `expectedLength` bytes have room.
  void begin(std::uint32_t expectedLength, const TransferParameters& parameters, bool bidirectional);

  [[nodiscard]] DataInFault check(const DataInPdu& pdu) const;
  DataInFault received(const DataInPdu& pdu);
  DataInFault damaged(const DataInPdu& pdu);
  // The R2T's own numbers are checked by DataOutSender.
  DataInFault r2t(std::uint32_t r2tSn);
  // A SCSI Response with its ExpDataSN. Lost at ErrorRecoveryLevel 0.
  DataInFault response(std::uint32_t expDataSn);

  [[nodiscard]] std::optional<SnackRun> snack() const;
  // The number that a DataACK is due for. dataAckSent() says that it went out.
  [[nodiscard]] std::optional<std::uint32_t> dataAck() const;
  void dataAckSent();
  // The data of an R-Data SNACK comes: forgets what was not acknowledged by a DataACK. False where the order of the
  // data is free, so that what was acknowledged is not one piece: the task is aborted then.
  bool restart();

  [[nodiscard]] bool complete() const { return statusSeen_ && input_.whole() && !tailMissing(); }
  [[nodiscard]] std::uint32_t contiguous() const { return received_.contiguous(); }

 private:
  [[nodiscard]] bool recovers() const { return parameters_.errorRecoveryLevel > 0; }
  [[nodiscard]] bool inOrder() const { return parameters_.dataPduInOrder && parameters_.dataSequenceInOrder; }
  // The Response counts more Data-In than came, and their numbers are not known.
  [[nodiscard]] bool tailMissing() const { return pdus_ < expectedPdus_; }
  [[nodiscard]] DataInFault checkData(const DataInPdu& pdu, InputSequence::Arrival arrival) const;
  DataInFault hole() const { return recovers() ? DataInFault::None : DataInFault::Lost; }

  TransferParameters parameters_;
  InputSequence input_;
  RangeSet received_;
  std::uint32_t expectedLength_ = 0;
  std::uint32_t pdus_ = 0;          // Data-In that came
  std::uint32_t expectedPdus_ = 0;  // as the Response says
  std::uint32_t burst_ = 0;         // bytes since the last F, while nothing is missing
  std::uint32_t ackWanted_ = 0;     // a DataACK is due when all below has come
  std::uint32_t acked_ = 0;         // DataSN of the last DataACK
  std::uint32_t ackedOffset_ = 0;
  std::uint32_t ackedPdus_ = 0;
  bool ackPending_ = false;
  bool bidirectional_ = false;
  bool statusSeen_ = false;
};

}  // namespace iscsi
