// What a change does to hosts x logical units, as desired: the cells that differ, and what follows from them for guards,
// approvals and the footprint of a change set.
//
// Pure functions of two indexes, safe from any thread. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "shared/san/reach.h"

namespace manage {

enum class CellFate : std::uint8_t { Gained, Lost, Changed };

struct CellChange {
  san::ObjectRef host;
  san::Id unit = 0;
  CellFate fate = CellFate::Changed;
  san::Cell before;
  san::Cell after;
  std::vector<san::Id> sessions;  // live ones that carry it now
};

// Ascending by host and unit. A cell is gained where it works, or lets in, more than before; lost where less; changed where
// only the right, or whether the host finds it, differs.
std::vector<CellChange> cellChanges(const san::SanIndex& before, const san::SanIndex& after);

// SHA-256 of the cells by their names, in hexadecimal: the same in any process. What is observed or pending is not in it.
std::string hashOf(const std::vector<CellChange>& cells, const san::Snapshot& before, const san::Snapshot& after);

// Hosts with a live session that reach something before and nothing at all after.
std::vector<san::ObjectRef> lockedOut(const san::SanIndex& before, const san::SanIndex& after,
                                      const std::vector<CellChange>& cells);

// An entry that the ledger of approved reach is to have, or to have no more.
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
