// What the tests of SCN delivery share: a directory of nodes, a parser of SCN messages, and a world of both with a
// FakeNetwork. One thread.
#pragma once

#include <map>

#include "isns-server/core/scn_notifier.h"
#include "tests/unit/core/fake_network.h"

namespace test {

using core::ScnEvent;
using core::ScnRecipient;
using EventRef = base::Ref<const ScnEvent>;

inline base::Bytes nameTlv(std::string_view name) {
  base::Bytes bytes;
  isns::AttributeWriter(bytes).text(isns::tag::kIscsiName, name);
  return bytes;
}
inline std::string nodeName(std::uint32_t node) { return "iqn.2004-01.example:node" + std::to_string(node); }
inline EventRef eventAbout(std::string_view name, std::uint32_t bitmap = isns::scn::kObjectAdded,
                           std::uint32_t subjectPortal = 0) {
  return ScnEvent::make(bitmap, nameTlv(name), subjectPortal);
}

struct FakeDirectory final : core::ScnDirectory {
  struct Node {
    base::Bytes name;
    std::vector<core::ScnEndpoint> endpoints;
    std::vector<isns::IpAddress> silent;  // addresses of portals without an SCN port
    std::vector<core::Endpoint> signing;
  };
  std::map<std::uint32_t, Node> nodes;
  std::vector<std::uint32_t> heard;  // from whom, in order

  void add(std::uint32_t node, std::vector<core::ScnEndpoint> endpoints) {
    nodes[node] = {nameTlv(nodeName(node)), std::move(endpoints), {}, {}};
  }
  void endpointsOf(ScnRecipient recipient, std::vector<core::ScnEndpoint>& out) const override {
    const auto found = nodes.find(recipient.index);
    if (found != nodes.end()) out.insert(out.end(), found->second.endpoints.begin(), found->second.endpoints.end());
  }
  base::ByteView nameOf(ScnRecipient recipient) const override {
    const auto found = nodes.find(recipient.index);
    return found == nodes.end() ? base::ByteView{} : base::ByteView(found->second.name);
  }
  bool livesAt(ScnRecipient recipient, const isns::IpAddress& ip) const override {
    const auto found = nodes.find(recipient.index);
    if (found == nodes.end()) return false;
    const auto& [name, endpoints, silent, signing] = found->second;
    return std::find(silent.begin(), silent.end(), ip) != silent.end() ||
           std::any_of(endpoints.begin(), endpoints.end(),
                       [&](const core::ScnEndpoint& at) { return at.endpoint.ip == ip; });
  }
  void heardFrom(ScnRecipient recipient, base::Now) override { heard.push_back(recipient.index); }
  bool signsAt(ScnRecipient recipient, const core::Endpoint& endpoint) const override {
    const auto found = nodes.find(recipient.index);
    return found != nodes.end() && std::ranges::find(found->second.signing, endpoint) != found->second.signing.end();
  }
};

// One SCN as a client reads it: events are separated by bitmaps (RFC 4171 5.6.5.8).
struct Scn {
  std::string destination;
  std::uint64_t timestamp = 0;
  std::vector<base::Bytes> events;  // TLVs from a bitmap to the next

  static Scn parse(const Received& r) {
    Scn scn;
    EXPECT_EQ(r.header.function, isns::idOf(isns::Function::SCN));
    isns::AttributeReader reader(r.payload);
    isns::Attribute attribute;
    EXPECT_TRUE(reader.next(attribute));
    EXPECT_EQ(attribute.tag, isns::tag::kIscsiName);
    scn.destination = attribute.text();
    EXPECT_TRUE(reader.next(attribute));
    EXPECT_EQ(attribute.tag, isns::tag::kTimestamp);
    scn.timestamp = attribute.u64();
    while (reader.next(attribute)) {
      if (attribute.tag == isns::tag::kScnBitmap) scn.events.emplace_back();
      if (scn.events.empty()) {
        ADD_FAILURE() << "an event without its bitmap";
        break;
      }
      isns::AttributeWriter(scn.events.back()).copy(attribute);
    }
    EXPECT_EQ(reader.status(), isns::Status::Successful);
    return scn;
  }
};

struct ScnWorld {
  explicit ScnWorld(const core::OutboundOptions& options = {}, const core::ScnOptions& scn = {})
      : outbound(options, TimePoint()), notifier(outbound, directory, scn), network(outbound) {
    network.maxConnecting = options.maxConnecting;
    network.maxConnections = options.maxConnections;
    network.scnAttempts = scn.retries + 1;
  }
  void notify(std::uint32_t node, const EventRef& event) {
    notifier.notify(ScnRecipient{isns::ObjectType::Node, node}, event);
  }
  [[nodiscard]] std::vector<Received>& received() { return network.received; }
  [[nodiscard]] std::vector<Received> receivedBy(const Endpoint& e) const {
    std::vector<Received> list;
    for (const Received& r : network.received) {
      if (r.endpoint == e) list.push_back(r);
    }
    return list;
  }

  FakeDirectory directory;
  core::Outbound outbound;
  core::ScnNotifier notifier;
  FakeNetwork network;
};

}  // namespace test
