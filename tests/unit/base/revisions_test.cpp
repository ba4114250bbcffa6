#include "shared/base/revisions.h"

#include <gtest/gtest.h>

namespace {

using base::isAfterRestore;
using base::kRevisionsLeftOut;

TEST(Revisions, ARestoreIsSeenByWhoHeardOfChangesAfterTheBackup) {
  constexpr std::uint64_t kBackup = 14;
  constexpr std::uint64_t kHeard = kBackup + 25;
  EXPECT_TRUE(isAfterRestore(kHeard, kBackup + kRevisionsLeftOut + 2));
}

TEST(Revisions, AFormerDatabaseInItsPlaceAgainIsSeen) { EXPECT_TRUE(isAfterRestore(kRevisionsLeftOut + 20, 39)); }

TEST(Revisions, ChangesInTheirOrderAreNoRestore) {
  EXPECT_FALSE(isAfterRestore(14, 14));
  EXPECT_FALSE(isAfterRestore(14, 15));
  EXPECT_FALSE(isAfterRestore(14, 1'000'000));
}

}  // namespace
