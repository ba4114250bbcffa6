// Numbers and times as option values. Pure functions, safe from any thread; failures are Exit::Usage.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "shared/base/clock.h"
#include "shared/ctl/command.h"

namespace ctl {

// A number from 1 on; nothing where the option is not given.
Asked<std::optional<std::uint64_t>> countOption(const Invocation& invocation, std::string_view name);
// Seconds, with a fraction or without; nothing where the option is not given.
Asked<std::optional<base::Duration>> secondsOption(const Invocation& invocation, std::string_view name);
// A span in whole seconds, as in 90s, 30m, 12h or 7d; nothing where the option is not given.
Asked<std::optional<std::uint64_t>> spanOption(const Invocation& invocation, std::string_view name);

}  // namespace ctl
