// DraftPane: what the draft changes and what that does, live: steps as lines of the difference, the impact in hosts x
// logical units, what findings appear or clear, what stands against a commit; below it the reason, the ticket and Submit.
//
// The UI thread; it shows what the draft has worked out off it, and says while that is of an earlier step.
#pragma once

#include <QWidget>

#include "console-gui/model/workspace.h"
#include "console-gui/widgets/state_badge.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QTextBrowser;

namespace console {

class DraftPane : public QWidget {
  Q_OBJECT

 public:
  explicit DraftPane(Workspace& workspace, QWidget* parent = nullptr);
  // The reason gets the focus.
  void beginSubmit();
  // The reason and the ticket were of something that is not here any more: submitted, or of another source.
  void forgetWords();

 signals:
  void submitted(const QString& title, const QString& reason, const QString& ticket);
  void rebaseWanted();

 private:
  void refresh();
  void submit();
  // Where it is another text: the same again would lose the place and what is marked.
  void showEffect(const QString& html);

  Workspace& workspace_;
  QLabel* heading_;
  StateBadge* state_;
  QTextBrowser* effect_;
  QString shown_;  // in it
  QLineEdit* reason_;
  QLineEdit* ticket_;
  QPushButton* submit_;
  QPushButton* rebase_;
};

}  // namespace console
