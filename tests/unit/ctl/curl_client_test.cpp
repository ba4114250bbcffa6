// The real client of the management API, against a server of a few lines on a local socket.
#include "isns-server/ctl/curl_client.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "tests/support/scratch_folder.h"
#include "tests/support/self_signed.h"

namespace {

constexpr int kPatience = 20'000;  // milliseconds, far beyond what anything here takes

// Accepts one request, answers it with `text`, and says nothing more until the client has closed.
class MuteServer {
 public:
  MuteServer(const std::string& path, std::string text) : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::listen(listener_, 1);
    thread_ = std::thread([this, text = std::move(text)] {
      if (!readable(listener_)) return;
      const int fd = ::accept(listener_, nullptr, nullptr);
      char request[4096];
      if (readable(fd) && ::recv(fd, request, sizeof request, 0) > 0)
        ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
      clientClosed = readable(fd) && ::recv(fd, request, sizeof request, 0) == 0;
      ::close(fd);
    });
  }
  ~MuteServer() {
    end();
    ::close(listener_);
  }
  void end() {
    if (thread_.joinable()) thread_.join();
  }
  bool clientClosed = false;

 private:
  static bool readable(int fd) {
    pollfd poll{fd, POLLIN, 0};
    return ::poll(&poll, 1, kPatience) == 1;
  }
  int listener_;
  std::thread thread_;
};

TEST(CurlClient, GivesAStreamUpThatHasFallenSilent) {
  const support::ScratchFolder folder;
  const std::string path = folder.file("socket");
  MuteServer server(path, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: listening\n\n");
  ctl::ApiSettings settings;
  settings.socket = path;
  settings.timeout = std::chrono::seconds(20);
  settings.silence = std::chrono::seconds(1);
  std::string came;
  {
    const auto client = ctl::curlClient(settings);
    ctl::ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/events";
    const auto answer = client->follow(request, [&](std::string_view piece) { return came += piece, true; });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().exit, ctl::Exit::Timeout);
    EXPECT_EQ(answer.error().why, "the stream has fallen silent");
  }
  server.end();
  EXPECT_TRUE(server.clientClosed);
  EXPECT_EQ(came, ": listening\n\n");
}

// Shakes hands with one client, or is refused by it.
class TlsServer {
 public:
  explicit TlsServer(const test::SelfSigned& identity) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
    ::listen(listener_, 1);
    BIO* const certificate =
        BIO_new_mem_buf(identity.certificate.data(), static_cast<int>(identity.certificate.size()));
    BIO* const key = BIO_new_mem_buf(identity.key.data(), static_cast<int>(identity.key.size()));
    X509* const shown = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
    EVP_PKEY* const owned = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_, shown);
    SSL_CTX_use_PrivateKey(context_, owned);
    X509_free(shown);
    EVP_PKEY_free(owned);
    BIO_free(certificate);
    BIO_free(key);
    thread_ = std::thread([this] {
      pollfd poll{listener_, POLLIN, 0};
      if (::poll(&poll, 1, kPatience) != 1) return;
      const int fd = ::accept(listener_, nullptr, nullptr);
      SSL* const tls = SSL_new(context_);
      SSL_set_fd(tls, fd);
      (void)SSL_accept(tls);
      SSL_free(tls);
      ::close(fd);
    });
  }
  ~TlsServer() {
    thread_.join();
    SSL_CTX_free(context_);
    ::close(listener_);
  }
  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  int port_ = 0;
  SSL_CTX* const context_ = SSL_CTX_new(TLS_server_method());
  std::thread thread_;
};

// It may well be the server, and a clock that is wrong: to log in anew would not help.
TEST(CurlClient, SaysThatAClockIsWrongWhereACertificateDoesNotHoldNow) {
  const std::pair<std::pair<long, long>, const char*> spans[] = {
      {{3600, 7200}, "its certificate does not hold yet by this machine's clock"},
      {{-7200, -3600}, "its certificate has expired by this machine's clock"}};
  for (const auto& [span, why] : spans) {
    const test::SelfSigned identity = test::selfSigned("server", span.first, span.second);
    TlsServer server(identity);
    ctl::ApiSettings settings;
    settings.url = server.url();
    settings.authority = identity.certificate;
    settings.timeout = std::chrono::seconds(20);
    ctl::ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/nodes";
    const auto answer = ctl::curlClient(settings)->ask(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().why, why);
    EXPECT_EQ(answer.error().exit, ctl::Exit::Denied);
  }
}

TEST(CurlClient, TellsTheRevisionThatAnAnswerIsOf) {
  const std::pair<const char*, std::optional<std::uint64_t>> heads[] = {
      {"x-sanctum-revision: 17\r\n", 17}, {"", std::nullopt}, {"X-Sanctum-Revision: soon\r\n", std::nullopt}};
  for (const auto& [head, revision] : heads) {
    const support::ScratchFolder folder;
    const std::string path = folder.file("socket");
    MuteServer server(path, "HTTP/1.1 200 OK\r\n" + std::string(head) + "Content-Length: 2\r\n\r\n{}");
    ctl::ApiSettings settings;
    settings.socket = path;
    settings.timeout = std::chrono::seconds(20);
    const auto client = ctl::curlClient(settings);
    ctl::ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/nodes";
    const auto answer = client->ask(request);
    ASSERT_TRUE(answer) << answer.error().why;
    EXPECT_EQ(answer->revision, revision) << head;
  }
}

}  // namespace
