// ReportsPage: a report is chosen, with its data cut and its scope; what is in it is shown before anything is saved:
// the rows, how many, and how complete. Then it is saved as CSV or JSON, or a server makes and signs an evidence pack
// of the same cut and scope. A second part checks packs that are on the disk.
//
// A report stays at its revision while the SAN goes on; it is made anew when somebody says so. Everything is worked out
// and written off the UI thread. The UI thread.
#pragma once

#include <QDate>

#include "console-gui/model/access_task.h"
#include "console-gui/model/report_model.h"
#include "console-gui/pages/page.h"
#include "console-gui/report/pack_check.h"
#include "console-gui/report/save_queue.h"
#include "console-gui/widgets/choice_box.h"

class QComboBox;
class QDateEdit;
class QFrame;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTableView;
class QTextBrowser;

namespace console {

class StateBadge;

class ReportsPage : public Page {
  Q_OBJECT

 public:
  enum class Part : std::uint8_t { Report, Verify };
  enum class Format : std::uint8_t { Csv, Json, Pdf, Pack };
  // Asks for a file; empty: nobody chose one.
  using Choose = std::function<QString(const QString& title, const QString& proposed, const QString& kinds)>;

  explicit ReportsPage(Workspace& workspace, QWidget* parent = nullptr);
  [[nodiscard]] QString title() const override { return tr("Reports"); }
  [[nodiscard]] bool isBusy() const override {
    return fetching_ || making_.isBusy() || downloading_ || saving_.isBusy() || checking_.isBusy();
  }

  void showPart(Part part);
  void choose(ReportKind kind);
  [[nodiscard]] const ReportModel& model() const { return model_; }
  // In place of the dialogs of the system; for tests.
  void setChoosers(Choose save, Choose open);

  // What can be done, and why not: a sentence; empty, it can.
  void save(Format format);
  [[nodiscard]] QString whyNoSave(Format format) const;
  void verify();
  [[nodiscard]] QString whyNoVerify() const;
  void checkFile(const QString& path);
  void takeKeys();
  [[nodiscard]] QString whyNoKeys() const;
  void makeAnew();

 protected:
  void showEvent(QShowEvent* event) override;
  void refresh(const ViewPtr& view) override;
  void refreshMarks() override;

 private:
  QWidget* makeReportPart();
  QWidget* makeOptions(QWidget* parent);
  QWidget* makeVerifyPart();
  void fill(QComboBox& box, const Choices& choices);
  void fillCuts();
  void fillLabels();
  // A period that nobody changed is that of the days before `today`: a console is open for weeks.
  void followDay(QDate today);
  void make();
  void work(SnapshotPtr cut, SnapshotPtr before);
  void showReport();
  // Why there is none, in its place.
  void showFault(const QString& fault);
  void write(const QString& path, std::shared_ptr<const std::string> bytes);
  void download(Format format, const QString& path, const ReportTable& report);
  void showCheck(const PackCheck& check);
  void showResult(const QString& html);
  [[nodiscard]] ReportKind kind() const;
  // Nothing where the kind has none: fields that are hidden do not count.
  [[nodiscard]] ReportScope scope() const;
  [[nodiscard]] std::vector<evidence::Fingerprint> keys(bool* wrong) const;

  ReportModel model_;
  AccessTask<ReportPtr> making_;
  SaveQueue saving_;
  AccessTask<PackCheck> checking_;
  Choose chooseSave_, chooseOpen_;
  QTabBar* tabs_ = nullptr;
  QStackedWidget* parts_ = nullptr;
  QListWidget* kinds_ = nullptr;
  QLabel* heading_ = nullptr;
  QLabel* meaning_ = nullptr;
  QComboBox* cut_ = nullptr;
  QComboBox* before_ = nullptr;
  QLabel* beforeWord_ = nullptr;
  QComboBox* label_ = nullptr;
  QLineEdit* host_ = nullptr;
  QLineEdit* unit_ = nullptr;
  QDateEdit* from_ = nullptr;
  QDateEdit* to_ = nullptr;
  QDate today_;  // by which the period was last set
  QLabel* fromWord_ = nullptr;
  QLabel* toWord_ = nullptr;
  QPushButton* anew_ = nullptr;
  QLabel* counts_ = nullptr;
  StateBadge* complete_ = nullptr;
  QLabel* statement_ = nullptr;
  QTableView* table_ = nullptr;
  QLabel* empty_ = nullptr;
  std::array<QPushButton*, 4> saves_{};
  QLabel* signed_ = nullptr;
  QLineEdit* keys_ = nullptr;
  QPushButton* takeKeys_ = nullptr;
  QPushButton* verify_ = nullptr;
  StateBadge* verdict_ = nullptr;
  QTextBrowser* result_ = nullptr;
  QString shownResult_;  // in it
  std::optional<PackCheck> check_;
  std::uint64_t asked_ = 0;
  bool fetching_ = false, downloading_ = false, filling_ = false;
};

}  // namespace console
