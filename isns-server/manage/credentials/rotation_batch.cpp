#include "isns-server/manage/credentials/rotation_batch.h"

#include <algorithm>
#include <tuple>

namespace credentials {

base::Result<RotationBatch> RotationBatch::make(std::span<const CredentialId> ids, std::size_t limit) {
  if (limit == 0) return base::fail("a batch runs at least one change at a time");
  if (ids.size() > kMaxBatch) return base::fail("a batch has at most 10000 credentials");
  RotationBatch batch;
  batch.limit_ = limit;
  std::set<CredentialId> seen;
  for (const CredentialId id : ids) {
    if (seen.insert(id).second) batch.waiting_.push_back(id);
  }
  return batch;
}

RotationBatch::State RotationBatch::state() const {
  return {{waiting_.begin(), waiting_.end()}, {running_.begin(), running_.end()}, failed_, limit_, done_, paused_};
}

RotationBatch RotationBatch::restore(const State& state) {
  RotationBatch batch;
  batch.waiting_.assign(state.waiting.begin(), state.waiting.end());
  batch.running_.insert(state.running.begin(), state.running.end());
  batch.failed_ = state.failed;
  batch.limit_ = state.limit;
  batch.done_ = state.done;
  batch.paused_ = state.paused;
  return batch;
}

std::vector<CredentialId> RotationBatch::take() {
  std::vector<CredentialId> start;
  while (!paused_ && !waiting_.empty() && running_.size() < limit_) {
    start.push_back(waiting_.front());
    running_.insert(waiting_.front());
    waiting_.pop_front();
  }
  return start;
}

void RotationBatch::onEnded(CredentialId id, bool well) {
  if (running_.erase(id) == 0) return;
  if (well) {
    ++done_;
    return;
  }
  failed_.push_back(id);
  paused_ = true;
}

std::vector<CredentialId> dueByAge(std::span<const Credential> credentials, std::chrono::seconds age,
                                   base::WallTime now, std::size_t most) {
  std::vector<const Credential*> due;
  for (const Credential& credential : credentials) {
    if (credential.phase == Phase::Settled && now - credential.setAt >= age) due.push_back(&credential);
  }
  std::sort(due.begin(), due.end(), [](const Credential* a, const Credential* b) {
    return std::tie(a->setAt, a->id) < std::tie(b->setAt, b->id);
  });
  due.resize(std::min({due.size(), most, kMaxBatch}));
  std::vector<CredentialId> ids;
  for (const Credential* credential : due) ids.push_back(credential->id);
  return ids;
}

std::vector<CredentialId> dueBySchedule(std::span<const Credential> credentials, std::chrono::seconds age,
                                        base::WallTime now) {
  std::vector<Credential> ours;
  std::copy_if(credentials.begin(), credentials.end(), std::back_inserter(ours), [](const Credential& credential) {
    const auto managed = [](const CredentialEnd& end) { return end.managed; };
    return credential.initiator.managed && std::all_of(credential.targets.begin(), credential.targets.end(), managed);
  });
  return dueByAge(ours, age, now);
}

}  // namespace credentials
