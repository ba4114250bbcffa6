#include "console-gui/client/server_access.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <algorithm>
#include <array>

#include "console-gui/client/problem_reader.h"

namespace console {
namespace {

int statusOf(const QNetworkReply& reply) { return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); }

std::string_view viewOf(const QByteArray& bytes) { return {bytes.constData(), static_cast<std::size_t>(bytes.size())}; }

// The header Date (RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT"); 0: there is none that can be read.
san::Seconds timeOf(const QNetworkReply& reply) {
  const QString text = QString::fromLatin1(reply.rawHeader("Date"));
  const QDate day = QLocale::c().toDate(text.mid(5, 11), QStringLiteral("dd MMM yyyy"));
  const QTime time = QTime::fromString(text.mid(17, 8), QStringLiteral("hh:mm:ss"));
  return day.isValid() && time.isValid() && text.endsWith(QLatin1String(" GMT"))
             ? QDateTime(day, time, Qt::UTC).toSecsSinceEpoch()
             : 0;
}

// What is wrong with the server's certificates, of a reply that ended for it.
constexpr const char* kCertificateErrors = "certificateErrors";

// Whether the chain leads to the authority that was accepted is what they are about.
bool isOfAuthority(const QSslError& error) {
  constexpr std::array kErrors{QSslError::UnableToGetIssuerCertificate,
                               QSslError::CertificateSignatureFailed,
                               QSslError::SelfSignedCertificate,
                               QSslError::SelfSignedCertificateInChain,
                               QSslError::UnableToGetLocalIssuerCertificate,
                               QSslError::UnableToVerifyFirstCertificate,
                               QSslError::InvalidCaCertificate,
                               QSslError::CertificateUntrusted,
                               QSslError::SubjectIssuerMismatch,
                               QSslError::AuthorityIssuerSerialNumberMismatch};
  return std::ranges::find(kErrors, error.error()) != kErrors.end();
}

// A server renews its certificate by itself, and a clock is set: waiting mends it.
bool isOfTime(const QSslError& error) {
  return error.error() == QSslError::CertificateExpired || error.error() == QSslError::CertificateNotYetValid;
}

// By the clock of this system, as the TLS library judges it. Qt believes no authority that does not hold by it, and
// calls the chain another one's then.
bool isInTime(const QSslCertificate& authority) {
  const QDateTime now = QDateTime::currentDateTimeUtc();
  return authority.effectiveDate() <= now && now <= authority.expiryDate();
}

// A body that is read once. Qt asks again by itself where a connection is reset before its answer has come, as one is
// that was kept too long; but the server may have done by then what it was asked. What cannot be rewound it gives up
// (QNetworkReply::ContentReSendError), also where there is nothing in it.
class SentOnce : public QIODevice {
 public:
  SentOnce(QByteArray body, QObject* parent) : QIODevice(parent), body_(std::move(body)) {
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
  }
  [[nodiscard]] bool isSequential() const override { return true; }
  [[nodiscard]] qint64 bytesAvailable() const override { return body_.size() - at_; }
  [[nodiscard]] bool atEnd() const override { return at_ == body_.size(); }
  bool reset() override { return false; }

 protected:
  qint64 readData(char* to, qint64 most) override {
    const qint64 some = std::min(most, bytesAvailable());
    std::copy_n(body_.constData() + at_, some, to);
    at_ += some;
    return some;
  }
  qint64 writeData(const char*, qint64) override { return -1; }

 private:
  const QByteArray body_;
  qint64 at_ = 0;
};

bool changesNothing(const mgmt::RouteRow& row) { return row.method == "GET"; }

Problem lostOf(const QNetworkReply& reply) {
  if (reply.error() == QNetworkReply::ContentReSendError) return unreached("It closed the connection.");
  const auto errors = reply.property(kCertificateErrors).value<QList<QSslError>>();
  if (errors.isEmpty()) return unreached(reply.errorString().toStdString());
  const auto late = std::ranges::find_if(errors, isOfTime);
  const bool believed = std::ranges::all_of(reply.request().sslConfiguration().caCertificates(), isInTime);
  if (late != errors.end() && !believed) return unreached(late->errorString().toStdString());
  if (std::ranges::any_of(errors, isOfAuthority)) return anotherAuthority();
  const auto lasting = std::ranges::find_if_not(errors, isOfTime);
  if (lasting != errors.end()) return authorityRefused(lasting->errorString().toStdString() + ".");
  return unreached(errors.front().errorString().toStdString());
}

}  // namespace

ServerAccess::ServerAccess(ServerPlace place, base::Secret token, QObject* parent)
    : QObject(parent), place_(std::move(place)), token_(std::move(token)) {
  dress(manager_);
}

void ServerAccess::dress(QNetworkAccessManager& manager) {
  manager.setProxy(QNetworkProxy::NoProxy);
  manager.setAutoDeleteReplies(true);
}

// On a connection of its own: one that was kept may be dead, and then nobody knows whether it was done.
QNetworkReply* ServerAccess::sendOnce(QNetworkRequest request, const QByteArray& method, const QByteArray& body) {
  auto* own = new QNetworkAccessManager(this);
  dress(*own);
  request.setHeader(QNetworkRequest::ContentLengthHeader, body.size());
  request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);  // the buffer could be rewound
  QNetworkReply* reply = own->sendCustomRequest(request, method, new SentOnce(body, own));
  connect(reply, &QObject::destroyed, own, &QObject::deleteLater);
  return reply;
}

QNetworkReply* ServerAccess::begin(const Ask& question, const QByteArray& body, int patience) {
  const mgmt::RouteRow& row = mgmt::rowOf(question.route);
  const QByteArray target = QByteArray::fromStdString(mgmt::requestTarget(question.route, question.segments, question.query));
  QUrl url;
  url.setScheme(QStringLiteral("https"));
  url.setHost(place_.host);
  url.setPort(place_.port);
  url = QUrl::fromEncoded(url.toEncoded() + target);

  QNetworkRequest request(url);
  request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
  request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
  request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
  request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
  request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
  request.setTransferTimeout(patience);
  QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
  tls.setProtocol(QSsl::TlsV1_2OrLater);
  tls.setCaCertificates(QSslCertificate::fromData(place_.authority, QSsl::Pem));
  tls.setPeerVerifyMode(QSslSocket::VerifyPeer);
  request.setSslConfiguration(tls);
  if (!body.isEmpty()) request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
  if (const base::ByteView token = token_.reveal(); !token.empty()) {
    request.setRawHeader("Authorization",
                         "Bearer " + QByteArray(reinterpret_cast<const char*>(token.data()), static_cast<qsizetype>(token.size())));
  }
  const QByteArray method(row.method.data(), static_cast<qsizetype>(row.method.size()));
  QNetworkReply* reply =
      changesNothing(row) ? manager_.sendCustomRequest(request, method, body) : sendOnce(request, method, body);
  connect(reply, &QNetworkReply::sslErrors, this, [reply](QList<QSslError> errors) {
    errors.removeIf([](const QSslError& error) { return error.error() == QSslError::HostNameMismatch; });
    errors.isEmpty() ? reply->ignoreSslErrors()
                     : void(reply->setProperty(kCertificateErrors, QVariant::fromValue(errors)));
  });
  // When the head comes: a body may take long, and the time is that of its beginning.
  connect(reply, &QNetworkReply::metaDataChanged, this, [this, reply] {
    if (const san::Seconds server = timeOf(*reply); server != 0 && onTime) onTime(server);
  });
  return reply;
}

QNetworkReply* ServerAccess::send(const Ask& question, Downloaded done) {
  std::string body;
  if (!question.body.isNull()) question.body.writeCompact(body);
  return send(question, QByteArray::fromStdString(body), std::move(done));
}

QNetworkReply* ServerAccess::send(const Ask& question, const QByteArray& body, Downloaded done) {
  QNetworkReply* reply = begin(question, body, kPatience);
  connect(reply, &QNetworkReply::downloadProgress, this, [reply](qint64 received, qint64) {
    if (received > kMaxAnswer) reply->abort();
  });
  connect(reply, &QNetworkReply::finished, this, [reply, done = std::move(done)] {
    const int status = statusOf(*reply);
    if (status == 0) return done(base::fail(lostOf(*reply)));
    const QByteArray bytes = reply->readAll();
    if (status < 200 || status >= 300) return done(base::fail(problemOf(status, viewOf(bytes))));
    // Cut off in the middle is no answer.
    if (reply->error() != QNetworkReply::NoError) return done(base::fail(lostOf(*reply)));
    done(bytes.toStdString());
  });
  return reply;
}

QNetworkReply* ServerAccess::follow(const Ask& question, std::function<void(const QByteArray&)> take,
                                    std::function<void(const Problem&)> done) {
  QNetworkReply* reply = begin(question, {}, 0);  // whoever follows knows how long silence is good
  connect(reply, &QNetworkReply::readyRead, this, [reply, take = std::move(take)] {
    if (statusOf(*reply) == 200) take(reply->readAll());
  });
  connect(reply, &QNetworkReply::finished, this, [reply, done = std::move(done)] {
    const int status = statusOf(*reply);
    if (status == 0 || status == 200) return done(lostOf(*reply));
    done(problemOf(status, viewOf(reply->readAll())));
  });
  return reply;
}

}  // namespace console
