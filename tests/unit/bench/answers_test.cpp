#include "tests/bench/common/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "shared/isns/functions.h"
#include "shared/isns/message_writer.h"

namespace bench {
namespace {

using isns::MessageWriter;
namespace tag = isns::tag;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint16_t kQuery = 2;

void appendPath(isns::AttributeWriter& w, Host host, std::uint32_t groupTag = 1) {
  const net::Address portal = portalOf(host);
  w.text(tag::kIscsiName, nodeName(host));
  w.u32(tag::kNodeType, isInitiator(host) ? isns::node_type::kInitiator : isns::node_type::kTarget);
  w.ip(tag::kPortalIp, portal.octets());
  w.u32(tag::kPortalPort, portal.port());
  w.text(tag::kPgIscsiName, nodeName(host));
  w.ip(tag::kPgPortalIp, portal.octets());
  w.u32(tag::kPgPortalPort, portal.port());
  w.u32(tag::kPgTag, groupTag);
}

base::Bytes answer(const std::function<void(isns::AttributeWriter&)>& operating,
                   isns::Status status = isns::Status::Successful, std::uint16_t xid = 7) {
  base::Bytes out;
  MessageWriter message = MessageWriter::response(out, kQuery, xid, status);
  message.attributes().u32(tag::kNodeType, isns::node_type::kTarget);
  message.attributes().delimiter();
  operating(message.attributes());
  message.finish();
  return out;
}

std::string pathsWrong(const base::Bytes& pdu, std::vector<Host> expected) { return checkPaths(pdu, expected); }

TEST(Answers, AWholeAnswerInOrderIsAccepted) {
  EXPECT_THAT(checkHead(answer([](auto&) {}), kQuery, 7), IsEmpty());
}

TEST(Answers, AnAnswerToAnotherRequestIsNot) {
  EXPECT_THAT(checkHead(answer([](auto&) {}), kQuery, 8), HasSubstr("transaction 7"));
  EXPECT_THAT(checkHead(answer([](auto&) {}), 1, 7), HasSubstr("function"));
}

TEST(Answers, APartOfAnAnswerIsNone) {
  base::Bytes pdu = answer([](auto&) {});
  pdu[6] = static_cast<std::uint8_t>(pdu[6] & ~(isns::flag::kLast >> 8));
  EXPECT_THAT(checkHead(pdu, kQuery, 7), HasSubstr("one whole PDU"));
}

TEST(Answers, TheStatusIsSeen) {
  const base::Bytes pdu = answer([](auto&) {}, isns::Status::Busy);
  EXPECT_EQ(statusOf(pdu), 12U);
  EXPECT_THAT(statusText(12), HasSubstr("12 ("));
}

TEST(Answers, APduIsCompleteOnlyWithItsLastByte) {
  const base::Bytes pdu = answer([](auto&) {});
  const base::ByteView whole = pdu;
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(firstPdu(whole.first(size))) << size;
  ASSERT_TRUE(firstPdu(whole));
  EXPECT_EQ(firstPdu(whole)->size(), whole.size());
}

TEST(Answers, PathsOfExactlyTheExpectedHostsAreRightInAnyOrder) {
  const base::Bytes pdu = answer([](auto& w) {
    appendPath(w, 12);
    appendPath(w, 11);
  });
  EXPECT_THAT(pathsWrong(pdu, {11, 12}), IsEmpty());
}

TEST(Answers, AMissingSurplusOrRepeatedHostIsWrong) {
  const base::Bytes pdu = answer([](auto& w) {
    appendPath(w, 11);
    appendPath(w, 12);
  });
  EXPECT_THAT(pathsWrong(pdu, {11, 12, 13}), HasSubstr("nodes: 2 where 3"));
  EXPECT_THAT(pathsWrong(pdu, {11}), HasSubstr("nodes: 2 where 1"));
  const base::Bytes twice = answer([](auto& w) {
    appendPath(w, 11);
    appendPath(w, 11);
  });
  EXPECT_THAT(pathsWrong(twice, {11, 12}), HasSubstr("nodes"));
}

TEST(Answers, AnotherPortalGroupTagIsWrong) {
  EXPECT_THAT(pathsWrong(answer([](auto& w) { appendPath(w, 11, 2); }), {11}), HasSubstr("portal groups"));
}

TEST(Answers, AnAnswerWithoutPathsIsWrong) {
  EXPECT_THAT(pathsWrong(answer([](auto&) {}), {11}), HasSubstr("nodes: 0 where 1"));
}

TEST(Answers, AnAssignedIdIsFoundInKeyOrOperatingAttributes) {
  EXPECT_EQ(findU32(answer([](auto& w) { w.u32(tag::kDdId, 42); }), tag::kDdId), 42U);
  EXPECT_EQ(findU32(answer([](auto&) {}), tag::kDdId), 0U);
}

}  // namespace
}  // namespace bench
