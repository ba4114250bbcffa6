// Runs a Store on a thread of its own, and its HistoryReader on another.
//
// The owner's loop hands over batches and goes on; each completion is delivered by a call from the store thread, in
// order of submission, and the owner posts it to its loop. The batch comes back with it, so that its memory is reused.
//
// Bounds: one batch in flight and one queued, kMaxTasks tasks and kMaxReads readings queued; what is beyond is refused
// by `false` and nothing is kept of it. The destructor commits and delivers what was accepted, and joins.
//
// Threads: submit(), post() and read() may be called from any thread, also from within a completion.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "db/store/store.h"

namespace store {

// What the owner knows a batch by.
using Ticket = std::uint64_t;

struct Completion {
  Ticket ticket = 0;
  Outcome<std::uint64_t> result;  // the last revision of the batch, now durable
  Batch batch;                    // as it was submitted
};

class StoreThread {
 public:
  using Task = std::function<void(Store&)>;
  using Reading = std::function<void(HistoryReader&)>;

  static constexpr std::size_t kMaxTasks = 16;
  static constexpr std::size_t kMaxReads = 64;

  // Borrows the store, which no one else may call until the destructor has returned.
  StoreThread(Store& store, std::function<void(Completion)> onCompletion);
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  // Takes the batch, unless one is queued already: then false, and the batch is left as it is.
  [[nodiscard]] bool submit(Batch&& batch, std::uint64_t expectedEpoch, Ticket ticket);

  // Runs a task on the store thread between commits: renewing the lease, pruning.
  [[nodiscard]] bool post(Task task);

  // Runs a reading (a page of history, a backup) on the reading thread. Commits do not wait for it.
  [[nodiscard]] bool read(Reading reading);

 private:
  struct Submitted {
    Batch batch;
    std::uint64_t expectedEpoch;
    Ticket ticket;
  };
  void runStore();
  void runReads();
  void commit(Submitted submitted);

  Store& store_;
  const std::function<void(Completion)> onCompletion_;

  // The mutex guards what is below: it is held for moving a batch or a task in or out, never during work.
  std::mutex mutex_;
  std::condition_variable storeWork_;
  std::condition_variable readWork_;
  std::optional<Submitted> queued_;
  std::deque<Task> tasks_;
  std::deque<Reading> reads_;
  bool stopping_ = false;

  std::thread storeThread_;
  std::thread readThread_;
};

}  // namespace store
