#include "isns-server/core/esi_monitor.h"

#include "isns-server/core/liveness.h"
#include "tests/unit/core/scn_fixture.h"

namespace {

using namespace test;
using core::EsiEvent;
using core::EsiStart;
using Mode = Peer::Mode;

const Endpoint kTcp = endpoint(1, 4000);
const Endpoint kUdp = endpoint(1, 5000, true);
const Endpoint kOtherUdp = endpoint(2, 5000, true);

struct FakePortals final : core::EsiDirectory {
  struct Portal {
    Endpoint endpoint;
    base::Bytes eid, ip, port;
    bool signs = false;
  };
  std::map<std::uint32_t, Portal> portals;  // of one entity

  void add(std::uint32_t id, const Endpoint& e) {
    Portal portal{e, {}, {}, {}, false};
    isns::AttributeWriter(portal.eid).text(isns::tag::kEntityId, "host.example");
    isns::AttributeWriter(portal.ip).ip(isns::tag::kPortalIp, e.ip);
    isns::AttributeWriter(portal.port).u32(isns::tag::kPortalPort, 3260 + id);
    portals[id] = std::move(portal);
  }
  bool esiTarget(std::uint32_t id, core::EsiTarget& out) const override {
    const auto found = portals.find(id);
    if (found == portals.end()) return false;
    out = {found->second.endpoint, found->second.eid, found->second.ip, found->second.port, found->second.signs};
    return true;
  }
  bool ownerLivesAt(std::uint32_t, const isns::IpAddress& ip) const override {
    return std::any_of(portals.begin(), portals.end(), [&](const auto& at) { return at.second.endpoint.ip == ip; });
  }
};

struct EsiWorld : ScnWorld {
  explicit EsiWorld(const core::OutboundOptions& options = {})
      : ScnWorld(options),
        monitor(
            outbound, portals, [this] { return random; }, TimePoint()) {
    network.otherTimers = [this](Now now) { monitor.onTimer(now); };
    network.otherDeadline = [this] { return monitor.nextDeadline(); };
  }
  void watch(std::uint32_t portal, const Endpoint& e, std::uint32_t interval = 60,
             EsiStart start = EsiStart::Registered) {
    portals.add(portal, e);
    monitor.monitor(portal, interval, start, at(network.time()));
  }
  std::vector<std::uint32_t> take(EsiEvent::Kind kind) {
    std::vector<std::uint32_t> ids;
    for (const EsiEvent& event : monitor.takeEvents()) {
      if (event.kind == kind) ids.push_back(event.portal);
    }
    return ids;
  }
  std::vector<std::uint32_t> lost() { return take(EsiEvent::Kind::Lost); }

  std::uint32_t random = 0x80000000;
  FakePortals portals;
  core::EsiMonitor monitor;
};

TEST(EsiMonitor, AsksWithTimestampEntityAndPortal) {
  EsiWorld w;
  w.watch(7, kUdp);
  w.network.runFor(seconds(59));
  EXPECT_EQ(w.received().size(), 0U);
  w.network.runFor(seconds(2));
  ASSERT_EQ(w.received().size(), 1U);
  const Received& r = w.received()[0];
  EXPECT_EQ(r.header.function, isns::idOf(isns::Function::ESI));
  EXPECT_EQ(r.header.flags, isns::flag::kServer | isns::flag::kFirst | isns::flag::kLast);
  base::Bytes expected;
  isns::AttributeWriter writer(expected);
  writer.u64(isns::tag::kTimestamp, 1'000'000'060);
  writer.text(isns::tag::kEntityId, "host.example");
  writer.ip(isns::tag::kPortalIp, kUdp.ip);
  writer.u32(isns::tag::kPortalPort, 3267);
  EXPECT_EQ(r.payload, expected);
  EXPECT_EQ(w.take(EsiEvent::Kind::Answered), std::vector<std::uint32_t>{7});
}

TEST(EsiMonitor, AsksAPortalThatTakesNothingElseBySignedMessages) {
  EsiWorld w;
  w.watch(7, kUdp);
  w.watch(8, kOtherUdp);
  w.portals.portals[7].signs = true;
  w.network.runFor(seconds(61));
  ASSERT_EQ(w.receivedBy(kUdp).size(), 1U);
  ASSERT_EQ(w.receivedBy(kOtherUdp).size(), 1U);
  EXPECT_TRUE(w.receivedBy(kUdp)[0].sign);
  EXPECT_FALSE(w.receivedBy(kOtherUdp)[0].sign);
}

TEST(EsiMonitor, TheNextIntervalBeginsWithTheAnswer) {
  for (const Endpoint& e : {kUdp, kTcp}) {
    EsiWorld w;
    w.network.peer(e).latency = seconds(4);
    w.watch(7, e);
    w.network.runFor(seconds(300));
    const auto& r = w.received();
    ASSERT_GE(r.size(), 3U);
    EXPECT_GE(r[1].time - r[0].time, seconds(64));
    EXPECT_LE(r[1].time - r[0].time, seconds(70));
    EXPECT_EQ(w.lost().size(), 0U);
  }
}

TEST(EsiMonitor, ASilentPortalIsLostAfterThreeInquiriesWithinTwiceTheInterval) {
  for (const Endpoint& e : {kUdp, kTcp}) {
    for (const std::uint32_t interval : {2U, 20U, 60U, 3600U}) {
      EsiWorld w;
      w.network.peer(e).mode = Mode::Silent;
      w.watch(7, e, interval);
      w.network.runTo(seconds(2 * interval) - ms(1));
      ASSERT_EQ(w.received().size(), 3U);
      for (const Received& r : w.received()) {
        EXPECT_LT(r.time, seconds(2 * interval));
        EXPECT_EQ(r.header.transactionId, w.received()[0].header.transactionId);
      }
      EXPECT_GE(w.received()[2].time, seconds(interval) * 3 / 2) << "spread over the interval";
      EXPECT_EQ(w.lost().size(), 0U);
      w.network.runFor(ms(1002));
      EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
      EXPECT_EQ(w.monitor.monitored(), 0U);
      w.network.runFor(seconds(10 * interval));
      EXPECT_EQ(w.received().size(), 3U);
    }
  }
}

TEST(EsiMonitor, APortalThatRefusesOrClosesIsLostAfterTwiceTheIntervalToo) {
  for (const Mode mode : {Mode::Refuse, Mode::Hang, Mode::CloseOnConnect, Mode::CloseOnMessage}) {
    EsiWorld w;
    w.network.peer(kTcp).mode = mode;
    w.watch(7, kTcp, 60);
    w.network.runTo(seconds(119));
    EXPECT_EQ(w.network.connects, 3U);
    EXPECT_EQ(w.lost().size(), 0U);
    w.network.runTo(seconds(122));
    EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
  }
}

TEST(EsiMonitor, OneAnswerWithinTheRoundSavesThePortal) {
  for (const Endpoint& e : {kUdp, kTcp}) {
    EsiWorld w;
    w.network.peer(e).mode = Mode::Silent;
    w.watch(7, e, 60);
    w.network.runTo(seconds(90));
    w.network.peer(e).mode = Mode::Answer;
    w.network.runTo(seconds(150));
    EXPECT_EQ(w.received().size(), 3U);
    EXPECT_EQ(w.lost().size(), 0U);
    EXPECT_EQ(w.monitor.counters().answered, 1U);
    w.network.runTo(seconds(170));
    EXPECT_EQ(w.monitor.counters().answered, 2U);
  }
}

TEST(EsiMonitor, ALateAnswerOverUdpCounts) {
  EsiWorld w;
  w.network.peer(kUdp).latency = seconds(15);  // longer than the destination waits
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(1000));
  EXPECT_EQ(w.lost().size(), 0U);
  EXPECT_GE(w.monitor.counters().answered, 10U);
}

TEST(EsiMonitor, AnAnswerFromAnotherAddressOfTheHostCounts) {
  EsiWorld w;
  w.network.peer(kUdp).answersFrom = [] { return kOtherUdp; };
  w.watch(7, kUdp, 60);
  w.watch(8, kOtherUdp, 60);
  w.network.runTo(seconds(1000));
  EXPECT_EQ(w.lost().size(), 0U);
  EXPECT_EQ(w.monitor.counters().sent, w.monitor.counters().answered);
}

TEST(EsiMonitor, AnAnswerFromAnAddressThatIsNotTheHostsDoesNotCount) {
  EsiWorld w;
  w.network.peer(kUdp).answersFrom = [] { return kOtherUdp; };
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(130));
  EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
  EXPECT_EQ(w.monitor.counters().answered, 0U);
}

TEST(EsiMonitor, AnAnswerWithAnErrorDoesNotCount) {
  EsiWorld w;
  w.network.peer(kUdp).status = 15;
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(130));
  EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
  EXPECT_EQ(w.monitor.counters().rejected, 3U);
  EXPECT_EQ(w.received().size(), 3U);
}

TEST(EsiMonitor, AnAnswerAboutAnotherPortalDoesNotCount) {
  EsiWorld w;
  w.network.peer(kUdp).editAnswer = [](base::Bytes& answer) { answer.back() ^= 1; };
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(130));
  EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
}

TEST(EsiMonitor, AnAnswerWithoutAttributesOrWithItsOwnSpellingOfTheEntityCounts) {
  const std::function<void(base::Bytes&)> edits[] = {
      [](base::Bytes& answer) { answer.resize(4); },
      [](base::Bytes& answer) { answer[4 + 16 + 8] = 'H'; },
  };
  for (const auto& edit : edits) {
    EsiWorld w;
    w.network.peer(kUdp).editAnswer = edit;
    w.watch(7, kUdp, 60);
    w.network.runTo(seconds(130));
    EXPECT_EQ(w.lost().size(), 0U);
    EXPECT_EQ(w.monitor.counters().answered, 2U);
  }
}

TEST(EsiMonitor, EveryPortalIsAskedAlsoOverOneSharedPort) {
  EsiWorld w;
  for (std::uint32_t id = 1; id <= 10; ++id) w.watch(id, kUdp, 60);
  for (std::uint32_t id = 11; id <= 20; ++id) w.watch(id, kTcp, 60);
  w.network.peer(kUdp).latency = ms(100);
  w.network.peer(kTcp).latency = ms(100);
  w.network.runTo(seconds(65));
  EXPECT_EQ(w.take(EsiEvent::Kind::Answered).size(), 20U);
  EXPECT_EQ(w.network.connects, 1U);
}

TEST(EsiMonitor, InquiriesAndNotificationsShareOneConnectionOneAfterTheOther) {
  EsiWorld w;
  w.directory.add(1, {{kTcp, 7}});
  w.network.peer(kTcp).latency = seconds(1);
  w.watch(7, kTcp, 60);
  w.network.runTo(seconds(60));
  w.notify(1, eventAbout("iqn.a"));
  w.network.runTo(ms(62'500));  // the inquiry is answered, the notification is under way
  w.notify(1, eventAbout("iqn.b"));
  w.network.runTo(seconds(80));  // FakeNetwork checks both rules
  EXPECT_EQ(w.notifier.counters().acknowledged, 2U);
  EXPECT_EQ(w.monitor.counters().answered, 1U);
  EXPECT_EQ(w.network.connects, 1U);
}

TEST(EsiMonitor, OurOwnCongestionCostsNoPortal) {
  core::OutboundOptions options;
  options.maxConnecting = 1;
  options.keepConnection = seconds(0);
  EsiWorld w(options);
  // Connects that hang, ahead of the inquiries, for longer than a round.
  for (std::uint32_t node = 1; node <= 60; ++node) {
    w.directory.add(node, {{endpoint(100 + node, 4000), node}});
    w.network.peer(endpoint(100 + node, 4000)).mode = Mode::Hang;
  }
  w.watch(7, kTcp, 20);
  w.network.runTo(seconds(15));
  for (std::uint32_t node = 1; node <= 60; ++node) w.notify(node, eventAbout("iqn.a"));
  w.network.runTo(seconds(2000));
  EXPECT_EQ(w.lost().size(), 0U);
  EXPECT_GE(w.monitor.counters().answered, 10U);
}

TEST(EsiMonitor, AnInquiryThatNeverGotItsTurnIsNoneOfTheThree) {
  EsiWorld w;
  w.network.peer(kUdp).mode = Mode::Silent;
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(59));
  for (std::uint32_t node = 1; node <= 2; ++node) {
    w.directory.add(node, {{kUdp, 7}});
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.runTo(seconds(200));
  std::vector<Duration> inquiries;
  for (const Received& r : w.received()) {
    if (r.header.function == isns::idOf(isns::Function::ESI)) inquiries.push_back(r.time);
  }
  ASSERT_EQ(inquiries.size(), 3U);
  EXPECT_GE(inquiries[0], seconds(99)) << "the notifications were given up first";
  EXPECT_GE(inquiries[1] - inquiries[0], seconds(20)) << "the round begins with its first transmission";
  EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
}

TEST(EsiMonitor, AfterAStartInquiriesAreSpreadOverTheIntervalAndARoundIsGranted) {
  EsiWorld w;
  for (std::uint32_t id = 1; id <= 100; ++id) {
    w.random = id * 42'949'672;  // id hundredths of all 32 bits
    w.network.peer(endpoint(id, 5000, true)).mode = Mode::Silent;
    w.watch(id, endpoint(id, 5000, true), 100, EsiStart::Restarted);
  }
  w.network.runTo(ms(100'900));
  for (std::uint32_t id = 1; id <= 100; ++id) {
    const Duration first = w.receivedBy(endpoint(id, 5000, true)).at(0).time;
    EXPECT_GE(first, seconds(id) - ms(100));
    EXPECT_LE(first, seconds(id) + ms(200));
  }
  EXPECT_EQ(w.lost().size(), 0U);
  w.network.runTo(seconds(202));
  EXPECT_EQ(w.lost().size(), 100U);
}

TEST(EsiMonitor, APortalThatIsIgnoredIsNeitherAskedNorLost) {
  EsiWorld w;
  w.network.peer(kUdp).mode = Mode::Silent;
  w.watch(7, kUdp, 60);
  w.watch(8, kUdp, 60);
  w.network.runTo(seconds(65));
  w.monitor.ignore(7);
  w.monitor.ignore(7);
  w.portals.portals.erase(8);  // gone from the registry without a word
  w.network.runTo(seconds(1000));
  EXPECT_EQ(w.lost().size(), 0U);
  EXPECT_EQ(w.monitor.monitored(), 0U);
  EXPECT_EQ(w.monitor.nextDeadline(), base::kNever);
}

TEST(EsiMonitor, ARegistrationDoesNotEndTheRoundOfASilentPortal) {
  EsiWorld w;
  w.network.peer(kUdp).mode = Mode::Silent;
  w.watch(7, kUdp, 60);
  for (int i = 0; i < 12; ++i) {
    w.network.runFor(seconds(10));
    w.monitor.monitor(7, 60, EsiStart::Registered, at(w.network.time()));
  }
  w.network.runFor(seconds(1));
  EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
}

TEST(EsiMonitor, AnotherIntervalCountsFromNow) {
  EsiWorld w;
  w.watch(7, kUdp, 3600);
  w.network.runTo(seconds(10));
  w.monitor.monitor(7, 20, EsiStart::Registered, at(w.network.time()));
  w.network.runTo(seconds(31));
  EXPECT_EQ(w.received().size(), 1U);
}

TEST(EsiMonitor, AnotherIntervalInTheMiddleOfARoundKeepsTheRound) {
  EsiWorld w;
  w.network.peer(kUdp).mode = Mode::Silent;
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(65));
  w.monitor.monitor(7, 30, EsiStart::Registered, at(w.network.time()));
  w.network.runTo(seconds(200));
  EXPECT_EQ(w.received().size(), 3U);
  EXPECT_EQ(w.lost(), std::vector<std::uint32_t>{7});
}

TEST(EsiMonitor, APortalThatIsMonitoredAnewWhileItsInquiryIsOutStaysMonitored) {
  EsiWorld w;
  w.network.peer(kUdp).latency = seconds(3);
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(61));
  w.monitor.ignore(7);
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(1000));
  EXPECT_EQ(w.lost().size(), 0U);
  EXPECT_GE(w.monitor.counters().answered, 10U);
}

TEST(EsiMonitor, AnEsiPortThatMovesIsAskedAtItsNewPlace) {
  EsiWorld w;
  w.network.peer(kUdp).mode = Mode::Silent;
  w.watch(7, kUdp, 60);
  w.network.runTo(seconds(65));
  w.portals.add(7, kTcp);
  w.network.runTo(seconds(119));
  EXPECT_EQ(w.receivedBy(kTcp).size(), 1U);
  EXPECT_EQ(w.lost().size(), 0U);
}

// The rule for the entity: what the owner does with a lost portal (RFC 4171 6.3.4).
TEST(EsiMonitor, WithItsLastPortalLostAnEntityGoesAfterTwoIntervalsOfSilence) {
  for (const bool heard : {false, true}) {
    EsiWorld w;
    core::Liveness liveness{TimePoint()};
    liveness.track(1, 0, at({}));
    w.network.peer(kUdp).mode = Mode::Silent;
    w.watch(7, kUdp, 60);
    w.network.runTo(seconds(100));
    if (heard) liveness.contact(1, at(w.network.time()));
    w.network.runTo(seconds(121));
    ASSERT_EQ(w.lost().size(), 1U);
    liveness.track(1, 2 * 60, at(w.network.time()));
    EXPECT_EQ(liveness.expired(at(seconds(122))).size(), heard ? 0U : 1U);
    EXPECT_EQ(liveness.expired(at(seconds(220))).size(), 0U);
    EXPECT_EQ(liveness.expired(at(seconds(221))).size(), heard ? 1U : 0U);
  }
}

TEST(EsiMonitor, AHundredThousandIdlePortalsCostNothingButTheirMemory) {
  EsiWorld w;
  for (std::uint32_t id = 1; id <= 100'000; ++id) {
    w.portals.add(id, kUdp);
    w.monitor.monitor(id, 3600, EsiStart::Registered, at({}));
  }
  EXPECT_LE(w.monitor.bytes(), 100'000U * 64);
  EXPECT_GE(w.monitor.nextDeadline(), TimePoint(seconds(600)));
}

}  // namespace
