// HttpServer: HTTPS/1.1 (RFC 9112) on an EventLoop. TLS 1.2 and up; a client may show a certificate of our CA.
//
// One thread, the loop's. A request becomes an Exchange, which its handler answers at once, keeps and answers later, or turns
// into a stream of events. An Exchange whose client has gone takes answers and drops them; gone() may be asked from any
// thread.
//
// Bounds (HttpLimits): connections (beyond, none is accepted until one ends), headers, body (413), idle time (without a
// request, in the middle of one, or without reading of the answer; a client to whom an answer is owed is not idle), what may
// wait in a stream when more comes (beyond, it is cut off). Errors: start() fails with a sentence; a peer's mistakes are statuses.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isns-server/api/event_loop.h"
#include "shared/base/bytes.h"
#include "shared/net/address.h"

struct evbuffer;
struct evhttp;
struct evhttp_request;
struct evconnlistener;
struct sockaddr;
struct ssl_ctx_st;

namespace api {

struct HttpLimits {
  std::size_t connections = 5000;
  std::size_t headers = 16U << 10;
  std::size_t body = 8U << 20;
  std::size_t streamWaiting = 1U << 20;
  std::chrono::milliseconds idle{60'000};
};

// Certificate chain and key of the server, and what clients' certificates must come from; PEM.
struct TlsIdentity {
  std::string certificate;
  std::string key;
  std::string clientCa;  // empty: no client certificates
};

struct HttpRequest {
  std::string method;
  std::string path;  // as it came, without the query: a segment is decoded when it is known to be one
  std::vector<std::pair<std::string, std::string>> query;    // decoded
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string peer;               // address, without the port; empty: by the local socket
  bool local = false;             // by the local socket, which only root and the server's user can open
  base::Bytes peerCertificate;    // DER, of an authority of TlsIdentity::clientCa and within its time; empty: none such
  base::Bytes refusedCertificate;  // DER, where it showed another: proves nothing, and is there to tell it why

  // Empty where there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

// "%2F" and the like; a "+" stays one.
std::string percentDecoded(std::string_view text);

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

class Exchange {
 public:
  Exchange(evhttp_request* raw, HttpRequest request, std::size_t streamWaiting);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] const HttpRequest& request() const { return request_; }
  [[nodiscard]] bool gone() const { return raw_ == nullptr; }

  void answer(const HttpResponse& response);
  // Its body is sent from where it lies and wiped then.
  void answerSecret(HttpResponse response);
  // Overwrites the body and forgets it.
  void wipeBody();

  // Instead: status 200 and what send() brings, until end(). False when the client has gone or read too little.
  void beginStream(const std::string& type);
  bool send(std::string_view text);
  void end();

 private:
  friend class HttpServer;
  void lost() { raw_ = nullptr; }
  void reply(const HttpResponse& response, evbuffer* body);

  std::atomic<evhttp_request*> raw_;
  HttpRequest request_;
  const std::size_t streamWaiting_;
  bool streaming_ = false;
};

class ExchangeHandler {
 public:
  virtual ~ExchangeHandler() = default;
  virtual void onExchange(std::shared_ptr<Exchange> exchange) = 0;
  // Its body is beyond the bound and was dropped.
  virtual void onTooLarge(std::shared_ptr<Exchange> exchange) { exchange->answer({413, "text/plain", "Too large.\n", {}}); }
};

class HttpServer {
 public:
  static base::Result<std::unique_ptr<HttpServer>> start(EventLoop& loop, const net::Address& address,
                                                           const TlsIdentity& identity, const HttpLimits& limits,
                                                           ExchangeHandler& handler);
  // Without TLS on a unix socket that only its owner may open (mode 0600). What stands at the path is replaced.
  static base::Result<std::unique_ptr<HttpServer>> startLocal(EventLoop& loop, const std::string& path,
                                                                const HttpLimits& limits, ExchangeHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Connections that come from now on get this; those that are there keep what they have.
  base::Status renew(const TlsIdentity& identity);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t connections() const { return connections_; }

 private:
  HttpServer(const HttpLimits& limits, ExchangeHandler& handler)
      : limits_(limits), handler_(handler), ended_(std::make_shared<Ended>([this] { onConnectionEnded(); })) {}
  base::Status serve(EventLoop& loop, const sockaddr* where, int size, const std::string& text);
  void onRequest(evhttp_request* raw);
  void owesAnswer(evhttp_request* raw);
  void onConnectionEnded();

  const HttpLimits limits_;
  ExchangeHandler& handler_;
  ssl_ctx_st* tls_ = nullptr;
  evhttp* http_ = nullptr;
  evconnlistener* listener_ = nullptr;
  bool bound_ = false;  // then it is http_'s
  std::uint16_t port_ = 0;
  std::size_t connections_ = 0;
  // Each connection's TLS calls it when it goes, which may be after the server: the event loop frees it later.
  using Ended = std::function<void()>;
  std::shared_ptr<Ended> ended_;
};

}  // namespace api
