// LoadTee: at a start, gives the registry its rows at once and keeps a copy of all rows that the SAN model needs, for the
// management server's thread: serving iSNS does not wait for the model.
//
// One thread. A row of a table that nobody knows is not for anybody.
#pragma once

#include <optional>

#include "isns-server/core/store_loader.h"
#include "isns-server/manage/keys/key_rows.h"
#include "isns-server/manage/model/server_facts.h"
#include "shared/base/byte_arena.h"

namespace app {

class LoadTee final : public store::RowSink {
 public:
  LoadTee(core::StoreLoader& registry, bool keep) : registry_(registry), keep_(keep) {}

  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    if (keep_) {
      store::OpsWriter ops(rows_);
      ops.put(table, id);
      for (const store::Cell& cell : cells) ops.cell(cell);
    }
    if (table == keys::kClockTable) {
      keys::ClockRow row;
      if (auto status = keys::readRow(cells, row); !status) return status;
      clockFloor_ = row.floor;
    }
    if (table == manage::kFactsTable) {
      if (auto status = manage::readRow(cells, facts_.emplace()); !status) return status;
    }
    return table <= kLastRegistryTable ? registry_.row(table, id, cells) : base::Status{};
  }
  base::Status end(const store::LoadInfo& info) override { return registry_.end(info); }

  // Put operations, in the order of the load.
  [[nodiscard]] base::ByteArena takeRows() { return std::move(rows_); }
  // The time that was believed last, as it was stored; zero: none was.
  [[nodiscard]] base::WallTime clockFloor() const { return clockFloor_; }
  // What of the configuration was noted last; nothing: never.
  [[nodiscard]] const std::optional<manage::NotedFacts>& facts() const { return facts_; }

 private:
  static constexpr auto kLastRegistryTable = static_cast<std::uint8_t>(core::TableNumber::FormerNode);

  core::StoreLoader& registry_;
  const bool keep_;
  base::ByteArena rows_;
  base::WallTime clockFloor_{};
  std::optional<manage::NotedFacts> facts_;
};

}  // namespace app
