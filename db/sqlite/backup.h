// Backups of a database file: made while the server runs, verified, and put back in its place.
//
// A backup is one complete database file without a log beside it. It holds everything the database holds, so it is
// protected like it. Every function may be called from any thread; verify() and restore() are for programs that do not
// have the database open.
#pragma once

#include <string>

#include "db/sqlite/database.h"

namespace sqlite {

// Copies the database as of one moment, while somebody else writes it, to `target`: durable and complete, or not there.
store::Outcome<store::BackupInfo> copyDatabase(const std::string& source, const std::string& target,
                                               const std::string& vfs);

struct VerifyInfo {
  std::uint32_t version = 0;  // of the schema; older ones are migrated when opened
  std::int64_t created = 0;   // of the database, seconds since 1970 UTC
  std::uint64_t revision = 0;
  std::uint64_t rows = 0;
  std::uint64_t changes = 0;
};

// Reads the whole file options.path: its structure, its version, that every row fits the schema (where the version is
// the current one) and that every change can be decoded. Writes nothing.
store::Outcome<VerifyInfo> verify(const Options& options);

// The change without operations that a restore adds, which is where the revision counter stands then:
// base::kRevisionsLeftOut after the newest of the backup and of the database that it replaces, where that can be read:
// also a second restore of one backup, or of what the first one set aside, gives no number out twice.
struct RestoreMark {
  std::uint32_t kind = 0;
  std::string_view origin;
};

struct RestoreInfo {
  VerifyInfo verified;         // of the backup
  std::uint64_t revision = 0;  // of the mark
  std::string replaced;        // where the former database is now; empty when there was none
};

// Puts a backup in the place of options.path. The backup is verified before, the copy of it after copying; the former
// database is kept beside as `<path>.replaced-<time>`. Busy while a server has the database open. When it is
// interrupted, the server does not start until it has been run again.
store::Outcome<RestoreInfo> restore(const std::string& backup, const Options& options, const RestoreMark& mark);

}  // namespace sqlite
