// Dated<T>: a value, and the revision since which it is that one.
//
// An object's `changed` begins anew with every change of the object. Of parts that reach rests on it keeps dates beside
// them: settle() writes them down before the object changes (SnapshotEditor::own() calls it), so that what stays
// through the change keeps its date, and what comes, or comes back, is as old as the change. Values, safe from any
// thread.
#pragma once

#include <algorithm>

#include "shared/base/shared_array.h"
#include "shared/san/ids.h"

namespace san {

template <class T>
struct Dated {
  T value{};
  Revision since = 0;  // 0: no date
  // Since when an object that was last changed with `changed` has the value `now`.
  [[nodiscard]] Revision of(const T& now, Revision changed) const {
    return since != 0 && value == now ? since : changed;
  }
  friend bool operator==(const Dated&, const Dated&) = default;
};

// Dates of the entries of a list, ascending by the key that `keyOf(value)` gives. nullptr: it has none.
template <class T, class Key, class KeyOf>
const Dated<T>* findDate(const base::SharedArray<Dated<T>>& dates, const Key& key, KeyOf&& keyOf) {
  const auto all = dates.items();
  const auto at = std::ranges::lower_bound(all, key, {}, [&](const Dated<T>& one) { return keyOf(one.value); });
  return at != all.end() && keyOf(at->value) == key ? &*at : nullptr;
}

// Whether objects of a kind have dates.
template <class T>
concept HasDates = requires(T& object) {
  object.settle();
};

}  // namespace san
