// Where a question to the management API goes: the target of its HTTP request. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shared/mgmt/routes.h"

namespace mgmt {

using Query = std::vector<std::pair<std::string, std::string>>;

// Each byte that is not unreserved (RFC 3986 2.3) becomes %XX.
std::string percentEncoded(std::string_view text);

// "/api/v1/changes/7/diff": `segments` are for {id}, {kind}, {name}, in order; those of the query with an empty value are
// left out.
std::string requestTarget(Route route, std::span<const std::string> segments, const Query& query);

}  // namespace mgmt
