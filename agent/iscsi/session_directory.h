// SessionDirectory: all sessions of all target nodes behind the portals of one entity, by target and TSIH.
//
// Answers what a login becomes (LoginSessions), makes sessions and ends them: session reinstatement, connection
// reinstatement, sessions whose connections did not come back. Unnamed discovery sessions belong to a node of their
// own. Sessions that are closed stay until their units have given back the last command; sweep() then destroys them.
// It also carries out what may not be done with a session on the stack: the end of all sessions by TARGET COLD RESET,
// and requests that were held up until a function ended what was missing before them. One thread, no locks; time comes
// in with setNow() before each login and with onTimer(). RFC 7143 4.4.3, 6.3.1, 6.3.5.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/iscsi/chap.h"
#include "agent/iscsi/login_access.h"
#include "agent/iscsi/session_table.h"
#include "agent/iscsi/target_session.h"

namespace iscsi {

// Who makes the units of a session, and hears of its end.
class SessionHost {
 public:
  // Not for discovery sessions. nullptr: there is no room; the login ends with OutOfResources.
  virtual std::unique_ptr<UnitPort> attach(TargetSession& session) = 0;
  virtual void onSessionEnded(TargetSession& session, SessionEnd why) = 0;

 protected:
  ~SessionHost() = default;
};

class SessionDirectory final : public LoginSessions, public SessionOwner {
 public:
  SessionDirectory(const SessionTable::Limits& limits, const SessionLimits& sessionLimits, const RandomSource& random,
                   SessionHost& host);
  ~SessionDirectory() override;
  SessionDirectory(const SessionDirectory&) = delete;
  SessionDirectory& operator=(const SessionDirectory&) = delete;

  void setNow(base::TimePoint now) { now_ = now; }

  SessionAnswer lookUp(const SessionQuestion& question) override;
  JoinAnswer join(const SessionQuestion& question, const AgreedLogin& login) override;
  // The session that a login has become.
  [[nodiscard]] TargetSession* find(const AgreedLogin& login);
  // The session that join() would add to, or put another one in the place of; nullptr: none.
  [[nodiscard]] TargetSession* concerned(const SessionQuestion& question);

  template <class Visit>
  void forEach(Visit&& visit) {
    for (auto& [name, node] : nodes_) {
      for (auto& [tsih, session] : node.sessions) visit(*session);
    }
  }
  [[nodiscard]] std::size_t size() const;

  [[nodiscard]] base::TimePoint nextDeadline() const;
  // True once after nextDeadline() may have become earlier.
  [[nodiscard]] bool takeDeadlineMoved() { return std::exchange(deadlineMoved_, false); }
  void onTimer(base::TimePoint now);
  // Delivers what functions have let go on, ends the sessions of targets that were reset, and destroys sessions that
  // are closed and idle. Not from inside a call of a session.
  void sweep();
  [[nodiscard]] bool empty() const;  // of closed ones too

 private:
  struct Node {
    explicit Node(const SessionTable::Limits& limits, std::uint16_t firstTsih) : table(limits, firstTsih) {}
    SessionTable table;
    std::unordered_map<std::uint16_t, std::unique_ptr<TargetSession>> sessions;
    bool coldReset = false;  // its sessions end at the next sweep()
  };

  void onSessionClosed(TargetSession& session, SessionEnd why) override;
  void onSessionIdle(TargetSession& session) override;
  void onColdReset(TargetSession& session) override;
  void onHeldDue(TargetSession& session) override { due_.push_back(&session); }
  void onConnectionGone(TargetSession& session, std::uint16_t cid, ConnectionEnd how, base::TimePoint now) override;

  void deliverDue();
  void endReset(Node& node);
  Node& nodeOf(std::string_view target);
  void endConnection(TargetSession& session, std::uint16_t cid);
  [[nodiscard]] std::uint64_t randomNumber() const;

  SessionTable::Limits limits_;
  SessionLimits sessionLimits_;
  const RandomSource& random_;
  SessionHost& host_;
  TransferPool transfers_;
  std::map<std::string, Node, std::less<>> nodes_;  // by target name; "": discovery without a name
  std::vector<std::unique_ptr<TargetSession>> ending_;
  std::vector<TargetSession*> due_;  // each once; those that close meanwhile live until the end of sweep()
  bool anyIdle_ = false;
  bool anyReset_ = false;
  bool deadlineMoved_ = false;
  base::TimePoint now_{};
};

}  // namespace iscsi
