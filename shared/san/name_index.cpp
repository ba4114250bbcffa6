#include "shared/san/name_index.h"

#include <algorithm>
#include <vector>

#include "shared/base/hash.h"

namespace san {

std::uint32_t NameIndex::bucketOf(Kind kind, std::string_view name) const {
  return static_cast<std::uint32_t>(base::hashText(name, seed_ + static_cast<std::uint64_t>(kind)) & 0xffff);
}

void NameIndex::insert(Kind kind, std::string_view name, Id id) {
  const std::uint32_t at = bucketOf(kind, name);
  std::vector<ObjectRef> refs;
  if (const Bucket* bucket = buckets_.get(at)) refs.assign(bucket->refs.items().begin(), bucket->refs.items().end());
  refs.push_back({kind, id});
  auto next = base::makeRef<Bucket>();
  next->refs = base::SharedArray<ObjectRef>(refs);
  buckets_.set(at, std::move(next));
}

void NameIndex::erase(Kind kind, std::string_view name, Id id) {
  const std::uint32_t at = bucketOf(kind, name);
  const Bucket* bucket = buckets_.get(at);
  if (bucket == nullptr) return;
  std::vector<ObjectRef> refs(bucket->refs.items().begin(), bucket->refs.items().end());
  const auto found = std::find(refs.begin(), refs.end(), ObjectRef{kind, id});
  if (found == refs.end()) return;
  refs.erase(found);
  base::Ref<Bucket> next;
  if (!refs.empty()) {
    next = base::makeRef<Bucket>();
    next->refs = base::SharedArray<ObjectRef>(refs);
  }
  buckets_.set(at, std::move(next));
}

}  // namespace san
