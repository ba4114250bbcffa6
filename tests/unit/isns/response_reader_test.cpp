#include "shared/isns/response_reader.h"

#include <gtest/gtest.h>

namespace {

using isns::AttributeWriter;
using isns::ObjectType;
namespace tag = isns::tag;

const isns::IpAddress kIp = *isns::parseIp("10.0.0.1");

base::Bytes payload(std::uint32_t status) {
  base::Bytes bytes;
  base::ByteWriter(bytes).u32(status);
  return bytes;
}

TEST(ResponseReader, SeparatesStatusKeyAndOperatingAttributes) {
  base::Bytes bytes = payload(0);
  AttributeWriter writer(bytes);
  writer.text(tag::kEntityId, "host");
  writer.delimiter();
  writer.u32(tag::kRegistrationPeriod, 600);
  const auto response = isns::readResponse(bytes);
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->ok());
  ASSERT_EQ(response->key.size(), 1U);
  EXPECT_EQ(response->key[0].text(), "host");
  ASSERT_EQ(response->operating.size(), 1U);
  EXPECT_EQ(response->find(tag::kRegistrationPeriod)->u32(), 600U);
  EXPECT_EQ(response->find(tag::kEntityId)->text(), "host");
  EXPECT_EQ(response->find(tag::kAlias), nullptr);
}

TEST(ResponseReader, TakesAnAnswerWithoutDelimiterAsResults) {
  base::Bytes bytes = payload(0);
  AttributeWriter(bytes).u32(tag::kAssignedId, 12);
  const auto response = isns::readResponse(bytes);
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->key.empty());
  EXPECT_EQ(response->operating.size(), 1U);
}

TEST(ResponseReader, CallsAPayloadWhoseTlvsRunPastItsEndMalformed) {
  base::Bytes bytes = payload(0);
  AttributeWriter(bytes).u32(tag::kAssignedId, 12);
  bytes.pop_back();
  EXPECT_FALSE(isns::readResponse(bytes));
  EXPECT_FALSE(isns::readResponse(base::ByteView(bytes).first(3)));
  base::Bytes huge = payload(0);
  base::ByteWriter writer(huge);
  writer.u32(tag::kAlias);
  writer.u32(0xfffffffc);
  EXPECT_FALSE(isns::readResponse(huge));
}

TEST(ResponseReader, KeepsAValueOfTheWrongLengthAsItCame) {
  base::Bytes bytes = payload(0);
  AttributeWriter(bytes).u64(tag::kNodeType, 1);
  const auto response = isns::readResponse(bytes);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->operating[0].value.size(), 8U);
  EXPECT_EQ(response->operating[0].u32(), std::nullopt);
}

TEST(GroupObjects, FollowsTheOrderOfAQueryForNodesAndPortals) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  for (const char* name : {"iqn.2001-04.com.example:a", "iqn.2001-04.com.example:b"}) {
    writer.text(tag::kIscsiName, name);
    writer.u32(tag::kNodeType, 1);
    writer.ip(tag::kPortalIp, kIp);
    writer.u32(tag::kPortalPort, 3260);
    writer.ip(tag::kPortalIp, kIp);
    writer.u32(tag::kPortalPort, 3261);
  }
  const auto objects = isns::groupObjects(*isns::readAttributes(bytes));
  ASSERT_EQ(objects.size(), 6U);
  EXPECT_EQ(objects[0].type, ObjectType::Node);
  EXPECT_EQ(objects[0].text(tag::kIscsiName), "iqn.2001-04.com.example:a");
  EXPECT_EQ(objects[0].u32(tag::kNodeType), 1U);
  EXPECT_EQ(objects[1].type, ObjectType::Portal);
  EXPECT_EQ(objects[2].u32(tag::kPortalPort), 3261U);
  EXPECT_EQ(objects[3].text(tag::kIscsiName), "iqn.2001-04.com.example:b");

  const auto merged = isns::mergeObjects(objects);
  ASSERT_EQ(merged.size(), 4U) << "both nodes and both portals, once each";
  EXPECT_EQ(merged[3].type, ObjectType::Node);
}

TEST(GroupObjects, KeepsTheMembersOfADomainTogether) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  writer.u32(tag::kDdId, 7);
  writer.text(tag::kDdName, "backup");
  for (const std::uint32_t index : {1U, 2U}) {
    writer.u32(tag::kDdMemberNodeIndex, index);
    writer.text(tag::kDdMemberIscsiName, "iqn.2001-04.com.example:a");
  }
  writer.u32(tag::kDdId, 8);
  const auto objects = isns::groupObjects(*isns::readAttributes(bytes));
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_EQ(objects[0].attributes.size(), 6U);
  EXPECT_EQ(objects[1].u32(tag::kDdId), 8U);
}

TEST(GroupObjects, BeginsANewObjectWhereAnAttributeComesAgainAndNoKeyWasAsked) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  writer.u32(tag::kNodeType, 1);
  writer.text(tag::kAlias, "a");
  writer.u32(tag::kNodeType, 2);
  const auto objects = isns::groupObjects(*isns::readAttributes(bytes));
  ASSERT_EQ(objects.size(), 2U);
  EXPECT_FALSE(objects[0].hasKey());
  EXPECT_EQ(isns::mergeObjects(objects).size(), 2U);
}

TEST(MergeObjects, AddsTheMembersOfBothMentionsOnce) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  writer.u32(tag::kDdId, 7);
  writer.u32(tag::kDdMemberNodeIndex, 1);
  writer.u32(tag::kDdId, 7);
  writer.u32(tag::kDdMemberNodeIndex, 1);
  writer.u32(tag::kDdMemberNodeIndex, 2);
  const auto merged = isns::mergeObjects(isns::groupObjects(*isns::readAttributes(bytes)));
  ASSERT_EQ(merged.size(), 1U);
  EXPECT_EQ(merged[0].attributes.size(), 3U);
}

TEST(KeyTags, ComeFromTheAttributeTable) {
  const auto portal = isns::keyTags(ObjectType::Portal);
  EXPECT_EQ(std::vector<isns::Tag>(portal.begin(), portal.end()), (std::vector<isns::Tag>{16, 17}));
  EXPECT_EQ(isns::keyTags(ObjectType::PortalGroup).size(), 3U);
  EXPECT_TRUE(isns::keyTags(ObjectType::Server).empty());
  EXPECT_EQ(isns::indexTag(ObjectType::Node), tag::kNodeIndex);
  EXPECT_EQ(isns::indexTag(ObjectType::Domain), 0U);
}

TEST(ReadAttributes, RefusesALengthThatIsNoMultipleOfFour) {
  for (std::size_t length = 0; length <= 8; ++length) {
    base::Bytes bytes;
    AttributeWriter writer(bytes);
    writer.raw(tag::kIscsiName, base::Bytes(length));
    writer.raw(tag::kAlias, base::Bytes(8 - length));
    EXPECT_EQ(isns::readAttributes(bytes).has_value(), length % 4 == 0) << length;
  }
}

TEST(ReadScn, SeparatesTheEventsOfOneNotice) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  writer.text(tag::kIscsiName, "iqn.2001-04.com.example:me");
  writer.u64(tag::kTimestamp, 1717146900);
  writer.u32(tag::kScnBitmap, isns::scn::kObjectAdded);
  writer.text(tag::kIscsiName, "iqn.2001-04.com.example:a");
  writer.u32(tag::kScnBitmap, isns::scn::kManagement | isns::scn::kMemberRemoved);
  writer.text(tag::kIscsiName, "iqn.2001-04.com.example:b");
  writer.u32(tag::kDdId, 3);
  writer.u32(tag::kDdId, 4);
  writer.u32(tag::kDdsId, 5);
  const auto notice = isns::readScn(bytes);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->destination.text(), "iqn.2001-04.com.example:me");
  EXPECT_EQ(notice->timestamp, 1717146900U);
  ASSERT_EQ(notice->events.size(), 2U);
  EXPECT_EQ(notice->events[0].sources[0].text(), "iqn.2001-04.com.example:a");
  EXPECT_TRUE(notice->events[0].domains.empty());
  EXPECT_EQ(notice->events[1].domains, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(notice->events[1].sets, (std::vector<std::uint32_t>{5}));
}

TEST(ReadScn, RefusesASourceBeforeAnyBitmap) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  writer.text(tag::kIscsiName, "iqn.2001-04.com.example:me");
  writer.text(tag::kIscsiName, "iqn.2001-04.com.example:a");
  EXPECT_FALSE(isns::readScn(bytes));
  EXPECT_FALSE(isns::readScn({}));
}

TEST(ReadEsi, GivesEntityAndPortal) {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  writer.u64(tag::kTimestamp, 5);
  writer.text(tag::kEntityId, "host");
  writer.ip(tag::kPortalIp, kIp);
  writer.u32(tag::kPortalPort, 3260);
  const auto notice = isns::readEsi(bytes);
  ASSERT_TRUE(notice);
  EXPECT_EQ(notice->eid, "host");
  EXPECT_EQ(isns::formatPortal(*notice->portal), "10.0.0.1:3260/tcp");
}

}  // namespace
