#include "console-gui/actions/action_registry.h"

#include <QCoreApplication>
#include <QMenu>
#include <QMenuBar>
#include <QShortcut>
#include <QWidget>

namespace console {
namespace {

QString translated(const char* text) { return QCoreApplication::translate("Actions", text); }

constexpr std::array kMenus{QT_TRANSLATE_NOOP("Actions", "&File"),   QT_TRANSLATE_NOOP("Actions", "&Go"),
                            QT_TRANSLATE_NOOP("Actions", "&View"),   QT_TRANSLATE_NOOP("Actions", "&Object"),
                            QT_TRANSLATE_NOOP("Actions", "&Draft"),  QT_TRANSLATE_NOOP("Actions", "&Help")};

}  // namespace

QString ActionRegistry::textOf(ActionId id) { return translated(rowOf(id).text); }
QString ActionRegistry::helpOf(ActionId id) { return translated(rowOf(id).help); }

ActionRegistry::ActionRegistry(QWidget& window) : QObject(&window) {
  for (const ActionRow& row : kActionTable) {
    const auto at = static_cast<std::size_t>(row.id);
    auto* action = new QAction(textOf(row.id), &window);
    action->setObjectName(QString::fromLatin1(row.name));
    action->setWhatsThis(helpOf(row.id));
    const QKeySequence keys = QKeySequence::fromString(QString::fromLatin1(row.shortcut));
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, [this, at] {
      if (bindings_[at].run) bindings_[at].run();
      refresh();
    });
    window.addAction(action);
    actions_[at] = action;
    if (keys.isEmpty()) continue;
    // Its keys while it is disabled: they say why.
    auto* refusal = new QShortcut(keys, &window);
    refusal->setEnabled(false);
    connect(refusal, &QShortcut::activated, this, [this, id = row.id] { emit refused(textOf(id), whyNot(id)); });
    refusals_[at] = refusal;
  }
  refresh();
}

void ActionRegistry::bind(ActionId id, Binding binding) {
  bindings_[static_cast<std::size_t>(id)] = std::move(binding);
}

QString ActionRegistry::whyNot(ActionId id) const {
  const Binding& binding = bindings_[static_cast<std::size_t>(id)];
  if (!binding.run) return tr("There is nothing that this could be done with here.");
  return binding.whyNot ? binding.whyNot() : QString();
}

void ActionRegistry::fill(QMenuBar& bar) const {
  for (std::size_t menu = 0; menu < kMenus.size(); ++menu) {
    QMenu* made = bar.addMenu(translated(kMenus[menu]));
    made->setToolTipsVisible(true);
    for (const ActionRow& row : kActionTable) {
      if (row.menu == static_cast<Menu>(menu)) made->addAction(action(row.id));
    }
  }
}

void ActionRegistry::refresh() {
  for (const ActionRow& row : kActionTable) {
    const auto at = static_cast<std::size_t>(row.id);
    const QString why = whyNot(row.id);
    QAction* action = actions_[at];
    action->setEnabled(why.isEmpty());
    if (bindings_[at].text) {
      if (const QString text = bindings_[at].text(); !text.isEmpty()) action->setText(text);
    }
    const QString help = helpOf(row.id);
    action->setToolTip(why.isEmpty() ? help : tr("%1\nNot now: %2").arg(help, why));
    action->setStatusTip(why.isEmpty() ? help : tr("Not now: %1").arg(why));
    if (refusals_[at] != nullptr) refusals_[at]->setEnabled(!why.isEmpty());
  }
}

}  // namespace console
