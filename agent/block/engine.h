// Engine: lets the kernel work on files without making the loop's thread wait.
//
// One engine a loop, shared by all file devices of it, and older than they; DESIGN seam 7. What is started in a turn of
// the loop goes to the kernel together, at the end of the turn. Everything here is called on the loop's thread, the
// destructor too. Bound: an engine holds the operations that its owners have open (a device has a fixed number); those
// beyond what it gives the kernel at a time wait in order. Nothing is refused and nothing allocated.
#pragma once

#include <memory>
#include <string>

#include "agent/block/intrusive_queue.h"
#include "agent/block/operation.h"
#include "agent/block/write_lanes.h"
#include "shared/net/loop.h"

namespace block {

enum class EngineKind : std::uint8_t { Uring, Pool };

// Called once at the end of the turn in which it was asked for, before operations go to the kernel.
class TurnEndCall {
 public:
  virtual void atTurnEnd() = 0;

  TurnEndCall* next = nullptr;  // the engine's, while asked for
  bool asked = false;           // the engine's

 protected:
  ~TurnEndCall() = default;
};

class Engine : private net::Handler {
 public:
  virtual ~Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  void start(Operation& operation);
  void callAtTurnEnd(TurnEndCall& call);
  void cancelTurnEnd(TurnEndCall& call);

  // Waits until the owner of this count has no operation open any more; only its own are told meanwhile. The one call
  // that blocks: for destructors.
  void drain(OpenCount& open);

  [[nodiscard]] virtual EngineKind kind() const = 0;
  // For a log line: "io_uring (SINGLE_ISSUER, COOP_TASKRUN)", "a pool of 8 threads".
  [[nodiscard]] virtual std::string description() const = 0;
  // Buffered writes go to so many threads from now on, 1 to 64; before anything is started.
  base::Status useWriteLanes(unsigned lanes);
  // Why it is this one: chosen, forced, or what the probe found. Set by makeEngine().
  [[nodiscard]] const std::string& reason() const { return reason_; }
  void setReason(std::string reason) { reason_ = std::move(reason); }

 protected:
  explicit Engine(net::Loop& loop) : loop_(loop) {}
  // Before anything is started: the descriptor that is readable when something has ended.
  base::Status watchEnds(int fd) { return watch_.open(loop_, fd, EPOLLIN, *this); }
  void unwatchEnds() { watch_.close(); }

  // Gives the kernel of waiting_ what it takes now, and puts what ended at once into ended_.
  virtual void launch() = 0;
  // Puts what has ended into ended_; with `wait`, not before something has, unless the kernel has nothing.
  virtual void collect(bool wait) = 0;
  // launch() has to be called again, though nothing may end.
  void askAgain() { watch_.requestTurnEnd(); }

  IntrusiveQueue<Operation> waiting_;
  IntrusiveQueue<Operation> ended_;  // with their results, not yet told

 private:
  void onEvents(std::uint32_t events) final;
  void onTurnEnd() final;
  void tellAll();
  static void tell(Operation& operation);

  net::Loop& loop_;
  net::Watch watch_;
  std::unique_ptr<WriteLanes> lanes_;             // or none
  IntrusiveQueue<TurnEndCall> calls_, callsNow_;  // the second is what the current turn's end works through
  bool aboutToLaunch_ = false;                    // what is started now needs no turn's end of its own
  std::string reason_;
};

}  // namespace block
