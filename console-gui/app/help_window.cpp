#include "console-gui/app/help_window.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QTableWidget>
#include <QVBoxLayout>

#include "console-gui/widgets/page_parts.h"

namespace console {

HelpWindow::HelpWindow(const ActionRegistry& registry, QWidget* parent) : QDialog(parent) {
  auto* column = windowColumn(this, tr("Actions and keys"), {980, 640});
  auto* words = new QLineEdit(this);
  words->setPlaceholderText(tr("Type what you would like to do"));
  words->setAccessibleName(tr("Part of an action"));
  column->addWidget(words);
  auto* table = new QTableWidget(static_cast<int>(kActions), 4, this);
  table->setHorizontalHeaderLabels({tr("Action"), tr("Key"), tr("What it does"), tr("With sanctl")});
  table->setAccessibleName(tr("Actions, keys and commands"));
  table->verticalHeader()->hide();
  table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table->setSelectionBehavior(QAbstractItemView::SelectRows);
  table->setShowGrid(false);
  table->setTabKeyNavigation(false);
  for (const ActionRow& row : kActionTable) {
    const int at = static_cast<int>(row.id);
    const QString why = registry.whyNot(row.id);
    const QString help = ActionRegistry::helpOf(row.id) + (why.isEmpty() ? QString() : tr(" Not now: %1").arg(why));
    const QString texts[] = {ActionRegistry::textOf(row.id), QKeySequence(QString::fromLatin1(row.shortcut)).toString(QKeySequence::NativeText), help,
                             row.twin[0] == '-' ? QString() : QString::fromLatin1(row.twin)};
    for (int i = 0; i < 4; ++i) table->setItem(at, i, new QTableWidgetItem(texts[i]));
  }
  table->setColumnWidth(0, 220);
  table->setColumnWidth(1, 110);
  table->horizontalHeader()->setSectionResizeMode(2, QHeaderView::Stretch);
  table->setColumnWidth(3, 250);
  table->resizeRowsToContents();
  column->addWidget(table, 1);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
  column->addWidget(buttons);
  connect(words, &QLineEdit::textChanged, this, [table](const QString& text) {
    for (int row = 0; row < table->rowCount(); ++row) {
      bool shown = text.isEmpty();
      for (int i = 0; i < 4 && !shown; ++i) shown = table->item(row, i)->text().contains(text, Qt::CaseInsensitive);
      table->setRowHidden(row, !shown);
    }
  });
}

}  // namespace console
