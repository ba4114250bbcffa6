// The server's authority and sealing keys over changes, failed stores and restarts. The store is a map of rows.
#include <gtest/gtest.h>

#include <map>

#include "isns-server/manage/administration/authority_keeper.h"
#include "tests/support/random_bytes.h"

using manage::AuthorityKeeper;
using manage::SealFile;
using manage::SealKeeper;
using manage::Step;

namespace {

constexpr auto kMonth = std::chrono::hours(30 * 24);
constexpr base::WallTime at(std::chrono::seconds time) {
  return base::WallTime(std::chrono::seconds(1'800'000'000)) + time;
}

SealFile file(keys::KeyId id, char fill) { return {id, *base::Secret::from(std::string(32, fill))}; }
std::vector<SealFile> files(std::initializer_list<std::pair<keys::KeyId, char>> all) {
  std::vector<SealFile> made;
  for (const auto& [id, fill] : all) made.push_back(file(id, fill));
  return made;
}

struct Rows {
  std::map<std::pair<std::uint8_t, std::int64_t>, base::Bytes> rows;  // as a put that holds nothing else

  void take(const Step& step) {
    base::ByteArena arena;
    store::OpsWriter ops(arena);
    if (step.rows) step.rows(ops, 1);
    store::OpsReader reader(arena.view());
    for (store::Op op; reader.next(op);) {
      rows.erase({op.table, op.id});
      if (op.kind == store::OpKind::Put) rows[{op.table, op.id}] = copyOf(op);
    }
    if (step.committed) step.committed(1);
  }
  template <class Visit>
  base::Status each(Visit&& visit) const {
    for (const auto& [key, bytes] : rows) {
      store::OpsReader reader(bytes);
      store::Op op;
      if (!reader.next(op)) return base::fail("a row that cannot be read");
      if (auto status = visit(op.table, op.id, op.cells); !status) return status;
    }
    return {};
  }
  [[nodiscard]] std::size_t count(std::uint8_t table) const {
    return static_cast<std::size_t>(std::ranges::count_if(rows, [&](const auto& row) { return row.first.first == table; }));
  }

 private:
  static base::Bytes copyOf(const store::Op& op) {
    base::ByteArena arena;
    store::OpsWriter ops(arena);
    ops.put(op.table, op.id);
    for (const store::Cell& cell : op.cells) ops.cell(cell);
    const base::ByteView view = arena.view();
    return {view.begin(), view.end()};
  }
};

struct Server {
  SealKeeper seals;
  AuthorityKeeper authority{seals.ring(), support::knownBytes(1)};
  base::Status started;

  Server(const Rows& store, std::vector<SealFile> found) {
    seals.watch(authority);
    started = store.each([&](auto table, auto id, auto cells) { return seals.loadRow(table, id, cells); });
    if (started) started = seals.open(std::move(found));
    if (started) started = store.each([&](auto table, auto id, auto cells) { return authority.loadRow(table, id, cells); });
  }
  [[nodiscard]] mgmt::Fingerprint root() const { return authority.authorities().current().root().fingerprint(); }
};

class Keys : public testing::Test {
 protected:
  Keys() : server(store, files({{1, 'a'}})) {
    store.take(*server.authority.create(at({})));
    store.take(*server.seals.renew(at({})));
  }
  Rows store;
  Server server;
};

TEST_F(Keys, AfterAChangeOfTheAuthorityTheOldRootIsBelievedAlsoOverARestart) {
  const mgmt::Fingerprint before = server.root();
  auto change = server.authority.change(keys::ClockVerdict::Good, at({}), kMonth);
  ASSERT_TRUE(change);
  EXPECT_EQ(server.root(), before) << "it counts when it is durable";
  store.take(change->step);
  EXPECT_EQ(server.root(), change->next);
  const Server again(store, files({{1, 'a'}}));
  ASSERT_TRUE(again.started) << again.started.error().text;
  EXPECT_EQ(again.root(), change->next);
  const auto trusted = again.authority.authorities().trusted(at(kMonth / 2));
  ASSERT_EQ(trusted.size(), 2U);
  EXPECT_EQ(trusted[1].fingerprint(), before);
  EXPECT_EQ(again.authority.authorities().trusted(at(kMonth)).size(), 1U);
}

TEST_F(Keys, TheOldPrivateKeyIsNotKept) {
  store.take(server.authority.change(keys::ClockVerdict::Good, at({}), kMonth)->step);
  std::size_t keys = 0;
  ASSERT_TRUE(store.each([&](std::uint8_t table, std::int64_t, std::span<const store::Cell> cells) -> base::Status {
    if (table != keys::kAuthorityTable) return {};
    keys::AuthorityRow row;
    if (auto status = readRow(cells, row); !status) return status;
    keys += row.sealedKey.empty() ? 0U : 1U;
    return {};
  }));
  EXPECT_EQ(store.count(keys::kAuthorityTable), 2U);
  EXPECT_EQ(keys, 1U);
}

TEST_F(Keys, DisownedRootsGoAtOnceAndForGood) {
  EXPECT_FALSE(server.authority.disownPrevious()) << "there is none";
  store.take(server.authority.change(keys::ClockVerdict::Good, at({}), kMonth)->step);
  store.take(*server.authority.disownPrevious());
  EXPECT_EQ(server.authority.authorities().trusted(at({})).size(), 1U);
  EXPECT_EQ(store.count(keys::kAuthorityTable), 1U);
  EXPECT_EQ(Server(store, files({{1, 'a'}})).authority.authorities().trusted(at({})).size(), 1U);
}

TEST_F(Keys, ARootWhoseOverlapHasEndedIsForgotten) {
  store.take(server.authority.change(keys::ClockVerdict::Good, at({}), kMonth)->step);
  EXPECT_FALSE(server.authority.upkeep(at(kMonth - std::chrono::seconds(1))));
  auto step = server.authority.upkeep(at(kMonth));
  ASSERT_TRUE(step);
  store.take(*step);
  EXPECT_EQ(store.count(keys::kAuthorityTable), 1U);
}

// The wall clock is a year ahead, so that the overlap seems to be over: `at({})` is what is believed.
TEST_F(Keys, AClockThatIsAheadEndsNoOverlapWithAChangeAndMakesNoRootOfLater) {
  store.take(server.authority.change(keys::ClockVerdict::Good, at({}), kMonth)->step);
  store.take(server.authority.change(keys::ClockVerdict::JumpedAhead, at({}), kMonth)->step);
  EXPECT_EQ(server.authority.authorities().trusted(at({})).size(), 3U);
  EXPECT_EQ(server.authority.authorities().trusted(at(kMonth)).size(), 1U);
  EXPECT_LE(server.authority.authorities().current().root().notBefore(), at({}));
}

TEST_F(Keys, WhileTheClockHasGoneBackTheAuthorityIsNotChanged) {
  const mgmt::Fingerprint before = server.root();
  EXPECT_FALSE(server.authority.change(keys::ClockVerdict::WentBack, at({}), kMonth));
  EXPECT_EQ(server.root(), before);
  EXPECT_TRUE(server.authority.change(keys::ClockVerdict::Good, at({}), kMonth));
}

TEST_F(Keys, OneChangeOfTheAuthorityAtATimeAndAFailedOneLeavesItAsItWas) {
  const mgmt::Fingerprint before = server.root();
  auto change = server.authority.change(keys::ClockVerdict::Good, at({}), kMonth);
  EXPECT_FALSE(server.authority.change(keys::ClockVerdict::Good, at({}), kMonth));
  change->step.failed();
  EXPECT_EQ(server.root(), before);
  EXPECT_TRUE(server.authority.change(keys::ClockVerdict::Good, at({}), kMonth));
}

TEST_F(Keys, WithANewSealingKeyEverythingIsSealedAnewAndTheOldKeyIsNeededNoMore) {
  EXPECT_FALSE(server.seals.stale());
  EXPECT_EQ(server.seals.next(), 2U);
  ASSERT_TRUE(server.seals.use(file(2, 'b')));
  EXPECT_TRUE(server.seals.stale());
  EXPECT_TRUE(server.seals.unused().empty()) << "the old key is all that opens what is stored";
  store.take(*server.seals.renew(at(kMonth)));
  EXPECT_FALSE(server.seals.stale());
  EXPECT_EQ(server.seals.unused(), std::vector<keys::KeyId>{1});
  const Server again(store, files({{2, 'b'}}));
  ASSERT_TRUE(again.started) << again.started.error().text;
  EXPECT_EQ(again.root(), server.root());
}

TEST_F(Keys, AChangeOfTheSealingKeyThatWasNotStoredGoesOnAfterARestart) {
  ASSERT_TRUE(server.seals.use(file(2, 'b')));
  auto step = server.seals.renew(at({}));
  ASSERT_TRUE(step);
  step->failed();
  EXPECT_TRUE(server.seals.stale());
  Server again(store, files({{1, 'a'}, {2, 'b'}}));
  ASSERT_TRUE(again.started) << again.started.error().text;
  EXPECT_EQ(again.seals.ring().current(), 2U);
  EXPECT_TRUE(again.seals.stale());
  store.take(*again.seals.renew(at({})));
  EXPECT_TRUE(Server(store, files({{2, 'b'}})).started);
}

TEST_F(Keys, AMissingOrAWrongKeyFileIsToldAtTheStart) {
  ASSERT_TRUE(server.seals.use(file(2, 'b')));
  store.take(*server.seals.renew(at({})));
  const Server missing(store, files({{1, 'a'}}));
  ASSERT_FALSE(missing.started);
  EXPECT_NE(missing.started.error().text.find("sealing key 2 is missing"), std::string::npos);
  EXPECT_FALSE(Server(store, files({{2, 'x'}})).started);
}

TEST_F(Keys, AForgottenKeyLeavesNoRow) {
  ASSERT_TRUE(server.seals.use(file(2, 'b')));
  store.take(*server.seals.renew(at({})));
  server.seals.forget(1);
  EXPECT_EQ(server.seals.list().size(), 1U);
  EXPECT_EQ(server.seals.next(), 3U) << "a number is not given twice";
  store.take(*server.seals.renew(at({})));
  EXPECT_EQ(store.count(keys::kSealKeyTable), 1U);
}

}  // namespace
