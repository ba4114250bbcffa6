// PersistentTable<T>: id -> Ref<T>, with copies in constant time.
//
// A radix tree over 32-bit ids, 32 ways, nodes shared between copies. Copying the table copies one pointer and makes
// both copies immutable to each other: a write first copies the nodes on its path that somebody else also holds, and
// writes in place where nobody does. So a writer that makes many changes between two snapshots pays for the path once.
// Ids are dense and issued in ascending order by the owner; iteration is in id order.
//
// One thread writes a given copy; other threads may read other copies meanwhile. Errors: none; memory exhaustion throws.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "shared/base/ref.h"

namespace base {

template <class T>
class PersistentTable {
 public:
  using Id = std::uint32_t;
  using Item = Ref<const T>;

  // The object, or nullptr. Valid until this copy is written or destroyed.
  [[nodiscard]] const T* get(Id id) const {
    const Item* item = find(id);
    return item == nullptr ? nullptr : item->get();
  }
  // Where the table keeps the reference to the object, for prefetching; nullptr when there is no such place.
  [[nodiscard]] const void* placeOf(Id id) const { return find(id); }
  [[nodiscard]] Item ref(Id id) const {
    const Item* item = find(id);
    return item == nullptr ? Item{} : *item;
  }

  // Sets or, with an empty item, removes; returns what was there.
  Item set(Id id, Item item) {
    if (root_.get() == nullptr) {
      if (!item) return {};
      root_ = makeRef<Leaf>();
    }
    while (!covers(id)) {
      if (!item) return {};
      auto taller = makeRef<Inner>();
      taller->ways[0] = std::move(root_);
      taller->used = 1;
      root_ = std::move(taller);
      shift_ += kBits;
    }
    const bool adds = static_cast<bool>(item);
    Item before = replace(root_, shift_, id, std::move(item));
    if (adds && !before) ++size_;
    if (!adds && before) --size_;
    return before;
  }

  // The place of an object that is there, for its owner to exchange or, where the item is unique, to write to. The path
  // to it becomes this copy's own. nullptr when there is none.
  Item* own(Id id) {
    if (get(id) == nullptr) return nullptr;
    return &place(root_, shift_, id);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  // Calls visit(id, const T&) in id order from `first` on until it returns false; false when it did.
  template <class Visit>
  bool forEachFrom(Id first, Visit&& visit) const {
    return root_.get() == nullptr || !covers(first) || walk(*root_, shift_, 0, first, visit);
  }
  template <class Visit>
  void forEach(Visit&& visit) const {
    forEachFrom(0, [&](Id id, const T& object) {
      visit(id, object);
      return true;
    });
  }

  // Calls visit(id, const T* before, const T* after) in id order where the two tables do not hold the same object;
  // nullptr where one has none. What copies share is skipped whole, so the cost follows the number of changes and not the
  // size of the tables. Returns how many pairs of nodes it had to look into.
  template <class Visit>
  static std::size_t diff(const PersistentTable& before, const PersistentTable& after, Visit&& visit) {
    return compare({before.root_.get(), before.shift_}, {after.root_.get(), after.shift_}, 0, visit);
  }

 private:
  static constexpr unsigned kBits = 5;
  static constexpr std::size_t kWays = std::size_t{1} << kBits;

  // Depth tells an Inner from a Leaf: shift 0 is a leaf.
  struct Node : RefCounted {
    virtual ~Node() = default;
    std::uint32_t used = 0;
  };
  struct Inner final : Node {
    std::array<Ref<Node>, kWays> ways;
  };
  struct Leaf final : Node {
    std::array<Item, kWays> ways;
  };

  static std::size_t way(Id id, unsigned shift) { return (id >> shift) & (kWays - 1); }
  [[nodiscard]] bool covers(Id id) const { return (std::uint64_t{id} >> (shift_ + kBits)) == 0; }

  const Item* find(Id id) const {
    if (root_.get() == nullptr || !covers(id)) return nullptr;
    const Node* node = root_.get();
    for (unsigned s = shift_; s > 0; s -= kBits) {
      node = static_cast<const Inner*>(node)->ways[way(id, s)].get();
      if (node == nullptr) return nullptr;
    }
    return &static_cast<const Leaf*>(node)->ways[way(id, 0)];
  }

  // Makes `node` ours alone before it is written: a node that another copy of the table holds is copied first.
  template <class Kind>
  static Kind& own(Ref<Node>& node) {
    if (!node.unique()) node = makeRef<Kind>(static_cast<const Kind&>(*node));
    return static_cast<Kind&>(*node);
  }

  static Item replace(Ref<Node>& node, unsigned shift, Id id, Item item) {
    if (shift == 0) {
      Leaf& leaf = own<Leaf>(node);
      Item& place = leaf.ways[way(id, 0)];
      leaf.used += (item ? 1U : 0U) - (place ? 1U : 0U);
      return std::exchange(place, std::move(item));
    }
    Inner& inner = own<Inner>(node);
    Ref<Node>& child = inner.ways[way(id, shift)];
    if (!child) {
      if (!item) return {};
      child = shift == kBits ? Ref<Node>(makeRef<Leaf>()) : Ref<Node>(makeRef<Inner>());
      ++inner.used;
    }
    Item before = replace(child, shift - kBits, id, std::move(item));
    if (child->used == 0) {
      child = nullptr;
      --inner.used;
    }
    return before;
  }

  static Item& place(Ref<Node>& node, unsigned shift, Id id) {
    if (shift == 0) return own<Leaf>(node).ways[way(id, 0)];
    return place(own<Inner>(node).ways[way(id, shift)], shift - kBits, id);
  }

  template <class Visit>
  static bool walk(const Node& node, unsigned shift, Id base, Id first, Visit& visit) {
    const std::size_t begin = first > base ? way(first, shift) : 0;
    for (std::size_t i = begin; i < kWays; ++i) {
      const Id at = base | static_cast<Id>(i << shift);
      if (shift == 0) {
        const Item& item = static_cast<const Leaf&>(node).ways[i];
        if (item && !visit(at, *item)) return false;
      } else if (const Node* child = static_cast<const Inner&>(node).ways[i].get(); child != nullptr) {
        if (!walk(*child, shift - kBits, at, first, visit)) return false;
      }
    }
    return true;
  }

  // A node, or none, and its height: the root of one table may stand higher than that of the other.
  struct Part {
    const Node* node;
    unsigned shift;
    // What of it stands at a way of a node with the height `of`.
    [[nodiscard]] Part child(std::size_t at, unsigned of) const {
      if (node == nullptr) return {nullptr, 0};
      if (shift < of) return at == 0 ? *this : Part{nullptr, 0};
      return {static_cast<const Inner*>(node)->ways[at].get(), shift - kBits};
    }
    [[nodiscard]] const T* item(std::size_t at) const {
      return node == nullptr ? nullptr : static_cast<const Leaf*>(node)->ways[at].get();
    }
  };

  template <class Visit>
  static std::size_t compare(Part before, Part after, Id base, Visit& visit) {
    if (before.node == after.node) return 0;
    const unsigned shift = std::max(before.node == nullptr ? 0 : before.shift, after.node == nullptr ? 0 : after.shift);
    std::size_t looked = 1;
    for (std::size_t i = 0; i < kWays; ++i) {
      const Id at = base | static_cast<Id>(i << shift);
      if (shift > 0) {
        looked += compare(before.child(i, shift), after.child(i, shift), at, visit);
      } else if (before.item(i) != after.item(i)) {
        visit(at, before.item(i), after.item(i));
      }
    }
    return looked;
  }

  Ref<Node> root_;
  unsigned shift_ = 0;
  std::size_t size_ = 0;
};

}  // namespace base
