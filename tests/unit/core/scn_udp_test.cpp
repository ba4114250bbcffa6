// SCNs to portals with a UDP SCN port (RFC 4171 2.9.2).

#include "tests/unit/core/scn_fixture.h"

namespace {

using namespace test;
using Mode = Peer::Mode;

const Endpoint kC = endpoint(3, 4000);
const Endpoint kUdpA = endpoint(1, 5000, true);
const Endpoint kUdpB = endpoint(2, 5000, true);

TEST(ScnNotifier, UdpReachesEveryPortalAndAnyAnswerAcknowledges) {
  ScnWorld w;
  w.directory.add(1, {{kUdpA, 11}, {kUdpB, 12}, {kUdpA, 13}, {kC, 14}});
  w.network.peer(kUdpB).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(60));
  EXPECT_EQ(w.receivedBy(kUdpA).size(), 1U);
  EXPECT_EQ(w.receivedBy(kUdpB).size(), 1U) << "acknowledged: not repeated";
  EXPECT_EQ(w.receivedBy(kC).size(), 0U);
  EXPECT_EQ(w.received()[0].header.transactionId, w.received()[1].header.transactionId);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
  EXPECT_EQ(w.notifier.recipients(), 0U);
  EXPECT_EQ(w.outbound.destinations(), 0U);
}

TEST(ScnNotifier, UdpReachesAPortalThatIsBusyAfterTheMessageWasAcknowledgedElsewhere) {
  ScnWorld w;
  w.directory.add(1, {{kUdpB, 12}});
  w.directory.add(2, {{kUdpA, 11}, {kUdpB, 12}});
  w.network.peer(kUdpB).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  w.notify(2, eventAbout("iqn.b"));
  w.network.run();
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
  EXPECT_EQ(w.receivedBy(kUdpB).size(), 1U);
  w.network.runFor(seconds(60));
  ASSERT_EQ(w.receivedBy(kUdpB).size(), 5U);
  EXPECT_EQ(Scn::parse(w.receivedBy(kUdpB)[4]).destination, nodeName(2));
  EXPECT_EQ(w.notifier.recipients(), 0U);
}

TEST(ScnNotifier, UdpIsRepeatedToEveryPortalAndThenATcpPortalIsTried) {
  ScnWorld w;
  w.directory.add(1, {{kUdpA, 11}, {kC, 13}, {kUdpB, 12}});
  w.network.peer(kUdpA).mode = w.network.peer(kUdpB).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(60));
  EXPECT_EQ(w.receivedBy(kUdpA).size(), 4U);
  EXPECT_EQ(w.receivedBy(kUdpB).size(), 4U);
  ASSERT_EQ(w.receivedBy(kC).size(), 1U);
  EXPECT_EQ(w.receivedBy(kC)[0].header.transactionId, w.received()[0].header.transactionId);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
  EXPECT_EQ(w.notifier.counters().failedOver, 1U);
}

TEST(ScnNotifier, AnAnswerFromAnotherAddressOfTheClientCounts) {
  ScnWorld w;
  w.directory.add(1, {{kUdpA, 11}});
  w.directory.nodes[1].silent = {kUdpB.ip};
  w.network.peer(kUdpA).answersFrom = [] { return kUdpB; };
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(60));
  EXPECT_EQ(w.received().size(), 1U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
}

TEST(ScnNotifier, AnAnswerFromAnAddressThatIsNotTheClientsDoesNotCount) {
  ScnWorld w;
  w.directory.add(1, {{kUdpA, 11}});
  w.network.peer(kUdpA).answersFrom = [] { return kUdpB; };
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(60));
  EXPECT_EQ(w.notifier.counters().acknowledged, 0U);
  EXPECT_EQ(w.notifier.counters().undeliverable, 1U);
}

TEST(ScnNotifier, ALateUdpAnswerEndsTheAttemptOverTcp) {
  ScnWorld w;
  w.directory.add(1, {{kUdpA, 11}, {kC, 13}});
  w.network.peer(kUdpA).latency = seconds(21);
  w.network.peer(kC).mode = Mode::Hang;
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(seconds(22));
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
  w.notify(1, eventAbout("iqn.b"));
  w.network.peer(kUdpA).latency = seconds(0);
  w.network.runFor(seconds(60));
  EXPECT_EQ(w.receivedBy(kC).size(), 0U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 2U);
  EXPECT_EQ(w.notifier.counters().undeliverable, 0U);
  EXPECT_EQ(w.notifier.recipients(), 0U);
}

TEST(ScnNotifier, AStrangersAnswerIsNothing) {
  ScnWorld w;
  w.directory.add(1, {{kUdpA, 11}});
  w.network.peer(kUdpA).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  const base::Bytes ok(4, 0);
  const std::uint16_t sent = w.received()[0].header.transactionId;
  for (const std::uint16_t id : {std::uint16_t{1}, static_cast<std::uint16_t>(sent + 1)}) {
    w.outbound.onDatagram(kUdpB, {0x8008, 0, id, ok, {}}, at(w.network.time()));
  }
  w.outbound.onDatagram(kUdpB, {0x800d, 0, sent, ok, {}}, at(w.network.time()));
  w.outbound.onDatagram(kUdpB, {0x0008, 0, sent, ok, {}}, at(w.network.time()));
  EXPECT_EQ(w.notifier.counters().acknowledged, 0U);
  EXPECT_EQ(w.outbound.counters().strayAnswers, 4U);
}

}  // namespace
