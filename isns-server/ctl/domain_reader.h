// Reads a discovery domain with its members, from servers that answer in different ways.
//
// One thread: asks the server.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isns-server/ctl/isns_client.h"

namespace ctl {

struct MemberRow {
  const char* kind;  // "node", "portal", "fc_port"
  std::optional<std::string> member;
  std::optional<std::uint32_t> index;
};

struct DomainView {
  isns::Object itself;  // id, name, features
  std::vector<MemberRow> members;
};

// Nothing where there is no such domain, or the source may not see it.
Asked<std::optional<DomainView>> readDomain(IsnsClient& client, std::uint32_t id);

// The types (isns::node_type) of the registered nodes of a domain, by name; nothing where the server does not say.
std::optional<std::map<std::string, std::uint32_t>> nodeTypesOf(IsnsClient& client, std::uint32_t id);

// The ids of the domains that a node is in. Where the server does not say it of the node, by looking into the domains,
// kMaxSearched at most.
inline constexpr std::size_t kMaxSearched = 256;
Asked<std::vector<std::uint32_t>> domainsOf(IsnsClient& client, std::string_view node, base::ByteView key);

}  // namespace ctl
