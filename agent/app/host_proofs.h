// How this host's initiator proves itself to a target: by what the management server has handed over, else by the
// [[chap]] records of the configuration that name the initiator.
//
// While a secret is being changed there are two ways, in the order in which they are tried. Answers with copies of
// secrets, which are wiped with them. Pure but for the local source, which answers at once.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "agent/app/managed_targets.h"
#include "agent/attach/target_watch.h"
#include "agent/iscsi/login_access.h"

namespace agent {

// None: there is nothing to prove it by; a login without proof is tried.
std::vector<attach::LoginProof> hostProofs(const Obeyed& obeyed, iscsi::CredentialsSource& local,
                                           std::string_view initiator, std::string_view target);

// For discovery sessions of this machine, by a [[chap]] record with `discovery` that names its initiator.
std::optional<attach::LoginProof> discoveryProof(iscsi::CredentialsSource& local, std::string_view initiator);

}  // namespace agent
