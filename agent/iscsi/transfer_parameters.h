// What a session and a connection agreed on about the transfer of data: the values of the text keys, as numbers.
//
// The defaults are those of the RFC (7143 13.10 to 13.20). Plain values and pure functions.
#pragma once

#include <algorithm>
#include <cstdint>

#include "agent/iscsi/bhs.h"
#include "agent/iscsi/parameters.h"

namespace iscsi {

struct TransferParameters {
  std::uint32_t maxBurstLength = 262144;   // bytes of a Data-In or a solicited Data-Out sequence
  std::uint32_t firstBurstLength = 65536;  // bytes of unsolicited data, immediate data included
  // MaxRecvDataSegmentLength as the receiver of the data declared it: the target's for Data-Out, the initiator's for
  // Data-In
  std::uint32_t maxDataSegmentLength = 8192;
  std::uint16_t maxOutstandingR2t = 1;  // for each task
  std::uint8_t errorRecoveryLevel = 0;
  bool initialR2t = true;
  bool immediateData = true;
  bool dataPduInOrder = true;
  bool dataSequenceInOrder = true;
};

// What was negotiated, for one direction: `maxDataSegmentLength` is what the receiver of the data takes.
inline TransferParameters transferParameters(const Parameters& agreed, std::uint32_t maxDataSegmentLength) {
  TransferParameters transfer;
  transfer.maxBurstLength = agreed.maxBurstLength;
  // Whoever sends keeps to the smaller (see negotiation.h).
  transfer.firstBurstLength = std::min(agreed.firstBurstLength, agreed.maxBurstLength);
  transfer.maxDataSegmentLength = maxDataSegmentLength;
  transfer.maxOutstandingR2t = static_cast<std::uint16_t>(agreed.maxOutstandingR2T);
  transfer.errorRecoveryLevel = static_cast<std::uint8_t>(agreed.errorRecoveryLevel);
  transfer.initialR2t = agreed.initialR2T;
  transfer.immediateData = agreed.immediateData;
  transfer.dataPduInOrder = agreed.dataPduInOrder;
  transfer.dataSequenceInOrder = agreed.dataSequenceInOrder;
  return transfer;
}

// The most bytes to put into a PDU that is not the last of its sequence: whole words where that is possible (RFC 7143
// 11.7.7).
constexpr std::uint32_t fullSegment(const TransferParameters& p) {
  return p.maxDataSegmentLength >= 4 ? p.maxDataSegmentLength & ~std::uint32_t{3} : p.maxDataSegmentLength;
}

}  // namespace iscsi
