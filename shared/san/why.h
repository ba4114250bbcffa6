// why(): the proof of one answer of reach, and what would mend it (DESIGN section 5).
//
// Each layer of each path with what makes it so: facts about objects, in sentences with names and values, each with the
// revision since which it holds. For what does not work, the first broken layers and the smallest changes that would
// mend it, as edits of a change set. Pure, safe from any thread; bounded by kMaxPaths and kMaxMends. Errors: none; a
// host or a unit that is not there gives an empty proof.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "shared/san/edit.h"
#include "shared/san/reach.h"

namespace san {

// `since`: the revision from which on the fact holds. A snapshot does not remember what is no more, so of what is
// absent it is 0, not known: the history tells.
struct Fact {
  ObjectRef about;
  std::string text;  // a sentence
  Revision since = 0;
};

struct LayerProof {
  Truth truth = Truth::No;
  std::vector<Fact> facts;
  Revision since = 0;  // 0: not known
};

struct PathProof {
  Path path;
  std::array<LayerProof, kLayers> layers;
  Revision since = 0;  // of its works(); 0: not known
  [[nodiscard]] const LayerProof& layer(Layer layer) const { return layers[static_cast<std::size_t>(layer)]; }
};

// A change that mends it, judged by the desired state: all of the edits together, in that order; new objects have
// provisional ids. Without edits: what somebody has to do whom no change set reaches.
struct Mend {
  std::vector<Layer> layers;  // that it mends, ascending
  std::vector<Edit> edits;
  std::string text;
  std::size_t objects = 0;     // that it makes or changes
  std::size_t bystanders = 0;  // other nodes in the domains that it changes or activates
  Truth result = Truth::No;  // what works() becomes once it is applied: Unknown where a network or a foreign target is
};

struct Why {
  ObjectRef host;
  Id unit = 0;
  Basis basis = Basis::Applied;
  Cell cell;
  std::vector<PathProof> paths;     // best first, and of those that do not work those with the fewest broken layers
  std::size_t morePaths = 0;        // that were left off
  std::vector<Layer> brokenLayers;  // of the best path: the first, of each question, that makes it fail or be unknown
  std::vector<Mend> mends;          // smallest first, then those without edits; none where it works
  Revision since = 0;               // since when the answer to works holds; 0: not known
};

inline constexpr std::size_t kMaxPaths = 16;
inline constexpr std::size_t kMaxMends = 8;
inline constexpr std::size_t kMaxPairs = 1024;  // of an initiator and a target, that are looked at

Why why(const SanIndex& index, Basis basis, ObjectRef host, Id unit);

}  // namespace san
