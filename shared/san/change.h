// What a change set does to a snapshot: its edits applied, what they depend on, and whether that has moved meanwhile
// (DESIGN seam 5).
//
// Pure functions of values, safe from any thread. Errors: EditError with the number of the edit; nothing is changed
// then.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "shared/san/edit.h"
#include "shared/san/editor.h"

namespace san {

inline constexpr std::size_t kMaxEdits = 100'000;  // in one change set

// The objects that stand for the provisional ids of a change set. One that was made and erased again is here too.
using NewIds = std::map<ObjectRef, ObjectRef>;

struct Applied {
  Snapshot snapshot;
  NewIds made;
};

// Nodes and portals that no registration has made yet can be named by a change set (RFC 4171 6.11.2.4 lets a domain
// have such members): an edit makes one, and the next sets its name or address, in any spelling that is one. Where there
// is one of that name already, the provisional id stands for that. A change set never erases one.
constexpr bool mayBeNamed(Kind kind) { return kind == Kind::Node || kind == Kind::Portal; }

// What can be made under a number of one's choice, as that is its DD_ID or DDS_ID. Everything else gets a new one.
constexpr bool takesWantedId(Kind kind) { return kind == Kind::Domain || kind == Kind::DomainSet; }

// A domain or a set may have a number that stands for new objects here where a name server took it from a client before
// such were refused. The model shows it, and no edit can be about it: why, as a sentence.
std::string whyOutOfReach(const Snapshot& snapshot, ObjectRef ref);

// Applies the edits in order, as one revision. `writer`: only kinds and fields of this writer may be touched, by at
// most kMaxEdits; none: all of them, and any number (the replay of a history: who looks back must see all of it). A
// domain or a domain set may be created under an id that is free instead of a provisional one, as its id is its DD_ID
// or DDS_ID; Settings always get their one id. An edit that says what is so already leaves the object's revision as it
// was. The result keeps the promises of SnapshotEditor and, for what edits of Writer::ChangeSet touched, those of
// coherence.h. With edits of Writer::ChangeSet, and of `follows`, go the moves that the name server makes by itself
// (default_domain.h); what they say of a member of the default domain themselves holds.
Edited<Applied> apply(const Snapshot& base, std::span<const Edit> edits, std::optional<Writer> writer, Revision now,
                      Seconds time, bool follows = false);

// An object with the revision that it had.
struct Dependence {
  ObjectRef object;
  Revision changed = 0;  // 0: it was not there
  friend auto operator<=>(const Dependence&, const Dependence&) = default;
};

// What a list of edits depends on. Each list ascends; no object is in both.
struct Footprint {
  std::vector<Dependence> changed;  // edited, and with them what an erasure takes along
  std::vector<Dependence> read;     // what the new values refer to
};
Footprint footprint(const Snapshot& base, std::span<const Edit> edits);

// Those of the footprint that are of another revision in `current`, or are gone. Ascending.
std::vector<ObjectRef> staleObjects(const Footprint& footprint, const Snapshot& current);

}  // namespace san
