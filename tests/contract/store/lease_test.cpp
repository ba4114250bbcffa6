// Contract: leases and fencing.
#include "tests/contract/store/store_contract.h"

namespace contract {
namespace {

using std::chrono::seconds;
using store::ErrorKind;
using store::LeaseAction;

class LeaseContract : public StoreContract {
 protected:
  void expectRefused(LeaseAction action, std::string_view holder, ErrorKind kind) {
    const auto lease = store_->lease(action, holder, seconds(10));
    ASSERT_FALSE(lease);
    EXPECT_EQ(lease.error().kind, kind) << lease.error().text;
  }
  std::uint64_t taken(std::string_view holder) {
    const auto lease = store_->lease(LeaseAction::Acquire, holder, seconds(10));
    if (!lease) ADD_FAILURE() << lease.error().text;
    return lease ? lease->epoch : 0;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, LeaseContract, testing::ValuesIn(backendKinds()), nameOf);

TEST_P(LeaseContract, EveryAcquisitionRaisesTheEpochAlsoAfterReopening) {
  EXPECT_EQ(epoch_, 1U);
  EXPECT_EQ(taken("server"), 2U);
  reopen();
  EXPECT_EQ(epoch_, 3U);
  RowsOf sink;
  const auto loaded = store_->load(sink);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->epoch, 3U);
}

TEST_P(LeaseContract, AHeldLeaseIsNotGivenToAnother) {
  taken("server");
  expectRefused(LeaseAction::Acquire, "other", ErrorKind::Busy);
  expectRefused(LeaseAction::Renew, "other", ErrorKind::Fenced);
  expectRefused(LeaseAction::Release, "other", ErrorKind::Fenced);
}

TEST_P(LeaseContract, ACommitWithAFormerEpochIsFenced) {
  const std::uint64_t former = taken("server");
  ASSERT_TRUE(store_->lease(LeaseAction::Release, "server", seconds(0)));
  const std::uint64_t current = taken("other");
  for (const std::uint64_t epoch : {former, current + 1, std::uint64_t{0}}) {
    const auto committed = store_->commit(oneThing(1, 1, "one"), epoch);
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, ErrorKind::Fenced);
  }
  EXPECT_TRUE(rowsOf(*store_).empty());
  EXPECT_TRUE(store_->commit(oneThing(1, 1, "one"), current));
}

TEST_P(LeaseContract, AnExpiredLeaseCanBeTakenAndUntilThenItsHolderGoesOn) {
  const std::uint64_t first = taken("server");
  backend_->clock += 11;
  EXPECT_TRUE(store_->commit(oneThing(1, 1, "one"), first));
  const std::uint64_t second = taken("other");
  EXPECT_GT(second, first);
  EXPECT_FALSE(store_->commit(oneThing(2, 1, "one"), first));
  expectRefused(LeaseAction::Renew, "server", ErrorKind::Fenced);
}

TEST_P(LeaseContract, ARenewedLeaseLastsLongerAndKeepsItsEpoch) {
  const std::uint64_t epoch = taken("server");
  backend_->clock += 8;
  const auto renewed = store_->lease(LeaseAction::Renew, "server", seconds(10));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->epoch, epoch);
  backend_->clock += 8;
  expectRefused(LeaseAction::Acquire, "other", ErrorKind::Busy);
}

TEST_P(LeaseContract, ALeaseCannotBeTakenWhileNothingCanBeWritten) {
  backend_->breakDown(ErrorKind::Full);
  expectRefused(LeaseAction::Acquire, "server", ErrorKind::Full);
  backend_->heal();
  EXPECT_EQ(taken("server"), epoch_ + 1);
}

}  // namespace
}  // namespace contract
