#include "console-gui/model/draft_journal.h"

#include <QDebug>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <algorithm>

#include "console-gui/client/time_now.h"
#include "console-gui/model/kind_words.h"
#include "shared/mgmt/edit_json.h"

namespace console {
namespace {

const QString kRestoredKey = QStringLiteral("draft-restored");
const QString kFaultKey = QStringLiteral("draft-kept");
const QString kWaitsKey = QStringLiteral("draft-waits");

QString userFolder() {
  return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/drafts");
}

}  // namespace

DraftJournal::DraftJournal(Draft& draft, Notices& notices, const QString& folder)
    : draft_(draft), notices_(notices), folder_(folder.isEmpty() ? userFolder() : folder) {
  pool_.setMaxThreadCount(1);
  again_.setSingleShot(true);
  connect(&again_, &QTimer::timeout, this, [this] {
    if (stage_ == Stage::Waiting) decide();
  });
  connect(&draft_, &Draft::changed, this, &DraftJournal::onChanged);
  // The name of a step is known after its edits.
  connect(&draft_.undo(), &QUndoStack::indexChanged, this, &DraftJournal::onChanged);
}

DraftJournal::~DraftJournal() { end(); }

void DraftJournal::end() {
  ending_ = true;
  close();
}

void DraftJournal::close() {
  flush();
  ++talk_;
  saveUnkept();
  lock_.reset();
  source_ = nullptr;
  stage_ = Stage::Off;
  failed_ = false;
  found_.reset();
  begun_.reset();
  present_ = nullptr;
  told_ = false;
  again_.stop();
  again_.setInterval(kFirstPause);
  path_.clear();
  for (const QString& key : {kRestoredKey, kFaultKey, kWaitsKey}) notices_.withdraw(key);
}

// It is emptied now: nobody could bring it back.
void DraftJournal::saveUnkept() {
  if (path_.isEmpty() || draft_.isEmpty()) return;
  const bool own = stage_ == Stage::Keeping;
  const bool onDisk = own && !failed_;  // its thread rests: flush()
  if (onDisk) return;
  const std::string text = textOf(headOf(), draft_.base(), draft_.edits());
  QString fault = makeDraftFolder(folder_);
  QString at = path_;
  if (fault.isEmpty()) {
    if (own) {
      fault = writeDraft(path_, text);
    } else {
      at = writeDraftAside(path_, QStringLiteral("earlier"), text, fault);
    }
  }
  const QString server = source_ ? source_->name() : QString();
  const auto count = static_cast<int>(draft_.edits().size());
  if (!fault.isEmpty()) {
    const QString title = tr("Your draft of %n edits on %1 is lost", nullptr, count).arg(server);
    const QString why = tr("%1: %2.").arg(QDir::toNativeSeparators(folder_), fault);
    if (ending_) qWarning().noquote() << title + QLatin1Char('.') << why;  // no disk takes it, and no notice is read
    notices_.tell({Notice::Level::Fault, {}, title, why, {}, {}});
  } else if (!own) {
    ending_ ? rememberUntold(at) : tellAside(at, path_, server, count);
  }
}

void DraftJournal::tellAside(const QString& at, const QString& path, const QString& server, int count) {
  notices_.tell({Notice::Level::Warning,
                 {},
                 tr("Your draft of %n edits on %1 is put aside", nullptr, count).arg(server),
                 tr("It is kept as %1. To bring it back, close every console on this server, rename it to %2, and "
                    "open the server again. What has that name already is another draft.")
                     .arg(QDir::toNativeSeparators(at), QFileInfo(path).fileName()),
                 {},
                 {}});
}

void DraftJournal::open(Source& source) {
  close();
  const QString key = source.draftKey();
  if (key.isEmpty()) return;
  source_ = &source;
  path_ = draftPath(folder_, key);
  lock_ = std::make_unique<QLockFile>(path_ + QStringLiteral(".lock"));
  lock_->setStaleLockTime(0);  // it holds as long as its process lives
  stage_ = Stage::Reading;
  pool_.start([this, talk = talk_] {
    // That a folder cannot be made is said when there is something to keep.
    const bool folder = makeDraftFolder(folder_).isEmpty();
    const bool taken = folder && !lock_->tryLock(0) && lock_->error() == QLockFile::LockFailedError;
    auto found = std::make_shared<Found>(taken ? Found(std::optional<KeptDraft>()) : readDraft(path_));
    const QStringList untold = untoldDrafts(path_);
    std::vector<std::pair<QString, int>> asides;
    for (const QString& one : untold) {
      if (const auto draft = readDraft(one); draft && *draft)
        asides.emplace_back(one, static_cast<int>((*draft)->edits.array()->size()));
    }
    QMetaObject::invokeMethod(this, [this, talk, taken, found, untold, asides] {
      if (!isTalk(talk)) return;
      for (const auto& [at, count] : asides) tellAside(at, path_, source_ ? source_->name() : QString(), count);
      if (!untold.isEmpty()) pool_.start([untold] { forgetUntold(untold); });
      if (!taken) return onRead(std::move(*found));
      stage_ = Stage::Taken;
      onChanged();
    });
  });
}

void DraftJournal::onRead(Found found) {
  if (!found) {
    putAside(found.error(), true);
    return;
  }
  if (!*found) return keep();
  found_ = std::move(*found);
  stage_ = Stage::Waiting;
  decide();
}

void DraftJournal::onPresent(const ViewPtr& view) {
  present_ = view;
  if (stage_ == Stage::Waiting && !again_.isActive()) decide();
}

void DraftJournal::decide() {
  if (!present_ || !source_) return;
  stage_ = Stage::Asking;
  if (found_->revision == present_->revision()) {
    return restore(std::make_shared<const san::Snapshot>(present_->snapshot()));
  }
  // A server that is younger than the draft has never known it.
  if (found_->revision > present_->revision()) return restore(nullptr);
  source_->past(found_->revision, [this, talk = talk_](const PastSan& past) {
    if (!isTalk(talk) || stage_ != Stage::Asking) return;
    if (past) return restore(*past);
    past.error().is(mgmt::ProblemCode::RevisionGone) ? restore(nullptr) : askAgain();
  });
}

// On another base than its own, what others have changed since would be overwritten unseen.
void DraftJournal::askAgain() {
  stage_ = Stage::Waiting;
  again_.start();
  again_.setInterval(std::min(again_.interval() * 2, kLongestPause));
  notices_.tell(
      {Notice::Level::Warning,
       kWaitsKey,
       tr("Your draft of %1 is not restored yet").arg(timeText(found_->written)),
       tr("Revision %1, on which it was made, could not be asked for. This is tried again; the draft stays on disk.")
           .arg(found_->revision),
       {},
       {}});
}

// `base`: nullptr: not known any more.
void DraftJournal::restore(const SnapshotPtr& base) {
  notices_.withdraw(kWaitsKey);
  const KeptDraft kept = std::move(*std::exchange(found_, {}));
  const QString written = timeText(kept.written);
  if (!draft_.isEmpty()) {
    putAside(tr("Another draft was begun before it could be restored."), false);
    return;
  }
  const san::Snapshot& on = base ? *base : present_->snapshot();
  auto edits = mgmt::editsFromJson(kept.edits, on);
  if (!edits) {
    putAside(QString::fromStdString(edits.error().text), true);
    return;
  }
  if (edits->empty()) return keep();
  const auto count = static_cast<int>(edits->size());
  loading_ = true;  // the file holds it as it is
  const QString fault = draft_.load(tr("Draft of %1, restored").arg(written), std::move(*edits), on);
  loading_ = false;
  if (!fault.isEmpty()) {
    putAside(fault, true);
    return;
  }
  stage_ = Stage::Keeping;
  QString detail = restoreBegun(kept, count);
  if (!base) {
    detail +=
        QLatin1Char(' ') + tr("Revision %1, on which it was made, is not known any more: it stands on the present "
                              "SAN. Look at what it does before you submit it.")
                               .arg(kept.revision);
  }
  notices_.tell({Notice::Level::Information, kRestoredKey, tr("Your draft of %1 is restored").arg(written), detail,
                 tr("Discard the draft"), [this] { discard(); }, this});
}

// What an earlier console has begun stands on the server, submitted or not. What it says of the draft.
QString DraftJournal::restoreBegun(const KeptDraft& kept, int count) {
  if (!kept.begun) return tr("It has %n edits and was not submitted.", nullptr, count);
  const std::uint64_t id = kept.begun->change;
  if (!kept.begun->same) {
    return tr("It has %n edits. It is not known whether the draft before it was submitted: look at change set %1.",
              nullptr, count)
        .arg(id);
  }
  begun_ = {id, kept.begun->createdAt, draft_.base().revision, draft_.edits(), true};
  return tr("It has %n edits. It is not known whether it was submitted, as change set %1. Submit it again: what has "
            "arrived is not submitted twice.",
            nullptr, count)
      .arg(id);
}

void DraftJournal::setBegun(std::optional<BegunChange> begun) {
  begun_ = std::move(begun);
  if (stage_ == Stage::Keeping && !draft_.isEmpty()) write();
}

bool DraftJournal::isAsBegun() const {
  return begun_ && begun_->base == draft_.base().revision && begun_->edits == draft_.edits();
}

// From the notice, whatever has become of the draft since.
void DraftJournal::discard() {
  const QString why = draft_.whyHeld();
  if (why.isEmpty()) return draft_.clear();
  notices_.tell(
      {Notice::Level::Warning, QStringLiteral("draft-discard"), tr("The draft is not discarded"), why, {}, {}});
}

// What is in the file does not come back by itself; it stays, under another name.
void DraftJournal::putAside(const QString& why, bool damaged) {
  const QString aside = putDraftAside(path_, damaged ? QStringLiteral("damaged") : QStringLiteral("earlier"));
  if (aside.isEmpty()) {
    // Whoever writes there now would lose it.
    stage_ = Stage::Off;
    notices_.tell({Notice::Level::Fault,
                   kFaultKey,
                   tr("The draft is not kept on disk"),
                   tr("%1 holds an earlier draft that cannot be restored: %2 Move the file away, then open the source "
                      "again.")
                       .arg(QDir::toNativeSeparators(path_), why),
                   {},
                   {}});
    return;
  }
  notices_.tell({Notice::Level::Warning,
                 QStringLiteral("draft-aside"),
                 tr("An earlier draft was not restored"),
                 tr("%1 It is kept as %2.").arg(why, QDir::toNativeSeparators(aside)),
                 {},
                 {}});
  keep();
}

void DraftJournal::keep() {
  stage_ = Stage::Keeping;
  found_.reset();
  if (!draft_.isEmpty()) write();
}

void DraftJournal::onChanged() {
  if (loading_) return;
  if (draft_.isEmpty()) notices_.withdraw(kRestoredKey);
  if (stage_ == Stage::Keeping) return write();
  if (stage_ != Stage::Taken || draft_.isEmpty() || std::exchange(told_, true)) return;
  notices_.tell({Notice::Level::Warning,
                 kFaultKey,
                 tr("The draft is not kept on disk"),
                 tr("Another console is open on this server and keeps its draft there. Submit this one before you "
                    "close the window."),
                 {},
                 {}});
}

KeptDraft DraftJournal::headOf() const {
  std::optional<KeptBegun> begun;
  if (begun_) begun = {begun_->id, begun_->createdAt, isAsBegun()};
  return {
      source_ ? source_->name() : QString(), draft_.base().revision, timeNow(), draft_.undo().undoText(), begun, {}};
}

std::string DraftJournal::textOf(KeptDraft head, const san::Snapshot& base, const std::vector<san::Edit>& edits) {
  head.edits = mgmt::toJson(base, edits, mgmt::References::Names);
  return draftText(head);
}

void DraftJournal::write() {
  auto step = std::make_unique<Step>();
  step->path = path_;
  if (!draft_.isEmpty()) {
    step->draft = headOf();
    step->base = draft_.base();
    step->edits = draft_.edits();
  }
  const std::lock_guard hold(mutex_);
  pending_ = std::move(step);
  if (std::exchange(writing_, true)) return;
  pool_.start([this, talk = talk_] {
    while (true) {
      std::unique_ptr<Step> next;
      {
        const std::lock_guard take(mutex_);
        next = std::move(pending_);
        if (!next) {
          writing_ = false;
          return;
        }
      }
      QString fault;
      if (next->edits.empty()) {
        fault = removeDraft(next->path);
      } else if (fault = makeDraftFolder(folder_); fault.isEmpty()) {
        fault = writeDraft(next->path, textOf(std::move(next->draft), next->base, next->edits));
      }
      failed_ = !fault.isEmpty();
      QMetaObject::invokeMethod(this, [this, talk, fault] {
        if (isTalk(talk)) onWritten(fault);
      });
    }
  });
}

void DraftJournal::onWritten(const QString& fault) {
  if (fault.isEmpty()) {
    if (std::exchange(told_, false)) notices_.withdraw(kFaultKey);
    return;
  }
  if (std::exchange(told_, true)) return;
  notices_.tell({Notice::Level::Warning,
                 kFaultKey,
                 tr("The draft is not kept on disk"),
                 tr("%1: %2. The draft itself is as it was; if this program ends, it is lost or an earlier step.")
                     .arg(QDir::toNativeSeparators(folder_), fault),
                 {},
                 {}});
}

}  // namespace console
