// ServerAccess: HTTPS to one management server, whose certificate chain leads to the root that somebody accepted.
//
// As for sanctl, that root alone is believed and names are not compared (shared/mgmt/server_check.h says why); there
// are no redirects and no proxies. What may change something is sent once: where its answer is lost, nobody knows
// whether it was done, and that is what is said (mayHaveBeenDone()); a question is asked again by Qt. The UI thread.
// Errors: Problem. Bounds: kMaxAnswer; what is followed has no end and is given on piece by piece.
#pragma once

#include <QNetworkAccessManager>
#include <QPointer>

#include "console-gui/client/server_place.h"
#include "console-gui/client/source.h"

namespace console {

class ServerAccess : public QObject {
  Q_OBJECT

 public:
  static constexpr qint64 kMaxAnswer = qint64{1} << 30;  // bytes
  static constexpr int kPatience = 30'000;               // ms without a byte

  ServerAccess(ServerPlace place, base::Secret token, QObject* parent = nullptr);

  // For each answer that says what time it is there.
  std::function<void(san::Seconds server)> onTime;

  [[nodiscard]] const ServerPlace& place() const { return place_; }

  // Bytes of an answer with status 2xx. `body` as it is sent: a body with a password is wiped by the caller.
  QNetworkReply* send(const Ask& question, const QByteArray& body, Downloaded done);
  QNetworkReply* send(const Ask& question, Downloaded done);
  // Pieces as they come, then once the end; the caller may abort the reply.
  QNetworkReply* follow(const Ask& question, std::function<void(const QByteArray& piece)> take,
                        std::function<void(const Problem& end)> done);

 private:
  static void dress(QNetworkAccessManager& manager);
  QNetworkReply* begin(const Ask& question, const QByteArray& body, int patience);
  QNetworkReply* sendOnce(QNetworkRequest request, const QByteArray& method, const QByteArray& body);

  ServerPlace place_;
  base::Secret token_;
  QNetworkAccessManager manager_{this};  // of questions; so that who looks at a source finds what it has under way
};

}  // namespace console
