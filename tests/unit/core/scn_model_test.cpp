// SCN delivery against the plainest statement of what it owes: no event is lost without a word.

#include "tests/unit/core/scn_fixture.h"

namespace {

using namespace test;

// What each node is owed. An event is settled when the node has answered a message that left after the event came and
// holds it, or an overflow note; or when that message was reported as undeliverable.
class Model {
 public:
  void notified(std::uint32_t node, const base::Bytes& tlvs) { nodes_[node].owed.push_back({++clock_, tlvs}); }

  void sent(const Received& r) {
    Scn scn = Scn::parse(r);
    Node& node = nodes_[nodeOf(scn.destination)];
    if (node.transactionId == r.header.transactionId) return;  // a repetition, or for another port
    EXPECT_FALSE(node.underWay) << "a new message while the one before is neither answered nor given up";
    node.underWay = true;
    node.transactionId = r.header.transactionId;
    node.left = clock_;
    node.isOverflow = scn.events.size() == 1 && scn.events[0] == overflowNote(scn.destination);
    node.message = std::move(scn.events);
    for (const base::Bytes& event : node.message) {
      EXPECT_TRUE(node.isOverflow || node.owes(event)) << "an event that nobody caused";
    }
  }
  void answered(const Received& r) {
    Node& node = nodes_[nodeOf(Scn::parse(r).destination)];
    if (node.underWay && node.transactionId == r.header.transactionId) node.settleMessage();
  }
  void undeliverable(const core::ScnUndeliverable& report) {
    Node& node = nodes_[report.recipient.index];
    if (node.underWay) {
      EXPECT_EQ(report.events, node.message.size());
      node.settleMessage();
    } else {
      EXPECT_GT(report.events, 0U);
      EXPECT_LE(report.events, node.owed.size());
      node.owed.clear();
    }
  }
  void expectNothingOwed() const {
    for (const auto& [number, node] : nodes_) EXPECT_TRUE(node.owed.empty()) << "node " << number << " lost events";
  }

 private:
  struct Owed {
    std::uint64_t since;
    base::Bytes tlvs;
  };
  struct Node {
    std::vector<Owed> owed;
    bool underWay = false, isOverflow = false;
    std::uint16_t transactionId = 0;
    std::uint64_t left = 0;
    std::vector<base::Bytes> message;

    [[nodiscard]] bool owes(const base::Bytes& event) const {
      return std::any_of(owed.begin(), owed.end(), [&](const Owed& o) { return o.tlvs == event; });
    }
    void settleMessage() {
      underWay = false;
      std::erase_if(owed, [&](const Owed& o) {
        return o.since <= left && (isOverflow || std::find(message.begin(), message.end(), o.tlvs) != message.end());
      });
    }
  };
  static base::Bytes overflowNote(const std::string& name) { return ScnEvent::makeOverflow(nameTlv(name))->tlvs; }
  static std::uint32_t nodeOf(const std::string& name) {
    return static_cast<std::uint32_t>(std::stoul(name.substr(name.rfind("node") + 4)));
  }
  std::map<std::uint32_t, Node> nodes_;
  std::uint64_t clock_ = 0;
};

struct Run {
  explicit Run(unsigned seed) : random(seed) {}
  std::mt19937 random;
  unsigned upTo(unsigned n) { return static_cast<unsigned>(random() % n); }
};

core::OutboundOptions outboundOptions(Run& run) {
  core::OutboundOptions options;
  options.keepConnection = run.upTo(3) == 0 ? seconds(0) : seconds(run.upTo(40));
  options.maxConnecting = 1 + run.upTo(8);
  options.maxConnections = options.maxConnecting + run.upTo(10);
  return options;
}
core::ScnOptions scnOptions(Run& run) {
  core::ScnOptions options;
  options.maxEventsPerRecipient = 1 + run.upTo(12);
  options.maxEvents = 10 + run.upTo(200);
  options.retries = run.upTo(4);
  options.maxTcpMessage = 200 + run.upTo(1000);
  return options;
}

constexpr std::uint32_t kNodes = 12;
constexpr unsigned kEndpoints = 8;

Endpoint someEndpoint(Run& run) {
  const unsigned n = run.upTo(kEndpoints);
  return endpoint(n, 4000, n % 3 == 0);
}
void addNode(Run& run, FakeDirectory& directory, std::uint32_t node) {
  std::vector<core::ScnEndpoint> endpoints;
  for (unsigned i = 1 + run.upTo(3); i > 0; --i) endpoints.push_back({someEndpoint(run), 1 + run.upTo(5)});
  directory.add(node, endpoints);
}

// Peers change their ways, nodes are told and re-registered with other ports, while time passes. FakeNetwork checks the
// rules of connections and of outstanding messages at every step.
void run(unsigned seed, bool healthyEnd) {
  Run r(seed);
  ScnWorld w(outboundOptions(r), scnOptions(r));
  w.network.maxActions = 1 + r.upTo(20);
  Model model;
  const auto collect = [&] {
    for (const auto& report : w.notifier.takeUndeliverable()) model.undeliverable(report);
  };
  std::uint64_t acknowledged = 0;
  w.network.onAnswered = [&](const Received& message) {
    // An answer may cross with the closing of its connection; then the message is still owed.
    if (w.notifier.counters().acknowledged == acknowledged) return;
    acknowledged = w.notifier.counters().acknowledged;
    model.answered(message);
  };
  w.network.onReceived = [&](const Received& message) {
    collect();
    model.sent(message);
  };
  for (std::uint32_t node = 1; node <= kNodes; ++node) addNode(r, w.directory, node);
  for (int step = 0; step < 400; ++step) {
    const unsigned what = r.upTo(20);
    if (what < 12) {
      const std::uint32_t node = 1 + r.upTo(kNodes);
      const auto event = eventAbout("iqn.e" + std::to_string(r.upTo(30)), 1U << r.upTo(5), r.upTo(6));
      model.notified(node, event->tlvs);
      w.notify(node, event);
    } else if (what < 15) {
      Peer& peer = w.network.peer(someEndpoint(r));
      peer.mode = static_cast<Peer::Mode>(r.upTo(7));
      peer.latency = r.upTo(2) == 0 ? Duration{} : Duration(ms(r.upTo(8000)));
    } else if (what == 15) {
      addNode(r, w.directory, 1 + r.upTo(kNodes));
    } else if (what == 16) {
      w.network.closeByPeer(someEndpoint(r));
      collect();
    } else {
      w.network.runFor(ms(r.upTo(3000)));
      collect();
    }
    if (testing::Test::HasFailure()) break;
  }
  for (unsigned n = 0; n < kEndpoints && healthyEnd; ++n) w.network.peer(endpoint(n, 4000, n % 3 == 0)) = {};
  w.network.runFor(seconds(3000));
  collect();
  model.expectNothingOwed();
  EXPECT_EQ(w.notifier.recipients(), 0U);
  EXPECT_EQ(w.notifier.events(), 0U);
  EXPECT_EQ(w.notifier.counters().skipped, 0U);
  EXPECT_EQ(w.outbound.destinations(), 0U);
  EXPECT_EQ(w.outbound.connections(), 0U);
  EXPECT_EQ(w.outbound.nextDeadline(), base::kNever);
}

TEST(ScnModel, NoEventIsLostWhenPeersRecover) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    run(seed, true);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

TEST(ScnModel, NoEventIsLostWithoutAWordWhenPeersStayAsTheyAre) {
  for (unsigned seed = 1001; seed <= 1300; ++seed) {
    run(seed, false);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}

}  // namespace
