// FocusPlace: which of the parts of a layout has the focus, by place and kind, while they are made anew: the widgets
// are others, what stands there is the same but for what has changed.
//
// The UI thread.
#pragma once

#include <QLayout>
#include <cstddef>

namespace console {

class FocusPlace {
 public:
  explicit FocusPlace(const QLayout& parts);
  // Gives it back, where there is such a part and it takes it.
  void restore(const QLayout& parts) const;

 private:
  std::size_t at_ = 0;
  const QMetaObject* kind_ = nullptr;  // nullptr: none of them had it
};

}  // namespace console
