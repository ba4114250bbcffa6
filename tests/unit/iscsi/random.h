// A seeded source of 32-bit numbers for property tests: std::mt19937 gives wider ones on some platforms.
#pragma once

#include <cstdint>
#include <random>

namespace iscsi_test {

class Random {
 public:
  using result_type = std::uint32_t;
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return 0xffffffff; }
  result_type operator()() { return static_cast<result_type>(engine_()); }

 private:
  std::mt19937 engine_;
};

}  // namespace iscsi_test
