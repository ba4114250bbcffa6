#include "shared/base/bytes.h"

#include <gtest/gtest.h>

#include "shared/base/suggest.h"

namespace {

TEST(ByteReader, StopsAtTheEndAndStaysFailed) {
  const base::Bytes bytes{0, 1, 0, 0, 0, 2, 9};
  base::ByteReader reader(bytes);
  EXPECT_EQ(reader.u16(), 1);
  EXPECT_EQ(reader.u32(), 2U);
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_TRUE(reader.failed());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_EQ(reader.remaining(), 1U);
}

TEST(ByteWriter, WritesWhatTheReaderReads) {
  base::Bytes bytes;
  base::ByteWriter writer(bytes);
  writer.u8(1);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.u64(0x08090a0b0c0d0e0f);
  writer.zeros(2);
  base::ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607U);
  EXPECT_EQ(reader.u64(), 0x08090a0b0c0d0e0fU);
  EXPECT_EQ(reader.remaining(), 2U);
}

TEST(Suggest, FindsASlipOfTheFingersAndNothingFarther) {
  constexpr std::string_view known[] = {"listen.port", "listen.addresses", "store.path"};
  EXPECT_EQ(base::nearest("listen.prot", known), "listen.port");
  EXPECT_EQ(base::nearest("store.paht", known), "store.path");
  EXPECT_EQ(base::nearest("colour", known), std::nullopt);
  constexpr std::string_view words[] = {"list", "show"};
  EXPECT_EQ(base::nearest("lsit", words), "list");
}

}  // namespace
