// DemoSource: the demo SAN (demo_san.h) in this process: no network, no server, nothing is kept.
//
// Change sets go their whole way (change_desk.h), the log and the credentials are those of the demo, and what only a
// server can do (evidence, secrets) is refused with a sentence. Seldom something happens by itself, so that the feed
// shows what live means. The UI thread.
#pragma once

#include <QTimer>
#include <optional>

#include "console-gui/client/change_desk.h"
#include "console-gui/client/demo_audit.h"
#include "console-gui/client/demo_credentials.h"
#include "console-gui/client/demo_san.h"

namespace console {

class DemoSource : public Source {
  Q_OBJECT

 public:
  // `now`: fixed in tests and for pictures; nothing happens by itself then. 0: the clock's.
  explicit DemoSource(san::Seconds now = 0, QObject* parent = nullptr);

  void start() override;
  [[nodiscard]] QString name() const override { return tr("Demo SAN"); }
  [[nodiscard]] QString whyNoEvidence() const override {
    return tr("Only a server signs and makes this: the demo runs in this program alone.");
  }
  [[nodiscard]] LinkStatus status() const override { return {LinkState::Live, {}, 0, 0}; }
  [[nodiscard]] const Principal& principal() const override { return principal_; }
  [[nodiscard]] SnapshotPtr snapshot() const override { return present_; }
  void past(san::Revision revision, PastTaken done) override;
  void ask(const Ask& question, Answered done) override;
  void download(const Ask& question, Downloaded done) override;

 private:
  [[nodiscard]] san::Seconds now() const;
  void publish(san::Snapshot snapshot, const std::string& author, const std::string& title);
  [[nodiscard]] std::optional<san::Snapshot> at(san::Revision revision) const;
  [[nodiscard]] base::Json difference(const Ask& question) const;
  void live();

  const san::Seconds fixed_;
  Principal principal_;
  std::vector<DemoRevision> history_;
  SnapshotPtr present_;
  DemoAudit audit_;
  ChangeDesk desk_;
  DemoCredentials credentials_;
  QTimer proof_;
  QTimer deadline_, life_;
  int beat_ = 0;
};

}  // namespace console
