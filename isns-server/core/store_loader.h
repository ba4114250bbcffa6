// StoreLoader: gives what a store holds to a server at its start. A failure of the server is damage of the store, so that
// the store says which file it is and how to restore it. The clock is asked when all rows are there: from then on every
// entity gets its full period, however long it took to load them.
#pragma once

#include <functional>

#include "db/store/store.h"
#include "isns-server/core/server.h"

namespace core {

class StoreLoader final : public store::RowSink {
 public:
  StoreLoader(Server& server, std::function<base::Now()> clock) : server_(server), clock_(std::move(clock)) {}

  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    return server_.loadRow(table, id, cells);
  }
  base::Status end(const store::LoadInfo& info) override { return server_.finishLoad(info.revision, clock_()); }

 private:
  Server& server_;
  const std::function<base::Now()> clock_;
};

}  // namespace core
