// What comes when nobody waits for it any more: a login, a token of the key ring, a file's name, a revision. It does
// not touch what somebody has opened meanwhile.
#include <gtest/gtest.h>

#include <QApplication>
#include <QLineEdit>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "console-gui/app/main_window.h"
#include "console-gui/client/login_keeper.h"
#include "console-gui/widgets/revision_popup.h"
#include "tests/gui/bent_server.h"
#include "tests/gui/file_dialog.h"
#include "tests/gui/pump.h"
#include "tests/gui/test_source.h"
#include "tests/support/san_builder.h"

namespace console {
namespace {

using test::pumpUntil;

struct LateAnswers : testing::Test {
  QTemporaryDir folder;
  Settings settings{folder.filePath(QStringLiteral("settings.ini"))};
  Workspace workspace{nullptr, folder.filePath(QStringLiteral("drafts"))};
  MainWindow window{workspace, settings};

  void SetUp() override {
    window.show();
    window.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&window, 30'000));
  }
  Source* openAnother() {
    workspace.setSource(std::make_unique<test::TestSource>(test::SanBuilder().done()));
    EXPECT_TRUE(pumpUntil([&] { return workspace.present() != nullptr; }));
    return workspace.source();
  }
};

TEST_F(LateAnswers, theTokenOfTheKeyRingOpensNothingWhereSomethingIsOpenByThen) {
  KeptTokens kept;
  keepTokensIn(&kept);
  ServerPlace place;
  place.host = QStringLiteral("127.0.0.1");
  place.port = 1;  // nobody is there
  place.user = QStringLiteral("anna");
  settings.putServer(place);
  kept.emplace(tokenKey(place), *base::Secret::from("token"));
  window.showServer(place.name());
  const Source* own = openAnother();
  test::pump();
  EXPECT_EQ(workspace.source(), own);
  workspace.setSource(nullptr);
  window.showServer(place.name());
  EXPECT_TRUE(pumpUntil([&] { return workspace.source() != nullptr; })) << "who waits for it has it";
  workspace.setSource(nullptr);
  keepTokensIn(nullptr);
}

struct LateLogin : LateAnswers {
  test::BentServer server;
  QLineEdit* password = nullptr;
  QPushButton* next = nullptr;

  void logIn() {
    auto* first = window.findChild<FirstRunPage*>();
    for (QLineEdit* one : first->findChildren<QLineEdit*>()) {
      if (one->echoMode() == QLineEdit::Password) password = one;
      if (one->accessibleName() == QStringLiteral("Address of the server")) one->setText(server.place.name());
    }
    ServerPlace known = server.place;
    known.user = QStringLiteral("anna");
    settings.putServer(known);
    first->setKnown({known});
    for (QPushButton* one : password->parentWidget()->parentWidget()->findChildren<QPushButton*>()) next = one;
    next->click();  // looks at the certificate
    ASSERT_TRUE(pumpUntil([&] { return password->isVisible() && next->isEnabled(); }));
    QTest::keyClicks(password, QStringLiteral("secret"));
    QTest::keyClick(password, Qt::Key_Return);
  }
};

TEST_F(LateLogin, opensNothingWhereSomethingIsOpenByThen) {
  Source* own = nullptr;
  bool answered = false;
  server.answer = [&](const std::string& asked) {
    if (asked.starts_with("POST") && own == nullptr) {
      own = openAnother();
      answered = true;
      return test::BentServer::Reply{200, R"({"token":"abc","expires":1795788000})"};
    }
    return test::BentServer::Reply{503, "{}"};
  };
  logIn();
  ASSERT_TRUE(pumpUntil([&] { return answered && next->isEnabled(); }));
  // What is asked for behind it comes behind it.
  QNetworkAccessManager network;
  QNetworkRequest request(QUrl(QStringLiteral("https://%1/").arg(server.place.name())));
  QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
  tls.setPeerVerifyMode(QSslSocket::VerifyNone);
  request.setSslConfiguration(tls);
  const std::unique_ptr<QNetworkReply> reply(network.get(request));
  ASSERT_TRUE(pumpUntil([&] { return reply->isFinished(); }));
  EXPECT_EQ(workspace.source(), own) << "a draft would be gone";
  EXPECT_NE(own, nullptr);
}

TEST_F(LateLogin, whoWaitsForItHasIt) {
  server.answer = [&](const std::string& asked) {
    if (asked.starts_with("POST")) return test::BentServer::Reply{200, R"({"token":"abc","expires":1795788000})"};
    return test::BentServer::Reply{503, "{}"};
  };
  logIn();
  EXPECT_TRUE(pumpUntil([&] { return workspace.source() != nullptr; }));
  workspace.setSource(nullptr);
}

TEST_F(LateAnswers, theQuestionForARevisionGoesWithItsSan) {
  openAnother();
  san::Revision asked = 0;
  auto* popup = new RevisionPopup(
      workspace, QStringLiteral("Revision"), [&](san::Revision one) { asked = one; }, &window);
  popup->setAttribute(Qt::WA_DeleteOnClose, false);
  popup->showBelow(window);
  workspace.setSource(nullptr);
  EXPECT_FALSE(popup->isVisible());
  auto* line = popup->findChild<QLineEdit*>();
  QTest::keyClicks(line, QStringLiteral("1"));
  QTest::keyClick(line, Qt::Key_Return);
  EXPECT_EQ(asked, 0U);
}

// What is asked for is the SAN that was shown then.
TEST_F(LateAnswers, aSnapshotIsSavedAlsoWhereItsSourceHasGoneMeanwhile) {
  openAnother();
  const QString path = folder.filePath(QStringLiteral("saved.json"));
  test::fileFor([&] { window.actions().action(ActionId::SaveSnapshot)->trigger(); }, path,
                [&] { workspace.setSource(nullptr); });
  EXPECT_TRUE(pumpUntil([&] { return QFile::exists(path); }));
}

}  // namespace
}  // namespace console
