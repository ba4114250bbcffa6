#include "db/sqlite/log_vfs.h"

#include <sqlite3.h>

#include <cstddef>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <vector>

namespace sqlite {
namespace {

struct Vfs {
  sqlite3_vfs vfs;
  sqlite3_vfs* below;
  std::string name;
};

// A log: SQLite sees `base`, the file of the VFS below lies behind the object. Other files are that VFS's own.
struct Log {
  sqlite3_file base;
  std::vector<unsigned char>* gathered;
  sqlite3_int64 start;  // of what is gathered, in the file
};
constexpr int kHead = static_cast<int>((sizeof(Log) + 15) / 16 * 16);

Log& logOf(sqlite3_file* file) { return *reinterpret_cast<Log*>(file); }
sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + kHead);
}

// Whatever becomes of it, nothing is gathered afterwards: of a commit that failed nothing is wanted.
int flush(sqlite3_file* file) {
  Log& log = logOf(file);
  if (log.gathered->empty()) return SQLITE_OK;
  const int code = below(file)->pMethods->xWrite(below(file), log.gathered->data(),
                                                 static_cast<int>(log.gathered->size()), log.start);
  log.gathered->clear();
  return code;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) try {
  Log& log = logOf(file);
  const auto end = log.start + static_cast<sqlite3_int64>(log.gathered->size());
  const bool follows = at == end && static_cast<int>(log.gathered->size()) + size <= kMaxGathered;
  if (!follows) {
    if (const int code = flush(file); code != SQLITE_OK) return code;
    if (size > kMaxGathered) return below(file)->pMethods->xWrite(below(file), data, size, at);
    log.start = at;
  }
  const auto* bytes = static_cast<const unsigned char*>(data);
  log.gathered->insert(log.gathered->end(), bytes, bytes + size);
  return SQLITE_OK;
} catch (const std::bad_alloc&) {
  return SQLITE_IOERR_NOMEM;
}

// The call of the VFS below, once everything gathered is in its file.
template <auto Method, class... Arguments>
int flushed(sqlite3_file* file, Arguments... arguments) {
  if (const int code = flush(file); code != SQLITE_OK) return code;
  return (below(file)->pMethods->*Method)(below(file), arguments...);
}
template <auto Method, class... Arguments>
int passed(sqlite3_file* file, Arguments... arguments) {
  return (below(file)->pMethods->*Method)(below(file), arguments...);
}

int close(sqlite3_file* file) {
  const int code = flush(file);
  const int closed = below(file)->pMethods->xClose(below(file));
  delete logOf(file).gathered;
  return code != SQLITE_OK ? code : closed;
}

// SQLite asks no more of a log: shared memory and mapped pages are the database's.
using Methods = sqlite3_io_methods;
constexpr Methods kMethods{
    1,
    close,
    flushed<&Methods::xRead, void*, int, sqlite3_int64>,
    write,
    flushed<&Methods::xTruncate, sqlite3_int64>,
    flushed<&Methods::xSync, int>,
    flushed<&Methods::xFileSize, sqlite3_int64*>,
    passed<&Methods::xLock, int>,
    passed<&Methods::xUnlock, int>,
    passed<&Methods::xCheckReservedLock, int*>,
    flushed<&Methods::xFileControl, int, void*>,
    passed<&Methods::xSectorSize>,
    passed<&Methods::xDeviceCharacteristics>,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
  sqlite3_vfs* const under = static_cast<Vfs*>(vfs->pAppData)->below;
  if ((flags & SQLITE_OPEN_WAL) == 0) return under->xOpen(under, name, file, flags, outFlags);
  auto* const gathered = new (std::nothrow) std::vector<unsigned char>;
  Log* const log = new (file) Log{{nullptr}, gathered, 0};
  if (gathered == nullptr) return SQLITE_NOMEM;
  below(file)->pMethods = nullptr;
  const int code = under->xOpen(under, name, below(file), flags, outFlags);
  // SQLite closes a file that has methods, also where opening it failed.
  if (below(file)->pMethods != nullptr) {
    log->base.pMethods = &kMethods;
  } else {
    delete gathered;
  }
  return code;
}

}  // namespace

std::string logVfs(const std::string& base) {
  static std::mutex mutex;
  static std::map<std::string, std::unique_ptr<Vfs>> all;
  const std::lock_guard lock(mutex);
  sqlite3_vfs* const found = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  if (found == nullptr) return {};
  std::unique_ptr<Vfs>& vfs = all[found->zName];
  if (vfs) return vfs->name;
  vfs = std::make_unique<Vfs>(Vfs{*found, found, std::string("sanctum-log over ") + found->zName});
  vfs->vfs.pNext = nullptr;
  vfs->vfs.zName = vfs->name.c_str();
  vfs->vfs.pAppData = vfs.get();
  vfs->vfs.szOsFile = kHead + found->szOsFile;
  vfs->vfs.xOpen = open;
  sqlite3_vfs_register(&vfs->vfs, 0);
  return vfs->name;
}

}  // namespace sqlite
