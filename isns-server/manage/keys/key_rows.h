// How keys, certificates, tokens, the clock's floor and the addresses of agents stand in the store: tables 40 to 43, 48
// and 49 (40 to 59 belong to keys, credentials, people).
//
// Private keys stand there sealed only, tokens as hashes only. Reading and writing are each other's inverse. No thread
// of its own.
#pragma once

#include <optional>
#include <string>

#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "isns-server/manage/keys/certificate_authority.h"
#include "isns-server/manage/keys/enrolment.h"
#include "isns-server/manage/keys/key_ring.h"
#include "isns-server/manage/login.h"

namespace keys {

inline constexpr std::uint8_t kAuthorityTable = 40;
inline constexpr std::uint8_t kCertificateTable = 41;
inline constexpr std::uint8_t kTokenTable = 42;
inline constexpr std::uint8_t kSealKeyTable = 43;
inline constexpr std::uint8_t kClockTable = 48;
inline constexpr std::uint8_t kAddressTable = 49;

const store::Schema& schema();

// A root, the current one or one before it.
struct AuthorityRow {
  base::Bytes root;       // DER
  base::Bytes cross;      // DER, of an old root: its successor issued by it; empty: the current one
  base::Bytes sealedKey;  // PKCS#8 in PEM, sealed for {kAuthorityTable, id, 0, 0}; empty: dropped
  base::WallTime believedUntil{};
};

// A certificate that was issued, kept until it has expired.
struct CertificateRow {
  base::Bytes der;
  base::WallTime expires{};
  std::string issuedBy;        // the user, or "agent NAME" for the certificate of that agent
  base::WallTime revokedAt{};  // 0: not revoked
  std::string revokedBy;
  std::string reason;
  std::optional<manage::Login> madeWith;  // of a person's; nothing: an agent's, or it is unknown
};

// Of an agent; else of a person.
inline constexpr std::string_view kAgentAsker = "agent ";  // before its name, in CertificateRow::issuedBy
inline bool isAgents(const CertificateRow& row) { return row.issuedBy.starts_with(kAgentAsker); }

struct SealKeyRow {  // its id is the key's
  Digest check{};
  bool current = false;
  base::WallTime madeAt{};
};

struct ClockRow {  // one row, with the id 1
  base::WallTime floor{};
};

// From where an agent's names are accepted.
struct AddressRow {
  std::string entity;                 // EID
  std::vector<std::string> reported;  // "10.0.0.1"; none: it does not tell
  std::string peer;                   // where its last request came from, where that is not among them
};

void writeRow(store::OpsWriter& ops, std::int64_t id, const AuthorityRow& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const CertificateRow& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const TokenRecord& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const SealKeyRow& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const ClockRow& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const AddressRow& row);

// Fills a value from its row; a failure names table and column.
base::Status readRow(std::span<const store::Cell> cells, AuthorityRow& row);
base::Status readRow(std::span<const store::Cell> cells, CertificateRow& row);
base::Status readRow(std::span<const store::Cell> cells, TokenRecord& row);
base::Status readRow(std::span<const store::Cell> cells, SealKeyRow& row);
base::Status readRow(std::span<const store::Cell> cells, ClockRow& row);
base::Status readRow(std::span<const store::Cell> cells, AddressRow& row);

}  // namespace keys
