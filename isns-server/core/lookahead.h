// Lookahead: brings what waiting requests will read nearer to the processor, before the first of them is handled.
//
// With 100,000 nodes every object that a query reads lies in main memory, and each one names the next: key index,
// table, node, its name, its ways, its domains. A dozen such waits in a row cost more than the query itself. Requests that
// came in one read are independent of each other, so here their chains are walked side by side, one step of all of them
// at a time, and the waits overlap.
// Hints only: nothing is decided or changed, a request that is not understood here is merely not helped. Reads the
// committed state. Bounds: kMaxNames names and kMaxNodes nodes a call. The loop's thread; no errors.
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "isns-server/core/liveness.h"
#include "isns-server/core/registry.h"
#include "isns-server/core/scn_notifier.h"
#include "shared/base/prefetch.h"
#include "shared/isns/message.h"

namespace core {

// Calls visit(index) for each of many objects of one type, in their order. They are fetched in groups, side by side.
template <class T, class Visit>
void visitFetched(const State& state, std::span<const Index> objects, Visit&& visit) {
  constexpr std::size_t kGroup = 32;
  std::array<const T*, kGroup> found;
  while (!objects.empty()) {
    const auto group = objects.first(std::min(objects.size(), kGroup));
    for (Index i : group) base::prefetch(state.table<T>().placeOf(i));
    for (std::size_t i = 0; i < group.size(); ++i) {
      found[i] = state.get<T>(group[i]);
      if (found[i] != nullptr) base::prefetchObject(found[i]);
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
      if (found[i] == nullptr) continue;
      const base::ByteView attributes = found[i]->attributes.bytes();
      base::prefetch(attributes.data(), attributes.size());
    }
    for (Index i : group) visit(i);
    objects = objects.subspan(group.size());
  }
}

// Walks from up to kMaxListeners nodes to the first portal of each one's entity, side by side: where an SCN goes to.
inline constexpr std::size_t kMaxListeners = 32;
void fetchListeners(const State& state, std::span<const ScnRecipient> listeners);

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
  // A node that is named by a request; whether it is the one that asks, and whether for all that share a domain with it.
  struct Named {
    std::uint64_t hash = 0;
    bool asks = false;
    bool neighbours = false;
  };
  // The ways from one node, as far as they have been walked.
  struct Walk {
    Index index = 0;  // of the object that comes next; 0: no more
    const Node* node = nullptr;
    const Domain* domain = nullptr;
  };

  static constexpr std::size_t kMaxTlvs = 32;  // that are looked at of a registration

  void expectQuery(base::ByteView payload);
  void expectRegistration(base::ByteView payload);
  void name(base::ByteView paddedName, bool asks);
  void toNodes(std::span<Walk> walks) const;
  void toDomains(std::span<const Named> names, std::span<Walk> walks) const;
  void addNeighbours(const Domain& domain);

  const Registry& registry_;
  const Liveness& liveness_;
  std::array<Named, kMaxNames> names_;
  std::size_t named_ = 0;
  std::array<Walk, kMaxNodes> walks_;
  std::size_t walking_ = 0;
};

}  // namespace core
