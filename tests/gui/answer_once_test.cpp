// What comes before a source answers once, later, and whoever is answered may end what asked.
#include <gtest/gtest.h>

#include <QTcpServer>

#include "console-gui/client/secret_request.h"
#include "console-gui/client/server_entry.h"
#include "console-gui/client/wipe_bytes.h"
#include "tests/gui/pump.h"

using namespace console;

namespace {

// Nobody listens there.
ServerPlace nowhere() {
  QTcpServer listener;
  EXPECT_TRUE(listener.listen(QHostAddress::LocalHost));
  ServerPlace place;
  place.host = QStringLiteral("127.0.0.1");
  place.port = listener.serverPort();
  return place;
}

// Asks, and ends the asker in its answer; says whether what the callback holds was still there then.
template <class Ask>
void endsTheAskerInTheAnswer(Ask ask) {
  auto* asker = new QObject;
  auto token = std::make_shared<int>(1);
  const std::weak_ptr<int> there = token;
  int answers = 0;
  bool held = false;
  ask(asker, [token = std::move(token), &answers, &held, &there, asker](const auto& answer) {
    EXPECT_FALSE(answer);
    // Copies: with the asker this closure may go.
    int& count = answers;
    bool& kept = held;
    const std::weak_ptr<int>& look = there;
    delete asker;
    ++count;
    kept = !look.expired();
  });
  EXPECT_EQ(answers, 0) << "it comes later";
  EXPECT_TRUE(test::pumpUntil([&] { return answers != 0; }));
  EXPECT_TRUE(held) << "the callback went while it ran";
  test::pump();
  EXPECT_EQ(answers, 1);
  EXPECT_TRUE(there.expired());
}

TEST(AnswerOnce, aLookAtACertificateMayEndItsAskerInTheAnswer) {
  endsTheAskerInTheAnswer([](QObject* asker, const AuthorityShown& done) { lookAt(nowhere(), asker, done); });
}

TEST(AnswerOnce, aSecretRequestMayEndItsAskerInTheAnswer) {
  endsTheAskerInTheAnswer(
      [](QObject* asker, const Downloaded& done) { sendSecret(nowhere(), mgmt::Route::Login, "{}", asker, done); });
}

TEST(WipeBytes, whoSharesTheBytesHasNothingOfThemLeftEither) {
  const QByteArray first(40, 's');
  const QByteArray second = first;
  wipeBytes(second);
  EXPECT_EQ(first, QByteArray(40, '\0'));
}

TEST(AnswerOnce, whoHasGoneIsNotAnswered) {
  auto asker = std::make_unique<QObject>();
  int answers = 0;
  lookAt(nowhere(), asker.get(), [&](const auto&) { ++answers; });
  sendSecret(nowhere(), mgmt::Route::Login, "{}", asker.get(), [&](const auto&) { ++answers; });
  asker.reset();
  test::pump();
  EXPECT_EQ(answers, 0);
}

}  // namespace
