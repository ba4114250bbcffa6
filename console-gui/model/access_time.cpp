#include "console-gui/model/access_time.h"

#include <QDateTime>
#include <algorithm>
#include <limits>

#include "console-gui/client/tr.h"
#include "console-gui/model/kind_words.h"

namespace console {
namespace {

}  // namespace

std::vector<KnownRevision> knownRevisions(const san::Snapshot& snapshot, std::size_t most) {
  std::vector<KnownRevision> known;
  snapshot.table<san::ChangeSet>().forEach([&](san::Id, const san::ChangeSet& change) {
    known.push_back({change.lastRevision(), change.committedAt,
                     QString::fromStdString(change.reason.empty() ? change.author : change.reason)});
  });
  std::ranges::sort(known, std::ranges::greater{}, &KnownRevision::revision);
  if (known.size() > most) known.resize(most);
  return known;
}

base::Result<san::Revision, QString> revisionMeant(const san::Snapshot& snapshot, const QString& text) {
  QString word = text.trimmed();
  if (word.startsWith(QStringLiteral("rev"), Qt::CaseInsensitive)) word = word.mid(3).trimmed();
  bool isNumber = false;
  const san::Revision revision = word.toULongLong(&isNumber);
  if (isNumber) {
    if (revision == 0) return base::fail(tr("Revisions begin with 1."));
    if (revision > snapshot.revision) {
      return base::fail(tr("The SAN is at revision %1.").arg(snapshot.revision));
    }
    return revision;
  }
  QDateTime time;
  for (const char* form : {"yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm", "yyyy-MM-dd"}) {
    time = QDateTime::fromString(word, QString::fromLatin1(form));
    if (time.isValid()) break;
  }
  if (!time.isValid()) {
    return base::fail(tr("Write a revision, as 120, or a time, as 2026-11-20 10:00."));
  }
  // A day alone means the whole of it.
  const san::Seconds until = time.toSecsSinceEpoch() + (word.size() <= 10 ? 86399 : 0);
  for (const KnownRevision& one : knownRevisions(snapshot, std::numeric_limits<std::size_t>::max())) {
    if (one.time != 0 && one.time <= until) return one.revision;
  }
  return base::fail(
      tr("No change set is known that was committed by %1.").arg(timeText(until)));
}

}  // namespace console
