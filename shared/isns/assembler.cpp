#include "shared/isns/assembler.h"

#include <array>
#include <vector>

namespace isns {
namespace {

// Where a PDU ends, from its header and the length of its authentication block.
struct Extent {
  enum class State : std::uint8_t { More, Whole, Endless } state = State::More;
  std::size_t size = 0;       // of the whole PDU
  std::size_t blockSize = 0;  // of its authentication block
};

Extent extentOf(const PduHeader& header, base::ByteView bytes) {
  const std::size_t signedSize = kPduHeaderSize + header.length;
  Extent extent{Extent::State::More, signedSize, 0};
  if ((header.flags & flag::kAuthentication) != 0) {
    constexpr std::size_t kLengthAt = 4;
    if (bytes.size() < signedSize + kLengthAt + 4) return extent;
    extent.blockSize = base::loadU32(bytes.data() + signedSize + kLengthAt);
    if (extent.blockSize < kMinAuthBlock || extent.blockSize > kMaxAuthBlock) {
      extent.state = Extent::State::Endless;
      return extent;
    }
    extent.size += extent.blockSize;
  }
  if (extent.size <= bytes.size()) extent.state = Extent::State::Whole;
  return extent;
}

SignedPdu cut(base::ByteView bytes, const Extent& extent) {
  const std::size_t signedSize = extent.size - extent.blockSize;
  return {bytes.first(signedSize), bytes.subspan(signedSize, extent.blockSize)};
}

bool isFirst(const PduHeader& h) { return (h.flags & flag::kFirst) != 0; }
bool isLast(const PduHeader& h) { return (h.flags & flag::kLast) != 0; }
bool isSigned(const PduHeader& h) { return (h.flags & flag::kAuthentication) != 0; }

bool readsAsVersion1(const PduHeader& h) { return h.length % 4 == 0 && (h.flags & flag::kReserved) == 0; }

std::optional<FaultKind> headerFault(const PduHeader& h) {
  if (h.version != kVersion) return FaultKind::Version;
  if (h.length % 4 != 0) return FaultKind::Alignment;
  if ((h.flags & flag::kReserved) != 0) return FaultKind::ReservedFlags;
  return std::nullopt;
}

struct FaultRow {
  FaultKind kind;
  Status status;
  std::string_view name;
};

constexpr FaultRow kFaults[] = {
    {FaultKind::Version, Status::VersionNotSupported, "version is not 1"},
    {FaultKind::Alignment, Status::MessageFormatError, "length is no multiple of 4"},
    {FaultKind::ReservedFlags, Status::OptionNotUnderstood, "reserved flag"},
    {FaultKind::Sequence, Status::MessageFormatError, "PDU out of sequence"},
    {FaultKind::Interleaved, Status::MessageFormatError, "message not finished before the next"},
    {FaultKind::TooLong, Status::Busy, "message too long"},
    {FaultKind::AuthenticationBlock, Status::MessageFormatError, "length of the authentication block"},
    {FaultKind::MixedAuthentication, Status::MessageFormatError, "signed and unsigned PDUs in one message"},
    {FaultKind::DatagramSize, Status::MessageFormatError, "datagram is not one whole message"},
};

static_assert([] {
  for (std::size_t i = 0; i < std::size(kFaults); ++i) {
    if (static_cast<std::size_t>(kFaults[i].kind) != i) return false;
  }
  return true;
}());

const FaultRow& rowOf(FaultKind kind) { return kFaults[static_cast<std::size_t>(kind)]; }

FramingFault faultOf(FaultKind kind, const PduHeader& header, bool framingHolds = true) {
  return {kind, header, rowOf(kind).status, framingHolds};
}

Message messageOf(const PduHeader& first, base::ByteView payload, std::span<const SignedPdu> signedPdus) {
  return {first.function, first.flags, first.transactionId, payload, signedPdus};
}

}  // namespace

std::string_view faultName(FaultKind kind) { return rowOf(kind).name; }

// A message in several PDUs. A signed one keeps its PDUs whole too, because the signature covers their headers.
struct MessageAssembler::Partial {
  PduHeader first;
  std::size_t pdus = 0;
  base::Bytes payload;
  base::Bytes signedBytes;
  std::vector<std::array<std::size_t, 2>> signedSizes;  // of header and payload, and of the block
  std::vector<SignedPdu> signedPdus;                    // views into signedBytes, made when the message is whole

  void add(const SignedPdu& pdu) {
    const base::ByteView part = pdu.headerAndPayload.subspan(kPduHeaderSize);
    base::append(payload, part);
    ++pdus;
    if (pdu.authenticationBlock.empty()) return;
    base::ByteWriter writer(signedBytes);
    writer.bytes(pdu.headerAndPayload);
    writer.bytes(pdu.authenticationBlock);
    signedSizes.push_back({pdu.headerAndPayload.size(), pdu.authenticationBlock.size()});
  }
  Message finish() {
    base::ByteReader reader(signedBytes);
    for (const auto& [pdu, block] : signedSizes) {
      const base::ByteView headerAndPayload = reader.bytes(pdu);
      signedPdus.push_back({headerAndPayload, reader.bytes(block)});
    }
    return messageOf(first, payload, signedPdus);
  }
};

void MessageAssembler::PartialDeleter::operator()(Partial* partial) const { delete partial; }

MessageAssembler::Step MessageAssembler::take(base::ByteView rest) {
  Step step;
  if (framingLost_) {
    step.consumed = rest.size();
    return step;
  }
  if (rest.size() < kPduHeaderSize) return step;
  const PduHeader header = loadPduHeader(rest.data());
  const bool noIsns = header.version != kVersion && !readsAsVersion1(header);
  const Extent extent = extentOf(header, rest);
  if (noIsns || extent.state == Extent::State::Endless) {
    framingLost_ = true;
    partial_.reset();
    skipping_ = false;
    step.consumed = rest.size();
    step.fault = faultOf(noIsns ? FaultKind::Version : FaultKind::AuthenticationBlock, header, false);
    return step;
  }
  if (extent.state == Extent::State::More) return step;
  step.consumed = extent.size;
  takePdu(header, cut(rest, extent), step);
  return step;
}

void MessageAssembler::takePdu(const PduHeader& header, const SignedPdu& pdu, Step& step) {
  const bool continues = !isFirst(header);
  if (skipping_ && continues && header.transactionId == skipped_) {
    skipping_ = !isLast(header);
    return;
  }
  skipping_ = false;
  if (partial_ && !(continues && header.transactionId == partial_->first.transactionId)) {
    step.earlier = faultOf(FaultKind::Interleaved, partial_->first);
    partial_.reset();
  }
  if (const auto fault = headerFault(header)) return reject(header, *fault, step);
  if (isFirst(header)
          ? header.sequenceId != 0
          : !partial_ || header.function != partial_->first.function || header.sequenceId != partial_->pdus) {
    return reject(header, FaultKind::Sequence, step);
  }
  append(header, pdu, step);
}

void MessageAssembler::append(const PduHeader& header, const SignedPdu& pdu, Step& step) {
  const std::size_t size = (partial_ ? partial_->payload.size() : 0) + header.length;
  const std::size_t pdus = (partial_ ? partial_->pdus : 0) + 1;
  if (size > limits_.maxMessage || pdus > limits_.maxPdus) return reject(header, FaultKind::TooLong, step);
  if (isFirst(header) && isLast(header)) {
    single_ = pdu;
    const std::size_t blocks = isSigned(header) ? 1 : 0;
    step.message = messageOf(header, pdu.headerAndPayload.subspan(kPduHeaderSize), {&single_, blocks});
    return;
  }
  if (!partial_) {
    partial_.reset(new Partial);
    partial_->first = header;
  }
  if (isSigned(header) != isSigned(partial_->first)) return reject(header, FaultKind::MixedAuthentication, step);
  partial_->add(pdu);
  if (isLast(header)) step.message = partial_->finish();
}

void MessageAssembler::reject(const PduHeader& header, FaultKind kind, Step& step) {
  step.fault = faultOf(kind, partial_ ? partial_->first : header);
  partial_.reset();
  skipping_ = !isLast(header);
  skipped_ = header.transactionId;
}

DatagramMessage::DatagramMessage(base::ByteView bytes) {
  if (bytes.size() < kPduHeaderSize) return;
  const PduHeader header = loadPduHeader(bytes.data());
  if (const auto fault = headerFault(header)) {
    fault_ = faultOf(*fault, header);
    return;
  }
  const Extent extent = extentOf(header, bytes);
  const bool whole = extent.state == Extent::State::Whole && extent.size == bytes.size() && isFirst(header) &&
                     isLast(header) && header.sequenceId == 0;
  if (!whole) {
    fault_ = faultOf(FaultKind::DatagramSize, header);
    return;
  }
  signed_ = cut(bytes, extent);
  message_ =
      messageOf(header, signed_.headerAndPayload.subspan(kPduHeaderSize), {&signed_, isSigned(header) ? 1U : 0U});
}

}  // namespace isns
