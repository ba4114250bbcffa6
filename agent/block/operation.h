// Operation: one thing that the kernel is asked to do to a file, and that may take long.
//
// Whoever derives from it owns it and keeps it, and what it points to, from Engine::start() to ended(). It is the whole
// of what an engine keeps about it, so starting one allocates nothing.
#pragma once

#include <sys/uio.h>

#include <cstdint>

#include "agent/block/intrusive_queue.h"

namespace block {

enum class Action : std::uint8_t {
  Read,      // preadv(2)
  Write,     // pwritev2(2), with RWF_DSYNC where `durable`
  Allocate,  // fallocate(2) with `mode`
  Sync,      // fdatasync(2)
};

class Operation;

// What one owner has with the write lanes of an engine; theirs alone.
struct LaneQueue {
  std::uint32_t open = 0;             // not yet told; on the loop's thread
  IntrusiveQueue<Operation> waiting;  // for a lane to take them
  bool served = false;                // a lane has some, or will come for them
  LaneQueue* next = nullptr;
};

// Counts the operations of one owner that an engine has; Engine::drain() waits until there are none.
struct OpenCount {
  std::uint32_t operations = 0;
  LaneQueue lane;
};

class Operation {
 public:
  Action action = Action::Read;
  bool durable = false;
  bool buffered = false;  // goes to the page cache
  int mode = 0;
  int fd = -1;
  std::uint64_t offset = 0;         // bytes
  std::uint64_t length = 0;         // bytes; Allocate
  const iovec* segments = nullptr;  // Read and Write
  unsigned segmentCount = 0;
  OpenCount* open = nullptr;  // of the owner

  Operation* next = nullptr;  // the engine's, from start() to ended()
  int result = 0;             // the engine's too

  // On the thread of the engine's loop, once for each start(), never inside it: bytes moved, 0, or a negative errno.
  // May start operations, this one too.
  virtual void ended(int result) = 0;

 protected:
  ~Operation() = default;
};

}  // namespace block
