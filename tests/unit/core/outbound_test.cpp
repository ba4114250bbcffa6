#include "isns-server/core/outbound.h"

#include "tests/unit/core/scn_fixture.h"

namespace {

using namespace test;
using Mode = Peer::Mode;

const Endpoint kA = endpoint(1, 4000);
const Endpoint kB = endpoint(2, 4000);
const Endpoint kUdpA = endpoint(1, 5000, true);

core::OutboundOptions keeping(Duration keep) {
  core::OutboundOptions options;
  options.keepConnection = keep;
  return options;
}

TEST(Outbound, KeepsAConnectionAndUsesItAgain) {
  ScnWorld w(keeping(seconds(30)));
  w.directory.add(1, {{kA, 11}});
  for (int i = 0; i < 5; ++i) {
    w.notify(1, eventAbout("iqn.a"));
    w.network.runFor(seconds(20));
  }
  EXPECT_EQ(w.network.connects, 1U);
  EXPECT_EQ(w.received().size(), 5U);
  EXPECT_TRUE(w.network.connectedTo(kA));
  w.network.runFor(seconds(11));
  EXPECT_FALSE(w.network.connectedTo(kA));
  EXPECT_EQ(w.network.closes, 1U);
  EXPECT_EQ(w.outbound.destinations(), 0U);
}

TEST(Outbound, ClosesAtOnceWhenConnectionsAreNotKept) {
  ScnWorld w(keeping(seconds(0)));
  w.directory.add(1, {{kA, 11}});
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  EXPECT_EQ(w.network.closes, 1U);
  EXPECT_EQ(w.network.open(), 0U);
  EXPECT_EQ(w.outbound.destinations(), 0U);
}

TEST(Outbound, WorksOffTheQueueBeforeItClosesAConnectionThatIsNotKept) {
  ScnWorld w(keeping(seconds(0)));
  for (std::uint32_t node = 1; node <= 10; ++node) {
    w.directory.add(node, {{kA, 11}});
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.run();
  EXPECT_EQ(w.received().size(), 10U);
  EXPECT_EQ(w.network.connects, 1U);
}

TEST(Outbound, APeerThatClosesAKeptConnectionDoesNothingWrong) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  w.network.closeByPeer(kA);
  EXPECT_EQ(w.outbound.destinations(), 0U);
  w.notify(1, eventAbout("iqn.b"));
  w.network.run();
  EXPECT_EQ(w.notifier.counters().acknowledged, 2U);
  EXPECT_EQ(w.network.connects, 2U);
}

TEST(Outbound, AMessageThatCrossedWithTheClosingOfAKeptConnectionGoesAgainAtOnceAndThatCostsNoAttempt) {
  core::ScnOptions options;
  options.retries = 1;
  ScnWorld w({}, options);
  w.directory.add(1, {{kA, 11}});
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  w.network.peer(kA).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.b"));
  w.network.run();
  w.network.closeByPeer(kA);
  w.network.run();
  ASSERT_EQ(w.received().size(), 3U);
  EXPECT_EQ(w.received()[1].header.transactionId, w.received()[2].header.transactionId);
  w.network.peer(kA).mode = Mode::Answer;
  w.network.runFor(seconds(6));
  EXPECT_EQ(w.received().size(), 4U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 2U);
}

TEST(Outbound, APeerThatAlwaysClosesAfterItsAnswerGetsEverything) {
  ScnWorld w;
  w.network.peer(kA).mode = Mode::AnswerThenClose;
  for (std::uint32_t node = 1; node <= 10; ++node) {
    w.directory.add(node, {{kA, 11}});
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.runFor(seconds(1));
  EXPECT_EQ(w.notifier.counters().acknowledged, 10U);
  EXPECT_EQ(w.outbound.counters().connectFailures, 0U);
}

TEST(Outbound, TheFirstAnswerOverAConnectionIsTakenWithAnyTransactionId) {
  ScnWorld w;
  w.network.peer(kA).mode = Mode::AnswerThenClose;
  w.network.peer(kA).answersAs = 7;
  for (std::uint32_t node = 1; node <= 3; ++node) {
    w.directory.add(node, {{kA, 11}});
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.runFor(seconds(60));
  EXPECT_EQ(w.received().size(), 3U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 3U);
  EXPECT_EQ(w.directory.heard, (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(w.outbound.counters().strayAnswers, 0U);
}

TEST(Outbound, WhatAnswersSomethingElseIsTakenForNoAnswerOverAConnectionThatWasUsedBefore) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.notify(1, eventAbout("iqn.a"));
  w.network.run();
  w.network.peer(kA).answersAs = 7;
  w.notify(1, eventAbout("iqn.b"));
  w.network.run();
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
  EXPECT_EQ(w.outbound.counters().strayAnswers, 1U);
  // It goes again over this connection, and then over a new one, where the answer can be to nothing else.
  w.network.runFor(seconds(11));
  EXPECT_EQ(w.received().size(), 4U);
  EXPECT_EQ(w.network.connects, 2U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 2U);
}

TEST(Outbound, AnAnswerToAnotherFunctionIsNoneWhateverItsTransactionId) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.a"));
  core::OutboundActions actions;
  w.outbound.takeActions(1, at({}), actions);
  w.outbound.onConnected(actions.list[0].destination, at({}));
  w.outbound.takeActions(1, at({}), actions);
  const base::Bytes ok(4, 0);
  w.outbound.onResponse(actions.list[0].destination, {0x800d, 0, 7, ok, {}}, at({}));
  EXPECT_EQ(w.notifier.counters().acknowledged, 0U);
  w.outbound.onResponse(actions.list[0].destination, {0x8008, 0, 7, ok, {}}, at({}));
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
}

TEST(Outbound, ConnectsInProgressAreBounded) {
  core::OutboundOptions options;
  options.maxConnecting = 16;
  ScnWorld w(options);
  for (std::uint32_t node = 1; node <= 200; ++node) {
    w.directory.add(node, {{endpoint(node, 4000), node}});
    w.network.peer(endpoint(node, 4000)).latency = ms(10);
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.run();
  EXPECT_EQ(w.network.connects, 16U);
  w.network.runFor(seconds(5));
  EXPECT_EQ(w.notifier.counters().acknowledged, 200U);
}

TEST(Outbound, TheLongestIdleConnectionMakesRoom) {
  core::OutboundOptions options;
  options.maxConnections = 3;
  ScnWorld w(options);
  for (std::uint32_t node = 1; node <= 4; ++node) w.directory.add(node, {{endpoint(node, 4000), node}});
  for (std::uint32_t node = 1; node <= 3; ++node) {
    w.notify(node, eventAbout("iqn.a"));
    w.network.runFor(seconds(1));
  }
  w.notify(1, eventAbout("iqn.b"));
  w.network.runFor(seconds(1));
  w.notify(4, eventAbout("iqn.b"));
  w.network.runFor(seconds(1));
  EXPECT_TRUE(w.network.connectedTo(endpoint(1, 4000)));
  EXPECT_FALSE(w.network.connectedTo(endpoint(2, 4000)));
  EXPECT_TRUE(w.network.connectedTo(endpoint(3, 4000)));
  EXPECT_TRUE(w.network.connectedTo(endpoint(4, 4000)));
  EXPECT_EQ(w.outbound.counters().evicted, 1U);
}

TEST(Outbound, ConnectsWaitWhileNoConnectionIsIdle) {
  core::OutboundOptions options;
  options.maxConnections = 2;
  ScnWorld w(options);
  for (std::uint32_t node = 1; node <= 5; ++node) {
    w.directory.add(node, {{endpoint(node, 4000), node}});
    w.network.peer(endpoint(node, 4000)).latency = seconds(1);
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.run();
  EXPECT_FALSE(w.outbound.more());
  EXPECT_EQ(w.network.connects, 2U);
  w.network.runFor(seconds(10));
  EXPECT_EQ(w.notifier.counters().acknowledged, 5U);
}

TEST(Outbound, GivesAtMostTheActionsAskedForAndKeepsTheRest) {
  ScnWorld w;
  for (std::uint32_t node = 1; node <= 100; ++node) {
    w.directory.add(node, {{endpoint(node, 4000), node}});
    w.notify(node, eventAbout("iqn.a"));
  }
  core::OutboundActions actions;
  for (int i = 0; i < 14; ++i) {
    w.outbound.takeActions(7, at({}), actions);
    EXPECT_EQ(actions.list.size(), 7U);
    EXPECT_TRUE(w.outbound.more());
  }
  w.outbound.takeActions(7, at({}), actions);
  EXPECT_EQ(actions.list.size(), 2U);
  EXPECT_FALSE(w.outbound.more());
}

TEST(Outbound, BusyDestinationsDoNotKeepOthersFromBeingConnected) {
  ScnWorld w;
  for (std::uint32_t node = 1; node <= 20; ++node) w.directory.add(node, {{endpoint(node, 4000), node}});
  for (std::uint32_t node = 1; node <= 10; ++node) w.notify(node, eventAbout("iqn.a"));
  w.network.run();
  for (std::uint32_t node = 1; node <= 20; ++node) w.notify(node, eventAbout("iqn.b"));
  core::OutboundActions actions;
  w.outbound.takeActions(10, at({}), actions);
  const auto connects = std::count_if(actions.list.begin(), actions.list.end(), [](const core::OutboundAction& a) {
    return a.kind == core::OutboundAction::Kind::Connect;
  });
  EXPECT_EQ(connects, 5);
}

TEST(Outbound, ASilentHostWithManyNodesIsGivenUpAfterTwoMessages) {
  for (const Endpoint& e : {kA, kUdpA}) {
    ScnWorld w;
    w.network.peer(e).mode = Mode::Silent;
    for (std::uint32_t node = 1; node <= 500; ++node) {
      w.directory.add(node, {{e, 11}});
      w.notify(node, eventAbout("iqn.a"));
    }
    w.network.runFor(seconds(42));
    EXPECT_EQ(w.notifier.counters().undeliverable, 500U);
    EXPECT_EQ(w.received().size(), 8U);
  }
}

TEST(Outbound, AMessageThatOneClientNeverAnswersDoesNotSinkItsNeighbours) {
  for (const Mode mode : {Mode::Silent, Mode::CloseOnMessage}) {
    ScnWorld w;
    w.network.peer(kA).mode = mode;
    for (std::uint32_t node = 1; node <= 5; ++node) {
      w.directory.add(node, {{kA, 11}});
      w.notify(node, eventAbout("iqn.a"));
    }
    w.network.runFor(seconds(14));
    w.network.peer(kA).mode = mode;
    while (w.notifier.counters().undeliverable == 0) w.network.runFor(ms(100));
    w.network.peer(kA).mode = Mode::Answer;
    w.network.runFor(seconds(20));
    EXPECT_EQ(w.notifier.counters().undeliverable, 1U);
    EXPECT_EQ(w.notifier.counters().acknowledged, 4U);
  }
}

TEST(Outbound, NothingFollowsOverAConnectionThatStillOwesAnAnswer) {
  ScnWorld w;
  w.network.peer(kA).mode = Mode::Silent;
  for (std::uint32_t node = 1; node <= 2; ++node) {
    w.directory.add(node, {{kA, 11}});
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.run();
  w.directory.nodes.erase(1);  // its message will not be repeated
  w.network.peer(kA).mode = Mode::Answer;
  w.network.runFor(seconds(6));
  EXPECT_EQ(w.received().size(), 2U);
  EXPECT_EQ(w.network.connects, 2U);
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
}

TEST(Outbound, AConnectThatHangsIsClosedBeforeAnotherIsMade) {
  ScnWorld w;
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).mode = Mode::Hang;
  w.notify(1, eventAbout("iqn.a"));
  w.network.runFor(ms(5500));
  EXPECT_EQ(w.network.closes, 1U);
  EXPECT_EQ(w.network.open(), 0U);
  w.network.peer(kA).mode = Mode::Answer;
  w.network.runFor(seconds(6));
  EXPECT_EQ(w.notifier.counters().acknowledged, 1U);
}

TEST(Outbound, TransactionIdsRunFrom0x8000ToTheEndAndAgain) {
  core::Outbound outbound({}, TimePoint());
  EXPECT_EQ(outbound.nextTransactionId(), 0x8000);
  EXPECT_EQ(outbound.nextTransactionId(), 0x8001);
  for (int i = 2; i < 0x8000; ++i) EXPECT_GE(outbound.nextTransactionId(), 0x8000);
  EXPECT_EQ(outbound.nextTransactionId(), 0x8000);
}

TEST(Outbound, ReportsThatFitNoConnectionAreIgnored) {
  ScnWorld w;
  const base::Bytes ok(4, 0);
  const isns::Message answer{0x8008, 0, 0x8000, ok, {}};
  for (const std::uint32_t destination : {0U, 7U, 0xffffffffU}) {
    w.outbound.onConnected(destination, at({}));
    w.outbound.onConnectFailed(destination, at({}));
    w.outbound.onClosed(destination, at({}));
    w.outbound.onResponse(destination, answer, at({}));
  }
  w.directory.add(1, {{kA, 11}});
  w.notify(1, eventAbout("iqn.a"));
  core::OutboundActions actions;
  w.outbound.takeActions(1, at({}), actions);
  w.outbound.onResponse(actions.list[0].destination, answer, at({}));
  EXPECT_EQ(w.notifier.counters().acknowledged, 0U);
  w.outbound.onConnected(actions.list[0].destination, at({}));
  w.outbound.onConnected(actions.list[0].destination, at({}));
  w.outbound.takeActions(1, at({}), actions);
  ASSERT_EQ(actions.list.size(), 1U);
  EXPECT_EQ(actions.list[0].kind, core::OutboundAction::Kind::SendTcp);
}

TEST(Outbound, AnIdleServerHasNothingToDoAndNoDeadline) {
  ScnWorld w(keeping(seconds(10)));
  w.directory.add(1, {{kA, 11}, {kUdpA, 12}});
  w.directory.add(2, {{kB, 11}});
  w.notify(1, eventAbout("iqn.a"));
  w.notify(2, eventAbout("iqn.a"));
  w.network.runFor(seconds(11));
  EXPECT_FALSE(w.outbound.more());
  EXPECT_EQ(w.outbound.nextDeadline(), base::kNever);
  EXPECT_EQ(w.outbound.destinations(), 0U);
  EXPECT_EQ(w.outbound.connections(), 0U);
}

}  // namespace
