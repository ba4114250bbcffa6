// Many changes of secrets, a few at a time: it starts the next when one ends well, and pauses when one fails.
//
// The batch says which to start; the owner runs each credential's own machine and tells how it ended. Pure; one owner.
// Bound: kMaxBatch credentials.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <span>
#include <vector>

#include "isns-server/manage/credentials/credential.h"
#include "shared/base/result.h"

namespace credentials {

inline constexpr std::size_t kMaxBatch = 10000;

class RotationBatch {
 public:
  RotationBatch() = default;  // of nothing
  // `limit`: changes under way at once.
  [[nodiscard]] static base::Result<RotationBatch> make(std::span<const CredentialId> ids, std::size_t limit);

  // As it is stored.
  struct State {
    std::vector<CredentialId> waiting, running, failed;
    std::size_t limit = 1, done = 0;
    bool paused = false;
  };
  [[nodiscard]] State state() const;
  [[nodiscard]] static RotationBatch restore(const State& state);

  // Those to start now; they count as under way from here on.
  [[nodiscard]] std::vector<CredentialId> take();
  // One that take() gave has ended. Of others, and told again, nothing changes.
  void onEnded(CredentialId id, bool well);
  void pause() { paused_ = true; }
  void resume() { paused_ = false; }
  // What has not begun does not.
  void cancel() { waiting_.clear(); }

  [[nodiscard]] bool runs(CredentialId id) const { return running_.contains(id); }
  [[nodiscard]] bool paused() const { return paused_; }
  [[nodiscard]] bool finished() const { return waiting_.empty() && running_.empty(); }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] std::size_t running() const { return running_.size(); }
  [[nodiscard]] std::size_t done() const { return done_; }
  [[nodiscard]] const std::vector<CredentialId>& failed() const { return failed_; }

 private:
  std::deque<CredentialId> waiting_;
  std::set<CredentialId> running_;
  std::vector<CredentialId> failed_;
  std::size_t limit_ = 1;
  std::size_t done_ = 0;
  bool paused_ = false;
};

// The settled credentials whose secret is at least so old, the oldest first, at most `most` and kMaxBatch.
[[nodiscard]] std::vector<CredentialId> dueByAge(std::span<const Credential> credentials, std::chrono::seconds age,
                                                 base::WallTime now, std::size_t most = kMaxBatch);

// Those of them whose every end has an agent: they can be changed without a person.
[[nodiscard]] std::vector<CredentialId> dueBySchedule(std::span<const Credential> credentials, std::chrono::seconds age,
                                                      base::WallTime now);

}  // namespace credentials
