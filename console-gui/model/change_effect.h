// ChangeEffect: what a change set would do, in the server's words, for whoever approves or commits it.
//
// Asked of the source when another change set is chosen, or the chosen one has another version; and again, after a
// while, when the SAN has moved or the link is back: one question at a time. What is shown stays until the answer
// comes, and hash() binds an approval to it: the server refuses it when the effect has become another one. The UI
// thread.
#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

#include "console-gui/model/change_list.h"

namespace console {

class ChangeEffect : public QObject {
  Q_OBJECT

 public:
  explicit ChangeEffect(Workspace& workspace, QObject* parent = nullptr);

  // nullptr, or one that has taken effect: none.
  void choose(const ChangeRow* row);
  [[nodiscard]] bool isChosen() const { return id_ != 0; }
  [[nodiscard]] bool isBusy() const { return isChosen() && (asking_ || again_.isActive()); }
  // Why it is not known, as a sentence; empty: it is.
  [[nodiscard]] QString whyUnknown() const;
  // Sentences: what stands against a commit, and who gains or loses what.
  [[nodiscard]] const QStringList& objections() const { return objections_; }
  [[nodiscard]] const QStringList& sentences() const { return sentences_; }
  [[nodiscard]] const std::string& hash() const { return hash_; }

 signals:
  void changed();

 private:
  void forget();
  void askAgain();
  void ask();
  void take(const Answer& answer);

  Workspace& workspace_;
  QTimer again_;
  std::uint64_t id_ = 0, version_ = 0;
  std::uint64_t question_ = 0;  // the newest: answers to earlier ones count no more
  bool known_ = false;
  bool asking_ = false;
  bool due_ = false;   // what is asked now is of a SAN that has moved since
  bool live_ = false;  // the link, when it was last heard of
  QString why_;
  QStringList objections_, sentences_;
  std::string hash_;
};

}  // namespace console
