#include "console-gui/widgets/rail.h"

#include <QAction>
#include <QToolButton>
#include <QVBoxLayout>

#include "console-gui/canvas/theme.h"

namespace console {

Rail::Rail(QWidget* parent) : QWidget(parent), column_(new QVBoxLayout(this)) {
  column_->setContentsMargins(kSpace, kSpace, kSpace, kSpace);
  column_->setSpacing(kSpace / 2);
  column_->addStretch(1);
  setFixedWidth(128);
  setAccessibleName(tr("Pages"));
}

void Rail::add(QAction* action) {
  auto* button = new QToolButton(this);
  button->setProperty("role", QStringLiteral("rail"));
  button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
  button->setIconSize(QSize(24, 24));
  button->setIcon(action->icon());
  button->setCheckable(true);
  button->setFixedSize(112, 60);
  button->setFocusPolicy(Qt::StrongFocus);
  connect(button, &QToolButton::clicked, this, [action, button] {
    // What cannot be done leaves the button as it was.
    const bool chosen = button->isChecked();
    action->trigger();
    if (!action->isEnabled()) button->setChecked(!chosen);
  });
  column_->insertWidget(column_->count() - 1, button);
  entries_.push_back({action, button});
  name(entries_.back(), 0);
}

void Rail::choose(QAction* action) {
  for (const Entry& entry : entries_) entry.button->setChecked(entry.action == action);
}

void Rail::setCount(QAction* action, std::size_t count) {
  for (const Entry& entry : entries_) {
    if (entry.action == action) name(entry, count);
  }
}

void Rail::name(const Entry& entry, std::size_t count) {
  const QString text = entry.action->text();
  entry.button->setText(count == 0 ? text : QStringLiteral("%1 (%2)").arg(text).arg(count));
  entry.button->setAccessibleName(count == 0 ? text : tr("%1, %n waiting", nullptr, static_cast<int>(count)).arg(text));
  entry.button->setToolTip(QStringLiteral("%1 (%2)").arg(text, entry.action->shortcut().toString(QKeySequence::NativeText)));
}

}  // namespace console
