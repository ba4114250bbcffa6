#include "isns-server/core/registry.h"

#include <string>

#include "isns-server/core/derived.h"

namespace core {

namespace tag = isns::tag;

namespace {

std::array<std::uint8_t, 8> groupKey(Index node, Index portal) {
  std::array<std::uint8_t, 8> key;
  base::storeU32(key.data(), node);
  base::storeU32(key.data() + 4, portal);
  return key;
}

bool sameText(const Object& object, isns::Tag tag, std::string_view text) {
  return object.attributes.isText(tag, text);
}
bool sameBytes(const Object& object, isns::Tag tag, base::ByteView bytes) {
  return base::equal(object.attributes.value(tag), bytes);
}

}  // namespace

template <>
std::uint64_t Registry::keyHash(const Entity& o) const {
  return hash(o.attributes.text(tag::kEntityId));
}
template <>
std::uint64_t Registry::keyHash(const Portal& o) const {
  return hash(base::ByteView(PortalKey::of(o).bytes));
}
template <>
std::uint64_t Registry::keyHash(const Node& o) const {
  return hash(o.name());
}
template <>
std::uint64_t Registry::keyHash(const PortalGroup& o) const {
  return hash(base::ByteView(groupKey(o.node, o.portal)));
}
template <>
std::uint64_t Registry::keyHash(const FcPort& o) const {
  return hash(o.attributes.value(tag::kFcPortName));
}
template <>
std::uint64_t Registry::keyHash(const FcDevice& o) const {
  return hash(o.attributes.value(tag::kFcNodeName));
}
template <>
std::uint64_t Registry::keyHash(const FcDomain& o) const {
  return hash(o.attributes.text(tag::kVirtualFabricId)) + o.attributes.u32Or(tag::kAssignedId, 0);
}
template <>
std::uint64_t Registry::keyHash(const Domain& o) const {
  return hash(o.attributes.text(tag::kDdName));
}
template <>
std::uint64_t Registry::keyHash(const DomainSet& o) const {
  return hash(o.attributes.text(tag::kDdsName));
}

template <class T, class Same>
const T* Registry::find(const State& state, std::uint64_t hash, Same&& same) const {
  const T* found = nullptr;
  (void)index<T>().find(hash, [&](Index at) {
    const T* object = state.get<T>(at);
    if (object == nullptr || !same(*object)) return false;
    found = object;
    return true;
  });
  return found;
}

const Entity* Registry::findEntity(const State& state, std::string_view eid) const {
  return find<Entity>(state, hash(eid), [&](const Entity& o) { return sameText(o, tag::kEntityId, eid); });
}
const Portal* Registry::findPortal(const State& state, const PortalKey& key) const {
  return find<Portal>(state, hash(base::ByteView(key.bytes)), [&](const Portal& o) { return PortalKey::of(o) == key; });
}
const Node* Registry::findNode(const State& state, std::string_view name) const {
  return find<Node>(state, hash(name), [&](const Node& o) { return sameText(o, tag::kIscsiName, name); });
}
const PortalGroup* Registry::findGroup(const State& state, Index node, Index portal) const {
  return find<PortalGroup>(state, hash(base::ByteView(groupKey(node, portal))),
                           [&](const PortalGroup& o) { return o.node == node && o.portal == portal; });
}
const FcPort* Registry::findFcPort(const State& state, base::ByteView wwpn) const {
  return find<FcPort>(state, hash(wwpn), [&](const FcPort& o) { return sameBytes(o, tag::kFcPortName, wwpn); });
}
const FcDevice* Registry::findFcDevice(const State& state, base::ByteView wwnn) const {
  return find<FcDevice>(state, hash(wwnn), [&](const FcDevice& o) { return sameBytes(o, tag::kFcNodeName, wwnn); });
}
const FcDomain* Registry::findFcDomain(const State& state, std::string_view fabric, std::uint32_t id) const {
  return find<FcDomain>(state, hash(fabric) + id, [&](const FcDomain& o) {
    return sameText(o, tag::kVirtualFabricId, fabric) && o.attributes.u32(tag::kAssignedId) == id;
  });
}
const Domain* Registry::findDomain(const State& state, std::string_view name) const {
  return find<Domain>(state, hash(name), [&](const Domain& o) { return sameText(o, tag::kDdName, name); });
}
const DomainSet* Registry::findSet(const State& state, std::string_view name) const {
  return find<DomainSet>(state, hash(name), [&](const DomainSet& o) { return sameText(o, tag::kDdsName, name); });
}
const Node* Registry::findNodeByToken(const State& state, base::ByteView wwnnToken) const {
  const Node* found = nullptr;
  (void)tokens_.find(hash(wwnnToken), [&](Index at) {
    const Node* node = state.get<Node>(at);
    if (node == nullptr || !sameBytes(*node, tag::kWwnnToken, wwnnToken)) return false;
    found = node;
    return true;
  });
  return found;
}

std::size_t Registry::objects() const {
  std::size_t total = 0;
  forEachObjectType([&]<class T>(T*) { total += working_.table<T>().size(); });
  return total;
}

// ---- Indexes -------------------------------------------------------------------------------------------------------

Index Registry::nextIndex(ObjectType type) const {
  std::uint64_t next = counters_[static_cast<std::size_t>(type)].next;
  // Domains and sets may have been given numbers by their makers.
  if (type == ObjectType::Domain) {
    while (working_.domains.get(static_cast<Index>(next)) != nullptr) ++next;
  } else if (type == ObjectType::DomainSet) {
    while (working_.sets.get(static_cast<Index>(next)) != nullptr) ++next;
  }
  return static_cast<Index>(next);
}

Index Registry::issueIndex(ObjectType type, std::optional<std::uint64_t>& reserved) {
  Counter& counter = counters_[static_cast<std::size_t>(type)];
  const Index issued = nextIndex(type);
  counter.next = std::uint64_t{issued} + 1;
  if (counter.next > counter.reserved) reserved = reserveMore(type);
  return issued;
}

std::uint64_t Registry::reserveMore(ObjectType type) {
  Counter& counter = counters_[static_cast<std::size_t>(type)];
  return counter.reserved = counter.next + kReserve;
}

void Registry::Graves::bury(std::uint64_t hash, Index index) {
  if (graves_.empty()) graves_.resize(kSlots);
  graves_[hash % kSlots] = {hash, index};
}

Index Registry::Graves::find(std::uint64_t hash) const {
  if (graves_.empty()) return 0;
  const Grave& grave = graves_[hash % kSlots];
  return grave.hash == hash ? grave.index : 0;
}

// ---- Commits -------------------------------------------------------------------------------------------------------

void Registry::commitSucceeded() {
  committed_ = std::move(inFlight_);
  inFlight_ = State{};
  dropLostKeys(lostInFlight_);
}

void Registry::commitFailed() {
  inFlight_ = State{};
  working_ = committed_;
  lostKeys_.clear();
  lostInFlight_ = 0;
  for (Counter& counter : counters_) counter.reserved = 0;  // what was reserved may not have been stored
  rebuildIndexes();
}

// Erases the entries of keys that were lost, unless the working state has the key at that index again.
void Registry::dropLostKeys(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const LostKey& lost = lostKeys_[i];
    if (lost.token) {
      dropToken(lost.hash, lost.index);
      continue;
    }
    forEachObjectType([&]<class T>(T*) {
      if (T::kType != lost.type) return;
      const T* object = working_.get<T>(lost.index);
      if (object == nullptr || keyHash(*object) != lost.hash) index<T>().erase(lost.hash, lost.index);
    });
  }
  lostKeys_.erase(lostKeys_.begin(), lostKeys_.begin() + static_cast<std::ptrdiff_t>(count));
  lostInFlight_ = 0;
}

std::uint64_t Registry::tokenHash(const Node& node) const {
  const base::ByteView token = node.attributes.value(tag::kWwnnToken);
  return token.empty() ? 0 : hash(token);
}

void Registry::dropToken(std::uint64_t hash, Index index) {
  for (const State* state : {&working_, &inFlight_, &committed_}) {
    const Node* node = state->get<Node>(index);
    if (node != nullptr && tokenHash(*node) == hash) return;
  }
  tokens_.erase(hash, index);
}

void Registry::rebuildIndexes() {
  forEachObjectType([&]<class T>(T*) {
    index<T>().clear();
    working_.table<T>().forEach([&](Index at, const T& object) { index<T>().insert(keyHash(object), at); });
  });
  tokens_.clear();
  working_.nodes.forEach([&](Index at, const Node& node) {
    if (const base::ByteView token = node.attributes.value(tag::kWwnnToken); !token.empty())
      tokens_.insert(hash(token), at);
  });
}

// ---- Loading -------------------------------------------------------------------------------------------------------

// While loading nobody else holds an object, so links are written in place.
template <class T>
T* Registry::loaded(Index index) {
  auto* item = working_.table<T>().own(index);
  return item == nullptr ? nullptr : const_cast<T*>(item->get());
}

base::Status Registry::linkLoaded(Portal& portal) {
  if (portal.entity == 0) return {};
  Entity* entity = loaded<Entity>(portal.entity);
  if (entity == nullptr) return base::fail("the portal's entity is missing");
  entity->portals.insert(portal.index);
  return {};
}

base::Status Registry::linkLoaded(Node& node) {
  if (const base::ByteView token = node.attributes.value(tag::kWwnnToken); !token.empty()) {
    tokens_.insert(hash(token), node.index);
  }
  if (node.entity == 0) return {};
  Entity* entity = loaded<Entity>(node.entity);
  if (entity == nullptr) return base::fail("the node's entity is missing");
  entity->nodes.insert(node.index);
  return {};
}

base::Status Registry::linkLoaded(PortalGroup& group) {
  Node* node = loaded<Node>(group.node);
  Portal* portal = loaded<Portal>(group.portal);
  if (node == nullptr || portal == nullptr) return base::fail("the portal group's node or portal is missing");
  node->groups.insert(group.index);
  portal->groups.insert(group.index);
  return {};
}

base::Status Registry::linkLoaded(FcPort& port) {
  if (port.entity != 0) {
    Entity* entity = loaded<Entity>(port.entity);
    if (entity == nullptr) return base::fail("the FC port's entity is missing");
    entity->fcPorts.insert(port.index);
  }
  if (port.device != 0) {
    FcDevice* device = loaded<FcDevice>(port.device);
    if (device == nullptr) return base::fail("the FC port's device is missing");
    device->ports.insert(port.index);
  }
  return {};
}

template <class T>
base::Status Registry::loadObject(std::int64_t id, std::span<const store::Cell> cells) {
  if (id <= 0 || id > 0xffffffff) return base::fail("the row's id is no index");
  auto object = base::makeRef<T>();
  object->index = static_cast<Index>(id);
  if (auto status = readRow(cells, *object); !status) return status;
  T& stored = *object;
  working_.table<T>().set(stored.index, object);
  index<T>().insert(keyHash(stored), stored.index);
  Counter& counter = counters_[static_cast<std::size_t>(T::kType)];
  const bool numberedByClients = T::kType == ObjectType::Domain || T::kType == ObjectType::DomainSet;
  if (!numberedByClients && counter.next <= stored.index) counter.next = std::uint64_t{stored.index} + 1;
  return linkLoaded(stored);
}

base::Status Registry::loadMember(TableNumber table, std::int64_t id) {
  const auto container = static_cast<Index>(static_cast<std::uint64_t>(id) >> 32);
  const auto member = static_cast<Index>(id);
  const auto join = [&]<class T>(T* object, base::IdSet T::*back, auto* owner, auto set) -> base::Status {
    if (object == nullptr || owner == nullptr) return base::fail("a membership names an object that is missing");
    (owner->*set).insert(member);
    (object->*back).insert(container);
    return {};
  };
  switch (table) {
    case TableNumber::DomainNode:
      return join(loaded<Node>(member), &Node::domains, loaded<Domain>(container), &Domain::nodes);
    case TableNumber::DomainPortal:
      return join(loaded<Portal>(member), &Portal::domains, loaded<Domain>(container), &Domain::portals);
    case TableNumber::DomainFcPort:
      return join(loaded<FcPort>(member), &FcPort::domains, loaded<Domain>(container), &Domain::fcPorts);
    case TableNumber::SetDomain:
      return join(loaded<Domain>(member), &Domain::sets, loaded<DomainSet>(container), &DomainSet::domains);
    default:
      return base::fail("a row of a table that is not known");
  }
}

base::Status Registry::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table == static_cast<std::uint8_t>(TableNumber::Counter)) {
    if (id <= 0 || static_cast<std::size_t>(id) >= counters_.size() || cells.size() != 1) {
      return base::fail("a counter of a type that is not known");
    }
    Counter& counter = counters_[static_cast<std::size_t>(id)];
    counter.next = counter.reserved = static_cast<std::uint64_t>(cells[0].integer);
    return {};
  }
  bool isObject = false;
  base::Status status;
  forEachObjectType([&]<class T>(T*) {
    if (static_cast<std::uint8_t>(tableOf(T::kType)) != table) return;
    isObject = true;
    status = loadObject<T>(id, cells);
  });
  return isObject ? status : loadMember(static_cast<TableNumber>(table), id);
}

base::Status Registry::finishLoad(std::uint64_t revision) {
  working_.revision = revision;
  working_.nodes.forEach([&](Index i, const Node& node) { loaded<Node>(i)->ways = findWays(working_, node); });
  working_.domains.forEach([&](Index i, const Domain& domain) {
    loaded<Domain>(i)->enabled = inEnabledSet(working_, domain);
  });
  // Numbers 1 are the default domain's and set's (RFC 4171 6.11).
  for (ObjectType type : {ObjectType::Domain, ObjectType::DomainSet}) {
    Counter& counter = counters_[static_cast<std::size_t>(type)];
    if (counter.next < 2) counter.next = 2;
  }
  committed_ = working_;
  return {};
}

}  // namespace core
