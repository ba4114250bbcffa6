// DataInReceiver: the initiator's end of the data of one read, at ErrorRecoveryLevel 0 and in order, which is what our
// initiator asks for (RFC 7143 7.8, 11.7, 13.18 to 13.20).
//
// Checks each Data-In and R2T. It sees numbers only; the owner places the bytes at the Buffer Offset. One for each
// read; one owner, no locks.
//
//   check() at the header, then received() when the PDU is whole. r2t() for each R2T of the command, response() at its
//   SCSI Response. What is neither None nor Duplicate ends the session (7.7).
#pragma once

#include <cstdint>

#include "agent/iscsi/data_in.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

enum class DataInFault : std::uint8_t {
  None,
  Duplicate,  // dropped in silence (7.9)
  Lost,       // an earlier PDU did not come
  SegmentTooLong,
  OffsetInvalid,    // outside of the read, or not where the PDU before it ended
  BurstTooLong,     // above MaxBurstLength without F
  StatusMisplaced,  // S without F, or in a bidirectional command
};

class DataInReceiver {
 public:
  // `expectedLength` bytes have room.
  void begin(std::uint32_t expectedLength, const TransferParameters& parameters, bool bidirectional);

  [[nodiscard]] DataInFault check(const DataInPdu& pdu) const;
  DataInFault received(const DataInPdu& pdu);
  // The R2T's own numbers are checked by DataOutSender.
  DataInFault r2t(std::uint32_t r2tSn);
  // A SCSI Response with its ExpDataSN.
  [[nodiscard]] DataInFault response(std::uint32_t expDataSn) const;

  [[nodiscard]] std::uint32_t contiguous() const { return contiguous_; }  // bytes that came

 private:
  [[nodiscard]] DataInFault checkNumber(std::uint32_t n) const;

  std::uint32_t expectedLength_ = 0;
  std::uint32_t maxSegment_ = 0;
  std::uint32_t maxBurst_ = 0;
  std::uint32_t next_ = 0;  // DataSN and R2TSN are one count (4.2.2.4)
  std::uint32_t pdus_ = 0;  // Data-In that came
  std::uint32_t contiguous_ = 0;
  std::uint32_t burst_ = 0;  // bytes since the last F
  bool bidirectional_ = false;
};

}  // namespace iscsi
