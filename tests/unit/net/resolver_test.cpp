// Addresses of names, found without holding up the loop.
#include "shared/net/resolver.h"

#include "tests/unit/net/net_testing.h"

namespace net {
namespace {

using Found = base::Result<std::vector<Address>>;

TEST(Resolver, answersNumbersAtOnce) {
  Loop loop;
  Resolver resolver(loop);
  std::string got;
  resolver.ask("[::1]", 10809, [&](const Found& found) { got = found->front().text(); });
  EXPECT_EQ(got, "[::1]:10809");
}

TEST(Resolver, answersNamesFromTheLoop) {
  Loop loop;
  Resolver resolver(loop);
  std::vector<Address> got;
  resolver.ask("localhost:7", 1, [&](const Found& found) { got = *found; });
  EXPECT_TRUE(got.empty());
  ASSERT_TRUE(driveUntil(loop, [&] { return !got.empty(); }));
  EXPECT_TRUE(got.front().isLoopback());
  EXPECT_EQ(got.front().port(), 7);
}

TEST(Resolver, answersThroughAMailboxThatIsFull) {
  Loop loop(0);
  Resolver resolver(loop);
  std::vector<Address> got;
  resolver.ask("localhost:7", 1, [&](const Found& found) { got = *found; });
  EXPECT_TRUE(driveUntil(loop, [&] { return !got.empty(); }));
}

TEST(Resolver, newQuestionTakesThePlaceOfTheOldOne) {
  Loop loop;
  Resolver resolver(loop);
  int old = 0, now = 0;
  resolver.ask("localhost:7", 1, [&](const Found&) { ++old; });
  resolver.ask("localhost:8", 1, [&](const Found&) { ++old; });
  resolver.ask("localhost:9", 1, [&](const Found& found) {
    ++now;
    EXPECT_EQ(found->front().port(), 9);
  });
  ASSERT_TRUE(driveUntil(loop, [&] { return now != 0; }));
  settle(loop);
  EXPECT_EQ(old, 0);
  EXPECT_EQ(now, 1);
}

TEST(Resolver, nothingIsToldAfterForgetting) {
  Loop loop;
  Resolver resolver(loop);
  int told = 0, last = 0;
  resolver.ask("localhost:7", 1, [&](const Found&) { ++told; });
  resolver.forget();
  resolver.ask("localhost:8", 1, [&](const Found&) { ++last; });
  ASSERT_TRUE(driveUntil(loop, [&] { return last != 0; }));
  EXPECT_EQ(told, 0);
}

TEST(Resolver, mayGoWithAQuestionOpen) {
  Loop loop;
  int told = 0;
  {
    Resolver resolver(loop);
    resolver.ask("localhost:7", 1, [&](const Found&) { ++told; });
  }
  Resolver other(loop);
  int last = 0;
  other.ask("localhost:8", 1, [&](const Found&) { ++last; });
  ASSERT_TRUE(driveUntil(loop, [&] { return last != 0; }));
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace net
