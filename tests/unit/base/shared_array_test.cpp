#include "shared/base/shared_array.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using Array = base::SharedArray<std::uint32_t>;

TEST(SharedArray, HoldsItsItemsForEveryCopy) {
  const std::vector<std::uint32_t> items{3, 1, 2};
  Array copy;
  {
    const Array array(items);
    copy = array;
    EXPECT_EQ(array.items().data(), copy.items().data());
  }
  EXPECT_TRUE(std::ranges::equal(copy.items(), items));
}

TEST(SharedArray, EqualsByContent) {
  const std::vector<std::uint32_t> items{3, 1};
  EXPECT_EQ(Array(items), Array(items));
  EXPECT_FALSE(Array(items) == Array());
  EXPECT_EQ(Array(std::span<const std::uint32_t>()), Array());
}

}  // namespace
