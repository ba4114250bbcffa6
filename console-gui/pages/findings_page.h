// FindingsPage: what the rules have found, by rule and cause at the left; at the right what one means, its facts and
// objects, and what can be done: mend it as a draft, waive it until a day, the same with sanctl.
//
// Mends and waivers are edits of the workspace's draft: nothing takes effect before that is committed. The UI thread.
#pragma once

#include "console-gui/model/finding_tree.h"
#include "console-gui/pages/page.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTextBrowser;
class QTreeView;

namespace console {

class AskStrip;

class FindingsPage : public Page {
  Q_OBJECT

 public:
  explicit FindingsPage(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] QString title() const override { return tr("Findings"); }

  // Only those of these rules ("R08"); none: of every rule.
  void showRules(const QStringList& rules);
  // What can be done with the chosen finding; a sentence says why not, empty: it can.
  void mendChosen();
  void waiveChosen();
  [[nodiscard]] QString whyNoMend() const;
  [[nodiscard]] QString whyNoWaive() const;

 protected:
  void refresh(const ViewPtr& view) override;
  void refreshMarks() override;

 private:
  QWidget* makeFilters();
  QWidget* makeDetail();
  void applyFilter();
  void showChosen();
  void copy(QString (*command)(const san::Snapshot&, const san::Finding&));
  [[nodiscard]] const san::Finding* chosen() const;
  [[nodiscard]] san::Seconds now() const;

  FindingTree tree_;
  QTreeView* treeView_ = nullptr;
  QLabel* counts_ = nullptr;
  QLabel* empty_ = nullptr;
  QComboBox* severity_ = nullptr;
  QComboBox* rule_ = nullptr;
  QComboBox* state_ = nullptr;
  QLineEdit* words_ = nullptr;
  QLabel* heading_ = nullptr;
  QTextBrowser* detail_ = nullptr;
  QPushButton* mend_ = nullptr;
  QPushButton* waive_ = nullptr;
  QPushButton* copy_ = nullptr;
  AskStrip* ask_ = nullptr;
  // What is chosen, by rule and cause: it stays so in the next View.
  std::string rulesKey_, causeKey_;
  QString lastHtml_;
  bool choosing_ = false;
};

}  // namespace console
