// A database file as a whole: made, checked, brought to the current version and opened for writing.
//
// Nothing is written to a file before it has been found to be ours, readable and of a version that we know. A new file
// is built under another name and renamed when complete, so that a database is either absent or whole.
#pragma once

#include <functional>
#include <string>

#include "db/migrations/migrations.h"
#include "db/sqlite/connection.h"

namespace sqlite {

struct Options {
  std::string path;
  store::Schema schema;                         // its data must outlive the store
  migrations::Plan plan = migrations::kPlan;    // and so must its steps
  std::string vfs;                              // a registered VFS; empty for the platform's
  std::string_view restoreHint = kRestoreHint;  // ends the sentence of a damage error
  std::function<std::int64_t()> clock;          // seconds since 1970 UTC; empty for the system's clock
};

inline constexpr std::uint32_t kApplicationId = 0x53414E31;  // "SAN1", in the file's header

[[nodiscard]] std::int64_t timeOf(const Options& options);

// The database of options.path, created or migrated if need be; the caller holds its lock file.
// Damaged: names the file, which was not touched. Unsupported: of a newer version, or of another make.
store::Outcome<Connection> openDatabase(const Options& options);

// Beside the database while a restore is under way; openDatabase refuses as long as it is there.
[[nodiscard]] std::string restoreMarker(const std::string& path);

// The parts of the check that need no writing, also for verifying backups.
Status checkApplicationId(Connection& connection);
store::Outcome<std::uint32_t> readVersion(Connection& connection, const Options& options);
Status checkColumns(Connection& connection, const store::Schema& schema);
store::Outcome<std::int64_t> readMeta(Connection& connection, std::string_view name);
Status writeMeta(Connection& connection, std::string_view name, std::int64_t value);

}  // namespace sqlite
