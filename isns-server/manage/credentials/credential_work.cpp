#include "isns-server/manage/credentials/credential_work.h"

#include <algorithm>

#include "shared/base/clock.h"

namespace credentials {
namespace {

std::string objectText(const Credential& credential) { return "credential:#" + std::to_string(credential.object); }

std::string pairText(const Credential& credential) {
  if (credential.allTargets || credential.targets.empty()) return credential.initiator.node + " at all its targets";
  return credential.initiator.node + " at " + credential.targets[0].node;
}

san::Truth targetsHold(const Credential& credential) {
  san::Truth all = credential.targets.empty() ? san::Truth::Unknown : san::Truth::Yes;
  for (const CredentialEnd& end : credential.targets) {
    const san::Truth one = holds(credential, end);
    if (one == san::Truth::No) return one;
    if (one == san::Truth::Unknown) all = one;
  }
  return all;
}

// Of the targets of one that is for several, those of which this is true.
san::Links<san::Kind::Node> targetsThat(san::Truth truth, const Credential& credential, const san::Snapshot& snapshot) {
  san::Links<san::Kind::Node> nodes;
  if (!credential.allTargets) return nodes;
  for (const CredentialEnd& end : credential.targets) {
    const auto node = snapshot.find(san::Kind::Node, end.node);
    if (node && holds(credential, end) == truth) nodes.insert(*node);
  }
  return nodes;
}

// What the machine knows of a credential of the model.
bool show(const Credential& from, const san::Snapshot& snapshot, san::Credential& to) {
  san::Credential next = to;
  next.state = stateOf(from);
  next.setAt = base::unixSeconds(from.setAt);
  next.provenAt = base::unixSeconds(from.provenAt);
  next.initiatorHolds = holds(from, from.initiator);
  next.targetHolds = targetsHold(from);
  next.heldBy = targetsThat(san::Truth::Yes, from, snapshot);
  next.lackedBy = targetsThat(san::Truth::No, from, snapshot);
  next.md5 = from.md5;
  next.weaknesses = from.weaknesses;
  const auto facts = [](const san::Credential& one) {
    return std::tie(one.state, one.setAt, one.provenAt, one.initiatorHolds, one.targetHolds, one.md5, one.weaknesses,
                    one.heldBy, one.lackedBy);
  };
  if (facts(next) == facts(to)) return false;
  to = next;
  return true;
}

}  // namespace

// ---- Copies --------------------------------------------------------------------------------------------------------

Credential* CredentialWork::take(CredentialId id) {
  if (removed_.contains(id)) return nullptr;
  const auto [at, made] = taken_.try_emplace(id);
  if (!made) return &at->second;
  const Credential* stored = keeper_.find(id);
  if (stored == nullptr) {
    taken_.erase(at);
    return nullptr;
  }
  at->second = *stored;
  return &at->second;
}

const Credential* CredentialWork::find(CredentialId id) const {
  if (removed_.contains(id)) return nullptr;
  const auto found = taken_.find(id);
  return found == taken_.end() ? keeper_.find(id) : &found->second;
}

// ---- What a machine asks for ---------------------------------------------------------------------------------------

base::Status CredentialWork::follow(Credential& credential, Outputs& outputs, Brought* brought) {
  for (const Output& output : outputs) {
    switch (output.kind) {
      case OutputKind::MakeVersion:
        if (base::Status made = makeSecrets(credential, output.version, brought); !made) return made;
        break;
      case OutputKind::EraseVersion:
        eraseSecrets(credential.id, output.version);
        break;
      case OutputKind::Alarm:
        alarms_.push_back(objectText(credential) + ": " + output.text);
        record(credential, output);
        break;
      case OutputKind::Audit:
        record(credential, output);
        break;
      case OutputKind::Done:
      case OutputKind::Failed:
        ended(credential.id, output.kind == OutputKind::Done);
        break;
      case OutputKind::Give:  // agents are woken by the change of the row
      case OutputKind::AskLogin:
        break;
    }
  }
  outputs.clear();
  return {};
}

// Those of the version that are not there yet.
base::Status CredentialWork::makeSecrets(const Credential& credential, Version version, Brought* brought) {
  std::set<Way> have;
  const auto look = [&](std::int64_t id, const SecretRow& row) {
    if (row.credential == credential.id && row.version == version && !erasedSecrets_.contains(id)) have.insert(row.way);
  };
  for (const auto& [id, row] : keeper_.secretsOf(credential.id)) look(id, row);
  for (const auto& [id, row] : secrets_) look(id, row);
  const auto keep = [&](base::Result<SecretRow> row) -> base::Status {
    if (!row) return base::fail(row.error());
    have.insert(row->way);
    secrets_.emplace(keeper_.newSecret(), std::move(*row));
    return {};
  };
  if (brought != nullptr) {
    for (const Way way : {Way::Forward, Way::Reverse}) {
      const auto& secret = way == Way::Forward ? brought->forward : brought->reverse;
      if (!secret || have.contains(way) || (way == Way::Reverse && !credential.targetMutual)) continue;
      if (auto kept = keep(sealSecret(credential.id, way, version, *secret, keeper_.ring(), random_)); !kept)
        return kept;
    }
  }
  auto made = makeVersion(credential, version, keeper_.ring(), random_);
  if (!made) return base::fail(made.error());
  for (SecretRow& row : *made) {
    if (have.contains(row.way)) continue;
    if (auto kept = keep(std::move(row)); !kept) return kept;
  }
  return {};
}

void CredentialWork::eraseSecrets(CredentialId id, Version version) {
  for (const auto& [row, secret] : keeper_.secretsOf(id)) {
    if (secret.version == version) erasedSecrets_.insert(row);
  }
  std::erase_if(secrets_,
                [&](const auto& one) { return one.second.credential == id && one.second.version == version; });
}

void CredentialWork::record(const Credential& credential, const Output& output) {
  using Row = ops::AuditEvent;
  ops::AuditRecord made;
  const std::string pair = pairText(credential);
  if (credential.phase == Phase::Retired) {
    made = manage::auditOf<Row::SecretRetired>(actor_, objectText(credential), {{"pair", pair}, {"why", output.text}});
  } else if (output.text == kMadeText) {
    made = manage::auditOf<Row::SecretCreated>(
        actor_, objectText(credential), {{"pair", pair}, {"direction", credential.mutual ? "mutual" : "one-way"}});
  } else {
    made = manage::auditOf<Row::SecretRotated>(
        actor_, objectText(credential),
        {{"pair", pair}, {"state", phaseWord(credential.phase)}, {"proof", output.text}});
  }
  made.reason = reason_;
  // An alarm has its record by the machine's own text.
  if (output.kind == OutputKind::Alarm && !audit_.empty() && audit_.back().details == made.details) return;
  if (!audit_.empty() && audit_.back().object == made.object && audit_.back().details == made.details) return;
  audit_.push_back(std::move(made));
}

// ---- Events --------------------------------------------------------------------------------------------------------

base::Status CredentialWork::create(const san::Credential& object, const std::string& initiator, bool initiatorManaged,
                                    const std::vector<CredentialMachine::Target>& targets,
                                    const PendingSecret* pending) {
  Brought brought;
  if (pending != nullptr) {
    for (const Way way : {Way::Forward, Way::Reverse}) {
      const base::Bytes& sealed = way == Way::Forward ? pending->forward : pending->reverse;
      if (sealed.empty()) continue;
      auto secret = keeper_.ring().open(sealed, pendingPlace(pending->row, way));
      if (!secret) return base::fail(secret.error());
      (way == Way::Forward ? brought.forward : brought.reverse) = std::move(*secret);
    }
    brought.weaknesses = pending->weaknesses;
    drop(pending->row);
  }
  const CredentialId id = keeper_.newCredential();
  Credential& made = taken_[id];
  made.id = id;
  made.object = object.id;
  made.initiator = {initiator, initiatorManaged, 0, 0, 0};
  made.allTargets = !object.target;
  for (const auto& target : targets) {
    if (made.targets.size() < kMaxTargets) made.targets.push_back({target.node, target.managed, 0, 0, 0});
  }
  made.mutual = object.mutual;
  made.userName = object.userName.empty() ? initiator : object.userName;
  made.mutualUserName = pending == nullptr ? std::string() : pending->mutualUserName;
  made.weaknesses = brought.weaknesses;
  Outputs outputs;
  if (base::Status status = CredentialMachine(made, outputs).create(now_, keeper_.versionsBefore()); !status) {
    return status;
  }
  return follow(made, outputs, &brought);
}

base::Status CredentialWork::startChange(CredentialId id, const ChangeOptions& options, Brought brought) {
  Credential* credential = take(id);
  if (credential == nullptr) return base::fail("there is no such credential any more");
  Outputs outputs;
  if (base::Status status =
          CredentialMachine(*credential, outputs).startChange(now_, options, keeper_.versionsBefore());
      !status) {
    return status;
  }
  credential->nextWeaknesses = brought.weaknesses;
  return follow(*credential, outputs, &brought);
}

base::Status CredentialWork::cancelChange(CredentialId id) {
  Credential* credential = take(id);
  if (credential == nullptr) return base::fail("there is no such credential any more");
  Outputs outputs;
  if (base::Status status = CredentialMachine(*credential, outputs).cancelChange(now_); !status) return status;
  return follow(*credential, outputs);
}

base::Status CredentialWork::retire(CredentialId id) {
  Credential* credential = take(id);
  if (credential == nullptr) return base::fail("there is no such credential any more");
  if (credential->phase == Phase::Retired) return base::fail("the credential is retired already");
  const bool changing = credential->next != 0;
  Outputs outputs;
  CredentialMachine(*credential, outputs).retire(now_);
  for (Output& output : outputs) {
    if (output.kind == OutputKind::Audit && !reason_.empty()) output.text = reason_;
  }
  if (changing) ended(id, false);
  return follow(*credential, outputs);
}

void CredentialWork::remove(CredentialId id) {
  if (take(id) == nullptr) return;
  (void)retire(id);  // where it was not
  for (const auto& [row, secret] : keeper_.secretsOf(id)) erasedSecrets_.insert(row);
  std::erase_if(secrets_, [&](const auto& one) { return one.second.credential == id; });
  taken_.erase(id);
  removed_.insert(id);
}

void CredentialWork::bringBack(CredentialId id, san::Id object) {
  take(id)->object = object;
  onEvent(id, [](CredentialMachine& machine) { machine.comeBack(); });
}

void CredentialWork::onEvent(CredentialId id, const std::function<void(CredentialMachine& machine)>& event) {
  Credential* credential = take(id);
  if (credential == nullptr) return;
  Outputs outputs;
  CredentialMachine machine(*credential, outputs);
  event(machine);
  // A seal that cannot be made leaves the credential as it was, for the next event.
  if (base::Status status = follow(*credential, outputs); !status) {
    alarms_.push_back(objectText(*credential) + ": " + status.error().text);
    taken_.erase(id);
  }
}

base::Result<Version> CredentialWork::show(CredentialId id, const RevealRequest& request) {
  Credential* credential = take(id);
  if (credential == nullptr) return base::fail("there is no such credential any more");
  Outputs outputs;
  auto version = reveal(*credential, request, outputs);
  if (!version) return version;
  auto read = manage::auditOf<ops::AuditEvent::SecretRead>(actor_, objectText(*credential),
                                                           {{"end", request.node}, {"purpose", outputs.back().text}});
  read.reason = request.reason;
  audit_.push_back(std::move(read));
  return version;
}

// ---- Secrets of drafts ---------------------------------------------------------------------------------------------

base::Result<std::int64_t, mgmt::Problem> CredentialWork::hold(PendingSecret pending, const Brought& brought) {
  using mgmt::ProblemCode;
  if (keeper_.pending().size() + pending_.size() >= CredentialKeeper::kMaxPending + droppedPending_.size()) {
    return mgmt::problem(ProblemCode::LimitReached, "Too many drafts hold secrets: commit or discard some.");
  }
  pending.row = keeper_.newPending();
  pending.weaknesses = brought.weaknesses;
  const auto seal = [&](Way way, const std::optional<base::Secret>& secret, base::Bytes& out) -> base::Status {
    return secret ? keeper_.ring().seal(*secret, pendingPlace(pending.row, way), random_, out) : base::Status{};
  };
  auto sealed = seal(Way::Forward, brought.forward, pending.forward);
  if (sealed) sealed = seal(Way::Reverse, brought.reverse, pending.reverse);
  if (!sealed) return mgmt::problem(ProblemCode::Internal, "The secret was not sealed: " + sealed.error().text + ".");
  pending_.push_back(std::move(pending));
  return pending_.back().row;
}

// ---- The transaction -----------------------------------------------------------------------------------------------

bool CredentialWork::empty() const {
  const bool changed = std::ranges::any_of(taken_, [&](const auto& one) {
    const Credential* stored = keeper_.find(one.first);
    return stored == nullptr || !(*stored == one.second);
  });
  return !changed && removed_.empty() && secrets_.empty() && erasedSecrets_.empty() && droppedPending_.empty() &&
         pending_.empty() && batches_.empty() && audit_.empty();
}

bool CredentialWork::editModel(san::SnapshotEditor& editor) const {
  bool changed = false;
  for (const auto& [id, credential] : taken_) {
    const auto* object = editor.view().get<san::Credential>(credential.object);
    if (object == nullptr) continue;
    san::Credential next = *object;
    if (!credentials::show(credential, editor.view(), next)) continue;
    auto& own = editor.own<san::Credential>(credential.object);
    (void)credentials::show(credential, editor.view(), own);
    changed = true;
  }
  return changed;
}

manage::Step CredentialWork::finish() {
  struct Rows {
    std::vector<Credential> put;
    std::set<CredentialId> removed;
    std::map<std::int64_t, SecretRow> secrets;
    std::set<std::int64_t> erased, droppedPending, droppedBatches;
    std::vector<PendingSecret> pending;
    std::map<std::int64_t, BatchRow> batches;
  };
  auto rows = std::make_shared<Rows>();
  for (auto& [id, credential] : taken_) {
    const Credential* stored = keeper_.find(id);
    if (stored == nullptr || !(*stored == credential)) rows->put.push_back(std::move(credential));
  }
  rows->removed = std::exchange(removed_, {});
  rows->secrets = std::exchange(secrets_, {});
  rows->erased = std::exchange(erasedSecrets_, {});
  rows->droppedPending = std::exchange(droppedPending_, {});
  rows->droppedBatches = std::exchange(droppedBatches_, {});
  rows->pending = std::exchange(pending_, {});
  rows->batches = std::exchange(batches_, {});
  taken_.clear();
  manage::Step step;
  step.rows = [rows](store::OpsWriter& ops, std::uint64_t) {
    for (const Credential& one : rows->put) writeRow(ops, static_cast<std::int64_t>(one.id), one);
    for (const auto& [id, row] : rows->secrets) writeRow(ops, id, row);
    for (const PendingSecret& row : rows->pending) writeRow(ops, row);
    for (const auto& [id, row] : rows->batches) writeRow(ops, row);
    for (const std::int64_t id : rows->erased) ops.erase(kSecretTable, id);
    for (const std::int64_t id : rows->droppedPending) ops.erase(kPendingTable, id);
    for (const std::int64_t id : rows->droppedBatches) ops.erase(kBatchTable, id);
    for (const CredentialId id : rows->removed) ops.erase(kCredentialTable, static_cast<std::int64_t>(id));
  };
  step.audit = std::exchange(audit_, {});
  return step;
}

}  // namespace credentials
