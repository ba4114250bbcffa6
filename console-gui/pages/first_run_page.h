// FirstRunPage: three doors: the demo SAN, a server, a saved file. Shown where nothing is open, with why the last one
// could not be opened.
//
// Connecting is two steps in place, no dialogue: the certificate of a server that nobody knows yet is shown with its
// fingerprint and has to be accepted; then the login. The password field is emptied at once; the token goes into the
// system's key ring (login_keeper.h) if that is wanted.
#pragma once

#include <QWidget>
#include <memory>

#include "console-gui/client/server_entry.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace console {

class FirstRunPage : public QWidget {
  Q_OBJECT

 public:
  explicit FirstRunPage(QWidget* parent = nullptr);

  // Servers whose authority was accepted before (a setting of the owner).
  void setKnown(std::vector<ServerPlace> places);
  // Why there is nothing open.
  void setFault(const QString& fault);
  void setAddress(const QString& address);
  // From the address on, as somebody wants to connect: the authority that was looked at may be another one by now.
  void begin();
  // What a new page would not know: a certificate that is looked at, a login that is written or under way.
  [[nodiscard]] bool isUnderWay() const;
  // Something else was opened: what is still to be answered opens nothing.
  void giveUp();

 signals:
  void demoWanted();
  void fileWanted();
  // The owner makes a source of it; `keep`: the token may be kept.
  void entered(const console::ServerPlace& place, const base::Secret& token, bool keep);
  void accepted(const console::ServerPlace& place);

 private:
  QWidget* makeDoors();
  QWidget* makeServerForm();
  void askAddress();
  void look();
  void onShown(const base::Result<ShownAuthority, Problem>& shown);
  void logIn();
  void say(const QString& text, bool fault);
  void setBusy(bool busy);

  std::vector<ServerPlace> known_;
  ServerPlace place_;
  std::unique_ptr<ServerAccess> access_;
  std::uint64_t attempt_ = 0;  // answers to earlier ones count no more
  QLabel* fault_;
  QLineEdit* address_;
  QLineEdit* user_;
  QLineEdit* password_;
  QCheckBox* keep_;
  QLabel* fingerprint_;
  QWidget* trust_;
  QWidget* login_;
  QPushButton* next_;
  QPushButton* demo_;
  QLabel* message_;
};

}  // namespace console
