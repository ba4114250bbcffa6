// The header of an answer about the SAN that tells of which revision it is. Constexpr data.
#pragma once

#include <string_view>

namespace mgmt {

inline constexpr std::string_view kRevisionHeader = "X-Sanctum-Revision";

}  // namespace mgmt
