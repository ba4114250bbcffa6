// The store: durability for a registry that lives in memory (DESIGN section 4, seam 3).
//
// Six verbs: load, commit with an expected epoch, changes since a revision, history, lease, wake-ups; and the care of
// the data: backup, pruning of old history. No SQL crosses this interface. Backends: db/memory, db/sqlite.
//
// Threads: one thread, the store thread, calls a Store. The functions of HistoryReader may be called from any one other
// thread at the same time. Use: load(), lease(Acquire), then commit() with the epoch that the lease gave.
//
// Errors: values. A failed commit leaves everything as it was; the next commit may succeed. Only when the process ends
// before the next commit may what failed turn out to be there, whole. A store that has found its data damaged refuses
// every further commit. Reading goes on where it can.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "db/store/change.h"
#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "shared/base/result.h"

namespace store {

enum class ErrorKind : std::uint8_t {
  Fenced,       // the epoch is not the expected one: somebody else is the active server; do not try again
  Full,         // no space; may succeed later
  Io,           // reading or writing failed; may succeed later
  Busy,         // somebody else holds the database or the lease
  Damaged,      // the data is not what was written; the sentence says which file and how to restore
  Invalid,      // the caller's mistake: a batch that does not fit the schema, a revision that does not ascend
  Gone,         // the history asked for has been pruned: load again
  Unsupported,  // this backend does not have that, or the data is of a newer version
};

struct Error {
  ErrorKind kind;
  std::string text;  // a sentence for the person who can mend it
};

template <class T>
using Outcome = base::Result<T, Error>;

inline base::Failure<Error> fail(ErrorKind kind, std::string text) { return {Error{kind, std::move(text)}}; }

// Receives changes. False ends the reading, without an error.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  virtual bool change(const Change& change) = 0;
};

struct LoadInfo {
  std::uint64_t revision = 0;  // of the last change, 0 for a new database
  std::uint64_t epoch = 0;     // of the last lease, 0 when there was none
  std::uint64_t rows = 0;
};

// Receives rows: by table in the order of the schema, by id within a table; then the end of a load. A failure ends the
// load as Damaged.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual base::Status row(std::uint8_t table, std::int64_t id, std::span<const Cell> cells) = 0;
  // A row that has in a column what the store never puts there: somebody else has written it.
  virtual base::Status unreadable(std::uint8_t /*table*/, std::int64_t /*id*/, std::string_view why) {
    return base::fail(std::string(why));
  }
  virtual base::Status end(const LoadInfo&) { return {}; }
};

// What to read of history. All conditions hold together; the defaults let everything through.
struct HistoryFilter {
  std::uint64_t firstRevision = 0;
  std::uint64_t lastRevision = std::numeric_limits<std::uint64_t>::max();
  std::int64_t firstTime = std::numeric_limits<std::int64_t>::min();  // seconds since 1970 UTC
  std::int64_t lastTime = std::numeric_limits<std::int64_t>::max();
  std::optional<std::uint32_t> kind;
  std::string origin;  // exact; empty for any
  std::size_t limit = 100;
  bool newestFirst = true;
};

// Rows of one table, by id.
struct RowFilter {
  std::uint8_t table = 0;
  std::int64_t firstId = std::numeric_limits<std::int64_t>::min();
  std::int64_t lastId = std::numeric_limits<std::int64_t>::max();
  std::size_t limit = 100;
  bool newestFirst = false;  // from the highest id down
};
struct RowsInfo {
  std::size_t count = 0;
  bool more = false;
};

struct HistoryInfo {
  std::size_t count = 0;               // changes delivered
  bool more = false;                   // the limit ended the page: go on beyond the last revision delivered
  std::uint64_t completeSince = 0;     // the changes with higher revisions are all there; 0 when none was ever pruned
  std::int64_t completeSinceTime =
      0;  // time that holds of the last change that was pruned (prune_cut.h), 0 when none was
};

// Where the history begins: the rows as they were after a change, and every later change is there.
struct HistoryBase {
  std::uint64_t revision = 0;  // of that change; 0: nothing was before, and nothing was delivered
  std::int64_t time = 0;       // its time
};

// What of the history is old (prune_cut.h): seconds since 1970 UTC.
struct PruneLimits {
  std::int64_t olderThan = 0;
  std::int64_t now = std::numeric_limits<std::int64_t>::max();   // the latest that it may be
  std::int64_t from = std::numeric_limits<std::int64_t>::min();  // no clock that was right has shown an earlier time
};

struct BackupInfo {
  std::uint64_t bytes = 0;
  std::uint64_t revision = 0;  // the last change that the backup holds
};

enum class LeaseAction : std::uint8_t { Acquire, Renew, Release };

struct Lease {
  std::uint64_t epoch = 0;
};

// What may be called beside the store thread, from one other thread.
class HistoryReader {
 public:
  virtual ~HistoryReader() = default;

  // Delivers a page of changes.
  virtual Outcome<HistoryInfo> history(const HistoryFilter& filter, ChangeSink& sink) = 0;

  // Delivers the rows of loaded tables as they were before the first change of the history that a past state can be
  // built with: after the last one that was pruned, or, where something was pruned before bases were kept, as they were
  // at the first load since. In the order of a load; a row has the cells of the change that wrote it, so perhaps fewer
  // than columns now. A refusal of the sink ends it as Damaged.
  virtual Outcome<HistoryBase> historyBase(RowSink& sink) = 0;

  // Delivers a page of rows, of a table that is loaded or not. A refusal of the sink ends it as Damaged.
  virtual Outcome<RowsInfo> rows(const RowFilter& filter, RowSink& sink) = 0;

  // Writes a consistent copy of everything to a new file at `path`, durable when this returns. Commits go on meanwhile.
  // A file that is there already is replaced, and only by a complete copy.
  virtual Outcome<BackupInfo> backup(const std::string& path) = 0;
};

class Store : public HistoryReader {
 public:
  // Delivers every row of every table that is loaded (Table::loaded), and says where the counters stand.
  virtual Outcome<LoadInfo> load(RowSink& sink) = 0;

  // Applies the operations of all changes and stores the changes, as one durable transaction. Gives the last revision.
  virtual Outcome<std::uint64_t> commit(const Batch& batch, std::uint64_t expectedEpoch) = 0;

  // Delivers changes with higher revisions than `revision`, in order, at most `limit`; gives how many. Gone when some
  // of them have been pruned.
  virtual Outcome<std::size_t> changesSince(std::uint64_t revision, std::size_t limit, ChangeSink& sink) = 0;

  // Who is the active server. Acquire takes a free or expired lease and raises the epoch, which fences every earlier
  // holder; Renew and Release are for the holder. A time to live of zero never ends. What refuses a commit is the
  // epoch alone: a holder whose lease ran out may go on until somebody else takes it.
  virtual Outcome<Lease> lease(LeaseAction action, std::string_view holder, std::chrono::seconds timeToLive) = 0;

  // Forgets changes that are old, by the rule of prune_cut.h, the first first, at most `limit` in one call so that
  // commits need not wait long; gives how many. Rows of tables stay; what the changes did goes into the history's base.
  virtual Outcome<std::size_t> prune(const PruneLimits& by, std::size_t limit) = 0;

  // Housekeeping that would make a commit slower, called when the thread has nothing better to do.
  virtual void idle() {}
};

}  // namespace store
