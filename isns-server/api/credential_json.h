// Credentials as the JSON of the API: what people see, never a secret, and what an agent's end is to hold.
//
// The management server's thread.
#pragma once

#include "shared/base/secret_json.h"
#include "isns-server/manage/credentials/credential_keeper.h"
#include "shared/mgmt/identity.h"
#include "shared/san/observed_objects.h"
#include "shared/san/snapshot.h"

namespace api {

using base::SecretJson;

// "short", "dictionary" ...
base::Json weaknessesJson(std::uint32_t weaknesses);

// `kept`: nullptr for one whose secrets have not been made yet, and for one of the past: the model alone speaks then.
base::Json credentialJson(const san::Snapshot& snapshot, const san::Credential& object,
                          const credentials::Credential* kept);
base::Json batchJson(const credentials::CredentialKeeper& keeper, const credentials::BatchRow& row);

// What this agent is to hold of a credential at one of its nodes, with the secrets as marks: nothing, or one for each
// user name. A failure: a secret is missing or does not open.
base::Result<base::Json::Array> handOversJson(const credentials::CredentialKeeper& keeper,
                                              const credentials::Credential& credential, credentials::Side side,
                                              std::string_view node, const mgmt::Identity& agent, SecretJson& secrets);

}  // namespace api
