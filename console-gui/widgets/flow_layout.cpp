#include "console-gui/widgets/flow_layout.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>

#include "console-gui/canvas/theme.h"

namespace console {

FlowLayout::FlowLayout(QWidget* parent) : QLayout(parent) {
  setContentsMargins(0, 0, 0, 0);
  setSpacing(kSpace);
}

FlowLayout::~FlowLayout() {
  for (QLayoutItem* item : items_) delete item;
}

QLayoutItem* FlowLayout::itemAt(int index) const {
  return index >= 0 && index < count() ? items_[static_cast<std::size_t>(index)] : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
  QLayoutItem* item = itemAt(index);
  if (item == nullptr) return nullptr;
  items_.erase(items_.begin() + index);
  for (std::size_t& at : stretches_) {
    if (at > static_cast<std::size_t>(index)) --at;
  }
  return item;
}

QSize FlowLayout::minimumSize() const {
  QSize size;
  for (const QLayoutItem* item : items_) {
    if (!item->isEmpty()) size = size.expandedTo(item->minimumSize());
  }
  return size;
}

QSize FlowLayout::sizeHint() const {
  QSize size;
  for (const QLayoutItem* item : items_) {
    if (item->isEmpty()) continue;
    size.rwidth() += item->sizeHint().width() + (size.width() == 0 ? 0 : spacing());
    size.setHeight(std::max(size.height(), item->sizeHint().height()));
  }
  return size;
}

void FlowLayout::setGeometry(const QRect& area) {
  QLayout::setGeometry(area);
  place(area, true);
}

int FlowLayout::place(const QRect& area, bool move) const {
  int y = area.y();
  for (std::size_t begin = 0; begin < items_.size();) {
    // What goes into this row.
    int width = 0, height = 0;
    std::size_t end = begin;
    for (; end < items_.size(); ++end) {
      if (items_[end]->isEmpty()) continue;
      const QSize hint = items_[end]->sizeHint();
      const int with = width + (width == 0 ? 0 : spacing()) + hint.width();
      if (width != 0 && with > area.width()) break;
      width = with;
      height = std::max(height, hint.height());
    }
    if (move) {
      int x = 0;
      for (std::size_t i = begin; i < end; ++i) {
        if (std::ranges::count(stretches_, i) != 0) x += std::max(0, area.width() - width);
        if (items_[i]->isEmpty()) continue;
        const QSize hint = items_[i]->sizeHint();
        const QRect place(area.x() + x, y + (height - hint.height()) / 2, std::min(hint.width(), area.width()),
                          hint.height());
        items_[i]->setGeometry(QStyle::visualRect(
            parentWidget() == nullptr ? Qt::LeftToRight : parentWidget()->layoutDirection(), area, place));
        x += hint.width() + spacing();
      }
    }
    if (height != 0) y += height + spacing();
    begin = end;
  }
  return std::max(0, y - area.y() - spacing());
}

}  // namespace console
