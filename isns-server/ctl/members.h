// Members of discovery domains, and domains and sets themselves, as they are typed.
//
// One thread: looking up a name asks the server.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "isns-server/ctl/isns_client.h"
#include "shared/isns/request_builders.h"

namespace ctl {

// An iSCSI name; an FC port name "50:06:..."; a portal "10.0.0.1:3260"; a node's index "12". With a prefix where it
// could be several: "name:", "node-index:", "wwpn:", "portal:", "portal-index:".
Asked<isns::DomainMember> parseMember(std::string_view text);
Asked<std::vector<isns::DomainMember>> parseMembers(const std::vector<std::string_view>& texts);

// The id of a domain (ObjectType::Domain) or set (ObjectType::DomainSet): a number is the id, other text its name;
// "id:7" and "name:7" say which is meant. A name that nobody has is a failure.
Asked<std::uint32_t> resolveDomain(IsnsClient& client, isns::ObjectType type, std::string_view text);

}  // namespace ctl
