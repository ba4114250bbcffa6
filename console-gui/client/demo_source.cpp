#include "console-gui/client/demo_source.h"

#include <algorithm>

#include "console-gui/client/demo_agents.h"
#include "console-gui/client/problem_reader.h"
#include "console-gui/client/time_now.h"
#include "shared/base/whole_number.h"
#include "shared/san/diff.h"

namespace console {
namespace {

using base::Json;
using mgmt::Route;

constexpr int kProofPause = 3'000;  // ms until a login with a new secret
constexpr int kLifePause = 20'000;  // ms between two things that happen by themselves

san::Revision revisionIn(const Ask& question, std::string_view name) {
  for (const auto& [key, value] : question.query) {
    if (key == name) return base::wholeNumber<san::Revision>(value).value_or(0);
  }
  return 0;
}

}  // namespace

DemoSource::DemoSource(san::Seconds now, QObject* parent)
    : Source(parent),
      fixed_(now),
      principal_{"you",
                 "administrator",
                 {"san.read", "audit.read", "change.draft", "change.submit", "change.approve", "change.commit",
                  "change.roll-back", "finding.waive", "credential.manage"},
                 {}},
      audit_(principal_.user),
      desk_(
          principal_.user, [this](san::Revision revision) { return at(revision); },
          [this](san::Snapshot snapshot) { publish(std::move(snapshot), principal_.user, "A change set"); }),
      credentials_(principal_.user, [this](san::Snapshot snapshot, const std::string& title) {
        publish(std::move(snapshot), principal_.user, title);
      }) {
  deadline_.setSingleShot(true);
  connect(&deadline_, &QTimer::timeout, this, [this] {
    const SnapshotPtr present = present_;
    desk_.onTime(*present, this->now());
    if (present_ != present) audit_.noteTimeout(*present, *present_, this->now());
  });
  proof_.setSingleShot(true);
  proof_.setInterval(fixed_ != 0 ? 0 : kProofPause);
  connect(&proof_, &QTimer::timeout, this, [this] {
    const SnapshotPtr present = present_;
    if (credentials_.onTime(*present, this->now())) proof_.start();
  });
  connect(&life_, &QTimer::timeout, this, &DemoSource::live);
}

san::Seconds DemoSource::now() const { return fixed_ != 0 ? fixed_ : timeNow(); }

void DemoSource::start() {
  history_ = demoHistory(now());
  for (std::size_t i = 1; i < history_.size(); ++i) desk_.addPast(history_[i - 1].snapshot, history_[i].snapshot);
  audit_.begin(history_, now());
  present_ = std::make_shared<const san::Snapshot>(history_.back().snapshot);
  if (fixed_ == 0) life_.start(kLifePause);
  // Whoever opens a source does not expect it to be there before he has looked away.
  QMetaObject::invokeMethod(this, [this] {
    emit snapshotChanged();
    emit statusChanged();
  }, Qt::QueuedConnection);
}

void DemoSource::publish(san::Snapshot snapshot, const std::string& author, const std::string& title) {
  present_ = std::make_shared<const san::Snapshot>(snapshot);
  history_.push_back({std::move(snapshot), author, title});
  emit snapshotChanged();
}

// A host goes and comes back, as hosts do.
void DemoSource::live() {
  const auto node = present_->find(san::Kind::Node, "iqn.2026-01.example.corp:app11");
  const auto entity = present_->find(san::Kind::Entity, "app11.corp.example");
  if (!node || !entity) return;
  san::SnapshotEditor editor(*present_, present_->revision + 1, now());
  auto& own = editor.own<san::Node>(*node);
  const bool goes = ++beat_ % 2 == 1;
  own.entity.id = goes ? 0 : *entity;
  own.lastSeen = goes ? now() : 0;
  demoAgentsReport(editor, now());
  if (auto made = editor.finish()) publish(std::move(*made), "", goes ? "app11 has left" : "app11 has registered");
}

std::optional<san::Snapshot> DemoSource::at(san::Revision revision) const {
  const auto found = std::find_if(history_.rbegin(), history_.rend(),
                                  [&](const DemoRevision& one) { return one.snapshot.revision <= revision; });
  return found == history_.rend() ? std::nullopt : std::optional(found->snapshot);
}

void DemoSource::past(san::Revision revision, PastTaken done) {
  const auto found = at(revision);
  PastSan past = refuse(mgmt::ProblemCode::RevisionGone, "The demo begins after it.");
  if (found) past = std::make_shared<const san::Snapshot>(*found);
  QMetaObject::invokeMethod(
      this, [done = std::move(done), past] { done(past); }, Qt::QueuedConnection);
}

Json DemoSource::difference(const Ask& question) const {
  const san::Snapshot from = at(revisionIn(question, "from")).value_or(history_.front().snapshot);
  const san::Snapshot to = at(revisionIn(question, "to")).value_or(history_.front().snapshot);
  Json::Array lines;
  for (const std::string& line : san::textLines(san::diff(from, to), from, to)) lines.emplace_back(line);
  return Json::Object{{"from", from.revision},
                      {"to", to.revision},
                      {"diff", Json::Object{{"objects", Json::Array{}}, {"lines", std::move(lines)}}}};
}

void DemoSource::ask(const Ask& question, Answered done) {
  Answer answer = base::fail(notHere("The demo runs in this program alone: " + std::string(mgmt::rowOf(question.route).summary) +
                                     " is not part of it."));
  const SnapshotPtr present = present_;  // a commit makes another one
  if (desk_.ask(question, *present, now(), answer)) {
    if (answer) audit_.note(question, *answer, present_->revision, now());
    if (present_ != present) audit_.noteObjects(*present, *present_, now());
    if (const san::Seconds next = desk_.nextDeadline(); next != 0 && fixed_ == 0) {
      deadline_.start(static_cast<int>(std::max<san::Seconds>(0, next - now()) * 1000));
    }
  } else if (credentials_.ask(question, *present, now(), answer)) {
    if (present_ != present) audit_.noteObjects(*present, *present_, now());
    if (answer && mgmt::rowOf(question.route).method != "GET") proof_.start();
  } else if (question.route == Route::ListAudit) {
    answer = audit_.list(question.query);
  } else if (question.route == Route::Diff) {
    answer = difference(question);
  }
  QMetaObject::invokeMethod(this, [done = std::move(done), answer = std::make_shared<Answer>(std::move(answer))] { done(*answer); },
                            Qt::QueuedConnection);
}

void DemoSource::download(const Ask& question, Downloaded done) {
  const Problem problem = notHere("The demo runs in this program alone: " + std::string(mgmt::rowOf(question.route).summary) +
                                  " is made and signed by a server.");
  QMetaObject::invokeMethod(this, [done = std::move(done), problem] { done(base::fail(problem)); }, Qt::QueuedConnection);
}

}  // namespace console
