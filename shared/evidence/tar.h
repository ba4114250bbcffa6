// Archives in the ustar form (POSIX.1-1988, IEEE Std 1003.1 "pax", ustar interchange format), as evidence packs use it.
//
// One form only: plain files, mode 0644, owner 0, one time for all entries, no more than two blocks of zeroes at the
// end. So equal entries give equal bytes; and the reader takes an archive only where it is what the writer would write,
// so that a changed byte of a header or of the padding is found. Any tar unpacks it. Names: 1 to 99 bytes of ASCII
// without
// '/'. The reader gives views into its bytes; kMaxEntries of them. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/bytes.h"
#include "shared/base/clock.h"
#include "shared/base/result.h"

namespace evidence {

inline constexpr std::size_t kMaxEntries = 64;
inline constexpr std::uint64_t kMaxEntrySize = 0x1ffffffff;  // what eleven octal digits hold

// Times before 1970 stand as 1970.
void appendTarEntry(base::Bytes& out, std::string_view name, base::ByteView content, base::WallTime time);
void finishTar(base::Bytes& out);

struct TarEntry {
  std::string_view name;
  base::ByteView content;
  base::WallTime time{};
};
struct TarFault {
  std::string where;
  std::string what;
};

// The entries as far as they are sound, and the first fault behind them.
struct TarContents {
  std::vector<TarEntry> entries;
  std::vector<TarFault> faults;
};
TarContents readTar(base::ByteView archive);

}  // namespace evidence
