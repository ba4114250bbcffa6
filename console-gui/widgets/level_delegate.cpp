#include "console-gui/widgets/level_delegate.h"

namespace console {

LevelMark markOf(Level level) {
  switch (level) {
    case Level::Good:
      return {Icon::Good, Token::Good};
    case Level::Waiting:
      return {Icon::Clock, Token::Accent};
    case Level::Unknown:
      return {Icon::Unknown, Token::Unknown};
    case Level::Warning:
      return {Icon::Warning, Token::Warning};
    case Level::Bad:
      return {Icon::Bad, Token::Bad};
    default:
      return {Icon::Information, Token::TextMuted};
  }
}

void LevelDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  const QVariant level = index.data(kLevelRole);
  if (!level.isValid() || static_cast<Level>(level.toInt()) == Level::None) return;
  const LevelMark mark = markOf(static_cast<Level>(level.toInt()));
  option->icon =
      QIcon(iconPixmap(mark.icon, 16, mark.color, option->widget == nullptr ? 1 : option->widget->devicePixelRatioF()));
  option->features |= QStyleOptionViewItem::HasDecoration;
  option->decorationSize = QSize(16, 16);
}

}  // namespace console
