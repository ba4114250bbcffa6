// What makes each layer of a path as it is, in sentences, and since when; for why() (why.h) and evidence packs. Pure,
// safe from any thread.
#pragma once

#include "shared/san/pair_layers.h"
#include "shared/san/why.h"

namespace san {

// `pair` looks at the path's initiator and target.
std::array<LayerProof, kLayers> proveLayers(const SanIndex& index, const PairLayers& pair, Basis basis,
                                            const Path& path);

// A path that works, or of which that is not known, is so since the last of its layers, as before any of them may have
// broken it; one that does not, since the first of those that break it. 0: not known.
Revision pathSince(const Path& path, const std::array<LayerProof, kLayers>& layers);

// Since when a cell is what it is: since the first of its paths that work, or since the last of those that all fail. Of
// the paths that are given, those that are not what the cell is have no part in it.
class CellSince {
 public:
  explicit CellSince(Truth works) : works_(works) {}
  void add(const Path& path, Revision since);
  // 0: not known, as that of one of them is not.
  [[nodiscard]] Revision get() const { return unknown_ ? 0 : since_; }

 private:
  const Truth works_;
  Revision since_ = 0;
  bool unknown_ = false;
};

// Since when a host reaches a unit on a path that works, with this right or a larger one; where none does, since when
// it is not known whether one works. 0: not known, or there are more of these paths than kMaxPaths.
Revision reachedSince(const SanIndex& index, Basis basis, std::size_t host, Id unit, Right atLeast = Right::ReadOnly);

// "iqn.2026-01.example:web1", the alias in brackets where it has one; a unit by its name, else as it is known.
std::string wordsFor(const Snapshot& snapshot, ObjectRef ref);

}  // namespace san
