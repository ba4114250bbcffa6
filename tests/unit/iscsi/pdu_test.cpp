// Headers of all PDU types but Login and Text, both ways, from one table of vectors.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "agent/iscsi/sense_segment.h"
#include "tests/unit/iscsi/hex.h"
#include "tests/unit/iscsi/pdu_vectors.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;

BhsView asBhs(base::ByteView bytes) {
  EXPECT_EQ(bytes.size(), kBhsSize);
  return bytes.first<kBhsSize>();
}

base::Bytes encoded(const AnyPdu& pdu) {
  base::Bytes bytes(kBhsSize, 0xee);  // encode() must write all of it
  std::visit([&](const auto& one) { one.encode(BhsSpan(bytes.data(), kBhsSize)); }, pdu);
  return bytes;
}

// Decodes as the type that `like` has; the fault, or nothing.
template <class Check>
std::optional<FormatFault> decodeLike(const AnyPdu& like, base::ByteView bytes, Check&& check) {
  return std::visit(
      [&]<class Pdu>(const Pdu&) -> std::optional<FormatFault> {
        const base::Result<Pdu, FormatFault> result = Pdu::decode(asBhs(bytes));
        if (!result) return result.error();
        check(AnyPdu(*result));
        return std::nullopt;
      },
      like);
}

base::Bytes reservedBitsOf(const base::Bytes& header) {
  for (const ReservedBits& row : reservedBits()) {
    if (static_cast<std::uint8_t>(row.opcode) == (header[0] & kOpcodeMask)) return fromHex(row.mask);
  }
  ADD_FAILURE() << "no row of reserved bits";
  return base::Bytes(kBhsSize, 0);
}

TEST(Pdu, EncodesToTheBytesOfTheRfc) {
  for (const PduVector& row : pduVectors()) EXPECT_EQ(toHex(encoded(row.pdu)), toHex(fromHex(row.hex))) << row.name;
}

TEST(Pdu, DecodesToWhatTheBytesSay) {
  for (const PduVector& row : pduVectors()) {
    const auto fault = decodeLike(row.pdu, fromHex(row.hex),
                                  [&](const AnyPdu& decoded) { EXPECT_TRUE(decoded == row.pdu) << row.name; });
    EXPECT_FALSE(fault.has_value()) << row.name << ": " << rowOf(fault.value_or(FormatFault{})).text;
  }
}

TEST(Pdu, VectorsCoverEveryTypeButLoginAndText) {
  std::set<std::uint8_t> seen;
  for (const PduVector& row : pduVectors()) seen.insert(fromHex(row.hex)[0] & kOpcodeMask);
  for (const OpcodeRow& row : opcodeTable()) {
    const bool elsewhere = row.opcode == Opcode::LoginRequest || row.opcode == Opcode::LoginResponse ||
                           row.opcode == Opcode::TextRequest || row.opcode == Opcode::TextResponse;
    EXPECT_EQ(seen.contains(static_cast<std::uint8_t>(row.opcode)), !elsewhere) << row.name;
  }
}

TEST(Pdu, IgnoresReservedBitsOnReceipt) {
  for (const PduVector& row : pduVectors()) {
    base::Bytes bytes = fromHex(row.hex);
    const base::Bytes mask = reservedBitsOf(bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      EXPECT_EQ(bytes[i] & mask[i], 0) << row.name << ": the vector fills a reserved byte, " << i;
      bytes[i] |= mask[i];
    }
    const auto fault =
        decodeLike(row.pdu, bytes, [&](const AnyPdu& decoded) { EXPECT_TRUE(decoded == row.pdu) << row.name; });
    EXPECT_FALSE(fault.has_value()) << row.name;
  }
}

TEST(Pdu, GivesTheFaultThatMakesAHeaderIllegal) {
  for (const FaultVector& row : faultVectors()) {
    const PduVector& base = vectorNamed(row.base);
    base::Bytes bytes = fromHex(base.hex);
    const base::Bytes patch = fromHex(row.hex);
    std::copy(patch.begin(), patch.end(), bytes.begin() + static_cast<std::ptrdiff_t>(row.offset));
    const auto fault = decodeLike(base.pdu, bytes, [](const AnyPdu&) {});
    ASSERT_TRUE(fault.has_value()) << row.name;
    EXPECT_EQ(rowOf(*fault).text, rowOf(row.fault).text) << row.name;
  }
}

TEST(Pdu, OfAnotherOpcodeIsAFault) {
  const base::Bytes command = fromHex(vectorNamed("READ(10) of RFC 7143 A.4").hex);
  for (const PduVector& row : pduVectors()) {
    if (std::holds_alternative<ScsiCommand>(row.pdu)) continue;
    EXPECT_EQ(decodeLike(row.pdu, command, [](const AnyPdu&) {}), FormatFault::OtherOpcode) << row.name;
  }
  EXPECT_EQ(ScsiCommand::decode(asBhs(fromHex(vectorNamed("R2T").hex))).error(), FormatFault::OtherOpcode);
}

// RFC 7144 6.4.2: additional information comes with "Function succeeded" only.
TEST(TaskManagementResponse, HasInformationOnlyWhereTheFunctionSucceeded) {
  const PduVector& row = vectorNamed("Task Management Function Response, rejected");
  base::Bytes bytes = fromHex(row.hex);
  bytes[8] = bytes[9] = bytes[10] = 0x55;
  const auto result = TaskManagementResponse::decode(asBhs(bytes));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(AnyPdu(*result) == row.pdu);
  TaskManagementResponse pdu = *result;
  pdu.information = {1, 2, 3};
  EXPECT_EQ(toHex(encoded(pdu)), toHex(fromHex(row.hex)));
}

// 11.4.3: with a service response other than 0, status and flags are undefined and ignored.
TEST(ScsiResponse, IgnoresStatusAndFlagsOfATargetFailure) {
  const PduVector& row = vectorNamed("SCSI Response, target failure");
  base::Bytes bytes = fromHex(row.hex);
  bytes[1] = 0x9e;  // o, u, O and U
  bytes[3] = 0x02;
  bytes[8] = 0x12;
  std::fill(bytes.begin() + 36, bytes.end(), std::uint8_t{0x55});
  const auto fault = decodeLike(row.pdu, bytes, [&](const AnyPdu& decoded) { EXPECT_TRUE(decoded == row.pdu); });
  EXPECT_FALSE(fault.has_value());
}

TEST(ScsiResponse, WritesNothingThatItsServiceResponseMakesMeaningless) {
  ScsiResponse pdu = std::get<ScsiResponse>(vectorNamed("SCSI Response, target failure").pdu);
  const base::Bytes expected = encoded(pdu);
  pdu.status = 2;
  pdu.statusQualifier = 3;
  pdu.residual = {true, false, 4};
  pdu.bidirectionalReadResidual = {false, true, 5};
  pdu.expDataSn = 6;
  EXPECT_EQ(toHex(encoded(pdu)), toHex(expected));
}

TEST(ScsiResponse, TakesVendorSpecificServiceResponses) {
  base::Bytes bytes = fromHex(vectorNamed("SCSI Response, target failure").hex);
  for (const std::uint8_t code : std::initializer_list<std::uint8_t>{0x80, 0xff}) {
    bytes[2] = code;
    const auto result = ScsiResponse::decode(asBhs(bytes));
    ASSERT_TRUE(result.ok());
    EXPECT_TRUE(isVendorSpecific(result->response));
  }
}

// 11.4.5.1: without a flag the count is ignored and sent as 0.
TEST(ScsiResponse, HasNoResidualCountWithoutAFlag) {
  const PduVector& row = vectorNamed("SCSI Response GOOD");
  base::Bytes bytes = fromHex(row.hex);
  bytes[43] = 7;
  bytes[47] = 9;
  const auto result = ScsiResponse::decode(asBhs(bytes));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(AnyPdu(*result) == row.pdu);
  ScsiResponse pdu = *result;
  pdu.residual.count = 9;
  pdu.bidirectionalReadResidual.count = 7;
  EXPECT_EQ(toHex(encoded(pdu)), toHex(fromHex(row.hex)));
}

// 11.7.3: StatSN, status and residual mean something with S only.
TEST(DataIn, HasNoStatusWithoutTheSBit) {
  const PduVector& row = vectorNamed("Data-In");
  base::Bytes bytes = fromHex(row.hex);
  bytes[1] = 0x06;  // O and U
  bytes[3] = 0x02;
  bytes[27] = 0x77;
  bytes[47] = 0x77;
  const auto result = DataIn::decode(asBhs(bytes));
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(AnyPdu(*result) == row.pdu);
  DataIn pdu = *result;
  pdu.status = 2;
  pdu.statSn = 0x77;
  pdu.residual = {true, false, 0x77};
  EXPECT_EQ(toHex(encoded(pdu)), toHex(fromHex(row.hex)));
}

TEST(DataIn, MayCarryOnlyStatusWithoutException) {
  base::Bytes bytes = fromHex(vectorNamed("Data-In with status and underflow").hex);
  for (unsigned status = 0; status < 256; ++status) {
    bytes[3] = static_cast<std::uint8_t>(status);
    const bool good = status == 0x00 || status == 0x04 || status == 0x10 || status == 0x14;
    EXPECT_EQ(DataIn::decode(asBhs(bytes)).ok(), good) << status;
  }
}

// 11.14.3: the CID is valid unless the session is closed.
TEST(LogoutRequest, HasNoCidWhereTheSessionIsClosed) {
  const PduVector& row = vectorNamed("Logout Request, close the session");
  base::Bytes bytes = fromHex(row.hex);
  bytes[21] = 3;
  const auto result = LogoutRequest::decode(asBhs(bytes));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->cid, 0);
  LogoutRequest pdu = *result;
  pdu.cid = 3;
  EXPECT_EQ(toHex(encoded(pdu)), toHex(fromHex(row.hex)));
}

TEST(ScsiCommand, MayHaveADirectionAndNoLength) {
  base::Bytes bytes = fromHex(vectorNamed("READ(10) of RFC 7143 A.4").hex);
  for (const std::uint8_t flags : std::initializer_list<std::uint8_t>{0x80, 0xc0, 0xa0, 0xe0, 0x20, 0x60}) {
    bytes[1] = flags;
    bytes[22] = 0;
    EXPECT_TRUE(ScsiCommand::decode(asBhs(bytes)).ok()) << int{flags};
  }
}

// A DataSegmentLength beyond 24 bits must not reach the AHS length beside it.
TEST(BasicHeader, KeepsLengthsInTheirFields) {
  base::Bytes bytes(kBhsSize);
  storeLengths(BhsSpan(bytes.data(), kBhsSize), 0x12, 0xab345678);
  EXPECT_EQ(base::loadU32(bytes.data() + 4), 0x12345678U);
  const BasicHeader header = BasicHeader::load(asBhs(bytes));
  EXPECT_EQ(header.totalAhsLength, 0x12);
  EXPECT_EQ(header.ahsSize(), 72U);
  EXPECT_EQ(header.dataSegmentLength, 0x345678U);
}

TEST(BasicHeader, LoadsWhatItStores) {
  const BasicHeader header{0x3f, true, 0xa5, 255, 0xffffff, 0x01020304};
  base::Bytes bytes(kBhsSize, 0xee);
  header.store(BhsSpan(bytes.data(), kBhsSize));
  EXPECT_EQ(toHex(bytes),
            "7fa50000 ffffffff 00000000 00000000 01020304 00000000 00000000 00000000 00000000 00000000 00000000 "
            "00000000");
  EXPECT_EQ(BasicHeader::load(asBhs(bytes)), header);
}

TEST(SenseSegment, SplitsSenseFromWhatFollows) {
  const base::Bytes bytes = fromHex("0003 700006 aabb");
  const auto segment = readSenseSegment(bytes);
  ASSERT_TRUE(segment.ok());
  EXPECT_EQ(toHex(segment->sense), "700006");
  EXPECT_EQ(toHex(segment->rest), "aabb");
  EXPECT_EQ(senseLengthField(0x1203), (std::array<std::uint8_t, 2>{0x12, 0x03}));
}

TEST(SenseSegment, MayBeEmptyOrWithoutSense) {
  const auto nothing = readSenseSegment({});
  ASSERT_TRUE(nothing.ok());
  EXPECT_TRUE(nothing->sense.empty() && nothing->rest.empty());
  const base::Bytes bytes = fromHex("0000 01");
  const auto segment = readSenseSegment(bytes);
  ASSERT_TRUE(segment.ok());
  EXPECT_TRUE(segment->sense.empty());
  EXPECT_EQ(segment->rest.size(), 1U);
}

TEST(SenseSegment, ThatEndsBeforeItsSenseIsAFault) {
  for (const std::string_view hex : {"00", "0001", "0004 700006", "ffff 70"}) {
    EXPECT_EQ(readSenseSegment(fromHex(hex)).error(), FormatFault::SenseLength) << hex;
  }
}

}  // namespace
