// Builds one iSNSP message at the end of a byte vector: header, status of a response, TLVs.
//
// An answer of up to 65,532 bytes of payload is one PDU: open-isns clients cannot read a message in several. A longer
// one is cut into PDUs by finish(), anywhere between TLV bytes as RFC 4171 5.2 allows. The vector is borrowed; several
// messages may follow each other in it. Not thread safe.
#pragma once

#include <cstdint>

#include "shared/base/bytes.h"
#include "shared/isns/functions.h"
#include "shared/isns/pdu.h"
#include "shared/isns/status.h"
#include "shared/isns/tlv.h"

namespace isns {

class MessageWriter {
 public:
  // `flags` without first and last, which finish() sets.
  MessageWriter(base::Bytes& out, std::uint16_t function, std::uint16_t flags, std::uint16_t transactionId)
      : out_(out), start_(out.size()), attributes_(out) {
    header_.function = function;
    header_.flags = flags;
    header_.transactionId = transactionId;
    out_.resize(start_ + kPduHeaderSize);
  }
  static MessageWriter request(base::Bytes& out, Function function, std::uint16_t transactionId,
                               std::uint16_t flags = flag::kClient) {
    return {out, idOf(function), flags, transactionId};
  }
  // A response begins with its status (5.4).
  static MessageWriter response(base::Bytes& out, std::uint16_t requestFunction, std::uint16_t transactionId,
                                Status status, std::uint16_t flags = flag::kServer) {
    MessageWriter writer(out, requestFunction | kResponseBit, flags, transactionId);
    base::ByteWriter(out).u32(static_cast<std::uint32_t>(status));
    return writer;
  }

  AttributeWriter& attributes() { return attributes_; }
  [[nodiscard]] std::size_t payloadSize() const { return out_.size() - start_ - kPduHeaderSize; }

  // Forgets the message: the vector is as it was before.
  void discard() { out_.resize(start_); }

  // Writes the header, or cuts the message into PDUs.
  void finish();

 private:
  void split();

  base::Bytes& out_;
  std::size_t start_;
  PduHeader header_;
  AttributeWriter attributes_;
};

}  // namespace isns
