// Paints rows of a tree with what the draft does to them: a sign and a colour; what is removed is struck.
#pragma once

#include <QStyledItemDelegate>

namespace console {

class MarkDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

}  // namespace console
