// AccessModel: keeps the access matrix of what the workspace shows, worked out off the UI thread.
//
// show() of a View begins with its facts, then makes the grid; setOptions() and the filter make the grid alone. While
// something is worked out the grid before stays. The corners follow the draft, or a comparison of two revisions. The UI
// thread; gridChanged() and marksChanged() come through its event loop.
#pragma once

#include <QObject>

#include "console-gui/model/access_marks.h"
#include "console-gui/model/access_task.h"
#include "console-gui/model/workspace.h"

namespace console {

class AccessModel : public QObject {
  Q_OBJECT

 public:
  explicit AccessModel(Workspace& workspace, QObject* parent = nullptr);

  void show(const ViewPtr& view);
  // The filter of the workspace has changed.
  void refilter();
  // Without `only`, which the filter and the comparison decide.
  void setOptions(AccessOptions options);
  void toggleGroup(bool row, san::ObjectRef group);
  [[nodiscard]] const AccessOptions& options() const { return options_; }

  // nullptr: nothing is there yet.
  [[nodiscard]] const AccessGridPtr& grid() const { return grid_; }
  [[nodiscard]] const AccessMarks& marks() const { return marks_; }
  [[nodiscard]] bool isBusy() const { return task_.isBusy() || compareTask_.isBusy(); }

  // These and what is joined with them alone, beside the filter; `what` says it: "shared outside of a cluster".
  void restrictTo(const QString& what, std::vector<san::ObjectRef> objects);
  void endRestriction();
  [[nodiscard]] const QString& restriction() const { return restriction_; }  // empty: none

  // Cells that changed from that revision to what is shown, and those alone where `changedOnly`. The past comes from
  // the source; where it has none a notice says so.
  void compareWith(san::Revision revision, bool changedOnly);
  void showChangedOnly(bool yes);
  [[nodiscard]] bool isChangedOnly() const { return changedOnly_; }
  void endComparison();
  [[nodiscard]] const std::optional<AccessComparison>& comparison() const { return comparison_; }

 signals:
  void gridChanged();
  void marksChanged();
  void narrowingChanged();  // the comparison or the restriction

 private:
  struct Made {
    AccessFactsPtr facts;
    AccessGridPtr grid;
  };
  void work();
  void compare(const SnapshotPtr& before);
  void mark();
  [[nodiscard]] std::shared_ptr<const std::vector<san::ObjectRef>> narrowedTo() const;

  Workspace& workspace_;
  AccessOptions options_;
  ViewPtr view_;
  AccessFactsPtr facts_;
  AccessGridPtr grid_;
  AccessMarks marks_;
  SnapshotPtr before_;  // of the comparison
  std::uint64_t question_ = 0;  // the newest comparison: the past of an earlier one counts no more
  bool changedOnly_ = false;
  QString restriction_;
  std::vector<san::ObjectRef> restricted_;
  std::optional<AccessComparison> comparison_;
  // Last, so that nothing is under way when the rest goes.
  AccessTask<Made> task_;
  AccessTask<AccessComparison> compareTask_;
};

}  // namespace console
