// Draft: a change set from its first edit to its end, as it is kept, and its row in the store (table change_draft).
//
// One row a change set, whole: what it is, where it stands, and what a restart needs to go on
// (docs/design/change-sets.md says which column is written when). Numbers of objects in it are of the model; nodes,
// entities and portals that it names are pinned with its row, so that their numbers outlive the process. Values; one
// thread.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "db/store/row_codec.h"
#include "shared/base/result.h"
#include "shared/san/change.h"

namespace manage {

enum class DraftState : std::uint8_t {
  Open,        // edited
  Submitted,   // with a reason; nothing of it changes any more
  Approved,    // by somebody, for the cells of its hash
  Committing,  // a step of it is stored
  Confirming,  // all of it is done; it is taken back unless somebody confirms
  Confirmed,   // it stands
  RolledBack,  // another change set took it back
  Discarded,   // never committed
  Waiting,     // for its time: what another one drains is taken away by it
};

// How far a commit has come: what stands stored.
enum class CommitStep : std::uint8_t {
  None,
  Granting,  // everything but domains is stored; targets are told what is new, or of a pure revoke what is left
  Revoking,  // domains are stored; targets are told what is left
  Done,
};

}  // namespace manage

namespace san {
template <>
struct Words<manage::DraftState> {
  static constexpr std::array<std::string_view, 9> kList{
      "open", "submitted", "approved", "committing", "confirming", "confirmed", "rolled-back", "discarded", "waiting"};
};
template <>
struct Words<manage::CommitStep> {
  static constexpr std::array<std::string_view, 4> kList{"none", "granting", "revoking", "done"};
};
}  // namespace san

namespace manage {

inline constexpr std::uint8_t kDraftTable = 90;
// Numbers of change sets that somebody made; those of the iSNS wire have higher ones (wire_changes.h).
inline constexpr san::Id kMaxDraftId = 0x3fffffff;

// A session that a host is to keep (DESIGN seam 5: automatic rollback looks at the footprint alone), by the nodes'
// numbers.
struct Watched {
  san::Id initiator = 0;
  san::Id target = 0;
  friend auto operator<=>(const Watched&, const Watched&) = default;
};

// A target that has not said that it has its last state of a commit.
struct PendingTarget {
  san::Id target = 0;
  // It has been told twice: both states before the domains changed, what is left after. Of a row of an older version it
  // is not known, and then the later one counts.
  bool twice = true;
  friend bool operator==(const PendingTarget&, const PendingTarget&) = default;
};

struct Draft {
  san::Id id = 0;
  DraftState state = DraftState::Open;
  CommitStep step = CommitStep::None;
  std::uint64_t version = 1;  // one more with each change of its edits or its state
  san::ChangeOrigin origin = san::ChangeOrigin::Person;
  // A rollback out of a confirm window, or the later part of a drain: it needs no approval and has no window of its
  // own.
  bool immediate = false;
  san::Id undoes = 0;      // the change set that it takes back; 0: none
  std::string author, approver, title, reason, ticket;
  std::string exception;       // why what a guard asked a reason for may be
  std::string overrideReason;  // why in a freeze window
  std::string cells;           // hash of the cells that were approved, or submitted (cells.h)
  std::string note;            // what became of it, in a sentence
  san::Revision base = 0;      // the state that the edits are for
  san::Footprint footprint;    // of the edits there
  std::vector<san::Edit> edits;
  // Of a commit.
  san::Revision stored = 0;                      // the revision of its first part, 0: none
  san::Revision zoned = 0;                       // and of its domains
  std::vector<san::Edit> rest, undoFirst, undo;  // parts.h
  std::vector<san::ObjectRef> touched;
  std::vector<Watched> watched;
  std::vector<PendingTarget> pending;
  san::Seconds confirmBy = 0;
  // Of a drain (shared/san/drain.h).
  san::Seconds drain = 0;           // how long what it takes away stays, to be read; 0: it goes at once
  san::Id drains = 0;               // of the server's own one: the change set whose later part it is
  san::Seconds dueAt = 0;           // of both: when what is drained is taken away, not before
  std::vector<san::Edit> expected;  // and what its objects must still say (san::Withdrawal)
  // Who commits it (recordedName()), and from where, which the server has none: what is left to do after a restart is
  // done in this name.
  std::string committer, committedFrom;
  // At which revision, and when, its window, or what waits, was begun anew after a restore; 0: never.
  san::Revision anew = 0;
  san::Seconds anewAt = 0;
  // Times.
  san::Seconds createdAt = 0, submittedAt = 0, approvedAt = 0, committedAt = 0, endedAt = 0;

  [[nodiscard]] bool ended() const { return state >= DraftState::Confirmed && state != DraftState::Waiting; }
  [[nodiscard]] bool editable() const { return state <= DraftState::Approved; }
  // Whose state has all that it stored.
  [[nodiscard]] san::Revision lastRevision() const { return std::max(stored, zoned); }
  // Its objects are nobody else's to change.
  [[nodiscard]] bool holds() const { return state == DraftState::Committing || state == DraftState::Confirming; }
};

std::span<const store::Table> draftTables();  // the table, for managedTables()

// Which revision of the draft is that of the change which writes the row.
enum class Stamp : std::uint8_t { None, Stored, Zoned };
// What a row weighs, about: the sum of its texts.
std::size_t weigh(const Draft& draft);
void writeRow(store::OpsWriter& ops, const Draft& draft, Stamp stamp = Stamp::None, san::Revision revision = 0);
// An error says which column is wrong.
base::Result<Draft> readDraft(std::int64_t id, std::span<const store::Cell> cells);

// What a draft holds that is committing or waits to be confirmed, of its row; nothing of any other. For who has to know
// before all is read; a row that cannot be read holds nothing, and readDraft() says so.
std::vector<san::ObjectRef> heldByRow(std::int64_t id, std::span<const store::Cell> cells);

// Objects of pinned kinds that a draft names: they need rows with its row.
std::set<san::ObjectRef> pinnedBy(const Draft& draft);

}  // namespace manage
