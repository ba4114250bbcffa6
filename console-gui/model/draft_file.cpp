#include "console-gui/model/draft_file.h"

#include <sys/stat.h>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QUrl>
#include <cerrno>

#include "console-gui/client/tr.h"
#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"
#include "shared/files/atomic_file.h"

namespace console {
namespace {

constexpr std::uint64_t kFormat = 1;
constexpr qsizetype kLongestName = 200;  // bytes; file systems have 255
constexpr int kMostAside = 100;
const QString kUntold = QStringLiteral(".untold");

// The names beside `path`, in their order.
QString asideName(const QString& path, int number, const QString& ending) {
  return path + (number == 1 ? QString() : QStringLiteral(".%1").arg(number)) + QLatin1Char('.') + ending;
}

QString textOfErrno(int error) { return qt_error_string(error); }

// Empty: done.
QString sentenceOf(const base::Status& status) {
  return status ? QString() : QString::fromStdString(status.error().text);
}

}  // namespace

QString draftPath(const QString& folder, const QString& key) {
  QByteArray name = QUrl::toPercentEncoding(key);
  if (name.size() > kLongestName) name = QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex();
  if (name.startsWith('.')) name.replace(0, 1, "%2E");
  return folder + QLatin1Char('/') + QString::fromLatin1(name) + QStringLiteral(".json");
}

QString makeDraftFolder(const QString& folder) {
  const QByteArray path = QFile::encodeName(folder);
  if (!QDir().mkpath(QFileInfo(folder).path())) return tr("The folder %1 cannot be made.").arg(folder);
  if (::mkdir(path.constData(), 0700) != 0 && errno != EEXIST) return textOfErrno(errno);
  if (!QFileInfo(folder).isDir()) return tr("%1 is in the way: it is no folder.").arg(folder);
  if (::chmod(path.constData(), 0700) != 0) return textOfErrno(errno);
  return {};
}

std::string draftText(const KeptDraft& draft) {
  base::Json::Object json{{"format", kFormat},
                          {"source", draft.source.toStdString()},
                          {"revision", std::uint64_t{draft.revision}},
                          {"written", static_cast<std::uint64_t>(draft.written)},
                          {"deed", draft.deed.toStdString()}};
  if (draft.begun) {
    json.push_back({"begun", base::Json::Object{{"change", draft.begun->change},
                                                {"created_at", static_cast<std::uint64_t>(draft.begun->createdAt)},
                                                {"same", draft.begun->same}}});
  }
  json.push_back({"edits", draft.edits});
  std::string text;
  base::Json(std::move(json)).writeCompact(text);
  return text;
}

base::Result<std::optional<KeptDraft>, QString> readDraft(const QString& path) {
  if (!QFileInfo::exists(path)) return std::optional<KeptDraft>();
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return base::fail(file.errorString());
  if (file.size() > kMaxDraftFile) return base::fail(tr("It is too large for a draft."));
  const QByteArray bytes = file.readAll();
  const auto json = base::parseJson({bytes.constData(), static_cast<std::size_t>(bytes.size())});
  if (!json) return base::fail(tr("It is not whole."));
  const base::Json* format = json->find("format");
  if (format == nullptr || format->number() == nullptr) return base::fail(tr("It holds no draft."));
  if (*format->number() != kFormat) return base::fail(tr("Another version of the console has written it."));
  KeptDraft draft;
  draft.source = QString::fromStdString(base::textOf(*json, "source"));
  draft.revision = base::numberOf(*json, "revision");
  draft.written = static_cast<san::Seconds>(base::numberOf(*json, "written"));
  draft.deed = QString::fromStdString(base::textOf(*json, "deed"));
  if (const base::Json* begun = json->find("begun"); begun != nullptr) {
    draft.begun =
        KeptBegun{base::numberOf(*begun, "change"), static_cast<san::Seconds>(base::numberOf(*begun, "created_at")),
                  base::truthOf(*begun, "same")};
  }
  const base::Json* edits = json->find("edits");
  if (edits == nullptr || edits->array() == nullptr) return base::fail(tr("It holds no draft."));
  draft.edits = *edits;
  return std::optional<KeptDraft>(std::move(draft));
}

QString writeDraft(const QString& path, const std::string& text) {
  return sentenceOf(files::replaceFile(QFile::encodeName(path).toStdString(), base::asBytes(text)));
}

QString removeDraft(const QString& path) {
  return sentenceOf(files::removeFile(QFile::encodeName(path).toStdString()));
}

QString writeDraftAside(const QString& path, const QString& ending, const std::string& text, QString& fault) {
  for (int i = 1; i <= kMostAside; ++i) {
    const QString to = asideName(path, i, ending);
    // Taken by being made: another console may look for a name at the same time.
    QFile file(to);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
      if (QFileInfo::exists(to)) continue;
      fault = file.errorString();
      return {};
    }
    file.close();
    fault = writeDraft(to, text);
    if (fault.isEmpty()) return to;
    (void)removeDraft(to);
    return {};
  }
  fault = tr("too many drafts have been put aside there");
  return {};
}

void rememberUntold(const QString& aside) { (void)writeDraft(aside + kUntold, {}); }

QStringList untoldDrafts(const QString& path) {
  const QFileInfo file(path);
  QStringList asides;
  for (QString name : file.dir().entryList(QDir::Files | QDir::Hidden, QDir::Name)) {
    if (!name.startsWith(file.fileName() + QLatin1Char('.')) || !name.endsWith(kUntold)) continue;
    name.chop(kUntold.size());
    const QString aside = file.dir().filePath(name);
    QFileInfo::exists(aside) ? asides.push_back(aside) : forgetUntold({aside});
  }
  return asides;
}

void forgetUntold(const QStringList& asides) {
  for (const QString& one : asides) (void)removeDraft(one + kUntold);
}

QString putDraftAside(const QString& path, const QString& ending) {
  for (int i = 1; i <= kMostAside; ++i) {
    const QString to = asideName(path, i, ending);
    if (QFileInfo::exists(to)) continue;
    return QFile::rename(path, to) ? to : QString();
  }
  return {};
}

}  // namespace console
