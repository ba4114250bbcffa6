// Numbers of bytes as they are typed and shown. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/ctl/command.h"

namespace initiator_ctl {

// "4096", "64K", "1M", "2G", "1T" (powers of 1024); nothing where the option is not given.
ctl::Asked<std::optional<std::uint64_t>> sizeOption(const ctl::Invocation& invocation, std::string_view name);
// "1.5 GiB"
std::string sizeText(double bytes);

}  // namespace initiator_ctl
