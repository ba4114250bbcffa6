// Another key for the audit log: the order of its steps, each with a crash behind it, over a store and a folder.
#include "isns-server/app/log_key.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "db/memory/memory_store.h"
#include "isns-server/app/audit_trail.h"
#include "shared/net/secret_file.h"
#include "tests/support/audit_world.h"
#include "tests/support/scratch_folder.h"

namespace app {
namespace {

constexpr const char* kId = "server-1";

// Bytes that are another key each time.
base::RandomSource drawn() {
  return [](std::span<std::uint8_t> bytes) {
    static std::uint8_t next = 0;
    ++next;
    std::fill(bytes.begin(), bytes.end(), next);
    return true;
  };
}

template <class T>
struct AllRows final : store::RowSink {
  base::Status row(std::uint8_t, std::int64_t id, std::span<const store::Cell> cells) override {
    return manage::readRow(id, cells, all.emplace_back());
  }
  std::vector<T> all;
};

// What a server is to its log, put together as main() and Management do.
struct Running {
  AuditTrail& trail() { return *opened; }
  std::unique_ptr<AuditTrail> opened;
  std::unique_ptr<LogKey> key;
  std::unique_ptr<AuditWitness> witness;
};

// What outlives a crash.
struct World {
  base::Status start() {
    up.reset();  // it ends without a word
    const auto signer = AuditTrail::signer(store);
    if (!signer) return base::fail(signer.error());
    auto keys = ServerKeys::open(folder(), drawn(), *signer);
    if (!keys) return base::fail(keys.error());
    auto signing = evidence::SigningKey::fromSeed(keys->audit.reveal());
    auto trail = AuditTrail::open(store, kId, *signing, now());
    if (!trail) return base::fail(trail.error());
    up.emplace();
    up->opened = std::move(*trail);
    up->key = std::make_unique<LogKey>(folder(), *signing, keys->otherAudit);
    up->witness = std::make_unique<AuditWitness>(folder(), *signing, keys->otherAudit);
    if (up->witness->wasMissing()) return up->witness->begin(kId, now().wall);
    return up->witness->release();
  }
  // A batch of one change.
  bool stored(const std::function<void(store::OpsWriter& ops, std::uint64_t revision)>& rows) {
    if (epoch == 0) epoch = store.lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0))->epoch;
    store::Batch batch;
    store::OpsWriter ops = batch.begin(revision + 1, 0, 0, "test", "");
    rows(ops, revision + 1);
    batch.end();
    up->trail().batchTaken();
    const bool good = store.commit(batch, epoch).ok();
    if (good) ++revision;
    up->trail().batchEnded(good);
    return good;
  }
  bool record() {
    return stored([this](store::OpsWriter& ops, std::uint64_t at) {
      up->trail().write(ops, {test::commitRecord(at)}, at, now(), true);
    });
  }
  bool rotated(const evidence::SigningKey& next) {
    return stored([&](store::OpsWriter& ops, std::uint64_t at) {
      up->trail().rotateKey(ops, next, test::commitRecord(at), at, now());
    });
  }
  void noted() {
    if (const auto checkpoint = up->trail().takeCheckpoint()) {
      EXPECT_TRUE(up->witness->note(*checkpoint));
    }
  }
  // All steps of a change, or the first so many of them.
  void change(int steps) {
    ASSERT_GE(steps, 0);
    if (steps == 0) return;
    const auto next = up->key->makeNext(drawn());
    ASSERT_TRUE(next) << next.error().text;
    if (steps == 1) return;
    ASSERT_TRUE(rotated(*next));
    if (steps == 2) return;
    up->key->ended(true);
    if (steps == 3) return;
    noted();
    if (steps == 4) return;
    ASSERT_TRUE(up->key->finish(*up->witness));
  }
  static constexpr int kSteps = 5;

  evidence::ChainReport verified(const evidence::Fingerprint& trusted) {
    AllRows<evidence::SealedRecord> records;
    AllRows<evidence::AuditCheckpoint> checkpoints;
    store::RowFilter filter;
    filter.limit = 1000;
    filter.table = manage::kAuditRecordTable;
    EXPECT_TRUE(store.rows(filter, records));
    filter.table = manage::kAuditCheckpointTable;
    EXPECT_TRUE(store.rows(filter, checkpoints));
    return test::verifyChain(kId, records.all, checkpoints.all, std::span(&trusted, 1));
  }
  [[nodiscard]] std::string folder() const { return scratch.file("keys"); }
  [[nodiscard]] bool has(const std::string& name) const { return scratch.has("keys/" + name); }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream file(folder() + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  base::Now now() { return test::at(++seconds); }

  support::ScratchFolder scratch;
  std::shared_ptr<memory::MemoryDatabase> database =
      std::make_shared<memory::MemoryDatabase>(store::Schema{manage::auditTables()});
  memory::MemoryStore store{database};
  std::uint64_t epoch = 0;
  std::uint64_t revision = 0;
  std::int64_t seconds = 0;
  std::optional<Running> up;
};

struct LogKeyTest : testing::Test {
  LogKeyTest() {
    EXPECT_TRUE(world.start());
    EXPECT_TRUE(world.record());
    world.noted();
    first = world.up->key->fingerprint();
  }
  World world;
  evidence::Fingerprint first{};
};

TEST_F(LogKeyTest, AnotherKeySignsAndTheOldOneIsGone) {
  const std::string before = world.text("audit.key");
  world.change(World::kSteps);
  const evidence::Fingerprint second = world.up->key->fingerprint();
  EXPECT_NE(second, first);
  EXPECT_FALSE(world.has("audit-next.key"));
  EXPECT_NE(world.text("audit.key"), before);
  struct stat file {};
  ASSERT_EQ(::stat((world.folder() + "/audit.key").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0400U);
  for (const auto& trusted : {first, second}) {
    const auto report = world.verified(trusted);
    EXPECT_TRUE(report.intact()) << evidence::reportText(report);
    EXPECT_EQ(report.signer, second);
  }
  EXPECT_TRUE(world.record());
  EXPECT_TRUE(world.verified(second).intact());
}

// Nothing is signed by a key that a crash could take away.
TEST_F(LogKeyTest, TheNewKeyIsInItsFileBeforeItSigns) {
  const auto next = world.up->key->makeNext(drawn());
  ASSERT_TRUE(next);
  const auto file = net::readSecretFile(world.folder() + "/audit-next.key");
  ASSERT_TRUE(file);
  EXPECT_EQ(test::fingerprintOf(*evidence::SigningKey::fromSeed(file->reveal())), test::fingerprintOf(*next));
  struct stat there {};
  ASSERT_EQ(::stat((world.folder() + "/audit-next.key").c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777U, 0400U);
}

class CrashBehind : public LogKeyTest, public testing::WithParamInterface<int> {};

TEST_P(CrashBehind, TheNextStartGoesOnWithTheKeyOfTheLog) {
  world.change(GetParam());
  const std::optional<evidence::Fingerprint> signer = *AuditTrail::signer(world.store);
  EXPECT_EQ(signer == first, GetParam() < 2);
  for (int start = 0; start < 3; ++start) {  // and a crash right behind each
    ASSERT_TRUE(world.start());
    EXPECT_EQ(world.up->key->fingerprint(), *signer);
    EXPECT_FALSE(world.up->witness->wasMissing()) << "audit.head is by one of the two";
    EXPECT_TRUE(world.up->key->finish(*world.up->witness));
  }
  // The first checkpoint gets the witness to be by the key, and the other file goes.
  ASSERT_TRUE(world.record());
  world.noted();
  ASSERT_TRUE(world.up->key->finish(*world.up->witness));
  EXPECT_FALSE(world.has("audit-next.key"));
  ASSERT_TRUE(world.start());
  EXPECT_FALSE(world.up->witness->wasMissing());
  for (const auto& trusted : {first, *signer}) {
    const auto report = world.verified(trusted);
    EXPECT_TRUE(report.intact()) << evidence::reportText(report);
    EXPECT_EQ(report.signer, *signer);
  }
  // And the key can be changed, again.
  world.change(World::kSteps);
  EXPECT_TRUE(world.verified(world.up->key->fingerprint()).intact());
  EXPECT_TRUE(world.start());
}

// Put back beside the database of that moment.
TEST_P(CrashBehind, ABackupOfTheKeysOfThatMomentSigns) {
  world.change(GetParam());
  const std::optional<evidence::Fingerprint> signer = *AuditTrail::signer(world.store);
  const auto all = ServerKeys::readAll(world.folder());
  ASSERT_TRUE(all) << all.error().text;
  const std::string copy = world.scratch.file("restored");
  ASSERT_TRUE(ServerKeys::restoreAll(copy, *all));
  const auto keys = ServerKeys::open(copy, drawn(), signer);
  ASSERT_TRUE(keys) << keys.error().text;
  EXPECT_EQ(test::fingerprintOf(*evidence::SigningKey::fromSeed(keys->audit.reveal())), *signer);
}

INSTANTIATE_TEST_SUITE_P(Steps, CrashBehind, testing::Range(0, World::kSteps + 1));

TEST_F(LogKeyTest, TheOldKeyStaysUntilTheWitnessIsByTheNewOne) {
  world.change(3);
  EXPECT_TRUE(world.up->key->finish(*world.up->witness));
  EXPECT_TRUE(world.has("audit-next.key")) << "a start would know nothing of audit.head";
  EXPECT_FALSE(world.up->key->makeNext(drawn())) << "one change at a time";
  world.noted();
  EXPECT_TRUE(world.up->key->finish(*world.up->witness));
  EXPECT_FALSE(world.has("audit-next.key"));
  EXPECT_TRUE(world.up->key->makeNext(drawn()));
  EXPECT_FALSE(world.up->key->makeNext(drawn())) << "one change at a time";
}

TEST_F(LogKeyTest, WhereTheStoreDoesNotTakeItTheOldKeySigns) {
  const auto next = world.up->key->makeNext(drawn());
  ASSERT_TRUE(next);
  world.database->setFailure(store::Error{store::ErrorKind::Io, "no"});
  EXPECT_FALSE(world.rotated(*next));
  world.database->setFailure(std::nullopt);
  world.up->key->ended(false);
  EXPECT_EQ(world.up->key->fingerprint(), first);
  EXPECT_FALSE(world.up->trail().takeCheckpoint());
  EXPECT_TRUE(world.record());
  const auto report = world.verified(first);
  EXPECT_TRUE(report.intact()) << evidence::reportText(report);
  EXPECT_EQ(report.signer, first);
  world.change(World::kSteps);
  EXPECT_TRUE(world.verified(first).intact());
  EXPECT_NE(world.up->key->fingerprint(), test::fingerprintOf(*next)) << "a new one each time";
}

TEST_F(LogKeyTest, AKeyThatIsNotTheLogsIsRefusedAndTheWayOnIsTold) {
  const std::string old = world.scratch.file("old.key");
  std::filesystem::copy(world.folder() + "/audit.key", old);
  world.change(World::kSteps);
  std::filesystem::rename(old, world.folder() + "/audit.key");
  const auto refused = world.start();
  ASSERT_FALSE(refused);
  for (const char* part : {"audit.key is not the key", "restore the backup of the keys", "move"}) {
    EXPECT_NE(refused.error().text.find(part), std::string::npos) << refused.error().text;
  }
  std::filesystem::remove(world.folder() + "/audit.key");
  EXPECT_TRUE(world.start()) << "it goes on with a new key, which the check of the log tells";
  EXPECT_TRUE(world.record());
  EXPECT_FALSE(world.verified(world.up->key->fingerprint()).intact());
}

// The database of the log was moved away, or one in memory is tried with its keys.
TEST_F(LogKeyTest, WithoutALogNoKeyIsLetGo) {
  world.change(3);
  const auto keys = ServerKeys::open(world.folder(), drawn(), std::nullopt);
  ASSERT_TRUE(keys);
  EXPECT_FALSE(keys->otherAudit);
  EXPECT_TRUE(world.has("audit-next.key"));
}

TEST_F(LogKeyTest, AWitnessOfAStrangerIsNone) {
  std::ofstream(world.folder() + "/audit.head.new")
      << evidence::auditLine(evidence::signCheckpoint(test::keyOf(200), 1, {}, test::at(0).wall)) << "\n";
  std::filesystem::rename(world.folder() + "/audit.head.new", world.folder() + "/audit.head");
  const AuditWitness witness(world.folder(), world.up->key->key(), first);
  EXPECT_TRUE(witness.wasMissing());
}

}  // namespace
}  // namespace app
