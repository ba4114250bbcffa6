// ActivityPage: what happens and what has happened: the live feed (model/feed.h) and the audit log of the source
// (model/audit_model.h), with what a line says at the right, and the way to its object, its revision and its change set.
//
// The feed collects also while the page is hidden; records are asked for when somebody sees the history. The UI thread.
#pragma once

#include "console-gui/model/audit_model.h"
#include "console-gui/model/feed.h"
#include "console-gui/pages/page.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTableView;
class QTextBrowser;

namespace console {

class ActivityPage : public Page {
  Q_OBJECT

 public:
  enum class Part : std::uint8_t { Live, History };

  explicit ActivityPage(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] QString title() const override { return tr("Activity"); }
  [[nodiscard]] bool isBusy() const override { return comparing_ || (part() == Part::History && audit_.isBusy()); }

  void showPart(Part part);
  [[nodiscard]] Part part() const;
  [[nodiscard]] FeedList& feed() { return feed_; }
  [[nodiscard]] AuditModel& audit() { return audit_; }

  // What can be done, and why not: a sentence; empty, it can.
  void togglePause();
  void loadOlder();
  [[nodiscard]] QString whyNoOlder() const;
  void showObject();
  [[nodiscard]] QString whyNoObject() const;
  void showThen();
  [[nodiscard]] QString whyNoThen() const;
  void showChange();
  [[nodiscard]] QString whyNoChange() const;
  void compare();
  [[nodiscard]] QString whyNoCompare() const;

 protected:
  void refresh(const ViewPtr& view) override;
  void refreshMarks() override;

 private:
  // What a chosen line is about.
  struct About {
    san::Revision revision = 0;  // 0: nothing is chosen
    san::ObjectRef object;
    san::ObjectRef change;
    bool gone = false;  // the object was there in the revision before alone
  };
  QWidget* makeFeed();
  QWidget* makeHistory();
  QWidget* makeDetail();
  void applyFeedFilter();
  void applyAuditFilter();
  void fillActors();
  void showCounts();
  void showChosen();
  void setDetail(const QString& html);
  void copyCommand();
  [[nodiscard]] About about() const;
  [[nodiscard]] const FeedEntry* chosenEntry() const;
  [[nodiscard]] const AuditRow* chosenRecord() const;

  FeedList& feed_;  // the workspace's
  FeedFilter feedFilter_;
  AuditModel audit_;
  QTabBar* tabs_ = nullptr;
  QStackedWidget* parts_ = nullptr;
  QLabel* counts_ = nullptr;
  QTableView* feedView_ = nullptr;
  QLabel* feedEmpty_ = nullptr;
  QComboBox* kind_ = nullptr;
  QComboBox* feedActor_ = nullptr;
  QPushButton* pause_ = nullptr;
  QTableView* auditView_ = nullptr;
  QLabel* auditEmpty_ = nullptr;
  QComboBox* event_ = nullptr;
  QLineEdit* actor_ = nullptr;
  QLineEdit* object_ = nullptr;
  QComboBox* time_ = nullptr;
  QPushButton* older_ = nullptr;
  QPushButton* again_ = nullptr;
  QLabel* heading_ = nullptr;
  QTextBrowser* detail_ = nullptr;
  QPushButton* showObject_ = nullptr;
  QPushButton* showThen_ = nullptr;
  QPushButton* showChange_ = nullptr;
  QPushButton* compare_ = nullptr;
  QPushButton* copy_ = nullptr;
  // What the two revisions of the chosen line differ in; empty: not asked for.
  san::Revision compared_ = 0;
  QString difference_, lastHtml_;
  bool comparing_ = false;
};

}  // namespace console
