#include "isns-server/api/gathering.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using Gathering = api::Gathering<std::string>;
using Items = std::vector<std::string>;
constexpr std::size_t kAll = 100;

TEST(Gathering, WhatWaitsIsTakenTogetherWhenItsTurnComes) {
  Gathering gathering;
  EXPECT_EQ(gathering.begin(), nullptr);
  gathering.add("a");
  const auto batch = gathering.begin();
  ASSERT_NE(batch, nullptr);
  gathering.add("b");
  EXPECT_EQ(gathering.begin(), nullptr) << "one has asked for a turn";
  gathering.take(*batch, kAll);
  gathering.end(*batch);
  EXPECT_EQ(batch->items, (Items{"a", "b"}));
  EXPECT_EQ(gathering.size(), 0U);
}

TEST(Gathering, WhatComesWhileABatchIsStoredIsNotOfThatBatch) {
  Gathering gathering;
  gathering.add("a");
  const auto first = gathering.begin();
  gathering.take(*first, kAll);
  gathering.add("b");
  const auto second = gathering.begin();
  ASSERT_NE(second, nullptr);
  gathering.end(*first);
  EXPECT_EQ(first->items, Items{"a"});
  gathering.take(*second, kAll);
  gathering.end(*second);
  EXPECT_EQ(second->items, Items{"b"});
}

TEST(Gathering, ABatchWhoseTurnNeverComesEndsWithWhatWaits) {
  Gathering gathering;
  gathering.add("a");
  const auto batch = gathering.begin();
  gathering.end(*batch);
  EXPECT_EQ(batch->items, Items{"a"});
  EXPECT_EQ(gathering.begin(), nullptr);
  gathering.add("b");
  EXPECT_NE(gathering.begin(), nullptr);
}

TEST(Gathering, MoreThanGoTogetherWaitForTheNext) {
  Gathering gathering;
  for (const char* one : {"a", "b", "c"}) gathering.add(one);
  const auto first = gathering.begin();
  gathering.take(*first, 2);
  EXPECT_EQ(first->items, (Items{"a", "b"}));
  const auto second = gathering.begin();
  ASSERT_NE(second, nullptr);
  gathering.take(*second, 2);
  EXPECT_EQ(second->items, Items{"c"});
}

}  // namespace
