#include "isns-server/api/backlog.h"

#include <gtest/gtest.h>

#include <string>

namespace {

using api::Backlog;

TEST(Backlog, IsBoundedByTheThingsInItsLists) {
  Backlog<std::string> backlog(10);
  EXPECT_TRUE(backlog.add("four", 4));
  EXPECT_TRUE(backlog.add("more than the rest", 100));
  EXPECT_FALSE(backlog.hasRoom());
  EXPECT_FALSE(backlog.add("one", 1));
  backlog.pop();
  EXPECT_FALSE(backlog.add("one", 1)) << "a hundred wait";
  EXPECT_EQ(backlog.front(), "more than the rest");
  backlog.pop();
  EXPECT_TRUE(backlog.empty());
  EXPECT_TRUE(backlog.add("one", 1));
}

TEST(Backlog, TakesAListThatIsLongerThanTheBound) {
  Backlog<std::string> backlog(10);
  EXPECT_TRUE(backlog.add("a thousand", 1000));
}

}  // namespace
