// How credentials stand in the store: tables 44 and 45 (of 40 to 59).
//
// 44 holds what the machine knows, 45 the secrets: sealed for {kSecretTable, credential, way, version}, with the keyed
// fingerprint by which a reuse is recognised. Reading and writing are each
// other's inverse. No thread of its own.
#pragma once

#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "isns-server/manage/credentials/credential.h"
#include "isns-server/manage/keys/key_ring.h"

namespace credentials {

inline constexpr std::uint8_t kCredentialTable = 44;
inline constexpr std::uint8_t kSecretTable = 45;

const store::Schema& schema();

struct SecretRow {
  CredentialId credential = 0;
  Way way = Way::Forward;
  Version version = 0;
  base::Bytes sealed;
  keys::Digest fingerprint{};
};

[[nodiscard]] keys::SealPlace placeOf(const SecretRow& row);

void writeRow(store::OpsWriter& ops, std::int64_t id, const Credential& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const SecretRow& row);
// Fills a value from its row; a failure names table and column. The id of a credential is its row's and set by the
// caller.
base::Status readRow(std::span<const store::Cell> cells, Credential& row);
base::Status readRow(std::span<const store::Cell> cells, SecretRow& row);

}  // namespace credentials
