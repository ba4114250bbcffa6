// What a plan of SCNs compares: storage nodes as they are on one side of a change, and what happened to one of them.
//
// Refers to the states of the transaction that is planned for. Internal to scn_planner.cpp, scn_changes.cpp and
// scn_sight.cpp.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "isns-server/core/lookahead.h"
#include "isns-server/core/scn_event.h"
#include "isns-server/core/scn_notifier.h"
#include "isns-server/core/transaction.h"
#include "isns-server/core/visibility.h"

namespace core::planning {

inline constexpr std::uint32_t kObjectBits =
    isns::scn::kObjectUpdated | isns::scn::kObjectAdded | isns::scn::kObjectRemoved;

using StorageKey = std::pair<ObjectType, Index>;

// An iSCSI node or an FC port, as SCNs see them: somebody who may be told, and somebody to tell about.
struct StorageNode {
  ObjectType type = ObjectType::None;
  Index index = 0;
  std::uint32_t bitmap = 0;  // registered for
  bool registered = false;
  const base::IdSet* domains = nullptr;
  const isns::AttributeList* attributes = nullptr;

  StorageNode() = default;
  explicit StorageNode(const Node& o)
      : type(ObjectType::Node),
        index(o.index),
        bitmap(o.scnBitmap()),
        registered(o.registered()),
        domains(&o.domains),
        attributes(&o.attributes) {}
  explicit StorageNode(const FcPort& o)
      : type(ObjectType::FcPort),
        index(o.index),
        bitmap(o.scnBitmap()),
        registered(o.registered()),
        domains(&o.domains),
        attributes(&o.attributes) {}

  // Read when they are wanted: of ten thousand listeners the bitmap alone is.
  [[nodiscard]] std::uint32_t kind() const {  // target, initiator
    if (attributes == nullptr) return 0;
    return attributes->u32Or(type == ObjectType::Node ? isns::tag::kNodeType : isns::tag::kPortRole, 0);
  }
  [[nodiscard]] base::ByteView name() const {  // whole TLV
    if (attributes == nullptr) return {};
    return attributes->tlv(type == ObjectType::Node ? isns::tag::kIscsiName : isns::tag::kFcPortName);
  }
  [[nodiscard]] bool is(const StorageNode& other) const { return type == other.type && index == other.index; }
  [[nodiscard]] ScnRecipient recipient() const { return {type, index}; }
  [[nodiscard]] StorageKey key() const { return {type, index}; }

  // Whether it asked for such an event about anybody.
  [[nodiscard]] bool listens(std::uint32_t bits) const {
    return registered && (bitmap & isns::scn::kManagement) == 0 && (bitmap & bits & kObjectBits) != 0;
  }
  // The kinds of nodes that it asked about, itself apart; 0: all.
  [[nodiscard]] std::uint32_t kindsWanted() const {
    return ((bitmap & isns::scn::kTargetAndSelfOnly) != 0 ? isns::node_type::kTarget : 0) |
           ((bitmap & isns::scn::kInitiatorAndSelfOnly) != 0 ? isns::node_type::kInitiator : 0);
  }
  // Whether it asked for such an event about `subject`.
  [[nodiscard]] bool wants(std::uint32_t bits, const StorageNode& subject) const {
    if (!listens(bits)) return false;
    const std::uint32_t kinds = kindsWanted();
    return kinds == 0 || is(subject) || (subject.kind() & kinds) != 0;
  }
};

// The state on one side of a change.
class Side {
 public:
  Side(const State& state, const Policy& policy, const Transaction* before)
      : state_(state), policy_(policy), before_(before) {}

  template <class T>
  [[nodiscard]] const T* get(Index index) const {
    return before_ != nullptr ? before_->before<T>(index) : state_.get<T>(index);
  }
  // The node or FC port; one without type where it is not there.
  [[nodiscard]] StorageNode storageNode(const StorageKey& key) const {
    if (key.first == ObjectType::Node) {
      const Node* o = get<Node>(key.second);
      return o != nullptr ? StorageNode(*o) : StorageNode();
    }
    const FcPort* o = get<FcPort>(key.second);
    return o != nullptr ? StorageNode(*o) : StorageNode();
  }
  [[nodiscard]] bool active(const Domain* domain) const {
    if (domain == nullptr) return false;
    if (domain->sets.empty()) return policy_.unassignedDomains == UnassignedDomains::Active;
    return !domain->sets.visitWhile([&](Index set) { return !get<DomainSet>(set)->enabled(); });
  }
  template <class Visit>
  void members(const Domain& domain, Visit&& visit) const {
    std::vector<Index> nodes;
    domain.nodes.forEach([&](Index i) { nodes.push_back(i); });
    visitFetched<Node>(state_, nodes, [&](Index i) {
      if (const Node* o = get<Node>(i)) visit(StorageNode(*o));
    });
    domain.fcPorts.forEach([&](Index i) {
      if (const FcPort* o = get<FcPort>(i)) visit(StorageNode(*o));
    });
  }
  // Visits those who share an active domain with the node, each once, without itself.
  template <class Visit>
  void peers(const StorageNode& node, Visit&& visit) const {
    std::vector<const Domain*> enabled;
    node.domains->forEach([&](Index d) {
      if (const Domain* domain = get<Domain>(d); active(domain)) enabled.push_back(domain);
    });
    const auto other = [&](const StorageNode& peer) { return !peer.is(node); };
    if (enabled.size() == 1) {
      return members(*enabled.front(), [&](const StorageNode& peer) {
        if (other(peer)) visit(peer);
      });
    }
    std::vector<StorageNode> all;
    for (const Domain* domain : enabled) {
      members(*domain, [&](const StorageNode& peer) {
        if (other(peer)) all.push_back(peer);
      });
    }
    const auto key = [](const StorageNode& n) { return std::pair(n.type, n.index); };
    std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    all.erase(std::unique(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.is(b); }), all.end());
    for (const StorageNode& peer : all) visit(peer);
  }

 private:
  const State& state_;
  const Policy& policy_;
  const Transaction* before_;
};

// Sorts by type and index; each is left once.
inline void keepEachOnce(std::vector<ScnRecipient>& recipients) {
  const auto before = [](const ScnRecipient& a, const ScnRecipient& b) {
    return std::pair(a.type, a.index) < std::pair(b.type, b.index);
  };
  if (!std::is_sorted(recipients.begin(), recipients.end(), before)) {
    std::sort(recipients.begin(), recipients.end(), before);
  }
  recipients.erase(std::unique(recipients.begin(), recipients.end()), recipients.end());
}

// What happened to one storage node itself.
struct NodeChange {
  std::uint32_t bits = 0;
  Index portal = 0;  // the portal that it is about, where it is about one
};

template <class T>
bool attributesDiffer(const T& a, const T& b, std::initializer_list<isns::Tag> except) {
  isns::AttributeList left = a.attributes;
  isns::AttributeList right = b.attributes;
  for (isns::Tag t : except) {
    left.erase(t);
    right.erase(t);
  }
  return !base::equal(left.bytes(), right.bytes());
}

}  // namespace core::planning
