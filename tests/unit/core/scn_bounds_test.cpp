// What is bounded in SCN delivery: waiting events, the size of a message, reports.

#include "tests/unit/core/scn_fixture.h"

namespace {

using namespace test;
using Mode = Peer::Mode;

const Endpoint kA = endpoint(1, 4000);
const Endpoint kUdpA = endpoint(1, 5000, true);

TEST(ScnNotifier, ManyWaitingEventsBecomeOneThatSaysLookAgain) {
  core::ScnOptions options;
  options.maxEventsPerRecipient = 10;
  ScnWorld w({}, options);
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).latency = seconds(1);
  for (int i = 0; i < 10; ++i) w.notify(1, eventAbout("iqn.a" + std::to_string(i)));
  EXPECT_EQ(w.notifier.counters().overflowed, 0U);
  for (int i = 10; i < 25; ++i) w.notify(1, eventAbout("iqn.a" + std::to_string(i)));
  EXPECT_EQ(w.notifier.counters().overflowed, 25U);
  EXPECT_EQ(w.notifier.events(), 1U);
  w.network.runFor(seconds(10));
  ASSERT_EQ(w.received().size(), 1U);
  const Scn scn = Scn::parse(w.received()[0]);
  ASSERT_EQ(scn.events.size(), 1U);
  EXPECT_EQ(scn.events[0], eventAbout(nodeName(1), isns::scn::kObjectUpdated)->tlvs);
}

TEST(ScnNotifier, AnOverflowLeavesTheMessageUnderWayAlone) {
  core::ScnOptions options;
  options.maxEventsPerRecipient = 2;
  ScnWorld w({}, options);
  w.directory.add(1, {{kA, 11}});
  w.network.peer(kA).mode = Mode::Silent;
  w.notify(1, eventAbout("iqn.first"));
  w.network.run();
  for (int i = 0; i < 5; ++i) w.notify(1, eventAbout("iqn.a" + std::to_string(i)));
  w.network.peer(kA).mode = Mode::Answer;
  w.network.runFor(seconds(30));
  ASSERT_EQ(w.received().size(), 3U);
  EXPECT_EQ(w.received()[1].payload, w.received()[0].payload);
  EXPECT_EQ(Scn::parse(w.received()[2]).events[0], eventAbout(nodeName(1), isns::scn::kObjectUpdated)->tlvs);
}

TEST(ScnNotifier, TheBoundForAllKeepsOneEventARecipient) {
  core::ScnOptions options;
  options.maxEvents = 100;
  ScnWorld w({}, options);
  for (std::uint32_t node = 1; node <= 200; ++node) {
    w.directory.add(node, {{endpoint(node, 4000), node}});
    for (int i = 0; i < 5; ++i) w.notify(node, eventAbout("iqn.a" + std::to_string(i)));
  }
  EXPECT_LE(w.notifier.events(), 100U + 200U);
  w.network.run();
  EXPECT_EQ(w.received().size(), 200U);
  EXPECT_EQ(w.notifier.events(), 0U);
}

TEST(ScnNotifier, AMessageStaysWithinWhatClientsCanTake) {
  core::ScnOptions options;
  options.maxEventsPerRecipient = 1000;
  ScnWorld w({}, options);
  w.directory.add(1, {{kA, 11}});
  w.directory.add(2, {{kUdpA, 11}});
  for (std::uint32_t node = 1; node <= 2; ++node) {
    for (int i = 0; i < 300; ++i)
      w.notify(node, eventAbout("iqn.2004-01.com.example:storage.disk" + std::to_string(i)));
  }
  w.network.run();
  std::map<std::string, std::size_t> events;
  for (const Received& r : w.received()) {
    EXPECT_LE(r.payload.size() + isns::kPduHeaderSize, r.endpoint.udp ? 1400U : 8192U);
    const Scn scn = Scn::parse(r);
    events[scn.destination] += scn.events.size();
  }
  EXPECT_EQ(events[nodeName(1)], 300U);
  EXPECT_EQ(events[nodeName(2)], 300U);
}

TEST(ScnNotifier, ReportsOfWhatIsUndeliverableAreBounded) {
  core::ScnOptions options;
  options.retries = 0;
  ScnWorld w({}, options);
  for (std::uint32_t node = 1; node <= 5000; ++node) {
    w.directory.add(node, {{kA, 11}});
    w.notify(node, eventAbout("iqn.a"));
  }
  w.network.peer(kA).mode = Mode::Refuse;
  w.network.run();
  EXPECT_EQ(w.notifier.takeUndeliverable().size(), 4096U);
  EXPECT_EQ(w.notifier.counters().undeliverable, 5000U);
}

}  // namespace
