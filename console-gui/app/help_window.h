// HelpWindow: everything that can be done, with its key, what it does and its sanctl command, from the action table.
#pragma once

#include <QDialog>

#include "console-gui/actions/action_registry.h"

namespace console {

class HelpWindow : public QDialog {
  Q_OBJECT

 public:
  HelpWindow(const ActionRegistry& registry, QWidget* parent);
};

}  // namespace console
