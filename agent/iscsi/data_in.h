// Data-In as numbers: the PDU that DataInSender (target) and DataInReceiver (initiator) share (RFC 7143 11.7).
#pragma once

#include <cstdint>

namespace iscsi {

// One Data-In PDU. Offsets and lengths are bytes.
struct DataInPdu {
  std::uint32_t dataSn = 0;
  std::uint32_t bufferOffset = 0;
  std::uint32_t length = 0;
  bool final = false;        // F: ends a sequence
  bool acknowledge = false;  // A: asks for a DataACK; the PDU then carries a Target Transfer Tag and the LUN
  bool status = false;       // S: carries the status; nothing follows

  friend bool operator==(const DataInPdu&, const DataInPdu&) = default;
};

}  // namespace iscsi
