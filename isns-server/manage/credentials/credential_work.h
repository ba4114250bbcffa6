// CredentialWork: what events do to credentials, as the one transaction that stores it.
//
// It works on copies of what the keeper has; what the machines ask for becomes rows (secrets sealed before anything is
// given, erased with their version), audit records, batches that go on, and fields of the model's credentials. A change
// of nothing leaves it empty. What brings secrets has them checked by the caller.
//
// One use, one thread, between a look at the model and the commit. Errors: sentences; then it is to be thrown away.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "isns-server/manage/administration/step.h"
#include "isns-server/manage/audit/actor.h"
#include "isns-server/manage/credentials/credential_keeper.h"
#include "isns-server/manage/credentials/reveal.h"
#include "shared/mgmt/problem.h"
#include "shared/san/editor.h"
#include "shared/san/observed_objects.h"

namespace credentials {

// Secrets that a person brought for a version; the server makes those that are not here.
struct Brought {
  std::optional<base::Secret> forward, reverse;
  std::uint32_t weaknesses = 0;  // san::weakness
};

class CredentialWork {
 public:
  CredentialWork(CredentialKeeper& keeper, base::RandomSource random, manage::Actor actor, base::WallTime now)
      : keeper_(keeper), random_(std::move(random)), actor_(std::move(actor)), now_(now) {}

  // Why, for the audit records that follow.
  void because(std::string reason) { reason_ = std::move(reason); }

  // A credential of the model that is new: with the secrets that were brought for it, where there are such.
  base::Status create(const san::Credential& object, const std::string& initiator, bool initiatorManaged,
                      const std::vector<CredentialMachine::Target>& targets, const PendingSecret* pending);
  // One whose life goes on as this credential of the model, since a rollback made it again: it has its own secrets
  // back. Its agents are given them again.
  void bringBack(CredentialId id, san::Id object);
  base::Status startChange(CredentialId id, const ChangeOptions& options, Brought brought);
  base::Status cancelChange(CredentialId id);
  base::Status retire(CredentialId id);
  // The model has it no more.
  void remove(CredentialId id);
  // What an event does to it; nothing where it is gone. `event` changes it by the machine that it is given.
  void onEvent(CredentialId id, const std::function<void(CredentialMachine& machine)>& event);
  // The version to show to a person; its record is among the audit records.
  base::Result<Version> show(CredentialId id, const RevealRequest& request);

  // Secrets for a draft, and what becomes of them. LimitReached: there are too many; Internal: they cannot be sealed.
  base::Result<std::int64_t, mgmt::Problem> hold(PendingSecret pending, const Brought& brought);
  void drop(std::int64_t pending) { droppedPending_.insert(pending); }

  // A batch of changes. The ids are of credentials.
  base::Result<std::int64_t> startBatch(const std::vector<CredentialId>& ids, std::size_t atOnce,
                                        const ChangeOptions& options);
  enum class BatchStep : std::uint8_t { Pause, Resume, Cancel };
  base::Status stepBatch(std::int64_t id, BatchStep step);

  // As they will be; nullptr where there is none.
  [[nodiscard]] const Credential* find(CredentialId id) const;
  [[nodiscard]] bool empty() const;
  // The fields of the model that follow; true when something has changed. What the editor does not have is left out.
  bool editModel(san::SnapshotEditor& editor) const;
  // Rows and audit records. The work is empty afterwards.
  manage::Step finish();
  // For the log of the operator.
  [[nodiscard]] const std::vector<std::string>& alarms() const { return alarms_; }

 private:
  Credential* take(CredentialId id);
  base::Status follow(Credential& credential, Outputs& outputs, Brought* brought = nullptr);
  base::Status makeSecrets(const Credential& credential, Version version, Brought* brought);
  void eraseSecrets(CredentialId id, Version version);
  void record(const Credential& credential, const Output& output);
  void ended(CredentialId id, bool well);
  void goOn(BatchRow& batch);
  BatchRow* takeBatch(std::int64_t id);

  CredentialKeeper& keeper_;
  const base::RandomSource random_;
  const manage::Actor actor_;
  const base::WallTime now_;
  std::string reason_;
  std::map<CredentialId, Credential> taken_;
  std::set<CredentialId> removed_;
  std::map<std::int64_t, SecretRow> secrets_;
  std::set<std::int64_t> erasedSecrets_, droppedPending_, droppedBatches_;
  std::vector<PendingSecret> pending_;
  std::map<std::int64_t, BatchRow> batches_;
  std::vector<ops::AuditRecord> audit_;
  std::vector<std::string> alarms_;
};

}  // namespace credentials
