#include "isns-server/manage/credentials/version_secrets.h"

#include <gmock/gmock.h>

#include "tests/support/random_bytes.h"
#include "tests/unit/manage_credentials/credential_world.h"

namespace credentials_test {
namespace {

struct VersionSecrets : testing::Test {
  base::RandomSource random = support::knownBytes();
  keys::KeyRing ring;
  void SetUp() override { ASSERT_TRUE(ring.add(1, support::sealKey(random))); }

  std::vector<SecretRow> rowsOf(const Credential& credential) {
    std::vector<SecretRow> rows = *makeVersion(credential, credential.current, ring, random);
    if (credential.next == 0) return rows;
    const std::vector<SecretRow> next = *makeVersion(credential, credential.next, ring, random);
    rows.insert(rows.end(), next.begin(), next.end());
    return rows;
  }
};

TEST_F(VersionSecrets, BothEndsOfAMutualCredentialAreGivenWhatFitsTogether) {
  CredentialWorld world(true, true, true);
  world.settle();
  ASSERT_TRUE(world.machine().startChange(world.now));
  world.applyDisk();
  world.applyHost();
  const std::vector<SecretRow> rows = rowsOf(world.credential);
  ASSERT_EQ(rows.size(), 4U);
  const auto host = openHandOver(7, *handOver(world.credential, Side::Initiator), Side::Initiator, rows, ring);
  const auto disk = openHandOver(7, *handOver(world.credential, Side::Target), Side::Target, rows, ring);
  ASSERT_TRUE(host && disk);
  EXPECT_EQ(host->answer.size(), 32U);
  EXPECT_TRUE(host->answer == disk->acceptElse);  // the next one
  EXPECT_TRUE(host->answerElse == disk->accept);
  EXPECT_TRUE(disk->answer == host->accept);
  EXPECT_TRUE(disk->answerElse == host->acceptElse);
  EXPECT_FALSE(host->answer == host->acceptElse);  // the two ways differ
}

TEST_F(VersionSecrets, AOneWayCredentialHasOneSecretThatFitsForeignEnds) {
  CredentialWorld world(false, true);
  const std::vector<SecretRow> rows = rowsOf(world.credential);
  ASSERT_EQ(rows.size(), 1U);
  const auto disk = openHandOver(7, *handOver(world.credential, Side::Target), Side::Target, rows, ring);
  ASSERT_TRUE(disk);
  EXPECT_EQ(disk->accept.size(), 16U);
  EXPECT_TRUE(disk->answer.empty());
}

TEST_F(VersionSecrets, NothingIsHandedOverWhereOneIsMissingChangedOrOfAnother) {
  CredentialWorld world(true, true);
  std::vector<SecretRow> rows = rowsOf(world.credential);
  const HandOver over = *handOver(world.credential, Side::Target);
  EXPECT_FALSE(openHandOver(7, over, Side::Target, {}, ring));
  EXPECT_FALSE(openHandOver(8, over, Side::Target, rows, ring));
  rows[0].version = 9;
  EXPECT_FALSE(openHandOver(7, over, Side::Target, rows, ring));
  rows[0].version = 1;
  rows[0].sealed.back() ^= 1;
  EXPECT_FALSE(openHandOver(7, over, Side::Target, rows, ring));
}

TEST_F(VersionSecrets, AReuseIsRecognisedByItsFingerprint) {
  const base::Secret secret = std::move(*base::Secret::from("planted-secret-4711"));
  const SecretRow first = *sealSecret(1, Way::Forward, 1, secret, ring, random);
  const SecretRow second = *sealSecret(2, Way::Forward, 1, secret, ring, random);
  ReuseIndex index;
  index.add(first);
  EXPECT_TRUE(index.isUsedElsewhere(second.fingerprint, 2, Way::Forward));
  EXPECT_TRUE(index.isUsedElsewhere(second.fingerprint, 1, Way::Reverse));
  EXPECT_FALSE(index.isUsedElsewhere(second.fingerprint, 1, Way::Forward));
  index.add(second);
  index.remove(first);
  EXPECT_TRUE(index.isUsedElsewhere(first.fingerprint, 1, Way::Forward));
  index.remove(second);
  EXPECT_FALSE(index.isUsedElsewhere(first.fingerprint, 1, Way::Forward));
  EXPECT_THAT(std::string(base::asText(first.sealed)), testing::Not(testing::HasSubstr("planted")));
}

TEST_F(VersionSecrets, WithoutAKeyOrRandomBytesNothingIsMade) {
  CredentialWorld world(true, true);
  EXPECT_FALSE(makeVersion(world.credential, 1, ring, support::noRandomBytes()));
  EXPECT_FALSE(makeVersion(world.credential, 1, keys::KeyRing(), random));
}

}  // namespace
}  // namespace credentials_test
