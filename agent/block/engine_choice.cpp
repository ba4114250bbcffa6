#include "agent/block/engine_choice.h"

#include "agent/block/pool_engine.h"
#include "agent/block/uring_engine.h"

namespace block {
namespace {

base::Status inRange(const char* what, unsigned value, unsigned most) {
  if (value >= 1 && value <= most) return {};
  return base::fail(std::string(what) + " must be 1 to " + std::to_string(most) + ", not " + std::to_string(value));
}

}  // namespace

base::Result<std::unique_ptr<Engine>> makeEngine(net::Loop& loop, const EngineOptions& options) {
  if (auto depth = inRange("the depth of an io_uring", options.depth, 4096); !depth) return base::fail(depth.error());
  if (auto threads = inRange("the threads of a block pool", options.threads, 64); !threads) {
    return base::fail(threads.error());
  }
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

}  // namespace block
