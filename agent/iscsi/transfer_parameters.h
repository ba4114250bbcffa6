// What a session and a connection agreed on about the transfer of data: the values of the text keys, as numbers.
//
// Filled by the owner from the negotiation (RFC 7143 13.10 to 13.20); the defaults are those of the RFC. A plain value.
#pragma once

#include <cstdint>

#include "agent/iscsi/bhs.h"

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

// The most bytes to put into a PDU that is not the last of its sequence: whole words where that is possible (RFC 7143
// 11.7.7).
constexpr std::uint32_t fullSegment(const TransferParameters& p) {
  return p.maxDataSegmentLength >= 4 ? p.maxDataSegmentLength & ~std::uint32_t{3} : p.maxDataSegmentLength;
}

}  // namespace iscsi
