#include "agent/iscsi/digest.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "tests/unit/iscsi/hex.h"

namespace {

using namespace iscsi;
using namespace iscsi_test;

std::string onTheWire(std::uint32_t crc) {
  base::Bytes bytes(kDigestSize);
  storeDigest(bytes.data(), crc);
  return toHex(bytes);
}

// RFC 7143 13.1 bit by bit, with the bits of a byte in the order that the RFC gives: as slow as it is plain.
std::uint32_t byDefinition(base::ByteView bytes) {
  std::uint32_t remainder = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    remainder ^= byte;
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1) ^ ((remainder & 1) != 0 ? 0x82f63b78U : 0U);
  }
  return ~remainder;
}

base::Bytes randomBytes(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  base::Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

TEST(Crc32c, AgreesWithTheExamplesOfTheRfc) {
  base::Bytes counting(32);
  std::iota(counting.begin(), counting.end(), std::uint8_t{0});
  const base::Bytes down(counting.rbegin(), counting.rend());
  EXPECT_EQ(onTheWire(crc32c(base::Bytes(32, 0x00))), "aa36918a");
  EXPECT_EQ(onTheWire(crc32c(base::Bytes(32, 0xff))), "43aba862");
  EXPECT_EQ(onTheWire(crc32c(counting)), "4e79dd46");
  EXPECT_EQ(onTheWire(crc32c(down)), "5cdb3f11");
  EXPECT_EQ(onTheWire(crc32c(fromHex("01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 "
                                     "28000000 00000000 02000000 00000000"))),
            "563a96d9");
}

// The check value of the catalogues of CRCs.
TEST(Crc32c, AgreesWithItsCheckValue) { EXPECT_EQ(crc32c(base::asBytes("123456789")), 0xe3069283U); }

// 13.1: over a segment and its digest the remainder is always 1c2d19ed; reflected that is b798b438.
TEST(Crc32c, OfASegmentWithItsDigestIsConstant) {
  for (const std::size_t size : {0U, 1U, 48U, 512U, 5000U}) {
    base::Bytes bytes = randomBytes(size);
    const std::uint32_t crc = crc32c(bytes);
    bytes.resize(size + kDigestSize);
    storeDigest(bytes.data() + size, crc);
    EXPECT_EQ(~crc32c(bytes), 0xb798b438U) << size;
  }
}

// Around every size where another way of computing may begin, and at every alignment.
TEST(Crc32c, AgreesWithTheDefinitionAtEverySizeAndAlignment) {
  const base::Bytes bytes = randomBytes(1100);
  for (std::size_t size = 0; size <= 1024; ++size) {
    const std::size_t offset = size % 16;
    const base::ByteView part = base::ByteView(bytes).subspan(offset, size);
    ASSERT_EQ(crc32c(part), byDefinition(part)) << size << " bytes at " << offset;
  }
  const base::Bytes large = randomBytes(300000);
  for (const std::size_t size : {4095U, 4096U, 65535U, 262144U, 299999U}) {
    const base::ByteView part = base::ByteView(large).subspan(1, size);
    EXPECT_EQ(crc32c(part), byDefinition(part)) << size;
  }
}

TEST(Crc32c, OfPiecesIsThatOfTheWhole) {
  const base::Bytes bytes = randomBytes(700);
  const std::uint32_t whole = byDefinition(bytes);
  for (std::size_t first = 0; first <= bytes.size(); first += 7) {
    for (const std::size_t second : {std::size_t{0}, std::size_t{1}, std::size_t{130}, bytes.size()}) {
      const std::size_t middle = std::min(second, bytes.size() - first);
      Crc32c crc;
      crc.update(base::ByteView(bytes).first(first));
      crc.update(base::ByteView(bytes).subspan(first, middle));
      crc.update(base::ByteView(bytes).subspan(first + middle));
      ASSERT_EQ(crc.value(), whole) << first << ' ' << middle;
    }
  }
}

TEST(Crc32c, OfNothingIsZero) {
  EXPECT_EQ(crc32c({}), 0U);
  EXPECT_EQ(Crc32c{}.value(), 0U);
}

TEST(Digest, LiesOnTheWireWithItsLowestByteFirst) {
  EXPECT_EQ(onTheWire(0x8a9136aa), "aa36918a");
  EXPECT_EQ(loadDigest(fromHex("aa36918a").data()), 0x8a9136aaU);
}

}  // namespace
