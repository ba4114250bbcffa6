// What the reader refuses, and what it says of broken digests.
#include <gtest/gtest.h>

#include "agent/iscsi/pdu_reader.h"
#include "tests/unit/iscsi/hex.h"
#include "tests/unit/iscsi/pdu_stream.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;

const std::string_view kPing = "NOP-Out, ping";

TEST(PduReader, ChecksTheHeaderDigestOfTheRfcExample) {
  const base::Bytes wire = fromHex(
      "01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 28000000 00000000 02000000 00000000 "
      "563a96d9");
  PduReader reader = readerWith({true, true});
  RecordingSink sink;
  reader.feed(wire, sink);
  EXPECT_EQ(sink.pdus.size(), 1U);
}

TEST(PduReader, ClosesOnAnyWrongBitOfAHeaderWithDigest) {
  const base::Bytes ahs = fromHex("00020100 11000000");
  const base::Bytes good = wirePdu(bhsOf("READ(10) of RFC 7143 A.4"), ahs, {}, {true, false});
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    base::Bytes wire = good;
    wire[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    wire.resize(wire.size() + 4 * 255);  // what a wrong TotalAHSLength asks for
    PduReader reader = readerWith({true, false});
    RecordingSink sink;
    reader.feed(wire, sink);
    ASSERT_EQ(sink.faults.size(), 1U) << bit;
    const bool ahsLength = bit / 8 == 4;
    if (!ahsLength) {
      EXPECT_EQ(sink.faults[0].kind, ReadFaultKind::HeaderDigest) << bit;
    }
    EXPECT_EQ(sink.headers, 0U);
    EXPECT_TRUE(reader.broken());
  }
}

TEST(PduReader, DropsEverythingBehindAFault) {
  base::Bytes wire = wirePdu(bhsOf("R2T"), {}, {}, {true, false});
  wire[20] ^= 1;
  const base::Bytes good = wirePdu(bhsOf("R2T"), {}, {}, {true, false});
  PduReader reader = readerWith({true, false});
  RecordingSink sink;
  base::append(wire, good);
  EXPECT_EQ(reader.feed(wire, sink), wire.size());
  EXPECT_EQ(reader.feed(good, sink), good.size());
  EXPECT_EQ(sink.faults.size(), 1U);
  EXPECT_TRUE(sink.pdus.empty());
  EXPECT_FALSE(reader.midPdu());
  EXPECT_TRUE(reader.wanted().empty());
}

TEST(PduReader, SaysWhichSegmentHasAWrongDigestAndGoesOn) {
  for (const bool direct : {false, true}) {
    const base::Bytes good = wirePdu(bhsOf(kPing), {}, counting(6), {false, true});
    for (std::size_t at = kBhsSize; at < good.size(); ++at) {
      base::Bytes stream = good;
      stream[at] ^= 0x10;
      base::append(stream, good);
      PduReader reader = readerWith({false, true});
      RecordingSink sink;
      if (direct) {
        driveDirectly(reader, stream, 4, sink);
      } else {
        feedInPieces(reader, stream, {}, sink);
      }
      ASSERT_EQ(sink.pdus.size(), 2U) << at;
      EXPECT_EQ(sink.pdus[0].verdict, DataVerdict::WrongDigest) << "padding counts too: " << at;
      EXPECT_EQ(sink.pdus[1].verdict, DataVerdict::Right) << at;
    }
  }
}

TEST(PduReader, IgnoresWhatStandsInThePaddingWithoutDigest) {
  base::Bytes wire = wirePdu(bhsOf(kPing), {}, counting(5), {});
  wire.back() = 0xff;
  PduReader reader;
  RecordingSink sink;
  reader.feed(wire, sink);
  ASSERT_EQ(sink.pdus.size(), 1U);
  EXPECT_EQ(sink.pdus[0].verdict, DataVerdict::Right);
}

TEST(PduReader, RefusesASegmentBeyondWhatWasDeclaredBeforeTheOwnerIsAsked) {
  for (const std::uint32_t limit : {512U, 8192U, 0xffffffU}) {
    for (const std::uint32_t size : {limit, limit + 1}) {
      base::Bytes bhs = bhsOf(kPing);
      if (size > kMaxDataSegmentLength) continue;
      storeLengths(BhsSpan(bhs.data(), kBhsSize), 0, size);
      PduReader reader = readerWith({}, limit);
      RecordingSink sink;
      sink.skips = true;
      reader.feed(bhs, sink);
      EXPECT_EQ(sink.headers, size == limit ? 1U : 0U) << size;
      ASSERT_EQ(sink.faults.size(), size == limit ? 0U : 1U) << size;
      if (size != limit) {
        EXPECT_EQ(sink.faults[0].kind, ReadFaultKind::DataSegmentTooLong);
        EXPECT_EQ(sink.faults[0].head.dataSegmentLength, size);
      }
    }
  }
}

TEST(PduReader, RefusesAhsBeyondTheLongestAtItsBhs) {
  for (unsigned words = 0; words <= 255; ++words) {
    base::Bytes bhs = bhsOf("READ(10) of RFC 7143 A.4");
    bhs[4] = static_cast<std::uint8_t>(words);
    PduReader reader = readerWith({true, true});
    RecordingSink sink;
    reader.feed(bhs, sink);
    EXPECT_EQ(reader.broken(), words * 4 > kMaxAhs) << words;
    if (reader.broken()) {
      EXPECT_EQ(sink.faults.at(0).kind, ReadFaultKind::AhsTooLong);
    }
  }
}

TEST(PduReader, NamesItsFaults) {
  EXPECT_EQ(nameOf(ReadFaultKind::HeaderDigest), "header digest is wrong");
  EXPECT_EQ(nameOf(ReadFaultKind::AhsTooLong), "more AHS than any command can have");
  EXPECT_EQ(nameOf(ReadFaultKind::DataSegmentTooLong), "DataSegmentLength beyond MaxRecvDataSegmentLength");
}

}  // namespace
