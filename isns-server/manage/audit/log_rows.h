// Rows of one of the two tables of the audit log, as the store gives them.
//
// A row that cannot be read stands there with what is wrong with it and does not end the reading: who spoils a record
// must not be able to stop who reads the others (docs/security/audit-log.md). One owner, one thread.
#pragma once

#include <string>
#include <vector>

#include "db/store/store.h"
#include "isns-server/manage/audit/audit_schema.h"

namespace manage {

// `T`: evidence::SealedRecord or evidence::AuditCheckpoint.
template <class T>
struct LogRows final : store::RowSink {
  struct Item {
    std::int64_t id = 0;  // the number of the record
    T value;              // where nothing is wrong
    std::string failure;  // empty: it reads
  };
  base::Status row(std::uint8_t, std::int64_t id, std::span<const store::Cell> cells) override {
    Item& item = items.emplace_back();
    item.id = id;
    if (const auto read = readRow(id, cells, item.value); !read) item.failure = read.error().text;
    return {};
  }
  base::Status unreadable(std::uint8_t, std::int64_t id, std::string_view why) override {
    items.push_back({id, {}, std::string(why)});
    return {};
  }
  std::vector<Item> items;
};

}  // namespace manage
