// AskStrip: a question in place, above what it is about: a line of text, with a day beside it where one is needed, a
// button that does it and one that leaves it. Enter does it, Esc leaves it; the focus goes back to where it was.
//
// Hidden until it asks. What a person asks for takes the place of the question before; what comes by itself waits until
// that is answered or left. When another source is opened it leaves: what was begun on one is not done on another; so
// it does when an id of what it is about has become that of another object (Draft::idsMoved). The UI thread. Bound:
// kMostWaiting; the oldest that waits goes first.
#pragma once

#include <QDate>
#include <QFrame>
#include <QPointer>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "shared/san/ids.h"

class QDateEdit;
class QLabel;
class QLineEdit;
class QPushButton;

namespace console {

class Workspace;

class AskStrip : public QFrame {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostWaiting = 8;

  explicit AskStrip(Workspace& workspace, QWidget* parent = nullptr);

  // `done` gets a text that is not empty; `proposed` stands there to begin with; `about`: the objects that it is done
  // on.
  void ask(const QString& question, const QString& action, std::function<void(const QString& text)> done,
           const QString& proposed = {}, std::vector<san::ObjectRef> about = {});
  // With the last day that it holds, which lies after today.
  void askUntil(const QString& question, const QString& action, QDate proposed,
                std::function<void(const QString& text, QDate until)> done);
  // What an answer of the server wants to know, whenever that comes: it waits while another question is open, and takes
  // the focus from nobody who types. The same question is asked once.
  void askWhenFree(const QString& question, const QString& action, std::function<void(const QString& text)> done);
  void leave();

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Question {
    QString text, action, proposed;
    std::optional<QDate> until;
    std::function<void(const QString&, QDate)> done;
    std::vector<san::ObjectRef> about = {};
  };
  void open(const Question& question, bool takesFocus);
  void openNext();
  void close();
  void carryOut();

  QLabel* question_;
  QLineEdit* text_;
  QLabel* untilWord_;
  QDateEdit* until_;
  QPushButton* do_;
  std::function<void(const QString&, QDate)> done_;
  std::vector<san::ObjectRef> about_;
  std::deque<Question> waiting_;
  QPointer<QWidget> focusBefore_;
};

}  // namespace console
