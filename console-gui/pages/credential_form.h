// CredentialForm: a new CHAP credential: of which initiator, for which target, why. A strip above the table.
//
// What is made is a change set of its own, by the API; the server makes the secret. Hidden until it is opened. The UI
// thread.
#pragma once

#include <QFrame>

#include "console-gui/model/known_names.h"
#include "console-gui/model/workspace.h"

class QCheckBox;
class QLineEdit;
class QPushButton;

namespace console {

class NameLine;

class CredentialForm : public QFrame {
  Q_OBJECT

 public:
  explicit CredentialForm(Workspace& workspace, QWidget* parent = nullptr);
  // With what is selected in it. The workspace has a SAN.
  void open();
  // The SAN has moved on: others can be named.
  void follow();
  // `why`: why nothing can be made now; empty: it can.
  void allow(const QString& why);

 signals:
  void left();

 private:
  void look();
  void make();
  void tell(const QString& title, const QString& detail, Notice::Level level);

  Workspace& workspace_;
  KnownNames initiators_, targets_;
  NameLine* initiator_;
  NameLine* target_;
  QCheckBox* mutual_;
  QLineEdit* reason_;
  QLineEdit* ticket_;
  QPushButton* make_;
  QString why_;
  bool making_ = false;                          // it is asked for, and not answered
  std::pair<std::string, std::string> stopped_;  // by a guard that a reason lifts, as he was told
};

}  // namespace console
