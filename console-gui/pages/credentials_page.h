// CredentialsPage: CHAP credentials: who proves himself to whom, how old the secret is, how a change of it stands.
//
// No secret is here, and none can be: the server makes them and gives each to the agent whose end needs it. What a
// foreign end must be told is shown by `sanctl chap reveal` alone, on a terminal, once; here stands its command. The
// table is of the snapshot, the detail is asked for. Deeds are routes of the API, with a reason; a new credential is a
// change set of its own, and what a domain or a target demands is an edit of the draft. The UI thread.
#pragma once

#include "console-gui/model/credential_table.h"
#include "console-gui/model/rotation_list.h"
#include "console-gui/pages/credential_detail.h"
#include "console-gui/pages/page.h"

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;
class QTextBrowser;

namespace console {

class AskStrip;
class CredentialForm;

class CredentialsPage : public Page {
  Q_OBJECT

 public:
  explicit CredentialsPage(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] QString title() const override { return tr("Credentials"); }
  [[nodiscard]] bool isBusy() const override { return rotations_.isBusy() || asking_ != 0; }

  // What the actions of the registry do here; a sentence says why not, empty: it can be done.
  void newCredential();
  void rotateChosen();
  void rotateOld();
  void cancelChosen();
  void retireChosen();
  void pauseOrResume();
  void endBatch();
  void showPolicy();
  [[nodiscard]] QString whyNoNew() const;
  [[nodiscard]] QString whyNoRotate() const;
  [[nodiscard]] QString whyNoRotateOld() const;
  [[nodiscard]] QString whyNoCancel() const;
  [[nodiscard]] QString whyNoRetire() const;
  [[nodiscard]] QString whyNoPause() const;
  [[nodiscard]] QString whyNoPolicy() const;

 protected:
  void refresh(const ViewPtr& view) override;
  void refreshMarks() override;

 private:
  QWidget* makeTable();
  QWidget* makeDetail();
  QWidget* makeBatches();
  // On these, whatever is chosen when the question is answered.
  // `deed`: what its button says.
  void step(const QString& deed, const QString& action, const std::vector<CredentialRow>& some, const QString& reason);
  void showChosen();
  void askDetail(const CredentialRow& row);
  void forgetDetail();
  [[nodiscard]] std::vector<CredentialRow> chosen() const;
  [[nodiscard]] const RotationRow* chosenBatch() const;
  [[nodiscard]] QString whyNoManage() const;

  CredentialTable table_;
  RotationList rotations_;
  QLabel* counts_ = nullptr;
  QTableView* view_ = nullptr;
  QComboBox* show_ = nullptr;
  AskStrip* ask_ = nullptr;
  CredentialForm* form_ = nullptr;
  QPushButton* new_ = nullptr;
  QPushButton* rotate_ = nullptr;
  QPushButton* cancel_ = nullptr;
  QPushButton* retire_ = nullptr;
  QPushButton* old_ = nullptr;
  QLabel* heading_ = nullptr;
  QTextBrowser* detail_ = nullptr;
  QPushButton* copy_ = nullptr;
  QPushButton* policy_ = nullptr;
  QTableView* batches_ = nullptr;
  QPushButton* pause_ = nullptr;
  QPushButton* end_ = nullptr;
  std::optional<CredentialRow> askedFor_;
  std::optional<CredentialDetail> asked_;
  QString shown_;
  int asking_ = 0;
  bool choosing_ = false;
};

}  // namespace console
