// Which engine a loop gets: io_uring where it works, else a pool of threads. Found by a probe, or forced.
#pragma once

#include <memory>

#include "agent/block/engine.h"

namespace block {

enum class EngineChoice : std::uint8_t { Auto, Uring, Pool };

struct EngineOptions {
  EngineChoice choice = EngineChoice::Auto;
  unsigned depth = 256;  // operations that an io_uring has at a time: 1 to 4096
  unsigned threads = 8;  // of a pool: 1 to 64
  unsigned lanes = 8;    // for buffered writes: 0 to 64; 0: they go the way of all
};

// An engine on this loop, with its reason() set. Fails when the one that is forced cannot be had, or none can.
base::Result<std::unique_ptr<Engine>> makeEngine(net::Loop& loop, const EngineOptions& options = {});

}  // namespace block
