#include "isns-server/core/registry.h"

#include <algorithm>

#include "isns-server/core/domain_numbers.h"

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

// After the highest number comes the lowest again. Numbers in use are passed over: those that makers of domains and sets
// chose, and after four billion registrations the old ones. There are far fewer objects than numbers.
Index Registry::nextIndex(ObjectType type) const {
  const std::uint64_t next = counters_[static_cast<std::size_t>(type)].next;
  const Index last = type == ObjectType::Domain || type == ObjectType::DomainSet ? kMaxDomainNumber : kMaxIndex;
  Index index = next > last ? 1 : static_cast<Index>(next);
  forEachObjectType([&]<class T>(T*) {
    if (T::kType != type) return;
    while (working_.get<T>(index) != nullptr) index = index >= last ? 1 : index + 1;
  });
  return index;
}

Index Registry::issueIndex(ObjectType type, std::optional<std::uint64_t>& reserved) {
  Counter& counter = counters_[static_cast<std::size_t>(type)];
  const Index issued = nextIndex(type);
  const bool again = issued < counter.next;  // from the lowest
  counter.next = std::uint64_t{issued} + 1;
  if (again || counter.next > counter.reserved) reserved = reserveMore(type);
  return issued;
}

std::uint64_t Registry::reserveMore(ObjectType type) {
  Counter& counter = counters_[static_cast<std::size_t>(type)];
  return counter.reserved = std::min(counter.next + kReserve, kMaxCounter);
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
  for (std::size_t i = 0; i < lostInFlight_; ++i) drop(lostKeys_[i]);
  lostKeys_.erase(lostKeys_.begin(), lostKeys_.begin() + static_cast<std::ptrdiff_t>(lostInFlight_));
  lostInFlight_ = 0;
}

void Registry::commitFailed() {
  inFlight_ = State{};
  working_ = committed_;
  lostKeys_.clear();
  lostInFlight_ = 0;
  for (Counter& counter : counters_) counter.reserved = 0;  // what was reserved may not have been stored
  rebuildIndexes();
}

void Registry::drop(const LostKey& lost) {
  forEachObjectType([&]<class T>(T*) {
    if (T::kType != lost.type) return;
    for (const State* state : {&working_, &inFlight_, &committed_}) {
      const T* object = state->get<T>(lost.index);
      if (object == nullptr) continue;
      if constexpr (std::is_same_v<T, Node>) {
        if (lost.token && tokenHash(*object) == lost.hash) return;
      }
      if (!lost.token && keyHash(*object) == lost.hash) return;
    }
    (lost.token ? tokens_ : index<T>()).erase(lost.hash, lost.index);
  });
}

std::uint64_t Registry::tokenHash(const Node& node) const {
  const base::ByteView token = node.attributes.value(tag::kWwnnToken);
  return token.empty() ? 0 : hash(token);
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

}  // namespace core
