#include "tests/fault/vfs/fault_vfs.h"

#include <sqlite3.h>

#include <csignal>
#include <cstddef>
#include <mutex>
#include <new>

namespace fault {

namespace {

// A file of ours: SQLite sees `base`, the platform's file lies behind the object.
struct File {
  sqlite3_file base;
  bool isLog;
  bool isDatabase;
};

constexpr int kHead = static_cast<int>((sizeof(File) + 15) / 16 * 16);

sqlite3_vfs* platform() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find("unix");
  return vfs;
}

sqlite3_file* real(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + kHead);
}

// Guards the plan and the counts: connections of several threads pass here.
std::mutex mutex;
Plan plan;
Counts counted;

bool concerns(const File& file) {
  switch (plan.files) {
    case Files::All:
      return true;
    case Files::Database:
      return file.isDatabase;
    case Files::Log:
      return file.isLog;
  }
  return false;
}

// Under the mutex: one operation more. Nothing of the process runs after its SIGKILL.
void countDown() {
  if (plan.kill >= 0 && counted.writes + counted.syncs >= plan.kill) ::raise(SIGKILL);
}

int write(sqlite3_file* base, const void* data, int size, sqlite3_int64 at) {
  int code = SQLITE_OK;
  bool torn = false;
  {
    const std::lock_guard lock(mutex);
    countDown();
    if (concerns(*reinterpret_cast<File*>(base)) && counted.writes++ >= plan.writes && plan.writes >= 0) {
      code = plan.writeCode;
      torn = plan.torn && counted.failures == 0;
      ++counted.failures;
    }
  }
  if (code == SQLITE_OK) return real(base)->pMethods->xWrite(real(base), data, size, at);
  if (torn) real(base)->pMethods->xWrite(real(base), data, size / 2, at);
  return code;
}

int sync(sqlite3_file* base, int flags) {
  {
    const std::lock_guard lock(mutex);
    countDown();
    if (concerns(*reinterpret_cast<File*>(base)) && counted.syncs++ >= plan.syncs && plan.syncs >= 0) {
      ++counted.failures;
      return plan.syncCode;
    }
  }
  return real(base)->pMethods->xSync(real(base), flags);
}

const sqlite3_io_methods kMethods{
    3,
    [](sqlite3_file* f) { return real(f)->pMethods == nullptr ? SQLITE_OK : real(f)->pMethods->xClose(real(f)); },
    [](sqlite3_file* f, void* data, int size, sqlite3_int64 at) {
      return real(f)->pMethods->xRead(real(f), data, size, at);
    },
    write,
    [](sqlite3_file* f, sqlite3_int64 size) { return real(f)->pMethods->xTruncate(real(f), size); },
    sync,
    [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
    [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); },
    [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
    [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
    [](sqlite3_file* f, int op, void* argument) { return real(f)->pMethods->xFileControl(real(f), op, argument); },
    [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
    [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
      return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
    },
    [](sqlite3_file* f, int at, int count, int flags) {
      return real(f)->pMethods->xShmLock(real(f), at, count, flags);
    },
    [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
    [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
    [](sqlite3_file* f, sqlite3_int64 at, int size, void** out) {
      return real(f)->pMethods->xFetch(real(f), at, size, out);
    },
    [](sqlite3_file* f, sqlite3_int64 at, void* page) { return real(f)->pMethods->xUnfetch(real(f), at, page); },
};

int open(sqlite3_vfs*, const char* name, sqlite3_file* base, int flags, int* outFlags) {
  new (base) File{{nullptr}, (flags & SQLITE_OPEN_WAL) != 0, (flags & SQLITE_OPEN_MAIN_DB) != 0};
  real(base)->pMethods = nullptr;
  const int code = platform()->xOpen(platform(), name, real(base), flags, outFlags);
  // SQLite closes a file that has methods, also where opening it failed.
  if (real(base)->pMethods != nullptr) base->pMethods = &kMethods;
  return code;
}

}  // namespace

void registerVfs(bool asDefault) {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs made = *platform();
    made.pNext = nullptr;
    made.zName = kFaultVfs;
    made.szOsFile = kHead + platform()->szOsFile;
    made.xOpen = open;
    return made;
  }();
  sqlite3_vfs_register(&vfs, asDefault ? 1 : 0);
}

void fail(const Plan& next) {
  const std::lock_guard lock(mutex);
  plan = next;
  counted = {};
}

void heal() { fail(Plan{}); }

Counts counts() {
  const std::lock_guard lock(mutex);
  return counted;
}

}  // namespace fault
