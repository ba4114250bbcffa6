#include "shared/isns/attribute_list.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using isns::AttributeList;
namespace tag = isns::tag;

TEST(AttributeList, IsEmptyAtFirst) {
  AttributeList list;
  EXPECT_TRUE(list.bytes().empty());
  EXPECT_FALSE(list.has(tag::kAlias));
  EXPECT_TRUE(list.value(tag::kAlias).empty());
  EXPECT_TRUE(list.tlv(tag::kAlias).empty());
  EXPECT_FALSE(list.u32(tag::kNodeType));
  EXPECT_FALSE(list.erase(tag::kAlias));
}

TEST(AttributeList, KeepsCanonicalTlvsInAscendingOrder) {
  AttributeList list;
  EXPECT_TRUE(list.setText(tag::kAlias, "host"));
  EXPECT_TRUE(list.setU32(tag::kNodeType, 2));
  EXPECT_TRUE(list.setText(tag::kAuthMethod, "CHAP"));
  base::Bytes expected;
  isns::AttributeWriter writer(expected);
  writer.u32(tag::kNodeType, 2);
  writer.text(tag::kAlias, "host");
  writer.text(tag::kAuthMethod, "CHAP");
  EXPECT_TRUE(base::equal(list.bytes(), expected));
  EXPECT_EQ(list.u32(tag::kNodeType), 2U);
  EXPECT_EQ(list.text(tag::kAlias), "host");
  EXPECT_EQ(list.tlv(tag::kNodeType).size(), 12U);
}

TEST(AttributeList, TellsWhetherSettingChangedAnything) {
  AttributeList list;
  EXPECT_TRUE(list.setU32(tag::kNodeType, 2));
  EXPECT_FALSE(list.setU32(tag::kNodeType, 2));
  EXPECT_TRUE(list.setU32(tag::kNodeType, 3));
  EXPECT_TRUE(list.erase(tag::kNodeType));
  EXPECT_FALSE(list.erase(tag::kNodeType));
}

TEST(AttributeList, TellsAnAttributeWithoutAValueFromAMissingOne) {
  AttributeList list;
  EXPECT_TRUE(list.set(tag::kPgTag, {}));
  EXPECT_TRUE(list.has(tag::kPgTag));
  EXPECT_TRUE(list.value(tag::kPgTag).empty());
  EXPECT_FALSE(list.u32(tag::kPgTag));
  EXPECT_EQ(list.u32Or(tag::kPgTag, 1), 1U);
  EXPECT_FALSE(list.set(tag::kPgTag, {}));
  EXPECT_TRUE(list.setU32(tag::kPgTag, 5));
  EXPECT_EQ(list.u32Or(tag::kPgTag, 1), 5U);
}

TEST(AttributeList, TakesAValueOutOfItself) {
  AttributeList list;
  list.setText(tag::kAlias, "some longer text to be copied");
  list.set(tag::kPortalName, list.value(tag::kAlias));
  EXPECT_EQ(list.text(tag::kPortalName), "some longer text to be copied");
  EXPECT_EQ(list.text(tag::kAlias), "some longer text to be copied");
}

TEST(AttributeList, CutsTextAt255BytesBetweenCharacters) {
  AttributeList list;
  list.setText(tag::kAlias, std::string(255, 'a'));
  EXPECT_EQ(list.text(tag::kAlias).size(), 255U);
  list.setText(tag::kAlias, std::string(256, 'b'));
  EXPECT_EQ(list.text(tag::kAlias), std::string(255, 'b'));
  list.setText(tag::kAlias, std::string(254, 'c') + "\xc3\xa4");
  EXPECT_EQ(list.text(tag::kAlias), std::string(254, 'c'));
  EXPECT_EQ(list.value(tag::kAlias).size(), 256U);
}

TEST(AttributeList, CopiesAndMovesAsAValue) {
  AttributeList list;
  list.setU32(tag::kNodeType, 2);
  AttributeList copy = list;
  copy.setU32(tag::kNodeType, 1);
  EXPECT_EQ(list.u32(tag::kNodeType), 2U);
  AttributeList moved = std::move(copy);
  EXPECT_EQ(moved.u32(tag::kNodeType), 1U);
  list = moved;
  EXPECT_EQ(list.u32(tag::kNodeType), 1U);
  list = AttributeList();
  EXPECT_TRUE(list.bytes().empty());
  list = std::move(moved);
  EXPECT_EQ(list.u32(tag::kNodeType), 1U);
}

TEST(AttributeList, BehavesLikeASortedMap) {
  std::mt19937 random(1);
  AttributeList list;
  std::map<isns::Tag, base::Bytes> model;
  for (int i = 0; i < 5000; ++i) {
    const auto tag = static_cast<isns::Tag>(257 + random() % 12);
    if (random() % 4 == 0) {
      EXPECT_EQ(list.erase(tag), model.erase(tag) == 1);
    } else {
      const base::Bytes value(random() % 4 * 4, static_cast<std::uint8_t>(random() % 3));
      const auto at = model.find(tag);
      EXPECT_EQ(list.set(tag, value), at == model.end() || at->second != value);
      model[tag] = value;
    }
    base::Bytes expected;
    for (const auto& [t, value] : model) isns::AttributeWriter(expected).raw(t, value);
    ASSERT_TRUE(base::equal(list.bytes(), expected)) << i;
    std::size_t seen = 0;
    list.forEach([&](const isns::Attribute& a) { seen += model.count(a.tag); });
    ASSERT_EQ(seen, model.size());
  }
}

}  // namespace
