#include "console-gui/client/server_source.h"

#include <QNetworkReply>
#include <QRandomGenerator>
#include <algorithm>

#include "console-gui/client/problem_reader.h"
#include "console-gui/client/time_now.h"
#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/event_place.h"
#include "shared/mgmt/snapshot_reader.h"

namespace console {
namespace {

std::uint32_t jitter() { return QRandomGenerator::global()->generate(); }

std::vector<std::string> textsOf(const base::Json& json, std::string_view name) {
  std::vector<std::string> texts;
  for (const base::Json& one : base::listOf(json, name)) texts.push_back(one.plain());
  return texts;
}

}  // namespace

ServerSource::ServerSource(ServerPlace place, base::Secret token, QObject* parent, LinkClock clock)
    : Source(parent), now_(clock), access_(std::move(place), std::move(token), this), machine_(jitter) {
  pool_.setMaxThreadCount(1);
  timer_.setSingleShot(true);
  // Times of the status are in the server's time.
  access_.onTime = [this](san::Seconds server) {
    if (hearServerTime(server)) emit statusChanged();
  };
  connect(&timer_, &QTimer::timeout, this, [this] {
    const auto deadline = machine_.nextDeadline();
    if (deadline && now_() < *deadline) return arm();
    after(machine_.onTimer(now_()));
  });
}

ServerSource::~ServerSource() {
  drop();
  pool_.waitForDone();
  forgetServerTime();
}

void ServerSource::start() { after(machine_.start(now_())); }
void ServerSource::retry() { after(machine_.retry(now_())); }

LinkStatus ServerSource::status() const {
  const base::TimePoint now = now_();
  const san::Seconds wall = timeNow();
  LinkStatus status{machine_.state(), machine_.why(), 0, 0};
  auto since = machine_.oldSince();
  // Nobody has looked yet, as when the machine has slept: nothing is live for that.
  if (const auto silent = machine_.silentSince(now)) {
    status.state = LinkState::Stale;
    since = silent;
  }
  if (since) {
    status.oldSince = wall - std::chrono::duration_cast<std::chrono::seconds>(now - *since).count();
  }
  if (const auto next = machine_.nextDeadline(); next && status.state == LinkState::Offline) {
    status.nextTry = wall + std::chrono::ceil<std::chrono::seconds>(*next - now).count();
  }
  return status;
}

void ServerSource::after(const LinkMachine::Steps& steps) {
  carryOut(steps);
  arm();
  emit statusChanged();
}

void ServerSource::arm() {
  if (const auto deadline = machine_.nextDeadline()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now_());
    timer_.start(std::clamp(left, std::chrono::milliseconds(0), kLongestLook));
  } else {
    timer_.stop();
  }
}

void ServerSource::carryOut(const LinkMachine::Steps& steps) {
  for (const LinkMachine::Step step : steps) {
    switch (step) {
      case LinkMachine::Step::Enter:
        enter();
        break;
      case LinkMachine::Step::Fetch:
        fetch();
        break;
      case LinkMachine::Step::Follow:
        follow();
        break;
      case LinkMachine::Step::Drop:
        drop();
        break;
    }
  }
}

void ServerSource::drop() {
  ++talk_;
  waiting_.clear();
  waitingBytes_ = 0;
  // Its signals stay connected: Qt ends and deletes an aborted reply through them.
  if (reply_) reply_->abort();
  reply_ = nullptr;
}

void ServerSource::onProblem(const Problem& problem) {
  const base::TimePoint now = now_();
  std::string why = problem.detail.empty() ? problem.title + "." : problem.title + ": " + problem.detail;
  if (isAuthorityRefused(problem)) why += ' ' + problem.hint;
  // What waiting does not mend: who asks is not taken, or this is no server that we know.
  const bool refused =
      problem.status == 401 || problem.status == 403 || problem.status == 404 || isAuthorityRefused(problem);
  after(refused ? machine_.onRefused(why, now) : machine_.onLost(why, now));
  if (problem.status != 401) return;
  loginRefused_ = true;
  emit loginRefused();
}

void ServerSource::enter() {
  const auto talk = talk_;
  reply_ = access_.send({mgmt::Route::WhoAmI}, [this, talk](const Download& answer) {
    if (talk != talk_) return;
    if (!answer) return onProblem(answer.error());
    const auto json = base::parseJson(*answer);
    if (!json || json->find("user") == nullptr) {
      return after(machine_.onRefused("What answers there is no Sanctum server that this console knows.", now_()));
    }
    Principal entered{base::textOf(*json, "user"), base::textOf(*json, "roles"), textsOf(*json, "rights"),
                      textsOf(*json, "scope")};
    const bool same = entered == std::exchange(principal_, entered);
    after(machine_.onEntered(now_(), same));
  });
}

void ServerSource::fetch() {
  const auto talk = talk_;
  reply_ = access_.send({mgmt::Route::Snapshot}, [this, talk](const Download& answer) {
    if (talk != talk_) return;
    if (!answer) return onProblem(answer.error());
    pool_.start([this, talk, text = *answer, seed = QRandomGenerator::global()->generate64()] {
      auto read = std::make_shared<base::Result<san::Snapshot>>(mgmt::readSnapshot(text, seed));
      QMetaObject::invokeMethod(this, [this, talk, read] {
        if (talk != talk_) return;
        if (!*read) {
          return after(machine_.onRefused("The server's snapshot cannot be read: " + read->error().text, now_()));
        }
        snapshot_ = std::make_shared<const san::Snapshot>(std::move(**read));
        emit snapshotChanged();
        after(machine_.onFetched(now_()));
      });
    });
  });
  connect(reply_, &QNetworkReply::downloadProgress, this, [this, talk] {
    if (talk != talk_) return;
    machine_.onHeard(now_());
    arm();
  });
}

void ServerSource::follow() {
  const auto talk = talk_;
  reader_ = {};
  Ask question{mgmt::Route::Events, {}, {{"since", mgmt::EventPlace{snapshot_->revision, snapshot_->state}.text()}}};
  const auto take = [this, talk](const QByteArray& piece) {
    if (talk != talk_) return;
    const base::TimePoint now = now_();
    const bool wasStale = status().state == LinkState::Stale;
    machine_.onHeard(now);
    if (wasStale) after({});
    const bool whole = reader_.take({piece.constData(), static_cast<std::size_t>(piece.size())},
                                    [&](const std::string& name, const std::string& data) {
                                      onEvent(name, data);
                                      return talk == talk_;
                                    });
    if (talk != talk_) return;
    if (!whole) return after(machine_.onGap(now));
    if (reader_.isBetween()) goLive();
  };
  reply_ = access_.follow(question, take, [this, talk](const Problem& end) {
    if (talk == talk_) onProblem(end);
  });
}

// The first thing that a stream says is what has changed meanwhile, or that nothing has. Until that is in the snapshot,
// the snapshot is as old as it was.
void ServerSource::goLive() {
  if (machine_.state() == LinkState::Snapshot && !reading_ && waiting_.empty()) after(machine_.onFollowing(now_()));
}

void ServerSource::onEvent(const std::string& name, std::string data) {
  if (name == "gap" || waitingBytes_ + data.size() > kMaxWaiting) {
    return after(machine_.onGap(now_()));
  }
  if (name != "change") return;  // of a newer server
  waitingBytes_ += data.size();
  waiting_.push_back(std::move(data));
  readNext();
}

void ServerSource::readNext() {
  if (reading_ || waiting_.empty()) return;
  reading_ = true;
  const auto talk = talk_;
  auto batch = std::make_shared<std::deque<std::string>>(std::exchange(waiting_, {}));
  waitingBytes_ = 0;
  pool_.start([this, talk, batch, before = snapshot_] {
    auto read = std::make_shared<base::Result<san::Snapshot>>(*before);
    for (const std::string& data : *batch) {
      const auto json = base::parseJson(data);
      if (!json) {
        *read = base::fail("An event is no JSON: " + json.error().text);
      } else {
        *read = mgmt::readChange(**read, *json);
      }
      if (!*read) break;
    }
    QMetaObject::invokeMethod(this, [this, talk, read] {
      reading_ = false;
      if (talk != talk_) return readNext();
      // What does not fit is asked for anew, whole: nothing is guessed.
      if (!*read) return after(machine_.onGap(now_()));
      snapshot_ = std::make_shared<const san::Snapshot>(std::move(**read));
      emit snapshotChanged();
      goLive();
      readNext();
    });
  });
}

void ServerSource::past(san::Revision revision, PastTaken done) {
  access_.send({mgmt::Route::Snapshot, {}, {{"revision", std::to_string(revision)}}},
               [this, done = std::move(done)](const Download& answer) {
                 if (!answer) return done(base::fail(answer.error()));
                 pool_.start([this, text = *answer, done] {
                   auto read = mgmt::readSnapshot(text, 0);
                   PastSan past = base::fail(problemOf(200, {}));
                   if (read) past = std::make_shared<const san::Snapshot>(std::move(*read));
                   QMetaObject::invokeMethod(this, [done, past] { done(past); });
                 });
               });
}

void ServerSource::ask(const Ask& question, Answered done) {
  access_.send(question, [done = std::move(done)](const Download& answer) {
    if (!answer) return done(base::fail(answer.error()));
    if (answer->empty()) return done(base::Json());
    auto json = base::parseJson(*answer);
    if (!json) return done(base::fail(problemOf(200, {})));
    done(std::move(*json));
  });
}

void ServerSource::download(const Ask& question, Downloaded done) { access_.send(question, std::move(done)); }

}  // namespace console
