// The server against curl, a client that we did not write.
#include "isns-server/api/http_server.h"

#include <gmock/gmock.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/support/scratch_folder.h"
#include "tests/support/self_signed.h"

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

api::TlsIdentity identityOf(const char* name) {
  test::SelfSigned made = test::selfSigned(name);
  api::TlsIdentity identity;
  identity.certificate = std::move(made.certificate);
  identity.key = std::move(made.key);
  return identity;
}

// More than the sockets of a connection take.
constexpr std::size_t kBig = std::size_t{32} << 20;

class HttpServerTest : public testing::Test, private api::ExchangeHandler {
 protected:
  void serve(api::HttpLimits limits = {}, const std::string& clientCa = {}) {
    auto identity = identityOf("server");
    write("ca.pem", identity.certificate);
    identity.clientCa = clientCa;
    loop_ = std::move(api::EventLoop::make()).value();
    auto started = api::HttpServer::start(*loop_, net::Address::v4(127, 0, 0, 1, 0), identity, limits, *this);
    ASSERT_TRUE(started.ok()) << started.error().text;
    server_ = std::move(started).value();
    thread_ = std::thread([this] { loop_->run([this] { return onTurn(); }); });
  }
  void TearDown() override {
    if (thread_.joinable()) {
      loop_->stop();
      thread_.join();
    }
    kept_.reset();
    server_.reset();
  }
  api::ExchangeHandler& handler() { return *this; }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_.file(name)) << text; }

  // What curl prints; `options` come before the address.
  std::string curl(const std::string& options, const std::string& path) {
    const std::string command = "curl -sS --max-time 10 --cacert '" + folder_.file("ca.pem") + "' " + options + " 'https://127.0.0.1:" +
                                std::to_string(server_->port()) + path + "' 2>&1";
    FILE* const pipe = popen(command.c_str(), "r");
    std::string out;
    std::array<char, 4096> part;
    for (std::size_t n = 0; (n = fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), n);
    pclose(pipe);
    return out;
  }

  void onExchange(std::shared_ptr<api::Exchange> exchange) override {
    const api::HttpRequest& request = exchange->request();
    if (request.path == "/echo") {
      std::string text = request.method + " " + request.path + " " + request.body + "\n";
      for (const auto& [name, value] : request.query) text += name + "=" + value + "\n";
      text += "x-mine: " + std::string(request.header("x-mine")) + "\n";
      text += request.peerCertificate.empty() ? "no certificate\n" : "a certificate\n";
      if (!request.refusedCertificate.empty()) text += "one that proves nothing\n";
      return exchange->answer({200, "text/plain", text, {{"X-Back", "yes"}}});
    }
    if (request.path == "/keep") {
      kept_ = std::move(exchange);
      keeps_ = true;
      keeps_.notify_all();
      return;
    }
    if (request.path == "/release") {
      kept_->answer({200, "text/plain", "at last\n", {}});
      kept_.reset();
      return exchange->answer({204, "", "", {}});
    }
    if (request.path == "/late" || request.path == "/late-stream") {
      kept_ = std::move(exchange);
      if (request.path == "/late-stream") {
        kept_->beginStream("text/event-stream");
        kept_->send("data: early\n\n");
      }
      lateAt_ = base::now().mono + std::chrono::milliseconds(1500);
      return;
    }
    if (request.path == "/stream") {
      exchange->beginStream("text/event-stream");
      for (int i = 0; i < 3; ++i) exchange->send("data: " + std::to_string(i) + "\n\n");
      return exchange->end();
    }
    if (request.path == "/flood") {
      exchange->beginStream("text/event-stream");
      const std::string much(64 << 10, 'x');
      sent_ = 0;
      while (exchange->send(much)) sent_ += much.size();
      return;
    }
    if (request.path == "/big") {
      if (!request.header("authorization").empty()) exchange->vouch();
      exchange->answer({200, "text/plain", std::string(kBig, 'x'), {}});
      ++bigs_;
      return bigs_.notify_all();
    }
    if (request.path == "/forget") return;
    exchange->answer({404, "text/plain", "nothing\n", {}});
  }

  // Ends what /late and /late-stream began.
  base::TimePoint onTurn() {
    if (lateAt_ == base::kNever || base::now().mono < lateAt_) return lateAt_;
    kept_->answer({200, "text/plain", "late\n", {}});
    kept_->send("data: late\n\n");
    kept_->end();
    kept_.reset();
    return lateAt_ = base::kNever;
  }

  support::ScratchFolder folder_;
  std::unique_ptr<api::EventLoop> loop_;
  std::unique_ptr<api::HttpServer> server_;
  std::thread thread_;
  std::shared_ptr<api::Exchange> kept_;
  std::atomic<bool> keeps_{false};
  base::TimePoint lateAt_ = base::kNever;
  std::atomic<std::size_t> sent_ = 0;
  std::atomic<int> bigs_ = 0;  // answers of /big
};

TEST_F(HttpServerTest, GivesTheHandlerWhatTheClientSent) {
  serve();
  const std::string out = curl("-i -X PATCH -H 'X-Mine: it' --data 'body text'", "/echo?a=1+2&b=%2Fx&c");
  EXPECT_THAT(out, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(out, HasSubstr("PATCH /echo body text\na=1 2\nb=/x\nc=\nx-mine: it\nno certificate\n"));
  EXPECT_THAT(out, HasSubstr("X-Back: yes"));
}

TEST_F(HttpServerTest, AnswersLaterWhatTheHandlerKept) {
  serve();
  std::string late;
  std::thread waiter([&] { late = curl("", "/keep"); });
  keeps_.wait(false);
  EXPECT_EQ(curl("-o /dev/null -w '%{http_code}'", "/release"), "204");
  waiter.join();
  EXPECT_EQ(late, "at last\n");
}

// The server's own wait is no idleness of the client: an agent waits for news for as long as the idle time is.
TEST_F(HttpServerTest, WhoIsOwedAnAnswerIsNotIdle) {
  api::HttpLimits limits;
  limits.idle = std::chrono::seconds(1);  // a busy machine takes a while for the handshake, too
  serve(limits);
  EXPECT_EQ(curl("", "/late"), "late\n");
  EXPECT_EQ(curl("-X POST --data x", "/late"), "late\n");
  EXPECT_EQ(curl("-N", "/late-stream"), "data: early\n\ndata: late\n\n");
}

TEST_F(HttpServerTest, WhoAsksForNothingIsCutOff) {
  api::HttpLimits limits;
  limits.idle = std::chrono::seconds(1);  // a busy machine takes a while for the handshake, too
  serve(limits);
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  BIO* const connection = BIO_new_ssl_connect(context);
  BIO_set_conn_hostname(connection, ("127.0.0.1:" + std::to_string(server_->port())).c_str());
  BIO_puts(connection, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  std::string out;
  std::array<char, 4096> part;
  for (int n = 0; (n = BIO_read(connection, part.data(), part.size())) > 0;) out.append(part.data(), static_cast<std::size_t>(n));
  EXPECT_THAT(out, StartsWith("HTTP/1.1 200"));  // and then the server ended it
  BIO_free_all(connection);
  SSL_CTX_free(context);
}

TEST_F(HttpServerTest, TheLocalSocketIsForItsOwnerAlone) {
  serve();
  const std::string path = folder_.file("local.sock");
  std::unique_ptr<api::HttpServer> local;
  std::atomic<bool> done{false};
  ASSERT_TRUE(loop_->post([&] {
    auto started = api::HttpServer::startLocal(*loop_, path, {}, handler());
    EXPECT_TRUE(started.ok());
    if (started) local = std::move(started).value();
    done = true;
    done.notify_all();
  }));
  done.wait(false);
  ASSERT_NE(local, nullptr);
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  EXPECT_THAT(curl("--unix-socket '" + path + "' -X POST --data x http://localhost/echo -o -", "/nothing"),
              HasSubstr("POST /echo x\n"));
  loop_->stop();
  thread_.join();
}

TEST_F(HttpServerTest, TheLocalSocketTakesThePlaceOfWhatIsLeftOverAndOfNothingElse) {
  loop_ = std::move(api::EventLoop::make()).value();
  const std::string path = folder_.file("local.sock");
  const auto start = [&] { return api::HttpServer::startLocal(*loop_, path, {}, handler()); };
  {
    auto first = start();
    ASSERT_TRUE(first.ok());
    const auto second = start();
    ASSERT_FALSE(second.ok());
    EXPECT_THAT(second.error().text, HasSubstr("another process serves"));
  }
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(start().ok());
  std::filesystem::remove(path);
  std::ofstream(path) << "mine";
  const auto third = start();
  ASSERT_FALSE(third.ok());
  EXPECT_THAT(third.error().text, HasSubstr("no socket"));
  EXPECT_EQ(std::filesystem::file_size(path), 4U);
}

TEST_F(HttpServerTest, StreamsEvents) {
  serve();
  EXPECT_EQ(curl("-N", "/stream"), "data: 0\n\ndata: 1\n\ndata: 2\n\n");
}

TEST_F(HttpServerTest, CutsOffAListenerThatReadsTooLittle) {
  serve();
  const std::string out = curl("-o /dev/null -w '%{size_download}'", "/flood");
  EXPECT_EQ(out, std::to_string(sent_));
  EXPECT_LE(sent_, api::HttpLimits{}.streamWaiting + (64 << 10) + 4096);  // the last one may go beyond
  EXPECT_GT(sent_, 0U);
}

TEST_F(HttpServerTest, AnswersThatNobodyReadsHaveABudget) {
  api::HttpLimits limits;
  limits.answers = limits.strangersAnswers = kBig + kBig / 2;
  serve(limits);
  const std::string status = "-o /dev/null -w '%{http_code} %{size_download}'";
  EXPECT_EQ(curl(status, "/big"), "200 " + std::to_string(kBig));
  EXPECT_EQ(curl(status, "/big"), "200 " + std::to_string(kBig)) << "what was read is given back";
  const std::string unread = folder_.file("unread");  // whoever writes there waits for somebody who reads
  ASSERT_EQ(mkfifo(unread.c_str(), 0600), 0);
  std::thread slow([&] { curl("-o '" + unread + "'", "/big"); });
  bigs_.wait(2);
  EXPECT_THAT(curl(status, "/big"), StartsWith("400")) << "as this handler tells of all refusals";
  EXPECT_THAT(curl(status, "/echo"), StartsWith("200")) << "small ones are not counted";
  std::ifstream(unread).close();
  slow.join();
}

TEST_F(HttpServerTest, StrangersHaveAPartOfItAlsoWhereTheySendNoBody) {
  api::HttpLimits limits;
  limits.answers = 4 * kBig;
  limits.strangersAnswers = kBig / 2;
  serve(limits);
  const std::string status = "-o /dev/null -w '%{http_code} %{size_download}' ";
  EXPECT_THAT(curl(status, "/big"), StartsWith("400")) << "as this handler tells of all refusals";
  EXPECT_EQ(curl(status + "-H 'Authorization: x'", "/big"), "200 " + std::to_string(kBig));
  EXPECT_EQ(curl(status + "-H 'Authorization: x' --data x", "/big"), "200 " + std::to_string(kBig));
}

TEST_F(HttpServerTest, EachRequestIsVouchedForByItself) {
  api::HttpLimits limits;
  limits.answers = 4 * kBig;
  limits.strangersAnswers = kBig / 2;
  serve(limits);
  const std::string big = " 'https://127.0.0.1:" + std::to_string(server_->port()) + "/big'";
  const std::string out =
      curl("-o /dev/null -w '%{http_code} ' -H 'Authorization: x'" + big + " --next -sS --cacert '" +
               folder_.file("ca.pem") + "' -o /dev/null -w '%{http_code} '",
           "/big");
  EXPECT_THAT(out, StartsWith("200 400"));
}

TEST_F(HttpServerTest, AnAnswerThatIsReadTooSlowlyEnds) {
  api::HttpLimits limits;
  limits.answer = std::chrono::milliseconds(300);
  serve(limits);
  EXPECT_THAT(curl("--limit-rate 4M -o /dev/null", "/big"), HasSubstr("curl: ("));
}

TEST_F(HttpServerTest, AForgottenRequestIsAnsweredAllTheSame) {
  serve();
  EXPECT_THAT(curl("-i", "/forget"), StartsWith("HTTP/1.1 500"));
}

TEST_F(HttpServerTest, RefusesABodyThatIsTooLarge) {
  api::HttpLimits limits;
  limits.body = 1000;
  serve(limits);
  EXPECT_THAT(curl("-o /dev/null -w '%{http_code}' --data '" + std::string(2000, 'x') + "'", "/echo"), HasSubstr("413"));
}

TEST_F(HttpServerTest, ShowsTheCertificateOfAClientThatOurCaMade) {
  const api::TlsIdentity client = identityOf("client");
  serve({}, client.certificate);
  write("client.pem", client.certificate);
  write("client.key", client.key);
  const std::string with = "--cert '" + folder_.file("client.pem") + "' --key '" + folder_.file("client.key") + "'";
  EXPECT_THAT(curl(with, "/echo"), HasSubstr("a certificate"));
  EXPECT_THAT(curl("", "/echo"), HasSubstr("no certificate"));
}

TEST_F(HttpServerTest, ACertificateOfAnotherCaIsHandedOnAsOneThatProvesNothing) {
  serve({}, identityOf("ours").certificate);
  const api::TlsIdentity stranger = identityOf("stranger");
  write("client.pem", stranger.certificate);
  write("client.key", stranger.key);
  const std::string with = "--cert '" + folder_.file("client.pem") + "' --key '" + folder_.file("client.key") + "' ";
  for (const char* version : {"--tls-max 1.2 ", "--tlsv1.3 "}) {
    const std::string out = curl(with + version, "/echo");
    EXPECT_THAT(out, HasSubstr("no certificate\none that proves nothing\n"));
    EXPECT_THAT(out, Not(HasSubstr("\na certificate")));
  }
}

// What the client signs with it would be checked on the loop, for whoever connects.
TEST_F(HttpServerTest, ACertificateWithAKeyThatIsCostlyToCheckEndsTheHandshake) {
  serve({}, identityOf("ours").certificate);
  const std::string with = "--cert '" + folder_.file("client.pem") + "' --key '" + folder_.file("client.key") + "' ";
  const auto made = [&](const std::string& exponent) {
    const std::string command = "openssl req -x509 -newkey rsa:2048 -pkeyopt rsa_keygen_pubexp:" + exponent +
                                " -nodes -subj /CN=stranger -days 2 -keyout '" + folder_.file("client.key") +
                                "' -out '" + folder_.file("client.pem") + "' 2>/dev/null";
    return std::system(command.c_str()) == 0;
  };
  ASSERT_TRUE(made("65537"));
  EXPECT_THAT(curl(with, "/echo"), HasSubstr("one that proves nothing"));
  ASSERT_TRUE(made("340282366920938463463374607431768211457"));
  for (const char* version : {"--tls-max 1.2 ", "--tlsv1.3 "}) {
    EXPECT_THAT(curl(with + version, "/echo"), StartsWith("curl: ")) << version;
  }
}

TEST_F(HttpServerTest, SpeaksNothingOlderThanTls12) {
  serve();
  EXPECT_THAT(curl("--tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0", "/echo"), HasSubstr("curl: (35)"));
  EXPECT_THAT(curl("--tls-max 1.2", "/echo"), StartsWith("GET /echo"));
}

TEST_F(HttpServerTest, AConnectionThatEndsMakesRoomForTheNext) {
  api::HttpLimits limits;
  limits.connections = 1;
  serve(limits);
  EXPECT_THAT(curl("", "/echo"), StartsWith("GET"));
  EXPECT_THAT(curl("", "/echo"), StartsWith("GET"));
}

TEST_F(HttpServerTest, ANewIdentityHoldsForNewConnections) {
  serve();
  const auto other = identityOf("other");
  std::atomic<bool> done{false};
  ASSERT_TRUE(loop_->post([&] {
    EXPECT_TRUE(server_->renew(other).ok());
    done = true;
    done.notify_all();
  }));
  done.wait(false);
  EXPECT_THAT(curl("", "/echo"), HasSubstr("curl: (60)"));  // the one we know is not it
  write("ca.pem", other.certificate);
  EXPECT_THAT(curl("", "/echo"), StartsWith("GET"));
}

}  // namespace
