// ChangeEffect: what a change set would do, in the server's words, for whoever approves or commits it.
//
// Asked of the source when another change set is chosen, or the chosen one has another version. hash() binds an
// approval to what is shown: the server refuses it when the effect has become another one. The UI thread.
#pragma once

#include <QObject>
#include <QStringList>

#include "console-gui/model/change_list.h"

namespace console {

class ChangeEffect : public QObject {
  Q_OBJECT

 public:
  explicit ChangeEffect(Workspace& workspace, QObject* parent = nullptr);

  // nullptr, or one that has taken effect: none.
  void choose(const ChangeRow* row);
  [[nodiscard]] bool isChosen() const { return id_ != 0; }
  [[nodiscard]] bool isBusy() const { return isChosen() && why_.isEmpty() && !known_; }
  // Why it is not known, as a sentence; empty: it is.
  [[nodiscard]] QString whyUnknown() const;
  // Sentences: what stands against a commit, and who gains or loses what.
  [[nodiscard]] const QStringList& objections() const { return objections_; }
  [[nodiscard]] const QStringList& sentences() const { return sentences_; }
  [[nodiscard]] const std::string& hash() const { return hash_; }

 signals:
  void changed();

 private:
  void take(const Answer& answer);

  Workspace& workspace_;
  std::uint64_t id_ = 0, version_ = 0;
  bool known_ = false;
  QString why_;
  QStringList objections_, sentences_;
  std::string hash_;
};

}  // namespace console
