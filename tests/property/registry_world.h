// A server core over a store in memory that takes whatever requests it is given, and the rules that its state must
// keep whatever they were. Shared by the property test and the fuzz target of the registry. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "db/memory/memory_store.h"
#include "isns-server/core/derived.h"
#include "isns-server/core/store_loader.h"
#include "shared/isns/tlv.h"

namespace property {

// The first broken rule of a state, or nothing.
class StateRules {
 public:
  explicit StateRules(const core::State& state) : s_(state) {}

  std::optional<std::string> broken() {
    entities();
    portals();
    nodes();
    groups();
    fcPorts();
    domains();
    uniqueKeys();
    return broken_;
  }

 private:
  void rule(bool holds, const std::string& what) {
    if (!holds && !broken_) broken_ = what;
  }
  void entities() {
    s_.entities.forEach([&](core::Index i, const core::Entity& entity) {
      rule(entity.index == i, "an object knows its index");
      rule(!entity.nodes.empty() || !entity.portals.empty() || !entity.fcPorts.empty(), "an entity holds something");
      entity.nodes.forEach([&](core::Index n) {
        rule(s_.nodes.get(n) != nullptr && s_.nodes.get(n)->entity == i, "an entity's node names it");
      });
      entity.portals.forEach([&](core::Index p) {
        rule(s_.portals.get(p) != nullptr && s_.portals.get(p)->entity == i, "an entity's portal names it");
      });
      // Every node of an entity meets every portal of it (RFC 4171 6.5.4).
      entity.nodes.forEach([&](core::Index n) {
        entity.portals.forEach([&](core::Index p) {
          bool met = false;
          s_.nodes.get(n)->groups.forEach([&](core::Index g) { met |= s_.groups.get(g)->portal == p; });
          rule(met, "a portal group joins each node and portal of an entity");
        });
      });
    });
  }
  void portals() {
    s_.portals.forEach([&](core::Index i, const core::Portal& portal) {
      rule(portal.registered() || !portal.groups.empty() || !portal.domains.empty(), "a portal placeholder is needed");
      if (portal.registered()) rule(s_.entities.get(portal.entity) != nullptr, "a portal's entity is there");
      portal.groups.forEach([&](core::Index g) {
        rule(s_.groups.get(g) != nullptr && s_.groups.get(g)->portal == i, "a portal's group names it");
      });
      portal.domains.forEach([&](core::Index d) {
        rule(s_.domains.get(d) != nullptr && s_.domains.get(d)->portals.contains(i), "a portal's domain names it");
      });
    });
  }
  void nodes() {
    s_.nodes.forEach([&](core::Index i, const core::Node& node) {
      rule(node.registered() || !node.groups.empty() || !node.domains.empty(), "a node placeholder is needed");
      if (node.registered()) {
        const core::Entity* entity = s_.entities.get(node.entity);
        rule(entity != nullptr && entity->nodes.contains(i), "a node's entity names it");
      }
      rule(node.ways == core::findWays(s_, node), "the ways to a node follow from its portal groups");
      node.domains.forEach([&](core::Index d) {
        rule(s_.domains.get(d) != nullptr && s_.domains.get(d)->nodes.contains(i), "a node's domain names it");
      });
    });
  }
  void groups() {
    s_.groups.forEach([&](core::Index i, const core::PortalGroup& group) {
      const core::Node* node = s_.nodes.get(group.node);
      const core::Portal* portal = s_.portals.get(group.portal);
      rule(node != nullptr && portal != nullptr, "both halves of a portal group are there");
      if (node == nullptr || portal == nullptr) return;
      rule(node->groups.contains(i) && portal->groups.contains(i), "both halves of a portal group name it");
      rule(node->registered() || portal->registered(), "a portal group has a registered half");
    });
  }
  void fcPorts() {
    s_.fcPorts.forEach([&](core::Index i, const core::FcPort& port) {
      rule(port.registered() || !port.domains.empty(), "an FC port placeholder is needed");
      if (port.device == 0) return;
      const core::FcDevice* device = s_.fcDevices.get(port.device);
      rule(device != nullptr && device->ports.contains(i), "an FC port's device names it");
    });
    s_.fcDevices.forEach([&](core::Index, const core::FcDevice& device) {
      device.ports.forEach([&](core::Index p) { rule(s_.fcPorts.get(p) != nullptr, "a device's port is there"); });
    });
  }
  void domains() {
    s_.domains.forEach([&](core::Index i, const core::Domain& domain) {
      rule(domain.enabled == core::inEnabledSet(s_, domain), "whether a domain is enabled follows from its sets");
      domain.nodes.forEach([&](core::Index n) {
        rule(s_.nodes.get(n) != nullptr && s_.nodes.get(n)->domains.contains(i), "a domain's node names it");
      });
      domain.sets.forEach([&](core::Index d) {
        rule(s_.sets.get(d) != nullptr && s_.sets.get(d)->domains.contains(i), "a domain's set names it");
      });
    });
    s_.sets.forEach([&](core::Index i, const core::DomainSet& set) {
      set.domains.forEach([&](core::Index d) {
        rule(s_.domains.get(d) != nullptr && s_.domains.get(d)->sets.contains(i), "a set's domain names it");
      });
    });
  }
  void uniqueKeys() {
    std::set<std::string> seen;
    const auto once = [&](const char* what, std::string_view key) {
      rule(seen.insert(what + std::string(key)).second, std::string(what) + " is unique");
    };
    s_.entities.forEach([&](core::Index, const core::Entity& o) { once("EID ", o.attributes.text(isns::tag::kEntityId)); });
    s_.nodes.forEach([&](core::Index, const core::Node& o) { once("name ", o.name()); });
    s_.portals.forEach([&](core::Index, const core::Portal& o) {
      once("portal ", base::asText(base::ByteView(core::PortalKey::of(o).bytes)));
    });
    s_.domains.forEach([&](core::Index, const core::Domain& o) { once("domain ", o.attributes.text(isns::tag::kDdName)); });
    s_.sets.forEach([&](core::Index, const core::DomainSet& o) { once("set ", o.attributes.text(isns::tag::kDdsName)); });
    s_.groups.forEach([&](core::Index, const core::PortalGroup& o) {
      once("group ", std::to_string(o.node) + "/" + std::to_string(o.portal));
    });
  }

  const core::State& s_;
  std::optional<std::string> broken_;
};

// The facts of a state as text: what the store keeps, and so what must be there after a restart.
inline std::string facts(const core::State& state) {
  std::string text;
  core::forEachObjectType([&]<class T>(T*) {
    state.table<T>().forEach([&](core::Index i, const T& object) {
      text += std::to_string(static_cast<int>(T::kType)) + ":" + std::to_string(i) + " " +
              std::to_string(object.created) + " " + std::to_string(object.changed) + " ";
      text += base::asText(object.attributes.bytes());
      const auto ids = [&](const base::IdSet& set) {
        set.forEach([&](core::Index id) { text += " " + std::to_string(id); });
        text += ";";
      };
      if constexpr (requires { object.entity; }) text += std::to_string(object.entity);
      if constexpr (requires { object.domains; }) ids(object.domains);
      if constexpr (requires { object.groups; }) ids(object.groups);
      if constexpr (requires { object.sets; }) ids(object.sets);
      if constexpr (requires { object.nodes; }) ids(object.nodes);
      if constexpr (requires { object.ways; }) {
        for (const core::Way& way : object.ways.items()) text += " by " + std::to_string(way.group);
      }
      if constexpr (requires { object.portals; }) ids(object.portals);
      if constexpr (requires { object.fcPorts; }) ids(object.fcPorts);
      if constexpr (requires { object.ports; }) ids(object.ports);
      if constexpr (requires { object.device; }) text += " " + std::to_string(object.device);
      if constexpr (requires { object.tag; }) {
        text += " " + std::to_string(object.node) + " " + std::to_string(object.portal) + " " + std::to_string(object.tag);
      }
      text += '\n';
    });
  });
  return text;
}

// One event of an SCN: who was told, of which node, and the bitmap.
struct Told {
  std::string listener;
  std::string subject;
  std::uint32_t bits = 0;
};

// The rows of the database do not load.
struct Damaged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class RegistryWorld {
 public:
  explicit RegistryWorld(bool defaultDomain = false,
                         std::shared_ptr<memory::MemoryDatabase> database =
                             std::make_shared<memory::MemoryDatabase>(core::schema()),
                         std::size_t scnPortion = kPortion)
      : database_(std::move(database)), store_(database_), scnPortion_(scnPortion) {
    policy_.defaultDomain = defaultDomain;
    policy_.maxObjects = 200;
    policy_.scnQueueEvents = 4;
    core::ControlNode control;
    control.name = "isns.control";
    control.addresses.push_back({isns::IpAddress{}, 0});
    control.addresses.push_back({mapped(127, 0, 0, 1), 128});
    policy_.controlNodes.push_back(control);
    start();
  }

  // Sends one message, commits what it changed, answers every SCN; the status of the answer.
  std::uint32_t send(std::uint16_t function, std::uint16_t flags, base::ByteView payload, bool control) {
    told_.clear();
    const std::uint32_t status = sendOnly(function, flags, payload, control);
    deliver();
    return status;
  }
  // The same without a word to those who must know: that is for deliver().
  std::uint32_t sendOnly(std::uint16_t function, std::uint16_t flags, base::ByteView payload, bool control) {
    isns::Message message;
    message.function = function;
    message.flags = flags;
    message.transactionId = ++transaction_;
    message.payload = payload;
    core::Arrival arrival;
    arrival.peer.address = control ? mapped(127, 0, 0, 1) : mapped(10, 0, 0, 1);
    core::Session session{1, 0};
    (void)server_->lookahead().expect(message);
    server_->lookahead().fetch();
    lastAnswer_.clear();
    base::Bytes& answer = lastAnswer_;
    const auto disposition = server_->onMessage(session, arrival, message, now(), answer).disposition;
    if (disposition == core::Disposition::Held) answer = commit();
    (void)commit();
    (void)server_->takeNotices();
    if (answer.size() < isns::kPduHeaderSize + 4) return 0xffffffff;
    return base::loadU32(answer.data() + isns::kPduHeaderSize);
  }

  void setScnQueueEvents(std::uint32_t events) {
    policy_.scnQueueEvents = events;
    server_->setPolicy(policy_, now());
  }
  // One portion of what waits.
  bool queueScns() { return server_->queueScns(); }
  void deliver() {
    core::OutboundActions actions;
    bool waiting = false;
    do {
      waiting = server_->queueScns();
      server_->outbound().takeActions(64, now(), actions);
      const core::OutboundActions taken = actions;
      for (const core::OutboundAction& action : taken.list) {
        using Kind = core::OutboundAction::Kind;
        if (action.kind == Kind::Connect) server_->outbound().onConnected(action.destination, now());
        if (action.kind != Kind::SendTcp) continue;
        const isns::PduHeader header = isns::loadPduHeader(taken.bytesOf(action).data());
        if (header.function == isns::idOf(isns::Function::SCN)) record(taken.bytesOf(action).subspan(isns::kPduHeaderSize));
        base::Bytes reply(4);
        isns::Message answer;
        answer.function = header.function | isns::kResponseBit;
        answer.transactionId = header.transactionId;
        answer.payload = reply;
        server_->outbound().onResponse(action.destination, answer, now());
      }
    } while (waiting || !actions.list.empty() || server_->outbound().more());
    server_->settle(now());
  }


  void forgetTold() { told_.clear(); }

  // The whole message that send() was answered with, and what nodes were told since.
  [[nodiscard]] const base::Bytes& lastAnswer() const { return lastAnswer_; }
  [[nodiscard]] const std::vector<Told>& told() const { return told_; }

  void advance(std::chrono::seconds by) {
    told_.clear();
    time_ += by;
    wall_ += by;
    server_->onTimer(now());
    (void)commit();
    deliver();
  }

  // Loads a second server from the store; its state must be this one's.
  [[nodiscard]] std::string factsAfterRestart() {
    core::Server again(policy_, options(), now());
    load(again);
    return facts(again.snapshot());
  }
  // Goes on with a server that has loaded what the store holds.
  void restart() {
    server_.reset();
    start();
  }
  [[nodiscard]] const core::State& state() const { return server_->snapshot(); }

 private:
  static constexpr std::size_t kPortion = 3;  // of a few listeners, so that most changes are told in several

  static isns::IpAddress mapped(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    isns::IpAddress address{};
    address[10] = address[11] = 0xff;
    address[12] = a;
    address[13] = b;
    address[14] = c;
    address[15] = d;
    return address;
  }
  [[nodiscard]] core::ServerOptions options() const {
    core::ServerOptions options;
    options.scnPortion = scnPortion_;
    options.random = [] { return 0U; };
    return options;
  }
  [[nodiscard]] base::Now now() const { return {time_, wall_}; }

  void load(core::Server& server) {
    core::StoreLoader loader(server, [this] { return now(); });
    if (auto info = store_.load(loader); !info) throw Damaged(info.error().text);
  }
  void start() {
    server_ = std::make_unique<core::Server>(policy_, options(), now());
    load(*server_);
    epoch_ = store_.lease(store::LeaseAction::Acquire, "test", {})->epoch;
    (void)commit();
  }
  base::Bytes commit() {
    base::Bytes answers;
    while (auto batch = server_->takeBatch()) {
      const bool good = store_.commit(*batch, epoch_).ok();
      if (!good) throw std::runtime_error("the store does not take the batch");
      server_->onCommitted(std::move(*batch), core::CommitResult::Committed, now());
      answers = server_->releases().bytes;
      server_->released();
    }
    return answers;
  }
  // An SCN: who is told, the time, then the events, each begun by its bitmap (RFC 4171 5.6.5.8).
  void record(base::ByteView payload) {
    isns::AttributeReader reader(payload);
    Told one;
    for (isns::Attribute a; reader.next(a);) {
      if (a.tag == isns::tag::kScnBitmap || a.tag == isns::tag::kIfcpScnBitmap) {
        one.bits = a.u32();
      } else if (a.tag == isns::tag::kIscsiName) {
        if (one.bits == 0) {
          one.listener = a.text();
        } else {
          one.subject = a.text();
          told_.push_back(one);
        }
      }
    }
  }

  core::Policy policy_;
  std::shared_ptr<memory::MemoryDatabase> database_;
  memory::MemoryStore store_;
  const std::size_t scnPortion_;
  std::unique_ptr<core::Server> server_;
  std::uint64_t epoch_ = 0;
  std::uint16_t transaction_ = 0;
  base::Bytes lastAnswer_;
  std::vector<Told> told_;
  base::TimePoint time_{std::chrono::hours(1)};
  base::WallTime wall_{std::chrono::seconds(1'700'000'000)};
};

}  // namespace property
