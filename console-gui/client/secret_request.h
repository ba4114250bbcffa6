// A request with a secret in its body: one connection, one answer, and nothing of the secret stays in this process.
//
// Qt's network stack copies what it sends into buffers that it frees unwiped; so here OpenSSL encrypts straight from a
// text that is wiped, and a plain QTcpSocket carries the records. Whom it believes is as for ServerAccess: the root
// that somebody accepted, without names (shared/mgmt/server_check.h says why), no proxy. The UI thread. It answers
// once, later, and not after `context` has gone. Errors: Problem. Bounds: kMaxSecretAnswer bytes,
// ServerAccess::kPatience.
#pragma once

#include "console-gui/client/server_place.h"
#include "console-gui/client/source.h"

namespace console {

inline constexpr std::size_t kMaxSecretAnswer = std::size_t{1} << 20;  // bytes

// `body`: JSON of its last size, in which the secret stands; wiped when it is sent, or when it never will be.
void sendSecret(const ServerPlace& place, mgmt::Route route, std::string body, QObject* context, Downloaded done);

}  // namespace console
