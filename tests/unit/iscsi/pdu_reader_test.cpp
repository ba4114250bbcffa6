#include "agent/iscsi/pdu_reader.h"

#include <gtest/gtest.h>

#include "tests/unit/iscsi/hex.h"
#include "tests/unit/iscsi/pdu_stream.h"
#include "tests/unit/iscsi/pdu_vectors.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;

constexpr Digests kAllDigests[] = {{false, false}, {true, false}, {false, true}, {true, true}};

const std::string_view kWrite = "WRITE(16), immediate, with immediate data and priority";
const std::string_view kPing = "NOP-Out, ping";

struct Stream {
  base::Bytes bytes;
  std::vector<SeenPdu> pdus;
};

void add(Stream& stream, base::ByteView bhs, base::ByteView ahs, base::ByteView data, Digests digests) {
  const base::Bytes wire = wirePdu(bhs, ahs, data, digests);
  base::append(stream.bytes, wire);
  stream.pdus.push_back({{wire.begin(), wire.begin() + static_cast<std::ptrdiff_t>(kBhsSize + ahs.size())},
                         {data.begin(), data.end()},
                         DataVerdict::Right});
}

// A PDU of every type, with as much data as its vector says, and some with AHS and odd lengths.
Stream everyType(Digests digests) {
  Stream stream;
  const base::Bytes ahs = fromHex("00060100 11121314 15000000 00050200 deadbeef");
  for (const PduVector& row : pduVectors()) {
    const base::Bytes bhs = fromHex(row.hex);
    const BasicHeader header = BasicHeader::load(base::ByteView(bhs).first<kBhsSize>());
    const base::ByteView its = header.totalAhsLength != 0 ? base::ByteView(ahs) : base::ByteView{};
    add(stream, bhs, its, counting(std::min(header.dataSegmentLength, 21U), header.flags), digests);
  }
  for (std::size_t size = 1; size <= 5; ++size) add(stream, bhsOf(kPing), {}, counting(size, 7), digests);
  add(stream, bhsOf("bidirectional command with AHS, unsolicited data follows"), ahs, counting(9), digests);
  return stream;
}

void expectAll(const RecordingSink& sink, const Stream& stream, const PduReader& reader) {
  ASSERT_EQ(sink.pdus.size(), stream.pdus.size());
  for (std::size_t i = 0; i < stream.pdus.size(); ++i) {
    EXPECT_EQ(toHex(sink.pdus[i].head), toHex(stream.pdus[i].head)) << i;
    EXPECT_EQ(toHex(sink.pdus[i].data), toHex(stream.pdus[i].data)) << i;
    EXPECT_EQ(sink.pdus[i].verdict, stream.pdus[i].verdict) << i;
  }
  EXPECT_EQ(sink.headers, stream.pdus.size());
  EXPECT_TRUE(sink.faults.empty());
  EXPECT_TRUE(sink.guardsHold);
  EXPECT_FALSE(reader.midPdu());
  EXPECT_FALSE(reader.broken());
}

TEST(PduReader, GivesTheSameForEveryCutOfAStreamOfAllTypes) {
  for (const Digests digests : kAllDigests) {
    const Stream stream = everyType(digests);
    const auto expectSame = [&](const std::vector<std::size_t>& cuts) {
      PduReader reader = readerWith(digests);
      RecordingSink sink;
      feedInPieces(reader, stream.bytes, cuts, sink);
      expectAll(sink, stream, reader);
    };
    expectSame({});
    for (std::size_t cut = 0; cut <= stream.bytes.size() && !HasFailure(); ++cut) expectSame({cut});
    for (std::size_t step = 1; step <= 70 && !HasFailure(); ++step) {
      std::vector<std::size_t> cuts;
      for (std::size_t at = step; at < stream.bytes.size(); at += step) cuts.push_back(at);
      expectSame(cuts);
    }
  }
}

TEST(PduReader, GivesTheSameWhereTheDriverReadsIntoThePlace) {
  for (const Digests digests : kAllDigests) {
    const Stream stream = everyType(digests);
    for (std::size_t chunk = 1; chunk <= 200 && !HasFailure(); ++chunk) {
      PduReader reader = readerWith(digests);
      RecordingSink sink;
      driveDirectly(reader, stream.bytes, chunk, sink);
      expectAll(sink, stream, reader);
    }
  }
}

TEST(PduReader, ExposesTheRestOfThePlaceAfterOneCopyOfWhatWasRead) {
  const base::Bytes data = counting(1000);
  const base::Bytes wire = wirePdu(bhsOf(kWrite), {}, data, {});
  PduReader reader;
  RecordingSink sink;
  EXPECT_TRUE(reader.wanted().empty());
  EXPECT_EQ(reader.feed(base::ByteView(wire).first(kBhsSize + 300), sink), kBhsSize + 300);
  ASSERT_EQ(reader.wanted().size(), 700U);
  std::copy_n(data.begin() + 300, 500, reader.wanted().begin());
  EXPECT_TRUE(reader.placed(500, sink));
  ASSERT_EQ(reader.wanted().size(), 200U);
  EXPECT_TRUE(sink.pdus.empty());
  std::copy_n(data.begin() + 800, 200, reader.wanted().begin());
  EXPECT_TRUE(reader.placed(200, sink));
  EXPECT_TRUE(reader.wanted().empty());
  ASSERT_EQ(sink.pdus.size(), 1U);
  EXPECT_EQ(sink.pdus[0].data, data);
  EXPECT_FALSE(reader.midPdu());
}

TEST(PduReader, TellsTheEndOfASegmentOnlyBehindItsPaddingAndDigest) {
  for (const Digests digests : kAllDigests) {
    const base::Bytes wire = wirePdu(bhsOf(kPing), {}, counting(5), digests);
    PduReader reader = readerWith(digests);
    RecordingSink sink;
    reader.feed(base::ByteView(wire).first(wire.size() - 1), sink);
    EXPECT_EQ(sink.headers, 1U);
    EXPECT_TRUE(sink.pdus.empty());
    EXPECT_TRUE(reader.midPdu());
    EXPECT_TRUE(reader.wanted().empty()) << "padding has no place";
    reader.feed(base::ByteView(wire).last(1), sink);
    EXPECT_EQ(sink.pdus.size(), 1U);
  }
}

TEST(PduReader, AHeaderIsToldOnlyWhenItsDigestIsThere) {
  const base::Bytes wire = wirePdu(bhsOf("R2T"), {}, {}, {true, false});
  PduReader reader = readerWith({true, false});
  RecordingSink sink;
  reader.feed(base::ByteView(wire).first(wire.size() - 1), sink);
  EXPECT_EQ(sink.headers, 0U);
  reader.feed(base::ByteView(wire).last(1), sink);
  EXPECT_EQ(sink.headers, 1U);
}

TEST(PduReader, DropsWhatIsSkippedAndStillChecksItsDigest) {
  const Digests digests{true, true};
  Stream stream;
  add(stream, bhsOf(kPing), {}, counting(301), digests);
  add(stream, bhsOf(kPing), {}, counting(7), digests);
  stream.bytes[kBhsSize + kDigestSize + 200] ^= 1;
  for (std::size_t chunk : {1U, 50U, 1000U}) {
    PduReader reader = readerWith(digests);
    RecordingSink sink;
    sink.skips = true;
    driveDirectly(reader, stream.bytes, chunk, sink);
    ASSERT_EQ(sink.pdus.size(), 2U);
    EXPECT_EQ(sink.pdus[0].verdict, DataVerdict::WrongDigest);
    EXPECT_EQ(sink.pdus[1].verdict, DataVerdict::Right);
    EXPECT_TRUE(sink.pdus[0].data.empty());
  }
}

TEST(PduReader, KeepsTheFrontOfASegmentThatIsLongerThanItsPlace) {
  const Digests digests{true, true};
  Stream stream;
  add(stream, bhsOf(kPing), {}, counting(301), digests);
  add(stream, bhsOf(kPing), {}, counting(7), digests);
  for (std::size_t chunk = 1; chunk < 400; chunk += 3) {
    PduReader reader = readerWith(digests);
    RecordingSink sink;
    sink.placeAtMost = 100;
    driveDirectly(reader, stream.bytes, chunk, sink);
    ASSERT_EQ(sink.pdus.size(), 2U);
    EXPECT_EQ(sink.pdus[0].data, counting(100));
    EXPECT_EQ(sink.pdus[0].verdict, DataVerdict::Right);
    EXPECT_EQ(sink.pdus[1].data, counting(7));
    EXPECT_TRUE(sink.guardsHold);
  }
}

TEST(PduReader, LeavesAPlaceThatIsTooLongAsItWasBehindTheSegment) {
  const base::Bytes wire = wirePdu(bhsOf(kPing), {}, counting(5), {false, true});
  base::Bytes place(20, 0xee);
  struct Sink {
    base::Bytes& place;
    Placement onHeader(const PduHead&) { return Placement::into(place); }
    bool onPdu(const PduHead&, DataVerdict verdict) { return verdict == DataVerdict::Right; }
    void onFault(const ReadFault&) {}
  } sink{place};
  PduReader reader = readerWith({false, true});
  reader.feed(base::ByteView(wire).first(kBhsSize), sink);
  EXPECT_EQ(reader.wanted().size(), 5U);
  reader.feed(base::ByteView(wire).subspan(kBhsSize), sink);
  EXPECT_EQ(toHex(place), "00010203 04eeeeee eeeeeeee eeeeeeee eeeeeeee");
}

TEST(PduReader, WaitsWhereTheOwnerWantsToPlaceLater) {
  const Digests digests{true, true};
  Stream stream;
  add(stream, bhsOf(kWrite), {}, counting(33), digests);
  add(stream, bhsOf("R2T"), {}, {}, digests);
  PduReader reader = readerWith(digests);
  RecordingSink sink;
  sink.later = true;
  const std::size_t used = reader.feed(stream.bytes, sink);
  EXPECT_EQ(used, kBhsSize + kDigestSize);
  EXPECT_TRUE(reader.waitsForPlace());
  EXPECT_TRUE(reader.midPdu());
  EXPECT_TRUE(reader.wanted().empty());
  EXPECT_EQ(reader.feed(base::ByteView(stream.bytes).subspan(used), sink), 0U);
  reader.place(Placement::later());
  EXPECT_TRUE(reader.waitsForPlace());
  reader.place(Placement::into(sink.makePlace(33)));
  EXPECT_FALSE(reader.waitsForPlace());
  EXPECT_EQ(reader.wanted().size(), 33U);
  EXPECT_EQ(reader.feed(base::ByteView(stream.bytes).subspan(used), sink), stream.bytes.size() - used);
  expectAll(sink, stream, reader);
}

TEST(PduReader, AsksButDoesNotWaitForTheDataOfAPduWithoutData) {
  PduReader reader;
  RecordingSink sink;
  sink.later = true;
  reader.feed(bhsOf("R2T"), sink);
  EXPECT_EQ(sink.headers, 1U);
  EXPECT_EQ(sink.pdus.size(), 1U);
  EXPECT_FALSE(reader.waitsForPlace());
}

TEST(PduReader, StopsBehindAPduWhereTheSinkSaysSo) {
  const Stream stream = everyType({true, true});
  PduReader reader = readerWith({true, true});
  RecordingSink sink;
  base::ByteView rest = stream.bytes;
  for (std::size_t i = 1; i <= stream.pdus.size(); ++i) {
    sink.stopAfter = i;
    rest = rest.subspan(reader.feed(rest, sink));
    ASSERT_EQ(sink.pdus.size(), i);
    EXPECT_FALSE(reader.midPdu());
  }
  EXPECT_TRUE(rest.empty());
  expectAll(sink, stream, reader);
}

TEST(PduReader, PlacedSaysWhetherTheSinkGoesOn) {
  const base::Bytes wire = wirePdu(bhsOf(kPing), {}, counting(4), {});
  for (const std::size_t stopAfter : {1U, 2U}) {
    PduReader reader;
    RecordingSink sink;
    sink.stopAfter = stopAfter;
    reader.feed(base::ByteView(wire).first(kBhsSize), sink);
    EXPECT_TRUE(reader.placed(0, sink));
    EXPECT_TRUE(reader.placed(1, sink));
    EXPECT_EQ(reader.placed(3, sink), stopAfter == 2);
  }
}

// The final Login Response switches digests on: what follows has them, what came before had none.

TEST(PduReader, IsConfiguredBetweenTwoPdus) {
  struct LoginSink : RecordingSink {
    PduReader* reader = nullptr;
    bool onPdu(const PduHead& head, DataVerdict verdict) {
      EXPECT_FALSE(reader->midPdu()) << "the next one has not begun";
      if (pdus.empty()) reader->configure({{true, true}, 512});
      return RecordingSink::onPdu(head, verdict);
    }
  };
  Stream stream;
  add(stream, bhsOf(kPing), {}, counting(1001), {});
  add(stream, bhsOf(kPing), {}, counting(511), {true, true});
  for (std::size_t cut = 0; cut <= stream.bytes.size(); ++cut) {
    PduReader reader;
    LoginSink sink;
    sink.reader = &reader;
    reader.feed(base::ByteView(stream.bytes).first(cut), sink);
    reader.feed(base::ByteView(stream.bytes).subspan(cut), sink);
    expectAll(sink, stream, reader);
    if (HasFailure()) break;
  }
}

TEST(PduReader, APduThatHasBegunKeepsItsSettings) {
  const base::Bytes before = wirePdu(bhsOf(kPing), {}, counting(600), {});
  const base::Bytes behind = wirePdu(bhsOf(kPing), {}, counting(5), {true, true});
  for (const std::size_t cut : {std::size_t{1}, std::size_t{47}, std::size_t{48}, std::size_t{300}}) {
    PduReader reader;
    RecordingSink sink;
    reader.feed(base::ByteView(before).first(cut), sink);
    reader.configure({{true, true}, 512});
    reader.feed(base::ByteView(before).subspan(cut), sink);
    reader.feed(behind, sink);
    ASSERT_EQ(sink.pdus.size(), 2U) << cut;
    EXPECT_TRUE(sink.faults.empty());
    EXPECT_EQ(sink.pdus[1].data, counting(5));
  }
}

TEST(PduReader, AcceptsPdusWithoutDataSegmentDigest) {
  Stream stream;
  add(stream, bhsOf("Data-Out without data"), {}, {}, {true, true});
  add(stream, bhsOf("R2T"), {}, {}, {true, true});
  ASSERT_EQ(stream.bytes.size(), 2 * (kBhsSize + kDigestSize));
  PduReader reader = readerWith({true, true});
  RecordingSink sink;
  reader.feed(stream.bytes, sink);
  expectAll(sink, stream, reader);
}

TEST(PduReader, KnowsWhenItsPeerOwesBytes) {
  const base::Bytes wire = wirePdu(bhsOf(kPing), {}, counting(5), {true, true});
  PduReader reader = readerWith({true, true});
  RecordingSink sink;
  EXPECT_FALSE(reader.midPdu());
  for (std::size_t i = 0; i < wire.size(); ++i) {
    reader.feed(base::ByteView(wire).subspan(i, 1), sink);
    EXPECT_EQ(reader.midPdu(), i + 1 < wire.size()) << i;
  }
}

}  // namespace
