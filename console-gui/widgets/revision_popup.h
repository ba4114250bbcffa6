// RevisionPopup: asks for a revision by its number or a time, in a line that says at once what it does not understand.
//
// Goes when it is answered, or by Esc. The workspace has a SAN. The UI thread.
#pragma once

#include <QFrame>
#include <functional>

#include "console-gui/model/workspace.h"

class QLabel;
class QLineEdit;

namespace console {

class RevisionPopup : public QFrame {
  Q_OBJECT

 public:
  RevisionPopup(Workspace& workspace, const QString& what, std::function<void(san::Revision)> done, QWidget* parent);
  void showBelow(const QWidget& widget);

 private:
  void take();

  Workspace& workspace_;
  std::function<void(san::Revision)> done_;
  QLineEdit* line_;
  QLabel* says_;
};

}  // namespace console
