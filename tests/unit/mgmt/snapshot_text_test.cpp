// What the text of a snapshot says beside the objects.
#include <gtest/gtest.h>

#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/snapshot_reader.h"
#include "shared/mgmt/snapshot_writer.h"

namespace {

TEST(SnapshotText, SaysOfTheHistoryThatItIsAndOfTheRestNothing) {
  san::Snapshot snapshot;
  snapshot.revision = 7;
  const std::string plain = mgmt::snapshotText(snapshot);
  EXPECT_EQ(plain.find("replayed"), std::string::npos) << "readers of older versions get what they know";
  ASSERT_TRUE(mgmt::readSnapshot(plain, 1));
  EXPECT_FALSE(mgmt::readSnapshot(plain, 1)->replayed);
  snapshot.replayed = true;
  const std::string past = mgmt::snapshotText(snapshot);
  EXPECT_TRUE(base::truthOf(*base::parseJson(past), "replayed"));
  ASSERT_TRUE(mgmt::readSnapshot(past, 1));
  EXPECT_TRUE(mgmt::readSnapshot(past, 1)->replayed);
}

}  // namespace
