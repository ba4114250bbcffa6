// DraftJournal: keeps the draft on disk while it is made, and brings it back when the console was killed or closed.
//
// After each step the whole list of edits is written to the file of the source (draft_file.h), on a thread of its own,
// in order, and of those that wait only the newest: the window never waits for a disk. A draft that is empty again has
// no file. When the first snapshot of a source has come and its file holds a draft, that is loaded: against the base it
// was made on, or against the present where the source says that it does not know that one any more. Any other failure
// is none to go by: it is asked again, and the file stays. What does not fit is put aside, never lost.
//
// The lock beside the file says which console keeps it: a second one on the same source keeps nothing, and says so at
// its first edit. What is not in the file when the source goes, as in that one, or while a disk takes nothing, or
// before the file was looked at, is written then: aside where the file is not its own. Where that is at the end of the
// program, the next console on the source says so. The UI thread; the workspace
// owns it. Errors: notices; the draft itself goes on in any case.
#pragma once

#include <QLockFile>
#include <QObject>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>
#include <memory>
#include <mutex>
#include <optional>

#include "console-gui/client/source.h"
#include "console-gui/model/draft.h"
#include "console-gui/model/draft_file.h"
#include "console-gui/model/notices.h"

namespace console {

// A change set that was made of the draft's edits and may have been submitted: no answer has told yet.
struct BegunChange {
  std::uint64_t id = 0;
  san::Seconds createdAt = 0;  // by the server; 0: not known
  san::Revision base = 0;
  std::vector<san::Edit> edits;
  bool restored = false;  // an earlier console has begun it, and nobody has looked since
};

class DraftJournal : public QObject {
  Q_OBJECT

 public:
  // `folder`: empty: the user's.
  DraftJournal(Draft& draft, Notices& notices, const QString& folder);
  // When what waits has been written.
  ~DraftJournal() override;

  void open(Source& source);
  // Before the source goes and the draft is emptied with it: its file stays, and what is in none is written.
  void close();
  // The same at the end of the program: nobody reads a notice any more, so the next console on this source tells it.
  void end();
  void onPresent(const ViewPtr& view);
  // Kept with the draft, so that it is not submitted twice after a restart; goes with the source.
  void setBegun(std::optional<BegunChange> begun);
  [[nodiscard]] const std::optional<BegunChange>& begun() const { return begun_; }
  // Somebody has looked: the one that an earlier console has begun is that one still.
  void setSeen() { begun_->restored = false; }
  // The draft is what was begun: nothing has been added or taken away since.
  [[nodiscard]] bool isAsBegun() const;
  // Waits until the newest step is on the disk.
  void flush() { pool_.waitForDone(); }
  // Whether steps are kept: what was there has been brought back or put aside.
  [[nodiscard]] bool isKeeping() const { return stage_ == Stage::Keeping; }
  [[nodiscard]] const QString& path() const { return path_; }

 private:
  enum class Stage : std::uint8_t {
    Off,      // this source's drafts are not kept
    Reading,  // the file
    Waiting,  // for the first snapshot
    Asking,   // for the base
    Keeping,
    Taken,  // another console keeps it
  };
  struct Step {
    KeptDraft draft;  // without its edits
    san::Snapshot base;
    std::vector<san::Edit> edits;  // none: the file goes
    QString path;
  };
  static constexpr int kFirstPause = 500, kLongestPause = 60'000;  // ms
  using Found = base::Result<std::optional<KeptDraft>, QString>;

  void onRead(Found found);
  void decide();
  void restore(const SnapshotPtr& base);
  QString restoreBegun(const KeptDraft& kept, int count);
  void askAgain();
  void discard();
  void putAside(const QString& why, bool damaged);
  void keep();
  void onChanged();
  void write();
  void onWritten(const QString& fault);
  void saveUnkept();
  void tellAside(const QString& at, const QString& path, const QString& server, int count);
  [[nodiscard]] KeptDraft headOf() const;
  static std::string textOf(KeptDraft head, const san::Snapshot& base, const std::vector<san::Edit>& edits);
  [[nodiscard]] bool isTalk(quint64 talk) const { return talk == talk_; }

  Draft& draft_;
  Notices& notices_;
  const QString folder_;
  QPointer<Source> source_;
  QString path_;
  Stage stage_ = Stage::Off;
  quint64 talk_ = 0;  // answers to an earlier source count no more
  std::optional<KeptDraft> found_;
  std::optional<BegunChange> begun_;
  ViewPtr present_;
  bool loading_ = false, told_ = false, ending_ = false;
  QTimer again_;
  std::unique_ptr<QLockFile> lock_;
  // The thread's side.
  std::mutex mutex_;
  std::unique_ptr<Step> pending_;
  bool writing_ = false;
  bool failed_ = false;  // the newest step that was written is not on the disk
  QThreadPool pool_;  // one thread: in order
};

}  // namespace console
