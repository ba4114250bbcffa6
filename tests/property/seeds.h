// forEachSeed(): runs a check for one seed after another until one fails; the failure says which.
//
// SANCTUM_SEED runs one seed again, SANCTUM_RUNS says how many there are.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace test {

template <class Check>
void forEachSeed(std::uint64_t runs, Check&& check) {
  const auto numberFrom = [](const char* name, std::uint64_t otherwise) -> std::uint64_t {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::stoull(text);
  };
  const std::uint64_t first = numberFrom("SANCTUM_SEED", 1);
  const std::uint64_t last = first + numberFrom("SANCTUM_RUNS", std::getenv("SANCTUM_SEED") != nullptr ? 1 : runs);
  for (std::uint64_t seed = first; seed < last; ++seed) {
    SCOPED_TRACE("SANCTUM_SEED=" + std::to_string(seed));
    check(seed);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace test
