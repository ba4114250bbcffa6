// PDUs by hand, and a sink that keeps what it was given: for the tests of framing.
#pragma once

#include <string>
#include <vector>

#include "shared/isns/assembler.h"
#include "shared/isns/tlv.h"

namespace isns_test {

inline constexpr std::uint16_t kWhole = isns::flag::kClient | isns::flag::kFirst | isns::flag::kLast;

// A PDU; its length field is that of the payload.
inline base::Bytes pdu(isns::PduHeader header, base::ByteView payload) {
  header.length = static_cast<std::uint16_t>(payload.size());
  base::Bytes bytes(isns::kPduHeaderSize);
  isns::storePduHeader(bytes.data(), header);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

inline base::Bytes pdu(std::uint16_t flags, std::uint16_t transaction, std::uint16_t sequence, base::ByteView payload,
                       isns::Function function = isns::Function::DevAttrQry) {
  return pdu({isns::kVersion, isns::idOf(function), 0, flags, transaction, sequence}, payload);
}

inline void append(base::Bytes& to, const base::Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

inline base::Bytes payload(std::size_t size, std::uint8_t fill = 0x5a) { return base::Bytes(size, fill); }

struct KeptMessage {
  std::uint16_t function;
  std::uint16_t flags;
  std::uint16_t transactionId;
  base::Bytes payload;
  std::vector<base::Bytes> signedParts;  // header and payload, block, header and payload, ...
  friend bool operator==(const KeptMessage&, const KeptMessage&) = default;
};

inline KeptMessage keep(const isns::Message& m) {
  KeptMessage kept{m.function, m.flags, m.transactionId, {m.payload.begin(), m.payload.end()}, {}};
  for (const isns::SignedPdu& part : m.signedPdus) {
    kept.signedParts.emplace_back(part.headerAndPayload.begin(), part.headerAndPayload.end());
    kept.signedParts.emplace_back(part.authenticationBlock.begin(), part.authenticationBlock.end());
  }
  return kept;
}

struct KeepingSink {
  std::vector<KeptMessage> messages;
  std::vector<isns::FramingFault> faults;
  std::vector<const std::uint8_t*> payloadsAt;
  std::size_t stopAfter = SIZE_MAX;  // messages

  bool onMessage(const isns::Message& message) {
    messages.push_back(keep(message));
    payloadsAt.push_back(message.payload.data());
    return messages.size() < stopAfter;
  }
  bool onFault(const isns::FramingFault& fault) {
    faults.push_back(fault);
    return true;
  }
};

// Feeds like a connection does: chunks arrive, what is not consumed stays in front.
template <class Sink>
void feedInChunks(isns::MessageAssembler& assembler, base::ByteView bytes, const std::vector<std::size_t>& cuts,
                  Sink& sink) {
  base::Bytes buffer;
  std::size_t from = 0;
  const auto arrive = [&](std::size_t to) {
    buffer.insert(buffer.end(), bytes.begin() + static_cast<std::ptrdiff_t>(from),
                  bytes.begin() + static_cast<std::ptrdiff_t>(to));
    from = to;
    const std::size_t consumed = assembler.feed(buffer, sink);
    buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(consumed));
  };
  for (const std::size_t cut : cuts) arrive(cut);
  arrive(bytes.size());
}

}  // namespace isns_test
