// Page: one of the eight pages: shows what the workspace shows, and works only while somebody sees it.
//
// refresh() is called when the page is visible and what is shown has changed, at once after it became visible otherwise:
// hidden pages cost nothing. A page changes nothing but the workspace. The UI thread.
#pragma once

#include <QWidget>

#include "console-gui/model/workspace.h"

class QVBoxLayout;

namespace console {

class Page : public QWidget {
  Q_OBJECT

 public:
  Page(Workspace& workspace, PageId id, QWidget* parent = nullptr);

  [[nodiscard]] PageId id() const { return id_; }
  [[nodiscard]] virtual QString title() const = 0;
  // Something that it will show is still being worked out.
  [[nodiscard]] virtual bool isBusy() const { return false; }

 signals:
  // What can be done here, and why not, may be another answer now.
  void possibilitiesChanged();

 protected:
  // `view` is never nullptr.
  virtual void refresh(const ViewPtr& view) = 0;
  // The selection, the filter or the words have changed and the page is visible.
  virtual void refreshMarks() {}
  void showEvent(QShowEvent* event) override;

  [[nodiscard]] Workspace& workspace() const { return workspace_; }

 private:
  void update();

  Workspace& workspace_;
  const PageId id_;
  ViewPtr seen_;
  bool marksDue_ = false;
};

}  // namespace console
