#include "agent/block/engine_choice.h"

#include "agent/block/pool_engine.h"
#include "agent/block/uring_engine.h"

namespace block {
namespace {

base::Status inRange(const char* what, unsigned value, unsigned least, unsigned most) {
  if (value >= least && value <= most) return {};
  return base::fail(std::string(what) + " must be " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
                    std::to_string(value));
}

base::Status check(const EngineOptions& options) {
  if (auto depth = inRange("the depth of an io_uring", options.depth, 1, 4096); !depth) return depth;
  if (auto threads = inRange("the threads of a block pool", options.threads, 1, 64); !threads) return threads;
  return inRange("the write lanes", options.lanes, 0, 64);
}

base::Result<std::unique_ptr<Engine>> choose(net::Loop& loop, const EngineOptions& options) {
  std::string reason = "it was asked for";
  if (options.choice != EngineChoice::Pool) {
    auto uring = UringEngine::make(loop, options.depth);
    if (uring) {
      if (options.choice == EngineChoice::Auto) reason = "the kernel allows io_uring";
      uring.value()->setReason(std::move(reason));
      return std::unique_ptr<Engine>(std::move(uring).value());
    }
    if (options.choice == EngineChoice::Uring) return base::fail(uring.error());
    reason = uring.error().text;
  }
  auto pool = PoolEngine::make(loop, options.threads);
  if (!pool) return base::fail(pool.error());
  pool.value()->setReason(std::move(reason));
  return std::unique_ptr<Engine>(std::move(pool).value());
}

}  // namespace

base::Result<std::unique_ptr<Engine>> makeEngine(net::Loop& loop, const EngineOptions& options) {
  if (auto right = check(options); !right) return base::fail(right.error());
  auto engine = choose(loop, options);
  if (!engine || options.lanes == 0) return engine;
  if (auto lanes = (*engine)->useWriteLanes(options.lanes); !lanes) return base::fail(lanes.error());
  return engine;
}

}  // namespace block
