#include <gtest/gtest.h>

#include <set>

#include "shared/base/json_reader.h"
#include "shared/base/time_text.h"
#include "tests/support/audit_world.h"

using namespace test;

namespace {

TEST(AuditEvents, IdsAndNamesAreUniqueAndEachHasAHelpText) {
  std::set<std::string_view> ids;
  std::set<std::string_view> names;
  for (const ops::LogEvent& row : ops::kAuditEvents) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.id.substr(0, 4), "AUD-");
    EXPECT_FALSE(row.help.empty()) << row.id;
    EXPECT_EQ(row.rate.burst, 0u) << "an audit log leaves nothing out: " << row.id;
    EXPECT_EQ(ops::findAuditEvent(row.name), &row);
  }
  EXPECT_EQ(ops::findAuditEvent("secret.reads"), nullptr);
}

TEST(AuditRecord, CanonicalBytesAreAsTheHeaderSays) {
  ops::AuditRecord record;
  record.sequence = 7;
  record.revision = 300;
  record.time = base::WallTime(std::chrono::seconds(-2));
  record.actorKind = ops::ActorKind::Agent;
  record.outcome = ops::AuditOutcome::Refused;
  record.actor = "ab";
  record.details = {{"k", "v"}};
  const base::Bytes expected = {1,   0,   0,   0,   0,   0,   0,   0, 7, 0,   0, 0, 0, 0,   0,   1, 44, 255,
                                255, 255, 255, 255, 255, 255, 254, 2, 1, 0,   0, 0, 2, 'a', 'b', 0, 0,  0,
                                0,   0,   0,   0,   0,   0,   0,   0, 0, 0,   0, 0, 0, 0,   0,   0, 0,  0,
                                0,   0,   0,   0,   1,   0,   0,   0, 1, 'k', 0, 0, 0, 1,   'v'};
  EXPECT_EQ(ops::canonicalBytes(record), expected);
}

TEST(AuditRecord, ItsJsonGivesTheRecordBack) {
  ops::AuditRecord record = commitRecord(5);
  record.sequence = 9;
  record.time = at(3).wall;
  record.reason += "\n\x01 \xe2\x80\xae";
  std::string text;
  ops::toJson(record).writeCompact(text);
  const auto json = base::parseJson(text);
  ASSERT_TRUE(json);
  const auto fromJson = ops::auditRecordFromJson(*json);
  ASSERT_TRUE(fromJson) << fromJson.error().text;
  EXPECT_EQ(*fromJson, record);
}

TEST(AuditRecord, WhatIsTooLongIsCutAndSaysSo) {
  ops::AuditRecord record = commitRecord(5);
  record.reason = std::string(2047, 'x') + "\xc3\xbc";
  record.actor = std::string("an\0na\xff", 6);
  for (int i = 0; i < 30; ++i) record.details.push_back({"k" + std::to_string(i), ""});
  record.details.push_back({"k1", "twice"});
  EXPECT_FALSE(ops::checkAuditRecord(record));
  const ops::AuditRecord cut = ops::bounded(record);
  EXPECT_TRUE(ops::checkAuditRecord(cut));
  EXPECT_LE(cut.reason.size(), ops::kMaxAuditText);
  EXPECT_NE(cut.reason.find("(cut, 2049 bytes)"), std::string::npos);
  EXPECT_EQ(cut.actor, "an\xef\xbf\xbdna\xef\xbf\xbd");
  EXPECT_EQ(cut.details.size(), ops::kMaxAuditDetails);
  EXPECT_EQ(ops::bounded(commitRecord(5)), commitRecord(5)) << "what fits stays as it is";
}

TEST(AuditRecord, ACutNeverSplitsACharacter) {
  ops::AuditRecord record;
  for (std::size_t extra = 0; extra < 4; ++extra) {
    record.object = std::string(extra, 'x');
    while (record.object.size() < 400) record.object += "\xe6\xbc\xa2";
    EXPECT_TRUE(ops::checkAuditRecord(ops::bounded(record)));
  }
}

TEST(TimeText, IsReadBackExactly) {
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{1'800'000'000}, std::int64_t{-1}}) {
    const base::WallTime time{std::chrono::seconds(seconds)};
    EXPECT_EQ(base::parseTime(base::timeText(time)), time);
  }
  EXPECT_EQ(base::timeText(base::WallTime{}), "1970-01-01T00:00:00Z");
  for (const std::string_view bad : {"", "1970-01-01T00:00:00", "1970-02-30T00:00:00Z", "1970-01-01T24:00:00Z",
                                     "1970-01-01t00:00:00Z", "1970-01-01T00:00:60Z", "1970-01-01T00:61:00Z"}) {
    EXPECT_EQ(base::parseTime(bad), std::nullopt) << bad;
  }
}

}  // namespace
