// Contract: pages of rows, and tables that are not loaded.
#include <gmock/gmock.h>

#include "tests/contract/store/store_contract.h"

namespace contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class IdsOf final : public store::RowSink {
 public:
  base::Status row(std::uint8_t, std::int64_t id, std::span<const store::Cell> cells) override {
    if (id == refuse) return base::fail("no");
    ids.push_back(id);
    text = std::string(cells[0].text());
    return {};
  }
  std::vector<std::int64_t> ids;
  std::string text;
  std::int64_t refuse = 0;
};

class RowsContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    store::Batch batch;
    store::OpsWriter ops = begin(batch, 1);
    for (std::int64_t id = 1; id <= 5; ++id) {
      ops.put(kNote, id);
      ops.text("note " + std::to_string(id));
    }
    putThing(ops, 1, 1, "thing");
    batch.end();
    ASSERT_TRUE(store_->commit(batch, epoch_));
  }
  std::vector<std::int64_t> page(store::RowFilter filter, bool more) {
    filter.table = kNote;
    IdsOf sink;
    const auto info = store_->rows(filter, sink);
    EXPECT_TRUE(info) << info.error().text;
    EXPECT_EQ(info->count, sink.ids.size());
    EXPECT_EQ(info->more, more);
    return sink.ids;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, RowsContract, testing::ValuesIn(backendKinds()), nameOf);

TEST_P(RowsContract, PagesAscendOrDescendWithinTheirRange) {
  EXPECT_THAT(page({}, false), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(page({.firstId = 2, .lastId = 4}, false), ElementsAre(2, 3, 4));
  EXPECT_THAT(page({.firstId = 2, .limit = 2}, true), ElementsAre(2, 3));
  EXPECT_THAT(page({.limit = 2, .newestFirst = true}, true), ElementsAre(5, 4));
  EXPECT_THAT(page({.lastId = 3, .limit = 3, .newestFirst = true}, false), ElementsAre(3, 2, 1));
  EXPECT_THAT(page({.firstId = 4, .lastId = 2}, false), IsEmpty());
}

TEST_P(RowsContract, ATableThatIsNotLoadedKeepsItsRows) {
  reopen();
  class Loaded final : public store::RowSink {
   public:
    base::Status row(std::uint8_t table, std::int64_t, std::span<const store::Cell>) override {
      tables.push_back(table);
      return {};
    }
    std::vector<std::uint8_t> tables;
  } loaded;
  const auto info = store_->load(loaded);
  ASSERT_TRUE(info) << info.error().text;
  EXPECT_THAT(loaded.tables, ElementsAre(kThing));
  EXPECT_EQ(info->rows, 1U);
  EXPECT_THAT(page({}, false), ElementsAre(1, 2, 3, 4, 5));
}

TEST_P(RowsContract, GivesTheColumnsAndARefusalOfTheSinkEndsIt) {
  IdsOf sink;
  sink.refuse = 3;
  const auto info = store_->rows({.table = kNote}, sink);
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, store::ErrorKind::Damaged);
  EXPECT_THAT(sink.ids, ElementsAre(1, 2));
  EXPECT_EQ(sink.text, "note 2");
}

TEST_P(RowsContract, ATableThatIsNotThereIsACallersMistake) {
  IdsOf sink;
  const auto info = store_->rows({.table = 200}, sink);
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, store::ErrorKind::Invalid);
}

}  // namespace
}  // namespace contract
