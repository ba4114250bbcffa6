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
// before the file was looked at, is written then: aside where the file is not its own. The UI thread; the workspace
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
  void onPresent(const ViewPtr& view);
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
  void askAgain();
  void discard();
  void putAside(const QString& why, bool damaged);
  void keep();
  void onChanged();
  void write();
  void onWritten(const QString& fault);
  void saveUnkept();
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
  ViewPtr present_;
  bool loading_ = false, told_ = false;
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
