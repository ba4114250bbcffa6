#include "isns-server/core/scn_notifier.h"

#include "tests/unit/core/scn_fixture.h"

namespace {

using namespace test;
using Mode = Peer::Mode;

const Endpoint kA = endpoint(1, 4000);
const Endpoint kB = endpoint(2, 4000);
const Endpoint kC = endpoint(3, 4000);
const Endpoint kUdpA = endpoint(1, 5000, true);
const Endpoint kUdpB = endpoint(2, 5000, true);

TEST(ScnNotifier, SendsDestinationTimestampAndEventAsAServer) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.runFor(seconds(40));
  w.notify(1, eventAbout("iqn.target"));
  w.network.run();
  ASSERT_EQ(w.received().size(), 1U);
  const Received& r = w.received()[0];
  EXPECT_EQ(r.header.flags, isns::flag::kServer | isns::flag::kFirst | isns::flag::kLast);
  EXPECT_EQ(r.header.sequenceId, 0);
  const Scn scn = Scn::parse(r);
  EXPECT_EQ(scn.destination, nodeName(1));
  EXPECT_EQ(scn.timestamp, 1'000'000'040U);
  ASSERT_EQ(scn.events.size(), 1U);
  EXPECT_EQ(scn.events[0], eventAbout("iqn.target")->tlvs);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
  EXPECT_EQ(w.directory.heard, std::vector<std::uint32_t>{1}) << "its answer refreshes its registration";
  EXPECT_EQ(w.notifier.recipients(), 0U);
  EXPECT_EQ(w.notifier.events(), 0U);
}

TEST(ScnNotifier, SignsForThePortThatTakesNothingElseAndForNoOther) {
  ScnWorld w;
  w.directory.add(1, {{kUdpA, 11}, {kUdpB, 12}});
  w.directory.nodes[1].signing = {kUdpA};
  w.notify(1, eventAbout("iqn.target"));
  w.network.run();
  ASSERT_EQ(w.receivedBy(kUdpA).size(), 1U);
  ASSERT_EQ(w.receivedBy(kUdpB).size(), 1U);
  EXPECT_TRUE(w.receivedBy(kUdpA)[0].sign);
  EXPECT_FALSE(w.receivedBy(kUdpB)[0].sign);
}

TEST(ScnNotifier, EventsThatComeWhileAMessageIsUnderWayShareTheNextOne) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).latency = seconds(1);
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(ms(1500));  // connected, sent, not answered yet
  ASSERT_EQ(w.received().size(), 1U);
  w.notify(1, eventAbout("iqn.b"));
  w.notify(1, eventAbout("iqn.c"));
  w.network.runFor(seconds(5));
  ASSERT_EQ(w.received().size(), 2U);
  EXPECT_EQ(Scn::parse(w.received()[1]).events.size(), 2U);
  EXPECT_NE(w.received()[0].header.transactionId, w.received()[1].header.transactionId);
  EXPECT_EQ(w.notifier.counters().coalesced, 1U);
  EXPECT_EQ(w.network.connects, 1U);
}

TEST(ScnNotifier, EventsJoinAMessageUntilItLeaves) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).latency = seconds(1);
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(ms(500));  // still connecting
  w.notify(1, eventAbout("iqn.b"));
  w.network.runFor(seconds(5));
  ASSERT_EQ(w.received().size(), 1U);
  EXPECT_EQ(Scn::parse(w.received()[0]).events.size(), 2U);
}

TEST(ScnNotifier, EqualEventsMergeAndTheLaterStaysTheLater) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  const auto added = eventAbout("iqn.a", isns::scn::kObjectAdded);
  const auto removed = eventAbout("iqn.a", isns::scn::kObjectRemoved);
  w.notify(1, added);
  w.notify(1, removed);
  w.notify(1, eventAbout("iqn.a", isns::scn::kObjectAdded));
  w.network.run();
  ASSERT_EQ(w.received().size(), 1U);
  const Scn scn = Scn::parse(w.received()[0]);
  ASSERT_EQ(scn.events.size(), 2U);
  EXPECT_EQ(scn.events[0], removed->tlvs);
  EXPECT_EQ(scn.events[1], added->tlvs);
}

TEST(ScnNotifier, AnEventDoesNotMergeWithOneThatHasLeft) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).latency = seconds(1);
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(ms(1500));
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(5));
  EXPECT_EQ(w.received().size(), 2U);
}

TEST(ScnNotifier, NodesBehindOnePortShareOneConnectionOneAfterTheOther) {
  ScnWorld w;
  for (std::uint32_t node = 1; node <= 20; ++node) w.directory.add(node, {{kA, 11}});
  w.network.peer(kA).latency = ms(100);
  for (std::uint32_t node = 1; node <= 20; ++node) w.notify(node, eventAbout("iqn.a"));
  w.network.runFor(seconds(10));  // FakeNetwork checks both rules
  EXPECT_EQ(w.received().size(), 20U);
  EXPECT_EQ(w.network.connects, 1U);
  std::set<std::string> destinations;
  for (const Received& r : w.received()) destinations.insert(Scn::parse(r).destination);
  EXPECT_EQ(destinations.size(), 20U);
}

TEST(ScnNotifier, ManyRecipientsShareOneEvent) {
  ScnWorld w;
  std::vector<ScnRecipient> recipients;
  for (std::uint32_t node = 1; node <= 300; ++node) {
    w.directory.add(node, {{endpoint(node, 4000), node}});
    recipients.push_back({isns::ObjectType::Node, node});
  }
  w.notifier.notify(recipients, eventAbout("iqn.a"));
  w.network.run();
  EXPECT_EQ(w.received().size(), 300U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 300U);
}

TEST(ScnNotifier, ANodeAndAnFcPortWithOneIndexAreTwoRecipients) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.notifier.notify(ScnRecipient{isns::ObjectType::Node, 1}, eventAbout("iqn.a"));
  w.notifier.notify(ScnRecipient{isns::ObjectType::FcPort, 1}, eventAbout("iqn.a"));
  EXPECT_EQ(w.notifier.recipients(), 2U);
}

TEST(ScnNotifier, AnAnswerCountsWithEitherSenderFlagAndAnyStatus) {
  for (const std::uint16_t flags : {isns::flag::kClient, isns::flag::kServer, std::uint16_t{0}}) {
    ScnWorld w;
    w.directory.add(1, {{kA, 11}});
    w.network.peer(kA).flags = flags;
    w.network.peer(kA).status = 15;
    w.notify(1, eventAbout("iqn.a"));
    w.network.runFor(seconds(20));
    EXPECT_EQ(w.received().size(), 1U);
    EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
    EXPECT_EQ(w.notifier.counters().rejected, 1U);
  }
}

TEST(ScnNotifier, ASilentPortalIsTriedAgainWithTheSameTransactionId) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(60));
  ASSERT_EQ(w.received().size(), 4U);
  for (const Received& r : w.received()) {
    EXPECT_EQ(r.header.transactionId, w.received()[0].header.transactionId);
    EXPECT_EQ(r.payload, w.received()[0].payload);
  }
  EXPECT_EQ(w.received()[1].time, seconds(5));
  EXPECT_EQ(w.received()[3].time, seconds(15));
  EXPECT_EQ(w.network.connects, 2U) << "every second repetition goes over a new connection";
  const auto given = w.notifier.takeUndeliverable();
  ASSERT_EQ(given.size(), 1U);
  EXPECT_EQ(given[0].recipient.index, 1U);
  EXPECT_EQ(given[0].reason, core::SendFailure::Silent);
  EXPECT_EQ(given[0].events, 1U);
  EXPECT_EQ(w.notifier.counters().retried, 3U);
  EXPECT_EQ(w.notifier.counters().undeliverable, 1U);
  EXPECT_EQ(w.notifier.recipients(), 0U);
  EXPECT_EQ(w.outbound.destinations(), 0U);
  EXPECT_EQ(w.network.open(), 0U);
}

TEST(ScnNotifier, ASlowAnswerToTheFirstTransmissionCounts) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  w.network.peer(kA).latency = seconds(7);
  w.notify(1, eventAbout("iqn.b"));
  w.network.runFor(seconds(30));
  EXPECT_EQ(w.received().size(), 3U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 2U);
  EXPECT_EQ(w.notifier.counters().undeliverable, 0U);
  EXPECT_EQ(w.network.connects, 1U);
}

TEST(ScnNotifier, ASilentPortalIsFollowedByTheNextWithTheSameMessage) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}, {kB, 12}});
  w.network.peer(kA).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(60));
  ASSERT_EQ(w.received().size(), 5U);
  EXPECT_TRUE(w.received()[4].endpoint == kB);
  EXPECT_EQ(w.received()[4].header.transactionId, w.received()[0].header.transactionId);
  EXPECT_EQ(w.received()[4].payload, w.received()[0].payload);
  EXPECT_EQ(w.notifier.counters().failedOver, 1U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
}

TEST(ScnNotifier, ARefusedConnectGoesToAnotherPortalAtOnce) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}, {kB, 12}});
  w.network.peer(kA).mode = Mode::Refuse;
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  EXPECT_EQ(w.receivedBy(kB).size(), 1U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
}

TEST(ScnNotifier, TheOnlyPortalIsTriedAgainAfterARefusal) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).mode = Mode::Refuse;
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(8));
  EXPECT_EQ(w.network.connects, 2U);
  w.network.peer(kA).mode = Mode::Answer;
  w.network.runFor(seconds(8));
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
}

TEST(ScnNotifier, GivesUpAfterFourConnectsThatFail) {
  for (const Mode mode : {Mode::Refuse, Mode::Hang, Mode::CloseOnConnect, Mode::CloseOnMessage}) {
    ScnWorld w;
    w.directory.add(1, {{kA, 11}});
    w.network.peer(kA).mode = mode;
    w.notify(1, eventAbout("iqn.a"));
    w.network.runFor(seconds(100));
    EXPECT_EQ(w.network.connects, 4U) << static_cast<int>(mode);
    ASSERT_EQ(w.notifier.takeUndeliverable().size(), 1U);
    EXPECT_EQ(w.outbound.destinations(), 0U);
    EXPECT_EQ(w.outbound.connections(), 0U);
  }
}

TEST(ScnNotifier, NotThePortalThatTheEventIsAboutWhereThereIsAnother) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}, {kB, 12}});
  w.notify(1, eventAbout(nodeName(1), isns::scn::kObjectUpdated, 11));
  w.network.run();
  EXPECT_EQ(w.receivedBy(kA).size(), 0U);
  EXPECT_EQ(w.receivedBy(kB).size(), 1U);
}

TEST(ScnNotifier, ThePortalThatTheEventIsAboutWhereThereIsNoOther) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}, {kB, 12}});
  w.network.peer(kB).mode = Mode::Refuse;
  w.notify(1, eventAbout(nodeName(1), isns::scn::kObjectUpdated, 11));
  w.network.run();
  EXPECT_EQ(w.receivedBy(kA).size(), 1U);
}

TEST(ScnNotifier, PrefersAnOpenConnectionAndAvoidsAFailingOne) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}, {kB, 12}});
  w.directory.add(2, {{kB, 12}});
  w.directory.add(3, {{kC, 13}});
  w.directory.add(4, {{kC, 13}, {kA, 11}});
  w.network.peer(kC).mode = Mode::Refuse;
  w.notify(2, eventAbout("iqn.a"));
  w.notify(3, eventAbout("iqn.a"));
  w.network.run();
  w.notify(1, eventAbout("iqn.a"));
  w.notify(4, eventAbout("iqn.a"));
  w.network.run();
  EXPECT_EQ(w.receivedBy(kB).size(), 2U);
  EXPECT_EQ(w.receivedBy(kA).size(), 1U);
  EXPECT_EQ(w.notifier.counters().failedOver, 0U);
}

TEST(ScnNotifier, ANodeThatHasGoneOrHasNoPortIsSkipped) {
  ScnWorld w;
  w.directory.add(2, {});
  w.notify(1, eventAbout("iqn.a"));
  w.notify(2, eventAbout("iqn.a"));
  w.network.run();
  EXPECT_EQ(w.notifier.counters().skipped, 2U);
  EXPECT_EQ(w.notifier.counters().undeliverable, 0U);
  EXPECT_EQ(w.notifier.recipients(), 0U);
}

TEST(ScnNotifier, ANodeThatGoesWhileItsMessageWaitsIsSkipped) {
  for (const Mode mode : {Mode::Answer, Mode::Silent, Mode::Refuse, Mode::Hang, Mode::CloseOnMessage}) {
    for (const Endpoint& e : {kA, kUdpA}) {
      ScnWorld w;
      w.directory.add(1, {{e, 11}, {kUdpB, 12}});
      w.directory.add(2, {{e, 11}});
      w.network.peer(e).mode = mode;
      w.network.peer(kUdpB).mode = Mode::Silent;
      w.notify(2, eventAbout("iqn.a"));
      w.notify(1, eventAbout("iqn.a"));
      if (mode == Mode::Silent) w.network.run();
      w.directory.nodes.clear();
      w.network.runFor(seconds(200));
      EXPECT_EQ(w.notifier.takeUndeliverable().size(), 0U);
      EXPECT_EQ(w.notifier.recipients(), 0U);
      EXPECT_EQ(w.notifier.events(), 0U);
      EXPECT_EQ(w.outbound.destinations(), 0U);
    }
  }
}

TEST(ScnNotifier, EventsThatCameMeanwhileAreTriedAfterAMessageWasGivenUp) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  w.notify(1, eventAbout("iqn.b"));
  w.network.runFor(seconds(19));
  w.network.peer(kA).mode = Mode::Answer;
  w.network.runFor(seconds(5));
  EXPECT_EQ(w.notifier.counters().undeliverable, 1U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
  EXPECT_EQ(Scn::parse(w.received().back()).events[0], eventAbout("iqn.b")->tlvs);
}

}  // namespace
