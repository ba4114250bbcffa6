#include "isns-server/api/http_server.h"

#include <event2/bufferevent_ssl.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "shared/net/listen_failure.h"
#include "shared/net/socket_path.h"

namespace api {

HttpServer::HttpServer(EventLoop& loop, const HttpLimits& limits, ExchangeHandler& handler)
    : loop_(loop),
      common_{limits, handler, std::make_shared<BodyBudget>(limits.bodies, limits.strangersBodies),
              std::make_shared<BodyBudget>(limits.answers, limits.strangersAnswers)},
      ended_([this](HttpConnection* connection) { onEnded(connection); }),
      counts_(std::make_shared<SourceCounts>(limits.connectionsPerSource)) {}

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(EventLoop& loop, const net::Address& address,
                                                             const TlsIdentity& identity, const HttpLimits& limits,
                                                             ExchangeHandler& handler) {
  std::unique_ptr<HttpServer> server(new HttpServer(loop, limits, handler));
  if (auto status = server->renew(identity); !status) return base::fail(status.error());
  sockaddr_storage where{};
  const socklen_t size = address.toSockaddr(where);
  if (!server->listen(reinterpret_cast<sockaddr*>(&where), static_cast<int>(size))) return net::listenFailure(address);
  return server;
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::startLocal(EventLoop& loop, const std::string& path,
                                                                  const HttpLimits& limits, ExchangeHandler& handler) {
  auto where = net::unixAddress(path);
  if (!where) return base::fail(where.error());
  if (auto claimed = net::claimSocketPath(path); !claimed) return base::fail(claimed.error());
  std::unique_ptr<HttpServer> server(new HttpServer(loop, limits, handler));
  // Nobody else may connect in the moment between its making and a change of its mode.
  const mode_t before = ::umask(0177);
  const bool listens = server->listen(reinterpret_cast<sockaddr*>(&*where), sizeof *where);
  const int error = errno;
  ::umask(before);
  if (!listens) return net::osFailure("cannot listen on the socket " + path, error);
  return server;
}

bool HttpServer::listen(const sockaddr* where, int size) {
  listener_ = evconnlistener_new_bind(
      loop_.base(),
      [](evconnlistener*, evutil_socket_t fd, sockaddr* from, int, void* self) {
        static_cast<HttpServer*>(self)->onAccept(fd, from);
      },
      this, LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 256, where, size);
  if (listener_ == nullptr) return false;
  // The end of a large answer must not wait for the peer's delayed acknowledgement of what was before it (40 ms).
  // Connections inherit it; a local socket has no such option.
  const int on = 1;
  (void)::setsockopt(evconnlistener_get_fd(listener_), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_storage bound{};
  socklen_t boundSize = sizeof bound;
  ::getsockname(evconnlistener_get_fd(listener_), reinterpret_cast<sockaddr*>(&bound), &boundSize);
  if (const auto own = net::Address::from(bound)) port_ = own->port();
  return true;
}

HttpServer::~HttpServer() {
  if (listener_ != nullptr) evconnlistener_free(listener_);
  connections_.clear();
}

base::Status HttpServer::renew(const TlsIdentity& identity) {
  auto context = tlsContextOf(identity);
  if (!context) return base::fail(context.error());
  tls_ = std::move(*context);
  return {};
}

void HttpServer::onAccept(int fd, const sockaddr* from) {
  std::string peer;
  if (tls_) {
    sockaddr_storage address{};
    std::memcpy(&address, from, from->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    if (const auto known = net::Address::from(address)) peer = known->host();
    if (!counts_->admits(peer)) {
      ::close(fd);
      return common_.handler.onCrowded(peer);
    }
  }
  bufferevent* const stream =
      tls_ ? bufferevent_openssl_socket_new(loop_.base(), fd, SSL_new(tls_.get()), BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE)
           : bufferevent_socket_new(loop_.base(), fd, BEV_OPT_CLOSE_ON_FREE);
  if (stream == nullptr) {
    ::close(fd);
    return;
  }
  SourceCounts::Place place = peer.empty() ? SourceCounts::Place() : SourceCounts::Place(counts_, peer);
  const auto connection = std::make_shared<HttpConnection>(stream, std::move(peer), std::move(place), common_, ended_);
  connections_.emplace(connection.get(), connection);
  if (connections_.size() >= common_.limits.connections) evconnlistener_disable(listener_);
  connection->begin();
}

void HttpServer::onEnded(HttpConnection* connection) {
  connections_.erase(connection);
  if (connections_.size() + 1 == common_.limits.connections) evconnlistener_enable(listener_);
}

}  // namespace api
