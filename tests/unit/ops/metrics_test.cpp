#include "shared/ops/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

enum class Metric : std::size_t { Accepted, Open, Messages, Sizes, Commit, Spent };
std::vector<std::string_view> functions() { return {"DevAttrReg", "Dev\\Attr\"Qry\n", "other"}; }
std::vector<std::string_view> statuses() { return {"ok", "busy"}; }
constexpr std::int64_t kSizes[] = {1, 4, 16};
constexpr std::int64_t kTimes[] = {100'000, 2'500'000, 1'000'000'000};
constexpr ops::MetricRow kRows[] = {
    {"test_accepted_total", ops::MetricKind::Counter, ops::MetricUnit::None, "Back\\slash and\nline."},
    {"test_open", ops::MetricKind::Gauge, ops::MetricUnit::None, "Open.", {{{"function", functions}}}},
    {"test_messages_total",
     ops::MetricKind::Counter,
     ops::MetricUnit::None,
     "Messages.",
     {{{"function", functions}, {"status", statuses}}}},
    {"test_sizes", ops::MetricKind::Histogram, ops::MetricUnit::None, "Sizes.", {}, kSizes},
    {"test_commit_seconds", ops::MetricKind::Histogram, ops::MetricUnit::Seconds, "Commits.", {}, kTimes},
    {"test_spent_seconds_total", ops::MetricKind::Counter, ops::MetricUnit::Seconds, "Time spent."},
};
static_assert(ops::areWellFormed(kRows));
constexpr const ops::MetricRow& metricRow(Metric metric) { return kRows[static_cast<std::size_t>(metric)]; }

std::string textOf(const ops::Metrics& metrics) {
  std::string out;
  metrics.writeText(out);
  return out;
}

TEST(Metrics, WritesNamesTypesAndEscapedHelp) {
  const ops::Metrics metrics(kRows);
  EXPECT_THAT(textOf(metrics), HasSubstr("# HELP test_accepted_total Back\\\\slash and\\nline.\n"
                                         "# TYPE test_accepted_total counter\n"
                                         "test_accepted_total 0\n"
                                         "# HELP test_open Open.\n"
                                         "# TYPE test_open gauge\n"));
}

TEST(Metrics, CountsInTheCellOfTheLabels) {
  ops::Metrics metrics(kRows);
  metrics.at<Metric::Accepted>().add();
  metrics.at<Metric::Accepted>().add(41);
  metrics.at<Metric::Open>(1).set(-3);
  metrics.at<Metric::Messages>(0, 1).add(7);
  metrics.at<Metric::Messages>(1, 0).add(8);
  const std::string text = textOf(metrics);
  EXPECT_THAT(text, HasSubstr("\ntest_accepted_total 42\n"));
  EXPECT_THAT(text, HasSubstr("\ntest_open{function=\"DevAttrReg\"} 0\n"
                              "test_open{function=\"Dev\\\\Attr\\\"Qry\\n\"} -3\n"
                              "test_open{function=\"other\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE test_messages_total counter\n"
                              "test_messages_total{function=\"DevAttrReg\",status=\"busy\"} 7\n"
                              "test_messages_total{function=\"Dev\\\\Attr\\\"Qry\\n\",status=\"ok\"} 8\n"
                              "# HELP test_sizes"));
}

TEST(Metrics, CountsAnIndexPastTheListAtItsLastWord) {
  ops::Metrics metrics(kRows);
  metrics.at<Metric::Messages>(99, 99).add();
  EXPECT_THAT(textOf(metrics), HasSubstr("test_messages_total{function=\"other\",status=\"busy\"} 1\n"));
}

TEST(Metrics, WritesHistogramsCumulative) {
  ops::Metrics metrics(kRows);
  for (const int size : {1, 2, 4, 5, 17, 100}) metrics.at<Metric::Sizes>().observe(size);
  EXPECT_THAT(textOf(metrics), HasSubstr("# TYPE test_sizes histogram\n"
                                         "test_sizes_bucket{le=\"1\"} 1\n"
                                         "test_sizes_bucket{le=\"4\"} 3\n"
                                         "test_sizes_bucket{le=\"16\"} 4\n"
                                         "test_sizes_bucket{le=\"+Inf\"} 6\n"
                                         "test_sizes_sum 129\n"
                                         "test_sizes_count 6\n"));
}

TEST(Metrics, WritesTimesInSecondsExactly) {
  ops::Metrics metrics(kRows);
  metrics.at<Metric::Commit>().observe(100us);
  metrics.at<Metric::Commit>().observe(1500ms);
  metrics.at<Metric::Spent>().add(base::Duration(2s + 1ns).count());
  EXPECT_THAT(textOf(metrics), HasSubstr("test_commit_seconds_bucket{le=\"0.0001\"} 1\n"
                                         "test_commit_seconds_bucket{le=\"0.0025\"} 1\n"
                                         "test_commit_seconds_bucket{le=\"1\"} 1\n"
                                         "test_commit_seconds_bucket{le=\"+Inf\"} 2\n"
                                         "test_commit_seconds_sum 1.5001\n"
                                         "test_commit_seconds_count 2\n"));
  EXPECT_THAT(textOf(metrics), HasSubstr("test_spent_seconds_total 2.000000001\n"));
}

TEST(Metrics, AreReadWhileTheyAreWritten) {
  ops::Metrics metrics(kRows);
  std::thread writer([&] {
    for (int i = 0; i < 20'000; ++i) {
      metrics.at<Metric::Messages>(i % 3, i % 2).add();
      metrics.at<Metric::Sizes>().observe(i % 20);
    }
  });
  for (int i = 0; i < 50; ++i) EXPECT_THAT(textOf(metrics), HasSubstr("test_sizes_count"));
  writer.join();
  EXPECT_THAT(textOf(metrics), HasSubstr("test_sizes_count 20000\n"));
}

TEST(MetricRows, AreCheckedByTheCompiler) {
  constexpr std::int64_t kDescending[] = {2, 1};
  constexpr std::int64_t kTwice[] = {1, 1};
  const auto well = [](const ops::MetricRow& row) { return ops::areWellFormed({&row, 1}); };
  EXPECT_FALSE(well({"accepted", ops::MetricKind::Counter, ops::MetricUnit::None, "x"}));
  EXPECT_FALSE(well({"accepted_total", ops::MetricKind::Gauge, ops::MetricUnit::None, "x"}));
  EXPECT_FALSE(well({"Accepted_total", ops::MetricKind::Counter, ops::MetricUnit::None, "x"}));
  EXPECT_FALSE(well({"a_total", ops::MetricKind::Counter, ops::MetricUnit::Seconds, "x"}));
  EXPECT_FALSE(well({"a", ops::MetricKind::Histogram, ops::MetricUnit::None, "x"}));
  EXPECT_FALSE(well({"a", ops::MetricKind::Histogram, ops::MetricUnit::None, "x", {}, kDescending}));
  EXPECT_FALSE(well({"a", ops::MetricKind::Histogram, ops::MetricUnit::None, "x", {}, kTwice}));
  EXPECT_FALSE(well({"a", ops::MetricKind::Gauge, ops::MetricUnit::None, "x", {{{"L", functions}}}}));
  EXPECT_FALSE(well({"a", ops::MetricKind::Gauge, ops::MetricUnit::None, ""}));
  EXPECT_TRUE(well({"a", ops::MetricKind::Gauge, ops::MetricUnit::None, "x", {{{"l", functions}}}}));
}

}  // namespace
