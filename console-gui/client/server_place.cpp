#include "console-gui/client/server_place.h"

#include <QUrl>

#include "console-gui/client/tr.h"

namespace console {

ServerPlace ServerPlace::parse(const QString& typed, QString& why) {
  ServerPlace place;
  QString text = typed.trimmed();
  if (text.startsWith(QLatin1String("http://"))) {
    why = console::tr("The management API speaks HTTPS only. Write the address without http://.");
    return place;
  }
  if (!text.contains(QLatin1String("://"))) text.prepend(QLatin1String("https://"));
  const QUrl url(text, QUrl::StrictMode);
  if (typed.trimmed().isEmpty()) {
    why = console::tr("Write the server's name or address, such as san.example or 192.0.2.1:3285.");
  } else if (!url.isValid() || url.scheme() != QLatin1String("https") || url.host().isEmpty()) {
    why = console::tr("This is no address of a server. Write a name or an address, and perhaps a port: san.example:3285.");
  } else if (!url.userInfo().isEmpty()) {
    why = console::tr("A user name does not belong into the address. Write it into its own field.");
  } else if ((!url.path().isEmpty() && url.path() != QLatin1String("/")) || url.hasQuery() || url.hasFragment()) {
    why = console::tr("The address is a name and perhaps a port, without a path.");
  } else {
    why.clear();
    place.host = url.host();
    place.port = static_cast<quint16>(url.port(3285));
  }
  return place;
}

}  // namespace console
