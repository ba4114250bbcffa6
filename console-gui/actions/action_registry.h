// ActionRegistry: the rows of the action table as QActions of a window, each with what it does and why it cannot now.
//
// An action that cannot be done is disabled and says why: in its tooltip, and, when somebody presses its keys anyway, in a
// word of the status bar (refused). The reasons are asked anew by refresh(), which the owner calls when something has
// changed. The UI thread.
#pragma once

#include <QAction>
#include <QObject>
#include <functional>

#include "console-gui/actions/action_table.h"

class QMenuBar;
class QShortcut;

namespace console {

class ActionRegistry : public QObject {
  Q_OBJECT

 public:
  struct Binding {
    std::function<void()> run;
    std::function<QString()> whyNot;  // a sentence; empty or no function: it can be done
    std::function<QString()> text;    // in place of the table's, such as "Undo: add web1"
  };

  explicit ActionRegistry(QWidget& window);

  void bind(ActionId id, Binding binding);
  [[nodiscard]] QAction* action(ActionId id) const { return actions_[static_cast<std::size_t>(id)]; }
  // Empty: it can be done.
  [[nodiscard]] QString whyNot(ActionId id) const;
  // A menu for each Menu, in the order of the table.
  void fill(QMenuBar& bar) const;
  void refresh();

  static QString textOf(ActionId id);
  static QString helpOf(ActionId id);

 signals:
  // Somebody pressed the keys of what cannot be done.
  void refused(const QString& what, const QString& why);

 private:
  std::array<QAction*, kActions> actions_{};
  std::array<QShortcut*, kActions> refusals_{};
  std::array<Binding, kActions> bindings_;
};

}  // namespace console
