// DataInSender: the target's end of the data of one read (RFC 7143 4.2.2.4, 11.4.8, 11.7, 11.16, 13.13).
//
// Splits the bytes into Data-In PDUs, one at a call, so the owner paces them. Any PDU that was sent and not
// acknowledged can be given again as it was, from its DataSN alone: a SNACK costs no memory for each PDU. One for each
// read, kept in its task and used again by begin(). One owner, no locks. Bound: kMaxRuns runs of consecutive DataSN are
// remembered (only R2Ts of a bidirectional command and a new MaxRecvDataSegmentLength begin a run); PDUs of older runs
// can no longer be resent.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "agent/iscsi/data_in.h"
#include "agent/iscsi/status_sequence.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

class DataInSender {
 public:
  static constexpr std::uint32_t kMaxRuns = 16;
  static constexpr std::uint32_t kAllReady = 0xffffffff;

  // `length` bytes are sent: what SCSI presents, and no more than the initiator expects.
  void begin(std::uint32_t length, const TransferParameters& parameters, bool bidirectional);

  // The next PDU. `dataSn` is the count of the task, shared with R2TSN in a bidirectional command. `ready` bytes from
  // the start on may be sent by now; a PDU is given when all of it may. `goodStatus`: the command has ended with GOOD
  // or CONDITION MET, so the last PDU may carry the status (11.7.3).
  std::optional<DataInPdu> next(std::uint32_t& dataSn, std::uint32_t ready, bool goodStatus);

  [[nodiscard]] bool done() const { return offset_ == length_; }
  // The status went out in a Data-In, so no Response follows.
  [[nodiscard]] bool statusSent() const { return statusSent_; }
  // ExpDataSN of the Response (11.4.8).
  [[nodiscard]] std::uint32_t pdusSent() const { return pdus_; }

  // The initiator declared another MaxRecvDataSegmentLength: for PDUs to come.
  void segmentLength(std::uint32_t maxDataSegmentLength);

  // A Data/R2T SNACK; `dataSn` is the count of the task. With Resend, the owner walks the run: each number is a Data-In
  // (replay()) or an R2T (DataOutReceiver::findR2t()).
  [[nodiscard]] SnackAnswer snack(std::uint32_t begRun, std::uint32_t runLength, std::uint32_t dataSn) const;
  [[nodiscard]] std::optional<DataInPdu> replay(std::uint32_t dataSn) const;

  // A DataACK: all below `nextDataSn` has come. False: Reject 08.
  bool acknowledge(std::uint32_t nextDataSn, std::uint32_t dataSn);
  // A new connection took the task (TASK REASSIGN): goes on from `expDataSn` (0: from what was acknowledged) with that
  // connection's segment length. What is out of range is taken as 0 (11.5.6). A bidirectional command keeps its
  // numbers: the owner sends all that is not acknowledged again, as for a SNACK. False where it cannot go on.
  bool reassign(std::uint32_t expDataSn, std::uint32_t maxDataSegmentLength, std::uint32_t& dataSn);
  // An R-Data SNACK: what is not acknowledged is sent again in segments of the new length, numbered on from there; the
  // status then goes into a Response with the SNACK Tag (11.16.3). False where it cannot: Reject 03.
  bool resegment(std::uint32_t maxDataSegmentLength, std::uint32_t& dataSn);

 private:
  // PDUs with consecutive numbers and one segment length.
  struct Run {
    std::uint32_t firstDataSn = 0;
    std::uint32_t count = 0;
    std::uint32_t offset = 0;      // of its first PDU
    std::uint32_t burstBegin = 0;  // of the sequence which that PDU belongs to
    std::uint32_t segment = 0;
  };

  [[nodiscard]] DataInPdu pduAt(const Run& run, std::uint32_t index) const;
  [[nodiscard]] std::uint32_t acknowledgedOffset() const;
  [[nodiscard]] bool remembers(std::uint32_t dataSn) const;
  Run& currentRun(std::uint32_t dataSn);
  void restart(std::uint32_t& dataSn);

  TransferParameters parameters_;
  std::uint32_t length_ = 0;
  std::uint32_t offset_ = 0;      // all below was sent
  std::uint32_t burstBegin_ = 0;  // of the sequence that goes on at offset_
  std::uint32_t pdus_ = 0;
  std::uint32_t acknowledged_ = 0;  // DataSN: all below came
  std::array<Run, kMaxRuns> runs_{};
  std::uint32_t runCount_ = 0;
  bool bidirectional_ = false;
  bool statusAllowed_ = true;
  bool statusSent_ = false;
  bool forgotten_ = false;  // runs were dropped
};

}  // namespace iscsi
