// Source: where a console's SAN comes from: a server, the demo, a file. What pages ask, they ask here.
//
// A source shows one snapshot after another and says how far they can be trusted (LinkStatus). Questions are routes of
// the management API (shared/mgmt/routes.h) and their answers its JSON, whoever answers: a source without a server
// answers those that it can and says of the others why not. The UI thread; answers come later, through the event loop,
// and not after the source has gone. Errors: Problem, in the words of the API.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "console-gui/client/link_machine.h"
#include "shared/base/json.h"
#include "shared/base/result.h"
#include "shared/mgmt/problem.h"
#include "shared/mgmt/request_target.h"
#include "shared/san/snapshot.h"

namespace console {

using SnapshotPtr = std::shared_ptr<const san::Snapshot>;

struct Ask {
  mgmt::Route route{};
  std::vector<std::string> segments = {};  // for {id}, {kind}, {name}, in order
  mgmt::Query query = {};
  base::Json body = {};  // null: none
};

// Why there is no answer (shared/mgmt/problem.h); status 0: nobody was reached.
struct Problem {
  int status = 0;
  std::string code;
  std::string title;   // what happened
  std::string detail;  // what exactly
  std::string hint;    // what to do
  base::Json body;     // the whole answer, where there is one
  [[nodiscard]] bool is(mgmt::ProblemCode which) const { return code == mgmt::rowOf(which).name; }
};

using Answer = base::Result<base::Json, Problem>;
using Answered = std::function<void(const Answer& answer)>;
// Of what is no JSON (evidence, exports): its bytes.
using Download = base::Result<std::string, Problem>;
using Downloaded = std::function<void(const Download& download)>;
// The SAN as it was; never nullptr. "revision-gone": the history does not go back that far.
using PastSan = base::Result<SnapshotPtr, Problem>;
using PastTaken = std::function<void(const PastSan& past)>;

// Who is logged in.
struct Principal {
  std::string user;
  std::string roles;
  std::vector<std::string> rights;
  std::vector<std::string> scope;  // labels; none: everything
  [[nodiscard]] bool may(std::string_view right) const;
  friend bool operator==(const Principal&, const Principal&) = default;
};

struct LinkStatus {
  LinkState state = LinkState::Offline;
  std::string why;                // a sentence, of Offline and Rejected
  san::Seconds oldSince = 0;      // since when nothing tells that the snapshot holds; 0: it does
  san::Seconds nextTry = 0;       // of Offline
};

class Source : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  virtual void start() = 0;
  // Another try, at once.
  virtual void retry() {}

  // What people call it: "demo", "san.example:3285", a file's name.
  [[nodiscard]] virtual QString name() const = 0;
  // A source that nothing can be changed at says why: a file.
  [[nodiscard]] virtual QString whyReadOnly() const { return {}; }
  // A source that signs nothing says why: no evidence comes from it.
  [[nodiscard]] virtual QString whyNoEvidence() const { return {}; }
  // By what a draft on this source is kept on disk, the same in the next run; empty: it is not kept.
  [[nodiscard]] virtual QString draftKey() const { return {}; }
  [[nodiscard]] virtual LinkStatus status() const = 0;
  [[nodiscard]] virtual const Principal& principal() const = 0;
  // The newest; nullptr: none yet.
  [[nodiscard]] virtual SnapshotPtr snapshot() const = 0;
  virtual void past(san::Revision revision, PastTaken done) = 0;

  virtual void ask(const Ask& question, Answered done) = 0;
  virtual void download(const Ask& question, Downloaded done) = 0;
  // For who may go before the source does: without him, the answer is dropped.
  void ask(const Ask& question, const QObject* asker, Answered done);
  void download(const Ask& question, const QObject* asker, Downloaded done);
  void past(san::Revision revision, const QObject* asker, PastTaken done);

 signals:
  void statusChanged();
  void snapshotChanged();
};

}  // namespace console
