// CommitPlan: a change of the model as what the registry and the store must do for it.
//
// Domains and sets change by steps of the registry (isns-server/core/managed_change.h), everything else by rows (object_rows.h).
// What a row refers to and has no row of its own yet (a node, an entity, a portal) is pinned along. The revision is
// known only when the plan is carried out: rows are written with it then, on the loop's thread; the plan holds the immutable
// snapshot that they are of.
#pragma once

#include <vector>

#include "isns-server/core/managed_change.h"
#include "isns-server/manage/model/projection.h"
#include "shared/san/diff.h"

namespace manage {

struct CommitPlan {
  std::vector<core::DomainStep> steps;
  std::vector<san::ObjectRef> put;     // in the order of kinds and ids
  std::vector<san::ObjectRef> erased;  // rows to erase
  bool domains = false;                // its rows are of domains or sets that were there, or name such
  san::Snapshot after;                 // `after.revision` stands for the revision of the commit
};

// `projection` says what is pinned. Steps are in an order in which each can be done.
CommitPlan planCommit(const san::Snapshot& before, san::Snapshot after, const san::Diff& diff, const Projection& projection);

// Writes the rows: every revision that is the plan's becomes `revision`.
void writeRows(const CommitPlan& plan, store::OpsWriter& ops, san::Revision revision);

}  // namespace manage
