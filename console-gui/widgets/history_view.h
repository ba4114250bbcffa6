// HistoryView: what became of one object: revisions, newest first, with who and why where a committed change set tells.
//
// historyOf() says what the snapshot knows: when the object was made and last changed, since when its members are in
// it, and the change sets of these revisions. The UI thread.
#pragma once

#include <QWidget>

#include "console-gui/model/view.h"

class QLabel;

namespace console {

struct HistoryEntry {
  san::Revision revision = 0;
  QString what;           // "made", "changed", "web1 joined"
  san::Seconds time = 0;  // 0: not known
  QString who;            // empty: not known
  QString reason;
  san::ObjectRef change;  // the change set; none: not known
};

// Newest first, at most kMostHistory.
inline constexpr std::size_t kMostHistory = 50;
std::vector<HistoryEntry> historyOf(const san::Snapshot& snapshot, san::ObjectRef object);

class HistoryView : public QWidget {
  Q_OBJECT

 public:
  explicit HistoryView(QWidget* parent = nullptr);
  void setObject(const ViewPtr& view, san::ObjectRef object);

 signals:
  void objectChosen(san::ObjectRef object);
  void revisionChosen(san::Revision revision);  // to be looked at

 private:
  void fill(const std::vector<HistoryEntry>& entries);
  QLabel* list_;
};

}  // namespace console
