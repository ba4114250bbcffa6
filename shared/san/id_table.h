// IdTable<T> and IdLists: what belongs to an id, and lists of ids that belong to an id, in flat arrays for quick walks.
//
// Both are built once and then read by any thread. Ids are dense as a rule, and then a look-up is an array access; a
// peer may choose ids (DD_ID), so where the highest is far beyond their number a sorted list is searched instead:
// memory follows the number of ids, never their size. Errors: none.
#pragma once

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "shared/san/ids.h"

namespace san {

namespace detail {
// Whether an array up to `highest` is in proportion to what is in it.
constexpr bool isDense(std::uint64_t highest, std::size_t count) { return highest <= 8 * std::uint64_t{count} + 65536; }
}  // namespace detail

// A small value for each of some ids.
template <class T>
class IdTable {
 public:
  // `all` ascends by id.
  void build(std::vector<std::pair<Id, T>> all) {
    items_ = std::move(all);
    places_.clear();
    if (items_.empty() || !detail::isDense(items_.back().first, items_.size())) return;
    places_.assign(items_.back().first + std::size_t{1}, kNowhere);
    for (std::size_t i = 0; i < items_.size(); ++i) places_[items_[i].first] = static_cast<std::uint32_t>(i);
  }
  // nullptr when there is none.
  [[nodiscard]] const T* find(Id id) const {
    if (!places_.empty()) {
      return id < places_.size() && places_[id] != kNowhere ? &items_[places_[id]].second : nullptr;
    }
    const auto at = std::ranges::lower_bound(items_, id, {}, &std::pair<Id, T>::first);
    return at != items_.end() && at->first == id ? &at->second : nullptr;
  }
  [[nodiscard]] T* find(Id id) { return const_cast<T*>(std::as_const(*this).find(id)); }
  [[nodiscard]] std::span<const std::pair<Id, T>> items() const { return items_; }

 private:
  static constexpr std::uint32_t kNowhere = 0xffffffff;
  std::vector<std::pair<Id, T>> items_;
  std::vector<std::uint32_t> places_;  // by id; empty where ids are too far apart
};

// A list of lists of items in two arrays; each list ascends and has no item twice.
template <class Item>
class Lists {
 public:
  // Pairs of (owner, item), in any order.
  void build(std::vector<std::pair<Id, Item>> pairs) {
    keys_.clear();
    Id highest = 0;
    for (const auto& pair : pairs) highest = std::max(highest, pair.first);
    if (!pairs.empty() && !detail::isDense(highest, pairs.size())) number(pairs, highest);
    starts_.assign(pairs.empty() ? 0 : highest + std::size_t{2}, 0);
    for (const auto& pair : pairs) ++starts_[pair.first + std::size_t{1}];
    for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
    std::vector<std::uint32_t> next(starts_.begin(), starts_.end());
    items_.resize(pairs.size());
    for (const auto& pair : pairs) items_[next[pair.first]++] = pair.second;
    tidy();
  }
  [[nodiscard]] std::span<const Item> of(Id owner) const {
    if (!keys_.empty()) {
      const auto at = std::ranges::lower_bound(keys_, owner);
      if (at == keys_.end() || *at != owner) return {};
      owner = static_cast<Id>(at - keys_.begin());
    }
    if (owner + std::size_t{1} >= starts_.size()) return {};
    return std::span(items_).subspan(starts_[owner], starts_[owner + std::size_t{1}] - starts_[owner]);
  }
  [[nodiscard]] std::size_t size() const { return items_.size(); }

 private:
  // Replaces owners by their places among all of them.
  void number(std::vector<std::pair<Id, Item>>& pairs, Id& highest) {
    for (const auto& pair : pairs) keys_.push_back(pair.first);
    std::ranges::sort(keys_);
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    for (auto& pair : pairs) {
      pair.first = static_cast<Id>(std::ranges::lower_bound(keys_, pair.first) - keys_.begin());
    }
    highest = static_cast<Id>(keys_.size() - 1);
  }
  // Puts each list in order, without repetitions. Most are already: objects are visited in the order of their ids.
  void tidy() {
    std::uint32_t kept = 0;
    for (std::size_t owner = 0; owner + 1 < starts_.size(); ++owner) {
      const auto begin = items_.begin() + starts_[owner];
      const auto end = items_.begin() + starts_[owner + 1];
      starts_[owner] = kept;
      if (!std::is_sorted(begin, end)) std::sort(begin, end);
      for (auto at = begin; at != end; ++at) {
        if (at == begin || *at != items_[kept - 1]) items_[kept++] = *at;
      }
    }
    if (!starts_.empty()) starts_.back() = kept;
    items_.resize(kept);
  }

  std::vector<Id> keys_;  // empty: owners are places in starts_
  std::vector<std::uint32_t> starts_;
  std::vector<Item> items_;
};

using IdLists = Lists<Id>;

}  // namespace san
