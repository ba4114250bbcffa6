#include "isns-server/core/lookahead.h"

#include "shared/isns/tlv.h"

namespace core {

using isns::Function;
namespace tag = isns::tag;

namespace {

// The tables' inner nodes are few and stay near; what is fetched is the leaf's place for the object.
template <class T>
void prefetchPlace(const State& state, Index index) {
  if (index != 0) base::prefetch(state.table<T>().placeOf(index));
}

template <class T>
const T* prefetchObject(const State& state, Index index) {
  const T* object = index == 0 ? nullptr : state.get<T>(index);
  if (object != nullptr) base::prefetchObject(object);
  return object;
}

// Name and type come first; what follows is asked for less often.
constexpr std::size_t kMostlyRead = 2 * base::kCacheLine;

Index firstOf(const base::IdSet& ids) { return ids.empty() ? 0 : ids.front(); }

// The attributes of a payload, as they stand and unchecked.
struct Tlvs {
  explicit Tlvs(base::ByteView payload) : rest(payload) {}

  bool next() {
    if (rest.size() < isns::kTlvHeaderSize) return false;
    const std::size_t length = base::loadU32(rest.data() + 4);
    if (length > rest.size() - isns::kTlvHeaderSize) return false;
    tag = base::loadU32(rest.data());
    value = rest.subspan(isns::kTlvHeaderSize, length);
    rest = rest.subspan(isns::kTlvHeaderSize + length);
    return true;
  }

  base::ByteView rest;
  isns::Tag tag = 0;
  base::ByteView value;
};

}  // namespace

void fetchListeners(const State& state, std::span<const ScnRecipient> listeners) {
  struct Walk {
    Index index = 0;
    const Node* node = nullptr;
    const Entity* entity = nullptr;
    const Portal* portal = nullptr;
  };
  std::array<Walk, kMaxListeners> room;
  const std::span<Walk> walks(room.data(), std::min(listeners.size(), room.size()));
  for (std::size_t i = 0; i < walks.size(); ++i) {
    walks[i].index = listeners[i].type == ObjectType::Node ? listeners[i].index : 0;
    prefetchPlace<Node>(state, walks[i].index);
  }
  for (Walk& w : walks) w.node = prefetchObject<Node>(state, w.index);
  for (Walk& w : walks) {
    w.index = w.node == nullptr ? 0 : w.node->entity;
    prefetchPlace<Entity>(state, w.index);
    if (w.node != nullptr) base::prefetch(w.node->attributes.bytes().data(), base::kCacheLine);
  }
  for (Walk& w : walks) w.entity = prefetchObject<Entity>(state, w.index);
  for (Walk& w : walks) {
    w.index = w.entity == nullptr ? 0 : firstOf(w.entity->portals);
    prefetchPlace<Portal>(state, w.index);
  }
  for (Walk& w : walks) w.portal = prefetchObject<Portal>(state, w.index);
  for (const Walk& w : walks) {
    if (w.portal != nullptr) base::prefetch(w.portal->attributes.bytes().data(), kMostlyRead);
  }
}

bool Lookahead::expect(const isns::Message& message) {
  if (named_ + 2 > kMaxNames) return false;
  if (message.function == isns::idOf(Function::DevAttrQry)) expectQuery(message.payload);
  if (message.function == isns::idOf(Function::DevAttrReg)) expectRegistration(message.payload);
  return true;
}

void Lookahead::name(base::ByteView paddedName, bool asks) {
  const std::string_view padded = base::asText(paddedName);
  names_[named_++] = {registry_.hash(padded.substr(0, padded.find('\0'))), asks, false};
}

// The source and the first key attribute: enough to know where a query begins.
void Lookahead::expectQuery(base::ByteView payload) {
  Tlvs tlvs(payload);
  for (int place = 0; place < 2 && tlvs.next(); ++place) {
    if (tlvs.tag == tag::kIscsiName) {
      name(tlvs.value, place == 0);
    } else if (place == 1 && named_ > 0 && tlvs.tag != tag::kDelimiter) {
      names_[named_ - 1].neighbours = true;
    }
  }
}

// The source, and the places of the keys that will be looked up and, for new objects, put in.
void Lookahead::expectRegistration(base::ByteView payload) {
  Tlvs tlvs(payload);
  base::ByteView ip;
  for (std::size_t place = 0; place < kMaxTlvs && tlvs.next(); ++place) {
    if (place == 0 && tlvs.tag == tag::kIscsiName) {
      name(tlvs.value, true);
    } else if (tlvs.tag == tag::kIscsiName || tlvs.tag == tag::kEntityId) {
      const std::string_view padded = base::asText(tlvs.value);
      const std::uint64_t hash = registry_.hash(padded.substr(0, padded.find('\0')));
      tlvs.tag == tag::kEntityId ? registry_.keys<Entity>().prefetch(hash) : registry_.keys<Node>().prefetch(hash);
    } else if (tlvs.tag == tag::kPortalIp && tlvs.value.size() == 16) {
      ip = tlvs.value;
    } else if (tlvs.tag == tag::kPortalPort && tlvs.value.size() == 4 && !ip.empty()) {
      const PortalKey key = PortalKey::of(ip, base::loadU32(tlvs.value.data()));
      registry_.keys<Portal>().prefetch(registry_.hash(base::ByteView(key.bytes)));
    }
  }
}

void Lookahead::fetch() {
  const std::span<const Named> names(names_.data(), std::exchange(named_, 0));
  if (names.empty()) return;
  const KeyIndex& index = registry_.keys<Node>();
  for (const Named& name : names) index.prefetch(name.hash);
  for (std::size_t i = 0; i < names.size(); ++i) walks_[i] = {index.guess(names[i].hash)};
  walking_ = names.size();
  const std::span<Walk> own(walks_.data(), walking_);
  toNodes(own);
  toDomains(names, own);
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (names[i].neighbours && own[i].domain != nullptr) addNeighbours(*own[i].domain);
  }
  const std::span<Walk> neighbours(walks_.data() + own.size(), walking_ - own.size());
  toNodes(neighbours);
}

void Lookahead::addNeighbours(const Domain& domain) {
  (void)domain.nodes.visitWhile([&](Index other) {
    if (walking_ == kMaxNodes) return false;
    walks_[walking_++] = {other};
    return true;
  });
}

// One step of all walks at a time: what one loop asks for, the next one reads.

void Lookahead::toNodes(std::span<Walk> walks) const {
  const State& state = registry_.committed();
  for (const Walk& w : walks) prefetchPlace<Node>(state, w.index);
  for (Walk& w : walks) w.node = prefetchObject<Node>(state, w.index);
  for (const Walk& w : walks) {
    if (w.node == nullptr) continue;
    const base::ByteView attributes = w.node->attributes.bytes();
    base::prefetch(attributes.data(), std::min(attributes.size(), kMostlyRead));
    w.node->ways.prefetchItems();
  }
}

// Only of who asks: his domains say what he sees, and that he was heard is noted.
void Lookahead::toDomains(std::span<const Named> names, std::span<Walk> walks) const {
  const State& state = registry_.committed();
  for (std::size_t i = 0; i < walks.size(); ++i) {
    Walk& w = walks[i];
    if (!names[i].asks) w.node = nullptr;
    w.index = w.node == nullptr ? 0 : firstOf(w.node->domains);
    prefetchPlace<Domain>(state, w.index);
    if (w.node != nullptr) liveness_.prefetchChain(w.node->entity);
  }
  for (Walk& w : walks) {
    w.domain = prefetchObject<Domain>(state, w.index);
    if (w.node != nullptr) liveness_.prefetchRecord(w.node->entity);
  }
  for (const Walk& w : walks) {
    if (w.domain != nullptr) w.domain->nodes.prefetchIds();
    if (w.node != nullptr) liveness_.prefetchNextRecord(w.node->entity);
  }
}

}  // namespace core
