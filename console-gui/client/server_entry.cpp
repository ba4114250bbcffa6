#include "console-gui/client/server_entry.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QRandomGenerator>
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTimer>
#include <utility>

#include "console-gui/client/answer_once.h"
#include "console-gui/client/problem_reader.h"
#include "console-gui/client/secret_request.h"
#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"
#include "shared/base/secret_json.h"

namespace console {
namespace {

QString fingerprintOf(const QSslCertificate& certificate) {
  return QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex(':').toUpper());
}

// The look under way: a socket that only shakes hands. It deletes itself.
class Look : public QObject {
 public:
  Look(const ServerPlace& place, QObject* context, AuthorityShown done) : QObject(context), done_(std::move(done)) {
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setProtocol(QSsl::TlsV1_2OrLater);
    tls.setPeerVerifyMode(QSslSocket::QueryPeer);  // nothing is sent: the chain is looked at by a person
    socket_.setSslConfiguration(tls);
    connect(&socket_, &QSslSocket::sslErrors, this, [this](const QList<QSslError>&) { socket_.ignoreSslErrors(); });
    connect(&socket_, &QSslSocket::encrypted, this, [this] { onChain(socket_.peerCertificateChain()); });
    connect(&socket_, &QSslSocket::errorOccurred, this, [this] { end(base::fail(unreached(socket_.errorString().toStdString()))); });
    QTimer::singleShot(ServerAccess::kPatience, this, [this] { end(base::fail(unreached("It does not answer."))); });
    socket_.connectToHostEncrypted(place.host, place.port);
  }

 private:
  void onChain(const QList<QSslCertificate>& chain) {
    if (chain.isEmpty() || !chain.back().isSelfSigned()) {
      Problem problem = unreached("It shows a certificate without its authority.");
      problem.title = "This is no management server of Sanctum";
      problem.hint = "Check the address and the port (3285 by default).";
      return end(base::fail(problem));
    }
    const QSslCertificate& root = chain.back();
    end(ShownAuthority{root.toPem(), root.subjectDisplayName(), fingerprintOf(root), root.expiryDate()});
  }
  void end(const base::Result<ShownAuthority, Problem>& shown) {
    if (std::exchange(ended_, true)) return;
    answerAndGo(this, [done = std::move(done_), shown] { done(shown); });
  }

  QSslSocket socket_;
  AuthorityShown done_;
  bool ended_ = false;
};

}  // namespace

void lookAt(const ServerPlace& place, QObject* context, AuthorityShown done) { new Look(place, context, std::move(done)); }

void logIn(ServerAccess& access, base::Secret password, LoggedIn done) {
  base::SecretJson secrets([](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(QRandomGenerator::system()->bounded(256));
    return true;
  });
  base::Json body(base::Json::Object{{"user", access.place().user.toStdString()}, {"password", secrets.mark(std::move(password))}});
  sendSecret(access.place(), mgmt::Route::Login, secrets.text(body), &access,
             [done = std::move(done)](const Download& answer) {
               if (!answer) return done(base::fail(answer.error()));
               auto json = base::parseJson(*answer);
               if (!json) return done(base::fail(problemOf(200, {})));
               const std::string* text = base::memberOf(*json, "token").text();
               auto token = text == nullptr ? std::nullopt : base::Secret::from(*text);
               const auto expires = static_cast<qint64>(base::numberOf(*json, "expires"));
               base::wipeTexts(*json);
               if (!token || token->empty()) return done(base::fail(problemOf(200, {})));
               done(Entered{std::move(*token), expires});
             });
}

}  // namespace console
