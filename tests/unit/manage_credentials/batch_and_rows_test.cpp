#include <gmock/gmock.h>

#include "isns-server/manage/credentials/credential_rows.h"
#include "isns-server/manage/credentials/rotation_batch.h"
#include "tests/unit/manage_credentials/credential_world.h"
#include "tests/unit/manage_keys/row_testing.h"

namespace credentials_test {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(RotationBatch, RunsAFewAtATime) {
  RotationBatch batch = RotationBatch::make(std::vector<CredentialId>{1, 2, 3, 2}, 2).value();
  EXPECT_THAT(batch.take(), ElementsAre(1, 2));
  EXPECT_THAT(batch.take(), IsEmpty());
  batch.onEnded(2, true);
  batch.onEnded(2, true);
  batch.onEnded(9, false);
  EXPECT_THAT(batch.take(), ElementsAre(3));
  batch.onEnded(1, true);
  EXPECT_FALSE(batch.finished());
  batch.onEnded(3, true);
  EXPECT_TRUE(batch.finished());
  EXPECT_EQ(batch.done(), 3U);
}

TEST(RotationBatch, PausesAtTheFirstFailureAndLetsWhatRunsEnd) {
  RotationBatch batch = RotationBatch::make(std::vector<CredentialId>{1, 2, 3}, 2).value();
  (void)batch.take();
  batch.onEnded(1, false);
  EXPECT_TRUE(batch.paused());
  EXPECT_THAT(batch.take(), IsEmpty());
  EXPECT_EQ(batch.running(), 1U);
  EXPECT_THAT(batch.failed(), ElementsAre(1));
  batch.resume();
  EXPECT_THAT(batch.take(), ElementsAre(3));
}

TEST(RotationBatch, HasBounds) {
  EXPECT_FALSE(RotationBatch::make(std::vector<CredentialId>(kMaxBatch + 1, 1), 1));
  EXPECT_FALSE(RotationBatch::make(std::vector<CredentialId>{1}, 0));
}

TEST(DueByAge, TheOldestSettledOnesComeFirst) {
  std::vector<Credential> all(5);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].id = i + 1;
    all[i].setAt = kStart - hours(24 * static_cast<int>(i));
  }
  all[4].phase = Phase::Spreading;
  EXPECT_THAT(dueByAge(all, hours(24), kStart), ElementsAre(4, 3, 2));
  EXPECT_THAT(dueByAge(all, hours(24), kStart, 1), ElementsAre(4));
}

TEST(DueBySchedule, OnlyThoseWhoseEveryEndHasAnAgent) {
  std::vector<Credential> all(4);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].id = i;
    all[i].setAt = kStart - hours(48);
    all[i].initiator.managed = true;
    all[i].targets = {{"iqn.a", true}, {"iqn.b", true}};
  }
  all[1].initiator.managed = false;
  all[2].targets[1].managed = false;
  all[3].setAt = kStart;
  EXPECT_THAT(dueBySchedule(all, hours(24), kStart), ElementsAre(0));
}

TEST(CredentialRows, ACredentialReadsBack) {
  CredentialWorld world(true, true, true);
  world.settle();
  world.credential.userName = "web1";
  world.credential.mutualUserName = "disk1";
  world.credential.weaknesses = 5;
  ASSERT_TRUE(world.machine().startChange(kStart, {hours(3), AtDeadline::RetireOld}));
  world.applyDisk();
  world.credential.targets.push_back({"iqn.foreign", false, 0, 1, 1});
  const keys_test::WrittenRow written(world.credential, schema());
  Credential read;
  ASSERT_TRUE(readRow(written.cells, read));
  const keys_test::WrittenRow again(read, schema());
  EXPECT_EQ(again.cells, written.cells);  // every field
  EXPECT_EQ(read.deadline, kStart + hours(3));
  EXPECT_EQ(read.targets[1].node, "iqn.foreign");
  EXPECT_EQ(read.targets[1].revealed, 1U);
  EXPECT_EQ(handOver(read, Side::Initiator), handOver(world.credential, Side::Initiator));
  keys_test::expectBrokenRowsToFail<Credential>(written);
}

TEST(CredentialRows, OneFromBeforeItSaidWhatItsEndsHaveReadsAsOneThatIsSettled) {
  CredentialWorld world(true, true, true);
  world.settle();
  keys_test::WrittenRow written(world.credential, schema());
  for (std::size_t last = 1; last <= 5; ++last) written.cells[written.cells.size() - last] = {};
  Credential read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.currentStep, read.step);
  EXPECT_EQ(holds(read, read.initiator), san::Truth::Yes);
  EXPECT_EQ(handOver(read, Side::Initiator), handOver(world.credential, Side::Initiator));
  EXPECT_EQ(handOver(read, Side::Target), handOver(world.credential, Side::Target));
}

TEST(CredentialRows, ASealedSecretReadsBackAndKnowsItsPlace) {
  SecretRow row{7, Way::Reverse, 3, {1, 2, 3}, {}};
  row.fingerprint.fill(9);
  const keys_test::WrittenRow written(row, schema());
  SecretRow read;
  ASSERT_TRUE(readRow(written.cells, read));
  EXPECT_EQ(read.credential, 7U);
  EXPECT_EQ(read.way, Way::Reverse);
  EXPECT_EQ(read.sealed, row.sealed);
  EXPECT_EQ(read.fingerprint, row.fingerprint);
  const keys::SealPlace place = placeOf(read);
  EXPECT_EQ(place.table, kSecretTable);
  EXPECT_EQ(place.row, 7U);
  EXPECT_EQ(place.field, 1);
  EXPECT_EQ(place.version, 3U);
  keys_test::expectBrokenRowsToFail<SecretRow>(written);
}

}  // namespace
}  // namespace credentials_test
