// Omnibox: one line for objects, filters and commands (Ctrl+K goes to it): typing offers, arrows choose, Enter takes.
//
// What it offers is OmniboxModel's. A filter shows by its colour whether it can be read, and says what is wrong. Esc
// closes and gives the focus back. It changes the selection and the filter of the workspace, and runs commands; more is
// the caller's business by its signals. The UI thread; the workspace outlives it.
#pragma once

#include <QFrame>
#include <QLineEdit>
#include <QPointer>

#include "console-gui/model/omnibox_model.h"
#include "console-gui/model/workspace.h"

class QLabel;
class QListView;

namespace console {

class Omnibox : public QLineEdit {
  Q_OBJECT

 public:
  explicit Omnibox(Workspace& workspace, QWidget* parent = nullptr);
  ~Omnibox() override;

  void setCommands(std::vector<OmniboxCommand> commands) { model_.setCommands(std::move(commands)); }
  [[nodiscard]] OmniboxModel& model() { return model_; }
  // Takes the focus and offers.
  void open();
  void close();
  [[nodiscard]] bool isOpen() const;
  // The row that Enter takes; -1: none.
  [[nodiscard]] int currentRow() const;
  [[nodiscard]] QListView& list() { return *list_; }

 signals:
  void objectChosen(san::ObjectRef object);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;

 private:
  void typed();
  void place();
  void choose(int row);
  void take(int row);
  void showState();

  Workspace& workspace_;
  OmniboxModel model_;
  QPointer<QFrame> popup_;  // a child of the window while it is open
  QListView* list_;
  QLabel* message_;
  OmniboxModel::Choice chosen_;  // what Enter takes
  QPointer<QWidget> before_;  // had the focus
};

}  // namespace console
