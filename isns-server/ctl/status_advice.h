// What to do about a status that an iSNS server answers: one row for each code of RFC 4171 5.4.
//
// Pure data, safe from any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace ctl {

// Empty for 0.
std::string_view statusAdvice(std::uint32_t status);

}  // namespace ctl
