// What comes before a ServerSource: a look at the certificate of a server that nobody knows yet, and the login.
//
// The UI thread; each answers once, later. The password goes into the body of one request, which is wiped; it is kept
// nowhere. Errors: Problem.
#pragma once

#include "console-gui/client/server_access.h"

namespace console {

// The root of the chain that a server shows: what somebody is asked to compare and to accept.
struct ShownAuthority {
  QByteArray pem;
  QString subject;
  QString fingerprint;  // SHA-256, as `sanctl` and the server's log print it
  QDateTime expires;
};
using AuthorityShown = std::function<void(const base::Result<ShownAuthority, Problem>& shown)>;
void lookAt(const ServerPlace& place, QObject* context, AuthorityShown done);

struct Entered {
  base::Secret token;
  qint64 expires = 0;  // seconds since 1970 UTC
};
using LoggedIn = std::function<void(base::Result<Entered, Problem> entered)>;
// `place` has its authority and user.
void logIn(ServerAccess& access, base::Secret password, LoggedIn done);

}  // namespace console
