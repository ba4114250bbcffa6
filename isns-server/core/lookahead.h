// Lookahead: brings what waiting requests will read nearer to the processor, before the first of them is handled.
//
// With 100,000 nodes every object that a query reads lies in main memory, and each one names the next: key index,
// table, node, its name, its ways, its domains. A dozen such waits in a row cost more than the query itself. Requests that
// came in one read are independent of each other, so here their chains are walked side by side, one step of all of them
// at a time, and the waits overlap.
// Hints only: nothing is decided or changed, a request that is not understood here is merely not helped. Reads the
// committed state. Bounds: kMaxNames names and kMaxNodes nodes a call. The loop's thread; no errors.
#pragma once

#include <array>
#include <span>

#include "isns-server/core/liveness.h"
#include "isns-server/core/registry.h"
#include "shared/isns/message.h"

namespace core {

class Lookahead {
 public:
  static constexpr std::size_t kMaxNames = 64;
  static constexpr std::size_t kMaxNodes = 256;

  Lookahead(const Registry& registry, const Liveness& liveness) : registry_(registry), liveness_(liveness) {}

  // Takes note of a request that will be handled soon; false when there is no room for another one.
  bool expect(const isns::Message& message);
  // Walks to everything that the noted requests are likely to read, and forgets them.
  void fetch();

 private:
  // A node that is named by a request, and whether the request is about all that share a domain with it.
  struct Named {
    std::uint64_t hash = 0;
    bool neighbours = false;
  };
  // The ways from one node, as far as they have been walked.
  struct Walk {
    Index index = 0;  // of the object that comes next
    const Node* node = nullptr;
    const Domain* domain = nullptr;
  };

  void toNodes(std::span<Walk> walks) const;
  void toDomains(std::span<Walk> walks) const;
  void addNeighbours(const Domain& domain);

  const Registry& registry_;
  const Liveness& liveness_;
  std::array<Named, kMaxNames> names_;
  std::size_t named_ = 0;
  std::array<Walk, kMaxNodes> walks_;
  std::size_t walking_ = 0;
};

}  // namespace core
