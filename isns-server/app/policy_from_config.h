// The settings of the cores, from the configuration. Pure functions.
#pragma once

#include "isns-server/app/config.h"
#include "isns-server/core/server.h"
#include "isns-server/manage/model/server_facts.h"
#include "isns-server/session/address_rules.h"
#include "isns-server/session/authenticator.h"
#include "shared/base/rate_limiter.h"

namespace app {

core::Policy policyOf(const Config& config);
// The part of it that the SAN model has.
manage::ServerFacts serverFactsOf(const Config& config);
// Drawn once a start, for hashes of what clients choose: none of them can pick keys that collide.
std::uint64_t seedOfStart();
core::ServerOptions serverOptionsOf(const Config& config, std::uint64_t seed);
base::Result<session::AddressRules> addressRulesOf(const Config& config);
session::AuthSettings authSettingsOf(const Config& config);
base::RateSettings rateSettingsOf(const Config& config, std::uint64_t seed);

}  // namespace app
