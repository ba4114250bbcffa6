#include "isns-server/manage/audit/refused_access.h"

#include <gtest/gtest.h>

#include "shared/ops/audit_event.h"

namespace manage {
namespace {

using std::chrono::seconds;

ops::AuditRecord tried(const std::string& actor, const std::string& request) {
  ops::AuditRecord record;
  record.actor = actor;
  record.origin = "192.0.2.7";
  record.event = std::string(ops::eventRow(ops::AuditEvent::AccessRefused).name);
  record.details =
      ops::auditDetails<ops::AuditEvent::AccessRefused>({{"request", request}, {"needs", "user.manage"}, {"count", 1}});
  return record;
}

std::string detailOf(const ops::AuditRecord& record, std::string_view key) {
  const auto found = std::ranges::find(record.details, key, &ops::AuditDetail::key);
  return found == record.details.end() ? "none" : found->value;
}

TEST(RefusedAccess, AClientInALoopIsOneRecordAMinuteThatCountsAllAndSaysWhatTheLastTried) {
  RefusedAccess refused;
  std::vector<ops::AuditRecord> written;
  for (int second = 0; second <= 60; ++second) {
    const base::TimePoint now{seconds(1000 + second)};
    for (int i = 0; i < 100 && second < 60; ++i) {
      refused.note("GET /users vera", tried("vera", "GET /users/" + std::to_string(second)), now);
      if (second == 0 && i == 0) {
        written = refused.take(now);
        ASSERT_EQ(written.size(), 1U) << "the first at once";
      }
    }
    for (ops::AuditRecord& one : refused.take(now)) written.push_back(std::move(one));
  }
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(detailOf(written[0], "count"), "1");
  EXPECT_EQ(detailOf(written[1], "count"), "5999");
  EXPECT_EQ(detailOf(written[1], "request"), "GET /users/59");
  EXPECT_EQ(written[1].actor, "vera");
}

TEST(RefusedAccess, WhatIsNotAlikeHasARecordOfItsOwnAtOnce) {
  RefusedAccess refused;
  const base::TimePoint now{seconds(1000)};
  refused.note("GET /users vera", tried("vera", "GET /users"), now);
  refused.note("GET /users bob", tried("bob", "GET /users"), now);
  EXPECT_EQ(refused.take(now).size(), 2U);
}

TEST(RefusedAccess, MoreThanItCanTellApartAreNobodysInParticular) {
  RefusedAccess refused;
  const base::TimePoint now{seconds(1000)};
  for (int i = 0; i < 1000; ++i) refused.note("key " + std::to_string(i), tried("vera", "GET /users"), now);
  std::uint64_t counted = 0;
  const auto written = refused.take(now);
  ASSERT_EQ(written.size(), RefusalTally::kMaxKeys + 1);
  for (const ops::AuditRecord& one : written) {
    counted += std::stoull(detailOf(one, "count"));
    if (detailOf(one, "count") == "1") continue;
    EXPECT_EQ(one.actor, "others");
    EXPECT_EQ(one.origin, "others");
  }
  EXPECT_EQ(counted, 1000U);
}

}  // namespace
}  // namespace manage
