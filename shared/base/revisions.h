// Revisions of the server's database, as everybody who hears of them knows them.
#pragma once

#include <cstdint>

namespace base {

// After a restore revisions go on this much later. What came after the backup had revisions, too, and agents and
// consoles know their states by these: no number may ever stand for two states. Nobody can tell how far it went where
// the former database is lost; a thousand changes a second take eleven days to this.
inline constexpr std::uint64_t kRevisionsLeftOut = 1'000'000'000;

// Whether a later revision comes from a database that was put back meanwhile.
constexpr bool isAfterRestore(std::uint64_t before, std::uint64_t now) {
  return now > before && now - before >= kRevisionsLeftOut;
}

}  // namespace base
