// DemoCredentials: the routes of CHAP credentials without a server: made, changed, taken back, retired, many at once.
//
// There are no secrets in the demo, so nothing is made and nothing shown: only what would become of them. A change at ends
// with agents is proven some seconds later (onTime()), one at a foreign end waits. A batch goes on step by step and stops at
// its first failure. The UI thread; the time is an argument. Errors: Problem. Bound: kMostBatches.
#pragma once

#include <deque>
#include <functional>

#include "console-gui/client/source.h"

namespace console {

class DemoCredentials {
 public:
  static constexpr std::size_t kMostBatches = 20;
  // Makes a snapshot the present one; the title is for the log.
  using Publish = std::function<void(san::Snapshot snapshot, const std::string& title)>;

  DemoCredentials(std::string user, Publish publish) : user_(std::move(user)), publish_(std::move(publish)) {}

  // Whether the question is about credentials; then `answer` is set.
  bool ask(const Ask& question, const san::Snapshot& present, san::Seconds now, Answer& answer);
  // What is under way goes on; true: something still is.
  bool onTime(const san::Snapshot& present, san::Seconds now);

 private:
  struct Batch {
    std::uint64_t id = 0;
    std::string reason;
    san::Seconds madeAt = 0;
    std::uint64_t atOnce = 1, done = 0;
    std::deque<san::Id> waiting;
    std::vector<san::Id> running, failed;
    bool paused = false;
    [[nodiscard]] bool isFinished() const { return waiting.empty() && running.empty(); }
  };

  Answer make(const Ask& question, const san::Snapshot& present, san::Seconds now);
  Answer change(const Ask& question, const san::Snapshot& present, san::Seconds now);
  Answer start(const Ask& question, const san::Snapshot& present, san::Seconds now);
  Answer stepBatch(const Ask& question);
  [[nodiscard]] static base::Json json(const san::Snapshot& snapshot, san::Id id);
  [[nodiscard]] base::Json json(const Batch& batch) const;

  const std::string user_;
  const Publish publish_;
  std::deque<Batch> batches_;
  std::uint64_t lastBatch_ = 0;
};

}  // namespace console
