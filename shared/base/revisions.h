// Revisions of the server's database, as everybody who hears of them knows them.
#pragma once

#include <cstdint>

namespace base {

// After a restore revisions go on this much later. What came after the backup had revisions, too, and agents and
// consoles know their states by these: no number may ever stand for two states. Nobody can tell how far it went where
// the former database is lost; a thousand changes a second take eleven days to this.
inline constexpr std::uint64_t kRevisionsLeftOut = 1'000'000'000;

// Whether a revision comes from a database that was put back since an earlier one. What was committed between the
// backup and the restore is in the number from before it, so the gap is smaller by so much; nothing else makes half of
// one. A number that goes back is a former database in its place again.
constexpr bool isAfterRestore(std::uint64_t before, std::uint64_t now) {
  return now < before || now - before >= kRevisionsLeftOut / 2;
}

}  // namespace base
