// AccessPage: who reaches what: the access matrix of hosts and logical units, questions, time travel, and the proof of
// a cell.
//
// Above the matrix: the questions (saved ones and ours), rows, columns, order and groups, the revision, the comparison
// with another one. At the right: an overview of the whole and the why panel. Follows the filter and the selection of
// the workspace. The UI thread.
#pragma once

#include <QPointer>

#include "console-gui/canvas/matrix_overview.h"
#include "console-gui/model/access_model.h"
#include "console-gui/model/access_questions.h"
#include "console-gui/pages/page.h"
#include "console-gui/report/save_queue.h"
#include "console-gui/widgets/why_panel.h"

class QComboBox;
class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace console {

class AccessPage : public Page {
  Q_OBJECT

 public:
  explicit AccessPage(Workspace& workspace, QWidget* parent = nullptr);
  ~AccessPage() override;

  [[nodiscard]] QString title() const override { return tr("Access"); }
  [[nodiscard]] bool isBusy() const override;
  [[nodiscard]] MatrixCanvas& canvas() { return *canvas_; }
  [[nodiscard]] AccessModel& model() { return model_; }
  [[nodiscard]] WhyPanel& why() { return *why_; }

  // The actions of the page, for buttons and the registry.
  void ask(const AccessQuestion& question);
  void askWhy();          // to the proof of the current cell
  void chooseRevision();  // time travel, by a small popup
  void chooseComparison();
  void backToPresent();
  // To a file; an empty path asks where.
  void exportPng(const QString& path);
  void exportSvg(const QString& path);
  void exportCsv(const QString& path);

 signals:
  void inspect(san::ObjectRef object);

 protected:
  void refresh(const ViewPtr& view) override;
  void refreshMarks() override;
  bool event(QEvent* event) override;

 private:
  QWidget* makeBar();
  QWidget* makeStrip();
  QWidget* makeSide();
  QComboBox* choice(const QString& name, const QStringList& entries);
  void readOptions();
  void showOptions();  // as the model has them
  void fillQuestions();
  void fillTime();
  void fillComparison();
  void showState();
  void showWhy();
  void focusWhy();
  void askRevision(const QString& what, std::function<void(san::Revision)> done);
  // Makes and writes it off the UI thread; a notice tells how it went. Nothing made: it was too large.
  void save(const QString& path, std::function<QByteArray()> make);
  QString pathFor(const QString& path, const QString& ending, const QString& kind);  // asks where none is given

  AccessModel model_;
  MatrixCanvas* canvas_;
  MatrixOverview* overview_;
  WhyPanel* why_;
  QStackedWidget* stack_;
  QLabel *emptyTitle_, *emptyText_;
  QPushButton* emptyAction_;
  QComboBox *rows_, *columns_, *order_, *rowGroup_, *columnGroup_;
  QToolButton *questions_, *time_, *export_;
  QFrame* strip_;
  QLabel* stripText_;
  QPushButton *stripOnly_, *stripEnd_;
  SaveQueue exporting_;
  bool changedOnly_ = true;  // in the next comparison
  QPointer<QWidget> askedFrom_;  // had the focus when a proof was asked for that is not there yet
};

}  // namespace console
