#include "shared/isns/value_text.h"

#include <gtest/gtest.h>

#include <set>

#include "shared/isns/value_names.h"

namespace {

using isns::findAttributeByField;

std::string again(std::string_view field, std::string_view text) {
  const isns::AttributeRow* row = findAttributeByField(field);
  const auto value = isns::parseValue(*row, text);
  if (!value) return "refused: " + value.error().text;
  return isns::formatValue({row->tag, *value, row});
}

TEST(ValueText, ReadsBackWhatItWrites) {
  EXPECT_EQ(again("eid", "Host.Example.com"), "host.example.com");
  EXPECT_EQ(again("protocol", "iscsi"), "iscsi");
  EXPECT_EQ(again("protocol", "7"), "7");
  EXPECT_EQ(again("management_ip", "10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(again("version_range", "0-2"), "0-2");
  EXPECT_EQ(again("version_range", "any"), "any-any");
  EXPECT_EQ(again("registration_period", "600"), "600");
  EXPECT_EQ(again("portal_port", "3260"), "3260/tcp");
  EXPECT_EQ(again("esi_port", "5000/udp"), "5000/udp");
  EXPECT_EQ(again("iscsi_name", "IQN.2001-04.com.Example:A"), "iqn.2001-04.com.example:a");
  EXPECT_EQ(again("node_type", "initiator,target"), "target,initiator");
  EXPECT_EQ(again("node_type", "0x8001"), "target,0x8000");
  EXPECT_EQ(again("node_type", "none"), "none");
  EXPECT_EQ(again("scn_bitmap", "added+removed"), "added,removed");
  EXPECT_EQ(again("alias", "Rack 7, left"), "Rack 7, left");
  EXPECT_EQ(again("fc_port_name", "500601603BA01F22"), "50:06:01:60:3b:a0:1f:22");
  EXPECT_EQ(again("entity_certificate", "0xDEADbeef"), "deadbeef");
  EXPECT_EQ(again("timestamp", "1717146900"), "2024-05-31T09:15:00Z");
  EXPECT_EQ(again("alias", ""), "");
}

TEST(ValueText, SaysWhatIsWrongWithAValue) {
  EXPECT_EQ(again("node_type", "targt"), "refused: \"targt\" is no value of node_type; did you mean \"target\"?");
  EXPECT_EQ(again("node_type", "x"), "refused: \"x\" is no value of node_type; known: target, initiator, control");
  EXPECT_EQ(again("registration_period", "ten"),
            "refused: \"ten\" is no value of registration_period: a number is wanted");
  EXPECT_EQ(again("management_ip", "10.0.0.300"),
            "refused: \"10.0.0.300\" is no management_ip: an IP address is wanted, as in 10.0.0.1 or fe80::1");
  EXPECT_EQ(again("entity_certificate", "abc"),
            "refused: \"abc\" is no entity_certificate: an even number of hexadecimal digits is wanted");
  EXPECT_EQ(again("alias", std::string(256, 'a')).substr(0, 9), "refused: ");
  EXPECT_EQ(again("iscsi_name", "iqn.bad").substr(0, 9), "refused: ");
  EXPECT_EQ(again("registration_period", "4294967296").substr(0, 9), "refused: ");
}

TEST(ValueText, WritesAValueThatDoesNotFitItsAttributeAsHexadecimalDigits) {
  const base::Bytes three{1, 2, 3};
  EXPECT_EQ(isns::formatValue({33, three, isns::findAttribute(33)}), "010203");
  const base::Bytes four{'a', 'b', 'c', 'd'};
  EXPECT_EQ(isns::formatValue({9, four, nullptr}), "61626364");
  EXPECT_EQ(isns::formatValue({34, four, isns::findAttribute(34)}), "abcd") << "a text, although its NUL is missing";
  const base::Bytes noUtf8{'a', 'b', 'c', 0xff};
  EXPECT_EQ(isns::formatValue({34, noUtf8, isns::findAttribute(34)}), "616263ff");
}

// Every row can be typed and shown: a smallest value of its kind goes there and back.
TEST(ValueText, KnowsEveryAttributeOfTheTable) {
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    if (row.kind == isns::ValueKind::None) continue;
    base::Bytes value(row.minLength, 0);
    if (row.kind == isns::ValueKind::Text || row.kind == isns::ValueKind::IscsiName ||
        row.kind == isns::ValueKind::Eid) {
      value = {'a', 0, 0, 0};
    }
    // Times are shown as dates and typed as seconds.
    if (row.kind == isns::ValueKind::U64) continue;
    const auto parsed = isns::parseValue(row, isns::formatValue({row.tag, value, &row}));
    ASSERT_TRUE(parsed) << row.field << ": " << parsed.error().text;
    EXPECT_EQ(*parsed, value) << row.field;
  }
}

TEST(ValueNames, GiveEachBitmapItsOwnNamesOnce) {
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    std::set<std::string_view> names;
    std::uint32_t bits = 0;
    for (const isns::ValueName& name : isns::valueNames(row.tag)) {
      EXPECT_TRUE(names.insert(name.name).second) << row.field << " " << name.name;
      if (row.kind != isns::ValueKind::Bits) continue;
      EXPECT_EQ(name.value & (name.value - 1), 0U) << "one bit: " << row.field << " " << name.name;
      EXPECT_EQ(bits & name.value, 0U) << row.field << " " << name.name;
      bits |= name.value;
    }
    EXPECT_EQ(names.empty(), row.kind != isns::ValueKind::Bits && row.tag != 2 && row.tag != 66) << row.field;
  }
}

}  // namespace
