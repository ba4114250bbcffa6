// The TLS of the management API: TLS 1.2 and up, no session tickets, client certificates asked for and not demanded.
//
// Pure, but for OpenSSL's memory. Errors are sentences.
#pragma once

#include <memory>
#include <string>

#include "shared/base/bytes.h"
#include "shared/base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace api {

// Certificate chain and key of the server, and what clients' certificates must come from; PEM.
struct TlsIdentity {
  std::string certificate;
  std::string key;
  std::string clientCa;  // empty: no client certificates
};

struct TlsContextFree {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextFree>;

base::Result<TlsContext> tlsContextOf(const TlsIdentity& identity);

// What a client has shown, DER. At most one of the two is there.
struct ShownCertificate {
  base::Bytes holds;    // of an authority of TlsIdentity::clientCa and within its time
  base::Bytes refused;  // another: proves nothing, and is there to tell the client why
};
ShownCertificate shownBy(ssl_st* connection);

}  // namespace api
