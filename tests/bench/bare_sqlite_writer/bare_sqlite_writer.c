// The floor for durable registrations: SQLite and nothing else.
//
// Writes the rows of each registration (entity, portal, node, portal group) and a change row with a blob of the size
// that the server's has, B registrations a transaction, in the fastest way found that keeps the same facts and the
// same durability (a write-ahead log with synchronous=FULL): tables keyed by integers, prepared statements, values
// bound in place, no index beside the keys. One JSON object on one line; with a list of batch sizes, one object for
// each of them in "series", each with a fresh database. With --curve-step: the seconds after every so many
// registrations, and the registrations per second between.
//
//   bare_sqlite_writer [--file FILE] [--entities N] [--batch B,B...] [--curve-step S] [--page-size P] [--checkpoint
//   PAGES]
#include <getopt.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bare_sqlite_writer/registration.h"

enum { kTables = 5, kMaxBatches = 16, kOpsSize = 212 };

struct settings {
  const char* file;
  long entities, curve_step;
  int page_size, checkpoint_pages;
  int batches[kMaxBatches];
  int batch_count;
};

struct writer {
  sqlite3* db;
  sqlite3_stmt* begin;
  sqlite3_stmt* commit;
  sqlite3_stmt* insert[kTables];
};

static const char* const kCreate =
    "CREATE TABLE entity(id INTEGER PRIMARY KEY, eid TEXT, protocol INTEGER, management_ip BLOB, timestamp INTEGER,"
    " version_range INTEGER, period INTEGER, vendor BLOB, created_revision INTEGER, changed_revision INTEGER);"
    "CREATE TABLE portal(id INTEGER PRIMARY KEY, entity INTEGER, ip BLOB, port INTEGER, name TEXT,"
    " esi_interval INTEGER, esi_port INTEGER, scn_port INTEGER, security INTEGER, vendor BLOB);"
    "CREATE TABLE node(id INTEGER PRIMARY KEY, entity INTEGER, name TEXT, type INTEGER, alias TEXT,"
    " scn_bitmap INTEGER, wwnn_token BLOB, auth_method TEXT);"
    "CREATE TABLE portal_group(id INTEGER PRIMARY KEY, node INTEGER, portal INTEGER, tag INTEGER);"
    "CREATE TABLE change(revision INTEGER PRIMARY KEY, time INTEGER, kind INTEGER, origin TEXT, address TEXT,"
    " ops BLOB);";

static const char* const kInsert[kTables] = {
    "INSERT INTO entity VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
    "INSERT INTO portal VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)", "INSERT INTO node VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
    "INSERT INTO portal_group VALUES(?1,?2,?3,?4)", "INSERT INTO change VALUES(?1,?2,?3,?4,?5,?6)"};

static void check(struct writer* w, int code, int expected) {
  if (code == expected) return;
  fprintf(stderr, "bare_sqlite_writer: %s\n", sqlite3_errmsg(w->db));
  exit(1);
}

static void execute(struct writer* w, const char* format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  check(w, sqlite3_exec(w->db, text, NULL, NULL, NULL), SQLITE_OK);
}

static void step(struct writer* w, sqlite3_stmt* statement) {
  check(w, sqlite3_step(statement), SQLITE_DONE);
  sqlite3_reset(statement);
}

static void remove_files(const char* file) {
  char name[4096];
  unlink(file);
  snprintf(name, sizeof name, "%s-wal", file);
  unlink(name);
  snprintf(name, sizeof name, "%s-shm", file);
  unlink(name);
}

static void writer_open(struct writer* w, const struct settings* s) {
  remove_files(s->file);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  check(w, sqlite3_open_v2(s->file, &w->db, flags, NULL), SQLITE_OK);
  execute(w,
          "PRAGMA page_size=%d; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;"
          "PRAGMA wal_autocheckpoint=%d",
          s->page_size, s->checkpoint_pages);
  check(w, sqlite3_exec(w->db, kCreate, NULL, NULL, NULL), SQLITE_OK);
  check(w, sqlite3_prepare_v2(w->db, "BEGIN", -1, &w->begin, NULL), SQLITE_OK);
  check(w, sqlite3_prepare_v2(w->db, "COMMIT", -1, &w->commit, NULL), SQLITE_OK);
  for (int i = 0; i < kTables; ++i) check(w, sqlite3_prepare_v2(w->db, kInsert[i], -1, &w->insert[i], NULL), SQLITE_OK);
}

static void writer_close(struct writer* w, const struct settings* s) {
  sqlite3_finalize(w->begin);
  sqlite3_finalize(w->commit);
  for (int i = 0; i < kTables; ++i) sqlite3_finalize(w->insert[i]);
  sqlite3_close(w->db);
  remove_files(s->file);
}

static void write_objects(struct writer* w, const struct registration* r) {
  sqlite3_stmt* s = w->insert[0];
  sqlite3_bind_int64(s, 1, r->id);
  sqlite3_bind_text(s, 2, r->eid, r->eid_size, SQLITE_STATIC);
  sqlite3_bind_int64(s, 3, 2);
  sqlite3_bind_blob(s, 4, r->ip, 16, SQLITE_STATIC);
  sqlite3_bind_int64(s, 5, r->time);
  sqlite3_bind_int64(s, 6, 65537);
  sqlite3_bind_int64(s, 7, 900);
  sqlite3_bind_int64(s, 9, r->id);
  sqlite3_bind_int64(s, 10, r->id);
  step(w, s);
  s = w->insert[1];
  sqlite3_bind_int64(s, 1, r->id);
  sqlite3_bind_int64(s, 2, r->id);
  sqlite3_bind_blob(s, 3, r->ip, 16, SQLITE_STATIC);
  sqlite3_bind_int64(s, 4, r->portal_port);
  sqlite3_bind_int64(s, 6, 300);
  sqlite3_bind_int64(s, 7, r->esi_port);
  sqlite3_bind_int64(s, 8, r->scn_port);
  sqlite3_bind_int64(s, 9, 1);
  step(w, s);
  s = w->insert[2];
  sqlite3_bind_int64(s, 1, r->id);
  sqlite3_bind_int64(s, 2, r->id);
  sqlite3_bind_text(s, 3, r->name, r->name_size, SQLITE_STATIC);
  sqlite3_bind_int64(s, 4, 2);
  sqlite3_bind_text(s, 5, r->alias, r->alias_size, SQLITE_STATIC);
  sqlite3_bind_int64(s, 6, 60);
  step(w, s);
  s = w->insert[3];
  sqlite3_bind_int64(s, 1, r->id);
  sqlite3_bind_int64(s, 2, r->id);
  sqlite3_bind_int64(s, 3, r->id);
  sqlite3_bind_int64(s, 4, 1);
  step(w, s);
}

static void write_change(struct writer* w, const struct registration* r) {
  static uint8_t ops[kOpsSize];
  memcpy(ops, r->name, (size_t)r->name_size);
  sqlite3_stmt* s = w->insert[4];
  sqlite3_bind_int64(s, 1, r->id);
  sqlite3_bind_int64(s, 2, r->time);
  sqlite3_bind_int64(s, 3, 1);
  sqlite3_bind_text(s, 4, r->name, r->name_size, SQLITE_STATIC);
  sqlite3_bind_text(s, 5, r->address, r->address_size, SQLITE_STATIC);
  sqlite3_bind_blob(s, 6, ops, kOpsSize, SQLITE_STATIC);
  step(w, s);
}

// Registrations from + 1 to `to`, at most `batch` a transaction.
static void write_range(struct writer* w, long from, long to, int batch) {
  struct registration r;
  while (from < to) {
    step(w, w->begin);
    for (int i = 0; i < batch && from < to; ++i) {
      registration_make(&r, ++from);
      write_objects(w, &r);
      write_change(w, &r);
    }
    step(w, w->commit);
  }
}

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Prints the members of the object for one batch size, without its braces.
static void measure(const struct settings* s, int batch) {
  struct writer w;
  writer_open(&w, s);
  const long step = s->curve_step > 0 ? s->curve_step : s->entities;
  const long points = s->entities / step;
  double* at = malloc((size_t)points * sizeof *at);
  if (at == NULL) exit(1);
  const double start = seconds(CLOCK_MONOTONIC);
  const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  for (long i = 0; i < points; ++i) {
    write_range(&w, i * step, (i + 1) * step, batch);
    at[i] = seconds(CLOCK_MONOTONIC) - start;
  }
  write_range(&w, points * step, s->entities, batch);
  const double took = seconds(CLOCK_MONOTONIC) - start;
  printf("\"batch\":%d,\"entities\":%ld,\"per_second\":%.0f,\"cpu_us\":%.2f", batch, s->entities,
         (double)s->entities / took, 1e6 * (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)s->entities);
  if (s->curve_step > 0) {
    printf(",\"curve_step\":%ld,\"curve_seconds\":[", step);
    for (long i = 0; i < points; ++i) printf("%s%.6f", i == 0 ? "" : ",", at[i]);
    printf("],\"curve_per_second\":[");
    for (long i = 0; i < points; ++i) {
      printf("%s%.0f", i == 0 ? "" : ",", (double)step / (at[i] - (i == 0 ? 0 : at[i - 1])));
    }
    printf("]");
  }
  free(at);
  writer_close(&w, s);
}

static void parse_batches(struct settings* s, char* list) {
  s->batch_count = 0;
  for (char* word = strtok(list, ","); word != NULL && s->batch_count < kMaxBatches; word = strtok(NULL, ",")) {
    s->batches[s->batch_count++] = atoi(word);
  }
}

static void parse(struct settings* s, int argc, char** argv) {
  static const struct option options[] = {
      {"file", 1, NULL, 'f'},      {"entities", 1, NULL, 'n'},   {"batch", 1, NULL, 'b'}, {"curve-step", 1, NULL, 's'},
      {"page-size", 1, NULL, 'p'}, {"checkpoint", 1, NULL, 'c'}, {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    switch (option) {
      case 'f':
        s->file = optarg;
        break;
      case 'n':
        s->entities = atol(optarg);
        break;
      case 'b':
        parse_batches(s, optarg);
        break;
      case 's':
        s->curve_step = atol(optarg);
        break;
      case 'p':
        s->page_size = atoi(optarg);
        break;
      case 'c':
        s->checkpoint_pages = atoi(optarg);
        break;
      default:
        exit(2);
    }
  }
  int usable = s->entities > 0 && s->curve_step >= 0 && s->curve_step <= s->entities && s->batch_count > 0;
  for (int i = 0; i < s->batch_count; ++i) usable = usable && s->batches[i] > 0;
  if (!usable) {
    fprintf(stderr, "bare_sqlite_writer: needs 0 < B, 0 < N and 0 <= S <= N\n");
    exit(2);
  }
}

int main(int argc, char** argv) {
  struct settings s = {"bare_sqlite_writer.db", 100000, 0, 4096, 1000, {64}, 1};
  parse(&s, argc, argv);
  printf("{\"program\":\"bare_sqlite_writer\",\"page_size\":%d,", s.page_size);
  if (s.batch_count > 1) printf("\"series\":[");
  for (int i = 0; i < s.batch_count; ++i) {
    if (s.batch_count > 1) printf("%s{", i == 0 ? "" : ",");
    measure(&s, s.batches[i]);
    if (s.batch_count > 1) printf("}");
  }
  printf("%s}\n", s.batch_count > 1 ? "]" : "");
  return 0;
}
