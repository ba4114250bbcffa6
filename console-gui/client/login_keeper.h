// LoginKeeper: keeps the token of a login in the system's key ring (qtkeychain), and nowhere else.
//
// The UI thread; each answers once, later. Where the system has no key ring, nothing is kept and the user logs in
// again: it is never written to a file. A token stands under its server and its user (tokenKey()): nobody opens a
// server by the login of another one. Errors: a sentence.
#pragma once

#include <QObject>
#include <functional>
#include <map>

#include "console-gui/client/server_place.h"

namespace console {

void keepToken(const ServerPlace& place, const base::Secret& token, QObject* context,
               std::function<void(const QString& fault)> done);
// Empty: none is kept.
void keptToken(const ServerPlace& place, QObject* context, std::function<void(base::Secret token)> done);
void forgetToken(const ServerPlace& place, QObject* context);
// "ann@san.example:3285".
QString tokenKey(const ServerPlace& place);

// For tests: by tokenKey(), in this process and in no key ring; nullptr: the key ring again.
using KeptTokens = std::map<QString, base::Secret>;
void keepTokensIn(KeptTokens* kept);

}  // namespace console
