// The console at a server that does what a real one does seldom, or not on demand.
#include "console-gui/client/server_source.h"

#include <gmock/gmock.h>

#include <QNetworkReply>
#include <QTemporaryDir>

#include "console-gui/client/problem_reader.h"
#include "console-gui/client/time_now.h"
#include "console-gui/model/change_list.h"
#include "shared/mgmt/snapshot_writer.h"
#include "tests/gui/bent_server.h"
#include "tests/gui/pump.h"
#include "tests/support/san_builder.h"

using namespace console;
using namespace test;
using testing::HasSubstr;

namespace {

base::TimePoint linkTime{std::chrono::hours(1)};
base::TimePoint fakeClock() { return linkTime; }

constexpr san::Seconds kServerTime = 784'111'777;  // Sun, 06 Nov 1994 08:49:37 GMT
constexpr const char* kDate = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";

struct ServerSourceTest : testing::Test {
  SanBuilder san;
  BentServer server;
  std::string scope = "[]", stream = ": listening\n\n", headers;
  std::function<BentServer::Reply()> past;
  BentServer::Reply done{0, {}, {}, false, true};  // to what changes something: none, the connection is reset
  std::unique_ptr<ServerSource> source;
  int pieces = 0;  // of streams

  void SetUp() override {
    (void)san.zone("zone1", {san.target("iqn.2026-01.example:disk1")});
    server.answer = [this](const std::string& asked) -> BentServer::Reply {
      if (asked.starts_with("GET /api/v1/whoami"))
        return {200, R"({"user": "ann", "roles": "zoner", "rights": ["san.read"], "scope": )" + scope + "}", headers};
      if (asked.starts_with("GET /api/v1/snapshot?revision")) return past();
      if (asked.starts_with("GET /api/v1/snapshot")) {
        san::Snapshot shown = san.done();
        shown.state = 70;
        return {200, mgmt::snapshotText(shown)};
      }
      if (asked.starts_with("GET /api/v1/events")) {
        countPieces();
        return {200, stream, {}, true};
      }
      return asked.starts_with("GET") ? BentServer::Reply{404, "{}"} : done;
    };
    source = std::make_unique<ServerSource>(server.place, base::Secret());
    source->start();
  }
  void TearDown() override { fixTime(0); }
  // Of the stream that was just asked for: what comes is counted when the source has taken it, which was there first.
  void countPieces() {
    if (!source) return;  // a workspace has it
    for (QNetworkReply* const one : source->findChildren<QNetworkReply*>()) {
      if (!one->isRunning() || !one->url().path().endsWith(QStringLiteral("/events"))) continue;
      QObject::connect(one, &QNetworkReply::readyRead, one, [this] { ++pieces; });
    }
  }
  [[nodiscard]] bool live() {
    return pumpUntil([&] { return source->status().state == LinkState::Live; });
  }
  void restart(const ServerPlace& place, LinkClock clock = linkNow) {
    source = std::make_unique<ServerSource>(place, base::Secret(), nullptr, clock);
    source->start();
  }
  void comeBack() {
    server.cut();
    EXPECT_TRUE(pumpUntil([&] { return source->status().state != LinkState::Live; }));
    source->retry();
  }
};

TEST_F(ServerSourceTest, afterABreakTheSnapshotIsFollowedAndToAnotherScopeItIsFetchedAnew) {
  ASSERT_TRUE(live());
  comeBack();
  ASSERT_TRUE(live());
  EXPECT_EQ(server.count("GET /api/v1/snapshot"), 1U);
  scope = R"(["PCI"])";
  (void)san.target("iqn.2026-01.example:disk2");
  comeBack();
  ASSERT_TRUE(live());
  EXPECT_EQ(server.count("GET /api/v1/snapshot"), 2U) << "what is the same says no stream";
  EXPECT_EQ(source->snapshot()->revision, san.done().revision);
  EXPECT_EQ(source->principal().scope, std::vector<std::string>{"PCI"});
}

TEST_F(ServerSourceTest, aSnapshotIsFollowedFromItsStateAndThatOfTheLastChange) {
  ASSERT_TRUE(live());
  const std::string revision = std::to_string(san.done().revision);
  const std::string asked = "GET /api/v1/events?since=" + revision;
  EXPECT_EQ(server.count(asked + ".70"), 1U);
  const auto change = [&](const char* from, const char* to) {
    return "id: " + revision + "." + to + "\nevent: change\ndata: {\"from\": " + revision +
           ", \"from_state\": " + from + ", \"revision\": " + revision + ", \"state\": " + to +
           ", \"time\": 0, \"diff\": {\"objects\": []}}\n\n";
  };
  server.say(change("70", "71"));
  ASSERT_TRUE(pumpUntil([&] { return source->snapshot()->state == 71; }));
  comeBack();
  ASSERT_TRUE(live());
  EXPECT_EQ(server.count(asked + ".71"), 1U);
  EXPECT_EQ(server.count("GET /api/v1/snapshot"), 1U);
  server.say(change("72", "73"));
  EXPECT_TRUE(pumpUntil([&] { return server.count("GET /api/v1/snapshot") == 2; })) << "one between was missed";
}

TEST_F(ServerSourceTest, whatBeginsAndBringsNothingIsNotLiveAndAsOldAsItWas) {
  ASSERT_TRUE(live());
  EXPECT_EQ(source->status().oldSince, 0);
  stream = "id: 99\n";  // of a change that takes its time
  comeBack();
  pieces = 0;
  ASSERT_TRUE(pumpUntil([&] { return pieces == 1; }));
  EXPECT_EQ(server.count("GET /api/v1/events"), 2U);
  EXPECT_EQ(source->status().state, LinkState::Snapshot);
  EXPECT_NE(source->status().oldSince, 0);
  stream = ": listening\n\n";
  server.say("event: gap\ndata: {\"revision\": 99}\n\n");
  ASSERT_TRUE(live());
  EXPECT_EQ(server.count("GET /api/v1/snapshot"), 2U);
  EXPECT_EQ(source->status().oldSince, 0);
}

// Qt's timers stand still while the machine sleeps, and so does what a connection that has died meanwhile says.
TEST_F(ServerSourceTest, afterANightOfSleepNothingIsLiveAndWhatIsShownIsOldSinceThen) {
  fixTime(kServerTime);
  restart(server.place, fakeClock);
  ASSERT_TRUE(live());
  auto* timer = source->findChild<QTimer*>(QString(), Qt::FindDirectChildrenOnly);
  ASSERT_NE(timer, nullptr);
  EXPECT_LE(timer->intervalAsDuration(), std::chrono::seconds(5)) << "the time that it takes to look after a sleep";
  linkTime += std::chrono::hours(10);
  EXPECT_EQ(source->status().state, LinkState::Stale) << "before anybody has looked";
  EXPECT_EQ(source->status().oldSince, kServerTime - 36'000);
  timer->start(0);
  ASSERT_TRUE(pumpUntil([&] { return source->status().state != LinkState::Stale; }));
  EXPECT_EQ(source->status().state, LinkState::Offline) << "it has been silent for long enough to be given up";
  EXPECT_EQ(source->status().oldSince, kServerTime - 36'000);
  linkTime += std::chrono::hours(60);  // asleep again, without a network
  EXPECT_EQ(source->status().oldSince, kServerTime - 70 * 3600);
  timer->start(0);
  ASSERT_TRUE(live());
  EXPECT_EQ(source->status().oldSince, 0);
  EXPECT_EQ(server.count("GET /api/v1/events"), 2U);
}

TEST_F(ServerSourceTest, aServerOfAnotherAuthorityIsRejectedAndNothingIsSentToIt) {
  source.reset();
  server.asked.clear();
  for (const char* name : {"other", "server"}) {  // also where it has the same name
    ServerPlace place = server.place;
    place.host = QStringLiteral("localhost");  // which the certificate does not name, and need not
    place.authority = QByteArray::fromStdString(selfSigned(name).certificate);
    restart(place);
    ASSERT_TRUE(pumpUntil([&] { return source->status().state != LinkState::Connecting; }));
    EXPECT_EQ(source->status().state, LinkState::Rejected) << name;
    EXPECT_THAT(source->status().why, HasSubstr("of another authority than the one that was accepted")) << name;
    EXPECT_THAT(source->status().why, HasSubstr("Connect to it anew")) << "what to do about it";
    std::optional<Problem> problem;
    source->ask({mgmt::Route::WhoAmI}, [&](const Answer& answer) { problem = answer.error(); });
    ASSERT_TRUE(pumpUntil([&] { return problem.has_value(); }));
    EXPECT_TRUE(isAuthorityRefused(*problem)) << "whatever is asked";
  }
  EXPECT_THAT(server.asked, testing::IsEmpty());
}

// It renews it by itself, or a clock is set.
TEST_F(ServerSourceTest, aServerWhoseCertificateHasExpiredIsTriedAgainAndSaysSo) {
  const BentServer old(selfSigned("server", -7200, -3600));
  ServerPlace place = old.place;
  place.host = QStringLiteral("localhost");
  restart(place);
  ASSERT_TRUE(pumpUntil([&] { return source->status().state != LinkState::Connecting; }));
  EXPECT_EQ(source->status().state, LinkState::Offline);
  EXPECT_NE(source->status().nextTry, 0);
  EXPECT_THAT(source->status().why, HasSubstr("expired"));
}

TEST_F(ServerSourceTest, whatTimeItIsIsReadWhenAnAnswerBeginsAndNotWhenItsEndHasCome) {
  ASSERT_TRUE(live());
  fixTime(kServerTime - 600);
  past = [] { return BentServer::Reply{200, "{", kDate, true}; };  // and its end never comes
  bool ended = false;
  source->past(1, [&](const PastSan&) { ended = true; });
  EXPECT_TRUE(pumpUntil([&] { return clockOffset() == 600; }, 5000));
  EXPECT_FALSE(ended);
}

TEST_F(ServerSourceTest, theClockOfTheServerCountsWhereOursIsWrong) {
  fixTime(kServerTime - 600);
  headers = kDate;
  EXPECT_EQ(timeNow(), kServerTime - 600);
  comeBack();
  ASSERT_TRUE(live());
  EXPECT_EQ(timeNow(), kServerTime);
  EXPECT_EQ(clockOffset(), 600);
  source.reset();
  EXPECT_EQ(timeNow(), kServerTime - 600) << "it was that server's";
}

TEST_F(ServerSourceTest, whyThePastDoesNotComeIsToldApart) {
  ASSERT_TRUE(live());
  std::optional<PastSan> got;
  const auto ask = [&](BentServer::Reply reply) {
    got.reset();
    past = [reply] { return reply; };
    source->past(1, [&](const PastSan& come) { got = come; });
    return pumpUntil([&] { return got.has_value(); });
  };
  ASSERT_TRUE(ask({503, R"({"code": "busy", "title": "Too much waits already"})"}));
  EXPECT_FALSE(*got || got->error().is(mgmt::ProblemCode::RevisionGone));
  ASSERT_TRUE(ask({200, "{]"}));
  EXPECT_FALSE(*got || got->error().is(mgmt::ProblemCode::RevisionGone));
  ASSERT_TRUE(ask({410, R"({"code": "revision-gone", "title": "The history does not go back that far"})"}));
  ASSERT_FALSE(*got);
  EXPECT_TRUE(got->error().is(mgmt::ProblemCode::RevisionGone));
  ASSERT_TRUE(ask({200, mgmt::snapshotText(san.done())}));
  ASSERT_TRUE(*got);
  EXPECT_EQ((**got)->revision, san.done().revision);
}

// A commit would be done twice, and the second answer say that it was refused.
TEST_F(ServerSourceTest, whatChangesSomethingIsSentOnceAlsoWhereTheConnectionIsReset) {
  ASSERT_TRUE(live());
  using Object = base::Json::Object;
  const Ask deeds[] = {{mgmt::Route::CommitChange, {"7"}, {}, Object{{"version", std::uint64_t{2}}}},
                       {mgmt::Route::ConfirmChange, {"7"}},
                       {mgmt::Route::DiscardChange, {"7"}}};
  for (const Ask& deed : deeds) {
    server.asked.clear();
    std::optional<Answer> got;
    source->ask(deed, [&](const Answer& answer) { got = answer; });
    ASSERT_TRUE(pumpUntil([&] { return got.has_value(); }));
    const auto method = mgmt::rowOf(deed.route).method;
    EXPECT_EQ(server.count(method), 1U) << method;
    ASSERT_FALSE(*got) << method;
    EXPECT_EQ(got->error().detail, "It closed the connection.");
    EXPECT_TRUE(mayHaveBeenDone(got->error())) << "nobody knows";
  }
}

TEST_F(ServerSourceTest, whatChangesSomethingArrivesWholeHoweverLongItIs) {
  ASSERT_TRUE(live());
  done = {200, R"({"id": 7})"};
  std::optional<Answer> got;
  source->ask({mgmt::Route::CreateChange, {}, {}, base::Json::Object{{"title", std::string(3'000'000, 'x')}}},
              [&](const Answer& answer) { got = answer; });
  ASSERT_TRUE(pumpUntil([&] { return got.has_value(); })) << "the server answers when it is whole";
  EXPECT_TRUE(*got);
  EXPECT_EQ(server.count("POST"), 1U);
}

TEST_F(ServerSourceTest, aClockThatIsFarOffIsToldOnce) {
  fixTime(kServerTime - 600);
  headers = kDate;
  comeBack();
  ASSERT_TRUE(live());
  QTemporaryDir folder;
  Workspace workspace(nullptr, folder.path());
  workspace.setSource(std::move(source));
  ASSERT_TRUE(pumpUntil([&] { return !workspace.notices().all().empty(); }));
  EXPECT_EQ(workspace.notices().all().front().title, QStringLiteral("The clock of this computer is 10 min slow"));
  workspace.notices().close(0);
  emit workspace.source()->statusChanged();
  EXPECT_TRUE(workspace.notices().all().empty()) << "who has closed it knows";
}

TEST_F(ServerSourceTest, aClockIsToldOfWhenItIsFoundOutAndTakenBackWhenItIsSet) {
  fixTime(kServerTime);
  QTemporaryDir folder;
  Workspace workspace(nullptr, folder.path());
  restart(server.place);
  ASSERT_TRUE(live());
  workspace.setSource(std::move(source));
  ASSERT_TRUE(pumpUntil([&] { return workspace.source()->status().state == LinkState::Live; }));
  const auto asked = [&](san::Seconds own) {
    fixTime(own);
    headers = kDate;
    bool ended = false;
    workspace.source()->ask({mgmt::Route::WhoAmI}, [&](const Answer&) { ended = true; });
    EXPECT_TRUE(pumpUntil([&] { return ended; }));
    return workspace.notices().all().size();
  };
  EXPECT_EQ(asked(kServerTime + 600), 1U);
  EXPECT_EQ(asked(kServerTime), 0U) << "the link says nothing in between";
}

TEST(ServerTime, whatAnAnswerNeedsOnItsWayIsNoDifference) {
  fixTime(1'000'000);
  for (const san::Seconds off : {-3, 0, 2, 3}) {
    hearServerTime(1'000'000 + off);
    EXPECT_EQ(clockOffset(), 0) << off;
  }
  hearServerTime(1'000'100);
  hearServerTime(1'000'098);
  EXPECT_EQ(clockOffset(), 100) << "and it does not jitter";
  hearServerTime(1'000'001);
  EXPECT_EQ(clockOffset(), 0);
  forgetServerTime();
  fixTime(0);
}

}  // namespace
