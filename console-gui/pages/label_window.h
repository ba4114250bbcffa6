// LabelWindow: labels of cables as sheets to print: which cables, on which sheet, seen page by page, saved as PDF or as
// a table for a label printer.
//
// Not modal; shows what is shown (Workspace::shown()). The UI thread: cables are few beside what else a SAN has.
#pragma once

#include <QDialog>

#include "console-gui/canvas/label_sheet.h"
#include "console-gui/model/workspace.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace console {

class LabelWindow : public QDialog {
  Q_OBJECT

 public:
  explicit LabelWindow(Workspace& workspace, QWidget* parent = nullptr);

  [[nodiscard]] const std::vector<CableLabel>& labels() const { return labels_; }
  // Empty: saved. The format by the ending of the name: .pdf, .csv.
  QString saveTo(const QString& path);

 private:
  class Sheet;

  QWidget* makeTools();
  void look();
  void turn(int pages);
  void save(const QString& suffix);
  [[nodiscard]] const LabelSheet& sheet() const;
  [[nodiscard]] int pages() const;

  Workspace& workspace_;
  std::vector<CableLabel> labels_;
  int page_ = 0;
  QComboBox* scope_ = nullptr;
  QComboBox* sheets_ = nullptr;
  QSpinBox* first_ = nullptr;
  Sheet* view_ = nullptr;
  QLabel* count_ = nullptr;
  QPushButton* before_ = nullptr;
  QPushButton* after_ = nullptr;
  QPushButton* pdf_ = nullptr;
  QPushButton* csv_ = nullptr;
};

}  // namespace console
