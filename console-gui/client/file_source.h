// FileSource: a snapshot that somebody saved (GET /snapshot, or the console's own export), to look at.
//
// Nothing can be changed. It is read off the UI thread; a file that is no snapshot is Rejected with a sentence. Bound:
// kMaxFile. The UI thread.
#pragma once

#include <QThreadPool>

#include "console-gui/client/source.h"

namespace console {

class FileSource : public Source {
  Q_OBJECT

 public:
  static constexpr qint64 kMaxFile = qint64{512} << 20;  // bytes

  // `most`: less than kMaxFile in tests alone.
  explicit FileSource(QString path, QObject* parent = nullptr, qint64 most = kMaxFile);
  ~FileSource() override;

  void start() override;
  [[nodiscard]] QString name() const override;
  [[nodiscard]] QString whyReadOnly() const override { return tr("This is a file: it can be looked at and not changed."); }
  [[nodiscard]] QString whyNoEvidence() const override { return tr("Only a server signs and makes this: a file is open."); }
  [[nodiscard]] LinkStatus status() const override { return status_; }
  [[nodiscard]] const Principal& principal() const override { return principal_; }
  [[nodiscard]] SnapshotPtr snapshot() const override { return snapshot_; }
  void past(san::Revision revision, PastTaken done) override;
  void ask(const Ask& question, Answered done) override;
  void download(const Ask& question, Downloaded done) override;

 private:
  const QString path_;
  const qint64 most_;
  LinkStatus status_;
  Principal principal_{"you", "", {"san.read"}, {}};
  SnapshotPtr snapshot_;
  QThreadPool pool_;
};

}  // namespace console
