// LoginKeeper: keeps the token of a login in the system's key ring (qtkeychain), and nowhere else.
//
// The UI thread; each answers once, later. Where the system has no key ring, nothing is kept and the user logs in again:
// it is never written to a file. Errors: a sentence.
#pragma once

#include <QObject>
#include <functional>
#include <map>

#include "shared/base/secret.h"

namespace console {

void keepToken(const QString& server, const base::Secret& token, QObject* context, std::function<void(const QString& fault)> done);
// Empty: none is kept.
void keptToken(const QString& server, QObject* context, std::function<void(base::Secret token)> done);
void forgetToken(const QString& server, QObject* context);

// For tests: by server, in this process and in no key ring; nullptr: the key ring again.
using KeptTokens = std::map<QString, base::Secret>;
void keepTokensIn(KeptTokens* kept);

}  // namespace console
