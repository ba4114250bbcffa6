// UringEngine: an Engine on an io_uring of its own.
//
// The ring takes `depth` operations at a time; those beyond wait. It is watched by its own descriptor, so a wake-up
// costs no read. Where the kernel has them: SINGLE_ISSUER (6.0), COOP_TASKRUN (5.19), SUBMIT_ALL (5.18). The ring
// belongs to the thread that makes the first operation of the loop go to the kernel, so it may be made by another
// thread before the loop runs.
#pragma once

#include <memory>

#include "agent/block/engine.h"

namespace block {

// Whether io_uring can be used here, tried with a ring that goes at once: set up, operations known, one round through
// the kernel. The Error says what forbids it.
base::Status probeUring();

class UringEngine final : public Engine {
 public:
  // Depth from 1 to 4096. Fails where probeUring() does, or when the process may have no more descriptors or memory.
  static base::Result<std::unique_ptr<UringEngine>> make(net::Loop& loop, unsigned depth);
  // Its owners are gone, and so nothing is open.
  ~UringEngine() override;

  [[nodiscard]] EngineKind kind() const override { return EngineKind::Uring; }
  [[nodiscard]] std::string description() const override;

 private:
  struct Ring;
  UringEngine(net::Loop& loop, std::unique_ptr<Ring> ring, unsigned depth);
  void launch() override;
  void collect(bool wait) override;
  void submitted(int result);
  void reap();
  void failAll(int error);

  std::unique_ptr<Ring> ring_;
  const unsigned depth_;
  unsigned inFlight_ = 0;                // prepared_ and those that the kernel has
  IntrusiveQueue<Operation> prepared_;  // in the ring, in its order, not yet taken by the kernel
  int broken_ = 0;  // a negative errno: the kernel takes nothing any more, and all that is started ends with it
};

}  // namespace block
