// The tables of the server: what their own static_asserts cannot say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "isns-server/app/config_table.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/metrics_table.h"

namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(ConfigKeys, HaveANameAndAMemberOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<decltype(app::BoundKey::store)> members;  // one function for each member
  for (const app::BoundKey& key : app::table::kKeys) {
    EXPECT_TRUE(names.insert(key.row.name).second) << key.row.name;
    EXPECT_TRUE(members.insert(key.store).second) << key.row.name;
    EXPECT_THAT(std::string(key.row.name), MatchesRegex("[a-z]+[.][a-z_]+"));
    EXPECT_TRUE(key.row.doc.ends_with('.')) << key.row.name;
  }
}

TEST(LogEvents, HaveIdsThatAreUniqueAndWellFormed) {
  std::set<std::string_view> ids;
  std::set<std::string_view> names;
  for (const ops::LogEvent& event : app::kLogEvents) {
    EXPECT_THAT(std::string(event.id), MatchesRegex("ISNS-[1-9][0-9][0-9][0-9]"));
    EXPECT_THAT(std::string(event.name), MatchesRegex("[a-z]+(-[a-z]+)*"));
    EXPECT_TRUE(ids.insert(event.id).second) << event.id;
    EXPECT_TRUE(names.insert(event.name).second) << event.name;
    EXPECT_TRUE(event.help.ends_with('.')) << event.id;
    for (const std::string_view field : event.fields) {
      EXPECT_THAT(std::string(field), MatchesRegex("[a-z]+"));
      EXPECT_TRUE(field != "time" && field != "level" && field != "id" && field != "event" && field != "suppressed");
    }
  }
}

TEST(LogEvents, ThatPeersCanProvokeHaveARate) {
  for (const ops::LogEvent& event : app::kLogEvents) {
    if (ops::hasField(event, "peer")) {
      EXPECT_GT(event.rate.burst, 0U) << event.id;
    }
  }
}

TEST(LogEvents, AreFoundByTheirEnumerator) {
  EXPECT_EQ(eventRow(app::Event::Started).id, "ISNS-1001");
  EXPECT_EQ(eventRow(app::Event::HistoryTrimmed).name, "history-trimmed");
}

TEST(ServerMetrics, LabelMessagesByFunctionAndStatus) {
  ops::Metrics metrics(app::kMetrics);
  metrics.at<app::Metric::Messages>(app::functionLabel(0x0001), app::statusLabel(0)).add();
  metrics.at<app::Metric::Messages>(app::functionLabel(0x0013), app::statusLabel(23)).add(2);
  metrics.at<app::Metric::Messages>(app::functionLabel(0x7777), app::statusLabel(4)).add(3);
  metrics.at<app::Metric::ConnectionsRefused>(app::RefusedBy::PerSource).add(4);
  metrics.at<app::Metric::RegistryObjects>(app::objectLabel(isns::ObjectType::Entity)).set(5);
  metrics.at<app::Metric::RegistryObjects>(app::objectLabel(isns::ObjectType::DomainSet)).set(6);
  std::string text;
  metrics.writeText(text);
  EXPECT_THAT(text, HasSubstr("isns_messages_total{function=\"DevAttrReg\",status=\"Successful\"} 1\n"));
  EXPECT_THAT(
      text, HasSubstr("isns_messages_total{function=\"GetDomId\",status=\"Registration Feature Not Supported\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("isns_messages_total{function=\"other\",status=\"other\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("isns_connections_refused_total{by=\"per_source\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("isns_registry_objects{type=\"entity\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("isns_registry_objects{type=\"domain_set\"} 6\n"));
}

}  // namespace
