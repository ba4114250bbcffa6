// ImportWindow: a file as a grid before anything of it is done: what is wrong in which cell, what is left out, and then
// all of it as one step of the draft, or nothing.
//
// Not modal: the SAN goes on behind it, and the rows are judged on it again when it or the draft changes. The UI
// thread. It closes when another
// source is opened.
#pragma once

#include <QDialog>

#include "console-gui/model/import_model.h"
#include "console-gui/model/workspace.h"

class QCheckBox;
class QComboBox;
class QFrame;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabBar;
class QTableView;

namespace console {

class PutBar;

class FlowLayout;

class ImportWindow : public QDialog {
  Q_OBJECT

 public:
  explicit ImportWindow(Workspace& workspace, QWidget* parent = nullptr);

  void openFile(const QString& path) { model_.open(path); }
  void chooseFile();
  [[nodiscard]] ImportModel& model() { return model_; }

 private:
  void makeTop(QWidget* part);
  QWidget* makeEmpty();
  QWidget* makeGrid();
  void showFile();
  void showChoices();
  void showVerdict();
  void showReason();
  void judgeOnDraft();
  void followSan();
  void putIntoDraft();
  [[nodiscard]] QString whyNot() const;

  Workspace& workspace_;
  ImportModel model_;
  ImportFilter rows_;
  QLabel* file_;
  QLabel* kindWord_;
  QComboBox* kind_;
  QStackedWidget* body_;
  QLabel* emptyTitle_;
  QLabel* emptyText_;
  QFrame* choices_;
  FlowLayout* choiceRow_;
  QTabBar* sheets_;
  QLabel* counts_;
  QCheckBox* onlyWrong_;
  QPushButton* leaveOut_;
  QTableView* table_;
  QLabel* reason_;
  PutBar* end_;
  bool filling_ = false;
};

}  // namespace console
