// How credentials stand in the store: tables 44, 45, 52 and 53 (of 40 to 59).
//
// 44 holds what the machine knows, 45 the secrets: sealed for {kSecretTable, credential, way, version}, with the keyed
// fingerprint by which a reuse is recognised. 52 has secrets that people brought for credentials that a draft is to
// make, sealed for {kPendingTable, row, way, 0}; 53 batches of changes. Reading and writing are each other's inverse.
// No thread of its own.
#pragma once

#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "isns-server/manage/credentials/rotation_batch.h"
#include "isns-server/manage/keys/key_ring.h"

namespace credentials {

inline constexpr std::uint8_t kCredentialTable = 44;
inline constexpr std::uint8_t kSecretTable = 45;
inline constexpr std::uint8_t kPendingTable = 52;
inline constexpr std::uint8_t kBatchTable = 53;

const store::Schema& schema();

struct SecretRow {
  CredentialId credential = 0;
  Way way = Way::Forward;
  Version version = 0;
  base::Bytes sealed;
  keys::Digest fingerprint{};
};

// What a person brought for a credential that a draft is to make. Gone with the draft, or when it is committed.
struct PendingSecret {
  std::int64_t row = 0;
  san::Id draft = 0;
  std::string initiator;  // iSCSI names
  std::string target;     // empty: all targets of the initiator
  std::string mutualUserName;
  base::Bytes forward;  // sealed; empty: the server makes it
  base::Bytes reverse;
  std::uint32_t weaknesses = 0;
  [[nodiscard]] bool isFor(const PendingSecret& other) const {
    return draft == other.draft && initiator == other.initiator && target == other.target;
  }
};

struct BatchRow {
  std::int64_t id = 0;
  RotationBatch batch;
  std::string by, reason;
  base::WallTime madeAt{};
  std::chrono::seconds within{0};
  AtDeadline atDeadline = AtDeadline::KeepOld;
};

[[nodiscard]] keys::SealPlace placeOf(const SecretRow& row);
[[nodiscard]] keys::SealPlace pendingPlace(std::int64_t row, Way way);

void writeRow(store::OpsWriter& ops, std::int64_t id, const Credential& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const SecretRow& row);
void writeRow(store::OpsWriter& ops, const PendingSecret& row);
void writeRow(store::OpsWriter& ops, const BatchRow& row);
// Fills a value from its row; a failure names table and column. The id of a credential is its row's and set by the
// caller.
base::Status readRow(std::span<const store::Cell> cells, Credential& row);
base::Status readRow(std::span<const store::Cell> cells, SecretRow& row);
base::Status readRow(std::span<const store::Cell> cells, PendingSecret& row);
base::Status readRow(std::span<const store::Cell> cells, BatchRow& row);

}  // namespace credentials
