// SealedCredentials: the secrets of credentials and of drafts, for who changes the key that seals them.
//
// What is sealed anew gets its fingerprint by the new key, too. The keeper follows when that is durable. One owner.
#pragma once

#include "isns-server/manage/administration/seal_keeper.h"
#include "isns-server/manage/credentials/credential_keeper.h"

namespace credentials {

class SealedCredentials final : public manage::SealedRows {
 public:
  // Borrowed.
  SealedCredentials(const CredentialKeeper& keeper, base::RandomSource random)
      : keeper_(keeper), random_(std::move(random)) {}

  [[nodiscard]] bool isSealedWith(keys::KeyId key) const override;
  base::Result<manage::Step> sealAnew() override;

 private:
  const CredentialKeeper& keeper_;
  const base::RandomSource random_;
};

}  // namespace credentials
