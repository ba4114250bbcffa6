// Paints a cell with the mark of its level (model/level.h) before its word.
#pragma once

#include <QStyledItemDelegate>

#include "console-gui/canvas/icons.h"
#include "console-gui/model/level.h"

namespace console {

struct LevelMark {
  Icon icon;
  Token color;
};
// Of every level but None.
LevelMark markOf(Level level);

class LevelDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace console
