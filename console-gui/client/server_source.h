// ServerSource: the SAN of a management server: a snapshot, then each change as it comes.
//
// LinkMachine decides, ServerAccess speaks, and texts become snapshots on a thread of their own, in their order and as
// many changes at once as have come meanwhile, so that a flood of events costs the UI thread nothing but their bytes. The
// UI thread. Bound: kMaxWaiting bytes of events that wait to be read; beyond it the snapshot is fetched anew.
#pragma once

#include <QThreadPool>
#include <QTimer>
#include <deque>

#include "console-gui/client/link_clock.h"
#include "console-gui/client/server_access.h"
#include "shared/mgmt/event_reader.h"

namespace console {

class ServerSource : public Source {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxWaiting = std::size_t{256} << 20;
  // So soon after a sleep of the machine it is seen what was due meanwhile.
  static constexpr std::chrono::milliseconds kLongestLook{5000};

  ServerSource(ServerPlace place, base::Secret token, QObject* parent = nullptr, LinkClock clock = linkNow);
  ~ServerSource() override;

  // The token is in the key ring too.
  void setKept(bool kept) { kept_ = kept; }
  [[nodiscard]] bool isKept() const { return kept_; }
  [[nodiscard]] const ServerPlace& place() const { return access_.place(); }

  void start() override;
  void retry() override;
  [[nodiscard]] QString name() const override { return access_.place().name(); }
  [[nodiscard]] QString draftKey() const override { return name(); }
  [[nodiscard]] LinkStatus status() const override;
  [[nodiscard]] const Principal& principal() const override { return principal_; }
  [[nodiscard]] SnapshotPtr snapshot() const override { return snapshot_; }
  [[nodiscard]] bool isLoginRefused() const { return loginRefused_; }
  void past(san::Revision revision, PastTaken done) override;
  void ask(const Ask& question, Answered done) override;
  void download(const Ask& question, Downloaded done) override;

 signals:
  // The token holds no more: another try would end the same way. Who comes later looks at isLoginRefused().
  void loginRefused();

 private:
  void carryOut(const LinkMachine::Steps& steps);
  void enter();
  void fetch();
  void follow();
  void drop();
  void onEvent(const std::string& name, std::string data);
  void readNext();
  void goLive();
  // Steps, a timer for the next one, and the word to whoever watches.
  void after(const LinkMachine::Steps& steps);
  void arm();
  void onProblem(const Problem& problem);

  LinkClock now_;
  bool kept_ = false, loginRefused_ = false;
  ServerAccess access_;
  LinkMachine machine_;
  QTimer timer_{this};
  Principal principal_;
  SnapshotPtr snapshot_;
  QPointer<QNetworkReply> reply_;  // of the step under way
  std::uint64_t talk_ = 0;         // answers to an earlier one count no more
  mgmt::EventReader reader_;
  // Changes that wait to be read, and whether some are being read.
  std::deque<std::string> waiting_;
  std::size_t waitingBytes_ = 0;
  bool reading_ = false;
  QThreadPool pool_;  // one thread: in their order
};

}  // namespace console
