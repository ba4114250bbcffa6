#include "agent/registrar/registrar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/registrar/fake_server.h"

using namespace registrar;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::FakeServer;
using testing::ElementsAre;

namespace {

const net::Address kFirst = *net::Address::parse("10.0.0.1:3205");
const net::Address kSecond = *net::Address::parse("10.0.0.2:3205");
constexpr const char* kHost = "iqn.2026-01.example:host";
constexpr const char* kDisk = "iqn.2026-01.example:disk";

Presence hostPresence() {
  Presence presence;
  presence.eid = "host";
  presence.portals = {{*net::Address::parse("10.0.1.1:860"), 1}};
  presence.nodes = {{kHost, Role::Initiator, "web", {}}};
  presence.period = seconds(300);
  presence.noticePort = 40000;
  return presence;
}

// Servers by address; what is in `down` does not take connections.
struct RegistrarTest : testing::Test {
  Registrar registrar{Timing{.refresh = std::chrono::minutes(10)}};
  std::map<std::string, FakeServer> servers;
  std::set<std::string> down;
  std::optional<net::Address> connected;
  std::vector<std::string> told;  // events as words
  std::vector<Peers> peers;
  std::vector<std::string> tried;
  base::TimePoint time{seconds(1000)};

  [[nodiscard]] base::Now now() const { return {time, base::WallTime(seconds(1'700'000'000))}; }
  FakeServer& server(const net::Address& address) { return servers[address.text()]; }

  void begin(std::vector<net::Address> addresses = {kFirst}, Presence presence = hostPresence()) {
    registrar.setServers(std::move(addresses), now());
    registrar.setPresence(std::move(presence), now());
    settle();
  }

  // Until nothing more is to be done without time going on.
  void settle() {
    for (bool more = true; more;) {
      more = false;
      for (Output& output : registrar.takeOutputs()) {
        more = true;
        carryOut(output);
      }
    }
    for (Event& event : registrar.takeEvents()) tell(event);
  }
  void carryOut(Output& output) {
    if (const auto* to = std::get_if<Connect>(&output)) {
      tried.push_back(to->server.host());
      if (down.contains(to->server.text())) return registrar.onConnectionEnded("refused", now());
      connected = to->server;
      registrar.onConnected(now());
    } else if (const auto* bytes = std::get_if<Send>(&output)) {
      if (!connected) return;
      const base::Bytes answer = server(*connected).take(bytes->bytes);
      if (!answer.empty()) registrar.onBytes(answer, now());
    } else {
      connected.reset();
    }
  }
  void tell(Event& event) {
    if (const auto* is = std::get_if<Registered>(&event)) {
      told.push_back("registered at " + is->server.host() + " for " + std::to_string(is->period.count()) + " s");
    } else if (const auto* un = std::get_if<Unregistered>(&event)) {
      told.push_back("not at " + un->server.host() + ": " + un->why);
    } else if (const auto* unheard = std::get_if<InquiriesUnheard>(&event)) {
      told.push_back("no inquiry to " + unheard->portals.at(0).text());
    } else if (std::holds_alternative<InquiriesHeard>(event)) {
      told.emplace_back("inquiries again");
    } else if (const auto* refused = std::get_if<PeersRefused>(&event)) {
      told.push_back(refused->why);
    } else if (auto* seen = std::get_if<PeersSeen>(&event)) {
      peers.push_back(std::move(seen->peers));
    } else {
      told.push_back(std::get<Ended>(event).deregistered ? "deregistered" : "ended");
    }
  }
  void advance(base::Duration by) {
    const base::TimePoint end = time + by;
    while (registrar.nextDeadline() <= end) {
      time = std::max(time, registrar.nextDeadline());
      registrar.onTimer(now());
      settle();
    }
    time = end;
  }
  void lose() {
    connected.reset();
    registrar.onConnectionEnded("reset", now());
    settle();
  }
  std::vector<std::string> asked(const net::Address& address = kFirst) {
    return std::exchange(server(address).seen, {});
  }
};

TEST_F(RegistrarTest, registersThenAsksForNoticesThenForPeers) {
  server(kFirst).targets = {{kDisk, isnsPortal(*net::Address::parse("10.0.2.1:3260"))}};
  begin();
  EXPECT_THAT(asked(), ElementsAre("DevAttrReg", "SCNReg", "DevAttrQry"));
  EXPECT_THAT(told, ElementsAre("registered at 10.0.0.1 for 300 s"));
  ASSERT_EQ(peers.size(), 1U);
  ASSERT_EQ(peers[0].list.size(), 1U);
  EXPECT_EQ(peers[0].list[0].name, kDisk);
  EXPECT_THAT(peers[0].list[0].portals, ElementsAre(PeerPortal{*net::Address::parse("10.0.2.1:3260"), 1}));
}

TEST_F(RegistrarTest, withoutAPortForNoticesNoneAreAskedFor) {
  Presence presence = hostPresence();
  presence.noticePort = 0;
  begin({kFirst}, presence);
  EXPECT_THAT(asked(), ElementsAre("DevAttrReg", "DevAttrQry"));
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, asksAfterItsNodeAtHalfThePeriodThatTheServerGave) {
  server(kFirst).period = 100;
  begin();
  asked();
  advance(seconds(49));
  EXPECT_THAT(asked(), ElementsAre());
  advance(seconds(2));
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry"));
  advance(seconds(50));
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry"));
}

TEST_F(RegistrarTest, aServerThatHasLostItGetsItAgain) {
  begin();
  asked();
  told.clear();
  server(kFirst).forget();
  advance(seconds(151));
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "DevAttrReg", "SCNReg", "DevAttrQry"));
  EXPECT_THAT(told,
              ElementsAre("not at 10.0.0.1: the server has lost the registration", "registered at 10.0.0.1 for 300 s"));
}

TEST_F(RegistrarTest, afterALostConnectionItAsksBeforeItRegistersAnew) {
  begin();
  advance(seconds(10));
  asked();
  lose();
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "SCNReg", "DevAttrQry")) << "others hear nothing of it";
  EXPECT_EQ(told.back(), "registered at 10.0.0.1 for 300 s");
}

// It was restored: an earlier life of this agent took notices at another port.
TEST_F(RegistrarTest, aServerThatIsBackWithAnOlderRegistrationGetsThePresentOne) {
  begin();
  advance(seconds(10));
  asked();
  server(kFirst).noticePort = 39'999;
  lose();
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "DevAttrReg", "SCNReg", "DevAttrQry"));
  EXPECT_EQ(server(kFirst).noticePort, 40'000U);
  advance(seconds(10));
  server(kFirst).noticePort = 39'999;
  advance(seconds(300));
  EXPECT_THAT(asked(), testing::Each("DevAttrQry")) << "some servers may always say so";
}

TEST_F(RegistrarTest, whoHearsThatTheServerHasAnOlderStateRegistersAnew) {
  begin();
  asked();
  registrar.registerAnew(now());
  settle();
  EXPECT_THAT(asked(), ElementsAre("DevAttrReg", "SCNReg", "DevAttrQry"));
  down = {kFirst.text()};
  lose();
  registrar.registerAnew(now());
  down.clear();
  advance(seconds(60));
  EXPECT_THAT(asked(), ElementsAre("DevAttrReg", "SCNReg", "DevAttrQry"));
}

TEST_F(RegistrarTest, aServerThatIsBeingRestartedIsAskedBeforeItIsRegisteredWithAnew) {
  begin();
  advance(seconds(10));
  asked();
  down = {kFirst.text()};
  lose();
  advance(seconds(2));
  down.clear();
  advance(seconds(10));
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "SCNReg", "DevAttrQry"));
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, aRefusedQuestionForPeersCostsNeitherTheRegistrationNorWhatWasSeen) {
  server(kFirst).statuses[isns::Function::DevAttrQry] = isns::Status::InternalError;
  begin();
  advance(std::chrono::minutes(2));
  EXPECT_THAT(asked(), ElementsAre("DevAttrReg", "SCNReg", "DevAttrQry"));
  EXPECT_THAT(
      told, ElementsAre("registered at 10.0.0.1 for 300 s", "the question for peers was refused: Internal Error (11)"));
  registrar.refresh(now());
  settle();
  EXPECT_EQ(told.size(), 2U) << "said once";
  EXPECT_TRUE(peers.empty());
  server(kFirst).statuses.clear();
  registrar.refresh(now());
  settle();
  EXPECT_EQ(peers.size(), 1U);
}

TEST_F(RegistrarTest, thatANodeSeesNobodyAnyMoreIsToldWhenTheServerStillHasTheNode) {
  server(kFirst).targets = {{kDisk, isnsPortal(*net::Address::parse("10.0.2.1:3260"))}};
  begin();
  asked();
  server(kFirst).targets.clear();
  registrar.refresh(now());
  settle();
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "DevAttrQry"));
  ASSERT_EQ(peers.size(), 2U);
  EXPECT_TRUE(peers[1].list.empty());
  registrar.refresh(now());
  settle();
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry")) << "nobody, as before";
}

TEST_F(RegistrarTest, anAnswerOfAServerThatHasLostTheNodeSaysNothingOfItsZone) {
  server(kFirst).targets = {{kDisk, isnsPortal(*net::Address::parse("10.0.2.1:3260"))}};
  begin();
  for (const isns::Status answer : {isns::Status::Successful, isns::Status::NoSuchEntry}) {
    server(kFirst).answersStrangers = answer;
    server(kFirst).forget();
    peers.clear();
    asked();
    registrar.refresh(now());
    settle();
    EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "DevAttrQry", "DevAttrReg", "SCNReg", "DevAttrQry"));
    ASSERT_EQ(peers.size(), 1U) << "after it was registered again";
    EXPECT_EQ(peers[0].list.size(), 1U);
  }
}

TEST_F(RegistrarTest, aLostRegistrationOfManyNodesIsAskedAfterOnce) {
  Presence many = hostPresence();
  for (int i = 0; i < 40; ++i) many.nodes.push_back({std::string(kDisk) + std::to_string(i), Role::Target, {}, {}});
  begin({kFirst}, many);
  asked();
  server(kFirst).forget();
  registrar.refresh(now());
  settle();
  EXPECT_TRUE(registrar.registered());
  EXPECT_LE(std::ranges::count(asked(), "DevAttrQry"), 3 * 41);
}

TEST_F(RegistrarTest, changesOfTheListDoNotMakeItKnockFasterAtServersThatAreDown) {
  down = {kFirst.text(), kSecond.text()};
  begin();
  advance(seconds(10));
  tried.clear();
  const net::Address strangers[] = {*net::Address::parse("10.0.0.8:3205"), *net::Address::parse("10.0.0.9:3205")};
  for (const net::Address& one : strangers) down.insert(one.text());
  for (int i = 0; i < 20; ++i) {
    registrar.setServers({kFirst, strangers[i % 2]}, now());
    settle();
    advance(milliseconds(100));
  }
  EXPECT_LE(std::ranges::count(tried, "10.0.0.1"), 1) << "as without them";
  tried.clear();
  advance(seconds(2));
  registrar.setServers({kFirst, kSecond}, now());
  settle();
  EXPECT_THAT(tried, ElementsAre("10.0.0.2")) << "a new one is tried at once";
}

TEST_F(RegistrarTest, theServerInUseIsNotAmongThoseThatThereIsNoRoomFor) {
  begin();
  std::vector<net::Address> crowd;
  for (std::uint8_t i = 10; i < 40; ++i) crowd.push_back(net::Address::v4(10, 0, 0, i, 3205));
  crowd.push_back(kFirst);
  tried.clear();
  registrar.setServers(crowd, now());
  settle();
  EXPECT_THAT(tried, ElementsAre());
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, aServerThatHangsUpAtOnceIsNotHammered) {
  begin();
  tried.clear();
  lose();
  EXPECT_THAT(tried, ElementsAre());
  advance(milliseconds(1001));
  EXPECT_THAT(tried, ElementsAre("10.0.0.1"));
}

TEST_F(RegistrarTest, triesTheNextServerAtOnceAndRestsAfterARound) {
  down = {kFirst.text(), kSecond.text()};
  begin({kFirst, kSecond});
  EXPECT_THAT(tried, ElementsAre("10.0.0.1", "10.0.0.2"));
  tried.clear();
  advance(milliseconds(1001));
  EXPECT_THAT(tried, ElementsAre("10.0.0.1", "10.0.0.2"));
  tried.clear();
  advance(milliseconds(1990));
  EXPECT_THAT(tried, ElementsAre()) << "twice as long";
  down.clear();
  advance(milliseconds(20));
  EXPECT_THAT(told, ElementsAre("not at 10.0.0.1: no connection: refused", "registered at 10.0.0.1 for 300 s"))
      << "said once, not at every try";
}

TEST_F(RegistrarTest, whenItsServerGoesTheOtherGetsTheRegistration) {
  begin({kFirst, kSecond});
  advance(seconds(10));
  down = {kFirst.text()};
  lose();
  EXPECT_EQ(told.back(), "registered at 10.0.0.2 for 300 s");
  EXPECT_THAT(asked(kSecond), ElementsAre("DevAttrReg", "SCNReg", "DevAttrQry"));
}

TEST_F(RegistrarTest, anAnswerThatDoesNotComeEndsTheConnection) {
  server(kFirst).silentTo = {"DevAttrReg"};
  begin({kFirst, kSecond});
  advance(seconds(6));
  EXPECT_THAT(told, ElementsAre("not at 10.0.0.1: an answer did not come in time", "registered at 10.0.0.2 for 300 s"));
}

TEST_F(RegistrarTest, aConnectionThatDoesNotComeAboutIsGivenUp) {
  registrar.setServers({kFirst, kSecond}, now());
  registrar.setPresence(hostPresence(), now());
  EXPECT_EQ(registrar.takeOutputs().size(), 1U);
  advance(seconds(6));
  EXPECT_EQ(told.back(), "registered at 10.0.0.2 for 300 s");
}

TEST_F(RegistrarTest, aRefusalIsToldAndNotFought) {
  server(kFirst).statuses[isns::Function::DevAttrReg] = isns::Status::InvalidRegistration;
  begin();
  EXPECT_THAT(told, ElementsAre("not at 10.0.0.1: the registration was refused: Invalid Registration (3)"));
  asked();
  advance(seconds(59));
  EXPECT_THAT(asked(), ElementsAre());
  server(kFirst).statuses.clear();
  advance(seconds(2));
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, aRefusalIsTriedAgainAtOnceWhereItsReasonMayBeGone) {
  registrar.tryAgain(now());
  EXPECT_TRUE(registrar.takeOutputs().empty()) << "nothing is to be registered yet";
  server(kFirst).statuses[isns::Function::DevAttrReg] = isns::Status::SourceUnauthorized;
  begin();
  server(kFirst).statuses.clear();
  asked();
  registrar.tryAgain(now());
  settle();
  EXPECT_TRUE(registrar.registered());
  asked();
  registrar.tryAgain(now());
  settle();
  EXPECT_THAT(asked(), ElementsAre()) << "it is registered";
}

TEST_F(RegistrarTest, aServerThatAnswersForAnotherEntityIsLeft) {
  server(kFirst).answersFor = "somebody";
  begin({kFirst, kSecond});
  EXPECT_THAT(told, ElementsAre("not at 10.0.0.1: it answers for another entity, \"somebody\"",
                                "registered at 10.0.0.2 for 300 s"));
}

TEST_F(RegistrarTest, aNoticeBringsTheQuestionForPeersOfItsNode) {
  begin();
  asked();
  isns::ScnNotice notice;
  const base::ByteView name = base::asBytes(kHost);
  notice.destination = {isns::tag::kIscsiName, {name.begin(), name.end()}};
  registrar.onNotice(notice, now());
  registrar.onNotice(notice, now());
  settle();
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "DevAttrQry")) << "what came meanwhile is asked for once more, once";
  EXPECT_EQ(peers.size(), 2U) << "the first at its registration; of the two the last";
}

TEST_F(RegistrarTest, peersAreAskedForNowAndThen) {
  Presence presence = hostPresence();
  presence.period = seconds(86400);
  begin({kFirst}, presence);
  asked();
  advance(std::chrono::minutes(10));
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry"));
  EXPECT_EQ(peers.size(), 2U);
}

TEST_F(RegistrarTest, aNewPresenceIsRegisteredAlsoWhereOneIsOnItsWay) {
  begin();
  Presence more = hostPresence();
  more.nodes.push_back({kDisk, Role::Target, {}, {}});
  registrar.setPresence(more, now());
  more.nodes.push_back({"iqn.2026-01.example:disk2", Role::Target, {}, {}});
  registrar.setPresence(more, now());
  settle();
  EXPECT_EQ(server(kFirst).nodes.size(), 3U);
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, stopDeregisters) {
  begin();
  registrar.stop(now());
  settle();
  EXPECT_TRUE(server(kFirst).nodes.empty());
  EXPECT_EQ(told.back(), "deregistered");
  EXPECT_FALSE(connected);
}

TEST_F(RegistrarTest, stopCanLetTheRegistrationStand) {
  begin();
  const std::size_t before = server(kFirst).nodes.size();
  ASSERT_GT(before, 0U);
  registrar.stop(now(), Farewell::Stands);
  settle();
  EXPECT_EQ(server(kFirst).nodes.size(), before);
  EXPECT_EQ(told.back(), "ended");
  EXPECT_FALSE(connected);
}
TEST_F(RegistrarTest, stopDoesNotWaitForAServerThatIsAway) {
  down = {kFirst.text()};
  begin();
  registrar.stop(now());
  settle();
  EXPECT_EQ(told.back(), "ended");
}

TEST_F(RegistrarTest, stopEndsThoughTheAnswerDoesNotCome) {
  begin();
  server(kFirst).silentTo = {"DevDereg"};
  registrar.stop(now());
  settle();
  advance(seconds(6));
  EXPECT_EQ(told.back(), "ended");
}

TEST_F(RegistrarTest, whoHasNothingLeftDeregistersAndComesAgain) {
  begin();
  registrar.withdraw(now());
  settle();
  EXPECT_TRUE(server(kFirst).nodes.empty());
  EXPECT_FALSE(connected);
  advance(std::chrono::hours(1));
  EXPECT_FALSE(connected) << "there is nothing to be registered";
  registrar.setPresence(hostPresence(), now());
  settle();
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, aPresenceThatComesWhileTheLastOneLeavesIsRegistered) {
  begin();
  registrar.withdraw(now());
  registrar.setPresence(hostPresence(), now());
  settle();
  EXPECT_TRUE(registrar.registered());
  EXPECT_EQ(server(kFirst).nodes.size(), 1U);
}

Presence renamed(std::string eid = "other") {
  Presence presence = hostPresence();
  presence.eid = std::move(eid);
  return presence;
}

TEST_F(RegistrarTest, anotherNameOfTheEntityTakesTheFormerOneBackFirst) {
  begin();
  asked();
  registrar.setPresence(renamed(), now());
  settle();
  EXPECT_THAT(asked(), ElementsAre("DevDereg", "DevAttrReg", "SCNReg", "DevAttrQry"));
  EXPECT_EQ(server(kFirst).entity, "other");
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, anotherNameOfTheEntityWhileARegistrationIsOnItsWayToo) {
  begin();
  Presence more = hostPresence();
  more.nodes.push_back({kDisk, Role::Target, {}, {}});
  registrar.setPresence(more, now());
  registrar.setPresence(renamed("one"), now());
  registrar.setPresence(renamed("two"), now());
  settle();
  EXPECT_EQ(server(kFirst).entity, "two");
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, anotherNameOfTheEntityWhileTheServerIsAwayToo) {
  begin();
  down = {kFirst.text()};
  lose();
  registrar.setPresence(renamed(), now());
  settle();
  down.clear();
  advance(seconds(120));
  EXPECT_EQ(server(kFirst).entity, "other");
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, serversThatGoWhileItLeavesDoNotConfuseIt) {
  down = {kFirst.text()};
  begin({kFirst, kSecond});
  ASSERT_EQ(connected, kSecond);
  registrar.withdraw(now());
  registrar.setServers({kSecond}, now());
  registrar.onInquiry({}, kSecond);
  settle();
  registrar.setPresence(hostPresence(), now());
  settle();
  EXPECT_EQ(connected, kSecond);
  EXPECT_TRUE(registrar.registered());
}

TEST_F(RegistrarTest, whatItLearnsWhileItLeavesDoesNotBringItBack) {
  begin();
  asked();
  server(kFirst).forget();
  time += seconds(151);
  registrar.onTimer(now());  // asks after its node
  registrar.withdraw(now());
  settle();
  EXPECT_THAT(asked(), ElementsAre("DevAttrQry", "DevDereg"));
  EXPECT_TRUE(server(kFirst).nodes.empty());
  EXPECT_FALSE(connected);
}

TEST_F(RegistrarTest, aServerWithoutInquiriesGetsARegistrationWithoutThem) {
  Presence presence = hostPresence();
  presence.esiInterval = seconds(60);
  server(kFirst).refusesEsi = true;
  begin({kFirst}, presence);
  EXPECT_THAT(asked(), ElementsAre("DevAttrReg", "DevAttrReg", "SCNReg", "DevAttrQry"));
  EXPECT_TRUE(registrar.registered());
}

// The server inquires at a port that a firewall closes, and so drops the registration after two intervals.
struct ClosedPortTest : RegistrarTest {
  void SetUp() override {
    Presence presence = hostPresence();
    presence.esiInterval = seconds(60);
    begin({kFirst, kSecond}, presence);
  }
  [[nodiscard]] bool inquires() { return server(kFirst).inquires; }
  void drops() {
    advance(seconds(120));
    server(kFirst).forget();
    advance(seconds(5));  // by then it looks, and is registered anew
  }
  void inquiry(const net::Address& from = kFirst) {
    registrar.onInquiry({{}, "host", isnsPortal(*net::Address::parse("10.0.1.1:860"))}, from);
    settle();
  }
};

TEST_F(ClosedPortTest, afterTwoLossesItIsRegisteredWithoutInquiriesAndSaysSoOnce) {
  EXPECT_TRUE(inquires());
  drops();
  EXPECT_TRUE(inquires());
  drops();
  EXPECT_FALSE(inquires());
  const std::string lost = "not at 10.0.0.1: the server has lost the registration, and no inquiry (ESI) had come in";
  const std::string registered = "registered at 10.0.0.1 for 300 s";
  EXPECT_THAT(told, ElementsAre(registered, lost, registered, lost, "no inquiry to 10.0.1.1:860", registered));
  told.clear();
  asked();
  advance(std::chrono::minutes(59));
  EXPECT_THAT(asked(), testing::Not(testing::Contains("DevAttrReg"))) << "by its period alone";
  EXPECT_THAT(told, ElementsAre());
  advance(std::chrono::minutes(2));
  EXPECT_TRUE(inquires()) << "tried again";
  advance(seconds(90));
  EXPECT_FALSE(inquires()) << "before the server has dropped it";
  EXPECT_TRUE(registrar.registered());
  EXPECT_THAT(told, ElementsAre()) << "nobody hears of a trial that comes to nothing";
}

TEST_F(ClosedPortTest, aLossOfAnotherReasonLaterIsNotLaidToInquiries) {
  drops();
  drops();
  told.clear();
  server(kFirst).forget();
  advance(seconds(151));
  EXPECT_THAT(told,
              ElementsAre("not at 10.0.0.1: the server has lost the registration", "registered at 10.0.0.1 for 300 s"));
}

TEST_F(ClosedPortTest, aLossIsFoundLongBeforeHalfALongPeriod) {
  Presence presence = hostPresence();
  presence.esiInterval = seconds(60);
  presence.period = std::chrono::hours(24);
  registrar.setPresence(presence, now());
  settle();
  told.clear();
  advance(seconds(120));
  server(kFirst).forget();
  advance(seconds(6));
  EXPECT_EQ(told.at(0), "not at 10.0.0.1: the server has lost the registration, and no inquiry (ESI) had come in");
}

TEST_F(ClosedPortTest, whenThePortIsOpenAgainItIsToldAndInquiriesStay) {
  drops();
  drops();
  advance(std::chrono::minutes(61));
  told.clear();
  inquiry();
  EXPECT_THAT(told, ElementsAre("inquiries again"));
  EXPECT_FALSE(registrar.unheardInquiries());
  advance(std::chrono::hours(2));
  EXPECT_TRUE(inquires());
}

TEST_F(ClosedPortTest, aServerWhoseInquiriesComeInMayLoseItForOtherReasons) {
  for (int i = 0; i < 4; ++i) {
    inquiry();
    drops();
  }
  EXPECT_TRUE(inquires());
  EXPECT_EQ(told[1], "not at 10.0.0.1: the server has lost the registration");
}

TEST_F(ClosedPortTest, inquiriesOfAnotherServerDoNotCount) {
  for (int i = 0; i < EsiWatch::kLosses; ++i) {
    inquiry(kSecond);
    drops();
  }
  EXPECT_FALSE(inquires());
}

TEST_F(ClosedPortTest, aServerThatWasAwayAndHasLostItIsNotLaidToThePort) {
  for (int i = 0; i < 4; ++i) {
    advance(seconds(140));
    server(kFirst).forget();
    lose();
  }
  EXPECT_TRUE(inquires());
}

TEST_F(ClosedPortTest, anotherServerIsAskedForInquiries) {
  drops();
  drops();
  down = {kFirst.text()};
  lose();
  EXPECT_EQ(told.back(), "registered at 10.0.0.2 for 300 s");
  EXPECT_TRUE(server(kSecond).inquires);
}

TEST_F(RegistrarTest, aServerThatIsNoLongerWantedIsLeft) {
  begin();
  registrar.setServers({kSecond}, now());
  settle();
  EXPECT_EQ(told.back(), "registered at 10.0.0.2 for 300 s");
}

TEST_F(RegistrarTest, theServerInUseStaysWhenOthersComeBeforeIt) {
  begin();
  tried.clear();
  registrar.setServers({kSecond, kFirst}, now());
  settle();
  EXPECT_THAT(tried, ElementsAre());
  EXPECT_TRUE(registrar.registered());
}

TEST(PresenceTest, whatCannotBeRegisteredIsTold) {
  Presence presence = hostPresence();
  EXPECT_TRUE(check(presence).ok());
  presence.eid = "Host";  // the server would answer for another entity
  EXPECT_EQ(check(presence).error().text, "the normal spelling of the entity identifier is host");
  presence.eid = "ho\x01st";
  EXPECT_FALSE(check(presence).ok());
  presence.eid = "host";
  presence.portals.push_back({*net::Address::parse("0.0.0.0:3260"), 1});
  EXPECT_EQ(check(presence).error().text, "0.0.0.0:3260 is no address at which anybody could be reached");
  presence.portals.back() = presence.portals.front();
  EXPECT_EQ(check(presence).error().text, "10.0.1.1:860 stands twice among the portals");
  presence.portals.clear();
  EXPECT_EQ(check(presence).error().text, "there is no portal to register");
}

}  // namespace
