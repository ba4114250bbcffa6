// Damage: found at the start, named, and left as it is.
#include <gmock/gmock.h>

#include <random>
#include <set>

#include "tests/unit/sqlite/sqlite_fixture.h"

namespace sqlite {
namespace {

using store::ErrorKind;
using testing::HasSubstr;

constexpr std::size_t kPage = 4096;

class DamageTest : public SqliteFixture {
 protected:
  void SetUp() override {
    {
      auto store = opened();
      for (std::int64_t id = 1; id <= 900; id += 100) putThings(*store, id, id + 99, std::string(60, 'n'));
      rowsOf(*store);  // found good, so that closing writes everything to the one file
    }
    ASSERT_FALSE(isThere("registry.db-wal"));
    whole_ = contentOf(options_.path);
    ASSERT_GT(whole_.size(), 20 * kPage);
  }
  // Opens and loads what is in the file now; the error, if there is one.
  std::optional<store::Error> start() {
    auto store = SqliteStore::open(options_);
    if (!store) return store.error();
    TextRows sink;
    const auto loaded = (*store)->load(sink);
    if (loaded) return std::nullopt;
    // Once damage was seen, nothing is written.
    EXPECT_FALSE((*store)->lease(store::LeaseAction::Acquire, "test", std::chrono::seconds(0)));
    EXPECT_FALSE((*store)->prune({1'000'000}, 10));
    return loaded.error();
  }
  void expectDamaged(const std::string& content, const std::string& what) {
    write(options_.path, content);
    const auto error = start();
    ASSERT_TRUE(error) << what << " was not noticed";
    EXPECT_EQ(error->kind, ErrorKind::Damaged) << what << ": " << error->text;
    EXPECT_THAT(error->text, HasSubstr(options_.path));
    EXPECT_THAT(error->text, HasSubstr("restore a backup"));
    EXPECT_EQ(contentOf(options_.path), content) << what << ": the file was written";
    forgetLog();
  }
  // Pages count from 1. "The Database File Format", 4.1: a header of 32 bytes, then frames of 24 bytes and a page.
  static std::size_t lastPageNotIn(const std::string& log, std::size_t pages) {
    std::set<std::size_t> logged;
    for (std::size_t at = 32; at + 24 + kPage <= log.size(); at += 24 + kPage) {
      logged.insert(base::loadU32(base::asBytes(log).data() + at));
    }
    while (pages > 0 && logged.contains(pages)) --pages;
    return pages;
  }
  void forgetLog() {
    std::filesystem::remove(options_.path + "-wal");
    std::filesystem::remove(options_.path + "-shm");
  }

  std::string whole_;
};

TEST_F(DamageTest, EveryPageThatIsOverwrittenIsNoticed) {
  for (std::size_t page = 0; page < whole_.size() / kPage; ++page) {
    for (const char filler : {'\0', '\xFF'}) {
      std::string content = whole_;
      // The header of the first page stays: without it this is another test.
      const std::size_t from = page * kPage + (page == 0 ? 100 : 0);
      std::fill(content.begin() + static_cast<long>(from), content.begin() + static_cast<long>((page + 1) * kPage),
                filler);
      expectDamaged(content, "page " + std::to_string(page + 1));
    }
  }
}

TEST_F(DamageTest, TheLogOfADamagedDatabaseIsNotWrittenIntoIt) {
  {
    auto store = opened();  // never loaded, so that closing leaves the log
    putThings(*store, 2000, 2400, std::string(60, 'n'));
  }
  std::string content = contentOf(options_.path);
  const std::string log = contentOf(options_.path + "-wal");
  const std::size_t page = lastPageNotIn(log, content.size() / kPage);
  ASSERT_GT(page, 1U) << "a page in the log would hide the damage";
  std::fill_n(content.begin() + static_cast<long>((page - 1) * kPage), kPage, '\xFF');
  write(options_.path, content);
  const auto error = start();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::Damaged);
  EXPECT_EQ(contentOf(options_.path), content);
  EXPECT_EQ(contentOf(options_.path + "-wal"), log);
}

TEST_F(DamageTest, AFileCutShortIsNoticed) {
  for (std::size_t pages = 1; pages < whole_.size() / kPage; pages += 3) {
    expectDamaged(whole_.substr(0, pages * kPage), std::to_string(pages) + " pages");
  }
}

TEST_F(DamageTest, AValueOfAWrongTypeIsNoticed) {
  tamper("UPDATE thing SET number = 'five' WHERE id = 5");
  const auto error = start();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::Damaged);
  EXPECT_THAT(error->text, HasSubstr("row 5 of the table thing: a wrong value in the column number"));
}

TEST_F(DamageTest, AChangeThatCannotBeDecodedIsNoticed) {
  tamper("UPDATE change SET ops = x'0102' WHERE revision = 850");
  const auto error = start();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::Damaged);
  EXPECT_THAT(error->text, HasSubstr("revision 850"));
}

TEST_F(DamageTest, RandomBitsNeverDoMoreThanBeNoticed) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 150; ++round) {
    std::string content = whole_;
    for (int i = 0; i < 4; ++i) content[random() % content.size()] ^= static_cast<char>(1 << (random() % 8));
    write(options_.path, content);
    const auto error = start();
    if (error) {
      EXPECT_THAT(error->kind, testing::AnyOf(ErrorKind::Damaged, ErrorKind::Unsupported)) << error->text;
    }
    forgetLog();
  }
}

// A start decodes the newest changes only: what it has not read may be found later.
TEST_F(DamageTest, DamageThatIsMetWhileServingStopsAllWriting) {
  {
    auto store = opened();
    for (std::int64_t id = 1001; id <= 4000; id += 1000) putThings(*store, id, id + 999);
    rowsOf(*store);
  }
  std::string content = contentOf(options_.path);
  // The oldest changes were written first, right behind the roots of the tables.
  std::size_t page = 1;
  while (content.find("origin", page * kPage) >= (page + 1) * kPage) ++page;
  std::fill_n(content.begin() + static_cast<long>(page * kPage), kPage, '\xFF');
  write(options_.path, content);

  auto store = opened();
  EXPECT_EQ(rowsOf(*store).size(), 3900U);
  putThings(*store, 5000, 5000);
  const auto pruned = store->prune({1'000'000}, 10'000);
  ASSERT_FALSE(pruned);
  EXPECT_EQ(pruned.error().kind, ErrorKind::Damaged);
  store::Batch batch;
  (void)batch.begin(++revision_, 0, 0, "", "");
  batch.end();
  const auto committed = store->commit(batch, epoch_);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().kind, ErrorKind::Damaged) << committed.error().text;
}

}  // namespace
}  // namespace sqlite
