// GuidedTasks: what there is to find out and to mend in the demo, one task under the other, ticked when it is done.
//
// One task is open and shows its hint and the way there; the first that is not done opens by itself when the one before
// is. The UI thread; listens to the workspace, whose present says what is done.
#pragma once

#include <QWidget>
#include <vector>

#include "console-gui/client/demo_san.h"
#include "console-gui/model/workspace.h"

class QLabel;

namespace console {

class TaskRow;

class GuidedTasks : public QWidget {
  Q_OBJECT

 public:
  explicit GuidedTasks(Workspace& workspace, QWidget* parent = nullptr);

  // None: there is nothing to be done.
  void setTasks(std::vector<DemoTask> tasks);
  [[nodiscard]] const std::vector<DemoTask>& tasks() const { return tasks_; }
  [[nodiscard]] std::size_t done() const;
  [[nodiscard]] std::size_t open() const { return open_; }
  void openTask(std::size_t which);
  // So that all of them are seen.
  [[nodiscard]] QSize sizeHint() const override;

 signals:
  // Somebody wants to be taken to where it is done.
  void wanted(std::size_t task);
  void closeWanted();

 private:
  void refresh();
  void showRows();

  Workspace& workspace_;
  std::vector<DemoTask> tasks_;
  std::vector<TaskRow*> rows_;
  QLabel* progress_;
  QWidget* list_;
  std::size_t open_ = 0;
};

}  // namespace console
