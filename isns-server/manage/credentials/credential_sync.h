// Brings the credentials of the SAN model and those of the keeper together.
//
// A change set makes and erases credentials of the model; registrations, zones and agents' certificates say which ends
// they have and who speaks for these. What follows for the secrets is planned into a CredentialWork. An erased
// credential keeps its secrets as long as the change set that erased it may be taken back. Pure; one owner.
#pragma once

#include <functional>

#include "isns-server/manage/credentials/credential_work.h"
#include "shared/san/san_index.h"

namespace credentials {

// The secrets of the credentials that are new in `after`; `draft`: the change set that makes them.
base::Status createNew(CredentialWork& work, const CredentialKeeper& keeper, const san::Snapshot& before,
                       const san::SanIndex& after, san::Id draft);

struct Drafts {
  std::function<bool(san::Id object)> mayComeBack;  // a credential that is gone
  std::function<bool(san::Id draft)> lives;         // it may still be committed
};
void syncWithModel(CredentialWork& work, const CredentialKeeper& keeper, const san::SanIndex& index,
                   const Drafts& drafts, base::WallTime now);

}  // namespace credentials
