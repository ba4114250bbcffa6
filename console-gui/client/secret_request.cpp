#include "console-gui/client/secret_request.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <QHostAddress>
#include <QNetworkProxy>
#include <QTcpSocket>
#include <QTimer>
#include <algorithm>
#include <array>

#include "console-gui/client/answer_once.h"
#include "console-gui/client/problem_reader.h"
#include "console-gui/client/server_access.h"
#include "shared/base/secret_json.h"
#include "shared/mgmt/openssl_handles.h"

namespace console {
namespace {

using ContextHandle = std::unique_ptr<SSL_CTX, mgmt::FreeWith<SSL_CTX_free>>;
using TlsHandle = std::unique_ptr<SSL, mgmt::FreeWith<SSL_free>>;

// The first certificate of the PEM is believed, and no other.
bool believe(SSL_CTX& context, const QByteArray& pem) {
  const mgmt::BioHandle text(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
  const mgmt::CertificateHandle root(text ? PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr) : nullptr);
  return root && X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), root.get()) == 1;
}

std::string headOf(const ServerPlace& place, mgmt::Route route, std::size_t length) {
  const mgmt::RouteRow& row = mgmt::rowOf(route);
  return std::string(row.method) + ' ' + mgmt::requestTarget(route, {}, {}) +
         " HTTP/1.1\r\nHost: " + place.name().toStdString() +
         "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n";
}

// Whether the chain leads to the authority that was accepted is what the verdict (X509_V_...) is about.
bool leadsElsewhere(long verdict) {
  constexpr std::array<long, 10> kVerdicts{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
                                           X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                                           X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
                                           X509_V_ERR_CERT_SIGNATURE_FAILURE,
                                           X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
                                           X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                                           X509_V_ERR_INVALID_CA,
                                           X509_V_ERR_CERT_UNTRUSTED,
                                           X509_V_ERR_SUBJECT_ISSUER_MISMATCH,
                                           X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH};
  return std::ranges::find(kVerdicts, verdict) != kVerdicts.end();
}

Problem handshakeFailed(long verdict) {
  if (leadsElsewhere(verdict)) return anotherAuthority();
  const char* why =
      verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : ERR_reason_error_string(ERR_peek_last_error());
  return unreached("The TLS handshake failed: " + std::string(why == nullptr ? "unknown reason" : why) + ".");
}

// It deletes itself.
class Talk : public QObject {
 public:
  Talk(const ServerPlace& place, mgmt::Route route, std::string body, QObject* context, Downloaded done)
      : QObject(context), done_(std::move(done)), context_(SSL_CTX_new(TLS_client_method())) {
    const std::string head = headOf(place, route, body.size());
    request_.reserve(head.size() + body.size());
    request_.append(head).append(body);
    base::wipeText(body);
    answer_.reserve(kMaxSecretAnswer + 4096);  // what grows leaves its former bytes behind
    socket_.setProxy(QNetworkProxy::NoProxy);
    connect(&socket_, &QTcpSocket::readyRead, this, &Talk::onCiphertext);
    connect(&socket_, &QTcpSocket::connected, this, &Talk::step);
    connect(&socket_, &QTcpSocket::disconnected, this,
            [this] { end(base::fail(unreached("It closed the connection."))); });
    connect(&socket_, &QTcpSocket::errorOccurred, this,
            [this] { end(base::fail(unreached(socket_.errorString().toStdString()))); });
    QTimer::singleShot(ServerAccess::kPatience, this, [this] { end(base::fail(unreached("It does not answer."))); });
    if (begin(place)) {
      socket_.connectToHost(place.host, place.port);
    } else {
      QTimer::singleShot(0, this, [this] { end(base::fail(unreached("Its authority cannot be read."))); });
    }
  }
  ~Talk() override {
    base::wipeText(request_);
    base::wipeText(answer_);
  }

 private:
  bool begin(const ServerPlace& place) {
    if (!context_ || !believe(*context_, place.authority)) return false;
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    tls_.reset(SSL_new(context_.get()));
    if (!tls_) return false;
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    SSL_set_bio(tls_.get(), in_, out_);  // which owns them from here
    if (QByteArray name = place.host.toUtf8(); QHostAddress(place.host).isNull())
      SSL_ctrl(tls_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
    SSL_set_connect_state(tls_.get());
    return in_ != nullptr && out_ != nullptr;
  }

  void onCiphertext() {
    const QByteArray bytes = socket_.readAll();
    BIO_write(in_, bytes.constData(), static_cast<int>(bytes.size()));
    step();
  }

  // As far as it goes with what has come.
  void step() {
    if (ended_) return;
    const int shaken = SSL_is_init_finished(tls_.get()) == 1 ? 1 : SSL_do_handshake(tls_.get());
    if (shaken == 1 && !request_.empty()) {
      (void)SSL_write(tls_.get(), request_.data(), static_cast<int>(request_.size()));
      base::wipeText(request_);
      request_.clear();
    }
    flush();
    if (shaken != 1) return giveUpUnlessWaiting(shaken);
    read();
  }
  void flush() {
    std::array<char, 4096> some{};
    for (int got = BIO_read(out_, some.data(), some.size()); got > 0; got = BIO_read(out_, some.data(), some.size()))
      socket_.write(some.data(), got);
  }
  void giveUpUnlessWaiting(int result) {
    if (const int error = SSL_get_error(tls_.get(), result);
        error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
      return;
    Problem problem = handshakeFailed(SSL_get_verify_result(tls_.get()));
    ERR_clear_error();
    end(base::fail(std::move(problem)));
  }
  void read() {
    std::array<char, 4096> some{};
    int got = 0;
    while ((got = SSL_read(tls_.get(), some.data(), some.size())) > 0 && answer_.size() < kMaxSecretAnswer) {
      answer_.append(some.data(), static_cast<std::size_t>(got));
    }
    base::wipe({reinterpret_cast<std::uint8_t*>(some.data()), some.size()});
    if (answer_.size() >= kMaxSecretAnswer) return end(base::fail(unreached("Its answer is too long.")));
    takeAnswer();
  }

  // The status, and the body as long as the head says; nothing while it is not whole.
  void takeAnswer() {
    const std::size_t head = answer_.find("\r\n\r\n");
    if (head == std::string::npos) return;
    const QString lines = QString::fromLatin1(answer_.data(), static_cast<qsizetype>(head));
    const int status = lines.section(QLatin1Char(' '), 1, 1).toInt();
    std::size_t length = 0;
    for (const QString& line : lines.split(QStringLiteral("\r\n"))) {
      if (line.section(QLatin1Char(':'), 0, 0).compare(QLatin1String("content-length"), Qt::CaseInsensitive) == 0)
        length = line.section(QLatin1Char(':'), 1).trimmed().toULong();
    }
    if (answer_.size() - head - 4 < length) return;
    std::string body = answer_.substr(head + 4, length);
    end(status >= 200 && status < 300 ? Download(body) : Download(base::fail(problemOf(status, body))));
    base::wipeText(body);
  }

  void end(Download download) {
    if (std::exchange(ended_, true)) return;
    const auto wiped = [](Download* held) {
      if (*held) base::wipeText(**held);
      delete held;
    };
    const std::shared_ptr<Download> held(new Download(std::move(download)), wiped);
    answerAndGo(this, [done = std::move(done_), held] { done(*held); });
  }

  Downloaded done_;
  std::string request_, answer_;
  ContextHandle context_;
  TlsHandle tls_;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  bool ended_ = false;
  QTcpSocket socket_;  // the last, so that what it says when it goes finds nobody
};

}  // namespace

void sendSecret(const ServerPlace& place, mgmt::Route route, std::string body, QObject* context, Downloaded done) {
  new Talk(place, route, std::move(body), context, std::move(done));
}

}  // namespace console
