// ServerPlace: a server of which a console knows where it is, which authority stands for it, and as whom to enter.
//
// A value. The token is a Secret: it never reaches a log or a settings file; it is kept by the system (login_keeper.h).
#pragma once

#include <QString>

#include "shared/base/secret.h"

namespace console {

struct ServerPlace {
  QString host;
  quint16 port = 3285;
  QByteArray authority;  // PEM of the root that somebody looked at and accepted; empty: none yet
  QString user;

  // "san.example:3285", "[2001:db8::1]:3285".
  [[nodiscard]] QString name() const {
    return (host.contains(QLatin1Char(':')) ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2")).arg(host).arg(port);
  }
  // "san.example", "https://san.example:3285/"; nothing where it is none, with the reason in `why`.
  static ServerPlace parse(const QString& typed, QString& why);
};

}  // namespace console
