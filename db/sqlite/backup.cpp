#include "db/sqlite/backup.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>

#include "db/sql/statements.h"
#include "db/sqlite/files.h"
#include "db/sqlite/lock_file.h"
#include "db/sqlite/rows.h"
#include "shared/base/revisions.h"
#include "shared/files/atomic_file.h"

namespace sqlite {

namespace {

constexpr int kPagesAStep = 256;
constexpr std::size_t kTimeDigits = 20;  // of seconds since 1970

// What a damaged file has for a revision is not taken beyond this: there must be room after it.
constexpr std::uint64_t kLargestFormer = std::uint64_t{1} << 62;

// Where a restore makes its copy.
std::string freshPath(const Options& options) { return options.path + ".new"; }

std::uint64_t sizeOf(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

// One read transaction around all steps: the copy is of one moment and does not begin anew when somebody commits.
Status copyPages(Connection& source, Connection& target) {
  if (auto done = source.execute("BEGIN; SELECT count(*) FROM sqlite_schema"); !done) return done;
  sqlite3_backup* backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
  if (backup == nullptr) {
    return base::fail(target.error(sqlite3_extended_errcode(target.get()), "write"));
  }
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(backup, kPagesAStep);
  const int finish = sqlite3_backup_finish(backup);
  (void)source.execute("COMMIT");
  if (code != SQLITE_DONE) {
    const store::Error error = target.error(code, "copy " + source.path() + " to");
    // Whose page could not be read or written, the code does not say; damage is always the source's.
    if (error.kind == store::ErrorKind::Damaged) return base::fail(source.error(code, "read"));
    return base::fail(error);
  }
  if (finish != SQLITE_OK) return base::fail(target.error(finish, "write"));
  return {};
}

store::Outcome<store::BackupInfo> copyTo(const std::string& sourcePath, const std::string& temporary,
                                         const std::string& vfs) {
  auto source = Connection::open(sourcePath, Connection::Mode::Read, vfs);
  if (!source) return base::fail(source.error());
  auto target = Connection::open(temporary, Connection::Mode::Create, vfs);
  if (!target) return base::fail(target.error());
  // The copy counts only when it is complete and renamed, so it needs no journal; durability comes at the end.
  if (auto done = target->execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF"); !done) {
    return base::fail(done.error());
  }
  if (auto done = copyPages(*source, *target); !done) return base::fail(done.error());
  // The pages say that there is a write-ahead log; a backup is one file.
  if (auto done = target->execute("PRAGMA journal_mode = DELETE"); !done) return base::fail(done.error());
  auto newest = readNewestRevision(*target);
  if (!newest) return base::fail(newest.error());
  return store::BackupInfo{0, *newest};
}

Status verifyChanges(Connection& connection, VerifyInfo& info) {
  auto changes = connection.prepare(sql::selectChangesAfter(sql::kSqlite));
  if (!changes) return base::fail(changes.error());
  changes->bind(1, std::int64_t{0});
  changes->bind(2, std::int64_t{-1});
  int code = SQLITE_ROW;
  while ((code = changes->step()) == SQLITE_ROW) {
    store::Change change;
    if (!readChange(*changes, change) || !decodable(change.ops)) {
      return base::fail(
          connection.damaged("the change after revision " + std::to_string(info.revision) + " cannot be decoded"));
    }
    info.revision = change.revision;
    ++info.changes;
  }
  if (code != SQLITE_DONE) return base::fail(connection.error(code, "read"));
  return {};
}

Status verifyStructure(Connection& connection) {
  auto check = connection.prepare("PRAGMA integrity_check(1)");
  if (!check) return base::fail(check.error());
  const int code = check->step();
  if (code != SQLITE_ROW) return base::fail(connection.error(code, "read"));
  if (check->text(0) != "ok") return base::fail(connection.damaged(check->text(0)));
  return {};
}

bool hasLog(const std::string& path) { return sizeOf(path + "-wal") > 0; }

// One file with all that is committed: of a database that was not closed, as one that a restore has set aside, the last
// of it is in its log.
Status copyWhole(const std::string& source, const std::string& target, const std::string& vfs) {
  if (!hasLog(source)) return copyDurably(source, target);
  if (auto copied = copyDatabase(source, target, vfs); !copied) return base::fail(copied.error());
  return {};
}

// Where the former database goes. The marker of a restore that was interrupted tells where that one had begun to put
// it: its log may be there already, and belongs beside it. What is whole there is not replaced.
std::string replacedPath(const Options& options, const std::string& marker) {
  const std::string prefix = options.path + ".replaced-";
  if (const auto begun = files::readFile(marker, prefix.size() + kTimeDigits); begun && *begun) {
    std::string path((*begun)->begin(), (*begun)->end());
    if (path.starts_with(prefix) && !exists(path)) return path;
  }
  return prefix + std::to_string(timeOf(options));
}

// The newest revision that the database which a restore replaces has given out, or 0 where none can be read. A restore
// that was interrupted has moved that one aside already; its own copy beside knows then.
std::uint64_t newestOfFormer(const Options& options) {
  std::uint64_t newest = 0;
  for (const std::string& path : {options.path, freshPath(options)}) {
    if (!exists(path)) continue;
    const auto mode = hasLog(path) ? Connection::Mode::Read : Connection::Mode::Immutable;
    auto connection = Connection::open(path, mode, options.vfs, options.restoreHint);
    if (!connection || !checkApplicationId(*connection)) continue;
    const auto revision = readNewestRevision(*connection);
    if (revision && *revision <= kLargestFormer) newest = std::max(newest, *revision);
  }
  return newest;
}

// The revision of the mark; former: the newest one of the database that is replaced.
store::Outcome<std::uint64_t> addMark(const std::string& path, const Options& options, const RestoreMark& mark,
                                      std::uint64_t former) {
  auto connection = Connection::open(path, Connection::Mode::Write, options.vfs, options.restoreHint);
  if (!connection) return base::fail(connection.error());
  const auto newest = readNewestRevision(*connection);
  if (!newest) return base::fail(newest.error());
  auto insert = connection->prepare(sql::insertChange(sql::kSqlite));
  if (!insert) return base::fail(insert.error());
  const std::uint64_t revision = std::max(*newest, former) + base::kRevisionsLeftOut;
  if (const int code = bindChange(*insert, {revision, timeOf(options), mark.kind, mark.origin, {}, {}});
      code != SQLITE_OK) {
    return base::fail(connection->error(code, "write"));
  }
  if (const int code = insert->run(); code != SQLITE_DONE) return base::fail(connection->error(code, "write"));
  return revision;
}

// Verified, marked, and its owner's; the revision of the mark.
store::Outcome<std::uint64_t> prepare(const std::string& backup, const std::string& fresh, const Options& options,
                                      const RestoreMark& mark, std::uint64_t former) {
  if (auto done = copyWhole(backup, fresh, options.vfs); !done) return base::fail(done.error());
  if (auto done = giveToOwnerOf(options.path, fresh); !done) return base::fail(done.error());
  const auto revision = addMark(fresh, options, mark, former);
  if (!revision) return revision;
  Options copy = options;
  copy.path = fresh;
  if (auto whole = verify(copy); !whole) return base::fail(whole.error());
  return revision;
}

struct CountRows final : store::RowSink {
  base::Status row(std::uint8_t, std::int64_t, std::span<const store::Cell>) override { return {}; }
};

}  // namespace

store::Outcome<store::BackupInfo> copyDatabase(const std::string& source, const std::string& target,
                                               const std::string& vfs) {
  if (!exists(source)) return store::fail(store::ErrorKind::Io, "there is no database " + source + '.');
  if (sameFile(source, target)) {
    return store::fail(store::ErrorKind::Invalid, target + " is the database itself: a backup needs another place.");
  }
  Unfinished copy(target + ".incomplete");
  if (auto done = createFile(copy.path()); !done) return base::fail(done.error());
  auto copied = copyTo(source, copy.path(), vfs);
  if (!copied) return copied;
  if (auto done = syncFile(copy.path()); !done) return base::fail(done.error());
  copied->bytes = sizeOf(copy.path());
  if (auto done = copy.moveTo(target); !done) return base::fail(done.error());
  return copied;
}

store::Outcome<VerifyInfo> verify(const Options& options) {
  if (!exists(options.path)) return store::fail(store::ErrorKind::Io, "there is no file " + options.path + '.');
  const auto mode = hasLog(options.path) ? Connection::Mode::Read : Connection::Mode::Immutable;
  auto connection = Connection::open(options.path, mode, options.vfs, options.restoreHint);
  if (!connection) return base::fail(connection.error());
  if (auto done = checkApplicationId(*connection); !done) return base::fail(done.error());
  if (auto done = verifyStructure(*connection); !done) return base::fail(done.error());
  VerifyInfo info;
  const auto version = readVersion(*connection, options);
  if (!version) return base::fail(version.error());
  info.version = *version;
  const auto created = readMeta(*connection, sql::kMetaCreated);
  if (!created) return base::fail(created.error());
  info.created = *created;
  if (*version == options.plan.version) {
    if (auto done = checkColumns(*connection, options.schema); !done) return base::fail(done.error());
    CountRows sink;
    const auto rows = readRows(*connection, options.schema, Tables::All, sink);
    if (!rows) return base::fail(rows.error());
    info.rows = *rows;
  }
  if (auto done = verifyChanges(*connection, info); !done) return base::fail(done.error());
  return info;
}

store::Outcome<RestoreInfo> restore(const std::string& backup, const Options& options, const RestoreMark& mark) {
  if (sameFile(backup, options.path)) {
    return store::fail(store::ErrorKind::Invalid, backup + " is the database itself.");
  }
  const auto lock = LockFile::acquire(options.path);
  if (!lock) return base::fail(lock.error());
  Options copy = options;
  copy.path = backup;
  const auto good = verify(copy);
  if (!good) return base::fail(good.error());

  // A disk that this has filled is free again when it fails: the database beside needs room to start.
  const std::uint64_t former = newestOfFormer(options);
  Unfinished fresh(freshPath(options));
  const auto revision = prepare(backup, fresh.path(), options, mark, former);
  if (!revision) return base::fail(revision.error());

  RestoreInfo info{*good, *revision, {}};
  const std::string marker = restoreMarker(options.path);
  const std::string replaced = replacedPath(options, marker);
  if (auto done = asStatus(files::replaceFile(marker, base::asBytes(replaced))); !done) return base::fail(done.error());
  fresh.keep();  // the former one goes aside: it may be all that is left in a moment
  // The log goes with the database that it belongs to: beside another one it would be replayed into that.
  for (const std::string suffix : {"-wal", ""}) {
    if (!exists(options.path + suffix)) continue;
    if (auto done = asStatus(files::moveFile(options.path + suffix, replaced + suffix)); !done)
      return base::fail(done.error());
    info.replaced = replaced;
  }
  (void)std::remove((options.path + "-shm").c_str());
  if (auto done = fresh.moveTo(options.path); !done) return base::fail(done.error());
  if (auto done = asStatus(files::removeFile(marker)); !done) return base::fail(done.error());
  return info;
}

}  // namespace sqlite
