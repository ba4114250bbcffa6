// How fast our store makes registrations durable: the same facts as bare_sqlite_writer writes, through db/sqlite.
//
// Building the batches is part of the time, as it is for the server; "build_us" tells how much of it, a change. Then
// the database is opened, loaded, backed up and verified, and each is timed.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "db/sqlite/backup.h"
#include "db/sqlite/sqlite_store.h"
#include "tests/bench/bare_sqlite_writer/registration.h"
#include "tests/bench/common/arguments.h"
#include "tests/bench/common/json_line.h"

namespace {

using store::ColumnType;

constexpr store::Column kEntity[] = {{"eid", ColumnType::Text},
                                     {"protocol", ColumnType::Integer},
                                     {"management_ip", ColumnType::Blob},
                                     {"timestamp", ColumnType::Integer},
                                     {"version_range", ColumnType::Integer},
                                     {"period", ColumnType::Integer},
                                     {"vendor", ColumnType::Blob},
                                     {"created_revision", ColumnType::Integer},
                                     {"changed_revision", ColumnType::Integer}};
constexpr store::Column kPortal[] = {{"entity", ColumnType::Integer},       {"ip", ColumnType::Blob},
                                     {"port", ColumnType::Integer},         {"name", ColumnType::Text},
                                     {"esi_interval", ColumnType::Integer}, {"esi_port", ColumnType::Integer},
                                     {"scn_port", ColumnType::Integer},     {"security", ColumnType::Integer},
                                     {"vendor", ColumnType::Blob}};
constexpr store::Column kNode[] = {{"entity", ColumnType::Integer},     {"name", ColumnType::Text},
                                   {"type", ColumnType::Integer},       {"alias", ColumnType::Text},
                                   {"scn_bitmap", ColumnType::Integer}, {"wwnn_token", ColumnType::Blob},
                                   {"auth_method", ColumnType::Text}};
constexpr store::Column kPortalGroup[] = {
    {"node", ColumnType::Integer}, {"portal", ColumnType::Integer}, {"tag", ColumnType::Integer}};
constexpr store::Table kTables[] = {
    {1, "entity", kEntity}, {2, "portal", kPortal}, {3, "node", kNode}, {4, "portal_group", kPortalGroup}};
constexpr store::Schema kSchema{kTables};
static_assert(store::problem(kSchema).empty());

struct Settings {
  std::string file = "store_writer.db";
  long entities = 100'000;
  long batch = 64;
  long curveStep = 0;
};

struct Server {
  std::unique_ptr<sqlite::SqliteStore> store;
  std::uint64_t epoch = 0;
  store::Batch batch;
  double buildSeconds = 0;
};

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double cpuSeconds() {
  std::timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

[[noreturn]] void die(const std::string& text) {
  std::fprintf(stderr, "store_writer: %s\n", text.c_str());
  std::exit(1);
}

template <class T>
T orDie(store::Outcome<T> outcome) {
  if (!outcome) die(outcome.error().text);
  return std::move(outcome).value();
}

std::string_view text(const char* data, int size) { return {data, static_cast<std::size_t>(size)}; }

void addObjects(store::OpsWriter& ops, const registration& r) {
  ops.put(1, r.id);
  ops.text(text(r.eid, r.eid_size));
  ops.integer(2);
  ops.blob(r.ip);
  ops.integer(r.time);
  ops.integer(65537);
  ops.integer(900);
  ops.null();
  ops.integer(r.id);
  ops.integer(r.id);
  ops.put(2, r.id);
  ops.integer(r.id);
  ops.blob(r.ip);
  ops.integer(r.portal_port);
  ops.null();
  ops.integer(300);
  ops.integer(r.esi_port);
  ops.integer(r.scn_port);
  ops.integer(1);
  ops.null();
  ops.put(3, r.id);
  ops.integer(r.id);
  ops.text(text(r.name, r.name_size));
  ops.integer(2);
  ops.text(text(r.alias, r.alias_size));
  ops.integer(60);
  ops.null();
  ops.null();
  ops.put(4, r.id);
  ops.integer(r.id);
  ops.integer(r.id);
  ops.integer(1);
}

// Registrations from + 1 to `to`, at most `size` a batch.
void writeRange(Server& server, long from, long to, long size) {
  std::vector<registration> made(static_cast<std::size_t>(size));
  while (from < to) {
    std::size_t count = 0;
    for (; count < made.size() && from < to; ++count) registration_make(&made[count], ++from);
    const double before = seconds();
    server.batch.clear();
    for (std::size_t i = 0; i < count; ++i) {
      const registration& r = made[i];
      store::OpsWriter ops = server.batch.begin(static_cast<std::uint64_t>(r.id), r.time, 1, text(r.name, r.name_size),
                                                text(r.address, r.address_size));
      addObjects(ops, r);
      server.batch.end();
    }
    server.buildSeconds += seconds() - before;
    orDie(server.store->commit(server.batch, server.epoch));
    server.store->idle();
  }
}

void removeFiles(const std::string& file) {
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) (void)::unlink((file + suffix).c_str());
}

Server openServer(const Settings& settings) {
  sqlite::Options options;
  options.path = settings.file;
  options.schema = kSchema;
  Server server{orDie(sqlite::SqliteStore::open(options)), 0, {}, 0};
  server.epoch = orDie(server.store->lease(store::LeaseAction::Acquire, "bench", std::chrono::seconds(0))).epoch;
  return server;
}

void measure(const Settings& settings, bench::JsonLine& line) {
  removeFiles(settings.file);
  Server server = openServer(settings);
  const long step = settings.curveStep > 0 ? settings.curveStep : settings.entities;
  std::vector<double> at;
  const double start = seconds();
  const double cpu = cpuSeconds();
  long done = 0;
  for (; done + step <= settings.entities; done += step) {
    writeRange(server, done, done + step, settings.batch);
    at.push_back(seconds() - start);
  }
  writeRange(server, done, settings.entities, settings.batch);
  const double took = seconds() - start;
  const auto count = static_cast<double>(settings.entities);
  line.add("batch", settings.batch).add("entities", settings.entities).add("per_second", count / took);
  line.add("cpu_us", 1e6 * (cpuSeconds() - cpu) / count).add("build_us", 1e6 * server.buildSeconds / count);
  line.add("ops_bytes", server.batch[0].ops.size());
  if (settings.curveStep > 0) line.add("curve_step", step).add("curve_seconds", std::span<const double>(at));
}

struct CountRows final : store::RowSink {
  std::uint64_t bytes = 0;
  base::Status row(std::uint8_t, std::int64_t, std::span<const store::Cell> cells) override {
    for (const store::Cell& cell : cells) bytes += cell.bytes.size();
    return {};
  }
};

void measureStart(const Settings& settings, bench::JsonLine& line) {
  const double start = seconds();
  const double cpu = cpuSeconds();
  sqlite::Options options;
  options.path = settings.file;
  options.schema = kSchema;
  const auto opened = orDie(sqlite::SqliteStore::open(options));
  const double afterOpen = seconds();
  CountRows sink;
  const store::LoadInfo info = orDie(opened->load(sink));
  const double afterLoad = seconds();
  const double startCpu = cpuSeconds() - cpu;
  const store::BackupInfo made = orDie(opened->backup(settings.file + ".backup"));
  const double afterBackup = seconds();
  options.path = settings.file + ".backup";
  orDie(sqlite::verify(options));
  line.add("verify_seconds", seconds() - afterBackup).add("backup_seconds", afterBackup - afterLoad);
  line.add("load_seconds", afterLoad - afterOpen).add("open_seconds", afterOpen - start);
  line.add("open_and_load_cpu_seconds", startCpu);
  line.add("rows", info.rows).add("file_bytes", made.bytes);
  (void)::unlink(options.path.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  const auto words = bench::Arguments("store_writer", "")
                         .option("--file", settings.file, "the database; what is there is removed")
                         .option("--entities", settings.entities, "how many registrations")
                         .option("--batch", settings.batch, "registrations in a transaction")
                         .option("--curve-step", settings.curveStep, "note the time at every so many; 0: not at all")
                         .parse(argc, argv);
  if (!words) die(words.error().text);
  if (settings.entities < 1 || settings.batch < 1 || settings.curveStep < 0) die("numbers must be positive");
  bench::JsonLine line;
  line.add("program", "store_writer");
  measure(settings, line);
  measureStart(settings, line);
  removeFiles(settings.file);
  line.print();
  return 0;
}
