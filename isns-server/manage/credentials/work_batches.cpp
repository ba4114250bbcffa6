// Of CredentialWork: batches, which go on in the transaction that ends one of their changes.
#include "isns-server/manage/credentials/credential_work.h"

namespace credentials {

BatchRow* CredentialWork::takeBatch(std::int64_t id) {
  const auto [at, made] = batches_.try_emplace(id);
  if (!made) return &at->second;
  const auto stored = keeper_.batches().find(id);
  if (stored == keeper_.batches().end()) {
    batches_.erase(at);
    return nullptr;
  }
  at->second = stored->second;
  return &at->second;
}

base::Result<std::int64_t> CredentialWork::startBatch(const std::vector<CredentialId>& ids, std::size_t atOnce,
                                                      const ChangeOptions& options) {
  auto made = RotationBatch::make(ids, atOnce);
  if (!made) return base::fail(made.error());
  const std::int64_t id = keeper_.newBatch();
  batches_[id] = {id, std::move(*made), actor_.name, reason_, now_, options.within, options.atDeadline};
  std::vector<std::int64_t> over;
  for (const auto& [old, row] : keeper_.batches()) {
    if (row.batch.finished()) over.push_back(old);
  }
  const std::size_t kept = keeper_.batches().size() + 1;
  for (std::size_t i = 0; i < over.size() && kept - i > CredentialKeeper::kMaxBatches; ++i) {
    droppedBatches_.insert(over[i]);
  }
  if (kept - droppedBatches_.size() > CredentialKeeper::kMaxBatches)
    return base::fail("too many batches are under way");
  goOn(batches_[id]);
  return id;
}

base::Status CredentialWork::stepBatch(std::int64_t id, BatchStep step) {
  BatchRow* batch = takeBatch(id);
  if (batch == nullptr) return base::fail("there is no such batch");
  if (batch->batch.finished()) return base::fail("the batch has ended");
  if (step == BatchStep::Cancel) batch->batch.cancel();
  if (step == BatchStep::Pause) batch->batch.pause();
  if (step != BatchStep::Resume) return {};
  batch->batch.resume();
  goOn(*batch);
  return {};
}

// Starts what the batch gives; one that cannot begin has failed.
void CredentialWork::goOn(BatchRow& row) {
  for (std::vector<CredentialId> next = row.batch.take(); !next.empty(); next = row.batch.take()) {
    for (const CredentialId id : next) {
      const base::Status begun = startChange(id, {row.within, row.atDeadline}, {});
      if (!begun) row.batch.onEnded(id, false);
    }
  }
}

void CredentialWork::ended(CredentialId id, bool well) {
  std::set<std::int64_t> numbers;
  for (const auto& [number, row] : keeper_.batches()) {
    if (!row.batch.finished()) numbers.insert(number);
  }
  for (const auto& [number, row] : batches_) numbers.insert(number);
  for (const std::int64_t number : numbers) {
    const bool own = batches_.contains(number);
    const RotationBatch& batch = own ? batches_.at(number).batch : keeper_.batches().at(number).batch;
    if (!batch.runs(id)) continue;
    BatchRow& row = *takeBatch(number);
    row.batch.onEnded(id, well);
    goOn(row);
  }
}

}  // namespace credentials
