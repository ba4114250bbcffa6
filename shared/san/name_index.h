// NameIndex: (kind, name) -> id, as a value that copies in constant time.
//
// Part of a Snapshot, so that every revision finds names as they were then. 65,536 buckets in a persistent table, each a
// short list of candidates; whoever asks compares the names themselves. The seed keeps strangers, who choose names, from
// choosing buckets. One thread writes a given copy.
#pragma once

#include <string_view>

#include "shared/base/persistent_table.h"
#include "shared/base/shared_array.h"
#include "shared/san/ids.h"

namespace san {

class NameIndex {
 public:
  NameIndex() = default;
  explicit NameIndex(std::uint64_t seed) : seed_(seed) {}
  void insert(Kind kind, std::string_view name, Id id);
  void erase(Kind kind, std::string_view name, Id id);

  // The first candidate of that kind that `matches(id)` accepts; 0 when there is none.
  template <class Matches>
  [[nodiscard]] Id find(Kind kind, std::string_view name, Matches&& matches) const {
    const Bucket* bucket = buckets_.get(bucketOf(kind, name));
    if (bucket == nullptr) return 0;
    for (const ObjectRef& candidate : bucket->refs.items()) {
      if (candidate.kind == kind && matches(candidate.id)) return candidate.id;
    }
    return 0;
  }

 private:
  struct Bucket : base::RefCounted {
    base::SharedArray<ObjectRef> refs;
  };
  [[nodiscard]] std::uint32_t bucketOf(Kind kind, std::string_view name) const;

  std::uint64_t seed_ = 0;
  base::PersistentTable<Bucket> buckets_;
};

}  // namespace san
