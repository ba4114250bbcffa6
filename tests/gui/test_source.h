// A source that shows snapshots as a test says.
#pragma once

#include <map>
#include <memory>

#include "console-gui/client/problem_reader.h"
#include "console-gui/client/source.h"

namespace test {

// Questions are refused, later, as they are answered.
class TestSource : public console::Source {
 public:
  explicit TestSource(const san::Snapshot& first) { put(first); }
  void put(const san::Snapshot& snapshot) {
    now_ = std::make_shared<const san::Snapshot>(snapshot);
    past_[snapshot.revision] = now_;
    emit snapshotChanged();
  }
  void keep(const san::Snapshot& snapshot) {
    past_[snapshot.revision] = std::make_shared<const san::Snapshot>(snapshot);
  }

  void start() override { emit snapshotChanged(); }
  [[nodiscard]] QString name() const override { return QStringLiteral("test"); }
  [[nodiscard]] console::LinkStatus status() const override { return link_; }
  [[nodiscard]] const console::Principal& principal() const override { return who_; }
  [[nodiscard]] console::SnapshotPtr snapshot() const override { return now_; }
  void past(san::Revision revision, console::PastTaken done) override {
    const auto at = past_.find(revision);
    console::PastSan found = console::refuse(mgmt::ProblemCode::RevisionGone, "It is not kept.");
    if (at != past_.end()) found = at->second;
    if (!troubles_.empty()) {
      found = base::fail(troubles_.front());
      troubles_.erase(troubles_.begin());
    }
    QMetaObject::invokeMethod(
        this, [done = std::move(done), found] { done(found); }, Qt::QueuedConnection);
  }
  void ask(const console::Ask&, console::Answered done) override {
    QMetaObject::invokeMethod(
        this, [done = std::move(done)] { done(base::fail(refusal())); }, Qt::QueuedConnection);
  }
  void download(const console::Ask&, console::Downloaded done) override {
    QMetaObject::invokeMethod(
        this, [done = std::move(done)] { done(base::fail(refusal())); }, Qt::QueuedConnection);
  }

  // What the next questions for the past get instead of an answer.
  std::vector<console::Problem> troubles_;
  // What is said of the link; whoever changes it emits statusChanged().
  console::LinkStatus link_{console::LinkState::Live, {}, 0, 0};
  console::Principal who_{"zoe", "zoner", {"san.read", "change.draft"}, {}};

 private:
  static console::Problem refusal() {
    return {501, "not-here", "Nobody answers here", "This source only shows.", "", {}};
  }
  console::SnapshotPtr now_;
  std::map<san::Revision, console::SnapshotPtr> past_;
};

}  // namespace test
