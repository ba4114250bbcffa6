#include "isns-server/manage/credentials/credential_keeper.h"

#include <algorithm>

namespace credentials {
namespace {

const std::map<std::int64_t, SecretRow> kNoSecrets;

bool isOurs(std::uint8_t table) {
  return table == kCredentialTable || table == kSecretTable || table == kPendingTable || table == kBatchTable;
}

template <class Row>
base::Result<Row> rowOf(std::span<const store::Cell> cells) {
  Row row;
  if (base::Status status = readRow(cells, row); !status) return base::fail(status.error());
  return row;
}

}  // namespace

base::Status CredentialKeeper::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  return isOurs(table) ? put(table, id, cells) : base::Status{};
}

base::Status CredentialKeeper::apply(const store::Change& change) {
  revision_ = change.revision;
  store::OpsReader reader(change.ops);
  for (store::Op op; reader.next(op);) {
    if (!isOurs(op.table)) continue;
    if (op.kind == store::OpKind::Erase) {
      erase(op.table, op.id);
    } else if (base::Status status = put(op.table, op.id, op.cells); !status) {
      return status;
    }
  }
  return {};
}

base::Status CredentialKeeper::put(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  switch (table) {
    case kCredentialTable: {
      auto row = rowOf<Credential>(cells);
      if (!row) return base::fail(row.error());
      row->id = static_cast<CredentialId>(id);
      lastCredential_ = std::max(lastCredential_, row->id);
      const auto before = credentials_.find(row->id);
      touch(before == credentials_.end() ? nullptr : &before->second, &*row);
      if (before != credentials_.end()) leave(before->second);
      join(credentials_[row->id] = std::move(*row));
      return {};
    }
    case kSecretTable: {
      auto row = rowOf<SecretRow>(cells);
      if (!row) return base::fail(row.error());
      erase(table, id);  // sealed anew
      lastSecret_ = std::max(lastSecret_, id);
      reuse_.add(*row);
      secretOwners_[id] = row->credential;
      secrets_[row->credential][id] = std::move(*row);
      return {};
    }
    case kPendingTable: {
      auto row = rowOf<PendingSecret>(cells);
      if (!row) return base::fail(row.error());
      row->row = id;
      lastPending_ = std::max(lastPending_, id);
      pending_[id] = std::move(*row);
      return {};
    }
    default: {
      auto row = rowOf<BatchRow>(cells);
      if (!row) return base::fail(row.error());
      row->id = id;
      lastBatch_ = std::max(lastBatch_, id);
      batches_[id] = std::move(*row);
      return {};
    }
  }
}

void CredentialKeeper::erase(std::uint8_t table, std::int64_t id) {
  if (table == kPendingTable) pending_.erase(id);
  if (table == kBatchTable) batches_.erase(id);
  if (table == kCredentialTable) {
    const auto found = credentials_.find(static_cast<CredentialId>(id));
    if (found == credentials_.end()) return;
    touch(&found->second, nullptr);
    leave(found->second);
    deadlines_.erase(found->first);
    credentials_.erase(found);
  }
  if (table != kSecretTable) return;
  const auto owner = secretOwners_.find(id);
  if (owner == secretOwners_.end()) return;
  const auto rows = secrets_.find(owner->second);
  reuse_.remove(rows->second.at(id));
  rows->second.erase(id);
  if (rows->second.empty()) secrets_.erase(rows);
  secretOwners_.erase(owner);
}

void CredentialKeeper::join(const Credential& credential) {
  if (credential.object != 0) byObject_[credential.object] = credential.id;
  byInitiator_[credential.initiator.node].insert(credential.id);
  for (const CredentialEnd& end : credential.targets) byTarget_[end.node].insert(credential.id);
  if (credential.deadline == base::WallTime{}) {
    deadlines_.erase(credential.id);
  } else {
    deadlines_.try_emplace(credential.id);  // a row that changes for another reason does not begin it anew
  }
}

void CredentialKeeper::leave(const Credential& credential) {
  const auto drop = [&](auto& index, const std::string& node) {
    const auto found = index.find(node);
    if (found == index.end()) return;
    found->second.erase(credential.id);
    if (found->second.empty()) index.erase(found);
  };
  if (const auto found = byObject_.find(credential.object);
      found != byObject_.end() && found->second == credential.id) {
    byObject_.erase(found);
  }
  drop(byInitiator_, credential.initiator.node);
  for (const CredentialEnd& end : credential.targets) drop(byTarget_, end.node);
}

// The nodes whose agents are to look again: where a hand-over is another one.
void CredentialKeeper::touch(const Credential* before, const Credential* after) {
  static const Credential kNone;
  const Credential& was = before == nullptr ? kNone : *before;
  const Credential& is = after == nullptr ? kNone : *after;
  const auto overOf = [](const Credential* credential, Side side) {
    return credential == nullptr ? std::nullopt : handOver(*credential, side);
  };
  const bool names = was.mutualUserName != is.mutualUserName || was.object != is.object || was.phase != is.phase;
  if (names || overOf(before, Side::Initiator) != overOf(after, Side::Initiator) ||
      was.initiator.managed != is.initiator.managed) {
    for (const Credential* one : {&was, &is}) touched_.insert(one->initiator.node);
  }
  const bool all = names || overOf(before, Side::Target) != overOf(after, Side::Target);
  for (const Credential* one : {&was, &is}) {
    const Credential& other = one == &was ? is : was;
    for (const CredentialEnd& end : one->targets) {
      const auto same = std::ranges::find(other.targets, end.node, &CredentialEnd::node);
      if (all || same == other.targets.end() || same->managed != end.managed) touched_.insert(end.node);
    }
  }
  touched_.erase("");
}

const Credential* CredentialKeeper::find(CredentialId id) const {
  const auto found = credentials_.find(id);
  return found == credentials_.end() ? nullptr : &found->second;
}

const Credential* CredentialKeeper::ofObject(san::Id object) const {
  const auto found = byObject_.find(object);
  return found == byObject_.end() ? nullptr : find(found->second);
}

std::vector<const Credential*> CredentialKeeper::at(Side side, std::string_view node) const {
  const auto& index = side == Side::Initiator ? byInitiator_ : byTarget_;
  std::vector<const Credential*> found;
  if (const auto ids = index.find(node); ids != index.end()) {
    for (const CredentialId id : ids->second) found.push_back(find(id));
  }
  return found;
}

const std::map<std::int64_t, SecretRow>& CredentialKeeper::secretsOf(CredentialId id) const {
  const auto found = secrets_.find(id);
  return found == secrets_.end() ? kNoSecrets : found->second;
}

std::vector<CredentialKeeper::Due> CredentialKeeper::due(const manage::SteadyTime& time, base::TimePoint now) {
  std::vector<Due> all;
  for (auto& [id, watch] : deadlines_) {
    const Credential& credential = *find(id);
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(credential.deadline - credential.nextSetAt);
    if (watch.passed(credential.deadline, whole, time, now)) all.push_back({id, credential.deadline});
  }
  return all;
}

base::Result<HandedSecrets> CredentialKeeper::open(const Credential& credential, const HandOver& over,
                                                   Side side) const {
  std::vector<SecretRow> rows;
  for (const auto& [id, row] : secretsOf(credential.id)) rows.push_back(row);
  return openHandOver(credential.id, over, side, rows, ring_);
}

base::Result<base::Secret> CredentialKeeper::openVersion(const Credential& credential, Way way, Version version) const {
  for (const auto& [id, row] : secretsOf(credential.id)) {
    if (row.way == way && row.version == version) return ring_.open(row.sealed, placeOf(row));
  }
  return base::fail("credential " + std::to_string(credential.id) + " has no secret of version " +
                    std::to_string(version));
}

}  // namespace credentials
