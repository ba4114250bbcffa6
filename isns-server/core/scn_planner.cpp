#include "isns-server/core/scn_planner.h"

#include <algorithm>
#include <map>

#include "isns-server/core/scn_changes.h"
#include "isns-server/core/scn_sides.h"
#include "isns-server/core/scn_sight.h"
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
    planNodeChanges();
    planVisibility();
    if (!context_.managers.empty()) planManagement();
    return std::move(planned_);
  }

 private:
  using Key = StorageKey;

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

  // Nodes that a portal gives access to, before or after: those of its own entity (3.4). A group may name another's.
  void notePortal(const Portal& portal, const Side& side) {
    portal.groups.forEach([&](Index g) {
      const PortalGroup* group = side.get<PortalGroup>(g);
      const Node* node = group == nullptr ? nullptr : side.get<Node>(group->node);
      if (node != nullptr && node->entity == portal.entity && group->grantsAccess()) {
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

  void planNodeChanges() {
    std::vector<ChangeTold> told;
    for (const auto& one : changes_) {
      const StorageNode was = before_.storageNode(one.first);
      const StorageNode is = after_.storageNode(one.first);
      if (!was.registered && !is.registered) continue;
      NodeChange change = one.second;
      // Coming and going say more than an update.
      if (was.registered != is.registered)
        change.bits = is.registered ? scn::kObjectAdded : scn::kObjectRemoved;
      else if ((change.bits & (scn::kObjectAdded | scn::kObjectRemoved)) != 0)
        change.bits &= ~scn::kObjectUpdated;
      told.push_back({is.registered ? is : was, !is.registered, change, {}});
    }
    ChangeTelling telling(before_, after_, tx_.policy().scnQueueEvents);
    telling.run(told);
    for (ChangeTold& one : told) {
      const Key key = one.node.key();
      const bool own = entityOf(key) == context_.causedBy || telling.looksAgain(key);
      if (!own && !one.went && one.node.wants(one.change.bits, one.node))
        one.recipients.push_back(one.node.recipient());
      if (one.recipients.empty()) continue;
      planned_.push_back(
          {ScnEvent::make(one.change.bits, one.node.name(), one.change.portal), std::move(one.recipients)});
    }
    for (const StorageNode& one : telling.lookAgain()) {
      planned_.push_back({ScnEvent::makeOverflow(one.name()), {one.recipient()}});
    }
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
    for (const auto& domain : domains) planDomain(domain.first, domain.second);
    for (auto& told : sights_) {
      std::vector<ScnRecipient>& recipients = told.second.recipients;
      // Two domains may have joined, or parted, the same two nodes.
      keepEachOnce(recipients);
      add(std::move(told.second));
    }
  }

  // Who came is seen by those who are there, who left is lost to those who were: also to who left at the same time.
  void planDomain(Index index, const std::vector<Key>& moved) {
    const Domain* was = before_.get<Domain>(index);
    const Domain* is = after_.get<Domain>(index);
    const bool wasActive = before_.active(was);
    const bool isActive = after_.active(is);
    const auto contains = [](const Domain& domain, const Key& key) {
      return key.first == ObjectType::Node ? domain.nodes.contains(key.second) : domain.fcPorts.contains(key.second);
    };
    if (wasActive != isActive) {
      planSight(isActive ? *is : *was, isActive, nullptr);
    } else if (isActive) {
      std::vector<Key> came;
      std::vector<Key> left;
      for (const Key& key : moved) {
        if (contains(*is, key) != contains(*was, key)) (contains(*is, key) ? came : left).push_back(key);
      }
      if (!came.empty()) planSight(*is, true, &came);
      if (!left.empty()) planSight(*was, false, &left);
    }
  }

  // Tells each listener of many, or, where they are too many, to look again.
  void planSight(const Domain& domain, bool gained, const std::vector<Key>* moved) {
    const std::size_t most = tx_.policy().scnQueueEvents;
    const std::uint32_t bits = gained ? scn::kObjectAdded : scn::kObjectRemoved;
    SightChange change(before_, after_, gained, most);
    change.run(domain, moved, [&](const StorageNode& listener, const std::vector<const StorageNode*>& subjects) {
      if (subjects.size() > most) return add({ScnEvent::makeOverflow(listener.name()), {listener.recipient()}});
      for (const StorageNode* subject : subjects) {
        PlannedScn& scn = sights_[{subject->key(), bits}];
        if (!scn.event) scn.event = ScnEvent::make(bits, subject->name());
        scn.recipients.push_back(listener.recipient());
      }
    });
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
      const StorageNode is = after_.storageNode(key);
      const StorageNode was = before_.storageNode(key);
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
          tellManagers(bits, (m.added ? after_ : before_).storageNode({ObjectType::Node, m.member}).name(),
                       {m.container}, {});
          break;
        case TableNumber::DomainFcPort:
          tellManagers(bits, (m.added ? after_ : before_).storageNode({ObjectType::FcPort, m.member}).name(),
                       {m.container}, {});
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
  std::map<std::pair<Key, std::uint32_t>, PlannedScn> sights_;  // who is told that somebody came into sight, or went
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
