// Registry's loading: rows become objects with their links. A store may have been damaged or changed by hand, so nothing
// in a row is taken for granted: a row that cannot be true ends the load, and its text says what is wrong.
#include <algorithm>
#include <array>
#include <string>

#include "isns-server/core/derived.h"
#include "isns-server/core/load_check.h"
#include "isns-server/core/registry.h"

namespace core {

namespace tag = isns::tag;

namespace {

// The attributes by which objects of a type are found, so that each object must have them and no two the same.
template <class T>
constexpr auto keyTags() {
  if constexpr (std::is_same_v<T, Entity>) return std::array{tag::kEntityId};
  if constexpr (std::is_same_v<T, Portal>) return std::array{tag::kPortalIp, tag::kPortalPort};
  if constexpr (std::is_same_v<T, Node>) return std::array{tag::kIscsiName};
  if constexpr (std::is_same_v<T, PortalGroup>) return std::array<isns::Tag, 0>{};  // by its two ends
  if constexpr (std::is_same_v<T, FcPort>) return std::array{tag::kFcPortName};
  if constexpr (std::is_same_v<T, FcDevice>) return std::array{tag::kFcNodeName};
  if constexpr (std::is_same_v<T, FcDomain>) return std::array{tag::kVirtualFabricId, tag::kAssignedId};
  if constexpr (std::is_same_v<T, Domain>) return std::array{tag::kDdName};
  if constexpr (std::is_same_v<T, DomainSet>) return std::array{tag::kDdsName};
}

template <class T>
base::Status checkKey(const T& object) {
  for (const isns::Tag t : keyTags<T>()) {
    if (!object.attributes.value(t).empty()) continue;
    return base::fail("column " + std::string(isns::findAttribute(t)->field) + " has no value");
  }
  return {};
}

template <class T>
bool sameKey(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, PortalGroup>) return a.node == b.node && a.portal == b.portal;
  return std::ranges::all_of(keyTags<T>(), [&](isns::Tag t) {
    return base::equal(a.attributes.value(t), b.attributes.value(t));
  });
}

}  // namespace

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
  if (id <= 0 || id > std::int64_t{kMaxIndex}) return base::fail("the row's id is no index");
  auto object = base::makeRef<T>();
  object->index = static_cast<Index>(id);
  if (auto status = readRow(cells, *object); !status) return status;
  T& stored = *object;
  if (auto status = checkKey(stored); !status) return status;
  const std::uint64_t hash = keyHash(stored);
  if (const T* other = find<T>(working_, hash, [&](const T& o) { return sameKey(o, stored); }); other != nullptr) {
    return base::fail("row " + std::to_string(other->index) + " has the same key");
  }
  working_.table<T>().set(stored.index, object);
  index<T>().insert(hash, stored.index);
  return linkLoaded(stored);
}

base::Status Registry::loadMember(TableNumber table, std::int64_t id, std::span<const store::Cell> cells) {
  const auto container = static_cast<Index>(static_cast<std::uint64_t>(id) >> 32);
  const auto member = static_cast<Index>(id);
  if (cells.size() != 3 || cells[0].integer != container || cells[1].integer != member) {
    return base::fail("the row's id is not made of its columns");
  }
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

base::Status Registry::loadCounter(std::int64_t id, std::span<const store::Cell> cells) {
  if (id <= 0 || static_cast<std::size_t>(id) >= counters_.size()) {
    return base::fail("a counter of a type that is not known");
  }
  if (cells.size() != 1 || cells[0].integer < 1 || static_cast<std::uint64_t>(cells[0].integer) > kMaxCounter) {
    return base::fail("column reserved is no index");
  }
  Counter& counter = counters_[static_cast<std::size_t>(id)];
  counter.next = counter.reserved = static_cast<std::uint64_t>(cells[0].integer);
  return {};
}

base::Status Registry::loadFormerNode(std::int64_t id, std::span<const store::Cell> cells) {
  FormerNode row;
  if (auto status = readRow(cells, row); !status) return status;
  if (formerNodeId(row.number) != id) return base::fail("column number is not that of the row");
  formerNodes_ = std::max(formerNodes_, row.number);
  return {};
}

base::Status Registry::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table == static_cast<std::uint8_t>(TableNumber::Counter)) return loadCounter(id, cells);
  if (table == static_cast<std::uint8_t>(TableNumber::FormerNode)) return loadFormerNode(id, cells);
  bool isObject = false;
  base::Status status;
  forEachObjectType([&]<class T>(T*) {
    if (static_cast<std::uint8_t>(tableOf(T::kType)) != table) return;
    isObject = true;
    status = loadObject<T>(id, cells);
  });
  return isObject ? status : loadMember(static_cast<TableNumber>(table), id, cells);
}

base::Status Registry::finishLoad(std::uint64_t revision) {
  working_.revision = revision;
  if (auto status = checkLoaded(working_); !status) return status;
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
