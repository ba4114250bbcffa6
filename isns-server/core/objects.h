// The objects of the registry (RFC 4171 section 3), as immutable values that snapshots share.
//
// An object holds facts, which the store keeps: its attributes and who contains it. And it holds links, which follow
// from facts of other objects and are rebuilt at start. Attributes are canonical TLVs, keys included, so that a query
// copies them out. Only a Transaction makes or changes objects; whoever holds a State may read them from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "shared/base/id_set.h"
#include "shared/base/persistent_table.h"
#include "shared/base/shared_array.h"
#include "shared/isns/attribute_list.h"

namespace core {

using Index = std::uint32_t;  // the server's number of an object; never 0, at most kMaxIndex
inline constexpr Index kMaxIndex = 0xfffffffe;
using isns::ObjectType;

struct Object : base::RefCounted {
  Index index = 0;
  std::uint64_t stamp = 0;    // the transaction that made this value; it alone may still write to it
  std::uint64_t created = 0;  // revision
  std::uint64_t changed = 0;  // revision of the last change of a fact
  isns::AttributeList attributes;
};

struct Entity : Object {
  static constexpr ObjectType kType = ObjectType::Entity;
  base::IdSet nodes;
  base::IdSet portals;
  base::IdSet fcPorts;
};

// Portals, nodes and FC ports outlive their registration while a domain or a portal group names them: their index is
// kept (RFC 4171 6.4.5). Such a placeholder has entity 0 and only its key attributes.
struct Portal : Object {
  static constexpr ObjectType kType = ObjectType::Portal;
  Index entity = 0;
  base::IdSet groups;
  base::IdSet domains;
  bool signs = false;  // registered by a signed message: who listens at its ports takes no other
  [[nodiscard]] bool registered() const { return entity != 0; }
};

// A portal group that gives access to a node, and its portal, with what most queries want to know of the two.
struct Way {
  Index group = 0;
  Index portal = 0;
  std::uint32_t tag = 0;
  std::uint32_t port = 0;  // as the portal's attribute has it
  isns::IpAddress ip{};
  friend bool operator==(const Way&, const Way&) = default;
};

struct Node : Object {
  static constexpr ObjectType kType = ObjectType::Node;
  Index entity = 0;
  base::IdSet groups;
  base::SharedArray<Way> ways;  // follow from the groups: derived.h
  base::IdSet domains;
  std::uint64_t registeredSince = 0;  // revision of the registration that holds without a break; 0: none, or not known
  std::int64_t lastSeen = 0;          // Unix seconds when its registration ended; 0: it is registered, or not known
  [[nodiscard]] bool registered() const { return entity != 0; }
  [[nodiscard]] std::uint32_t type() const { return attributes.u32Or(isns::tag::kNodeType, 0); }
  [[nodiscard]] std::uint32_t scnBitmap() const { return attributes.u32Or(isns::tag::kScnBitmap, 0); }
  [[nodiscard]] std::string_view name() const { return attributes.text(isns::tag::kIscsiName); }
};

// Joins a node and a portal. Its key attributes are those of the two.
struct PortalGroup : Object {
  static constexpr ObjectType kType = ObjectType::PortalGroup;
  static constexpr std::uint32_t kNullTag = 0xffffffff;  // no access (RFC 4171 3.4)
  Index node = 0;
  Index portal = 0;
  std::uint32_t tag = isns::kDefaultPgTag;
  [[nodiscard]] bool grantsAccess() const { return tag != kNullTag; }
};

struct FcPort : Object {
  static constexpr ObjectType kType = ObjectType::FcPort;
  Index entity = 0;
  Index device = 0;
  base::IdSet domains;
  [[nodiscard]] bool registered() const { return entity != 0; }
  [[nodiscard]] std::uint32_t type() const { return attributes.u32Or(isns::tag::kPortRole, 0); }
  [[nodiscard]] std::uint32_t scnBitmap() const { return attributes.u32Or(isns::tag::kIfcpScnBitmap, 0); }
};

struct FcDevice : Object {
  static constexpr ObjectType kType = ObjectType::FcDevice;
  base::IdSet ports;
};

// One FC_DOMAIN_ID of a virtual fabric, allocated to a switch (RFC 4171 5.6.5.15).
struct FcDomain : Object {
  static constexpr ObjectType kType = ObjectType::FcDomain;
  Index entity = 0;  // of the client that asked; its end frees the id. 0: unknown
};

// A domain's index is its DD_ID, a set's its DDS_ID.
struct Domain : Object {
  static constexpr ObjectType kType = ObjectType::Domain;
  base::IdSet nodes;
  base::IdSet portals;
  base::IdSet fcPorts;
  base::IdSet sets;
  std::uint64_t unassignedSince = 0;  // revision since which it was in no set when it was in none last; 0: not known
  std::uint64_t portalsLeft = 0;      // revision in which a portal last left it; 0: none has, or not known
  std::uint64_t nodesLeft = 0;        // the same of nodes
  bool enabled = false;  // one of its sets is: follows from them, derived.h
};

struct DomainSet : Object {
  static constexpr ObjectType kType = ObjectType::DomainSet;
  base::IdSet domains;
  std::uint64_t enabledSince = 0;  // revision since which it is enabled without a break; 0: it is not
  std::uint64_t domainsLeft = 0;   // revision in which a domain last left it; 0: none has, or not known
  [[nodiscard]] bool enabled() const { return (attributes.u32Or(isns::tag::kDdsStatus, 0) & isns::kDdsEnabled) != 0; }
};

// A node of which the registry keeps nothing else: its registration ended, and nothing names it.
struct FormerNode {
  std::uint64_t number = 0;  // in the order in which they left, from 1
  std::string name;
  std::int64_t lastSeen = 0;  // Unix seconds
};

// The key of a portal as it stands in memory and in hashes: address, then the port attribute, both as on the wire.
struct PortalKey {
  std::array<std::uint8_t, 20> bytes{};

  static PortalKey of(base::ByteView ip, std::uint32_t port) {
    PortalKey key;
    std::memcpy(key.bytes.data(), ip.data(), 16);
    base::storeU32(key.bytes.data() + 16, port);
    return key;
  }
  static PortalKey of(const Portal& portal) {
    return of(portal.attributes.value(isns::tag::kPortalIp), portal.attributes.u32Or(isns::tag::kPortalPort, 0));
  }
  [[nodiscard]] base::ByteView ip() const { return base::ByteView(bytes).first(16); }
  [[nodiscard]] std::uint32_t port() const { return base::loadU32(bytes.data() + 16); }
  friend bool operator==(const PortalKey&, const PortalKey&) = default;
};

}  // namespace core
