// Nodes and events of notifications, as they are typed; shared by `scn` and `watch`.
//
// Pure functions, safe from any thread.
#pragma once

#include <string_view>
#include <vector>

#include "isns-server/ctl/connection.h"
#include "shared/isns/request_builders.h"

namespace ctl {

// Words of the SCN bitmap, separated by commas or given one by one.
Asked<std::uint32_t> parseEvents(const std::vector<std::string_view>& texts);
// An iSCSI name, or an FC port name where it reads as one.
Asked<isns::ScnNode> parseScnNode(std::string_view text);

}  // namespace ctl
