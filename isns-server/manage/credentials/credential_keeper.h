// CredentialKeeper: all credentials with their sealed secrets, as the store has them.
//
// Filled from the rows of a start, then from the stream of committed changes, by which it has at each revision of the
// SAN model just what was stored with it (DESIGN seam 4): nothing is handed over that is not durable, and who decided
// it need not be told. What is to become of credentials is planned elsewhere (credential_work.h) on copies; only
// numbers of new rows are given out here, each once.
//
// The management server's thread; it borrows the ring, which opens and seals. Errors name tables, credentials and
// versions. Bounds: those of the model's credentials, kMaxPending, kMaxBatches.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "db/store/change.h"
#include "isns-server/manage/credentials/version_secrets.h"
#include "isns-server/manage/deadline_watch.h"
#include "shared/base/revisions.h"

namespace credentials {

class CredentialKeeper {
 public:
  static constexpr std::size_t kMaxPending = 1000;
  static constexpr Version kVersionsLeftOut = 1'000'000;  // at a restore
  static constexpr std::size_t kMaxBatches = 100;  // that are kept; the oldest that have ended go

  explicit CredentialKeeper(const keys::KeyRing& ring) : ring_(ring) {}

  // A row of one of its tables; another one is not for it.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);
  // The next change that was committed.
  base::Status apply(const store::Change& change);

  // At a start: the revision of its rows.
  void reached(std::uint64_t revision) { revision_ = revision; }
  // New versions of secrets are above this. A login tells its version: one of before a restore must not prove another
  // secret, which got the same number after it.
  [[nodiscard]] Version versionsBefore() const {
    return static_cast<Version>(revision_ / base::kRevisionsLeftOut * kVersionsLeftOut);
  }

  // nullptr where there is none.
  [[nodiscard]] const Credential* find(CredentialId id) const;
  // By the credential of the model.
  [[nodiscard]] const Credential* ofObject(san::Id object) const;
  // Those that a node is an end of, ascending.
  [[nodiscard]] std::vector<const Credential*> at(Side side, std::string_view node) const;
  [[nodiscard]] const std::map<CredentialId, Credential>& all() const { return credentials_; }
  [[nodiscard]] const std::map<std::int64_t, PendingSecret>& pending() const { return pending_; }
  [[nodiscard]] const std::map<std::int64_t, BatchRow>& batches() const { return batches_; }
  // With their row numbers.
  [[nodiscard]] const std::map<std::int64_t, SecretRow>& secretsOf(CredentialId id) const;
  [[nodiscard]] bool isUsedElsewhere(const keys::Digest& fingerprint, CredentialId id, Way way) const {
    return reuse_.isUsedElsewhere(fingerprint, id, way);
  }
  [[nodiscard]] const keys::KeyRing& ring() const { return ring_; }

  // Nodes at which something else is to be held since this was asked last.
  [[nodiscard]] std::set<std::string> takeTouched() { return std::exchange(touched_, {}); }
  // Those whose phase has come to its deadline, and which that was. Watches all of them: to be asked each second.
  struct Due {
    CredentialId id = 0;
    base::WallTime deadline{};
  };
  [[nodiscard]] std::vector<Due> due(const manage::SteadyTime& time, base::TimePoint now);

  // What an end is to hold, with its secrets.
  [[nodiscard]] base::Result<HandedSecrets> open(const Credential& credential, const HandOver& over, Side side) const;
  // The secret of one way of a version; nothing where the credential has none.
  [[nodiscard]] base::Result<base::Secret> openVersion(const Credential& credential, Way way, Version version) const;

  // Numbers of new rows.
  [[nodiscard]] CredentialId newCredential() { return ++lastCredential_; }
  [[nodiscard]] std::int64_t newSecret() { return ++lastSecret_; }
  [[nodiscard]] std::int64_t newPending() { return ++lastPending_; }
  [[nodiscard]] std::int64_t newBatch() { return ++lastBatch_; }

 private:
  base::Status put(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);
  void erase(std::uint8_t table, std::int64_t id);
  void join(const Credential& credential);
  void leave(const Credential& credential);
  void touch(const Credential* before, const Credential* after);

  const keys::KeyRing& ring_;
  std::map<CredentialId, Credential> credentials_;
  std::map<CredentialId, std::map<std::int64_t, SecretRow>> secrets_;  // by credential and row
  std::map<std::int64_t, CredentialId> secretOwners_;
  std::map<std::int64_t, PendingSecret> pending_;
  std::map<std::int64_t, BatchRow> batches_;
  ReuseIndex reuse_;
  std::map<san::Id, CredentialId> byObject_;
  std::map<std::string, std::set<CredentialId>, std::less<>> byInitiator_, byTarget_;
  std::map<CredentialId, manage::DeadlineWatch> deadlines_;  // of those that have one
  std::set<std::string> touched_;
  std::uint64_t revision_ = 0;
  CredentialId lastCredential_ = 0;
  std::int64_t lastSecret_ = 0, lastPending_ = 0, lastBatch_ = 0;
};

}  // namespace credentials
