// HttpServer: HTTPS/1.1 (RFC 9112) on an EventLoop, and HTTP on a unix socket. A client may show a certificate of our CA.
//
// One thread, the loop's. A request becomes an Exchange (exchange.h), which its handler answers at once, keeps and answers
// later, or turns into a stream of events.
//
// Bounds: HttpLimits (http_connection.h). Errors: start() fails with a sentence; a peer's mistakes are statuses.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "isns-server/api/event_loop.h"
#include "isns-server/api/exchange.h"
#include "isns-server/api/http_connection.h"
#include "isns-server/api/tls_context.h"
#include "shared/base/result.h"
#include "shared/net/address.h"

struct evconnlistener;
struct sockaddr;

namespace api {

class HttpServer {
 public:
  static base::Result<std::unique_ptr<HttpServer>> start(EventLoop& loop, const net::Address& address,
                                                           const TlsIdentity& identity, const HttpLimits& limits,
                                                           ExchangeHandler& handler);
  // Without TLS on a unix socket that only its owner may open (mode 0600). A socket that is left over at the path
  // is replaced, nothing else is.
  static base::Result<std::unique_ptr<HttpServer>> startLocal(EventLoop& loop, const std::string& path,
                                                                const HttpLimits& limits, ExchangeHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Connections that come from now on get this; those that are there keep what they have.
  base::Status renew(const TlsIdentity& identity);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  HttpServer(EventLoop& loop, const HttpLimits& limits, ExchangeHandler& handler);
  // False: errno has the reason.
  bool listen(const sockaddr* where, int size);
  void onAccept(int fd, const sockaddr* from);
  void onEnded(HttpConnection* connection);

  EventLoop& loop_;
  const HttpCommon common_;
  const HttpConnection::Ended ended_;
  TlsContext tls_;  // none for the local socket
  evconnlistener* listener_ = nullptr;
  std::uint16_t port_ = 0;
  std::unordered_map<HttpConnection*, std::shared_ptr<HttpConnection>> connections_;
  const std::shared_ptr<SourceCounts> counts_;
};

}  // namespace api
