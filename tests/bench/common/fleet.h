// The made-up SAN that all measuring programs use: who the n-th host is, and the requests that speak about it.
//
// Every host is an entity with one portal and one node. Ten hosts in a row make a zone: the first is an initiator, the
// others are targets. All names, and so all messages of a kind, have the same length whatever n is; the checks and the
// floors rely on that. Pure; the bytes appended to are the caller's. RFC 4171 5.6.5.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "shared/base/bytes.h"
#include "shared/isns/attributes.h"
#include "shared/net/address.h"

namespace bench {

using Host = std::uint32_t;

inline constexpr Host kZoneSize = 10;
inline constexpr std::string_view kControlName = "isns.control";

inline constexpr bool isInitiator(Host host) { return host % kZoneSize == 0; }
inline constexpr Host zoneOf(Host host) { return host / kZoneSize; }
inline constexpr Host initiatorOf(Host host) { return zoneOf(host) * kZoneSize; }

std::string nodeName(Host host);
std::string entityId(Host host);
std::string alias(Host host, std::uint32_t version);
std::string zoneName(std::uint32_t zone);
std::string zoneSetName(std::uint32_t set);

// An address in 10.0.0.0/8, one for each host.
net::Address portalOf(Host host);

// DevAttrReg of the host's entity, portal and node, with the host itself as source. With `scn`, the portal is there and
// that is where the host listens for state change notifications.
void appendRegister(base::Bytes& out, Host host, std::uint16_t xid, const net::Address* scn = nullptr);
// DevAttrReg that gives the node another alias.
void appendUpdate(base::Bytes& out, Host host, std::uint32_t version, std::uint16_t xid);
// DevAttrQry: node, portal and portal groups of `subject`.
void appendKeyedQuery(base::Bytes& out, Host source, Host subject, std::uint16_t xid);
// DevAttrQry: the same of all targets that `source` may see, as iscsiadm asks.
void appendZoneQuery(base::Bytes& out, Host source, std::uint16_t xid);
void appendScnReg(base::Bytes& out, Host host, std::uint32_t bitmap, std::uint16_t xid);
// DDReg of a new domain (id 0: the server chooses it), or of further members of one.
void appendDomain(base::Bytes& out, std::uint32_t id, std::uint32_t zone, Host first, Host count, std::uint16_t xid);
// DDSReg of a new, enabled set of these domains.
void appendDomainSet(base::Bytes& out, std::uint32_t set, std::span<const std::uint32_t> domains, std::uint16_t xid);

}  // namespace bench
