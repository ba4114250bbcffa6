// What an agent is to apply, as the JSON of GET /agent/desired, with the secrets of its own ends as marks.
//
// The management server's thread.
#pragma once

#include <functional>

#include "isns-server/api/credential_json.h"
#include "isns-server/manage/agents/desired_book.h"
#include "isns-server/manage/agents/probe_list.h"

namespace api {

base::Json listOf(const std::vector<std::string>& texts);
base::Json probesJson(const std::vector<manage::WantedProbe>& probes);

// For the operator: a hand-over that cannot be given.
using Warn = std::function<void(const std::string& text)>;
// Adds `targets`, `leaving` and `credentials` of the state. Which hand-overs are among it, for the audit record: "#7
// step 3 ...".
std::string addDesired(base::Json::Object& json, const credentials::CredentialKeeper& keeper,
                       const mgmt::Identity& agent, const manage::DesiredBook& book,
                       const manage::DesiredBook::State& state, SecretJson& secrets, const Warn& warn);

// What of hand-overs decides whether an agent of these names is woken.
std::vector<manage::DesiredBook::Step> handOverSteps(const credentials::CredentialKeeper& keeper,
                                                     const std::vector<std::string>& names,
                                                     const san::Snapshot& snapshot);

}  // namespace api
