#include "shared/base/id_set.h"

#include <algorithm>

namespace base {

void IdSet::acquire() const {
  if (isChunked()) (void)Ref<Chunks>(pointer()).detach();
}

void IdSet::release() {
  if (isChunked()) (void)Ref<Chunks>::adopt(pointer());
  word_ = 0;
}

IdSet::Chunks& IdSet::ownChunks() {
  Ref<Chunks> mine = Ref<Chunks>::adopt(pointer());
  if (!mine.unique()) mine = makeRef<Chunks>(*mine);
  word_ = wordOf(std::move(mine));
  return *pointer();
}

IdSet::Chunk& IdSet::ownChunk(Ref<Chunk>& chunk) {
  if (!chunk.unique()) chunk = makeRef<Chunk>(*chunk);
  return *chunk;
}

// The chunk that holds `id` or would hold it: the last whose first id is not above it.
std::size_t IdSet::chunkFor(const Chunks& chunks, Id id) {
  const auto after = std::upper_bound(chunks.list.begin(), chunks.list.end(), id,
                                      [](Id value, const Ref<Chunk>& chunk) { return value < chunk->ids.front(); });
  return after == chunks.list.begin() ? 0 : static_cast<std::size_t>(after - chunks.list.begin()) - 1;
}

std::size_t IdSet::size() const {
  if (empty()) return 0;
  return isSingle() ? 1 : chunks().size;
}

IdSet::Id IdSet::front() const { return isSingle() ? single() : chunks().list.front()->ids.front(); }

IdSet::Id IdSet::next(Id after) const {
  if (empty()) return 0;
  if (isSingle()) return single() > after ? single() : 0;
  for (std::size_t at = chunkFor(chunks(), after); at < chunks().list.size(); ++at) {
    const auto& ids = chunks().list[at]->ids;
    const auto above = std::upper_bound(ids.begin(), ids.end(), after);
    if (above != ids.end()) return *above;
  }
  return 0;
}

bool IdSet::contains(Id id) const {
  if (empty()) return false;
  if (isSingle()) return single() == id;
  const auto& ids = chunks().list[chunkFor(chunks(), id)]->ids;
  return std::binary_search(ids.begin(), ids.end(), id);
}

bool IdSet::insert(Id id) {
  if (empty()) {
    word_ = wordOf(id);
    return true;
  }
  if (isSingle()) {
    if (single() == id) return false;
    auto chunk = makeRef<Chunk>();
    chunk->ids = {std::min(single(), id), std::max(single(), id)};
    auto all = makeRef<Chunks>();
    all->list.push_back(std::move(chunk));
    all->size = 2;
    word_ = wordOf(std::move(all));
    return true;
  }
  const std::size_t at = chunkFor(chunks(), id);
  {
    const auto& ids = chunks().list[at]->ids;
    if (std::binary_search(ids.begin(), ids.end(), id)) return false;
  }
  Chunks& all = ownChunks();
  Chunk& chunk = ownChunk(all.list[at]);
  chunk.ids.insert(std::lower_bound(chunk.ids.begin(), chunk.ids.end(), id), id);
  ++all.size;
  if (chunk.ids.size() > kChunk) {
    // Ids come mostly in ascending order: a full chunk keeps most of its ids, so that chunks end up well filled.
    const bool appended = chunk.ids.back() == id && at + 1 == all.list.size();
    const auto split = chunk.ids.begin() + static_cast<std::ptrdiff_t>(appended ? kChunk : kChunk / 2);
    auto upper = makeRef<Chunk>();
    upper->ids.assign(split, chunk.ids.end());
    chunk.ids.erase(split, chunk.ids.end());
    all.list.insert(all.list.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
  }
  return true;
}

bool IdSet::erase(Id id) {
  if (!contains(id)) return false;
  if (isSingle()) {
    word_ = 0;
    return true;
  }
  Chunks& all = ownChunks();
  const std::size_t at = chunkFor(all, id);
  Chunk& chunk = ownChunk(all.list[at]);
  chunk.ids.erase(std::lower_bound(chunk.ids.begin(), chunk.ids.end(), id));
  --all.size;
  if (chunk.ids.empty()) all.list.erase(all.list.begin() + static_cast<std::ptrdiff_t>(at));
  if (all.size == 1) {
    const Id last = all.list.front()->ids.front();
    release();
    word_ = wordOf(last);
  }
  return true;
}

bool IdSet::intersects(const IdSet& a, const IdSet& b) {
  const IdSet& fewer = a.size() <= b.size() ? a : b;
  const IdSet& more = a.size() <= b.size() ? b : a;
  return !fewer.visitWhile([&](Id id) { return !more.contains(id); });
}

bool operator==(const IdSet& a, const IdSet& b) {
  if (a.word_ == b.word_) return true;
  return a.size() == b.size() && a.visitWhile([&](IdSet::Id id) { return b.contains(id); });
}

}  // namespace base
