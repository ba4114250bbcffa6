// Bytes of a connection through the assembler and the attribute reader.
//
// The first byte chooses the limits, the second the sizes of the chunks in which the rest arrives. Rules: views lie in
// the bytes that were given, no more is consumed than was given, how the bytes are cut and whether the sink stops
// between messages changes nothing, limits hold, and attributes that were read make up the payload.
#include <algorithm>

#include "shared/isns/assembler.h"
#include "shared/isns/tlv.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

bool lies(base::ByteView inner, base::ByteView outer) {
  return inner.empty() || (inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size());
}

void readAttributes(const isns::Message& message) {
  constexpr std::size_t kStatusSize = 4;
  if (message.isResponse() && message.payload.size() < kStatusSize) return;
  const base::ByteView tlvs = message.payload.subspan(message.isResponse() ? kStatusSize : 0);
  isns::AttributeReader reader(tlvs);
  base::Bytes again;
  isns::AttributeWriter writer(again);
  for (isns::Attribute attribute; reader.next(attribute);) {
    fuzz::check(lies(attribute.value, tlvs), "an attribute lies in the payload");
    fuzz::check(attribute.value.size() % 4 == 0, "values are aligned");
    writer.copy(attribute);
  }
  if (reader.status() == isns::Status::Successful) {
    fuzz::check(base::equal(again, tlvs), "what was read is the payload");
  } else {
    fuzz::check(base::equal(again, tlvs.first(again.size())), "what was read is the front of the payload");
  }
}

// One line for each thing that came out, so that two runs can be compared.
struct Trace {
  isns::MessageAssembler::Limits limits;
  bool stops = false;
  base::ByteView given;
  base::Bytes events;

  bool onMessage(const isns::Message& message) {
    fuzz::check(message.payload.size() <= limits.maxMessage, "the limit of bytes holds");
    fuzz::check(message.signedPdus.size() <= limits.maxPdus, "the limit of PDUs holds");
    const bool collected = (message.flags & isns::flag::kLast) == 0;
    fuzz::check(collected || lies(message.payload, given), "a message of one PDU is a view");
    readAttributes(message);
    base::ByteWriter writer(events);
    writer.u8(1);
    writer.u16(message.function);
    writer.u16(message.flags);
    writer.u16(message.transactionId);
    writer.u32(static_cast<std::uint32_t>(message.payload.size()));
    writer.bytes(message.payload);
    for (const isns::SignedPdu& pdu : message.signedPdus) {
      fuzz::check(pdu.authenticationBlock.size() >= isns::kMinAuthBlock, "a signed PDU has a block");
      writer.bytes(pdu.headerAndPayload);
      writer.bytes(pdu.authenticationBlock);
    }
    return !stops;
  }
  bool onFault(const isns::FramingFault& fault) {
    base::ByteWriter writer(events);
    writer.u8(2);
    writer.u8(static_cast<std::uint8_t>(fault.kind));
    writer.u16(fault.header.function);
    writer.u16(fault.header.transactionId);
    writer.u8(fault.framingHolds ? 1 : 0);
    return !stops;
  }
};

struct Outcome {
  base::Bytes events;
  bool midMessage = false;
  bool framingLost = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// `chunk` bytes arrive at a time; 0: all at once.
Outcome run(base::ByteView stream, isns::MessageAssembler::Limits limits, std::size_t chunk, bool stops) {
  isns::MessageAssembler assembler(limits);
  Trace trace{limits, stops, {}, {}};
  base::Bytes buffer;
  while (!stream.empty()) {
    const base::ByteView arrived = stream.first(chunk == 0 ? stream.size() : std::min(chunk, stream.size()));
    buffer.insert(buffer.end(), arrived.begin(), arrived.end());
    stream = stream.subspan(arrived.size());
    for (std::size_t consumed = 1; consumed != 0 && !buffer.empty();) {
      const base::Bytes exact(buffer);  // so that a read behind the end is a read behind an allocation
      trace.given = exact;
      consumed = assembler.feed(exact, trace);
      fuzz::check(consumed <= exact.size(), "no more is consumed than was given");
      fuzz::check(!assembler.framingLost() || consumed == exact.size(), "all is dropped when framing is lost");
      buffer.erase(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(consumed));
    }
    fuzz::check(buffer.size() < isns::kMaxPduSize, "a buffer of one PDU gets on");
    fuzz::check(buffer.empty() || assembler.midMessage(), "bytes are kept for a PDU that has begun only");
  }
  return {trace.events, assembler.midMessage(), assembler.framingLost()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const isns::MessageAssembler::Limits limits{(data[0] & 0x0fU) == 0 ? 1U << 20 : 16U * (data[0] & 0x0fU),
                                              (data[0] >> 4) == 0 ? 1024U : data[0] >> 4U};
  const base::ByteView stream(data + 2, size - 2);
  // Long streams in longer chunks: each arrival is checked with a copy of what is there.
  const std::size_t chunk = std::max<std::size_t>(data[1] % 64U + 1, stream.size() / 64);
  const Outcome whole = run(stream, limits, 0, false);
  fuzz::check(run(stream, limits, chunk, false) == whole, "how the bytes are cut changes nothing");
  fuzz::check(run(stream, limits, 0, true) == whole, "that the sink stops changes nothing");

  const isns::DatagramMessage datagram(stream);
  fuzz::check(!datagram.message() || !datagram.fault(), "a datagram is a message or a fault");
  if (datagram.message()) {
    fuzz::check(lies(datagram.message()->payload, stream), "a datagram's payload is a view");
    readAttributes(*datagram.message());
  }
  return 0;
}
