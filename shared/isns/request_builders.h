// The requests of an iSNS client, one builder for each message of RFC 4171 5.6.5.
//
// A builder puts attributes where the message wants them and knows nothing of servers: source attribute, transaction
// id and header come from the ClientSession that sends the request. Names are in their normal spelling already (see
// parseValue()). Pure values and functions, safe from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shared/isns/attribute_list.h"
#include "shared/isns/functions.h"
#include "shared/isns/ip_text.h"
#include "shared/names/wwn.h"

namespace isns {

using Wwn = names::Wwn;

// A request before it has a transaction id. The lists are whole TLVs.
struct Request {
  Function function = Function::DevAttrQry;
  bool replace = false;  // DevAttrReg only
  base::Bytes source{};  // one TLV; empty: the session's own
  base::Bytes key{};
  base::Bytes operating{};
};

// --- DevAttrReg (5.6.5.1) ---

// An explicit portal group: the portals by which a node is reached under one tag; nothing: NULL, no access.
struct PortalGroup {
  std::optional<std::uint16_t> tag{};
  std::vector<PortalAddress> portals{};
};
struct NodeRegistration {
  AttributeList attributes{};
  std::vector<PortalGroup> groups{};
};
// One entity with what belongs to it. Each list of attributes holds its key attributes too.
struct Registration {
  bool replace = false;
  base::Bytes key{};       // the message key; empty: none, the server makes an entity
  AttributeList entity{};  // empty: the message does not name it
  std::vector<AttributeList> portals{};
  std::vector<NodeRegistration> nodes{};
  std::vector<AttributeList> fcPorts{};
  std::vector<AttributeList> fcDevices{};
};
Request registerObjects(const Registration& registration);

// --- DevAttrQry (5.6.5.2), DevGetNext (5.6.5.3), DevDereg (5.6.5.4) ---

// No `wanted`: all attributes. An empty key: everything that the source may see.
Request query(base::ByteView key, std::span<const Tag> wanted);
// `filter`: attributes with values that the object must have.
Request getNext(base::ByteView key, base::ByteView filter, std::span<const Tag> wanted);
// `objects`: keys or indexes, as many as wanted.
Request deregister(base::ByteView objects);

// The zero-length key attributes of a kind of object: "all of them" in a query, "the first" in DevGetNext.
base::Bytes emptyKey(ObjectType type);
base::Bytes nodeKey(std::string_view iscsiName);
base::Bytes portalKey(const PortalAddress& portal);
base::Bytes entityKey(std::string_view eid);

// --- SCNReg, SCNDereg, SCNEvent (5.6.5.5-7) ---

using ScnNode = std::variant<std::string, Wwn>;  // an iSCSI name or an FC port name
Request registerScn(const ScnNode& node, std::uint32_t bitmap);
Request deregisterScn(const ScnNode& node);
Request scnEvent(const ScnNode& node, std::uint32_t bitmap);

// --- DDReg, DDDereg, DDSReg, DDSDereg (5.6.5.9-12) ---

struct NodeIndex {
  std::uint32_t index;
};
struct PortalIndex {
  std::uint32_t index;
};
// An iSCSI name, a node's index, an FC port name, a portal, or a portal's index.
using DomainMember = std::variant<std::string, NodeIndex, Wwn, PortalAddress, PortalIndex>;

struct DomainRegistration {
  std::optional<std::uint32_t> existing{};  // the message key: the domain to change; nothing: a new one
  std::optional<std::uint32_t> id{};        // of a new one; nothing: the server chooses
  std::optional<std::string> name{};
  std::optional<std::uint32_t> features{};
  std::vector<DomainMember> members{};  // to be added
};
Request registerDomain(const DomainRegistration& domain);
// No members: the domain itself.
Request deregisterDomain(std::uint32_t id, std::span<const DomainMember> members);

struct DomainSetRegistration {
  std::optional<std::uint32_t> existing{};
  std::optional<std::uint32_t> id{};
  std::optional<std::string> name{};
  std::optional<std::uint32_t> status{};
  std::vector<std::uint32_t> domains{};  // to be added
};
Request registerDomainSet(const DomainSetRegistration& set);
// No domains: the set itself.
Request deregisterDomainSet(std::uint32_t id, std::span<const std::uint32_t> domains);

// --- RqstDomId, RlseDomId, GetDomId (5.6.5.15-17); TCP only ---

// `source`: the gateway's switch name, as a TLV; 5.6.5.16 wants its EID to release an id.
Request requestDomainId(base::ByteView source, std::string_view fabric, std::uint32_t preferred);
Request releaseDomainId(base::ByteView source, std::string_view fabric, std::uint32_t id);
Request getDomainIds(std::string_view fabric);

}  // namespace isns
