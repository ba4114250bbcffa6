#include "console-gui/widgets/state_badge.h"

#include "console-gui/widgets/page_parts.h"

#include <QHBoxLayout>
#include <QLabel>

namespace console {

StateBadge::StateBadge(QWidget* parent) : QWidget(parent), mark_(plainLabel({}, this)), text_(plainLabel({}, this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(kSpace / 2 + 2);
  row->addWidget(mark_);
  row->addWidget(text_);
}

void StateBadge::setWordWrap(bool yes) {
  text_->setWordWrap(yes);
  static_cast<QHBoxLayout*>(layout())->setStretchFactor(text_, yes ? 1 : 0);
}

void StateBadge::setMayShrink() { text_->setMinimumWidth(1); }

void StateBadge::set(Icon mark, Token color, const QString& text, const QString& more) {
  mark_->setPixmap(iconPixmap(mark, 16, color, devicePixelRatioF()));
  text_->setText(text);
  setToolTip(more);
  setAccessibleName(more.isEmpty() ? text : text + QStringLiteral(". ") + more);
}

}  // namespace console
