// A connection to one SQLite file, its prepared statements, and what SQLite's result codes mean to a store.
//
// Thin and owning: nothing of SQLite's C API is hidden from the files of this folder, but handles are closed and codes
// become store::Error with a sentence that names the file. A connection belongs to one thread at a time (NOMUTEX).
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "db/store/store.h"

namespace sqlite {

// What the sentence of a damage error ends with: how to get the data back. The application may say it better.
inline constexpr std::string_view kRestoreHint =
    "Nothing was changed. Stop the server and restore a backup of this file, or move the file away to begin empty.";

// A prepared statement. Parameters count from 1, columns from 0. Views that are bound are not copied: they must stay
// until the statement is reset.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  explicit operator bool() const { return statement_ != nullptr; }
  [[nodiscard]] sqlite3_stmt* get() const { return statement_.get(); }

  int bind(int at, std::int64_t value) { return sqlite3_bind_int64(get(), at, value); }
  int bind(int at, std::string_view text);
  int bind(int at, base::ByteView blob);
  int bind(int at, const store::Cell& cell);

  int step() { return sqlite3_step(get()); }
  void reset() { sqlite3_reset(get()); }
  // For statements that give no row: SQLITE_DONE, or what went wrong. Resets.
  int run() {
    const int code = step();
    reset();
    return code;
  }

  [[nodiscard]] std::int64_t integer(int at) const { return sqlite3_column_int64(get(), at); }
  // Valid until the next step.
  [[nodiscard]] base::ByteView bytes(int at) const;
  [[nodiscard]] std::string_view text(int at) const { return base::asText(bytes(at)); }
  // False for a value of a type that no store writes.
  [[nodiscard]] bool cell(int at, store::Cell& cell) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  enum class Mode : std::uint8_t {
    Write,      // an existing file
    Create,     // a new file
    Read,       // an existing file, also while somebody writes to it
    Immutable,  // a file that nobody writes and that has no log beside it: nothing is locked, nothing is made
  };

  // vfs: the name of a registered VFS, or empty for the platform's.
  static store::Outcome<Connection> open(const std::string& path, Mode mode, const std::string& vfs,
                                         std::string_view restoreHint = kRestoreHint);

  [[nodiscard]] sqlite3* get() const { return connection_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& restoreHint() const { return restoreHint_; }

  store::Outcome<Statement> prepare(std::string_view text);
  // Runs statements that give no rows of interest.
  base::Result<void, store::Error> execute(const std::string& text);
  // The error for a result code, right after it was returned: "cannot <doing> <path>: <reason>".
  [[nodiscard]] store::Error error(int code, std::string_view doing) const;
  [[nodiscard]] store::Error damaged(std::string_view reason) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  Connection(std::string path, std::string_view restoreHint) : path_(std::move(path)), restoreHint_(restoreHint) {}

  std::unique_ptr<sqlite3, Close> connection_;
  std::string path_;
  std::string restoreHint_;
};

using Status = base::Result<void, store::Error>;

}  // namespace sqlite
