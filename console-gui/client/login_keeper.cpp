#include "console-gui/client/login_keeper.h"

#include <qt6keychain/keychain.h>

#include "console-gui/client/wipe_bytes.h"

namespace console {
namespace {

const QString kService = QStringLiteral("sanctum-console");

KeptTokens* testTokens = nullptr;

}  // namespace

// A name of a server has no '@'.
QString tokenKey(const ServerPlace& place) { return place.user + QLatin1Char('@') + place.name(); }

void keepToken(const ServerPlace& place, const base::Secret& token, QObject* context,
               std::function<void(const QString&)> done) {
  if (testTokens != nullptr) {
    (*testTokens)[tokenKey(place)] = token.copy();
    QMetaObject::invokeMethod(
        context, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
    return;
  }
  auto* job = new QKeychain::WritePasswordJob(kService, context);
  job->setInsecureFallback(false);
  job->setKey(tokenKey(place));
  const base::ByteView bytes = token.reveal();
  const QByteArray shared(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
  job->setBinaryData(shared);
  QObject::connect(job, &QKeychain::Job::finished, context, [shared, done = std::move(done)](QKeychain::Job* ended) {
    wipeBytes(shared);
    done(ended->error() == QKeychain::NoError ? QString() : ended->errorString());
  });
  job->start();
}

void keptToken(const ServerPlace& place, QObject* context, std::function<void(base::Secret)> done) {
  if (testTokens != nullptr) {
    QMetaObject::invokeMethod(
        context,
        [key = tokenKey(place), done = std::move(done)] {
          const auto kept = testTokens->find(key);
          done(kept == testTokens->end() ? base::Secret() : kept->second.copy());
        },
        Qt::QueuedConnection);
    return;
  }
  auto* job = new QKeychain::ReadPasswordJob(kService, context);
  job->setInsecureFallback(false);
  job->setKey(tokenKey(place));
  QObject::connect(job, &QKeychain::Job::finished, context, [job, done = std::move(done)](QKeychain::Job* ended) {
    const QByteArray bytes = ended->error() == QKeychain::NoError ? job->binaryData() : QByteArray();
    auto token = base::Secret::from(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    wipeBytes(bytes);
    done(token ? std::move(*token) : base::Secret());
  });
  job->start();
}

void forgetToken(const ServerPlace& place, QObject* context) {
  if (testTokens != nullptr) {
    testTokens->erase(tokenKey(place));
    return;
  }
  auto* job = new QKeychain::DeletePasswordJob(kService, context);
  job->setInsecureFallback(false);
  job->setKey(tokenKey(place));
  job->start();
}

void keepTokensIn(KeptTokens* kept) { testTokens = kept; }

}  // namespace console
