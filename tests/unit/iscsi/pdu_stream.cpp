#include "tests/unit/iscsi/pdu_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/unit/iscsi/hex.h"
#include "tests/unit/iscsi/pdu_vectors.h"

namespace iscsi_test {

using namespace iscsi;

base::Bytes wirePdu(base::ByteView bhs, base::ByteView ahs, base::ByteView data, Digests digests) {
  base::Bytes wire(bhs.begin(), bhs.end());
  base::storeU32(wire.data() + 4, static_cast<std::uint32_t>((ahs.size() / 4) << 24 | data.size()));
  base::append(wire, ahs);
  const auto addDigest = [&](std::size_t from) {
    const std::uint32_t crc = crc32c(base::ByteView(wire).subspan(from));
    wire.resize(wire.size() + kDigestSize);
    storeDigest(wire.data() + wire.size() - kDigestSize, crc);
  };
  if (digests.header) addDigest(0);
  const std::size_t begin = wire.size();
  base::append(wire, data);
  while (wire.size() % 4 != 0) wire.push_back(0);
  if (digests.data && !data.empty()) addDigest(begin);
  return wire;
}

base::Bytes bhsOf(std::string_view name) { return fromHex(vectorNamed(name).hex); }

PduReader readerWith(Digests digests, std::uint32_t maxRecvDataSegmentLength) {
  PduReader reader;
  reader.configure({digests, maxRecvDataSegmentLength});
  return reader;
}

base::Bytes counting(std::size_t size, unsigned from) {
  base::Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), static_cast<std::uint8_t>(from));
  return bytes;
}

std::span<std::uint8_t> RecordingSink::makePlace(std::size_t size) {
  placeSize_ = std::min(size, placeAtMost);
  memory_.assign(placeSize_ + 2 * kGuard, 0xa5);
  return {memory_.data() + kGuard, placeSize_};
}

Placement RecordingSink::onHeader(const PduHead& head) {
  ++headers;
  memory_.clear();
  placeSize_ = 0;
  if (later) return Placement::later();
  if (skips) return Placement::skip();
  return Placement::into(makePlace(head.basic.dataSegmentLength));
}

bool RecordingSink::onPdu(const PduHead& head, DataVerdict verdict) {
  SeenPdu pdu{{head.bytes.begin(), head.bytes.end()}, {}, verdict};
  if (!memory_.empty()) {
    const auto begin = memory_.begin() + kGuard;
    const auto end = begin + static_cast<std::ptrdiff_t>(placeSize_);
    const auto isGuard = [](std::uint8_t byte) { return byte == 0xa5; };
    guardsHold = guardsHold && std::all_of(memory_.begin(), begin, isGuard) && std::all_of(end, memory_.end(), isGuard);
    pdu.data.assign(begin, end);
  }
  pdus.push_back(std::move(pdu));
  return pdus.size() < stopAfter;
}

void feedInPieces(PduReader& reader, base::ByteView stream, const std::vector<std::size_t>& cuts, RecordingSink& sink) {
  std::size_t at = 0;
  const auto feedTo = [&](std::size_t end) {
    // A copy of exactly these bytes, so that a read behind them is a read behind an allocation.
    const base::Bytes piece(stream.begin() + static_cast<std::ptrdiff_t>(at),
                            stream.begin() + static_cast<std::ptrdiff_t>(end));
    if (!piece.empty()) {
      EXPECT_EQ(reader.feed(piece, sink), piece.size());
    }
    at = end;
  };
  for (const std::size_t cut : cuts) feedTo(cut);
  feedTo(stream.size());
}

void driveDirectly(PduReader& reader, base::ByteView stream, std::size_t chunk, RecordingSink& sink) {
  while (!stream.empty()) {
    const std::span<std::uint8_t> wanted = reader.wanted();
    std::size_t size = std::min(chunk, stream.size());
    if (!wanted.empty()) {
      size = std::min(size, wanted.size());
      std::copy_n(stream.begin(), size, wanted.begin());
      reader.placed(size, sink);
    } else {
      size = reader.feed(base::Bytes(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size)), sink);
      ASSERT_NE(size, 0U);
    }
    stream = stream.subspan(size);
  }
}

}  // namespace iscsi_test
