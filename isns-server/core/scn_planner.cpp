#include "isns-server/core/scn_planner.h"

#include <algorithm>
#include <map>

#include "isns-server/core/scn_sides.h"
#include "isns-server/core/visibility.h"

namespace core {
namespace {

using namespace planning;

namespace tag = isns::tag;
namespace scn = isns::scn;

// Who of the managers listens for one of the bits. They are those of the committed state: what is seen here may have lost
// one of them.
std::vector<ScnRecipient> listening(const State& state, const ScnManagers& managers, std::uint32_t bits) {
  std::vector<ScnRecipient> found;
  const auto add = [&]<class T>(T*, const base::IdSet& ids) {
    ids.forEach([&](Index i) {
      const T* manager = state.get<T>(i);
      if (manager != nullptr && (manager->scnBitmap() & bits) != 0) found.push_back({T::kType, i});
    });
  };
  add(static_cast<Node*>(nullptr), managers.nodes);
  add(static_cast<FcPort*>(nullptr), managers.fcPorts);
  return found;
}

class Planner {
 public:
  Planner(const Transaction& tx, const ScnContext& context)
      : tx_(tx),
        context_(context),
        before_(tx.state(), tx.policy(), &tx),
        after_(tx.state(), tx.policy(), nullptr) {}

  std::vector<PlannedScn> run() {
    if (context_.managers.empty() && alone()) return {};
    collectNodeChanges();
    for (const auto& [key, change] : changes_) planNodeChange(key, change);
    planVisibility();
    if (!context_.managers.empty()) planManagement();
    return std::move(planned_);
  }

 private:
  using Key = std::pair<ObjectType, Index>;

  // True when the change is about nodes without domains that come new, and what belongs to them: nobody sees them, and
  // their own entity knows. Most registrations are so.
  [[nodiscard]] bool alone() const {
    if (!tx_.memberships().empty() || !tx_.touched<DomainSet>().empty() || !tx_.touched<FcPort>().empty() ||
        !tx_.touched<FcDevice>().empty()) {
      return false;
    }
    const auto isNew = [](const auto& touch) { return !touch.before; };
    const auto& nodes = tx_.touched<Node>();
    const auto& portals = tx_.touched<Portal>();
    const auto& groups = tx_.touched<PortalGroup>();
    const auto& entities = tx_.touched<Entity>();
    return std::all_of(nodes.begin(), nodes.end(), [&](const Touch<Node>& touch) {
             const Node* now = tx_.get<Node>(touch.index);
             return isNew(touch) && now != nullptr && now->domains.empty() && now->entity == context_.causedBy;
           }) &&
           std::all_of(portals.begin(), portals.end(), isNew) && std::all_of(groups.begin(), groups.end(), isNew) &&
           std::all_of(entities.begin(), entities.end(), isNew);
  }

  [[nodiscard]] StorageNode node(const Key& key, const Side& side) const {
    if (key.first == ObjectType::Node) {
      const Node* o = side.get<Node>(key.second);
      return o != nullptr ? StorageNode(*o) : StorageNode();
    }
    const FcPort* o = side.get<FcPort>(key.second);
    return o != nullptr ? StorageNode(*o) : StorageNode();
  }

  void note(ObjectType type, Index index, std::uint32_t bits, Index portal = 0) {
    NodeChange& change = changes_[{type, index}];
    change.bits |= bits;
    if (portal != 0) change.portal = portal;
  }

  template <class T>
  void collectStorageNodes(isns::Tag bitmapTag) {
    for (const Touch<T>& touch : tx_.touched<T>()) {
      const T* now = tx_.get<T>(touch.index);
      const bool was = touch.before && touch.before->registered();
      const bool is = now != nullptr && now->registered();
      if (!was && is) note(T::kType, touch.index, scn::kObjectAdded);
      if (was && !is) note(T::kType, touch.index, scn::kObjectRemoved);
      if (was && is && attributesDiffer(*now, *touch.before, {bitmapTag})) {
        note(T::kType, touch.index,
             context_.replaced ? scn::kObjectRemoved | scn::kObjectAdded : scn::kObjectUpdated);
      }
    }
  }

  // Nodes that a portal gives access to, before or after.
  void notePortal(const Portal& portal, const Side& side) {
    portal.groups.forEach([&](Index g) {
      const PortalGroup* group = side.get<PortalGroup>(g);
      const Node* node = group == nullptr ? nullptr : side.get<Node>(group->node);
      if (node != nullptr && node->registered() && group->grantsAccess()) {
        note(ObjectType::Node, node->index, scn::kObjectUpdated, portal.index);
      }
    });
  }

  // A portal that comes into a domain, or leaves it, is another way for the domain's members to the storage nodes of its
  // entity (2.2.2, 5.6.5.8). Domains that become active or cease to be tell more than that.
  void notePortalMembership(const MembershipChange& m) {
    const Domain* domain = after_.get<Domain>(m.container);
    const Portal* portal = after_.get<Portal>(m.member);
    if (portal == nullptr || !portal->registered()) return;
    if (!after_.active(domain) || !before_.active(before_.get<Domain>(m.container))) return;
    const Entity& entity = *tx_.get<Entity>(portal->entity);
    entity.nodes.forEach([&](Index i) {
      if (domain->nodes.contains(i)) note(ObjectType::Node, i, scn::kObjectUpdated, portal->index);
    });
    entity.fcPorts.forEach([&](Index i) {
      if (domain->fcPorts.contains(i)) note(ObjectType::FcPort, i, scn::kObjectUpdated, portal->index);
    });
  }

  void collectNodeChanges() {
    collectStorageNodes<Node>(tag::kScnBitmap);
    collectStorageNodes<FcPort>(tag::kIfcpScnBitmap);
    for (const Touch<Portal>& touch : tx_.touched<Portal>()) {
      const Portal* now = tx_.get<Portal>(touch.index);
      const bool was = touch.before && touch.before->registered();
      const bool is = now != nullptr && now->registered();
      const bool differs = was != is || (was && is && attributesDiffer(*now, *touch.before, {}));
      if (was && differs) notePortal(*touch.before, before_);
      if (is && differs) notePortal(*now, after_);
    }
    for (const MembershipChange& m : tx_.memberships()) {
      if (m.table == TableNumber::DomainPortal) notePortalMembership(m);
    }
    for (const Touch<PortalGroup>& touch : tx_.touched<PortalGroup>()) {
      const PortalGroup* now = tx_.get<PortalGroup>(touch.index);
      if (now == nullptr || !touch.before || now->tag == touch.before->tag) continue;
      note(ObjectType::Node, now->node, scn::kObjectUpdated, now->portal);
    }
    for (const Touch<Entity>& touch : tx_.touched<Entity>()) {
      const Entity* now = tx_.get<Entity>(touch.index);
      if (now == nullptr || !touch.before) continue;
      if (!attributesDiffer(*now, *touch.before, {tag::kTimestamp, tag::kRegistrationPeriod})) continue;
      now->nodes.forEach([&](Index i) { note(ObjectType::Node, i, scn::kObjectUpdated); });
      now->fcPorts.forEach([&](Index i) { note(ObjectType::FcPort, i, scn::kObjectUpdated); });
    }
    for (const Touch<FcDevice>& touch : tx_.touched<FcDevice>()) {
      const FcDevice* now = tx_.get<FcDevice>(touch.index);
      if (now == nullptr || !touch.before || !attributesDiffer(*now, *touch.before, {})) continue;
      now->ports.forEach([&](Index i) { note(ObjectType::FcPort, i, scn::kObjectUpdated); });
    }
  }

  void planNodeChange(const Key& key, NodeChange change) {
    const StorageNode was = node(key, before_);
    const StorageNode is = node(key, after_);
    if (!was.registered && !is.registered) return;
    // Coming and going say more than an update.
    if (was.registered != is.registered) change.bits = is.registered ? scn::kObjectAdded : scn::kObjectRemoved;
    else if ((change.bits & (scn::kObjectAdded | scn::kObjectRemoved)) != 0) change.bits &= ~scn::kObjectUpdated;
    const StorageNode& subject = is.registered ? is : was;
    const Side& side = is.registered ? after_ : before_;
    std::vector<ScnRecipient> recipients;
    side.peers(subject, [&](const StorageNode& peer) {
      // Who went in the same change cannot be told.
      const StorageNode now = is.registered ? peer : node({peer.type, peer.index}, after_);
      if (now.wants(change.bits, subject)) recipients.push_back(now.recipient());
    });
    const bool own = entityOf(key) == context_.causedBy;
    if (!own && is.wants(change.bits, subject)) recipients.push_back(is.recipient());
    if (recipients.empty()) return;
    planned_.push_back({ScnEvent::make(change.bits, subject.name(), change.portal), std::move(recipients)});
  }

  [[nodiscard]] Index entityOf(const Key& key) const {
    if (key.first == ObjectType::Node) {
      const Node* o = tx_.get<Node>(key.second);
      return o != nullptr ? o->entity : 0;
    }
    const FcPort* o = tx_.get<FcPort>(key.second);
    return o != nullptr ? o->entity : 0;
  }

  void add(PlannedScn scn) {
    if (!scn.recipients.empty()) planned_.push_back(std::move(scn));
  }

  // ---- Who sees whom: memberships, sets, and their status ----

  void planVisibility() {
    // Domains whose members or activity changed, with the members that came or went.
    std::map<Index, std::vector<Key>> domains;
    for (const MembershipChange& m : tx_.memberships()) {
      if (m.table == TableNumber::DomainNode) domains[m.container].emplace_back(ObjectType::Node, m.member);
      if (m.table == TableNumber::DomainFcPort) domains[m.container].emplace_back(ObjectType::FcPort, m.member);
      if (m.table == TableNumber::SetDomain) domains[m.member];
    }
    for (const Touch<DomainSet>& touch : tx_.touched<DomainSet>()) {
      if (touch.before) touch.before->domains.forEach([&](Index d) { domains[d]; });
      if (const DomainSet* now = tx_.get<DomainSet>(touch.index)) now->domains.forEach([&](Index d) { domains[d]; });
    }
    for (const auto& [index, moved] : domains) {
      const Domain* was = before_.get<Domain>(index);
      const Domain* is = after_.get<Domain>(index);
      const bool wasActive = before_.active(was);
      const bool isActive = after_.active(is);
      if (wasActive != isActive) {
        planFlip(isActive ? *is : *was, isActive);
      } else if (isActive) {
        for (const Key& member : moved) planMove(member, *is);
      }
    }
  }

  // Both registered before and after: the others are told by their own registration or its end.
  [[nodiscard]] bool stays(const StorageNode& n) const {
    return node({n.type, n.index}, before_).registered && node({n.type, n.index}, after_).registered;
  }

  // True when this change let the two see each other (`gained`), or ended it.
  [[nodiscard]] bool sightChanged(const StorageNode& a, const StorageNode& b, bool gained) const {
    const Side& other = gained ? before_ : after_;
    const StorageNode a2 = node({a.type, a.index}, other);
    const StorageNode b2 = node({b.type, b.index}, other);
    return a2.domains == nullptr || b2.domains == nullptr || !other.share(a2, b2);
  }

  // One member came into, or left, a domain that is active.
  void planMove(const Key& key, const Domain& is) {
    const bool gained = key.first == ObjectType::Node ? is.nodes.contains(key.second) : is.fcPorts.contains(key.second);
    const StorageNode mover = node(key, gained ? after_ : before_);
    if (mover.type == ObjectType::None || !stays(mover)) return;
    const std::uint32_t bits = gained ? scn::kObjectAdded : scn::kObjectRemoved;
    PlannedScn others{ScnEvent::make(bits, mover.name()), {}};
    std::vector<StorageNode> seen;
    const bool moverListens = (mover.bitmap & bits) != 0 && (mover.bitmap & scn::kManagement) == 0;
    after_.members(is, [&](const StorageNode& peer) {
      if (peer.is(mover)) return;
      const bool tellPeer = peer.wants(bits, mover);
      const bool tellMover = moverListens && seen.size() <= tx_.policy().scnQueueEvents && mover.wants(bits, peer);
      if ((!tellPeer && !tellMover) || !stays(peer) || !sightChanged(mover, peer, gained)) return;
      if (tellPeer) others.recipients.push_back(peer.recipient());
      if (tellMover) seen.push_back(peer);
    });
    add(std::move(others));
    tell(mover, seen, bits);
  }

  // A domain became active, or ceased to be: every pair of its members.
  void planFlip(const Domain& domain, bool gained) {
    const Side& side = gained ? after_ : before_;
    const std::uint32_t bits = gained ? scn::kObjectAdded : scn::kObjectRemoved;
    std::vector<StorageNode> members;
    side.members(domain, [&](const StorageNode& n) {
      if (stays(n)) members.push_back(n);
    });
    for (const StorageNode& member : members) {
      const StorageNode listener = node({member.type, member.index}, after_);
      if ((listener.bitmap & bits) == 0 || (listener.bitmap & scn::kManagement) != 0) continue;
      std::vector<StorageNode> seen;
      for (const StorageNode& peer : members) {
        if (seen.size() > tx_.policy().scnQueueEvents) break;
        if (!peer.is(listener) && listener.wants(bits, peer) && sightChanged(member, peer, gained)) seen.push_back(peer);
      }
      tell(listener, seen, bits);
    }
  }

  // Tells one node of many, or, where they are too many, to look again.
  void tell(const StorageNode& listener, const std::vector<StorageNode>& subjects, std::uint32_t bits) {
    if (subjects.size() > tx_.policy().scnQueueEvents) {
      add({ScnEvent::makeOverflow(listener.name()), {listener.recipient()}});
      return;
    }
    for (const StorageNode& subject : subjects) {
      base::Ref<const ScnEvent>& event = events_[{subject.type, subject.index, bits}];
      if (!event) event = ScnEvent::make(bits, subject.name());
      add({event, {listener.recipient()}});
    }
  }

  // ---- Management SCNs ----

  void tellManagers(std::uint32_t bits, base::ByteView name, const std::vector<Index>& dds, const std::vector<Index>& sets,
                    Index portal = 0) {
    add({ScnEvent::make(bits | scn::kManagement, name, portal, dds, sets), listening(tx_.state(), context_.managers, bits)});
  }

  template <class T>
  void planManagedObjects(std::initializer_list<isns::Tag> except, bool isSet) {
    for (const Touch<T>& touch : tx_.touched<T>()) {
      const T* now = tx_.get<T>(touch.index);
      std::uint32_t bits = 0;
      if (now == nullptr) bits = touch.before ? scn::kObjectRemoved : 0;
      else if (!touch.before) bits = scn::kObjectAdded;
      else if (attributesDiffer(*now, *touch.before, except)) bits = scn::kObjectUpdated;
      if (bits == 0) continue;
      const std::vector<Index> id{touch.index};
      tellManagers(bits, {}, isSet ? std::vector<Index>{} : id, isSet ? id : std::vector<Index>{});
    }
  }

  void planManagement() {
    for (const auto& [key, change] : changes_) {
      const StorageNode is = node(key, after_);
      const StorageNode was = node(key, before_);
      if (!is.registered && !was.registered) continue;
      const StorageNode& subject = is.registered ? is : was;
      std::uint32_t bits = change.bits;
      if (was.registered != is.registered) bits = is.registered ? scn::kObjectAdded : scn::kObjectRemoved;
      std::vector<Index> dds;
      subject.domains->forEach([&](Index d) { dds.push_back(d); });
      tellManagers(bits, subject.name(), dds, {}, change.portal);
    }
    planManagedObjects<Domain>({}, false);
    planManagedObjects<DomainSet>({tag::kDdsStatus}, true);
    for (const MembershipChange& m : tx_.memberships()) {
      const std::uint32_t bits = m.added ? scn::kMemberAdded : scn::kMemberRemoved;
      switch (m.table) {
        case TableNumber::SetDomain:
          tellManagers(bits, {}, {m.member}, {m.container});
          break;
        case TableNumber::DomainNode:
          tellManagers(bits, node({ObjectType::Node, m.member}, m.added ? after_ : before_).name(), {m.container}, {});
          break;
        case TableNumber::DomainFcPort:
          tellManagers(bits, node({ObjectType::FcPort, m.member}, m.added ? after_ : before_).name(), {m.container}, {});
          break;
        default:
          tellManagers(bits, {}, {m.container}, {});
      }
    }
    // Enabling or disabling a set gives or takes its domains their members' sight.
    for (const Touch<DomainSet>& touch : tx_.touched<DomainSet>()) {
      const DomainSet* now = tx_.get<DomainSet>(touch.index);
      if (now == nullptr || !touch.before || now->enabled() == touch.before->enabled()) continue;
      std::vector<Index> dds;
      now->domains.forEach([&](Index d) { dds.push_back(d); });
      tellManagers(now->enabled() ? scn::kMemberAdded : scn::kMemberRemoved, {}, dds, {touch.index});
    }
  }

  const Transaction& tx_;
  const ScnContext& context_;
  const Side before_;
  const Side after_;
  std::map<Key, NodeChange> changes_;
  std::map<std::tuple<ObjectType, Index, std::uint32_t>, base::Ref<const ScnEvent>> events_;
  std::vector<PlannedScn> planned_;
};

}  // namespace

std::vector<PlannedScn> planScns(const Transaction& transaction, const ScnContext& context) {
  return Planner(transaction, context).run();
}

std::vector<PlannedScn> planScns(const State& state, const Policy& policy, const RaisedEvent& raised,
                                 const ScnManagers& managers) {
  const Side side(state, policy, nullptr);
  const StorageNode subject = raised.node != 0 ? StorageNode(*state.get<Node>(raised.node))
                                               : StorageNode(*state.get<FcPort>(raised.fcPort));
  std::vector<PlannedScn> planned;
  PlannedScn regular{ScnEvent::make(raised.bitmap, subject.name()), {}};
  side.peers(subject, [&](const StorageNode& peer) {
    if (peer.wants(raised.bitmap, subject)) regular.recipients.push_back(peer.recipient());
  });
  if (!regular.recipients.empty()) planned.push_back(std::move(regular));
  PlannedScn management{ScnEvent::make(raised.bitmap | scn::kManagement, subject.name()),
                        listening(state, managers, raised.bitmap)};
  if (!management.recipients.empty()) planned.push_back(std::move(management));
  return planned;
}

}  // namespace core
