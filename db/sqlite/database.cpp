#include "db/sqlite/database.h"

#include <array>
#include <cstdio>
#include <fstream>

#include "db/sql/statements.h"
#include "db/sqlite/backup.h"
#include "db/sqlite/files.h"
#include "shared/base/clock.h"
#include "shared/files/atomic_file.h"

namespace sqlite {

using store::ErrorKind;

namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kHeaderSize = 100;

Status insertNewMeta(Connection& connection, const Options& options) {
  auto insert = connection.prepare(sql::insertMeta(sql::kSqlite));
  if (!insert) return base::fail(insert.error());
  const std::array<std::pair<std::string_view, std::int64_t>, 7> values{{
      {sql::kMetaSchemaVersion, options.plan.version},
      {sql::kMetaCreated, timeOf(options)},
      {sql::kMetaEpoch, 0},
      {sql::kMetaPrunedRevision, 0},
      {sql::kMetaPrunedTime, 0},
      {sql::kMetaBaseRevision, 0},
      {sql::kMetaBaseTime, 0},
  }};
  for (const auto& [name, value] : values) {
    insert->bind(1, name);
    insert->bind(2, value);
    if (const int code = insert->run(); code != SQLITE_DONE) return base::fail(connection.error(code, "write"));
  }
  return {};
}

Status fillNew(Connection& connection, const Options& options) {
  std::string text =
      "PRAGMA page_size = 4096; PRAGMA auto_vacuum = NONE; PRAGMA application_id = " + std::to_string(kApplicationId) +
      "; BEGIN; ";
  for (const store::Table& table : options.schema.tables) text += sql::createTable(table, sql::kSqlite) + "; ";
  text += sql::createChange(sql::kSqlite) + "; " + sql::createMeta(sql::kSqlite) + "; " +
          sql::createBase(sql::kSqlite) + "; ";
  if (auto done = connection.execute(text); !done) return done;
  if (auto done = insertNewMeta(connection, options); !done) return done;
  return connection.execute("COMMIT");
}

Status create(const Options& options) {
  Unfinished made(options.path + ".new");
  (void)std::remove((made.path() + "-journal").c_str());
  if (auto done = createFile(made.path()); !done) return done;
  {
    auto connection = Connection::open(made.path(), Connection::Mode::Create, options.vfs, options.restoreHint);
    if (!connection) return base::fail(connection.error());
    if (auto done = fillNew(*connection, options); !done) return done;
  }
  if (auto done = syncFile(made.path()); !done) return done;
  return made.moveTo(options.path);
}

Status migrate(Connection& connection, const Options& options, std::uint32_t from) {
  const std::string before = options.path + ".before-" + std::to_string(options.plan.version);
  if (auto copied = copyDatabase(options.path, before, options.vfs); !copied) return base::fail(copied.error());
  std::string text = "BEGIN IMMEDIATE; ";
  for (const migrations::Step& step : options.plan.steps) {
    if (step.version > from) text += std::string(step.sql) + "; ";
  }
  Status done = connection.execute(text);
  if (done) done = writeMeta(connection, sql::kMetaSchemaVersion, options.plan.version);
  if (done) done = checkColumns(connection, options.schema);
  if (done) done = connection.execute("COMMIT");
  if (done) return done;
  if (sqlite3_get_autocommit(connection.get()) == 0) (void)connection.execute("ROLLBACK");
  return store::fail(done.error().kind, "bringing the database from version " + std::to_string(from) + " to version " +
                                            std::to_string(options.plan.version) +
                                            " failed and was undone: " + done.error().text);
}

// The settings of a connection that writes. Measured: 4096 byte pages and a log that is written over in place.
Status configure(Connection& connection) {
  auto mode = connection.prepare("PRAGMA journal_mode = WAL");
  if (!mode) return base::fail(mode.error());
  if (const int code = mode->step(); code != SQLITE_ROW) return base::fail(connection.error(code, "open the log of"));
  if (mode->text(0) != "wal") {
    return store::fail(ErrorKind::Unsupported, connection.path() + " is where no write-ahead log can be kept.");
  }
  mode->reset();
  return connection.execute(
      "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; "
      "PRAGMA cache_size = -16384; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY");
}

Status checkPlace(const Options& options) {
  if (exists(restoreMarker(options.path))) {
    return store::fail(ErrorKind::Damaged, "a restore of " + options.path + " was interrupted: run it again. (" +
                                               restoreMarker(options.path) + " tells.)");
  }
  if (!exists(options.path) && exists(options.path + "-wal")) {
    return store::fail(ErrorKind::Damaged, options.path + " is missing, but its log " + options.path +
                                               "-wal is there. " + std::string(options.restoreHint));
  }
  return {};
}

// Not for a file that this process has open: closing it here would end the locks that SQLite holds on it.
Status checkHeader(const Options& options) {
  std::array<char, kHeaderSize> header{};
  std::ifstream file(options.path, std::ios::binary);
  if (!file) return store::fail(ErrorKind::Io, "cannot open " + options.path + '.');
  file.read(header.data(), header.size());
  const auto damaged = [&](std::string_view reason) {
    return store::fail(ErrorKind::Damaged,
                       options.path + " is damaged (" + std::string(reason) + "). " + std::string(options.restoreHint));
  };
  if (file.gcount() != std::streamsize{kHeaderSize}) return damaged("it is shorter than a database's header");
  if (std::string_view(header.data(), kMagic.size()) != kMagic) return damaged("it does not begin as a database does");
  return {};
}

}  // namespace

std::int64_t timeOf(const Options& options) {
  return options.clock ? options.clock() : base::unixSeconds(base::wallNow());
}

std::string restoreMarker(const std::string& path) { return path + ".restoring"; }

Status checkApplicationId(Connection& connection) {
  auto id = connection.prepare("PRAGMA application_id");
  if (!id) return base::fail(id.error());
  const int code = id->step();
  if (code != SQLITE_ROW) return base::fail(connection.error(code, "read"));
  if (id->integer(0) == kApplicationId) return {};
  return store::fail(ErrorKind::Unsupported,
                     connection.path() + " is an SQLite database, but not one of Sanctum. " + connection.restoreHint());
}

store::Outcome<std::int64_t> readMeta(Connection& connection, std::string_view name) {
  auto select = connection.prepare(sql::selectMeta(sql::kSqlite));
  if (!select) return base::fail(select.error());
  select->bind(1, name);
  const int code = select->step();
  if (code == SQLITE_DONE) return base::fail(connection.damaged("meta has no " + std::string(name)));
  if (code != SQLITE_ROW) return base::fail(connection.error(code, "read"));
  return select->integer(0);
}

Status writeMeta(Connection& connection, std::string_view name, std::int64_t value) {
  auto update = connection.prepare(sql::updateMeta(sql::kSqlite));
  if (!update) return base::fail(update.error());
  update->bind(1, value);
  update->bind(2, name);
  if (const int code = update->run(); code != SQLITE_DONE) return base::fail(connection.error(code, "write"));
  if (sqlite3_changes(connection.get()) != 1) {
    return base::fail(connection.damaged("meta has no " + std::string(name)));
  }
  return {};
}

store::Outcome<std::uint32_t> readVersion(Connection& connection, const Options& options) {
  auto version = readMeta(connection, sql::kMetaSchemaVersion);
  if (!version) return base::fail(version.error());
  if (*version < 1) return base::fail(connection.damaged("its schema version is not a number from 1 on"));
  if (*version > options.plan.version) {
    return store::fail(ErrorKind::Unsupported,
                       options.path + " has schema version " + std::to_string(*version) +
                           ", and this program knows versions up to " + std::to_string(options.plan.version) +
                           ". Use the newer program, or restore a backup that was made before the update.");
  }
  return static_cast<std::uint32_t>(*version);
}

Status checkColumns(Connection& connection, const store::Schema& schema) {
  auto columns = connection.prepare("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid");
  if (!columns) return base::fail(columns.error());
  for (const store::Table& table : schema.tables) {
    columns->bind(1, table.name);
    std::size_t count = 0;
    int code = SQLITE_ROW;
    for (; (code = columns->step()) == SQLITE_ROW; ++count) {
      const bool known = count <= table.columns.size();
      const std::string_view name = count == 0 ? "id" : known ? table.columns[count - 1].name : "";
      const std::string_view type = count == 0 ? "INTEGER"
                                    : known    ? sql::typeName(table.columns[count - 1].type, sql::kSqlite)
                                               : "";
      if (columns->text(0) != name || columns->text(1) != type) break;
    }
    const bool same = code == SQLITE_DONE && count == table.columns.size() + 1;
    columns->reset();
    if (code != SQLITE_DONE && code != SQLITE_ROW) return base::fail(connection.error(code, "read"));
    if (!same) {
      return store::fail(ErrorKind::Unsupported, connection.path() + ": the table " + std::string(table.name) +
                                                     " does not have the columns of this version.");
    }
  }
  return {};
}

store::Outcome<Connection> openDatabase(const Options& options) {
  if (auto done = checkPlace(options); !done) return base::fail(done.error());
  if (!exists(options.path)) {
    if (auto done = create(options); !done) return base::fail(done.error());
  }
  if (auto done = checkHeader(options); !done) return base::fail(done.error());
  auto connection = Connection::open(options.path, Connection::Mode::Write, options.vfs, options.restoreHint);
  if (!connection) return connection;
  // Closing must not write either, until the content has been read and found good.
  sqlite3_db_config(connection->get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (auto done = checkApplicationId(*connection); !done) return base::fail(done.error());
  const auto version = readVersion(*connection, options);
  if (!version) return base::fail(version.error());
  if (*version < options.plan.version) {
    if (auto done = migrate(*connection, options, *version); !done) return base::fail(done.error());
  } else if (auto done = checkColumns(*connection, options.schema); !done) {
    return base::fail(done.error());
  }
  if (auto done = configure(*connection); !done) return base::fail(done.error());
  return connection;
}

}  // namespace sqlite
