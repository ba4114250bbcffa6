// KnownNames: what objects are called, for a line in which somebody types names, with commas between them where there
// may be several.
//
// An object is found by its name and, where it has one, by what the administrator calls it; capitals do not matter.
// Made once and read from any thread afterwards. Bound: two names an object.
#pragma once

#include <QStringList>
#include <functional>
#include <utility>
#include <vector>

#include "shared/san/snapshot.h"

namespace console {

class KnownNames {
 public:
  void add(const QString& name, san::ObjectRef ref) { names_.emplace_back(name, ref); }
  // A name of `ref` in `snapshot`, and what the administrator calls it.
  void add(const san::Snapshot& snapshot, san::ObjectRef ref);
  void sort();  // after the last add()

  [[nodiscard]] bool isEmpty() const { return names_.empty(); }
  [[nodiscard]] QStringList texts() const;
  // None: nobody is called so.
  [[nodiscard]] san::ObjectRef find(const QString& name) const;
  // Each once, as written; names that nobody has go to `unknown`.
  [[nodiscard]] std::vector<san::ObjectRef> refsIn(const QString& text, QStringList& unknown) const;

 private:
  std::vector<std::pair<QString, san::ObjectRef>> names_;
};

}  // namespace console
