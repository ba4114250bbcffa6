// What makes each layer of a path as it is, in sentences; for why() alone (why.h). Pure, safe from any thread.
#pragma once

#include "shared/san/pair_layers.h"
#include "shared/san/why.h"

namespace san {

// `pair` looks at the path's initiator and target.
std::array<LayerProof, kLayers> proveLayers(const SanIndex& index, const PairLayers& pair, Basis basis,
                                            const Path& path);

// "iqn.2026-01.example:web1", the alias in brackets where it has one; a unit by its name, else as it is known.
std::string wordsFor(const Snapshot& snapshot, ObjectRef ref);

}  // namespace san
