// ZoningPage: zones at the left, who can be in them in the middle, the draft and what it does at the right, change sets
// below, beside what the chosen one would do.
//
// What is dropped, picked, pasted or typed becomes a deed on the workspace's draft (model/zone_edits.h). Names are
// asked in a line in place, no dialogue. Everything goes by keyboard: Enter on the lists adds to the chosen zone, Del
// takes out.
#pragma once

#include "console-gui/model/change_effect.h"
#include "console-gui/model/change_list.h"
#include "console-gui/model/member_list.h"
#include "console-gui/model/zone_tree.h"
#include "console-gui/pages/page.h"

class QLabel;
class QPushButton;
class QTableView;
class QTextBrowser;
class QTreeView;

namespace console {

class AskStrip;
class DraftPane;

class ZoningPage : public Page {
  Q_OBJECT

 public:
  explicit ZoningPage(Workspace& workspace, QWidget* parent = nullptr);
  ~ZoningPage() override;
  [[nodiscard]] QString title() const override { return tr("Zoning"); }
  [[nodiscard]] bool isBusy() const override { return changes_.isBusy() || effect_.isBusy(); }

  // What the actions of the registry do here; a sentence says why not, empty: it can be done.
  void newZone();
  void newZoneSet();
  void putIntoSet();
  [[nodiscard]] QString whyNoPutIntoSet() const;
  void newCluster();
  [[nodiscard]] QString whyNoNewCluster() const;
  void renameSelected();
  [[nodiscard]] QString whyNoRename() const;
  void deleteSelected();
  [[nodiscard]] QString whyNoDelete() const;
  void beginSubmit();
  void rebase();
  void approveChosen();
  void commitChosen();
  void confirmChosen();
  void rollBackChosen();
  [[nodiscard]] QString whyNoApprove() const;
  [[nodiscard]] QString whyNoCommit() const;
  [[nodiscard]] QString whyNoConfirm() const;
  [[nodiscard]] QString whyNoRollBack() const;

 protected:
  void refresh(const ViewPtr& view) override;
  void refreshMarks() override;
  void showEvent(QShowEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QWidget* makeTree();
  QWidget* makeLists();
  QWidget* makeDraft();
  QWidget* makeChanges();
  void showSans();
  void onIdsMoved(const san::NewIds& moved);
  void followSelection();
  void takeChange();
  void showEffect();
  void askWhyCommitted(const ChangeRow& change, const QString& guard);
  void addToChosen(const std::vector<san::ObjectRef>& objects);
  void onDrop(const std::vector<san::ObjectRef>& objects, san::ObjectRef onto);
  void paste();
  void choose(san::ObjectRef ref);
  [[nodiscard]] san::ObjectRef chosenRow() const;
  [[nodiscard]] san::ObjectRef chosenDomain() const;
  [[nodiscard]] san::ObjectRef chosenSet() const;
  [[nodiscard]] std::vector<san::ObjectRef> pickedMembers() const;
  [[nodiscard]] std::vector<san::ObjectRef> chosenZones() const;
  [[nodiscard]] std::vector<san::ObjectRef> selectedHosts() const;
  [[nodiscard]] const ChangeRow* chosenChange() const;
  [[nodiscard]] QString whyNoDiscard() const;
  [[nodiscard]] QString whyNot(std::string_view right, std::initializer_list<const char*> states) const;
  [[nodiscard]] QString nameOf(san::ObjectRef ref) const;

  ZoneTree tree_;
  MemberList initiators_{MemberList::Side::Initiators};
  MemberList targets_{MemberList::Side::Targets};
  ChangeList& changes_;  // the workspace's
  ChangeEffect effect_;
  QTreeView* treeView_ = nullptr;
  QTableView* initiatorView_ = nullptr;
  QTableView* targetView_ = nullptr;
  QTableView* changeView_ = nullptr;
  QTextBrowser* effectView_ = nullptr;
  QLabel* listsHeading_ = nullptr;
  QPushButton* add_ = nullptr;
  QPushButton* enable_ = nullptr;
  DraftPane* draft_ = nullptr;
  AskStrip* ask_ = nullptr;
  QPushButton* approve_ = nullptr;
  QPushButton* commit_ = nullptr;
  QPushButton* confirm_ = nullptr;
  QPushButton* rollBack_ = nullptr;
  QPushButton* discard_ = nullptr;
  san::ObjectRef chosen_;     // of the tree, by who uses it or by the selection; its row may have gone
  san::ObjectRef picked_;     // the selection where it was made in the lists of members; the tree does not follow it
  san::ObjectRef followed_;   // the selection that the change sets have followed
  std::uint64_t wanted_ = 0;  // the change set that is to be chosen when its row comes; 0: none
  QString shownEffect_;
  bool choosing_ = false, following_ = false;
  bool sansDue_ = false;  // what the tree shows is not the draft any more
};

}  // namespace console
