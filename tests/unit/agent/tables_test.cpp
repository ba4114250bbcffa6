// The tables of the agent: what their own static_asserts cannot say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "agent/app/config_table.h"
#include "agent/app/facts_metrics.h"
#include "agent/app/log_events.h"
#include "agent/app/metrics_table.h"
#include "shared/base/json_reader.h"

namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(AgentKeys, HaveANameAndAMemberOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<decltype(agent::BoundKey::store)> members;  // one function for each member
  for (const agent::BoundKey& key : agent::table::kKeys) {
    EXPECT_TRUE(names.insert(key.row.name).second) << key.row.name;
    EXPECT_TRUE(members.insert(key.store).second) << key.row.name;
    EXPECT_THAT(std::string(key.row.name), MatchesRegex("[a-z]+[.][a-z_]+"));
    EXPECT_TRUE(key.row.doc.ends_with('.')) << key.row.name;
  }
}

TEST(AgentEvents, HaveIdsThatAreUniqueAndARateWherePeersCanProvokeThem) {
  std::set<std::string_view> ids;
  for (const ops::LogEvent& event : agent::kLogEvents) {
    EXPECT_THAT(std::string(event.id), MatchesRegex("AGENT-[1-9][0-9][0-9][0-9]"));
    EXPECT_THAT(std::string(event.name), MatchesRegex("[a-z]+(-[a-z]+)*"));
    EXPECT_TRUE(ids.insert(event.id).second) << event.id;
    EXPECT_TRUE(event.help.ends_with('.')) << event.id;
    if (ops::hasField(event, "peer") || ops::hasField(event, "initiator")) {
      EXPECT_GT(event.rate.burst, 0U) << event.id;
    }
  }
}

TEST(AgentMetrics, LabelRefusedLoginsByTheirStatus) {
  ops::Metrics metrics(agent::kMetrics);
  metrics.at<agent::Metric::LoginsRefused>(agent::loginStatusLabel(iscsi::LoginStatus::AuthenticationFailure)).add();
  metrics.at<agent::Metric::LoginsRefused>(agent::loginStatusLabel(iscsi::LoginStatus::Success)).add(2);
  std::string text;
  metrics.writeText(text);
  EXPECT_THAT(text, HasSubstr("agent_logins_refused_total{status=\"Authentication failure\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("agent_logins_refused_total{status=\"none\"} 2\n"));
}

agent::Facts facts() {
  agent::Facts facts;
  target::UnitFacts unit;
  unit.id = "a";
  unit.blocks = 8;
  unit.blockSize = 512;
  unit.io.commands = 3;
  unit.io.latency.counts[3] = 1;   // below 8 us
  unit.io.latency.counts[10] = 2;  // below 1024 us
  unit.io.latency.nanoseconds = 1'500'000;
  facts.units.push_back(unit);
  target::SessionFacts session;
  session.id = 9;
  session.initiator = "iqn.\"x\"\\";
  session.target = "iqn.t";
  facts.sessions.push_back(session);
  facts.targets = {"iqn.t"};
  const auto status = base::parseJson(R"({"paths": [{"portal": "10.0.0.1:3260", "state": "up", "requests": 5,
      "bytes": 4096, "errors": 1, "losses": 2, "latency_sum_us": 1500, "latency_counts": [0, 0, 0, 1, 0, 3]},
      {"portal": "10.0.1.1:3260", "state": "lost", "why": "cut"}]})");
  agent::addPathSamples(facts.paths, "iqn.t", 4, *status);
  return facts;
}

TEST(AgentMetrics, TellOfThePathsOfAHostsDisks) {
  std::string text;
  agent::writeFactsMetrics(text, facts(), 2);
  const std::string first = R"({target="iqn.t",lun="4",portal="10.0.0.1:3260"})";
  EXPECT_THAT(text, HasSubstr("agent_path_up" + first + " 1\n"));
  EXPECT_THAT(text, HasSubstr(R"(agent_path_up{target="iqn.t",lun="4",portal="10.0.1.1:3260"} 0)"));
  EXPECT_THAT(text, HasSubstr("agent_path_requests_total" + first + " 5\n"));
  EXPECT_THAT(text, HasSubstr("agent_path_bytes_total" + first + " 4096\n"));
  EXPECT_THAT(text, HasSubstr("agent_path_errors_total" + first + " 1\n"));
  EXPECT_THAT(text, HasSubstr("agent_path_losses_total" + first + " 2\n"));
  const std::string in = R"({target="iqn.t",lun="4",portal="10.0.0.1:3260",le=)";
  EXPECT_THAT(text, HasSubstr("agent_path_latency_seconds_bucket" + in + "\"0.000016\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("agent_path_latency_seconds_bucket" + in + "\"0.000032\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("agent_path_latency_seconds_sum" + first + " 0.001500000\n"));
  text.clear();
  agent::writeFactsMetrics(text, facts(), 1);
  EXPECT_THAT(text, Not(HasSubstr("portal=")));  // more than the limit
}

TEST(AgentMetrics, TheLatenciesOfAPathComeBackAsTheyWere) {
  block::LatencyHistogram latency;
  latency.add(std::chrono::microseconds(5));
  latency.add(std::chrono::hours(1));
  const base::Json counts = agent::latencyJson(latency);
  EXPECT_EQ(counts.array()->size(), block::LatencyHistogram::kSlots);
  std::vector<agent::PathSample> samples;
  agent::addPathSamples(
      samples, "t", 0,
      base::Json::Object{{"paths", base::Json::Array{base::Json::Object{{"latency_counts", counts}}}}});
  ASSERT_EQ(samples.size(), 1U);
  EXPECT_EQ(samples[0].latency.counts, latency.counts);
  // What a stranger would say instead.
  agent::addPathSamples(samples, "t", 0, base::Json::Object{{"paths", base::Json::Array{base::Json(true)}}});
  EXPECT_EQ(samples.size(), 2U);
}

TEST(AgentMetrics, TellOfUnitsAndSessions) {
  std::string text;
  agent::writeFactsMetrics(text, facts(), 1);
  EXPECT_THAT(text, HasSubstr("agent_unit_commands_total{unit=\"a\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("agent_unit_size_bytes{unit=\"a\"} 4096\n"));
  EXPECT_THAT(text, HasSubstr("agent_unit_latency_seconds_bucket{unit=\"a\",le=\"0.000016\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("agent_unit_latency_seconds_bucket{unit=\"a\",le=\"0.000512\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("agent_unit_latency_seconds_bucket{unit=\"a\",le=\"0.001024\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("agent_unit_latency_seconds_bucket{unit=\"a\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("agent_unit_latency_seconds_sum{unit=\"a\"} 0.001500000\n"));
  EXPECT_THAT(text, HasSubstr("agent_unit_latency_seconds_count{unit=\"a\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("agent_target_sessions{target=\"iqn.t\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(R"(agent_session_commands_total{session="9",initiator="iqn.\"x\"\\",target="iqn.t"} 0)"));
}

TEST(AgentMetrics, GiveSessionsNoSamplesOfTheirOwnBeyondTheLimit) {
  std::string text;
  agent::writeFactsMetrics(text, facts(), 0);
  EXPECT_THAT(text, Not(HasSubstr("session=")));
  EXPECT_THAT(text, HasSubstr("agent_target_sessions{target=\"iqn.t\"} 1\n"));
}

TEST(AgentMetrics, OfFactsKeepTheRulesOfTheTextFormat) {
  std::set<std::string_view> names;
  for (const agent::FactsMetric& metric : agent::factsMetricTable()) {
    EXPECT_TRUE(names.insert(metric.name).second);
    EXPECT_TRUE(ops::isMetricWord(metric.name));
    EXPECT_EQ(metric.kind == ops::MetricKind::Counter, metric.name.ends_with("_total"));
    EXPECT_TRUE(metric.help.ends_with('.'));
  }
}

}  // namespace
