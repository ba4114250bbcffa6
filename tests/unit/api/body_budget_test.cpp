// The memory of all bodies that wait together, and the part of it that strangers may take.
#include "isns-server/api/body_budget.h"

#include <gtest/gtest.h>

namespace {

using api::BodyBudget;

TEST(BodyBudget, StrangersLeaveTheRestToThoseWhoAreKnown) {
  const auto budget = std::make_shared<BodyBudget>(100, 30);
  BodyBudget::Hold stranger(budget, true);
  EXPECT_TRUE(stranger.growTo(30));
  EXPECT_FALSE(stranger.growTo(31));
  BodyBudget::Hold known(budget, false);
  EXPECT_TRUE(known.growTo(70));
  EXPECT_FALSE(known.growTo(71));
  EXPECT_EQ(budget->used(), 100U);
}

TEST(BodyBudget, WhatGoesGivesBackWhatItHad) {
  const auto budget = std::make_shared<BodyBudget>(100, 30);
  {
    BodyBudget::Hold first(budget, true);
    EXPECT_TRUE(first.growTo(20));
    const BodyBudget::Hold second(std::move(first));
    EXPECT_EQ(budget->used(), 20U);
  }
  EXPECT_EQ(budget->used(), 0U);
  BodyBudget::Hold again(budget, true);
  EXPECT_TRUE(again.growTo(30));
  again.release();
  again.release();
  EXPECT_EQ(budget->used(), 0U);
}

}  // namespace
