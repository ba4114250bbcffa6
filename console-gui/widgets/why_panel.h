// WhyPanel: the proof of one cell: does the host reach the logical unit, by which layers, since when, and what would
// mend it.
//
// setCell() of a View, a host and a unit asks san::why off the UI thread and shows the newest answer. A mend becomes a
// step of the draft (Workspace::edit). Judged by what is applied, or by what is wanted, as the switch says. Links
// select objects. A proof that is shown anew, as the SAN goes on, keeps the focus where it was, and waits while
// somebody presses on something. The UI thread; the workspace outlives it.
#pragma once

#include <QScrollArea>

#include "console-gui/model/access_task.h"
#include "console-gui/model/access_why.h"
#include "console-gui/model/workspace.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace console {

class PressGuard;

class WhyPanel : public QScrollArea {
  Q_OBJECT

 public:
  explicit WhyPanel(Workspace& workspace, QWidget* parent = nullptr);

  // What `look` says stands beside the title; without a host or a unit: what to do.
  void setCell(const ViewPtr& view, HostAndUnit cell, const CellLook& look);
  [[nodiscard]] const AccessWhyPtr& answer() const { return answer_; }
  [[nodiscard]] san::Basis basis() const { return basis_; }
  void setBasis(san::Basis basis);
  [[nodiscard]] QString command() const;
  // As a step of the draft; whether it went.
  bool mend(std::size_t which);
  [[nodiscard]] bool isBusy() const { return task_.isBusy(); }

 signals:
  void answered();
  void revisionChosen(san::Revision revision);

 private:
  void ask();
  // What is known now; while somebody presses on something, once he lets go.
  void build();
  void clear();
  void addAll();
  void addHead();
  void addNotes();
  void addBroken();
  void addMends();
  void addPaths();
  QWidget* card(const QString& title, QVBoxLayout*& inside);
  QLabel* text(const QString& html);
  [[nodiscard]] QString layersHtml(const san::PathProof& path, bool brokenOnly) const;
  [[nodiscard]] QString deed() const;  // of a mend: what the step of the draft is called
  void follow(const QString& link);

  Workspace& workspace_;
  ViewPtr view_;
  HostAndUnit cell_;
  CellLook look_;
  san::Basis basis_ = san::Basis::Applied;
  AccessWhyPtr answer_;  // that is shown
  AccessWhyPtr newest_;
  QString whyNoMend_;  // as the buttons say it
  QWidget* content_ = nullptr;
  QVBoxLayout* layout_ = nullptr;
  QPushButton *applied_, *desired_, *copy_;
  QWidget* bar_;
  PressGuard* press_;
  bool due_ = false;  // build() waits for it
  AccessTask<AccessWhyPtr> task_;
};

}  // namespace console
