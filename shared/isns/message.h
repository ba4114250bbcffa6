// One whole iSNSP message, put together from its PDUs (RFC 4171 5.2). A view: its bytes belong to the receiver's buffer
// or to the assembler, and live as long as the call that hands the message on.
#pragma once

#include <cstdint>
#include <span>

#include "shared/base/bytes.h"
#include "shared/isns/functions.h"
#include "shared/isns/pdu.h"

namespace isns {

// One PDU as it was signed: the bytes of header and payload, and its authentication block (5.5). Kept only when the
// authentication flag is set.
struct SignedPdu {
  base::ByteView headerAndPayload;
  base::ByteView authenticationBlock;
};

struct Message {
  std::uint16_t function = 0;
  std::uint16_t flags = 0;  // of the first PDU
  std::uint16_t transactionId = 0;
  base::ByteView payload;
  std::span<const SignedPdu> signedPdus;  // empty: the message is not signed

  [[nodiscard]] bool isResponse() const { return (function & kResponseBit) != 0; }
  [[nodiscard]] bool replaces() const { return (flags & flag::kReplace) != 0; }
};

}  // namespace isns
