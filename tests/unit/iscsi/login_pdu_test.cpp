#include "agent/iscsi/login_pdu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/iscsi/text_pdu.h"

namespace {

using namespace iscsi;
using Header = std::array<std::uint8_t, 48>;

// The layouts of RFC 7143 11.12, 11.13, 11.10 and 11.11, each field with bytes of its own.
constexpr Header kLoginRequestBytes = {0x43, 0x87, 0x01, 0x02, 0x00, 0x12, 0x34, 0x56, 0x80, 0xa1, 0xa2, 0xa3,
                                       0xa4, 0xa5, 0xb1, 0xb2, 0xc1, 0xc2, 0xc3, 0xc4, 0xd1, 0xd2, 0x00, 0x00,
                                       0xe1, 0xe2, 0xe3, 0xe4, 0xf1, 0xf2, 0xf3, 0xf4, 0,    0,    0,    0,
                                       0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
constexpr LoginRequest kLoginRequest = {.transit = true,
                                        .continues = false,
                                        .csg = 1,
                                        .nsg = 3,
                                        .versionMax = 1,
                                        .versionMin = 2,
                                        .totalAhsLength = 0,
                                        .dataSegmentLength = 0x123456,
                                        .isid = {0x80, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5},
                                        .tsih = 0xb1b2,
                                        .initiatorTaskTag = 0xc1c2c3c4,
                                        .cid = 0xd1d2,
                                        .cmdSn = 0xe1e2e3e4,
                                        .expStatSn = 0xf1f2f3f4};

constexpr Header kLoginResponseBytes = {0x23, 0x44, 0x03, 0x04, 0x00, 0x00, 0x02, 0x01, 0x40, 0xa1, 0xa2, 0xa3,
                                        0xa4, 0xa5, 0xb1, 0xb2, 0xc1, 0xc2, 0xc3, 0xc4, 0x00, 0x00, 0x00, 0x00,
                                        0xd1, 0xd2, 0xd3, 0xd4, 0xe1, 0xe2, 0xe3, 0xe4, 0xf1, 0xf2, 0xf3, 0xf4,
                                        0x02, 0x0a, 0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
constexpr LoginResponse kLoginResponse = {.transit = false,
                                          .continues = true,
                                          .csg = 1,
                                          .nsg = 0,
                                          .versionMax = 3,
                                          .versionActive = 4,
                                          .totalAhsLength = 0,
                                          .dataSegmentLength = 0x0201,
                                          .isid = {0x40, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5},
                                          .tsih = 0xb1b2,
                                          .initiatorTaskTag = 0xc1c2c3c4,
                                          .statSn = 0xd1d2d3d4,
                                          .expCmdSn = 0xe1e2e3e4,
                                          .maxCmdSn = 0xf1f2f3f4,
                                          .status = LoginStatus::SessionDoesNotExist};

constexpr Header kTextRequestBytes = {0x44, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x01, 0x02, 0x03, 0x04,
                                      0x05, 0x06, 0x07, 0x08, 0xc1, 0xc2, 0xc3, 0xc4, 0xff, 0xff, 0xff, 0xff,
                                      0xe1, 0xe2, 0xe3, 0xe4, 0xf1, 0xf2, 0xf3, 0xf4, 0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
constexpr TextRequest kTextRequest = {.immediate = true,
                                      .final = true,
                                      .continues = false,
                                      .totalAhsLength = 0,
                                      .dataSegmentLength = 16,
                                      .lun = 0x0102030405060708,
                                      .initiatorTaskTag = 0xc1c2c3c4,
                                      .targetTransferTag = kNoTransferTag,
                                      .cmdSn = 0xe1e2e3e4,
                                      .expStatSn = 0xf1f2f3f4};

constexpr Header kTextResponseBytes = {0x24, 0x40, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04,
                                       0x05, 0x06, 0x07, 0x08, 0xc1, 0xc2, 0xc3, 0xc4, 0x12, 0x34, 0x56, 0x78,
                                       0xd1, 0xd2, 0xd3, 0xd4, 0xe1, 0xe2, 0xe3, 0xe4, 0xf1, 0xf2, 0xf3, 0xf4,
                                       0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0};
constexpr TextResponse kTextResponse = {.final = false,
                                        .continues = true,
                                        .totalAhsLength = 0,
                                        .dataSegmentLength = 65536,
                                        .lun = 0x0102030405060708,
                                        .initiatorTaskTag = 0xc1c2c3c4,
                                        .targetTransferTag = 0x12345678,
                                        .statSn = 0xd1d2d3d4,
                                        .expCmdSn = 0xe1e2e3e4,
                                        .maxCmdSn = 0xf1f2f3f4};

template <class Pdu>
void expectSame(const Header& bytes, const Pdu& pdu) {
  EXPECT_EQ(Pdu::decode(bytes), pdu);
  Header out;
  out.fill(0xee);
  pdu.encode(out);
  EXPECT_THAT(out, testing::ElementsAreArray(bytes));
}

TEST(LoginPdu, RequestStandsAsInTheRfc) { expectSame(kLoginRequestBytes, kLoginRequest); }
TEST(LoginPdu, ResponseStandsAsInTheRfc) { expectSame(kLoginResponseBytes, kLoginResponse); }
TEST(TextPdu, RequestStandsAsInTheRfc) { expectSame(kTextRequestBytes, kTextRequest); }
TEST(TextPdu, ResponseStandsAsInTheRfc) { expectSame(kTextResponseBytes, kTextResponse); }

TEST(LoginPdu, IsKnownByItsOpcodeWhateverTheReservedBitsAre) {
  Header bytes = kLoginRequestBytes;
  bytes[0] = 0x83;  // neither I nor the reserved bit counts
  bytes[1] |= 0x30;
  bytes[40] = 0xff;
  EXPECT_EQ(LoginRequest::decode(bytes), kLoginRequest);
  bytes[0] = 0x44;
  EXPECT_EQ(LoginRequest::decode(bytes), std::nullopt);
  EXPECT_EQ(LoginResponse::decode(kLoginRequestBytes), std::nullopt);
  EXPECT_EQ(TextRequest::decode(kLoginRequestBytes), std::nullopt);
  EXPECT_EQ(TextResponse::decode(kTextRequestBytes), std::nullopt);
}

TEST(LoginPdu, ReadsTheLengthOfAdditionalHeaders) {
  Header bytes = kLoginRequestBytes;
  bytes[4] = 7;
  EXPECT_EQ(LoginRequest::decode(bytes)->totalAhsLength, 7);
  EXPECT_EQ(LoginRequest::decode(bytes)->dataSegmentLength, 0x123456U);
}

// The table of RFC 7143 11.13.5.
TEST(LoginStatus, HasTheCodesOfTheRfc) {
  const std::pair<std::uint16_t, std::string_view> kRfc[] = {
      {0x0000, "Success"},
      {0x0101, "Target moved temporarily"},
      {0x0102, "Target moved permanently"},
      {0x0200, "Initiator error"},
      {0x0201, "Authentication failure"},
      {0x0202, "Authorization failure"},
      {0x0203, "Not found"},
      {0x0204, "Target removed"},
      {0x0205, "Unsupported version"},
      {0x0206, "Too many connections"},
      {0x0207, "Missing parameter"},
      {0x0208, "Can't include in session"},
      {0x0209, "Session type not supported"},
      {0x020a, "Session does not exist"},
      {0x020b, "Invalid during login"},
      {0x0300, "Target error"},
      {0x0301, "Service unavailable"},
      {0x0302, "Out of resources"},
  };
  ASSERT_EQ(loginStatusTable().size(), std::size(kRfc));
  for (const auto& [code, name] : kRfc) EXPECT_EQ(loginStatusName(code), name) << code;
  EXPECT_EQ(loginStatusName(0x020c), "reserved");
  EXPECT_TRUE(isRedirection(LoginStatus::TargetMovedPermanently));
  EXPECT_FALSE(isRedirection(LoginStatus::InitiatorError));
  EXPECT_TRUE(mayRetry(LoginStatus::OutOfResources));
  EXPECT_FALSE(mayRetry(LoginStatus::NotFound));
}

}  // namespace
