// ViewMaker: makes Views of snapshots as they come, on threads of its own.
//
// Only the newest snapshot counts: while one is worked on, those that come meanwhile replace each other, and between
// two begins lies kPace at least, so that 2,000 changes a second are ten Views a second. Findings follow at
// kFindingsPace, and are judged anew each kRulesAge: agents fall silent, waivers and secrets run out while nothing
// comes. When they are judged, the clock says, on the UI thread: of what nobody vouches for any more it stands still,
// and so do they. The UI thread; made() comes through its event loop, in the order of revisions.
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <functional>

#include "console-gui/client/source.h"
#include "console-gui/model/view.h"

namespace console {

class ViewMaker : public QObject {
  Q_OBJECT

 public:
  static constexpr int kPace = 100;           // ms
  static constexpr int kFindingsPace = 1000;  // ms
  static constexpr int kRulesAge = 60'000;    // ms

  explicit ViewMaker(QObject* parent = nullptr);
  ~ViewMaker() override;

  // timeNow() where none is set.
  void setClock(std::function<san::Seconds()> clock) { clock_ = std::move(clock); }
  void offer(SnapshotPtr snapshot);
  // One of something else, such as the past, with its rules as they were then; `done` comes later, through the event loop.
  void makeOnce(SnapshotPtr snapshot, std::function<void(ViewPtr)> done);
  // Nothing of what is under way comes any more; the next View is made from nothing.
  void reset();

 signals:
  void made(const console::ViewPtr& view);

 private:
  void next();
  void begin(SnapshotPtr snapshot, bool withFindings);

  QThreadPool pool_;
  QTimer pace_, rules_;
  QElapsedTimer sinceFindings_;
  std::function<san::Seconds()> clock_;
  san::Seconds judgedAt_ = 0;  // the newest findings
  SnapshotPtr waiting_;
  ViewPtr last_;
  std::uint64_t generation_ = 0;
  bool busy_ = false;
};

}  // namespace console
