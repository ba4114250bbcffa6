// Scope: which objects of a snapshot somebody may see and change whose rights end at some labels.
//
// An object is in the scope when it carries one of the labels or inherits one (docs/security/rights.md): a host its
// cluster's, an entity and a node their host's, an entity what all its nodes have, a logical unit those of its targets. What joins
// objects (a map, a credential, a zone set) is in it when all that it joins is. Seen is more: what has an end in the
// scope, with the names of its other ends, and what everybody shares (sites, networks, labels, windows). How each kind
// is judged is one row of a table (scope.cpp).
//
// Built in one pass over a snapshot, then immutable: any thread. It keeps its snapshot. Labels that nobody has made hold
// nothing. Errors: none.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "shared/san/diff.h"
#include "shared/san/edit.h"

namespace san {

class Scope {
 public:
  Scope(Snapshot snapshot, std::span<const std::string> labels);

  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }
  // In the scope: may be changed.
  [[nodiscard]] bool owns(ObjectRef ref) const;
  // Has something to do with it: in the scope, or joined with something that is.
  [[nodiscard]] bool concerns(ObjectRef ref) const;
  // May be shown: concerns() it, or everybody's.
  [[nodiscard]] bool sees(ObjectRef ref) const;
  // May be what a new value refers to: in the scope, a label of it, or a place or network.
  [[nodiscard]] bool mayName(ObjectRef ref) const;

  // Whether each object that this state and a later one have is seen in both or in neither: then the change between
  // them (diff(), whole) tells him all that is new to him. Else objects have come into his sight, or left it, without a
  // change of their own.
  [[nodiscard]] bool seesAlike(const Scope& after, const Diff& change) const;

  // Whether all that the edits name is in it: what a draft is about, without a look at what would follow from it.
  [[nodiscard]] bool covers(std::span<const Edit> edits) const;

 private:
  void addHosts();
  void addNodes();
  void addUnits();
  [[nodiscard]] bool carries(const base::IdSet& labels) const { return base::IdSet::intersects(labels, labels_); }
  [[nodiscard]] std::vector<ObjectRef> endsOf(ObjectRef ref) const;

  Snapshot snapshot_;
  base::IdSet labels_;
  // Ascending.
  std::vector<Id> hosts_, entities_, nodes_, units_;
  std::vector<Id> neighbours_;  // entities with a node in the scope
};

// What a change of two states touches that is not in the scope of both: objects that came, went or changed, and what
// their new and old values name. A node or portal that nobody has registered is in nobody's scope. Ascending.
std::vector<ObjectRef> outside(const Scope& before, const Scope& after, const Diff& change);

}  // namespace san
