// The settings of the cores, from the configuration. Pure functions.
#pragma once

#include "isns-server/app/config.h"
#include "isns-server/core/server.h"
#include "isns-server/session/address_rules.h"
#include "isns-server/session/authenticator.h"
#include "shared/base/rate_limiter.h"

namespace app {

core::Policy policyOf(const Config& config);
core::ServerOptions serverOptionsOf(const Config& config);
base::Result<session::AddressRules> addressRulesOf(const Config& config);
session::AuthSettings authSettingsOf(const Config& config);
base::RateSettings rateSettingsOf(const Config& config, std::uint64_t seed);

}  // namespace app
