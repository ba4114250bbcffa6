// Who may have another connection.
#include "isns-server/api/source_counts.h"

#include <gtest/gtest.h>

#include <deque>

namespace {

using api::SourceCounts;

struct SourceCountsTest : testing::Test {
  std::shared_ptr<SourceCounts> counts = std::make_shared<SourceCounts>(3);
  std::deque<SourceCounts::Place> places;

  // Comes in, where he may.
  bool comes(const std::string& address) {
    if (!counts->admits(address)) return false;
    places.emplace_back(counts, address);
    return true;
  }
};

TEST_F(SourceCountsTest, AnAddressHasSoManyWhoeverItIs) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(comes("192.0.2.1"));
    places.back().vouch();
  }
  EXPECT_FALSE(comes("192.0.2.1"));
  EXPECT_TRUE(comes("192.0.2.2"));
  places.pop_front();
  EXPECT_TRUE(comes("192.0.2.1")) << "one that ends makes room";
}

TEST_F(SourceCountsTest, StrangersOfAnIpv6NetworkHaveSoManyTogether) {
  for (const char* address : {"2001:db8::1", "2001:db8::2", "2001:db8::3"}) EXPECT_TRUE(comes(address));
  EXPECT_FALSE(comes("2001:db8::4"));
  EXPECT_TRUE(comes("2001:db8:0:1::4")) << "another network";
  places.pop_back();
  places.pop_back();
  EXPECT_TRUE(comes("2001:db8::4"));
}

TEST_F(SourceCountsTest, WhoHasShownWhoHeIsLeavesRoomForHisNeighbours) {
  for (int i = 1; i <= 9; ++i) {
    EXPECT_TRUE(comes("2001:db8::" + std::to_string(i)));
    places.back().vouch();
    places.back().vouch();  // with each request
  }
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(comes("2001:db8::a"));
  EXPECT_FALSE(comes("2001:db8::b"));
  for (int i = 0; i < 9; ++i) places.pop_front();
  EXPECT_FALSE(comes("2001:db8::b")) << "those who go were no strangers";
}

}  // namespace
