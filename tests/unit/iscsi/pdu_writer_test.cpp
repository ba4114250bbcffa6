#include "agent/iscsi/pdu_writer.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/support/allocations.h"
#include "tests/unit/iscsi/hex.h"
#include "tests/unit/iscsi/pdu_stream.h"
#include "tests/unit/iscsi/pdu_vectors.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;

constexpr Digests kAllDigests[] = {{false, false}, {true, false}, {false, true}, {true, true}};

const std::string_view kRead = "READ(10) of RFC 7143 A.4";
const std::string_view kDataIn = "Data-In";

template <class Pdu>
Pdu pduOf(std::string_view name) {
  return std::get<Pdu>(vectorNamed(name).pdu);
}

// Everything that waits, in one piece.
base::Bytes waiting(const PduWriter& writer) {
  std::vector<base::ByteView> views(writer.segments());
  EXPECT_EQ(writer.gather(views), views.size());
  base::Bytes bytes;
  for (const base::ByteView& view : views) base::append(bytes, view);
  EXPECT_EQ(bytes.size(), writer.size());
  return bytes;
}

// Lives as long as something holds it; `end` is called then.
struct Hold final : OutputHold {
  explicit Hold(std::function<void()> atEnd) : end(std::move(atEnd)) {}
  void released() override {
    end();
    delete this;
  }
  std::function<void()> end;
};
HoldRef holdUntil(std::function<void()> atEnd) { return HoldRef(*new Hold(std::move(atEnd))); }

TEST(PduWriter, AddsTheHeaderDigestOfTheRfcExample) {
  PduWriter writer;
  writer.setDigests({true, true});
  ASSERT_TRUE(writer.write(pduOf<ScsiCommand>(kRead)));
  EXPECT_EQ(toHex(waiting(writer)), std::string(vectorNamed(kRead).hex) + " 563a96d9");
}

TEST(PduWriter, AddsTheDataDigestOfTheRfcExample) {
  const base::Bytes zeroes(32, 0);
  PduWriter writer;
  writer.setDigests({false, true});
  ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{zeroes}));
  const base::Bytes bytes = waiting(writer);
  EXPECT_EQ(toHex(base::ByteView(bytes).last(4)), "aa36918a");
  EXPECT_EQ(bytes.size(), kBhsSize + 32 + 4);
}

TEST(PduWriter, SetsLengthsAndAddsPaddingAndDigestsForEverySize) {
  const base::Bytes ahs = fromHex("00060100 11121314 15000000");
  for (const Digests digests : kAllDigests) {
    for (std::size_t size = 0; size <= 9; ++size) {
      const base::Bytes data = counting(size, 1);
      for (const base::ByteView its : {base::ByteView{}, base::ByteView(ahs)}) {
        PduWriter writer;
        writer.setDigests(digests);
        DataPart part{data};
        ASSERT_TRUE(writer.write(BhsView(bhsOf(kRead).data(), kBhsSize), its, {&part, 1}));
        EXPECT_EQ(toHex(waiting(writer)), toHex(wirePdu(bhsOf(kRead), its, data, digests)));
        PduWriter copying;
        copying.setDigests(digests);
        if (!its.empty()) continue;
        ASSERT_TRUE(copying.writeCopy(pduOf<ScsiCommand>(kRead), data));
        EXPECT_EQ(toHex(waiting(copying)), toHex(waiting(writer)));
      }
    }
  }
}

TEST(PduWriter, TakesTheDigestOverAllPartsOfASegment) {
  const base::Bytes data = counting(1001);
  for (const std::size_t cut : {0U, 1U, 500U, 1000U, 1001U}) {
    PduWriter writer;
    writer.setDigests({true, true});
    const base::ByteView all(data);
    DataPart parts[] = {{all.first(cut)}, {{}}, {all.subspan(cut)}};
    ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), base::ByteView{}, std::span<DataPart>(parts)));
    EXPECT_EQ(toHex(waiting(writer)), toHex(wirePdu(bhsOf(kDataIn), {}, data, {true, true})));
  }
}

TEST(PduWriter, LeavesDataWhereItIs) {
  const base::Bytes data = counting(8);
  PduWriter writer;
  ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data}));
  base::ByteView views[3];
  ASSERT_EQ(writer.gather(views), 2U);
  EXPECT_EQ(views[1].data(), data.data());
}

TEST(PduWriter, CopiesWhereItIsAskedTo) {
  PduWriter writer;
  base::Bytes data = counting(10000);
  const base::Bytes expected = wirePdu(bhsOf(kDataIn), {}, data, {});
  ASSERT_TRUE(writer.writeCopy(pduOf<DataIn>(kDataIn), data));
  std::fill(data.begin(), data.end(), std::uint8_t{0xff});
  EXPECT_EQ(toHex(waiting(writer)), toHex(expected));
  EXPECT_LE(writer.segments(), 4U);
}

TEST(PduWriter, PutsPdusWithoutDataBehindEachOtherInOneView) {
  PduWriter writer;
  writer.setDigests({true, true});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(writer.write(pduOf<R2t>("R2T")));
  EXPECT_EQ(writer.segments(), 1U);
  EXPECT_EQ(writer.size(), 20 * (kBhsSize + kDigestSize));
}

TEST(PduWriter, PutsTheTailOfADataSegmentAndTheNextHeaderInOneView) {
  const base::Bytes data = counting(5);
  PduWriter writer;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data}));
  EXPECT_EQ(writer.segments(), 7U) << "header, data, (padding, header), data, (padding, header), data, padding";
}

TEST(PduWriter, ForgetsWhatIsSentByAnyNumberOfBytes) {
  const base::Bytes data = counting(37);
  for (const Digests digests : kAllDigests) {
    PduWriter model;
    model.setDigests(digests);
    const auto fill = [&](PduWriter& writer) {
      writer.setDigests(digests);
      for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(writer.write(pduOf<R2t>("R2T")));
        ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn),
                                 DataPart{base::ByteView(data).first(30U + static_cast<unsigned>(i))}));
      }
    };
    fill(model);
    const base::Bytes all = waiting(model);
    for (std::size_t step = 1; step <= all.size(); ++step) {
      PduWriter writer;
      fill(writer);
      std::size_t at = 0;
      while (!writer.empty()) {
        base::ByteView view;
        ASSERT_EQ(writer.gather({&view, 1}), 1U);
        ASSERT_FALSE(view.empty());
        ASSERT_TRUE(base::equal(view, base::ByteView(all).subspan(at, view.size())));
        const std::size_t size = std::min(step, writer.size());
        writer.sent(size);
        at += size;
        ASSERT_EQ(writer.size(), all.size() - at);
        if (at % 5 == 0) {
          ASSERT_EQ(toHex(waiting(writer)), toHex(base::ByteView(all).subspan(at)));
        }
      }
      EXPECT_EQ(writer.segments(), 0U);
    }
  }
}

TEST(PduWriter, AppendsWhileSomethingIsHalfSent) {
  PduWriter writer;
  ASSERT_TRUE(writer.write(pduOf<R2t>("R2T")));
  writer.sent(20);
  ASSERT_TRUE(writer.write(pduOf<ScsiCommand>(kRead)));
  base::Bytes expected = bhsOf("R2T");
  base::append(expected, bhsOf(kRead));
  EXPECT_EQ(toHex(waiting(writer)), toHex(base::ByteView(expected).subspan(20)));
  writer.sent(28);
  EXPECT_EQ(toHex(waiting(writer)), toHex(bhsOf(kRead)));
}

TEST(PduWriter, HoldsDataUntilItsLastByteIsSent) {
  const base::Bytes data = counting(16);
  bool ended = false;
  PduWriter writer;
  auto* const hold = new Hold([&] { ended = true; });
  ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data, HoldRef(*hold)}));
  ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data, HoldRef(*hold)}));
  writer.sent(kBhsSize + 16 + kBhsSize + 15);
  EXPECT_FALSE(ended);
  writer.sent(1);
  EXPECT_TRUE(ended);
  EXPECT_TRUE(writer.empty());
}

TEST(PduWriter, LetsGoOfWhatWaitsWhenItIsClearedOrDestroyed) {
  const base::Bytes data = counting(16);
  int ended = 0;
  {
    PduWriter writer;
    const auto put = [&] {
      return writer.write(pduOf<DataIn>(kDataIn), DataPart{data, holdUntil([&] { ++ended; })});
    };
    ASSERT_TRUE(put() && put());
    writer.clear();
    EXPECT_EQ(ended, 2);
    EXPECT_TRUE(writer.empty());
    ASSERT_TRUE(put());
    EXPECT_EQ(waiting(writer).size(), kBhsSize + 16);
  }
  EXPECT_EQ(ended, 3);
}

TEST(PduWriter, MayBeWrittenToByTheEndOfAHold) {
  const base::Bytes data = counting(16);
  PduWriter writer;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data, holdUntil([&] {
                                                                EXPECT_TRUE(writer.write(pduOf<R2t>("R2T")));
                                                              })}));
  }
  writer.sent(writer.size());
  EXPECT_EQ(writer.size(), 5 * kBhsSize);
  base::Bytes expected;
  for (int i = 0; i < 5; ++i) base::append(expected, bhsOf("R2T"));
  EXPECT_EQ(toHex(waiting(writer)), toHex(expected));
}

TEST(PduWriter, RefusesWhatWouldExceedItsBytesAndChangesNothing) {
  const base::Bytes data = counting(100);
  bool ended = false;
  PduWriter writer({.bytes = kBhsSize + 100 + kBhsSize + 52, .segments = 100});
  ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data}));
  DataPart part{base::ByteView(data).first(53), holdUntil([&] { ended = true; })};
  const base::Bytes before = waiting(writer);
  EXPECT_FALSE(writer.write(pduOf<DataIn>(kDataIn), base::ByteView{}, std::span(&part, 1))) << "padded to 56";
  EXPECT_TRUE(part.hold);
  EXPECT_FALSE(ended);
  EXPECT_FALSE(writer.writeCopy(pduOf<DataIn>(kDataIn), part.bytes));
  EXPECT_EQ(toHex(waiting(writer)), toHex(before));
  part.bytes = part.bytes.first(52);
  EXPECT_TRUE(writer.write(pduOf<DataIn>(kDataIn), base::ByteView{}, std::span(&part, 1)));
  EXPECT_FALSE(writer.write(pduOf<R2t>("R2T")));
  writer.sent(kBhsSize);
  EXPECT_TRUE(writer.write(pduOf<R2t>("R2T")));
}

TEST(PduWriter, RefusesWhatWouldExceedItsSegments) {
  const base::Bytes data = counting(8);
  PduWriter writer({.bytes = 1 << 20, .segments = 8});
  std::size_t written = 0;
  while (writer.write(pduOf<DataIn>(kDataIn), DataPart{data})) ++written;
  EXPECT_EQ(written, 3U) << "two views each, and room for a tail is kept";
  EXPECT_LE(writer.segments(), 8U);
}

TEST(PduWriter, AnEmptyListTakesAnyPdu) {
  const base::Bytes data = counting(5000);
  PduWriter writer({.bytes = 10, .segments = 1});
  ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data}));
  EXPECT_FALSE(writer.write(pduOf<R2t>("R2T")));
  writer.sent(writer.size());
  EXPECT_TRUE(writer.write(pduOf<R2t>("R2T")));
}

TEST(PduWriter, GathersNoMoreThanThereIsRoomFor) {
  const base::Bytes data = counting(8);
  PduWriter writer;
  base::ByteView views[8];
  EXPECT_EQ(writer.gather(views), 0U);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(writer.write(pduOf<DataIn>(kDataIn), DataPart{data}));
  EXPECT_EQ(writer.gather({}), 0U);
  EXPECT_EQ(writer.gather(std::span(views).first(3)), 3U);
  EXPECT_EQ(writer.gather(views), 6U);
}

// A window of 100 to 150 PDUs that moves on, sent in odd steps: the list never becomes empty.
TEST(PduWriter, AllocatesNothingOnceItIsWarm) {
  const base::Bytes data = counting(300);
  PduWriter writer;
  writer.setDigests({true, true});
  const DataIn dataIn = pduOf<DataIn>(kDataIn);
  const R2t r2t = pduOf<R2t>("R2T");
  auto* const hold = new Hold([] {});
  const HoldRef kept(*hold);
  const auto round = [&] {
    for (int i = 0; i < 25; ++i) {
      ASSERT_TRUE(writer.write(dataIn, DataPart{data, HoldRef(*hold)}));
      ASSERT_TRUE(writer.writeCopy(r2t, {}));
    }
    while (writer.segments() > 150) writer.sent(std::min<std::size_t>(writer.size(), 977));
  };
  for (int i = 0; i < 50; ++i) round();
  const std::size_t before = support::allocations();
  const std::size_t memory = writer.memory();
  for (int i = 0; i < 500; ++i) round();
  EXPECT_EQ(support::allocations(), before);
  EXPECT_EQ(writer.memory(), memory);
}

TEST(PduWriter, GivesItsMemoryBackWhenNothingWaits) {
  PduWriter writer;
  EXPECT_EQ(writer.memory(), 0U) << "a connection that says nothing costs nothing";
  const base::Bytes expected = bhsOf("R2T");
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(writer.write(pduOf<R2t>("R2T")));
  writer.sent(499 * kBhsSize);
  writer.trim();
  EXPECT_EQ(toHex(waiting(writer)), toHex(expected));
  writer.sent(kBhsSize);
  EXPECT_GT(writer.memory(), 0U);
  writer.trim();
  EXPECT_EQ(writer.memory(), 0U);
  ASSERT_TRUE(writer.write(pduOf<R2t>("R2T")));
  EXPECT_EQ(toHex(waiting(writer)), toHex(expected));
}

TEST(PduWriter, BorrowsItsMemoryOnlyWhileSomethingWaits) {
  SlabPool pool;
  PduWriter a({}, &pool);
  PduWriter b({}, &pool);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(a.write(pduOf<R2t>("R2T")));
  EXPECT_EQ(pool.kept(), 0U);
  a.sent(a.size());
  const std::size_t kept = pool.kept();
  EXPECT_GT(kept, 1U);
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(b.write(pduOf<R2t>("R2T")));
  EXPECT_EQ(pool.kept(), 0U) << "what one writer gave back serves the other";
  b.sent(b.size());
  EXPECT_EQ(pool.kept(), kept);
}

TEST(PduWriter, IsReadBackByTheReader) {
  for (const Digests digests : kAllDigests) {
    PduWriter writer;
    writer.setDigests(digests);
    base::Bytes expected;
    const base::Bytes data = counting(9001);
    std::size_t written = 0;
    for (const PduVector& row : pduVectors()) {
      const base::Bytes bhs = fromHex(row.hex);
      const bool carries = findOpcode(bhs[0] & kOpcodeMask)->mayCarryData;
      const base::ByteView its = carries ? base::ByteView(data).first(written * 100) : base::ByteView{};
      ASSERT_TRUE(writer.write(BhsView(bhs.data(), kBhsSize), DataPart{its}));
      base::append(expected, wirePdu(bhs, {}, its, digests));
      ++written;
    }
    PduReader reader;
    reader.configure({digests, 8192});
    RecordingSink sink;
    const base::Bytes bytes = waiting(writer);
    ASSERT_TRUE(bytes == expected);
    while (!writer.empty()) {
      base::ByteView views[5];
      const std::size_t count = writer.gather(views);
      std::size_t size = 0;
      for (const base::ByteView& view : std::span(views).first(count)) size += reader.feed(view, sink);
      writer.sent(size);
    }
    ASSERT_EQ(sink.pdus.size(), written);
    for (std::size_t i = 0; i < written; ++i) {
      EXPECT_EQ(sink.pdus[i].verdict, DataVerdict::Right);
      EXPECT_TRUE(base::equal(sink.pdus[i].data, base::ByteView(data).first(sink.pdus[i].data.size())));
    }
  }
}

}  // namespace
