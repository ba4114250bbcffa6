// An agent's own records of the audit log come at a pace, and the rest as counts.
#include "isns-server/manage/agents/told_records.h"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using manage::ToldRecords;

const base::TimePoint kStart{1h};

std::vector<ops::AuditRecord> many(std::size_t count, const std::string& event = "agent.break-glass") {
  std::vector<ops::AuditRecord> records;
  for (std::size_t i = 0; i < count; ++i) {
    ops::AuditRecord& one = records.emplace_back();
    one.event = event;
    one.object = "node:disk" + std::to_string(i);
    one.details = {{"count", "1"}};
  }
  return records;
}

std::size_t paced(ToldRecords& told, const std::string& agent, std::size_t count, base::TimePoint now) {
  auto records = many(count);
  told.pace(agent, records, now);
  return records.size();
}

TEST(ToldRecords, WhatIsBeyondThePaceOfAnAgentIsCounted) {
  ToldRecords told;
  EXPECT_EQ(paced(told, "disk1", 1024, kStart), 64U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(paced(told, "disk1", 1024, kStart), 0U);
  auto due = told.take(kStart);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].details[0].value, std::to_string(101 * 1024 - 64));
  EXPECT_EQ(due[0].object, "node:disk1023") << "of the last one the record says more";
  EXPECT_TRUE(told.take(kStart + 1s).empty());
}

TEST(ToldRecords, AnAgentThatIsQuietMayWriteAgainAndOthersAreNotHeldUp) {
  ToldRecords told;
  EXPECT_EQ(paced(told, "disk1", 1024, kStart), 64U);
  EXPECT_EQ(paced(told, "disk2", 2, kStart), 2U);
  EXPECT_EQ(told.take(kStart).size(), 1U);
  EXPECT_EQ(paced(told, "disk1", 1024, kStart + 20s), 2U);
  EXPECT_EQ(told.take(kStart + 60s).size(), 1U);
  EXPECT_EQ(paced(told, "disk1", 1024, kStart + 1h), 64U);
}

TEST(ToldRecords, EventsAreCountedApart) {
  ToldRecords told;
  auto records = many(64);
  told.pace("disk1", records, kStart);
  for (const char* event : {"agent.addresses", "agent.break-glass", "agent.addresses"}) {
    records = many(1, event);
    told.pace("disk1", records, kStart);
    EXPECT_TRUE(records.empty());
  }
  const auto due = told.take(kStart);
  ASSERT_EQ(due.size(), 2U);
  EXPECT_EQ(due[0].event + " " + due[0].details[0].value, "agent.addresses 2");
  EXPECT_EQ(due[1].event + " " + due[1].details[0].value, "agent.break-glass 1");
}

}  // namespace
