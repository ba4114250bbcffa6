#include "isns-server/core/transaction.h"

#include <algorithm>
#include <string>

#include "isns-server/core/derived.h"

namespace core {

namespace tag = isns::tag;

Transaction::Transaction(Registry& registry, const Policy& policy, base::Now now)
    : registry_(registry),
      policy_(policy),
      now_(now),
      revision_(registry.working_.revision + 1),
      notes_(registry.notes_),
      lostBefore_(registry.lostKeys_.size()) {}

Transaction::~Transaction() {
  if (!finished_) undo();
  notes_.clear();
}

// Puts back what was there. With the keys that only this transaction knew it is as if they were lost: those that an
// object has at the end, and those that one had in between.
void Transaction::undo() {
  forEachObjectType([&]<class T>(T*) { restore<T>(); });
  for (std::size_t i = lostBefore_; i < registry_.lostKeys_.size(); ++i) registry_.drop(registry_.lostKeys_[i]);
  registry_.lostKeys_.resize(lostBefore_);
  // A reservation that is not stored is none: whoever needs the next index makes another.
  for (const auto& [type, reserved] : notes_.reservations) {
    registry_.counters_[static_cast<std::size_t>(type)].reserved = 0;
  }
}

template <class T>
void Transaction::restore() {
  for (Touch<T>& touch : notes_.of<T>().list) {
    if (const T* now = get<T>(touch.index)) loseKey(*now);
    registry_.working_.table<T>().set(touch.index, std::move(touch.before));
  }
}

bool Transaction::empty() const {
  bool nothing = memberships().empty() && !probing_;
  forEachObjectType([&]<class T>(T*) {
    nothing = nothing && std::none_of(touched<T>().begin(), touched<T>().end(), [&](const Touch<T>& touch) {
                const T* now = get<T>(touch.index);
                return (now == nullptr) != !touch.before || (now != nullptr && now->changed == revision_);
              });
  });
  return nothing;
}

// ---- Objects -------------------------------------------------------------------------------------------------------

template <class T>
void Transaction::touch(Index index, base::Ref<const T> before) {
  auto& [list, places] = notes_.of<T>();
  list.push_back({index, std::move(before)});
  if (list.size() == kLongList) {
    for (std::size_t i = 0; i < list.size(); ++i) places.emplace(list[i].index, i);
  } else if (list.size() > kLongList) {
    places.emplace(index, list.size() - 1);
  }
}

// The object, as this transaction's own copy.
template <class T>
T& Transaction::edit(Index index) {
  // Made or copied by this transaction, nobody else holds it, nor the path to it.
  if (const T* mine = get<T>(index); mine->stamp == revision_) return const_cast<T&>(*mine);
  auto* item = registry_.working_.table<T>().own(index);
  auto copy = base::makeRef<T>(**item);
  copy->stamp = revision_;
  T& mine = *copy;
  touch<T>(index, *item);
  *item = std::move(copy);
  return mine;
}

template <class T>
T& Transaction::create(Index index) {
  auto object = base::makeRef<T>();
  object->index = index;
  object->stamp = object->created = object->changed = revision_;
  T& mine = *object;
  // An object that this transaction removed may come again, as the same object: its touch has been recorded.
  const bool again = before<T>(index) != nullptr;
  if (again) mine.created = before<T>(index)->created;
  registry_.working_.table<T>().set(index, std::move(object));
  if (!again) touch<T>(index, {});
  return mine;
}

template <class T>
void Transaction::remove(Index index) {
  const T& object = edit<T>(index);  // records what it was
  loseKey(object);
  std::uint64_t key = registry_.keyHash(object);
  if constexpr (std::is_same_v<T, PortalGroup>) {
    key = registry_.hash(get<Node>(object.node)->name(), PortalKey::of(*get<Portal>(object.portal)));
  }
  registry_.graves_.bury(key ^ static_cast<std::uint64_t>(T::kType), index);
  registry_.working_.table<T>().set(index, {});
}

template <class T>
Index Transaction::issue() {
  std::optional<std::uint64_t> reserved;
  const Index index = registry_.issueIndex(T::kType, reserved);
  if (reserved) notes_.reservations.emplace_back(T::kType, *reserved);
  return index;
}

template <class T>
void Transaction::insertKey(const T& object) {
  registry_.index<T>().insert(registry_.keyHash(object), object.index);
}
template <class T>
void Transaction::loseKey(const T& object) {
  registry_.lostKeys_.push_back({T::kType, registry_.keyHash(object), object.index});
  if constexpr (std::is_same_v<T, Node>) loseToken(object);
}
void Transaction::loseToken(const Node& node) {
  if (const std::uint64_t token = registry_.tokenHash(node); token != 0) {
    registry_.lostKeys_.push_back({Node::kType, token, node.index, true});
  }
}

Index Transaction::createEntity(std::string_view eid, std::size_t more) {
  Index index = issue<Entity>();
  std::string made;
  if (eid.empty()) {
    const auto name = [&] { return std::string(isns::kServerMadeEidPrefix) + std::to_string(index); };
    // Somebody may have chosen the name for himself before.
    while (registry_.findEntity(state(), made = name()) != nullptr) index = issue<Entity>();
    eid = made;
  }
  Entity& entity = create<Entity>(index);
  entity.attributes.reserve(isns::kTlvHeaderSize + isns::paddedTextLength(eid) + more);
  entity.attributes.setText(tag::kEntityId, eid);
  insertKey(entity);
  return index;
}

Index Transaction::ensureNode(std::string_view name, std::size_t more) {
  if (const Node* node = registry_.findNode(state(), name)) return node->index;
  Node& node = create<Node>(issue<Node>());
  node.attributes.reserve(isns::kTlvHeaderSize + isns::paddedTextLength(name) + more);
  node.attributes.setText(tag::kIscsiName, name);
  insertKey(node);
  return node.index;
}

Index Transaction::ensurePortal(const PortalKey& key, std::size_t more) {
  if (const Portal* portal = registry_.findPortal(state(), key)) return portal->index;
  Portal& portal = create<Portal>(issue<Portal>());
  portal.attributes.reserve(2 * isns::kTlvHeaderSize + key.bytes.size() + more);
  portal.attributes.set(tag::kPortalIp, key.ip());
  portal.attributes.setU32(tag::kPortalPort, key.port());
  insertKey(portal);
  return portal.index;
}

Index Transaction::ensureFcPort(base::ByteView wwpn) {
  if (const FcPort* port = registry_.findFcPort(state(), wwpn)) return port->index;
  FcPort& port = create<FcPort>(issue<FcPort>());
  port.attributes.set(tag::kFcPortName, wwpn);
  insertKey(port);
  return port.index;
}

Index Transaction::ensureFcDevice(base::ByteView wwnn) {
  if (const FcDevice* device = registry_.findFcDevice(state(), wwnn)) return device->index;
  FcDevice& device = create<FcDevice>(issue<FcDevice>());
  device.attributes.set(tag::kFcNodeName, wwnn);
  insertKey(device);
  return device.index;
}

Index Transaction::ensureGroup(Index node, Index portal) {
  const bool may = !get<Node>(node)->groups.empty() && !get<Portal>(portal)->groups.empty();
  const PortalGroup* known = may ? registry_.findGroup(state(), node, portal) : nullptr;
  if (known != nullptr) return known->index;
  PortalGroup& group = create<PortalGroup>(issue<PortalGroup>());
  group.node = node;
  group.portal = portal;
  insertKey(group);
  edit<Node>(node).groups.insert(group.index);
  edit<Portal>(portal).groups.insert(group.index);
  return group.index;
}

void Transaction::setGroupTag(Index group, std::uint32_t tag) {
  if (get<PortalGroup>(group)->tag != tag) alter<PortalGroup>(group).tag = tag;
}

std::string Transaction::uniqueName(std::string_view stem, Index index, bool ofSet) const {
  std::string name = std::string(stem) + std::to_string(index);
  const auto taken = [&] {
    return ofSet ? registry_.findSet(state(), name) != nullptr : registry_.findDomain(state(), name) != nullptr;
  };
  while (taken()) name += "'";
  return name;
}

Index Transaction::createDomain(Index wanted, std::string_view name) {
  const Index index = wanted != 0 ? wanted : issue<Domain>();
  const std::string made = name.empty() ? uniqueName("domain-", index, false) : std::string(name);
  Domain& domain = create<Domain>(index);
  domain.unassignedSince = revision_;
  domain.attributes.setText(tag::kDdName, made);
  domain.attributes.setU32(tag::kDdFeatures, 0);
  insertKey(domain);
  return index;
}

Index Transaction::createSet(Index wanted, std::string_view name) {
  const Index index = wanted != 0 ? wanted : issue<DomainSet>();
  const std::string made = name.empty() ? uniqueName("domain-set-", index, true) : std::string(name);
  DomainSet& set = create<DomainSet>(index);
  set.attributes.setText(tag::kDdsName, made);
  set.attributes.setU32(tag::kDdsStatus, 0);
  insertKey(set);
  return index;
}

Index Transaction::createFcDomain(Index entity, base::ByteView switchName, std::string_view fabric, std::uint32_t id) {
  FcDomain& domain = create<FcDomain>(issue<FcDomain>());
  domain.entity = entity;
  domain.attributes.set(tag::kSwitchName, switchName);
  domain.attributes.setU32(tag::kAssignedId, id);
  domain.attributes.setText(tag::kVirtualFabricId, fabric);
  insertKey(domain);
  return domain.index;
}

void Transaction::rename(const Domain& domain, std::string_view name) {
  loseKey(domain);
  Domain& mine = alter<Domain>(domain.index);
  mine.attributes.setText(tag::kDdName, name);
  insertKey(mine);
}

void Transaction::rename(const DomainSet& set, std::string_view name) {
  loseKey(set);
  DomainSet& mine = alter<DomainSet>(set.index);
  mine.attributes.setText(tag::kDdsName, name);
  insertKey(mine);
}

void Transaction::setWwnnToken(Index node, base::ByteView token) {
  loseToken(*get<Node>(node));
  if (setAttribute<Node>(node, tag::kWwnnToken, token) && !token.empty()) {
    registry_.tokens_.insert(registry_.hash(token), node);
  }
}

// ---- Containment ---------------------------------------------------------------------------------------------------

void Transaction::registerNode(Index node, Index entity) {
  if (get<Node>(node)->entity == entity) return;
  Node& mine = alter<Node>(node);
  mine.entity = entity;
  // Who replaces his registration in one message is registered throughout.
  const Node* was = before<Node>(node);
  mine.lastSeen = 0;
  mine.registeredSince = was != nullptr && was->entity == entity ? was->registeredSince : revision_;
  edit<Entity>(entity).nodes.insert(node);
  if (policy_.defaultDomain && get<Node>(node)->domains.empty() && get<Domain>(isns::kDefaultDdId) != nullptr) {
    addMember(isns::kDefaultDdId, MemberKind::Node, node);
  }
}

void Transaction::registerPortal(Index portal, Index entity, bool signs) {
  if (get<Portal>(portal)->signs != signs) alter<Portal>(portal).signs = signs;
  if (get<Portal>(portal)->entity == entity) return;
  alter<Portal>(portal).entity = entity;
  edit<Entity>(entity).portals.insert(portal);
}

void Transaction::registerFcPort(Index port, Index entity) {
  if (get<FcPort>(port)->entity == entity) return;
  alter<FcPort>(port).entity = entity;
  edit<Entity>(entity).fcPorts.insert(port);
  if (policy_.defaultDomain && get<FcPort>(port)->domains.empty() && get<Domain>(isns::kDefaultDdId) != nullptr) {
    addMember(isns::kDefaultDdId, MemberKind::FcPort, port);
  }
}

void Transaction::setDevice(Index port, Index device) {
  const Index old = get<FcPort>(port)->device;
  if (old == device) return;
  alter<FcPort>(port).device = device;
  if (device != 0) edit<FcDevice>(device).ports.insert(port);
  if (old != 0) {
    edit<FcDevice>(old).ports.erase(port);
    // A device goes with its last port (RFC 4171 5.6.5.4).
    if (get<FcDevice>(old)->ports.empty()) remove<FcDevice>(old);
  }
}

namespace {

template <class T, class... Tags>
void keepOnly(T& object, Tags... tags) {
  isns::AttributeList kept;
  (kept.set(tags, object.attributes.value(tags)), ...);
  object.attributes = std::move(kept);
}

}  // namespace

template <class T>
void Transaction::dropIfUnused(Index index) {
  const T* object = get<T>(index);
  if (object == nullptr || object->registered() || !object->domains.empty()) return;
  if constexpr (!std::is_same_v<T, FcPort>) {
    if (!object->groups.empty()) return;
  }
  if constexpr (std::is_same_v<T, Node>) {
    if (object->lastSeen != 0) notes_.formerNodes.push_back({0, std::string(object->name()), object->lastSeen});
  }
  remove<T>(index);
}

// A portal group lives while its node or its portal is registered (RFC 4171 3.4).
void Transaction::dropGroupIfDead(Index index) {
  const PortalGroup& group = *get<PortalGroup>(index);
  if (!get<Node>(group.node)->registered() && !get<Portal>(group.portal)->registered()) removeGroup(index);
}

void Transaction::removeGroup(Index index) {
  const PortalGroup group = *get<PortalGroup>(index);
  edit<Node>(group.node).groups.erase(index);
  edit<Portal>(group.portal).groups.erase(index);
  remove<PortalGroup>(index);
  dropIfUnused<Node>(group.node);
  dropIfUnused<Portal>(group.portal);
}

void Transaction::deregisterNode(Index index) {
  Node& node = alter<Node>(index);
  const Index entity = std::exchange(node.entity, 0);
  node.registeredSince = 0;
  node.lastSeen = base::unixSeconds(now_.wall);
  edit<Entity>(entity).nodes.erase(index);
  if (node.attributes.value(tag::kWwnnToken).empty()) {
    keepOnly(node, tag::kIscsiName);
  } else {
    keepOnly(node, tag::kIscsiName, tag::kWwnnToken);  // the mapping outlives the registration (6.4.6)
  }
  const base::IdSet groups = node.groups;
  groups.forEach([&](Index group) { dropGroupIfDead(group); });
  leaveDefault<Node>(MemberKind::Node, index);
  dropIfUnused<Node>(index);
}

void Transaction::deregisterPortal(Index index) {
  Portal& portal = alter<Portal>(index);
  const Index entity = std::exchange(portal.entity, 0);
  portal.signs = false;
  edit<Entity>(entity).portals.erase(index);
  keepOnly(portal, tag::kPortalIp, tag::kPortalPort);
  const base::IdSet groups = portal.groups;
  groups.forEach([&](Index group) { dropGroupIfDead(group); });
  dropIfUnused<Portal>(index);
}

void Transaction::deregisterFcPort(Index index) {
  setDevice(index, 0);
  FcPort& port = alter<FcPort>(index);
  const Index entity = std::exchange(port.entity, 0);
  edit<Entity>(entity).fcPorts.erase(index);
  keepOnly(port, tag::kFcPortName);
  leaveDefault<FcPort>(MemberKind::FcPort, index);
  dropIfUnused<FcPort>(index);
}

void Transaction::removeFcDevice(Index index) {
  const base::IdSet ports = get<FcDevice>(index)->ports;
  if (ports.empty()) return remove<FcDevice>(index);
  ports.forEach([&](Index port) { setDevice(port, 0); });
}

void Transaction::removeFcDomain(Index index) { remove<FcDomain>(index); }

void Transaction::removeEntity(Index index) {
  const Entity entity = *get<Entity>(index);
  entity.nodes.forEach([&](Index node) { deregisterNode(node); });
  entity.portals.forEach([&](Index portal) { deregisterPortal(portal); });
  entity.fcPorts.forEach([&](Index port) { deregisterFcPort(port); });
  std::vector<Index> ids;
  state().fcDomains.forEach([&](Index at, const FcDomain& domain) {
    if (domain.entity == index) ids.push_back(at);
  });
  for (Index id : ids) remove<FcDomain>(id);
  remove<Entity>(index);
}

void Transaction::removeEntityIfEmpty(Index index) {
  const Entity* entity = get<Entity>(index);
  if (entity != nullptr && entity->nodes.empty() && entity->portals.empty() && entity->fcPorts.empty()) {
    removeEntity(index);
  }
}

// ---- Memberships ---------------------------------------------------------------------------------------------------

template <class T>
bool Transaction::join(TableNumber table, Index container, Index member, base::IdSet T::*back, bool add) {
  const bool isThere = (get<T>(member)->*back).contains(container);
  if (isThere == add) return false;
  if (add) {
    (edit<T>(member).*back).insert(container);
  } else {
    (edit<T>(member).*back).erase(container);
  }
  notes_.memberships.push_back({table, container, member, add});
  return true;
}

bool Transaction::addMember(Index domain, MemberKind kind, Index member) {
  bool added = false;
  switch (kind) {
    case MemberKind::Node:
      added = join(TableNumber::DomainNode, domain, member, &Node::domains, true);
      if (added) edit<Domain>(domain).nodes.insert(member);
      break;
    case MemberKind::Portal:
      added = join(TableNumber::DomainPortal, domain, member, &Portal::domains, true);
      if (added) edit<Domain>(domain).portals.insert(member);
      break;
    case MemberKind::FcPort:
      added = join(TableNumber::DomainFcPort, domain, member, &FcPort::domains, true);
      if (added) edit<Domain>(domain).fcPorts.insert(member);
      break;
  }
  // The default domain is for those that nobody has put anywhere (RFC 4171 2.2.2).
  const bool leavesDefault = added && policy_.defaultDomain && domain != isns::kDefaultDdId &&
                             kind != MemberKind::Portal && get<Domain>(isns::kDefaultDdId) != nullptr;
  if (leavesDefault) removeMember(isns::kDefaultDdId, kind, member);
  return added;
}

bool Transaction::removeMember(Index domain, MemberKind kind, Index member) {
  bool removed = false;
  switch (kind) {
    case MemberKind::Node:
      removed = join(TableNumber::DomainNode, domain, member, &Node::domains, false);
      if (removed) {
        Domain& left = edit<Domain>(domain);
        left.nodes.erase(member);
        left.nodesLeft = revision_;
      }
      if (removed) dropIfUnused<Node>(member);
      break;
    case MemberKind::Portal:
      removed = join(TableNumber::DomainPortal, domain, member, &Portal::domains, false);
      if (removed) {
        Domain& left = edit<Domain>(domain);
        left.portals.erase(member);
        left.portalsLeft = revision_;
      }
      if (removed) dropIfUnused<Portal>(member);
      break;
    case MemberKind::FcPort:
      removed = join(TableNumber::DomainFcPort, domain, member, &FcPort::domains, false);
      if (removed) edit<Domain>(domain).fcPorts.erase(member);
      if (removed) dropIfUnused<FcPort>(member);
      break;
  }
  if (!removed || !policy_.defaultDomain || domain == isns::kDefaultDdId) return removed;
  // Who is left in no domain goes back to the default one.
  const Node* node = kind == MemberKind::Node ? get<Node>(member) : nullptr;
  const FcPort* port = kind == MemberKind::FcPort ? get<FcPort>(member) : nullptr;
  const bool homeless = (node != nullptr && node->registered() && node->domains.empty()) ||
                        (port != nullptr && port->registered() && port->domains.empty());
  if (homeless && get<Domain>(isns::kDefaultDdId) != nullptr) addMember(isns::kDefaultDdId, kind, member);
  return removed;
}

// Who is there by the policy alone goes with his registration, and comes again with the next. Else everybody who comes
// and goes would leave an object behind that nobody has to answer for.
template <class T>
void Transaction::leaveDefault(MemberKind kind, Index member) {
  const T* object = get<T>(member);
  if (!policy_.defaultDomain || object == nullptr || object->registered() || object->domains.size() != 1) return;
  removeMember(isns::kDefaultDdId, kind, member);
}

bool Transaction::addToSet(Index set, Index domain) {
  if (!join(TableNumber::SetDomain, set, domain, &Domain::sets, true)) return false;
  edit<DomainSet>(set).domains.insert(domain);
  return true;
}

bool Transaction::removeFromSet(Index set, Index domain) {
  if (!join(TableNumber::SetDomain, set, domain, &Domain::sets, false)) return false;
  DomainSet& from = edit<DomainSet>(set);
  from.domains.erase(domain);
  from.domainsLeft = revision_;
  if (Domain& left = edit<Domain>(domain); left.sets.empty()) left.unassignedSince = revision_;
  return true;
}

void Transaction::removeDomain(Index index) {
  const Domain domain = *get<Domain>(index);
  domain.sets.forEach([&](Index set) { removeFromSet(set, index); });
  domain.nodes.forEach([&](Index node) { removeMember(index, MemberKind::Node, node); });
  domain.portals.forEach([&](Index portal) { removeMember(index, MemberKind::Portal, portal); });
  domain.fcPorts.forEach([&](Index port) { removeMember(index, MemberKind::FcPort, port); });
  remove<Domain>(index);
}

void Transaction::removeSet(Index index) {
  const DomainSet set = *get<DomainSet>(index);
  set.domains.forEach([&](Index domain) { removeFromSet(index, domain); });
  remove<DomainSet>(index);
}

// ---- Ways ----------------------------------------------------------------------------------------------------------

// Finds the ways anew of every node whose groups, portals or registration this transaction has touched.
void Transaction::followWays() {
  std::vector<Index>& nodes = notes_.indexes;
  nodes.clear();
  for (const Touch<PortalGroup>& touch : touched<PortalGroup>()) {
    const PortalGroup* group = touch.before ? touch.before.get() : get<PortalGroup>(touch.index);
    if (group != nullptr) nodes.push_back(group->node);
  }
  for (const Touch<Portal>& touch : touched<Portal>()) {
    const Portal* portal = get<Portal>(touch.index);
    if (portal == nullptr || (touch.before && touch.before->entity == portal->entity)) continue;
    portal->groups.forEach([&](Index i) { nodes.push_back(get<PortalGroup>(i)->node); });
  }
  for (const Touch<Node>& touch : touched<Node>()) {
    const Node* node = get<Node>(touch.index);
    if (node != nullptr && touch.before && touch.before->entity != node->entity) nodes.push_back(touch.index);
  }
  if (nodes.size() > 1) {
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  }
  for (Index i : nodes) {
    const Node* node = get<Node>(i);
    if (node == nullptr) continue;
    base::SharedArray<Way> ways = findWays(state(), *node);
    if (!(ways == node->ways)) edit<Node>(i).ways = std::move(ways);
  }
}

// Since when sets are enabled; and whether domains are: those of sets that were enabled or disabled, and those that
// were touched, as a domain that joins or leaves a set is.
void Transaction::followSets() {
  std::vector<Index>& domains = notes_.indexes;
  domains.clear();
  for (const Touch<DomainSet>& touch : touched<DomainSet>()) {
    const DomainSet* set = get<DomainSet>(touch.index);
    if (set == nullptr) continue;
    const bool wasEnabled = touch.before && touch.before->enabled();
    if (set->changed == revision_) {
      const std::uint64_t since = wasEnabled ? touch.before->enabledSince : revision_;
      edit<DomainSet>(touch.index).enabledSince = set->enabled() ? since : 0;
    }
    if (!touch.before || set->enabled() == wasEnabled) continue;
    set->domains.forEach([&](Index i) { domains.push_back(i); });
  }
  for (const Touch<Domain>& touch : touched<Domain>()) domains.push_back(touch.index);
  for (Index i : domains) {
    const Domain* domain = get<Domain>(i);
    if (domain == nullptr) continue;
    const bool enabled = inEnabledSet(state(), *domain);
    if (enabled != domain->enabled) edit<Domain>(i).enabled = enabled;
  }
}

// ---- Rows ----------------------------------------------------------------------------------------------------------

// Facts of the row of a domain or a set, though none of its attributes has changed.
template <class T>
bool wasLeft(const T&, std::uint64_t) {
  return false;
}
bool wasLeft(const Domain& domain, std::uint64_t revision) {
  return domain.unassignedSince == revision || domain.portalsLeft == revision || domain.nodesLeft == revision;
}
bool wasLeft(const DomainSet& set, std::uint64_t revision) { return set.domainsLeft == revision; }

// Whoever is there again under another index, as a change set moves it from domain to domain, keeps what is known of
// it.
void Transaction::writeFormerNodes(store::OpsWriter& ops) {
  for (FormerNode& former : notes_.formerNodes) {
    if (const Node* now = registry_.findNode(state(), former.name); now != nullptr) {
      if (!now->registered()) edit<Node>(now->index).lastSeen = former.lastSeen;
      continue;
    }
    former.number = ++registry_.formerNodes_;
    writeRow(ops, former);
  }
}

template <class T>
void Transaction::writeRows(store::OpsWriter& ops) {
  for (const Touch<T>& touch : touched<T>()) {
    const T* now = get<T>(touch.index);
    if (now == nullptr) {
      if (touch.before) ops.erase(static_cast<std::uint8_t>(tableOf(T::kType)), touch.index);
    } else if (now->changed == revision_ || wasLeft(*now, revision_)) {
      writeRow(ops, *now);
    }
  }
}

void Transaction::reserveIndexes() {
  notes_.reservations.emplace_back(ObjectType::Entity, registry_.reserveMore(ObjectType::Entity));
  probing_ = true;
}

std::uint64_t Transaction::finish(store::Batch& batch, std::uint32_t kind, std::string_view origin,
                                  std::string_view address,
                                  const std::function<void(store::OpsWriter&, std::uint64_t)>& more) {
  if (empty() && !more) return 0;  // the destructor puts the untouched values back
  followWays();
  followSets();
  store::OpsWriter ops = batch.begin(revision_, base::unixSeconds(now_.wall), kind, origin, address);
  writeFormerNodes(ops);
  forEachObjectType([&]<class T>(T*) { writeRows<T>(ops); });
  for (const MembershipChange& change : memberships()) {
    const auto table = static_cast<std::uint8_t>(change.table);
    if (change.added) {
      ops.put(table, memberId(change.container, change.member));
      ops.integer(change.container);
      ops.integer(change.member);
      ops.integer(static_cast<std::int64_t>(revision_));
    } else {
      ops.erase(table, memberId(change.container, change.member));
    }
  }
  for (const auto& [type, reserved] : notes_.reservations) {
    ops.put(static_cast<std::uint8_t>(TableNumber::Counter), static_cast<std::int64_t>(type));
    ops.integer(static_cast<std::int64_t>(reserved));
  }
  if (more) more(ops, revision_);
  batch.end();
  registry_.working_.revision = revision_;
  finished_ = true;
  return revision_;
}

// The members that callers in other files instantiate.
template Entity& Transaction::edit(Index);
template Node& Transaction::edit(Index);
template Portal& Transaction::edit(Index);
template PortalGroup& Transaction::edit(Index);
template FcPort& Transaction::edit(Index);
template FcDevice& Transaction::edit(Index);
template Domain& Transaction::edit(Index);
template DomainSet& Transaction::edit(Index);

}  // namespace core
