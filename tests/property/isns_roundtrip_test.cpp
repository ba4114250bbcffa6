// For every attribute of the table: what is encoded is decoded, what is decoded is encoded again byte for byte, and
// values one step too short or too long are status 2. Values are random; the seed is in each failure.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <variant>

#include "shared/isns/attribute_list.h"
#include "shared/isns/tlv.h"

namespace {

using isns::AttributeRow;
using isns::Status;
using isns::ValueKind;

// A value as a program sees it.
using Value = std::variant<std::monostate, std::uint32_t, std::uint64_t, isns::IpAddress, std::string, base::Bytes>;

constexpr unsigned kSeeds = 200;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::uint64_t upTo(std::uint64_t max) { return std::uniform_int_distribution<std::uint64_t>(0, max)(engine_); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(upTo(255)); }

  // Well-formed UTF-8 of exactly `size` bytes, without NUL.
  std::string text(std::size_t size) {
    static constexpr std::string_view kCharacters[] = {"a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x92\xbe"};
    std::string out;
    while (out.size() < size) out += kCharacters[upTo(std::min<std::size_t>(3, size - out.size() - 1))];
    return out;
  }
  base::Bytes bytes(std::size_t size) {
    base::Bytes out(size);
    for (std::uint8_t& b : out) b = byte();
    return out;
  }

 private:
  std::mt19937_64 engine_;
};

bool isText(const AttributeRow& row) {
  return row.kind == ValueKind::Text || row.kind == ValueKind::IscsiName || row.kind == ValueKind::Eid;
}

Value randomValue(const AttributeRow& row, Random& random) {
  switch (row.kind) {
    case ValueKind::None:
      return {};
    case ValueKind::U32:
    case ValueKind::Bits:
    case ValueKind::Port:
      return static_cast<std::uint32_t>(random.upTo(UINT32_MAX));
    case ValueKind::U64:
    case ValueKind::Wwn:
      return random.upTo(UINT64_MAX);
    case ValueKind::Ip: {
      isns::IpAddress ip;
      for (std::uint8_t& b : ip) b = random.byte();
      return ip;
    }
    case ValueKind::Text:
    case ValueKind::IscsiName:
    case ValueKind::Eid:
      return random.text(random.upTo(row.maxLength - 1U));
    case ValueKind::Opaque:
      return random.bytes((row.minLength + random.upTo(std::min<std::uint64_t>(row.maxLength - row.minLength, 4096))) &
                          ~std::uint64_t{3});
  }
  return {};
}

base::Bytes encode(const AttributeRow& row, isns::Tag tag, const Value& value) {
  base::Bytes bytes;
  isns::AttributeWriter writer(bytes);
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>) writer.empty(tag);
        if constexpr (std::is_same_v<T, std::uint32_t>) writer.u32(tag, v);
        if constexpr (std::is_same_v<T, std::uint64_t>) writer.u64(tag, v);
        if constexpr (std::is_same_v<T, isns::IpAddress>) writer.ip(tag, v);
        if constexpr (std::is_same_v<T, std::string>) writer.text(tag, v);
        if constexpr (std::is_same_v<T, base::Bytes>) writer.raw(tag, v);
      },
      value);
  EXPECT_EQ(bytes.size() % 4, 0U) << row.name;
  return bytes;
}

// The value of the only TLV in `bytes`.
Value decode(base::ByteView bytes, isns::Tag tag) {
  isns::AttributeReader reader(bytes);
  isns::Attribute attribute;
  EXPECT_TRUE(reader.next(attribute)) << "status " << static_cast<int>(reader.status());
  EXPECT_EQ(attribute.tag, tag);
  Value value;
  if (isText(*attribute.row)) {
    value = std::string(attribute.text());
  } else if (attribute.row->kind == ValueKind::Ip) {
    value = attribute.ip();
  } else if (attribute.row->kind == ValueKind::Opaque) {
    value = base::Bytes(attribute.value.begin(), attribute.value.end());
  } else if (attribute.row->maxLength == 8) {
    value = attribute.u64();
  } else if (attribute.row->maxLength == 4) {
    value = attribute.u32();
  }
  EXPECT_FALSE(reader.next(attribute));
  return value;
}

Status statusOf(isns::Tag tag, base::ByteView value) {
  base::Bytes bytes;
  isns::AttributeWriter(bytes).raw(tag, value);
  isns::AttributeReader reader(bytes);
  isns::Attribute attribute;
  reader.next(attribute);
  return reader.status();
}

struct Case {
  const AttributeRow* row;
  isns::Tag tag;
};

std::vector<Case> allCases() {
  std::vector<Case> cases;
  for (const AttributeRow& row : isns::attributeTable()) cases.push_back({&row, row.tag});
  for (const isns::VendorRange& range : isns::vendorRanges()) {
    cases.push_back({&range.row, range.first});
    cases.push_back({&range.row, range.last});
  }
  return cases;
}

class EveryAttribute : public testing::TestWithParam<Case> {};

TEST_P(EveryAttribute, DecodesWhatWasEncodedAndEncodesWhatWasDecoded) {
  const auto& [row, tag] = GetParam();
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Value value = randomValue(*row, random);
    const base::Bytes bytes = encode(*row, tag, value);
    const Value back = decode(bytes, tag);
    ASSERT_EQ(back, value);
    ASSERT_EQ(encode(*row, tag, back), bytes);

    isns::AttributeList list;
    list.set(tag, base::ByteView(bytes).subspan(isns::kTlvHeaderSize));
    ASSERT_TRUE(base::equal(list.bytes(), bytes));
  }
}

TEST_P(EveryAttribute, MayHaveNoValue) { EXPECT_EQ(statusOf(GetParam().tag, {}), Status::Successful); }

// A value of this size, text ended by its NUL.
base::Bytes filled(const AttributeRow& row, std::size_t size) {
  base::Bytes bytes(size, 'a');
  if (isText(row)) bytes.back() = 0;
  return bytes;
}

TEST_P(EveryAttribute, TakesItsShortestAndLongestValue) {
  const auto& [row, tag] = GetParam();
  if (row->maxLength == 0) return;
  EXPECT_EQ(statusOf(tag, filled(*row, row->minLength)), Status::Successful);
  EXPECT_EQ(statusOf(tag, filled(*row, row->maxLength)), Status::Successful);
}

// What its length alone ends is the same text as with its NUL.
TEST_P(EveryAttribute, TakesTextWithoutItsNulWhereThereWouldBeRoomForIt) {
  const auto& [row, tag] = GetParam();
  if (!isText(*row)) return;
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const std::string text = random.text(4 * (1 + random.upTo(row->maxLength / 4U - 2)));
    base::Bytes bytes;
    isns::AttributeWriter(bytes).raw(tag, base::asBytes(text));
    ASSERT_EQ(decode(bytes, tag), Value(text));
    ASSERT_EQ(decode(encode(*row, tag, text), tag), Value(text));
  }
}

TEST_P(EveryAttribute, RefusesLengthsJustOutside) {
  const auto& [row, tag] = GetParam();
  std::vector<base::Bytes> wrong;
  for (std::size_t size = 1; size < row->minLength; ++size) wrong.emplace_back(size, 0);
  for (std::size_t more = 1; more < 4; ++more) wrong.emplace_back(row->minLength + more, 0);
  if (isText(*row)) {
    base::Bytes tooLong(row->maxLength, 'a');
    wrong.push_back(tooLong);  // no room for a NUL
    tooLong.resize(row->maxLength + 4U);
    wrong.push_back(tooLong);
  } else {
    wrong.emplace_back(row->maxLength + 4U, 0);
  }
  for (const base::Bytes& value : wrong) EXPECT_EQ(statusOf(tag, value), Status::MessageFormatError) << value.size();
}

INSTANTIATE_TEST_SUITE_P(Table, EveryAttribute, testing::ValuesIn(allCases()), [](const auto& instance) {
  return std::string(instance.param.row->field) + "_" + std::to_string(instance.param.tag);
});

}  // namespace
