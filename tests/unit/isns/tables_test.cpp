// What the tables of attributes, functions and statuses promise to everything that is derived from them.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "shared/isns/attributes.h"
#include "shared/isns/functions.h"
#include "shared/isns/status.h"

namespace {

using isns::AttributeRow;
using isns::ObjectType;
using isns::Role;

TEST(AttributeTable, HasEachTagFieldAndNameOnce) {
  std::set<std::string_view> fields;
  std::set<std::string_view> names;
  const auto add = [&](const AttributeRow& row) {
    EXPECT_TRUE(fields.insert(row.field).second) << row.field;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.field.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string_view::npos)
        << row.field;
    EXPECT_FALSE(row.section.empty()) << row.name;
  };
  for (const AttributeRow& row : isns::attributeTable()) add(row);
  for (const isns::VendorRange& range : isns::vendorRanges()) add(range.row);
}

TEST(AttributeTable, IsFoundByTagAndByField) {
  for (const AttributeRow& row : isns::attributeTable()) {
    EXPECT_EQ(isns::findAttribute(row.tag), &row) << row.name;
    EXPECT_EQ(isns::findAttributeByField(row.field), &row) << row.name;
  }
  EXPECT_EQ(isns::findAttributeByField("no_such_field"), nullptr);
}

TEST(AttributeTable, HasNoRowForUnassignedTags) {
  for (const isns::Tag tag :
       {9U,  10U,  13U,  15U,  21U,  25U,  26U,   30U,   39U,   41U,   44U,   47U,   54U,   63U,    78U,
        94U, 100U, 102U, 127U, 132U, 255U, 1537U, 2048U, 2053U, 2064U, 2073U, 2077U, 2080U, 65535U, 0xffffffffU}) {
    EXPECT_EQ(isns::findAttribute(tag), nullptr) << tag;
  }
}

TEST(AttributeTable, KnowsTheVendorRangesToTheirEnds) {
  isns::Tag next = 257;
  for (const isns::VendorRange& range : isns::vendorRanges()) {
    EXPECT_EQ(range.first, next) << "ranges follow each other";
    EXPECT_EQ(range.row.tag, range.first);
    EXPECT_EQ(isns::findAttribute(range.first), &range.row);
    EXPECT_EQ(isns::findAttribute(range.last), &range.row);
    next = range.last + 1;
  }
  EXPECT_FALSE(isns::isVendorTag(256));
  EXPECT_TRUE(isns::isVendorTag(2048));
  EXPECT_FALSE(isns::isVendorTag(2049));
}

TEST(AttributeTable, GivesEveryStoredObjectTypeItsKeys) {
  std::map<ObjectType, std::vector<isns::Tag>> keys;
  for (const AttributeRow& row : isns::attributeTable()) {
    if (row.role == Role::Key) keys[row.object].push_back(row.tag);
  }
  const std::map<ObjectType, std::vector<isns::Tag>> expected = {
      {ObjectType::Entity, {1}},     {ObjectType::Portal, {16, 17}},
      {ObjectType::Node, {32}},      {ObjectType::PortalGroup, {48, 49, 50}},
      {ObjectType::FcPort, {64}},    {ObjectType::FcDevice, {96}},
      {ObjectType::FcDomain, {128}}, {ObjectType::DomainSet, {2049}},
      {ObjectType::Domain, {2065}}};
  EXPECT_EQ(keys, expected);
}

TEST(AttributeTable, LeavesIndexesAndNextIndexesToTheServer) {
  for (const AttributeRow& row : isns::attributeTable()) {
    if (row.role == Role::Index || row.role == Role::NextIndex) {
      EXPECT_EQ(row.writer, isns::Writer::Server) << row.name;
      EXPECT_EQ(row.kind, isns::ValueKind::U32) << row.name;
    }
    EXPECT_TRUE(row.role != Role::Member || row.object == ObjectType::Domain) << row.name;
  }
}

TEST(AttributeTable, AllowsAtMost223BytesOfAnIscsiNameAnd255OfOtherText) {
  using isns::ValueKind;
  for (const AttributeRow& row : isns::attributeTable()) {
    EXPECT_TRUE(row.kind != ValueKind::IscsiName || row.maxLength == 224) << row.name;
    EXPECT_TRUE((row.kind != ValueKind::Text && row.kind != ValueKind::Eid) || row.maxLength == 256) << row.name;
  }
}

TEST(ObjectTypeName, IsAnotherForEachType) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < isns::kObjectTypes; ++i) names.insert(isns::objectTypeName(static_cast<ObjectType>(i)));
  EXPECT_EQ(names.size(), isns::kObjectTypes);
  EXPECT_EQ(isns::objectTypeName(ObjectType::Server), "server");
}

TEST(FunctionTable, NamesRequestsAndResponses) {
  std::set<std::uint16_t> ids;
  for (const isns::FunctionRow& row : isns::functionTable()) {
    EXPECT_TRUE(ids.insert(isns::idOf(row.function)).second);
    EXPECT_EQ(isns::findFunction(isns::idOf(row.function)), &row);
    EXPECT_EQ(isns::findFunction(isns::responseOf(row.function)), nullptr) << "a response is no request";
    EXPECT_EQ(isns::functionName(isns::idOf(row.function)), row.name);
    const std::string response = row.answered ? std::string(row.name) + "Rsp" : "reserved";
    EXPECT_EQ(isns::functionName(isns::responseOf(row.function)), response);
  }
  for (const std::uint16_t id : std::initializer_list<std::uint16_t>{0x0000, 0x000f, 0x0010, 0x0014, 0x0100, 0x7fff}) {
    EXPECT_EQ(isns::findFunction(id), nullptr) << id;
    EXPECT_EQ(isns::functionName(id), "reserved") << id;
  }
}

TEST(StatusTable, NamesEveryCodeButTheReservedOnes) {
  std::set<std::uint32_t> codes;
  for (const isns::StatusRow& row : isns::statusTable()) {
    EXPECT_TRUE(codes.insert(static_cast<std::uint32_t>(row.status)).second);
    EXPECT_EQ(isns::statusName(row.status), row.name);
    EXPECT_FALSE(row.when.empty()) << row.name;
  }
  for (std::uint32_t code = 0; code <= 24; ++code) {
    const bool reserved = code == 4 || code == 24;
    EXPECT_EQ(codes.contains(code), !reserved) << code;
    EXPECT_EQ(isns::statusName(code) == "reserved", reserved) << code;
  }
}

}  // namespace
