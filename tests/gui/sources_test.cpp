// What every source promises (source.h): answers come later, through the event loop, and not after the source has gone.
#include <gmock/gmock.h>

#include <QFile>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QTcpServer>
#include <QTemporaryDir>

#include "console-gui/client/demo_source.h"
#include "console-gui/client/file_source.h"
#include "console-gui/client/server_source.h"
#include "shared/mgmt/snapshot_writer.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"
#include "tests/support/self_signed.h"

using namespace console;
using namespace test;

namespace {

using MakeSource = std::function<std::unique_ptr<Source>(const QString& folder)>;

std::unique_ptr<Source> fileSource(const QString& folder) {
  QFile file(folder + QStringLiteral("/san.json"));
  const std::string text = mgmt::snapshotText(SanBuilder().done());
  EXPECT_TRUE(file.open(QIODevice::WriteOnly) && file.write(text.data(), static_cast<qint64>(text.size())) > 0);
  return std::make_unique<FileSource>(file.fileName());
}

// Of a server that is not there.
std::unique_ptr<Source> serverSource(const QString&) {
  QTcpServer listener;
  EXPECT_TRUE(listener.listen(QHostAddress::LocalHost));
  ServerPlace place;
  place.host = QStringLiteral("127.0.0.1");
  place.port = listener.serverPort();
  return std::make_unique<ServerSource>(place, base::Secret());
}

struct SourceTest : testing::TestWithParam<std::pair<const char*, MakeSource>> {
  QTemporaryDir folder;
  std::unique_ptr<Source> source = GetParam().second(folder.path());
  int answers = 0;

  void askAll() {
    source->past(1, [this](const PastSan&) { ++answers; });
    source->ask({mgmt::Route::ListChanges}, [this](const Answer&) { ++answers; });
    source->download({mgmt::Route::Snapshot}, [this](const Download&) { ++answers; });
  }
};

TEST_P(SourceTest, answersComeLaterAndEachOnce) {
  source->start();
  askAll();
  EXPECT_EQ(answers, 0) << "inside of the call";
  EXPECT_TRUE(pumpUntil([&] { return answers == 3; }));
  pump();
  EXPECT_EQ(answers, 3);
}

TEST_P(SourceTest, aSourceThatHasGoneAnswersNothing) {
  source->start();
  askAll();
  source.reset();
  const int before = answers;
  pump();
  EXPECT_EQ(answers, before);
  EXPECT_EQ(answers, 0);
}

INSTANTIATE_TEST_SUITE_P(All, SourceTest,
                         testing::Values(std::pair("demo", MakeSource([](const QString&) {
                                                     return std::make_unique<DemoSource>(1'795'788'000);
                                                   })),
                                         std::pair("file", MakeSource(fileSource)),
                                         std::pair("server", MakeSource(serverSource)),
                                         std::pair("test", MakeSource([](const QString&) {
                                                     return std::make_unique<TestSource>(SanBuilder().done());
                                                   }))),
                         [](const auto& made) { return std::string(made.param.first); });

// It reads each question and answers none.
TEST(ServerSource, moreTriesThanQtHasChannelsToAServerAllReachIt) {
  constexpr int kTries = 8;  // of six channels
  const SelfSigned identity = selfSigned("server");
  ServerPlace place;
  place.host = QStringLiteral("127.0.0.1");
  place.authority = QByteArray::fromStdString(identity.certificate);
  QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
  tls.setLocalCertificate(QSslCertificate(place.authority));
  tls.setPrivateKey(QSslKey(QByteArray::fromStdString(identity.key), QSsl::Ec));
  QSslServer server;
  server.setSslConfiguration(tls);
  int questions = 0;
  QObject::connect(&server, &QTcpServer::pendingConnectionAvailable, [&] {
    QTcpSocket* const socket = server.nextPendingConnection();
    QObject::connect(socket, &QTcpSocket::readyRead,
                     [&, socket] { questions += static_cast<int>(socket->readAll().count("GET ")); });
  });
  ASSERT_TRUE(server.listen(QHostAddress::LocalHost));
  place.port = server.serverPort();
  ServerSource source(place, base::Secret());
  source.start();
  for (int i = 1; i <= kTries; ++i) {
    ASSERT_TRUE(pumpUntil([&] { return questions == i; })) << "try " << i;
    source.retry();
  }
}

}  // namespace
