// The console's client without a window, for tests against a real server: says each thing that happens as a line, and
// does what it reads, a line each.
//
//   console_probe HOST:PORT USER      then on standard input: the password, and commands:
//   zone NAME      makes a zone in a change set of its own, and commits it
//   zones          says the names of all zones
//   again          fetches a snapshot by another source and compares it with the one at hand
//   quit
#include <QCoreApplication>
#include <QSocketNotifier>
#include <cstdio>
#include <iostream>

#include "console-gui/client/server_entry.h"
#include "console-gui/client/server_source.h"
#include "shared/base/json_members.h"
#include "shared/mgmt/edit_json.h"
#include "shared/san/diff.h"

using namespace console;

namespace {

constexpr const char* kStates[] = {"connecting", "snapshot", "live", "stale", "offline", "rejected"};

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

class Probe : public QObject {
 public:
  Probe(ServerPlace place, QObject* parent) : QObject(parent), place_(std::move(place)), notifier_(0, QSocketNotifier::Read) {
    notifier_.setEnabled(false);
    connect(&notifier_, &QSocketNotifier::activated, this, [this] { onLine(); });
    lookAt(place_, this, [this](const base::Result<ShownAuthority, Problem>& shown) {
      if (!shown) return fail(shown.error());
      say("authority " + shown->fingerprint.toStdString());
      place_.authority = shown->pem;
      enter();
    });
  }

 private:
  static void fail(const Problem& problem) {
    say("failed " + problem.code + " " + problem.title + " " + problem.detail);
    QCoreApplication::exit(1);
  }

  void enter() {
    std::string password;
    std::getline(std::cin, password);
    access_ = std::make_unique<ServerAccess>(place_, base::Secret());
    logIn(*access_, *base::Secret::from(password), [this](base::Result<Entered, Problem> entered) {
      if (!entered) return fail(entered.error());
      say("entered");
      token_ = entered->token.copy();
      source_ = std::make_unique<ServerSource>(place_, std::move(entered->token));
      connect(source_.get(), &Source::statusChanged, this, [this] {
        const LinkStatus status = source_->status();
        const std::string line = std::string("state ") + kStates[static_cast<int>(status.state)] + " " + status.why;
        if (line != last_) say(last_ = line);
      });
      connect(source_.get(), &Source::snapshotChanged, this, [this] { say("revision " + std::to_string(source_->snapshot()->revision)); });
      source_->start();
      notifier_.setEnabled(true);
    });
  }

  void onLine() {
    std::string line;
    if (!std::getline(std::cin, line) || line == "quit") return QCoreApplication::exit(0);
    if (line == "zones") return zones();
    if (line == "again") return again();
    if (line.starts_with("zone ")) return zone(line.substr(5));
  }

  void zones() {
    std::string names;
    source_->snapshot()->table<san::Domain>().forEach([&](san::Id, const san::Domain& domain) { names += " " + domain.name; });
    say("zones" + names);
  }

  void zone(const std::string& name) {
    const san::ObjectRef fresh{san::Kind::Domain, san::kFirstProvisional};
    const std::vector<san::Edit> edits{{san::EditOp::Create, fresh, {}, {}}, {san::EditOp::Set, fresh, "name", name}};
    step(mgmt::Route::CreateChange, {}, base::Json::Object{{"title", name}, {"edits", mgmt::toJson(*source_->snapshot(), edits, mgmt::References::Names)}},
         [this](const base::Json& made) {
           submit(std::to_string(base::numberOf(made, "id")), base::numberOf(made, "version"));
         });
  }
  void submit(const std::string& id, std::uint64_t version) {
    step(mgmt::Route::SubmitChange, {id}, base::Json::Object{{"version", version}, {"reason", "a test"}, {"ticket", ""}}, [this, id](const base::Json& made) {
      step(mgmt::Route::CommitChange, {id}, base::Json::Object{{"version", base::numberOf(made, "version")}}, [](const base::Json&) { say("committed"); });
    });
  }
  void step(mgmt::Route route, std::vector<std::string> segments, base::Json body, std::function<void(const base::Json&)> next) {
    source_->ask({route, std::move(segments), {}, std::move(body)}, [next = std::move(next)](const Answer& answer) {
      if (!answer) return say("refused " + answer.error().code + " " + answer.error().detail);
      next(*answer);
    });
  }

  // What came change by change is what a fresh look gives.
  void again() {
    other_ = std::make_unique<ServerSource>(place_, token_.copy());
    connect(other_.get(), &Source::snapshotChanged, this, [this] {
      if (other_->snapshot()->revision != source_->snapshot()->revision) return;
      const auto lines = san::textLines(san::diff(*source_->snapshot(), *other_->snapshot()), *source_->snapshot(), *other_->snapshot());
      for (const std::string& line : lines) say("differs " + line);
      if (lines.empty()) say("same");
    });
    other_->start();
  }

  ServerPlace place_;
  QSocketNotifier notifier_;
  std::unique_ptr<ServerAccess> access_;
  std::unique_ptr<ServerSource> source_, other_;
  base::Secret token_;
  std::string last_;
};

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  std::ios::sync_with_stdio(false);
  QString why;
  ServerPlace place = ServerPlace::parse(QString::fromLocal8Bit(argc > 1 ? argv[1] : ""), why);
  place.user = QString::fromLocal8Bit(argc > 2 ? argv[2] : "");
  if (!why.isEmpty()) {
    say(why.toStdString());
    return 2;
  }
  const Probe probe(place, &application);
  return QCoreApplication::exec();
}
