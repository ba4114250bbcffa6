// Who hears that a flush has failed, and how often.
#include "agent/scsi/flush_news.h"

#include <gtest/gtest.h>

#include <optional>

namespace scsi {
namespace {

using Way = FlushNews::Way;

TEST(FlushNews, EachUserHearsOnceByHisOwnNextFlush) {
  FlushNews news(0);
  Way one(news, "one");
  Way other(news, "other");
  EXPECT_EQ(one.asked(IoResult::MediumError), IoResult::MediumError);
  EXPECT_EQ(one.asked(IoResult::Ok), IoResult::Ok);
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::MediumError);
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::Ok);
}

TEST(FlushNews, AUserWithSeveralWaysHearsOverOneOfThem) {
  FlushNews news(0);
  Way one(news, "one");
  Way two(news, "one");
  news.ended(IoResult::MediumError);
  EXPECT_EQ(two.asked(IoResult::Ok), IoResult::MediumError);
  two.heard();
  EXPECT_EQ(one.asked(IoResult::Ok), IoResult::Ok);
  EXPECT_EQ(one.asked(IoResult::MediumError), IoResult::MediumError) << "another loss";
  one.heard();
  EXPECT_EQ(two.asked(IoResult::Ok), IoResult::Ok);
}

TEST(FlushNews, AnAnswerThatMayBeLostWithItsWayIsRepeatedOverAnother) {
  FlushNews news(1);
  std::optional<Way> cut(std::in_place, news, "one");
  Way other(news, "one");
  EXPECT_EQ(cut->asked(IoResult::MediumError), IoResult::MediumError);
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::MediumError);
  other.heard();
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::Ok);
  EXPECT_EQ(cut->asked(IoResult::MediumError), IoResult::MediumError);
  cut.reset();
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::MediumError) << "it never said that it heard";
}

TEST(FlushNews, WhatNobodyAskedWithIsStillToBeHeardByAll) {
  FlushNews news(0);
  Way one(news, "one");
  news.ended(IoResult::Ok);
  EXPECT_EQ(one.asked(IoResult::Ok), IoResult::Ok);
  news.ended(IoResult::MediumError);
  news.ended(IoResult::Ok);
  EXPECT_EQ(one.asked(IoResult::Ok), IoResult::MediumError);
}

TEST(FlushNews, AFlushThatCouldNotBeDoneTellsNothingOfTheOneThatFailed) {
  FlushNews news(0);
  Way one(news, "one");
  news.ended(IoResult::MediumError);
  EXPECT_EQ(one.asked(IoResult::Gone), IoResult::Gone);
  EXPECT_EQ(one.asked(IoResult::Ok), IoResult::MediumError);
  news.ended(IoResult::Gone);
  EXPECT_EQ(one.asked(IoResult::Ok), IoResult::Ok) << "nothing is lost by that";
}

TEST(FlushNews, WhoLeftBeforeHeHeardIsRememberedUpToABound) {
  FlushNews news(2);
  std::optional<Way> ways[4];
  const char* names[] = {"first", "second", "third", "knows"};
  for (int i = 0; i < 4; ++i) ways[i].emplace(news, names[i]);
  EXPECT_EQ(ways[3]->asked(IoResult::MediumError), IoResult::MediumError);
  ways[3]->heard();
  for (auto& way : ways) way.reset();
  for (int i = 0; i < 4; ++i) ways[i].emplace(news, names[i]);
  EXPECT_EQ(ways[0]->asked(IoResult::Ok), IoResult::Ok) << "he left first, and there was room for two";
  EXPECT_EQ(ways[1]->asked(IoResult::Ok), IoResult::MediumError);
  EXPECT_EQ(ways[2]->asked(IoResult::Ok), IoResult::MediumError);
  EXPECT_EQ(ways[3]->asked(IoResult::Ok), IoResult::Ok);
}

TEST(FlushNews, WhoStillHasAWayHasNotLeft) {
  FlushNews news(0);
  std::optional<Way> one(std::in_place, news, "one");
  Way stays(news, "one");
  news.ended(IoResult::MediumError);
  one.reset();
  EXPECT_EQ(stays.asked(IoResult::Ok), IoResult::MediumError);
}

}  // namespace
}  // namespace scsi
