#include "shared/isns/message_writer.h"

#include <algorithm>

namespace isns {

void MessageWriter::finish() {
  if (payloadSize() > kMaxPduPayload) return split();
  header_.length = static_cast<std::uint16_t>(payloadSize());
  header_.flags |= flag::kFirst | flag::kLast;
  storePduHeader(out_.data() + start_, header_);
}

void MessageWriter::split() {
  const std::size_t total = payloadSize();
  const std::size_t pdus = (total + kMaxPduPayload - 1) / kMaxPduPayload;
  out_.resize(out_.size() + (pdus - 1) * kPduHeaderSize);
  // From the back, so that every piece is moved once and none is overwritten before it moved.
  const std::uint16_t common = header_.flags;
  for (std::size_t i = pdus; i-- > 0;) {
    const std::size_t length = std::min(kMaxPduPayload, total - i * kMaxPduPayload);
    std::uint8_t* pdu = out_.data() + start_ + i * (kPduHeaderSize + kMaxPduPayload);
    const std::uint8_t* payload = out_.data() + start_ + kPduHeaderSize + i * kMaxPduPayload;
    std::memmove(pdu + kPduHeaderSize, payload, length);
    header_.length = static_cast<std::uint16_t>(length);
    header_.sequenceId = static_cast<std::uint16_t>(i);
    header_.flags = common;
    if (i == 0) header_.flags |= flag::kFirst;
    if (i == pdus - 1) header_.flags |= flag::kLast;
    storePduHeader(pdu, header_);
  }
}

}  // namespace isns
