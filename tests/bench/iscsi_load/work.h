// Where commands go, and what came of them: shared by all sessions of a run.
//
// Offsets are in bytes of the LUN, always a whole number of `block` bytes. `limit` commands at most, or without end.
// One thread.
#pragma once

#include <cstdint>

#include "tests/bench/common/histogram.h"

namespace bench::iscsi {

struct Target {
  bool write = false;
  std::uint64_t offset = 0;
};

class Work {
 public:
  struct Shape {
    std::uint64_t span = 0;  // bytes
    std::uint32_t block = 0;
    unsigned readPercent = 100;
    bool sequential = false;
    std::uint64_t limit = 0;  // 0: no end
    std::uint64_t seed = 1;
  };

  void begin(const Shape& shape) {
    shape_ = shape;
    random_ = shape.seed * 0x9e3779b97f4a7c15 | 1;
    started_ = finished_ = measured_ = 0;
    stopped_ = measuring_ = false;
    latency_.clear();
  }

  // False when there is nothing more to do.
  bool next(Target& target) {
    if (stopped_ || (shape_.limit != 0 && started_ == shape_.limit)) return false;
    const std::uint64_t blocks = shape_.span / shape_.block;
    const std::uint64_t number = shape_.sequential ? started_ % blocks : scaled(draw(), blocks);
    target.offset = number * shape_.block;
    target.write = shape_.readPercent == 0 || (shape_.readPercent < 100 && scaled(draw(), 100) >= shape_.readPercent);
    ++started_;
    return true;
  }

  void finished(std::uint64_t nanoseconds) {
    ++finished_;
    if (!measuring_) return;
    ++measured_;
    latency_.add(nanoseconds);
  }

  void measure(bool on) { measuring_ = on; }
  void stop() { stopped_ = true; }
  // Everything that was begun has ended, and nothing more begins.
  [[nodiscard]] bool over() const {
    return started_ == finished_ && (stopped_ || (shape_.limit != 0 && started_ == shape_.limit));
  }
  [[nodiscard]] std::uint64_t measured() const { return measured_; }
  [[nodiscard]] const Histogram& latency() const { return latency_; }

 private:
  // xorshift64*
  std::uint64_t draw() {
    random_ ^= random_ >> 12;
    random_ ^= random_ << 25;
    random_ ^= random_ >> 27;
    return random_ * 0x2545f4914f6cdd1d;
  }
  static std::uint64_t scaled(std::uint64_t number, std::uint64_t below) { return (number >> 32) * below >> 32; }

  Shape shape_;
  std::uint64_t random_ = 1;
  std::uint64_t started_ = 0;
  std::uint64_t finished_ = 0;
  std::uint64_t measured_ = 0;
  bool stopped_ = true;  // until begin()
  bool measuring_ = false;
  Histogram latency_;
};

}  // namespace bench::iscsi
