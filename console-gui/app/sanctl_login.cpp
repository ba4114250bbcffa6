#include "console-gui/app/sanctl_login.h"

#include <QFile>
#include <QFileInfo>
#include <QUrl>
#include <cstdlib>

#include "console-gui/client/wipe_bytes.h"
#include "shared/base/secret_json.h"
#include "shared/ctl/stored_logins.h"

namespace console {
namespace {

base::Failure<base::Error> refuse(const QString& why) { return base::fail(why.toStdString()); }

QString orLogIn(const char* why) {
  return QString::fromLatin1(why) + QStringLiteral(": log in by `sanctl login --server HOST`");
}

}  // namespace

base::Result<SanctlLogin> sanctlLogin() {
  const std::string path = ctl::loginsPath([](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  });
  QFile file(QString::fromStdString(path));
  if (path.empty() || !file.open(QIODevice::ReadOnly)) return refuse(orLogIn("sanctl keeps no login"));
  const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
  if ((file.permissions() & others) != 0)
    return refuse(file.fileName() + QStringLiteral(": others may read it; chmod 600 it, and log in again"));
  const QByteArray bytes = file.readAll();
  std::string text = bytes.toStdString();
  wipeBytes(bytes);
  auto logins = ctl::readLogins(text);
  base::wipeText(text);
  if (!logins) return refuse(file.fileName() + QStringLiteral(": ") + QString::fromStdString(logins.error().text));
  if (logins->empty()) return refuse(orLogIn("sanctl keeps no login"));
  ctl::StoredLogin& last = logins->back();
  const QUrl url(QString::fromStdString(last.server));
  if (url.scheme() != QLatin1String("https") || last.token.empty()) {
    return refuse(orLogIn("the last login of sanctl is not by a token over https"));
  }
  SanctlLogin login;
  login.place.host = url.host();
  login.place.port = static_cast<quint16>(url.port(login.place.port));
  login.place.authority = QByteArray::fromStdString(last.authority);
  login.place.user = QString::fromStdString(last.user);
  login.token = std::move(last.token);
  return login;
}

}  // namespace console
