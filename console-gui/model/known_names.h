// KnownNames: what objects are called, for a line in which somebody types names, with commas between them where there
// may be several.
//
// An object is found by its name and, where it has one, by what the administrator calls it. What fits best counts: a
// name as it is written, then what something is called, then either with other capitals. Several that fit alike are
// none: nobody chooses among them by their numbers. Made once and read from any thread afterwards. Bound: two names an
// object.
#pragma once

#include <QStringList>
#include <vector>

#include "shared/san/snapshot.h"

namespace console {

class KnownNames {
 public:
  void add(const QString& name, san::ObjectRef ref) { names_.push_back({name, ref, false}); }
  // A name of `ref` in `snapshot`, and what the administrator calls it.
  void add(const san::Snapshot& snapshot, san::ObjectRef ref);
  void sort();  // after the last add()

  [[nodiscard]] bool isEmpty() const { return names_.empty(); }
  [[nodiscard]] QStringList texts() const;
  // None: nobody is called so, or several are (whyNone()).
  [[nodiscard]] san::ObjectRef find(const QString& name) const;
  [[nodiscard]] bool isAmbiguous(const QString& name) const { return best(name).size() > 1; }
  // A sentence, where find() has none.
  [[nodiscard]] QString whyNone(const QString& name) const;
  // Each once, as written; names that lead to none go to `faults`, a sentence each.
  [[nodiscard]] std::vector<san::ObjectRef> refsIn(const QString& text, QStringList& faults) const;

 private:
  struct Known {
    QString name;
    san::ObjectRef ref;
    bool called = false;  // by an administrator; else it is its name
  };
  // Those that fit best, each once.
  [[nodiscard]] std::vector<san::ObjectRef> best(const QString& name) const;

  std::vector<Known> names_;
};

}  // namespace console
