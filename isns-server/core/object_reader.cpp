#include "isns-server/core/object_reader.h"

#include <array>
#include <utility>

namespace core {

using isns::Attribute;
using isns::AttributeWriter;
using isns::Tag;
namespace tag = isns::tag;

namespace {

// Short attributes put together, so that they are appended in one piece: a zone of ten asks for dozens of them.
class Gathered {
 public:
  explicit Gathered(AttributeWriter& out) : out_(out) {}
  ~Gathered() { flush(); }
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;

  void u32(Tag t, std::uint32_t value) { base::storeU32(room(t, 4), value); }
  void ip(Tag t, const isns::IpAddress& address) { std::memcpy(room(t, 16), address.data(), 16); }
  // Before something else is written to `out`.
  void flush() {
    if (size_ != 0) out_.encoded(base::ByteView(bytes_).first(std::exchange(size_, 0)));
  }

 private:
  std::uint8_t* room(Tag t, std::uint32_t length) {
    if (size_ + isns::kTlvHeaderSize + length > bytes_.size()) flush();
    std::uint8_t* const at = bytes_.data() + size_;
    base::storeU32(at, t);
    base::storeU32(at + 4, length);
    size_ += isns::kTlvHeaderSize + length;
    return at + isns::kTlvHeaderSize;
  }

  AttributeWriter& out_;
  std::array<std::uint8_t, 96> bytes_;
  std::size_t size_ = 0;
};

bool isMemberTag(Tag t) { return t >= tag::kDdMemberNodeIndex && t <= tag::kDdMemberPortalPort; }

// Tags that are not in an object's list, per type: written in this order by writeAll().
template <class T>
std::span<const Tag> computedTags() {
  static constexpr std::array<Tag, 1> kEntity{tag::kEntityIndex};
  static constexpr std::array<Tag, 1> kPortal{tag::kPortalIndex};
  static constexpr std::array<Tag, 1> kNode{tag::kNodeIndex};
  static constexpr std::array<Tag, 5> kGroup{tag::kPgIscsiName, tag::kPgPortalIp, tag::kPgPortalPort, tag::kPgTag,
                                             tag::kPgIndex};
  static constexpr std::array<Tag, 1> kDomain{tag::kDdId};
  static constexpr std::array<Tag, 1> kSet{tag::kDdsId};
  if constexpr (std::is_same_v<T, Entity>) return kEntity;
  if constexpr (std::is_same_v<T, Portal>) return kPortal;
  if constexpr (std::is_same_v<T, Node>) return kNode;
  if constexpr (std::is_same_v<T, PortalGroup>) return kGroup;
  if constexpr (std::is_same_v<T, Domain>) return kDomain;
  if constexpr (std::is_same_v<T, DomainSet>) return kSet;
  return {};
}

}  // namespace

template <class T>
void ObjectReader::writeOne(const T& object, Tag t, AttributeWriter& out) const {
  if constexpr (std::is_same_v<T, Entity>) {
    if (t == tag::kTimestamp) return writeComputed(object, t, out);
  }
  if (const base::ByteView stored = object.attributes.tlv(t); !stored.empty()) return out.encoded(stored);
  writeComputed(object, t, out);
}

void ObjectReader::writeComputed(const Entity& entity, Tag t, AttributeWriter& out) const {
  if (t == tag::kEntityIndex) out.u32(t, entity.index);
  if (t == tag::kTimestamp) {
    const std::uint64_t contact = contacts_.lastContact(entity.index);
    if (contact != 0) {
      out.u64(t, contact);
    } else {
      out.encoded(entity.attributes.tlv(t));
    }
  }
}

void ObjectReader::writeComputed(const Portal& portal, Tag t, AttributeWriter& out) const {
  if (t == tag::kPortalIndex) out.u32(t, portal.index);
}

void ObjectReader::writeComputed(const Node& node, Tag t, AttributeWriter& out) const {
  if (t == tag::kNodeIndex) out.u32(t, node.index);
}

// The keys of a portal group are those of its node and its portal.
void ObjectReader::writeComputed(const PortalGroup& group, Tag t, AttributeWriter& out) const {
  switch (t) {
    case tag::kPgIscsiName:
      return out.raw(t, state_.get<Node>(group.node)->attributes.value(tag::kIscsiName));
    case tag::kPgPortalIp:
      return out.raw(t, state_.get<Portal>(group.portal)->attributes.value(tag::kPortalIp));
    case tag::kPgPortalPort:
      return out.raw(t, state_.get<Portal>(group.portal)->attributes.value(tag::kPortalPort));
    case tag::kPgTag:
      if (group.tag == PortalGroup::kNullTag) return out.empty(t);
      return out.u32(t, group.tag);
    case tag::kPgIndex:
      return out.u32(t, group.index);
    default:
      return;
  }
}

void ObjectReader::writePortal(const Way& way, std::span<const Attribute> asked, AttributeWriter& out) const {
  Gathered gathered(out);
  for (const Attribute& a : asked) {
    if (a.tag == tag::kPortalIp) {
      gathered.ip(a.tag, way.ip);
    } else if (a.tag == tag::kPortalPort) {
      gathered.u32(a.tag, way.port);
    } else {
      gathered.flush();
      writeOne(*state_.get<Portal>(way.portal), a.tag, out);
    }
  }
}

void ObjectReader::writeGroup(const Node& node, const Way& way, std::span<const Attribute> asked,
                              AttributeWriter& out) const {
  Gathered gathered(out);
  for (const Attribute& a : asked) {
    switch (a.tag) {
      case tag::kPgIscsiName:
        gathered.flush();
        out.raw(a.tag, node.attributes.value(tag::kIscsiName));
        break;
      case tag::kPgPortalIp:
        gathered.ip(a.tag, way.ip);
        break;
      case tag::kPgPortalPort:
        gathered.u32(a.tag, way.port);
        break;
      case tag::kPgTag:
        gathered.u32(a.tag, way.tag);
        break;
      default:
        gathered.flush();
        writeOne(*state_.get<PortalGroup>(way.group), a.tag, out);
    }
  }
}

void ObjectReader::writeComputed(const Domain& domain, Tag t, AttributeWriter& out) const {
  if (t == tag::kDdId) out.u32(t, domain.index);
}

void ObjectReader::writeComputed(const DomainSet& set, Tag t, AttributeWriter& out) const {
  if (t == tag::kDdsId) out.u32(t, set.index);
}

// Members one after the other, each with what was asked of it: node index and name, portal index, address and port.
void ObjectReader::writeMembers(const Domain& domain, std::span<const Attribute> asked, AttributeWriter& out) const {
  const auto wants = [&](Tag first, Tag last) {
    for (const Attribute& a : asked) {
      if (a.tag >= first && a.tag <= last) return true;
    }
    return false;
  };
  if (wants(tag::kDdMemberNodeIndex, tag::kDdMemberIscsiName)) {
    domain.nodes.visitWhile([&](Index i) {
      for (const Attribute& a : asked) {
        if (a.tag == tag::kDdMemberNodeIndex) out.u32(a.tag, i);
        if (a.tag == tag::kDdMemberIscsiName) out.raw(a.tag, state_.get<Node>(i)->attributes.value(tag::kIscsiName));
      }
      return !full(out);
    });
  }
  if (wants(tag::kDdMemberFcPortName, tag::kDdMemberFcPortName)) {
    domain.fcPorts.visitWhile([&](Index i) {
      out.raw(tag::kDdMemberFcPortName, state_.get<FcPort>(i)->attributes.value(tag::kFcPortName));
      return !full(out);
    });
  }
  if (wants(tag::kDdMemberPortalIndex, tag::kDdMemberPortalPort)) {
    domain.portals.visitWhile([&](Index i) {
      const Portal& portal = *state_.get<Portal>(i);
      for (const Attribute& a : asked) {
        if (a.tag == tag::kDdMemberPortalIndex) out.u32(a.tag, i);
        if (a.tag == tag::kDdMemberPortalIp) out.raw(a.tag, portal.attributes.value(tag::kPortalIp));
        if (a.tag == tag::kDdMemberPortalPort) out.raw(a.tag, portal.attributes.value(tag::kPortalPort));
      }
      return !full(out);
    });
  }
}

template <class T>
void ObjectReader::write(const T& object, std::span<const Attribute> asked, AttributeWriter& out) const {
  bool membersDone = false;
  for (const Attribute& a : asked) {
    if constexpr (std::is_same_v<T, Domain>) {
      if (isMemberTag(a.tag)) {
        if (!membersDone) writeMembers(object, asked, out);
        membersDone = true;
        continue;
      }
    }
    writeOne(object, a.tag, out);
  }
}

template <class T>
void ObjectReader::writeKey(const T& object, AttributeWriter& out) const {
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    if (row.object == T::kType && row.role == isns::Role::Key) writeOne(object, row.tag, out);
  }
}

template <class T>
void ObjectReader::writeAll(const T& object, AttributeWriter& out) const {
  // Keys stand first (5.6.4): those of numbered objects and portal groups are computed, the others lead the list.
  constexpr bool kComputedKey =
      std::is_same_v<T, PortalGroup> || std::is_same_v<T, Domain> || std::is_same_v<T, DomainSet>;
  const auto computed = [&] {
    for (Tag t : computedTags<T>()) writeComputed(object, t, out);
  };
  if constexpr (kComputedKey) computed();
  object.attributes.forEach([&](const Attribute& a) { writeOne(object, a.tag, out); });
  if constexpr (!kComputedKey) computed();
  if constexpr (std::is_same_v<T, Domain>) {
    std::array<Attribute, 6> members;
    for (std::size_t i = 0; i < members.size(); ++i) members[i].tag = tag::kDdMemberNodeIndex + static_cast<Tag>(i);
    writeMembers(object, members, out);
  }
}

namespace {

bool matchesIndex(Index index, const Attribute& wanted) { return wanted.u32() == index; }

// FC-4 types are 256 bits in 8 words, the lowest type in the lowest bit of its word (FC-GS-4); the code is in byte 0.
bool supportsFc4Type(const FcPort& port, std::uint32_t code) {
  const base::ByteView types = port.attributes.value(tag::kFc4Types);
  const std::uint32_t type = code >> 24;
  return types.size() == 32 && ((base::loadU32(types.data() + type / 32 * 4) >> (type % 32)) & 1) != 0;
}

}  // namespace

template <class T>
bool ObjectReader::matches(const T& object, const Attribute& wanted) const {
  if (wanted.row->role == isns::Role::Index) return matchesIndex(object.index, wanted);
  if constexpr (std::is_same_v<T, Domain> || std::is_same_v<T, DomainSet>) {
    if (wanted.row->role == isns::Role::Key) return matchesIndex(object.index, wanted);
  }
  if constexpr (std::is_same_v<T, PortalGroup>) {
    const Node& node = *state_.get<Node>(object.node);
    const Portal& portal = *state_.get<Portal>(object.portal);
    switch (wanted.tag) {
      case tag::kPgIscsiName:
        return node.name() == wanted.text();
      case tag::kPgPortalIp:
        return base::equal(portal.attributes.value(tag::kPortalIp), wanted.value);
      case tag::kPgPortalPort:
        return base::equal(portal.attributes.value(tag::kPortalPort), wanted.value);
      default:
        return wanted.u32() == object.tag;
    }
  }
  if constexpr (std::is_same_v<T, FcPort>) {
    if (wanted.tag == tag::kFc4TypeCode) return supportsFc4Type(object, wanted.u32());
  }
  const base::ByteView value = object.attributes.value(wanted.tag);
  if (wanted.tag == tag::kNodeType || wanted.tag == tag::kPortRole) {
    return value.size() == 4 && (base::loadU32(value.data()) & wanted.u32()) == wanted.u32();
  }
  switch (wanted.row->kind) {
    case isns::ValueKind::Text:
    case isns::ValueKind::IscsiName:
    case isns::ValueKind::Eid:
      return !value.empty() && object.attributes.text(wanted.tag) == wanted.text();
    default:
      return base::equal(value, wanted.value);
  }
}

void ObjectReader::writeVirtual(const Attribute& asked, std::uint32_t vendorOui, AttributeWriter& out) const {
  if (asked.row->role == isns::Role::NextIndex) out.u32(asked.tag, registry_.nextIndex(asked.row->object));
  if (asked.tag == tag::kServerVendorOui && vendorOui != 0) out.u32(asked.tag, vendorOui << 8);
}

#define SANCTUM_INSTANTIATE(T)                                                                     \
  template void ObjectReader::write(const T&, std::span<const Attribute>, AttributeWriter&) const; \
  template void ObjectReader::writeAll(const T&, AttributeWriter&) const;                          \
  template void ObjectReader::writeKey(const T&, AttributeWriter&) const;                          \
  template bool ObjectReader::matches(const T&, const Attribute&) const;
// One line an object type instead of four; templates cannot be instantiated over a list otherwise.
SANCTUM_INSTANTIATE(Entity)
SANCTUM_INSTANTIATE(Portal)
SANCTUM_INSTANTIATE(Node)
SANCTUM_INSTANTIATE(PortalGroup)
SANCTUM_INSTANTIATE(FcPort)
SANCTUM_INSTANTIATE(FcDevice)
SANCTUM_INSTANTIATE(FcDomain)
SANCTUM_INSTANTIATE(Domain)
SANCTUM_INSTANTIATE(DomainSet)
#undef SANCTUM_INSTANTIATE

}  // namespace core
