// Cells of hosts x logical units as change sets need them beside san::impact: their hash, to which an approval is
// bound, and who holds one in the ledger of approved reach.
//
// Pure functions of indexes, safe from any thread. Errors: none.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "shared/san/impact.h"

namespace manage {

// Every cell, not the first of them.
inline constexpr std::size_t kAllCells = std::numeric_limits<std::size_t>::max();

// SHA-256 of the cells by their names, in hexadecimal: the same in any process.
std::string hashOf(const std::vector<san::CellChange>& cells, const san::Snapshot& before, const san::Snapshot& after);

// An entry of the ledger of approved reach.
struct LedgerEntry {
  san::ObjectRef who;
  san::Id unit = 0;
  san::Right right = san::Right::ReadOnly;
  friend auto operator<=>(const LedgerEntry&, const LedgerEntry&) = default;
};
// Who has a cell: the cluster where a map gives the unit to the host's cluster and none to the host or its initiators.
san::ObjectRef holderOf(const san::SanIndex& index, san::ObjectRef host, san::Id unit);
// The present reach, as a baseline approves it: one entry a holder and unit, with the higher right.
std::vector<LedgerEntry> presentReach(const san::SanIndex& index);

}  // namespace manage
