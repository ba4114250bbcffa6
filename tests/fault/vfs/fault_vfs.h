// An SQLite VFS that passes everything on to the platform's, and fails when it is told to.
//
// Registered once for the process under kFaultVfs; the switches are global and may be turned from any thread while
// connections are open. A failure lasts from the chosen operation on until heal(). A failing write may leave half of
// its bytes in the file, as a real disk may.
#pragma once

#include <cstdint>

namespace fault {

inline constexpr const char* kFaultVfs = "fault";

enum class Files : std::uint8_t { All, Database, Log };

struct Plan {
  Files files = Files::All;
  // How many writes, and syncs, succeed before they begin to fail; negative: they never fail.
  int writes = -1;
  int syncs = -1;
  int writeCode = 0;  // an SQLite result code: SQLITE_FULL, SQLITE_IOERR_WRITE
  int syncCode = 0;   // SQLITE_IOERR_FSYNC
  bool torn = false;  // the first failing write leaves half of its bytes
  // How many writes and syncs, counted together, are carried out before the process is killed by SIGKILL at the next;
  // negative: it lives.
  int kill = -1;
};

// Call it before anything opens a file with the VFS; as the default, it is taken by whoever names none.
void registerVfs(bool asDefault = false);
void fail(const Plan& plan);
void heal();

// Since the last fail() or heal().
struct Counts {
  int writes = 0;
  int syncs = 0;
  int failures = 0;
};
Counts counts();

}  // namespace fault
