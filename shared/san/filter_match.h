// FilterMatcher: asks a filter (filter.h) about the objects of a snapshot.
//
// Names in the filter are looked up once, when it is bound to the snapshot; then each object costs what its fields cost
// to read. It keeps its snapshot; what the hooks refer to must outlive it. Readers on any thread may share it where the
// hooks allow it. Errors: what is asked for is computed by a hook that is not there.
#pragma once

#include <functional>
#include <memory>

#include "shared/san/filter.h"
#include "shared/san/search.h"

namespace san {

// What follows from a snapshot and is computed elsewhere (san_index.h, reach.h). Each may be empty.
struct FilterHooks {
  std::function<bool(Id domain)> isActive;  // active:
  // The host of a node; without it host: finds only the nodes and entities that a Host object names.
  std::function<ObjectRef(Id node)> hostOf;
  // Whether a Host, Cluster, Entity or Node reaches a LogicalUnit or a target's Node; reaches: and reached-by:
  std::function<bool(ObjectRef who, ObjectRef what)> reaches;
  // What is asked for: a bit for each kind. A condition that none of them can meet in any way is an error.
  std::uint32_t kinds = kAllKinds;
  // Whether who asks sees an object; without it, all. What is not seen is noted as if it were not there.
  std::function<bool(ObjectRef)> sees;
  // Of the same snapshot; without it the texts of objects are made as they are asked for.
  const SearchIndex* search = nullptr;
};

class FilterMatcher {
 public:
  static base::Result<FilterMatcher, FilterError> bind(const Filter& filter, Snapshot snapshot, FilterHooks hooks = {});

  // `object` is the snapshot's own, `ref` its reference.
  [[nodiscard]] bool matches(ObjectRef ref, const Object& object) const;
  // What may be a slip, a sentence each: a name that nothing has, a keyword in small letters. The filter holds as it is.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  // A bit for each kind of which an object may match.
  [[nodiscard]] std::uint32_t kinds() const;
  // All objects that match, by kind and number.
  [[nodiscard]] std::vector<ObjectRef> all() const;

  struct Test;  // a node of the filter, bound

 private:
  FilterMatcher(std::shared_ptr<const Snapshot> snapshot, std::shared_ptr<const Test> root,
                std::vector<std::string> notes);
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<const Test> root_;
  std::vector<std::string> notes_;
};

}  // namespace san
