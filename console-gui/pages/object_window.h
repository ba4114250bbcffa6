// ObjectWindow: a form for objects that administrators keep: a new one, or one or several of a kind that are there;
// what is written there becomes one step of the draft.
//
// Not modal. What names can stand in links is worked out off the UI thread. A field that is wrong says so below itself.
// When the draft or the SAN moves on, what somebody has written stays, and the rest follows. Objects that go are left
// out; where none is left, the window says so and stays, for what is written in it. The UI thread. It closes when
// another source is opened.
#pragma once

#include <QDialog>

#include "console-gui/model/access_task.h"
#include "console-gui/model/object_form.h"
#include "console-gui/model/workspace.h"

class QComboBox;
class QLabel;
class QScrollArea;

namespace console {

class PutBar;

class ObjectWindow : public QDialog {
  Q_OBJECT

 public:
  // A new one; of which kind is chosen there.
  explicit ObjectWindow(Workspace& workspace, QWidget* parent = nullptr);
  // Those that are there, all of one kind that has a form.
  ObjectWindow(Workspace& workspace, std::vector<san::ObjectRef> objects, QWidget* parent = nullptr);

  void choose(san::Kind kind);
  [[nodiscard]] bool isBusy() const { return naming_.isBusy(); }

 private:
  struct Row {
    QWidget* editor = nullptr;
    QLabel* fault = nullptr;
    bool written = false;
  };

  void build();
  void fill();
  void followDraft();
  void onIdsMoved(const san::NewIds& moved);
  void look();
  void judge();
  void putIntoDraft();
  QWidget* editorOf(std::size_t field);
  void setText(std::size_t field);
  [[nodiscard]] QString textOf(std::size_t field) const;
  [[nodiscard]] std::vector<std::optional<QString>> texts() const;
  [[nodiscard]] bool isNew() const { return kind_ != nullptr; }
  [[nodiscard]] std::vector<san::ObjectRef> objectsThere() const;
  [[nodiscard]] QString what() const;  // "the host web1", "3 hosts"

  Workspace& workspace_;
  std::vector<san::ObjectRef> objects_;  // that it was opened for; none: a new one
  ObjectForm form_;
  std::vector<Row> rows_;
  QComboBox* kind_ = nullptr;
  QLabel* title_ = nullptr;
  QLabel* help_ = nullptr;
  QScrollArea* area_ = nullptr;
  PutBar* end_ = nullptr;
  FormNames names_;
  FormEdits made_;
  san::ObjectRef fresh_;
  bool filling_ = false;
  bool gone_ = false;  // all of objects_
  AccessTask<FormNames> naming_;
};

}  // namespace console
