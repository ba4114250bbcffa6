// Selection: what is selected, one for all pages: some objects, of which one is the current.
//
// The UI thread. Objects may be gone from the SAN meanwhile; who shows them looks.
#pragma once

#include <QObject>
#include <functional>
#include <vector>

#include "shared/san/ids.h"

namespace console {

class Selection : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  [[nodiscard]] const std::vector<san::ObjectRef>& objects() const { return objects_; }  // ascending
  [[nodiscard]] san::ObjectRef current() const { return current_; }                      // none: nothing is selected
  [[nodiscard]] bool contains(san::ObjectRef ref) const;

  void select(san::ObjectRef one) { set(one ? std::vector{one} : std::vector<san::ObjectRef>{}, one); }
  // The current one is among them, or none.
  void set(std::vector<san::ObjectRef> objects, san::ObjectRef current);
  void toggle(san::ObjectRef one);
  void clear() { set({}, {}); }
  // These are not selected any more.
  void drop(const std::function<bool(san::ObjectRef)>& these);

 signals:
  void changed();

 private:
  std::vector<san::ObjectRef> objects_;
  san::ObjectRef current_;
};

}  // namespace console
