#include "shared/isns/tlv.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using isns::Attribute;
using isns::AttributeReader;
using isns::AttributeWriter;
using isns::Status;
namespace tag = isns::tag;
using namespace std::string_literals;

base::Bytes tlv(isns::Tag tag, base::ByteView value) {
  base::Bytes bytes;
  AttributeWriter(bytes).raw(tag, value);
  return bytes;
}
base::Bytes tlv(isns::Tag tag, const std::string& value) { return tlv(tag, base::asBytes(value)); }

Status statusOf(base::ByteView bytes) {
  AttributeReader reader(bytes);
  Attribute attribute;
  while (reader.next(attribute)) {
  }
  EXPECT_FALSE(reader.next(attribute)) << "the end stays the end";
  return reader.status();
}

TEST(NormalIp, onlyAnIpv4CompatibleAddressIsAnother) {
  isns::IpAddress address{};
  EXPECT_EQ(isns::normalIp(address), address) << "::";
  address[15] = 1;
  EXPECT_EQ(isns::normalIp(address), address) << "::1";
  address[12] = 10;
  isns::IpAddress mapped = address;
  mapped[10] = mapped[11] = 0xff;
  EXPECT_EQ(isns::normalIp(address), mapped) << "::10.0.0.1";
  EXPECT_EQ(isns::normalIp(mapped), mapped);
  address[0] = 0xfe;
  EXPECT_EQ(isns::normalIp(address), address);
}

TEST(AttributeReader, ReadsWhatTheWriterWrites) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  isns::IpAddress ip{};
  ip[15] = 1;
  writer.text(tag::kIscsiName, "iqn.2000-01.a:b");
  writer.u32(tag::kNodeType, 3);
  writer.u64(tag::kTimestamp, 0x1122334455667788);
  writer.ip(tag::kPortalIp, ip);
  writer.empty(tag::kAlias);
  writer.delimiter();

  AttributeReader reader(bytes);
  Attribute a;
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.tag, tag::kIscsiName);
  EXPECT_EQ(a.text(), "iqn.2000-01.a:b");
  EXPECT_EQ(a.value.size(), 16U) << "fifteen bytes and a NUL need no padding";
  EXPECT_EQ(a.row, isns::findAttribute(tag::kIscsiName));
  EXPECT_EQ(a.value.data(), bytes.data() + isns::kTlvHeaderSize) << "a view, no copy";
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.u32(), 3U);
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.u64(), 0x1122334455667788U);
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.ip(), ip);
  ASSERT_TRUE(reader.next(a));
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(a.text(), "");
  ASSERT_TRUE(reader.next(a));
  EXPECT_TRUE(a.isDelimiter());
  EXPECT_FALSE(reader.next(a));
  EXPECT_EQ(reader.status(), Status::Successful);
}

TEST(AttributeReader, RefusesEveryTruncation) {
  base::Bytes bytes = tlv(tag::kAlias, "abc\0"s);
  const base::Bytes more = tlv(tag::kNodeType, "\0\0\0\1"s);
  bytes.insert(bytes.end(), more.begin(), more.end());
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const bool atBorder = size == 0 || size == 12 || size == bytes.size();
    EXPECT_EQ(statusOf(base::ByteView(bytes).first(size)), atBorder ? Status::Successful : Status::MessageFormatError)
        << size;
  }
}

TEST(AttributeReader, RefusesLengthsBeyondThePayloadAndOddOnes) {
  for (const std::uint32_t length : {5U, 6U, 7U, 8U, 12U, 0x80000000U, 0xfffffff8U, 0xfffffffcU, 0xffffffffU}) {
    base::Bytes bytes = tlv(tag::kNodeType, "\0\0\0\1"s);
    base::storeU32(bytes.data() + 4, length);
    EXPECT_EQ(statusOf(bytes), Status::MessageFormatError) << length;
  }
  EXPECT_EQ(statusOf(tlv(tag::kDelimiter, "\0\0\0\0"s)), Status::MessageFormatError);
}

TEST(AttributeReader, PassesTagsThatItDoesNotKnow) {
  const base::Bytes bytes = tlv(9, "\1\2\3\4\5\6\7\10"s);
  AttributeReader reader(bytes);
  Attribute a;
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.row, nullptr);
  EXPECT_EQ(a.value.size(), 8U);
}

TEST(CheckValue, TakesTextWithMorePaddingThanNeeded) {
  EXPECT_EQ(statusOf(tlv(tag::kAlias, "abc\0\0\0\0\0\0\0\0\0"s)), Status::Successful);
  const base::Bytes wide(1024, 0);
  EXPECT_EQ(statusOf(tlv(tag::kAlias, wide)), Status::Successful);
}

TEST(CheckValue, TakesTextThatItsLengthAloneEnds) {
  EXPECT_EQ(statusOf(tlv(tag::kAlias, "abcd"s)), Status::Successful);
  EXPECT_EQ(statusOf(tlv(tag::kAlias, std::string(252, 'a'))), Status::Successful);
  EXPECT_EQ(statusOf(tlv(tag::kIscsiName, std::string(220, 'a'))), Status::Successful);
  EXPECT_EQ(statusOf(tlv(tag::kAlias, "abc\xc3"s)), Status::MessageFormatError);
  const base::Bytes bytes = tlv(tag::kAlias, "abcd"s);
  AttributeReader reader(bytes);
  Attribute a;
  ASSERT_TRUE(reader.next(a));
  EXPECT_EQ(a.text(), "abcd");
}

TEST(CheckValue, RefusesTextTooLongForItsNulOrNotUtf8) {
  EXPECT_EQ(statusOf(tlv(tag::kAlias, std::string(256, 'a'))), Status::MessageFormatError);
  EXPECT_EQ(statusOf(tlv(tag::kAlias, std::string(255, 'a') + '\0')), Status::Successful);
  EXPECT_EQ(statusOf(tlv(tag::kAlias, std::string(256, 'a') + "\0\0\0\0"s)), Status::MessageFormatError);
  EXPECT_EQ(statusOf(tlv(tag::kIscsiName, std::string(223, 'a') + '\0')), Status::Successful);
  EXPECT_EQ(statusOf(tlv(tag::kIscsiName, std::string(224, 'a') + "\0\0\0\0"s)), Status::MessageFormatError);
  EXPECT_EQ(statusOf(tlv(tag::kAlias, "a\xff\0\0"s)), Status::MessageFormatError);
  EXPECT_EQ(statusOf(tlv(tag::kAlias, "\xc3\xa4\0\0"s)), Status::Successful);
}

TEST(AttributeWriter, PadsTextWithNulsToFourBytes) {
  for (std::size_t length = 0; length <= 9; ++length) {
    base::Bytes bytes;
    AttributeWriter(bytes).text(tag::kAlias, std::string(length, 'x'));
    ASSERT_EQ(bytes.size(), isns::kTlvHeaderSize + (length / 4 + 1) * 4) << length;
    for (std::size_t i = isns::kTlvHeaderSize + length; i < bytes.size(); ++i) EXPECT_EQ(bytes[i], 0) << length;
  }
}

TEST(AttributeWriter, CopiesAnAttributeByteForByte) {
  const base::Bytes from = tlv(tag::kAlias, "abc\0\0\0\0\0"s);
  AttributeReader reader(from);
  Attribute a;
  ASSERT_TRUE(reader.next(a));
  base::Bytes to;
  AttributeWriter(to).copy(a);
  EXPECT_EQ(to, from);
  AttributeWriter(to).encoded(from);
  EXPECT_EQ(to.size(), 2 * from.size());
}

}  // namespace
