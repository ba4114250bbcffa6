#include "console-gui/widgets/mark_delegate.h"

#include "console-gui/canvas/icons.h"
#include "console-gui/model/zone_tree.h"

namespace console {

void MarkDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  const auto ref = index.data(ZoneTree::RefRole).value<san::ObjectRef>();
  if (index.column() == 0 && ref) {
    option->icon = icon(ref.kind == san::Kind::Node && index.sibling(index.row(), 1).data().toString() == ZoneTree::tr("target") ? Icon::Target : iconOf(ref.kind));
    option->features |= QStyleOptionViewItem::HasDecoration;
    option->decorationSize = QSize(16, 16);
  }
  if (index.column() != 0) option->palette.setColor(QPalette::Text, theme()[Token::TextMuted]);
  const auto mark = static_cast<DraftMark>(index.data(ZoneTree::MarkRole).toInt());
  if (mark == DraftMark::None) return;
  const QColor& color = theme()[mark == DraftMark::Removed ? Token::Removed : mark == DraftMark::Added ? Token::Added : Token::Warning];
  option->palette.setColor(QPalette::Text, color);
  option->palette.setColor(QPalette::HighlightedText, color);
  option->font.setBold(true);
  if (mark == DraftMark::Removed) option->font.setStrikeOut(true);
  if (index.column() == 0) option->text.prepend(mark == DraftMark::Added ? QStringLiteral("+ ") : mark == DraftMark::Removed ? QStringLiteral("− ") : QStringLiteral("~ "));
}

}  // namespace console
