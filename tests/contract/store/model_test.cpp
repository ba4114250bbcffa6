// Contract: random batches against a plain map, with reopening, failures, pruning and idle times in between.
#include <random>

#include "tests/contract/store/store_contract.h"

namespace contract {
namespace {

class ModelContract : public StoreContract {
 protected:
  using Model = std::map<std::pair<int, std::int64_t>, std::vector<OwnedCell>>;  // by place of the table, id

  std::size_t upTo(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n)(random_); }

  OwnedCell randomCell(store::ColumnType type) {
    if (upTo(5) == 0) return {store::CellTag::Null, 0, ""};
    if (type == store::ColumnType::Integer) {
      return {store::CellTag::Integer, static_cast<std::int64_t>(random_() >> upTo(63)), ""};
    }
    const std::string bytes(upTo(upTo(9) == 0 ? 9000 : 40), static_cast<char>('a' + upTo(20)));
    return {type == store::ColumnType::Text ? store::CellTag::Text : store::CellTag::Blob, 0, bytes};
  }
  void addOp(store::OpsWriter& ops, Model& model) {
    const std::size_t place = upTo(1);
    const store::Table& table = kTables[place];
    const auto id = static_cast<std::int64_t>(upTo(200)) + 1;
    if (upTo(3) == 0) {
      ops.erase(table.number, id);
      model.erase({static_cast<int>(place), id});
      return;
    }
    std::vector<OwnedCell> cells;
    ops.put(table.number, id);
    for (const store::Column& column : table.columns) {
      cells.push_back(randomCell(column.type));
      ops.cell({cells.back().tag, cells.back().integer, base::asBytes(cells.back().bytes)});
    }
    model[{static_cast<int>(place), id}] = cells;
  }
  void expectSame(const Model& model) {
    std::vector<OwnedRow> rows;
    for (const auto& [key, cells] : model) {
      rows.push_back({kTables[static_cast<std::size_t>(key.first)].number, key.second, cells});
    }
    ASSERT_EQ(rowsOf(*store_), rows);
  }

  std::mt19937_64 random_{20240607};
};
INSTANTIATE_TEST_SUITE_P(Backends, ModelContract, testing::ValuesIn(backendKinds()), nameOf);

TEST_P(ModelContract, RandomBatchesLeaveWhatAMapWouldHold) {
  Model model;
  std::vector<OwnedChange> changes;
  std::uint64_t revision = 0;
  store::Batch batch;
  for (int round = 0; round < 300; ++round) {
    Model next = model;
    batch.clear();
    std::uint64_t at = revision;
    for (std::size_t i = upTo(6); i > 0; --i) {
      at += 1 + upTo(2);
      store::OpsWriter ops = begin(batch, at);
      for (std::size_t k = upTo(8); k > 0; --k) addOp(ops, next);
      batch.end();
    }
    const bool broken = upTo(9) == 0 && !batch.empty();
    if (broken) backend_->breakDown(upTo(1) == 0 ? store::ErrorKind::Full : store::ErrorKind::Io);
    const auto committed = store_->commit(batch, epoch_);
    if (broken) backend_->heal();
    ASSERT_EQ(committed.ok(), !broken);
    if (committed) {
      model = next;
      revision = at;
      for (std::size_t i = 0; i < batch.size(); ++i) changes.push_back(owned(batch[i]));
    }
    if (upTo(9) == 0) store_->idle();
    if (upTo(29) == 0) reopen();
    if (upTo(9) == 0) expectSame(model);
  }
  reopen();
  expectSame(model);
  EXPECT_EQ(changesOf(*store_), changes);
}

}  // namespace
}  // namespace contract
