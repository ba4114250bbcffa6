// Brings the credentials of the SAN model and those of the keeper together.
//
// A change set makes and erases credentials of the model; registrations, zones and agents' certificates say which ends
// they have and who speaks for these. What follows for the secrets is planned into a CredentialWork. An erased
// credential keeps its secrets as long as the change set that erased it may be taken back. Pure; one owner.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "isns-server/manage/credentials/credential_work.h"
#include "shared/san/edit.h"
#include "shared/san/san_index.h"

namespace credentials {

// The change set that makes credentials. A rollback gives those back that were there; whoever else makes one of a pair
// that had one wants another secret.
struct MadeBy {
  san::Id draft = 0;  // 0: none
  bool rollback = false;
};
// The secrets of the credentials that are new in `after`.
base::Status createNew(CredentialWork& work, const CredentialKeeper& keeper, const san::Snapshot& before,
                       const san::SanIndex& after, MadeBy by);

// Secrets of a draft whose credential its edits make no more: rows of the keeper.
std::vector<std::int64_t> withdrawn(const CredentialKeeper& keeper, const san::Snapshot& snapshot, san::Id draft,
                                    std::span<const san::Edit> edits);

struct Drafts {
  std::function<bool(san::Id object)> mayComeBack;  // a credential that is gone
  std::function<bool(san::Id draft)> lives;         // it may still be committed
};
void syncWithModel(CredentialWork& work, const CredentialKeeper& keeper, const san::SanIndex& index,
                   const Drafts& drafts, base::WallTime now);

}  // namespace credentials
