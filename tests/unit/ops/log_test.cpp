#include "shared/ops/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared/ops/log_format.h"

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

enum class Event : std::size_t { Started, Refused, Detail };
constexpr ops::LogEvent kEvents[] = {
    {"TEST-1", ops::Severity::Notice, "started", {"version", "ports", "ready"}, {}, "It runs."},
    {"TEST-2", ops::Severity::Warning, "refused", {"peer"}, {3, 60}, "Somebody was refused."},
    {"TEST-3", ops::Severity::Debug, "detail", {}, {}, "A detail."},
};
constexpr const ops::LogEvent& eventRow(Event event) { return kEvents[static_cast<std::size_t>(event)]; }

class Lines final : public ops::LogSink {
 public:
  explicit Lines(ops::LogFormat format) : format_(format) {}
  void write(const ops::LogRecord& record) override { lines.push_back(ops::formatRecord(record, format_, false)); }
  std::vector<std::string> lines;

 private:
  ops::LogFormat format_;
};

constexpr base::Now kNow{base::TimePoint(1h), base::WallTime(std::chrono::seconds(1'767'323'045))};
base::Now later(base::Duration by) { return {kNow.mono + by, kNow.wall}; }

// What keeps a secret does not become a field.
struct Secret {
  std::string text;
};
static_assert(!std::is_constructible_v<ops::LogValue, Secret>);
static_assert(!std::is_constructible_v<ops::LogValue, std::vector<std::uint8_t>>);
static_assert(!std::is_constructible_v<ops::LogValue, char>);
static_assert(!std::is_constructible_v<ops::LogValue, void*>);
static_assert(ops::hasField(kEvents[1], "peer") && !ops::hasField(kEvents[1], "port"));

TEST(Log, WritesTheRowAndItsFields) {
  Lines text(ops::LogFormat::Text);
  Lines json(ops::LogFormat::Json);
  ops::Log log(kEvents, ops::Severity::Info);
  log.addSink(text);
  log.addSink(json);
  log.write<Event::Started>(kNow, {{"version", "0.1 beta"}, {"ports", 2}, {"ready", true}});
  EXPECT_THAT(text.lines, ElementsAre(R"(level=notice id=TEST-1 event=started version="0.1 beta" ports=2 ready=true)"));
  EXPECT_THAT(
      json.lines,
      ElementsAre(R"({"level":"notice","id":"TEST-1","event":"started","version":"0.1 beta","ports":2,"ready":true})"));
}

TEST(Log, WritesTheTimeInUtc) {
  const ops::LogRecord record{kEvents[2], kNow.wall, {}, 0};
  EXPECT_EQ(ops::formatRecord(record, ops::LogFormat::Text),
            "time=2026-01-02T03:04:05Z level=debug id=TEST-3 event=detail");
}

TEST(Log, QuotesHostileValuesSoThatTheyForgeNothing) {
  Lines text(ops::LogFormat::Text);
  Lines json(ops::LogFormat::Json);
  ops::Log log(kEvents, ops::Severity::Info);
  log.addSink(text);
  log.addSink(json);
  log.write<Event::Refused>(kNow, {{"peer", "x level=critical\n<0>id=TEST-1\",\"a\":1"}});
  EXPECT_THAT(text.lines, ElementsAre("level=warning id=TEST-2 event=refused "
                                      R"(peer="x level=critical\n<0>id=TEST-1\",\"a\":1")"));
  EXPECT_THAT(json.lines, ElementsAre(R"({"level":"warning","id":"TEST-2","event":"refused",)"
                                      R"("peer":"x level=critical\n<0>id=TEST-1\",\"a\":1"})"));
  log.write<Event::Refused>(kNow, {{"peer", ""}});
  EXPECT_EQ(text.lines.back(), R"(level=warning id=TEST-2 event=refused peer="")");
}

TEST(Log, LeavesOutWhatTheLevelDoesNotWant) {
  Lines text(ops::LogFormat::Text);
  ops::Log log(kEvents, ops::Severity::Info);
  log.addSink(text);
  log.write<Event::Detail>(kNow);
  EXPECT_TRUE(text.lines.empty());
  log.setLevel(ops::Severity::Debug);
  log.write<Event::Detail>(kNow);
  EXPECT_EQ(text.lines.size(), 1U);
}

TEST(Log, CutsAFloodAndSaysHowMuchIsMissing) {
  Lines text(ops::LogFormat::Text);
  ops::Log log(kEvents, ops::Severity::Info);
  log.addSink(text);
  for (int i = 0; i < 10; ++i) log.write<Event::Refused>(kNow, {{"peer", i}});
  EXPECT_EQ(text.lines.size(), 3U);  // the burst
  log.write<Event::Started>(kNow);   // another event has a limit of its own
  EXPECT_EQ(text.lines.size(), 4U);

  log.write<Event::Refused>(later(999ms), {{"peer", 10}});
  EXPECT_EQ(text.lines.size(), 4U);
  log.write<Event::Refused>(later(1s), {{"peer", 11}});  // 60 a minute
  ASSERT_EQ(text.lines.size(), 5U);
  EXPECT_EQ(text.lines.back(), "level=warning id=TEST-2 event=refused peer=11 suppressed=8");
}

TEST(Log, ReportsWhatIsMissingWhenTheFloodIsOver) {
  Lines text(ops::LogFormat::Text);
  ops::Log log(kEvents, ops::Severity::Info);
  log.addSink(text);
  for (int i = 0; i < 10; ++i) log.write<Event::Refused>(kNow, {{"peer", i}});
  log.reportSuppressed(later(10s));
  ASSERT_EQ(text.lines.size(), 4U);
  EXPECT_EQ(text.lines.back(), "level=warning id=TEST-2 event=refused suppressed=7");
  log.reportSuppressed(later(20s));
  EXPECT_EQ(text.lines.size(), 4U);
}

TEST(TokenBucket, FillsNoHigherThanItsBurst) {
  ops::TokenBucket bucket({2, 60});
  base::TimePoint now(1h);
  EXPECT_TRUE(bucket.take(now));
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
  now += 500h;
  EXPECT_TRUE(bucket.take(now));
  EXPECT_TRUE(bucket.take(now));
  EXPECT_FALSE(bucket.take(now));
}

TEST(TokenBucket, LosesNoPartOfATokenBetweenCalls) {
  ops::TokenBucket bucket({1, 60});
  base::TimePoint now(1h);
  EXPECT_TRUE(bucket.take(now));
  for (int i = 1; i < 1000; ++i) EXPECT_FALSE(bucket.take(now += 1ms));
  EXPECT_TRUE(bucket.take(now += 1ms));
}

TEST(TokenBucket, TakesNoHarmFromTimeThatStandsStill) {
  ops::TokenBucket bucket({1, 60});
  EXPECT_TRUE(bucket.take(base::TimePoint(2h)));
  EXPECT_FALSE(bucket.take(base::TimePoint(1h)));
}

}  // namespace
