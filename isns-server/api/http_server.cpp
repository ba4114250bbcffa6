#include "isns-server/api/http_server.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <unordered_map>
#include <utility>

#include "shared/base/secret.h"

namespace api {
namespace {

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
using Certificate = std::unique_ptr<X509, X509Free>;
using Context = std::unique_ptr<SSL_CTX, ContextFree>;

Bio bioOf(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::vector<Certificate> certificatesOf(const std::string& pem) {
  std::vector<Certificate> all;
  const Bio bio = bioOf(pem);
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
  ERR_clear_error();  // the end of the text
  return all;
}

// Set in an SSL object whose client showed a certificate that does not hold.
int refusedSlot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

// OpenSSL judges as ever; but a certificate that does not hold ends no handshake. Who shows one hears why in an answer,
// and it can be recorded; readPeer() never takes it for proof. That the client has its key is still to be shown (RFC 8446
// 4.4.3). What OpenSSL noted about the certificate would look like an error of the connection.
int judgeClient(X509_STORE_CTX* judged, void*) {
  ERR_set_mark();
  const bool holds = X509_verify_cert(judged) == 1 && X509_STORE_CTX_get_error(judged) == X509_V_OK;
  ERR_pop_to_mark();
  if (holds) return 1;
  if (X509_STORE_CTX_get_error(judged) == X509_V_OK) X509_STORE_CTX_set_error(judged, X509_V_ERR_UNSPECIFIED);
  auto* const ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(judged, SSL_get_ex_data_X509_STORE_CTX_idx()));
  static int mark = 0;
  return ssl != nullptr && SSL_set_ex_data(ssl, refusedSlot(), &mark) == 1 ? 1 : 0;
}

base::Result<Context> contextOf(const TlsIdentity& identity) {
  Context context(SSL_CTX_new(TLS_server_method()));
  if (!context) return base::fail("TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_TICKET);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  // A ticket would let a client back in without its certificate being looked at again.
  SSL_CTX_set_num_tickets(context.get(), 0);
  const auto chain = certificatesOf(identity.certificate);
  if (chain.empty()) return base::fail("the server's certificate cannot be read");
  if (SSL_CTX_use_certificate(context.get(), chain[0].get()) != 1) return base::fail("the server's certificate cannot be used");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context.get(), chain[i].get()) != 1) return base::fail("the server's certificate chain cannot be used");
  }
  const Bio keyBio = bioOf(identity.key);
  const std::unique_ptr<EVP_PKEY, KeyFree> key(PEM_read_bio_PrivateKey(keyBio.get(), nullptr, nullptr, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 || SSL_CTX_check_private_key(context.get()) != 1) {
    return base::fail("the server's key cannot be read or is not that of its certificate");
  }
  if (identity.clientCa.empty()) return context;
  X509_STORE* const store = SSL_CTX_get_cert_store(context.get());
  for (const Certificate& ca : certificatesOf(identity.clientCa)) {
    X509_STORE_add_cert(store, ca.get());
    SSL_CTX_add_client_CA(context.get(), ca.get());
  }
  // Asked for, not demanded: people come with a password or a token.
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), judgeClient, nullptr);
  return context;
}

std::string textOf(const char* text) { return text == nullptr ? std::string() : std::string(text); }

std::string decoded(std::string_view text, bool plusIsSpace) {
  std::size_t size = 0;
  char* const raw = evhttp_uridecode(std::string(text).c_str(), plusIsSpace ? 1 : 0, &size);
  std::string out = raw == nullptr ? std::string() : std::string(raw, size);
  std::free(raw);
  return out;
}

void readUri(evhttp_request* raw, HttpRequest& request) {
  const evhttp_uri* uri = evhttp_request_get_evhttp_uri(raw);
  request.path = textOf(uri == nullptr ? nullptr : evhttp_uri_get_path(uri));
  const std::string query = textOf(uri == nullptr ? nullptr : evhttp_uri_get_query(uri));
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view part = std::string_view(query).substr(at, end - at);
    const std::size_t equals = part.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    if (!part.empty()) request.query.emplace_back(decoded(part.substr(0, equals), true), decoded(value, true));
    at = end + 1;
  }
}

void readHeaders(evhttp_request* raw, HttpRequest& request) {
  const evkeyvalq* headers = evhttp_request_get_input_headers(raw);
  for (const evkeyval* header = headers->tqh_first; header != nullptr; header = header->next.tqe_next) {
    std::string name = header->key;
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    request.headers.emplace_back(std::move(name), header->value);
  }
}

void readPeer(evhttp_connection* connection, HttpRequest& request) {
  char* address = nullptr;
  ev_uint16_t port = 0;
  evhttp_connection_get_peer(connection, &address, &port);
  request.peer = textOf(address);
  SSL* const ssl = bufferevent_openssl_get_ssl(evhttp_connection_get_bufferevent(connection));
  const Certificate shown(ssl == nullptr ? nullptr : SSL_get1_peer_certificate(ssl));
  if (!shown) return;
  const bool holds = SSL_get_verify_result(ssl) == X509_V_OK && SSL_get_ex_data(ssl, refusedSlot()) == nullptr;
  unsigned char* der = nullptr;
  const int size = i2d_X509(shown.get(), &der);
  if (size > 0) (holds ? request.peerCertificate : request.refusedCertificate).assign(der, der + size);
  OPENSSL_free(der);
}

const char* methodName(evhttp_cmd_type method) {
  switch (method) {
    case EVHTTP_REQ_GET:
      return "GET";
    case EVHTTP_REQ_POST:
      return "POST";
    case EVHTTP_REQ_HEAD:
      return "HEAD";
    case EVHTTP_REQ_PUT:
      return "PUT";
    case EVHTTP_REQ_DELETE:
      return "DELETE";
    case EVHTTP_REQ_PATCH:
      return "PATCH";
    default:
      return "";
  }
}

// Bodies hold passwords; the library would give the memory back as it is.
void drainWiped(evbuffer* buffer) {
  std::vector<evbuffer_iovec> parts(static_cast<std::size_t>(evbuffer_peek(buffer, -1, nullptr, nullptr, 0)));
  evbuffer_peek(buffer, -1, nullptr, parts.data(), static_cast<int>(parts.size()));
  for (const evbuffer_iovec& part : parts) base::wipe({static_cast<std::uint8_t*>(part.iov_base), part.iov_len});
  evbuffer_drain(buffer, evbuffer_get_length(buffer));
}

timeval timevalOf(std::chrono::milliseconds time) {
  return {static_cast<time_t>(time.count() / 1000), static_cast<suseconds_t>(time.count() % 1000 * 1000)};
}

// Who waits on which connection, for when it ends.
using Waiting = std::unordered_map<evhttp_connection*, std::weak_ptr<Exchange>>;
Waiting& waiting() {
  static thread_local Waiting all;
  return all;
}

}  // namespace

std::string percentDecoded(std::string_view text) { return decoded(text, false); }

std::string_view HttpRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

std::string_view HttpRequest::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

// ---- Exchange ------------------------------------------------------------------------------------------------------

Exchange::Exchange(evhttp_request* raw, HttpRequest request, std::size_t streamWaiting)
    : raw_(raw), request_(std::move(request)), streamWaiting_(streamWaiting) {}

// Whoever forgets to answer must not leave the client waiting.
Exchange::~Exchange() {
  if (raw_ == nullptr) return;
  if (streaming_) {
    end();
  } else {
    answer({500, "text/plain", "No answer was made.\n", {}});
  }
}

void Exchange::answer(const HttpResponse& response) {
  if (raw_ == nullptr || streaming_) return;
  evbuffer* const body = evbuffer_new();
  evbuffer_add(body, response.body.data(), response.body.size());
  reply(response, body);
}

void Exchange::answerSecret(HttpResponse response) {
  auto* const kept = new std::string(std::move(response.body));
  const auto wiped = [](const void*, std::size_t, void* text) {
    auto* const body = static_cast<std::string*>(text);
    base::wipe({reinterpret_cast<std::uint8_t*>(body->data()), body->size()});
    delete body;
  };
  if (raw_ == nullptr || streaming_) return wiped(nullptr, 0, kept);
  evbuffer* const body = evbuffer_new();
  if (kept->empty() || evbuffer_add_reference(body, kept->data(), kept->size(), wiped, kept) != 0) {
    wiped(nullptr, 0, kept);
    response.status = 500;
  }
  reply(response, body);
}

// Takes the body.
void Exchange::reply(const HttpResponse& response, evbuffer* body) {
  evhttp_request* const raw = raw_.exchange(nullptr);
  evkeyvalq* const headers = evhttp_request_get_output_headers(raw);
  if (!response.type.empty()) evhttp_add_header(headers, "Content-Type", response.type.c_str());
  evhttp_add_header(headers, "Cache-Control", "no-store");
  for (const auto& [name, value] : response.headers) evhttp_add_header(headers, name.c_str(), value.c_str());
  waiting().erase(evhttp_request_get_connection(raw));
  evhttp_send_reply(raw, response.status, nullptr, body);
  evbuffer_free(body);
}

void Exchange::wipeBody() {
  base::wipe({reinterpret_cast<std::uint8_t*>(request_.body.data()), request_.body.size()});
  request_.body.clear();
}

void Exchange::beginStream(const std::string& type) {
  if (raw_ == nullptr || streaming_) return;
  streaming_ = true;
  evkeyvalq* const headers = evhttp_request_get_output_headers(raw_);
  evhttp_add_header(headers, "Content-Type", type.c_str());
  evhttp_add_header(headers, "Cache-Control", "no-store");
  evhttp_send_reply_start(raw_, 200, nullptr);
}

bool Exchange::send(std::string_view text) {
  if (raw_ == nullptr || !streaming_) return false;
  bufferevent* const connection = evhttp_connection_get_bufferevent(evhttp_request_get_connection(raw_));
  if (evbuffer_get_length(bufferevent_get_output(connection)) > streamWaiting_) {
    end();
    return false;
  }
  evbuffer* const chunk = evbuffer_new();
  evbuffer_add(chunk, text.data(), text.size());
  evhttp_send_reply_chunk(raw_, chunk);
  evbuffer_free(chunk);
  return raw_ != nullptr;
}

void Exchange::end() {
  if (raw_ == nullptr || !streaming_) return;
  evhttp_request* const raw = raw_.exchange(nullptr);
  waiting().erase(evhttp_request_get_connection(raw));
  evhttp_send_reply_end(raw);
}

// ---- HttpServer ----------------------------------------------------------------------------------------------------

namespace {

// A server's own place in an SSL object, to hear of its end: a shared pointer to what is called then.
using EndedPtr = std::shared_ptr<std::function<void()>>;
int serverSlot() {
  static const int slot = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* kept, CRYPTO_EX_DATA*, int, long, void*) {
        const std::unique_ptr<EndedPtr> ended(static_cast<EndedPtr*>(kept));
        if (ended && **ended) (**ended)();
      });
  return slot;
}

}  // namespace

base::Result<std::unique_ptr<HttpServer>> HttpServer::start(EventLoop& loop, const net::Address& address,
                                                             const TlsIdentity& identity, const HttpLimits& limits,
                                                             ExchangeHandler& handler) {
  std::unique_ptr<HttpServer> server(new HttpServer(limits, handler));
  if (auto status = server->renew(identity); !status) return base::fail(status.error());
  sockaddr_storage where{};
  const socklen_t size = address.toSockaddr(where);
  const auto status = server->serve(loop, reinterpret_cast<sockaddr*>(&where), static_cast<int>(size), address.text());
  if (!status) return base::fail(status.error());
  evhttp_set_bevcb(
      server->http_,
      [](event_base* base, void* self) {
        auto& own = *static_cast<HttpServer*>(self);
        SSL* const ssl = SSL_new(own.tls_);
        SSL_set_ex_data(ssl, serverSlot(), std::make_unique<EndedPtr>(own.ended_).release());
        if (++own.connections_ >= own.limits_.connections) evconnlistener_disable(own.listener_);
        return bufferevent_openssl_socket_new(base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
      },
      server.get());
  return server;
}

base::Result<std::unique_ptr<HttpServer>> HttpServer::startLocal(EventLoop& loop, const std::string& path,
                                                                  const HttpLimits& limits, ExchangeHandler& handler) {
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  if (path.size() >= sizeof where.sun_path) return base::fail("the path of the local socket is too long: " + path);
  std::copy(path.begin(), path.end(), where.sun_path);
  std::unique_ptr<HttpServer> server(new HttpServer(limits, handler));
  ::unlink(path.c_str());
  // Nobody else may connect in the moment between its making and a change of its mode.
  const mode_t before = ::umask(0177);
  const auto status = server->serve(loop, reinterpret_cast<sockaddr*>(&where), sizeof where, path);
  ::umask(before);
  if (!status) return base::fail(status.error());
  return server;
}

base::Status HttpServer::serve(EventLoop& loop, const sockaddr* where, int size, const std::string& text) {
  http_ = evhttp_new(loop.base());
  listener_ = evconnlistener_new_bind(loop.base(), nullptr, nullptr,
                                      LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 256, where, size);
  if (http_ == nullptr || listener_ == nullptr) {
    return base::fail("cannot listen on " + text + ": " + evutil_socket_error_to_string(EVUTIL_SOCKET_ERROR()));
  }
  // Head and body of an answer leave in two writes, and the second must not wait for the peer's delayed acknowledgement
  // of the first (40 ms). Connections inherit it; a local socket has no such option.
  const int on = 1;
  (void)::setsockopt(evconnlistener_get_fd(listener_), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_storage bound{};
  socklen_t boundSize = sizeof bound;
  ::getsockname(evconnlistener_get_fd(listener_), reinterpret_cast<sockaddr*>(&bound), &boundSize);
  if (const auto own = net::Address::from(bound)) port_ = own->port();
  evhttp_set_max_headers_size(http_, static_cast<ev_ssize_t>(limits_.headers));
  // What is a little too large is refused as everything else is; of what is far beyond, nothing is read.
  evhttp_set_max_body_size(http_, static_cast<ev_ssize_t>(2 * limits_.body));
  const timeval idle = timevalOf(limits_.idle);
  evhttp_set_timeout_tv(http_, &idle);
  evhttp_set_default_content_type(http_, nullptr);
  evhttp_set_allowed_methods(http_, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT |
                                        EVHTTP_REQ_DELETE | EVHTTP_REQ_PATCH);
  evhttp_set_gencb(http_, [](evhttp_request* raw, void* self) { static_cast<HttpServer*>(self)->onRequest(raw); }, this);
  if (evhttp_bind_listener(http_, listener_) == nullptr) return base::fail("cannot serve on " + text);
  bound_ = true;
  return {};
}

HttpServer::~HttpServer() {
  // Connections that end from now on, and later, have nobody to tell and shall not wake the listener.
  *ended_ = nullptr;
  evconnlistener* const listener = std::exchange(listener_, nullptr);
  if (http_ != nullptr) evhttp_free(http_);  // with every connection and, once it is bound, the listener
  if (listener != nullptr && !bound_) evconnlistener_free(listener);
  SSL_CTX_free(tls_);
}

base::Status HttpServer::renew(const TlsIdentity& identity) {
  auto context = contextOf(identity);
  if (!context) return base::fail(context.error());
  SSL_CTX_free(tls_);
  tls_ = context->release();
  return {};
}

void HttpServer::onConnectionEnded() {
  if (connections_-- == limits_.connections && listener_ != nullptr) evconnlistener_enable(listener_);
}

// Once an answer has begun the library reads again, to hear of the client's end, and cuts him off when he says nothing for
// the idle time: each listener to a stream. So until all of an answer is out, only its being read counts.
void HttpServer::owesAnswer(evhttp_request* raw) {
  const timeval idle = timevalOf(limits_.idle);
  bufferevent_set_timeouts(evhttp_connection_get_bufferevent(evhttp_request_get_connection(raw)), nullptr, &idle);
  evhttp_request_set_on_complete_cb(
      raw,
      [](evhttp_request* done, void* self) {
        const timeval both = timevalOf(static_cast<HttpServer*>(self)->limits_.idle);
        bufferevent_set_timeouts(evhttp_connection_get_bufferevent(evhttp_request_get_connection(done)), &both, &both);
      },
      this);
}

void HttpServer::onRequest(evhttp_request* raw) {
  evhttp_connection* const connection = evhttp_request_get_connection(raw);
  owesAnswer(raw);
  HttpRequest request;
  request.method = methodName(evhttp_request_get_command(raw));
  readUri(raw, request);
  readHeaders(raw, request);
  request.local = tls_ == nullptr;
  if (!request.local) readPeer(connection, request);
  evbuffer* const input = evhttp_request_get_input_buffer(raw);
  const bool tooLarge = evbuffer_get_length(input) > limits_.body;
  if (!tooLarge) request.body.resize(evbuffer_get_length(input));
  evbuffer_copyout(input, request.body.data(), request.body.size());
  drainWiped(input);
  auto exchange = std::make_shared<Exchange>(raw, std::move(request), limits_.streamWaiting);
  waiting()[connection] = exchange;
  evhttp_connection_set_closecb(
      connection,
      [](evhttp_connection* ended, void*) {
        const auto found = waiting().find(ended);
        if (found == waiting().end()) return;
        if (const auto left = found->second.lock()) left->lost();
        waiting().erase(found);
      },
      nullptr);
  if (tooLarge) {
    handler_.onTooLarge(std::move(exchange));
  } else {
    handler_.onExchange(std::move(exchange));
  }
}

}  // namespace api
