// A server on 127.0.0.1 that answers over TLS as a test says, in this process: for what no real server does when a test
// wants it.
//
// `answer` gets the method and the target of each request ("GET /api/v1/whoami") and gives what is sent back. The
// thread of the event loop.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <QPointer>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpSocket>
#include <functional>
#include <string>
#include <vector>

#include "console-gui/client/server_place.h"
#include "tests/support/self_signed.h"

namespace test {

class BentServer {
 public:
  struct Reply {
    int status = 200;
    std::string body;
    std::string headers = {};  // more of them, each with its line end
    bool stays = false;        // a stream: `body` is its beginning, say() goes on
    bool resets = false;       // the connection, in place of an answer
  };

  explicit BentServer(const SelfSigned& identity = selfSigned("server")) {
    place.host = QStringLiteral("127.0.0.1");
    place.authority = QByteArray::fromStdString(identity.certificate);
    QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
    tls.setLocalCertificate(QSslCertificate(place.authority));
    tls.setPrivateKey(QSslKey(QByteArray::fromStdString(identity.key), QSsl::Ec));
    server_.setSslConfiguration(tls);
    QObject::connect(&server_, &QTcpServer::pendingConnectionAvailable, &server_, [this] {
      QTcpSocket* const socket = server_.nextPendingConnection();
      QObject::connect(socket, &QTcpSocket::readyRead, &server_, [this, socket] { onBytes(*socket); });
    });
    EXPECT_TRUE(server_.listen(QHostAddress::LocalHost));
    place.port = server_.serverPort();
  }

  // How often something was asked for that begins so.
  [[nodiscard]] std::size_t count(std::string_view begin) const {
    std::size_t met = 0;
    for (const std::string& one : asked) met += one.starts_with(begin) ? 1U : 0U;
    return met;
  }
  // On all streams.
  void say(const std::string& bytes) {
    for (const auto& one : streams_) {
      if (one) one->write(chunk(bytes));
    }
  }
  void cut() {
    for (const auto& one : streams_) {
      if (one) one->abort();
    }
    streams_.clear();
  }

  console::ServerPlace place;
  std::function<Reply(const std::string& asked)> answer;
  std::vector<std::string> asked;

 private:
  static QByteArray chunk(const std::string& bytes) {
    return QByteArray::number(static_cast<qulonglong>(bytes.size()), 16) + "\r\n" + QByteArray::fromStdString(bytes) +
           "\r\n";
  }
  // With its body, as long as its head says.
  static bool isWhole(const QByteArray& request) {
    const qsizetype end = request.indexOf("\r\n\r\n");
    if (end < 0) return false;
    qlonglong length = 0;
    for (const QByteArray& line : request.left(end).toLower().split('\n')) {
      if (line.startsWith("content-length:")) length = line.mid(15).trimmed().toLongLong();
    }
    return request.size() - end - 4 >= length;
  }
  // As a machine does that has forgotten the connection.
  static void reset(QTcpSocket& socket) {
    const linger now{1, 0};
    ::setsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket.abort();
  }
  void onBytes(QTcpSocket& socket) {
    QByteArray head = socket.property("head").toByteArray() + socket.readAll();
    const bool whole = isWhole(head);
    socket.setProperty("head", whole ? QByteArray() : head);
    if (!whole) return;
    const QList<QByteArray> words = head.left(head.indexOf("\r\n")).split(' ');
    asked.push_back((words.value(0) + ' ' + words.value(1)).toStdString());
    const Reply reply = answer(asked.back());
    if (reply.resets) return reset(socket);
    QByteArray out =
        "HTTP/1.1 " + QByteArray::number(reply.status) + " Bent\r\n" + QByteArray::fromStdString(reply.headers);
    if (reply.stays) {
      out += "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(reply.body);
      streams_.emplace_back(&socket);
    } else {
      out += "Content-Length: " + QByteArray::number(static_cast<qulonglong>(reply.body.size())) + "\r\n\r\n" +
             QByteArray::fromStdString(reply.body);
    }
    socket.write(out);
  }

  QSslServer server_;
  std::vector<QPointer<QTcpSocket>> streams_;
};

}  // namespace test
