// The backends that the contract suite runs on, and what every test of it needs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "db/store/store.h"

namespace contract {

// One database of a backend. Stores on it come and go; its content stays until the object goes.
class Backend {
 public:
  virtual ~Backend() = default;
  // Another store on the same content, after the last one was closed; null and a test failure when that fails.
  virtual std::unique_ptr<store::Store> open() = 0;
  // From now on nothing can be written, for a reason that commit() reports as `kind` (Full or Io).
  virtual void breakDown(store::ErrorKind kind) = 0;
  virtual void heal() = 0;
  [[nodiscard]] virtual bool hasBackup() const = 0;

  std::int64_t clock = 1'700'000'000;  // what the store sees as now, seconds since 1970 UTC
};

struct BackendKind {
  const char* name;
  std::function<std::unique_ptr<Backend>()> make;
};
std::vector<BackendKind> backendKinds();

// The tables that the tests use: one of each type of column, and one more.
inline constexpr store::Column kThingColumns[] = {
    {"number", store::ColumnType::Integer}, {"name", store::ColumnType::Text}, {"payload", store::ColumnType::Blob}};
inline constexpr store::Column kLinkColumns[] = {{"from_id", store::ColumnType::Integer},
                                                 {"to_id", store::ColumnType::Integer}};
inline constexpr std::uint8_t kThing = 7;
inline constexpr std::uint8_t kLink = 3;
inline constexpr std::uint8_t kNote = 9;  // not loaded
inline constexpr store::Column kNoteColumns[] = {{"text", store::ColumnType::Text}};
inline constexpr store::Table kTables[] = {
    {kThing, "thing", kThingColumns}, {kLink, "link", kLinkColumns}, {kNote, "note", kNoteColumns, false}};
inline constexpr store::Schema kSchema{kTables};
static_assert(store::problem(kSchema).empty());

// Everything of a store as values that can be compared.
struct OwnedCell {
  store::CellTag tag;
  std::int64_t integer;
  std::string bytes;
  friend bool operator==(const OwnedCell&, const OwnedCell&) = default;
};
struct OwnedRow {
  std::uint8_t table;
  std::int64_t id;
  std::vector<OwnedCell> cells;
  friend bool operator==(const OwnedRow&, const OwnedRow&) = default;
};
struct OwnedChange {
  std::uint64_t revision;
  std::int64_t time;
  std::uint32_t kind;
  std::string origin;
  std::string address;
  base::Bytes ops;
  friend bool operator==(const OwnedChange&, const OwnedChange&) = default;
};

struct RowsOf final : store::RowSink {
  std::vector<OwnedRow> rows;
  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override;
};
struct ChangesOf final : store::ChangeSink {
  std::vector<OwnedChange> changes;
  std::size_t stopAfter = SIZE_MAX;
  bool change(const store::Change& change) override;
  [[nodiscard]] std::vector<std::uint64_t> revisions() const;
};

OwnedChange owned(const store::Change& change);

// All rows; empty and a test failure when loading fails.
std::vector<OwnedRow> rowsOf(store::Store& store);
// All changes, oldest first.
std::vector<OwnedChange> changesOf(store::Store& store);

}  // namespace contract
