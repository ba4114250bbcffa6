// AskStrip: a question in place, above what it is about: a line of text, with a day beside it where one is needed, a
// button that does it and one that leaves it. Enter does it, Esc leaves it; the focus goes back to where it was.
//
// Hidden until it asks. When another source is opened it leaves: what was begun on one is not done on another. The UI
// thread.
#pragma once

#include <QDate>
#include <QFrame>
#include <QPointer>
#include <functional>

class QDateEdit;
class QLabel;
class QLineEdit;
class QPushButton;

namespace console {

class Workspace;

class AskStrip : public QFrame {
  Q_OBJECT

 public:
  explicit AskStrip(Workspace& workspace, QWidget* parent = nullptr);

  // `done` gets a text that is not empty; `proposed` stands there to begin with.
  void ask(const QString& question, const QString& action, std::function<void(const QString& text)> done,
           const QString& proposed = {});
  // With the last day that it holds, which lies after today.
  void askUntil(const QString& question, const QString& action, QDate proposed,
                std::function<void(const QString& text, QDate until)> done);
  void leave();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void open(const QString& question, const QString& action, const QString& proposed);
  void carryOut();

  QLabel* question_;
  QLineEdit* text_;
  QLabel* untilWord_;
  QDateEdit* until_;
  QPushButton* do_;
  std::function<void(const QString&, QDate)> done_;
  QPointer<QWidget> focusBefore_;
};

}  // namespace console
