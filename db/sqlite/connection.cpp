#include "db/sqlite/connection.h"

#include <cerrno>

#include "db/sqlite/log_vfs.h"

namespace sqlite {

namespace {

// SQLite takes a null pointer for NULL, also where the length is zero.
constexpr char kEmpty[1] = {};

store::ErrorKind kindOf(int code, int systemError) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return store::ErrorKind::Full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return store::ErrorKind::Busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return store::ErrorKind::Damaged;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return store::ErrorKind::Invalid;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      // The shared memory beside the log is a file of the same disk, and growing it fails for one reason only.
      if (code == SQLITE_IOERR_SHMSIZE) return store::ErrorKind::Full;
      return systemError == ENOSPC || systemError == EDQUOT ? store::ErrorKind::Full : store::ErrorKind::Io;
    default:
      return store::ErrorKind::Io;
  }
}

// A path as a URI: what has a meaning there is escaped.
std::string uriOf(const std::string& path) {
  std::string uri = "file:";
  for (char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr char kHex[] = "0123456789ABCDEF";
      uri += {'%', kHex[(c >> 4) & 15], kHex[c & 15]};
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

int Statement::bind(int at, std::string_view text) {
  return sqlite3_bind_text64(get(), at, text.empty() ? kEmpty : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

int Statement::bind(int at, base::ByteView blob) {
  const void* data = blob.empty() ? static_cast<const void*>(kEmpty) : blob.data();
  return sqlite3_bind_blob64(get(), at, data, blob.size(), SQLITE_STATIC);
}

int Statement::bind(int at, const store::Cell& cell) {
  switch (cell.tag) {
    case store::CellTag::Null:
      return sqlite3_bind_null(get(), at);
    case store::CellTag::Integer:
      return bind(at, cell.integer);
    case store::CellTag::Text:
      return bind(at, base::asText(cell.bytes));
    case store::CellTag::Blob:
      return bind(at, cell.bytes);
  }
  return SQLITE_MISUSE;
}

// Also for text: column_text would copy the value to put a NUL behind it.
base::ByteView Statement::bytes(int at) const {
  const void* data = sqlite3_column_blob(get(), at);
  const int size = sqlite3_column_bytes(get(), at);
  if (data == nullptr || size <= 0) return {};
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

// Through the value, not the column: one look-up and one check for a failed allocation a cell, not three. A value of a
// column may be used so as long as one thread has the connection.
bool Statement::cell(int at, store::Cell& cell) const {
  sqlite3_value* const value = sqlite3_column_value(get(), at);
  cell = store::Cell{};
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      return true;
    case SQLITE_INTEGER:
      cell.tag = store::CellTag::Integer;
      cell.integer = sqlite3_value_int64(value);
      return true;
    case SQLITE_TEXT:
      cell.tag = store::CellTag::Text;
      break;
    case SQLITE_BLOB:
      cell.tag = store::CellTag::Blob;
      break;
    default:
      return false;
  }
  const void* const data = sqlite3_value_blob(value);
  const int size = sqlite3_value_bytes(value);
  if (data != nullptr && size > 0) {
    cell.bytes = {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
  }
  // An empty value has no data; a filled one without data is memory that was not to be had.
  return data != nullptr || size == 0;
}

store::Outcome<Connection> Connection::open(const std::string& path, Mode mode, const std::string& vfs,
                                            std::string_view restoreHint) {
  Connection connection(path, restoreHint);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Mode::Write:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case Mode::Create:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      break;
    case Mode::Read:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Mode::Immutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
      break;
  }
  const std::string name = mode == Mode::Immutable ? uriOf(path) : path;
  // Nobody reads SQLite's statistics of memory, for which it would take a lock of the process with each allocation.
  // Refused where SQLite is in use already: then it goes on counting.
  static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)uncounted;
  sqlite3* handle = nullptr;
  const bool writes = mode == Mode::Write || mode == Mode::Create;
  const std::string through = writes ? logVfs(vfs) : vfs;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, through.empty() ? nullptr : through.c_str());
  connection.connection_.reset(handle);
  if (code != SQLITE_OK) return base::fail(connection.error(code, "open"));
  sqlite3_busy_timeout(handle, 1000);
  return connection;
}

store::Outcome<Statement> Connection::prepare(std::string_view text) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(get(), text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  // Our statements have no mistakes: what they name is not there.
  if (code == SQLITE_ERROR) return base::fail(damaged(sqlite3_errmsg(get())));
  if (code != SQLITE_OK) return base::fail(error(code, "read"));
  return Statement(statement);
}

Status Connection::execute(const std::string& text) {
  const int code = sqlite3_exec(get(), text.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return base::fail(error(code, "write"));
  return {};
}

store::Error Connection::error(int code, std::string_view doing) const {
  const int system = get() == nullptr ? 0 : sqlite3_system_errno(get());
  const store::ErrorKind kind = kindOf(code, system);
  // The handle's own message is the better one ("no such column: x"), as long as it is about this code.
  const bool current = get() != nullptr && sqlite3_extended_errcode(get()) == code;
  const std::string reason = current ? sqlite3_errmsg(get()) : sqlite3_errstr(code);
  if (kind == store::ErrorKind::Damaged) return damaged(reason);
  if (kind == store::ErrorKind::Full && (code & 0xFF) != SQLITE_FULL) {
    return {kind, "cannot " + std::string(doing) + ' ' + path_ + ": the disk is full (" + reason + ')'};
  }
  return {kind, "cannot " + std::string(doing) + ' ' + path_ + ": " + reason};
}

store::Error Connection::damaged(std::string_view reason) const {
  return {store::ErrorKind::Damaged, path_ + " is damaged (" + std::string(reason) + "). " + restoreHint_};
}

}  // namespace sqlite
