#include "shared/base/id_set.h"

#include <algorithm>

namespace base {

namespace {

bool holds(std::span<const IdSet::Id> ids, IdSet::Id id) { return std::binary_search(ids.begin(), ids.end(), id); }

}  // namespace

Ref<IdSet::Chunk> IdSet::Chunk::make(std::span<const Id> ids, std::uint32_t capacity) {
  static_assert(alignof(Chunk) >= alignof(Id) && sizeof(Chunk) % alignof(Id) == 0);
  void* const block = ::operator new(sizeof(Chunk) + capacity * sizeof(Id));
  Ref<Chunk> chunk(new (block) Chunk(capacity));
  chunk->size = static_cast<std::uint32_t>(ids.size());
  std::copy(ids.begin(), ids.end(), chunk->ids().begin());
  return chunk;
}

void IdSet::acquire() const {
  if (isChunk()) (void)Ref<Chunk>(chunk()).detach();
  if (isChunks()) (void)Ref<Chunks>(chunks()).detach();
}

void IdSet::release() {
  if (isChunk()) (void)Ref<Chunk>::adopt(chunk());
  if (isChunks()) (void)Ref<Chunks>::adopt(chunks());
  word_ = 0;
}

IdSet::Chunks& IdSet::ownChunks() {
  Ref<Chunks> mine = Ref<Chunks>::adopt(chunks());
  if (!mine.unique()) mine = makeRef<Chunks>(*mine);
  word_ = wordOf(std::move(mine));
  return *chunks();
}

// The chunk that holds `id` or would hold it: the last whose first id is not above it.
std::size_t IdSet::chunkFor(const Chunks& chunks, Id id) {
  const auto after = std::upper_bound(chunks.list.begin(), chunks.list.end(), id,
                                      [](Id value, const Ref<Chunk>& chunk) { return value < chunk->ids().front(); });
  return after == chunks.list.begin() ? 0 : static_cast<std::size_t>(after - chunks.list.begin()) - 1;
}

std::span<const IdSet::Id> IdSet::idsAround(Id id) const {
  if (isChunk()) return std::as_const(*chunk()).ids();
  return std::as_const(*chunks()->list[chunkFor(*chunks(), id)]).ids();
}

std::size_t IdSet::size() const {
  if (empty()) return 0;
  return isSingle() ? 1 : isChunk() ? chunk()->size : chunks()->size;
}

IdSet::Id IdSet::front() const { return isSingle() ? single() : idsAround(0).front(); }

IdSet::Id IdSet::next(Id after) const {
  if (empty()) return 0;
  if (isSingle()) return single() > after ? single() : 0;
  const auto ids = idsAround(after);
  if (const auto above = std::upper_bound(ids.begin(), ids.end(), after); above != ids.end()) return *above;
  // All of this chunk is at or below `after`: what follows is the first of the next one.
  if (isChunk()) return 0;
  const std::size_t at = chunkFor(*chunks(), after) + 1;
  return at < chunks()->list.size() ? chunks()->list[at]->ids().front() : 0;
}

bool IdSet::contains(Id id) const {
  if (empty()) return false;
  return isSingle() ? single() == id : holds(idsAround(id), id);
}

// There is room in it; a chunk that others hold, or that is full, gives way to a new one.
void IdSet::insertInto(Ref<Chunk>& chunk, Id id) {
  if (chunk->size == chunk->capacity || !chunk.unique()) {
    const std::uint32_t capacity = chunk->size < chunk->capacity ? chunk->capacity : chunk->capacity * 2;
    chunk = Chunk::make(chunk->ids(), std::min(capacity, kChunk));
  }
  ++chunk->size;
  const std::span<Id> ids = chunk->ids();
  const auto at = std::lower_bound(ids.begin(), ids.end() - 1, id);
  std::copy_backward(at, ids.end() - 1, ids.end());
  *at = id;
}

void IdSet::eraseFrom(Ref<Chunk>& chunk, Id id) {
  if (!chunk.unique()) chunk = Chunk::make(chunk->ids(), chunk->capacity);
  const std::span<Id> ids = chunk->ids();
  const auto at = std::lower_bound(ids.begin(), ids.end(), id);
  std::copy(at + 1, ids.end(), at);
  --chunk->size;
}

bool IdSet::insert(Id id) {
  constexpr std::uint32_t kFirst = 4;
  if (contains(id)) return false;
  if (empty()) {
    word_ = wordOf(id);
    return true;
  }
  if (isSingle()) {
    const Id both[] = {std::min(single(), id), std::max(single(), id)};
    word_ = wordOf(Chunk::make(both, kFirst));
    return true;
  }
  if (isChunk() && chunk()->size < kChunk) {
    Ref<Chunk> mine = Ref<Chunk>::adopt(chunk());
    insertInto(mine, id);
    word_ = wordOf(std::move(mine));
    return true;
  }
  if (isChunk()) {
    auto all = makeRef<Chunks>();
    all->size = chunk()->size;
    all->list.push_back(Ref<Chunk>::adopt(chunk()));
    word_ = wordOf(std::move(all));
  }
  Chunks& all = ownChunks();
  ++all.size;
  const std::size_t at = chunkFor(all, id);
  if (all.list[at]->size < kChunk) {
    insertInto(all.list[at], id);
    return true;
  }
  // Ids come mostly in ascending order: a full last chunk stays full, so that chunks end up well filled.
  const auto ids = std::as_const(*all.list[at]).ids();
  const bool appends = at + 1 == all.list.size() && id > ids.back();
  const std::uint32_t keep = appends ? kChunk : kChunk / 2;
  auto upper = Chunk::make(ids.subspan(keep), kChunk);
  if (!appends) all.list[at] = Chunk::make(ids.first(keep), kChunk);
  const bool intoUpper = appends || id > upper->ids().front();
  insertInto(intoUpper ? upper : all.list[at], id);
  all.list.insert(all.list.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
  return true;
}

bool IdSet::erase(Id id) {
  if (!contains(id)) return false;
  if (isSingle()) {
    word_ = 0;
    return true;
  }
  if (isChunk()) {
    Ref<Chunk> mine = Ref<Chunk>::adopt(chunk());
    eraseFrom(mine, id);
    word_ = mine->size == 1 ? wordOf(mine->ids().front()) : wordOf(std::move(mine));
    return true;
  }
  Chunks& all = ownChunks();
  --all.size;
  const std::size_t at = chunkFor(all, id);
  if (all.list[at]->size > 1) {
    eraseFrom(all.list[at], id);
  } else {
    all.list.erase(all.list.begin() + static_cast<std::ptrdiff_t>(at));
  }
  if (all.list.size() == 1) {
    Ref<Chunk> last = all.list.front();
    release();
    word_ = last->size == 1 ? wordOf(last->ids().front()) : wordOf(std::move(last));
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
