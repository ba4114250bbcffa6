#include "db/store/change.h"

#include <gtest/gtest.h>

namespace store {
namespace {

TEST(Batch, GivesBackWhatWasPutIn) {
  Batch batch;
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(batch.lastRevision(), 0U);
  OpsWriter ops = batch.begin(5, -7, 3, "origin", "address");
  ops.erase(1, 2);
  batch.end();
  (void)batch.begin(6, 8, 4, "", "");
  batch.end();
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(batch.lastRevision(), 6U);
  EXPECT_EQ(batch[0].revision, 5U);
  EXPECT_EQ(batch[0].time, -7);
  EXPECT_EQ(batch[0].kind, 3U);
  EXPECT_EQ(batch[0].origin, "origin");
  EXPECT_EQ(batch[0].address, "address");
  EXPECT_EQ(base::Bytes(batch[0].ops.begin(), batch[0].ops.end()), (base::Bytes{2, 1, 2}));
  EXPECT_EQ(batch[1].origin, "");
  EXPECT_TRUE(batch[1].ops.empty());
}

TEST(Batch, ADroppedChangeLeavesNoTrace) {
  Batch batch;
  (void)batch.begin(1, 0, 0, "a", "b");
  batch.end();
  const std::size_t bytes = batch.bytes();
  OpsWriter ops = batch.begin(2, 0, 0, "a", "b");
  ops.erase(1, 2);
  batch.drop();
  EXPECT_EQ(batch.size(), 1U);
  EXPECT_EQ(batch.bytes(), bytes);
  EXPECT_EQ(batch.lastRevision(), 1U);
}

TEST(Batch, ClearingKeepsTheMemory) {
  Batch batch;
  const auto fill = [&] {
    for (std::uint64_t i = 1; i <= 64; ++i) {
      OpsWriter ops = batch.begin(i, 0, 0, "origin", "address");
      ops.put(1, 1);
      ops.text("some text that takes a few bytes");
      batch.end();
    }
  };
  fill();
  const std::uint8_t* place = batch[0].ops.data();
  batch.clear();
  EXPECT_TRUE(batch.empty());
  fill();
  EXPECT_EQ(batch[0].ops.data(), place);
}

TEST(Batch, AnAppendedChangeIsACopy) {
  Batch batch;
  {
    const std::string origin = "someone";
    const base::Bytes ops = {2, 1, 2};
    batch.append({9, 1, 2, origin, "somewhere", ops});
  }
  EXPECT_EQ(batch[0].revision, 9U);
  EXPECT_EQ(batch[0].origin, "someone");
  EXPECT_EQ(batch[0].address, "somewhere");
  EXPECT_EQ(batch[0].ops.size(), 3U);
}

}  // namespace
}  // namespace store
