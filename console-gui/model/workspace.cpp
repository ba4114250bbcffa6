#include "console-gui/model/workspace.h"

#include <cstdlib>
#include <utility>

#include "console-gui/client/time_now.h"
#include "console-gui/model/change_list.h"
#include "console-gui/model/feed.h"
#include "console-gui/model/kind_words.h"
#include "shared/base/clock.h"

namespace console {
namespace {

const QString kClockKey = QStringLiteral("clock");

}  // namespace

Workspace::Workspace(QObject* parent, const QString& drafts) : QObject(parent), journal_(draft_, notices_, drafts) {
  maker_.setClock([this] { return presentTime(); });
  connect(&maker_, &ViewMaker::made, this, [this](const ViewPtr& view) {
    present_ = view;
    draft_.setPresent(view);
    if (!past_) filter_.setView(view);
    emit presentChanged();
    if (!past_) emit shownChanged();
    journal_.onPresent(view);
  });
  connect(&selection_, &Selection::changed, this, &Workspace::remember);
  connect(&filter_, &ObjectFilter::changed, this, &Workspace::remember);
  connect(&draft_, &Draft::heldChanged, this, &Workspace::statusChanged);
  connect(&draft_, &Draft::idsMoved, this, &Workspace::forget);
}

Workspace::~Workspace() {
  journal_.end();
  source_.reset();
}

void Workspace::setSource(std::unique_ptr<Source> source) {
  journal_.close();  // before the draft is emptied: it waits there for the next time
  source_ = std::move(source);
  ++sourceNumber_;
  maker_.reset();
  present_ = past_ = nullptr;
  ++question_;
  draft_.clear();
  selection_.clear();
  filter_.setText({});
  submissionWords_ = {};
  toldClock_ = 0;
  notices_.withdraw(kClockKey);
  places_ = {Place{}};
  at_ = 0;
  if (source_) {
    connect(source_.get(), &Source::snapshotChanged, this, [this] {
      if (source_->snapshot()) maker_.offer(source_->snapshot());
    });
    connect(source_.get(), &Source::statusChanged, this, [this] {
      tellClock();
      emit statusChanged();
    });
    journal_.open(*source_);
    source_->start();
  }
  emit sourceChanged();
  emit statusChanged();
  emit pageChanged();
}

ChangeList& Workspace::changes() {
  if (!changes_) changes_ = std::make_unique<ChangeList>(*this);
  return *changes_;
}

FeedList& Workspace::feed() {
  if (!feed_) feed_ = std::make_unique<FeedList>(*this);
  return *feed_;
}

san::Seconds Workspace::presentTime() const {
  const san::Seconds old = source_ ? source_->status().oldSince : 0;
  return old != 0 ? old : timeNow();
}

// Told once, until it changes: who has closed it knows.
void Workspace::tellClock() {
  const san::Seconds offset = clockOffset();
  const san::Seconds minutes = std::abs(offset) > kLargeClockOffset ? (offset + (offset > 0 ? 30 : -30)) / 60 : 0;
  if (minutes == std::exchange(toldClock_, minutes)) return;
  if (minutes == 0) return notices_.withdraw(kClockKey);
  notices_.tell({Notice::Level::Warning,
                 kClockKey,
                 minutes > 0 ? tr("The clock of this computer is %1 min slow").arg(minutes)
                             : tr("The clock of this computer is %1 min fast").arg(-minutes),
                 tr("That is by the clock of %1, which counts for all that is shown here. Set the one that is wrong.")
                     .arg(source_->name()),
                 {},
                 {}});
}

void Workspace::showPast(san::Revision revision) {
  const std::uint64_t question = ++question_;
  const bool present = revision == 0 || (present_ && revision >= present_->revision());
  if (present || !source_) {
    if (!past_) return;
    past_ = nullptr;
    if (present_) filter_.setView(present_);
    remember();
    emit shownChanged();
    return;
  }
  source_->past(revision, [this, revision, question](const PastSan& past) {
    if (question != question_) return;
    if (!past) {
      notices_.tell({Notice::Level::Warning, QStringLiteral("past"), tr("Revision %1 cannot be shown").arg(revision),
                     tr("The history does not go back that far, or the server cannot be reached."), {}, {}});
      return;
    }
    maker_.makeOnce(*past, [this, question](const ViewPtr& view) {
      if (question != question_) return;
      past_ = view;
      filter_.setView(past_);
      remember();
      emit shownChanged();
    });
  });
}

QString Workspace::whyNoDeed(std::string_view right) const {
  if (!source_ || !present_) return tr("There is no SAN to change: nothing is open.");
  if (const QString why = source_->whyReadOnly(); !why.isEmpty()) return why;
  if (past_) return tr("This is the past. Go back to the present to change something.");
  return whyNot(right);
}

QString Workspace::whyNoEdit() const {
  const QString why = whyNoDeed("change.draft");
  return why.isEmpty() && draft_.isHeld() ? draft_.whyHeld() : why;
}

QString Workspace::whyNoEditOf(std::span<const san::ObjectRef> objects) const {
  const QString why = draft_.whyMistakable(objects);
  return why.isEmpty() ? whyNoEdit() : why;
}

QString Workspace::whyNot(std::string_view right) const {
  if (!source_) return tr("Nothing is open.");
  if (source_->principal().may(right)) return {};
  return tr("%1 does not have the right %2.")
      .arg(QString::fromStdString(source_->principal().user), QString::fromUtf8(right.data(), static_cast<qsizetype>(right.size())));
}

bool Workspace::edit(const QString& deed, std::vector<san::Edit> edits) {
  QString why = whyNoEdit();
  if (why.isEmpty()) why = draft_.push(deed, std::move(edits));
  return tellDone(deed, why);
}

bool Workspace::editOfPresent(const QString& deed, std::vector<san::Edit> edits) {
  auto moved = draft_.ofPresent(std::move(edits));
  return moved ? edit(deed, std::move(*moved)) : tellDone(deed, moved.error());
}

bool Workspace::mayDo(const QString& deed, std::string_view right) { return tellDone(deed, whyNoDeed(right)); }

bool Workspace::tellDone(const QString& deed, const QString& why) {
  const QString key = QStringLiteral("edit");
  if (why.isEmpty()) {
    notices_.withdraw(key);
    return true;
  }
  notices_.tell({Notice::Level::Warning, key, tr("Not done: %1").arg(deed), why, {}, {}});
  return false;
}

Place Workspace::here() const {
  return {places_[at_].page, selection_.current(), filter_.text(), past_ ? past_->revision() : 0};
}

// What was selected may have been somebody else's of that id, on a page of the present: no other one takes its place.
void Workspace::forget(const san::NewIds& moved) {
  for (Place& place : places_) {
    if (moved.contains(place.object)) place.object = {};
  }
  selection_.drop([&](san::ObjectRef one) { return moved.contains(one); });
}

// A new selection on the same page takes the place of the one before, unless that had one of its own.
void Workspace::remember() {
  if (restoring_) return;
  const Place now = here();
  if (now == places_[at_]) return;
  places_.resize(at_ + 1);
  if (places_[at_].object || places_[at_].past != now.past) {
    places_.push_back(now);
    if (places_.size() > kMostPlaces) places_.erase(places_.begin());
    at_ = places_.size() - 1;
  } else {
    places_[at_] = now;
  }
  emit placesChanged();
}

void Workspace::go(PageId page, san::ObjectRef object) {
  if (page != places_[at_].page) {
    places_.resize(at_ + 1);
    Place now = here();
    now.page = page;
    places_.push_back(now);
    if (places_.size() > kMostPlaces) places_.erase(places_.begin());
    at_ = places_.size() - 1;
    emit pageChanged();
    emit placesChanged();
  }
  if (object) selection_.select(object);
}

void Workspace::goBack() {
  if (!canGoBack()) return;
  --at_;
  restore();
}

void Workspace::goForward() {
  if (!canGoForward()) return;
  ++at_;
  restore();
}

void Workspace::restore() {
  const Place place = places_[at_];
  restoring_ = true;
  selection_.select(place.object);
  filter_.setText(place.filter);
  if ((past_ ? past_->revision() : 0) != place.past) {
    showPast(place.past);
  } else {
    ++question_;  // whatever was asked for before is not this place
  }
  restoring_ = false;
  emit pageChanged();
  emit placesChanged();
}

void Workspace::setSanWords(bool yes) {
  if (std::exchange(sanWords_, yes) != yes) emit wordsChanged();
}

QString Workspace::kindName(san::Kind kind, bool plural) const { return kindWord(kind, plural, sanWords_); }

}  // namespace console
