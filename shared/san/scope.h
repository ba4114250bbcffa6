// Scope: which objects of a snapshot somebody may see and change whose rights end at some labels.
//
// An object is in the scope when it carries one of the labels or inherits one (docs/security/rights.md): a host its
// cluster's, an entity and a node their host's, an entity what all its nodes have, a logical unit what all its targets
// have. What joins objects (a map, a credential, a zone set) is in it when all that it joins is. Seen is more: what has
// an end in the scope, with the names of its other ends, and what everybody shares (sites, networks, labels, windows).
// How each kind is judged is one row of a table (scope.cpp).
//
// Built in one pass over a snapshot, then immutable: any thread. It keeps its snapshot. Labels that nobody has made
// hold nothing. Errors: none.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shared/san/diff.h"
#include "shared/san/edit.h"

namespace san {

struct EditError;
struct Finding;

class Scope {
 public:
  Scope(Snapshot snapshot, std::span<const std::string> labels);

  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  // In the scope: may be changed.
  [[nodiscard]] bool owns(ObjectRef ref) const;
  // Has something to do with it: in the scope, or joined with something that is.
  [[nodiscard]] bool concerns(ObjectRef ref) const;
  // Of a finding: its subject does, or all that it counts.
  [[nodiscard]] bool concerns(const Finding& finding) const;
  // May be shown: concerns() it, or everybody's.
  [[nodiscard]] bool sees(ObjectRef ref) const;
  // May be what a new value refers to: in the scope, a label of it, or a place or network.
  [[nodiscard]] bool mayName(ObjectRef ref) const;

  // Whether each object that this state and a later one have is seen in both or in neither: then the change between
  // them (diff(), whole) tells him all that is new to him. Else objects have come into his sight, or left it, without a
  // change of their own.
  [[nodiscard]] bool seesAlike(const Scope& after, const Diff& change) const;

  // Whether all that the edits name, and make, is in it: what a draft is about, without a look at what would follow
  // from it. What they make is in it by the labels and the ends that they give it.
  [[nodiscard]] bool covers(std::span<const Edit> edits) const { return !foreignEdit(edits); }
  // The place of an edit because of which they are not covered.
  [[nodiscard]] std::optional<std::size_t> foreignEdit(std::span<const Edit> edits) const;
  // The first object that is there, that an edit names, and that he need not know of: an answer about such an edit must
  // not say what that is called. He knows what he sees, what a field that an edit is about names now, and the targets
  // of his logical units.
  struct Named {
    std::size_t edit = 0;
    ObjectRef object;
  };
  [[nodiscard]] std::optional<Named> unseenIn(std::span<const Edit> edits) const;

 private:
  struct Fresh;
  void addHosts();
  void addNodes();
  void addUnits();
  [[nodiscard]] bool carries(const base::IdSet& labels) const { return base::IdSet::intersects(labels, labels_); }
  [[nodiscard]] std::vector<ObjectRef> endsOf(ObjectRef ref) const;
  [[nodiscard]] bool ownsBy(const Fresh& fresh, ObjectRef ref) const;
  [[nodiscard]] bool isWayTo(ObjectRef target) const;

  Snapshot snapshot_;
  base::IdSet labels_;
  // Ascending.
  std::vector<Id> hosts_, entities_, nodes_, units_;
  std::vector<Id> neighbours_;  // entities with a node in the scope
};

// What a change of two states touches that is not in the scope of both: objects that came, went or changed, and what
// their new and old values name. A node or portal that nobody has registered is in nobody's scope. Ascending.
std::vector<ObjectRef> outside(const Scope& before, const Scope& after, const Diff& change);

// Why edits that name nothing unseen cannot be done, without what others have that they do not go with.
std::string textForScope(const EditError& error);

}  // namespace san
