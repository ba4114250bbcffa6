#include "console-gui/model/view_maker.h"

#include "console-gui/client/time_now.h"

namespace console {

ViewMaker::ViewMaker(QObject* parent) : QObject(parent), clock_(timeNow) {
  pool_.setMaxThreadCount(1);
  pace_.setSingleShot(true);
  connect(&pace_, &QTimer::timeout, this, &ViewMaker::next);
  rules_.setParent(this);
  rules_.setInterval(kRulesAge);
  connect(&rules_, &QTimer::timeout, this, [this] {
    // What is under way or waits brings its own; at the same time they would say the same.
    if (last_ && !busy_ && !waiting_ && clock_() != judgedAt_)
      begin(std::make_shared<const san::Snapshot>(last_->snapshot()), true);
  });
  rules_.start();
}

ViewMaker::~ViewMaker() { pool_.waitForDone(); }

void ViewMaker::offer(SnapshotPtr snapshot) {
  waiting_ = std::move(snapshot);
  if (!busy_ && !pace_.isActive()) next();
}

void ViewMaker::makeOnce(SnapshotPtr snapshot, std::function<void(ViewPtr)> done) {
  pool_.start([this, generation = generation_, snapshot = std::move(snapshot), done = std::move(done)] {
    const ViewPtr view = viewOf(*snapshot, snapshot->time);
    QMetaObject::invokeMethod(this, [this, generation, view, done] {
      if (generation == generation_) done(view);
    });
  });
}

void ViewMaker::reset() {
  ++generation_;
  waiting_ = nullptr;
  last_ = nullptr;
  sinceFindings_.invalidate();
  judgedAt_ = 0;
}

void ViewMaker::next() {
  if (busy_) return;
  const bool due = !sinceFindings_.isValid() || sinceFindings_.elapsed() >= kFindingsPace;
  if (waiting_) return begin(std::exchange(waiting_, nullptr), due && last_);
  // Nothing new; the findings may be behind.
  if (last_ && last_->findingsRevision != last_->revision()) {
    if (due) return begin(std::make_shared<const san::Snapshot>(last_->snapshot()), true);
    pace_.start(kFindingsPace - static_cast<int>(sinceFindings_.elapsed()));
  }
}

void ViewMaker::begin(SnapshotPtr snapshot, bool withFindings) {
  busy_ = true;
  const san::Seconds now = clock_();
  if (withFindings) {
    sinceFindings_.start();
    judgedAt_ = now;
  }
  pace_.start(kPace);
  const auto generation = generation_;
  pool_.start([this, generation, now, snapshot = std::move(snapshot), before = last_, withFindings] {
    const ViewPtr view = viewOf(*snapshot, now, before, withFindings ? Rules::Evaluate : Rules::Keep);
    QMetaObject::invokeMethod(this, [this, generation, view] {
      busy_ = false;
      if (generation == generation_) {
        last_ = view;
        emit made(view);
      }
      if (!pace_.isActive()) next();
    });
  });
}

}  // namespace console
