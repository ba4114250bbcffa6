#include "console-gui/client/file_source.h"

#include <QFile>
#include <QFileInfo>
#include <QRandomGenerator>
#include <algorithm>

#include "console-gui/client/problem_reader.h"
#include "console-gui/client/read_file.h"
#include "shared/mgmt/snapshot_reader.h"

namespace console {
namespace {

base::Result<san::Snapshot> readFile(const QString& path, qint64 most, std::uint64_t seed) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return base::fail(file.errorString().toStdString());
  const auto text = readAtMost(file, most);
  if (!text) return base::fail("It is larger than 512 MiB.");
  return mgmt::readSnapshot({text->constData(), static_cast<std::size_t>(text->size())}, seed);
}

// What the file knows last: nothing says when it was saved, and a report that told nothing new made no revision.
san::Seconds lastWordOf(const san::Snapshot& snapshot) {
  san::Seconds last = snapshot.time;
  snapshot.table<san::Agent>().forEach(
      [&](san::Id, const san::Agent& agent) { last = std::max(last, agent.reportedAt); });
  return last;
}

Problem aFile() { return notHere("A file is open: there is nobody to ask."); }

}  // namespace

FileSource::FileSource(QString path, QObject* parent, qint64 most)
    : Source(parent), path_(std::move(path)), most_(most) {
  pool_.setMaxThreadCount(1);
}

FileSource::~FileSource() { pool_.waitForDone(); }

QString FileSource::name() const { return QFileInfo(path_).fileName(); }

void FileSource::start() {
  status_.state = LinkState::Snapshot;
  pool_.start([this, path = path_, most = most_, seed = QRandomGenerator::global()->generate64()] {
    auto read = std::make_shared<base::Result<san::Snapshot>>(readFile(path, most, seed));
    QMetaObject::invokeMethod(this, [this, read] {
      if (*read) {
        snapshot_ = std::make_shared<const san::Snapshot>(std::move(**read));
        status_ = {LinkState::Offline, "This is a saved file.", lastWordOf(*snapshot_), 0};
        emit snapshotChanged();
      } else {
        status_ = {LinkState::Rejected, "The file cannot be opened as a snapshot: " + read->error().text, 0, 0};
      }
      emit statusChanged();
    });
  });
}

void FileSource::past(san::Revision, PastTaken done) {
  QMetaObject::invokeMethod(
      this, [done = std::move(done)] { done(refuse(mgmt::ProblemCode::RevisionGone, "A file has no history.")); },
      Qt::QueuedConnection);
}
void FileSource::ask(const Ask&, Answered done) {
  QMetaObject::invokeMethod(
      this, [done = std::move(done)] { done(base::fail(aFile())); }, Qt::QueuedConnection);
}
void FileSource::download(const Ask&, Downloaded done) {
  QMetaObject::invokeMethod(
      this, [done = std::move(done)] { done(base::fail(aFile())); }, Qt::QueuedConnection);
}

}  // namespace console
