// CHAP credentials by the API: made, changed in two phases, retired, shown once, and changes in batches.
//
// Secrets come in by the body alone, are checked and sealed at once, and leave by reveal alone. A credential is made by
// a change set: of its own, or as an edit of a draft. The management server's thread.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/credential_runner.h"
#include "isns-server/manage/credentials/secret_check.h"

namespace api {

// Of the routes below /chap.
void handleChap(Desk& desk, CredentialRunner& runner, const CallPtr& call);

// POST /chap (chap_make.cpp).
void makeCredential(Desk& desk, CredentialRunner& runner, const CallPtr& call);

// Secrets of a body, checked.
struct CheckedSecrets {
  credentials::Brought brought;
  std::vector<std::string> told;  // what is weak, as sentences
};
// `forward` and `reverse` as they came; a secret that no end may use is a problem with its pointer.
Wanted<CheckedSecrets> checkSecrets(const credentials::CredentialKeeper& keeper, std::optional<base::Secret> forward,
                                    std::optional<base::Secret> reverse, credentials::CredentialId id,
                                    std::string_view userName, std::string_view mutualUserName);
base::Json textsJson(const std::vector<std::string>& texts);

}  // namespace api
