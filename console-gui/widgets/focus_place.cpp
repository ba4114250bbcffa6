#include "console-gui/widgets/focus_place.h"

#include <QApplication>
#include <QWidget>
#include <algorithm>
#include <vector>

namespace console {
namespace {

// What takes the focus, from the top.
std::vector<QWidget*> stopsOf(const QLayout& parts) {
  std::vector<QWidget*> found;
  for (int i = 0; i < parts.count(); ++i) {
    QWidget* part = parts.itemAt(i)->widget();
    QList<QWidget*> inside = part->findChildren<QWidget*>();
    inside.prepend(part);
    for (QWidget* one : inside) {
      if ((one->focusPolicy() & Qt::TabFocus) != 0) found.push_back(one);
    }
  }
  return found;
}

}  // namespace

FocusPlace::FocusPlace(const QLayout& parts) {
  QWidget* const focused = QApplication::focusWidget();
  const auto stops = stopsOf(parts);
  const auto at = std::ranges::find(stops, focused);
  if (at == stops.end()) return;
  at_ = static_cast<std::size_t>(at - stops.begin());
  kind_ = focused->metaObject();
}

void FocusPlace::restore(const QLayout& parts) const {
  if (kind_ == nullptr) return;
  const auto stops = stopsOf(parts);
  if (at_ < stops.size() && stops[at_]->metaObject() == kind_ && stops[at_]->isEnabled())
    stops[at_]->setFocus(Qt::OtherFocusReason);
}

}  // namespace console
