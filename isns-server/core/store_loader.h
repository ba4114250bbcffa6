// StoreLoader: gives what a store holds to a server at its start. A failure of the server is damage of the store, so that
// the store says which file it is and how to restore it.
#pragma once

#include "db/store/store.h"
#include "isns-server/core/server.h"

namespace core {

class StoreLoader final : public store::RowSink {
 public:
  StoreLoader(Server& server, base::Now now) : server_(server), now_(now) {}

  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    return server_.loadRow(table, id, cells);
  }
  base::Status end(const store::LoadInfo& info) override { return server_.finishLoad(info.revision, now_); }

 private:
  Server& server_;
  const base::Now now_;
};

}  // namespace core
