#include "agent/iscsi/pdu_reader.h"

#include <cassert>
#include <cstring>

namespace iscsi {

std::string_view nameOf(ReadFaultKind kind) {
  switch (kind) {
    case ReadFaultKind::HeaderDigest:
      return "header digest is wrong";
    case ReadFaultKind::AhsTooLong:
      return "more AHS than any command can have";
    case ReadFaultKind::DataSegmentTooLong:
      return "DataSegmentLength beyond MaxRecvDataSegmentLength";
  }
  return {};
}

void PduReader::place(Placement placement) {
  assert(phase_ == Phase::Waiting);
  if (placement.kind == Placement::Kind::Later) return;
  phase_ = Phase::Data;
  place_ = placement.kind == Placement::Kind::Into ? placement.place : std::span<std::uint8_t>{};
}

PduReader::Step PduReader::take(base::ByteView bytes) {
  switch (phase_) {
    case Phase::Head:
      return takeHead(bytes);
    case Phase::Waiting:
      return {};
    case Phase::Data:
      return takeData(bytes);
    case Phase::Tail:
      return takeTail(bytes);
    case Phase::Broken:
      break;
  }
  return {bytes.size(), Event::Nothing};
}

// Bytes of the header that make the next step: the BHS, then all of it with its digest.
std::size_t PduReader::headWanted() const {
  if (headSize_ < kBhsSize) return kBhsSize;
  return kBhsSize + basic_.ahsSize() + (now_.digests.header ? kDigestSize : 0);
}

PduReader::Step PduReader::takeHead(base::ByteView bytes) {
  if (headSize_ == 0) now_ = next_;
  std::size_t used = 0;
  const auto fill = [&] {
    const std::size_t size = std::min(headWanted() - headSize_, bytes.size() - used);
    if (size != 0) std::memcpy(head_.data() + headSize_, bytes.data() + used, size);
    headSize_ += size;
    used += size;
    return headSize_;
  };
  if (headSize_ < kBhsSize) {
    if (fill() < kBhsSize) return {used, Event::Nothing};
    basic_ = BasicHeader::load(BhsView(head_.data(), kBhsSize));
    if (basic_.ahsSize() > kMaxAhs) return {used, fail(ReadFaultKind::AhsTooLong)};
  }
  if (fill() < headWanted()) return {used, Event::Nothing};
  if (now_.digests.header) {
    const std::size_t covered = headSize_ - kDigestSize;
    if (crc32c({head_.data(), covered}) != loadDigest(head_.data() + covered)) {
      return {used, fail(ReadFaultKind::HeaderDigest)};
    }
  }
  if (basic_.dataSegmentLength > now_.maxRecvDataSegmentLength) {
    return {used, fail(ReadFaultKind::DataSegmentTooLong)};
  }
  phase_ = Phase::Waiting;
  verdict_ = DataVerdict::Right;
  dataLeft_ = basic_.dataSegmentLength;
  crc_ = {};
  return {used, Event::Header};
}

PduReader::Step PduReader::takeData(base::ByteView bytes) {
  const base::ByteView piece = bytes.first(std::min<std::size_t>(bytes.size(), dataLeft_));
  if (const std::size_t kept = std::min(piece.size(), place_.size()); kept != 0) {
    std::memcpy(place_.data(), piece.data(), kept);
  }
  if (now_.digests.data) crc_.update(piece);
  return {piece.size(), goOn(piece.size())};
}

// The driver has filled the front of the place.
PduReader::Event PduReader::takePlaced(std::size_t size) {
  assert(size <= wanted().size());
  if (now_.digests.data) crc_.update(place_.first(size));
  return goOn(size);
}

PduReader::Event PduReader::goOn(std::size_t size) {
  place_ = place_.subspan(std::min(size, place_.size()));
  dataLeft_ -= static_cast<std::uint32_t>(size);
  if (dataLeft_ != 0) return Event::Nothing;
  place_ = {};
  tailSize_ = 0;
  if (tailWanted() == 0) return Event::Pdu;
  phase_ = Phase::Tail;
  return Event::Nothing;
}

std::size_t PduReader::tailWanted() const {
  return paddingOf(basic_.dataSegmentLength) + (now_.digests.data ? kDigestSize : 0);
}

PduReader::Step PduReader::takeTail(base::ByteView bytes) {
  const std::size_t size = std::min(bytes.size(), tailWanted() - tailSize_);
  std::memcpy(tail_.data() + tailSize_, bytes.data(), size);
  tailSize_ += size;
  if (tailSize_ < tailWanted()) return {size, Event::Nothing};
  if (now_.digests.data) {
    const std::size_t padding = paddingOf(basic_.dataSegmentLength);
    crc_.update({tail_.data(), padding});
    if (crc_.value() != loadDigest(tail_.data() + padding)) verdict_ = DataVerdict::WrongDigest;
  }
  return {size, Event::Pdu};
}

PduReader::Event PduReader::fail(ReadFaultKind kind) {
  fault_ = kind;
  phase_ = Phase::Broken;
  return Event::Fault;
}

}  // namespace iscsi
