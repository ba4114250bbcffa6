// TargetServer::Impl: what is behind the door of target_server.h, for the files that make it up. Internal to this
// folder.
//
// target_server.cpp has portals, connections and time; target_logins.cpp who is let in, and what he hears;
// target_setups.cpp how the server becomes what a setup says; server_facts.cpp what it tells of itself.
// One thread, that of the environment's loop.
#pragma once

#include <list>
#include <map>
#include <unordered_map>

#include "agent/iscsi/session_directory.h"
#include "agent/target/connection_socket.h"
#include "agent/target/port_numbers.h"
#include "agent/target/session_units.h"
#include "agent/target/target_server.h"
#include "shared/base/rate_limiter.h"
#include "shared/net/listener.h"

namespace target {

class TargetServer::Impl final : private net::ListenerOwner,
                                 private SocketOwner,
                                 private iscsi::SessionHost,
                                 private scsi::UnitDirectory {
 public:
  Impl(const Environment& environment, const Limits& limits);
  ~Impl();

  base::Status listen(const net::Address& address, std::uint16_t group);
  [[nodiscard]] std::vector<PortalFacts> portals() const;
  base::Status apply(Setup setup);
  [[nodiscard]] const Setup& setup() const { return setup_; }
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink);
  base::Status refreshSize(std::string_view unit);
  [[nodiscard]] std::vector<SessionFacts> sessions();
  [[nodiscard]] std::vector<UnitFacts> units() const;
  [[nodiscard]] std::vector<std::string> storesLeaving() const;
  [[nodiscard]] ServerCounters counters();
  bool dropSession(std::uint64_t id);
  void drain(base::Duration grace, std::function<void()> done);
  [[nodiscard]] base::Bytes trace(std::uint64_t session);
  void onTurnEnd();

 private:
  using Peers = std::vector<net::Address>;
  // What the server knows of a session beside itself.
  struct Entry {
    std::uint64_t id = 0;
    iscsi::TargetSession* session = nullptr;
    SessionUnits* units = nullptr;
    base::WallTime since{};
    net::Address peer;  // of its first connection; where that was its only one and is replaced, of the next
    std::uint16_t group = 1;
    bool asked = false;  // to log out
    base::TimePoint closeAt = base::kNever;
  };
  struct Portal {
    std::unique_ptr<net::Listener> listener;
    std::uint16_t group = 1;
  };

  void onAccepted(net::Listener& listener, net::UniqueFd fd, const net::Address& peer) override;
  void onAcceptFailed(net::Listener&, const base::Error&) override {}

  iscsi::AccessAnswer admit(const iscsi::AccessQuestion& question, const ConnectionSocket& socket) override;
  iscsi::JoinAnswer join(const iscsi::SessionQuestion& question, const iscsi::AgreedLogin& login,
                         const ConnectionSocket& socket) override;
  bool mayProve(const ConnectionSocket& socket) override;
  iscsi::TargetSession* findSession(const iscsi::AgreedLogin& login) override { return directory_.find(login); }
  void listTargets(const iscsi::AgreedLogin& login, const ConnectionSocket& socket, std::string_view which,
                   iscsi::TextWriter& out) override;
  void onLoggedIn(ConnectionSocket& socket, iscsi::TargetSession& session) override;
  void onLoginRefused(ConnectionSocket& socket, const iscsi::LoginFailure& failure,
                      const iscsi::AgreedLogin& known) override;
  void onFault(ConnectionSocket& socket, std::string_view why) override;
  void onActive() override {
    if (!trimTimer_.started()) trimTimer_.startAt(environment_.loop.now() + std::chrono::seconds(1));
  }
  void onEnded(ConnectionSocket& socket) override;

  void unitsOf(scsi::Disk&, const scsi::Nexus& nexus, std::vector<scsi::CopyUnit>& out) override {
    static_cast<const SessionUnits*>(nexus.transport)->unitsOf(out);
  }

  std::unique_ptr<iscsi::UnitPort> attach(iscsi::TargetSession& session) override;
  void onSessionEnded(iscsi::TargetSession& session, iscsi::SessionEnd why) override;

  [[nodiscard]] const TargetSetup* findTarget(std::string_view name) const;
  [[nodiscard]] std::vector<SessionUnits::Mapping> mappingsOf(const AccessRule& rule);
  [[nodiscard]] SessionFacts factsOf(const Entry& entry) const;
  [[nodiscard]] Peers peersOf(const iscsi::TargetSession& session) const;
  [[nodiscard]] const AccessRule* ruleOf(const Entry& entry, const Peers& peers) const;
  [[nodiscard]] iscsi::LoginStatus mayEnter(const iscsi::SessionQuestion& question, const iscsi::AgreedLogin& login,
                                            const ConnectionSocket& socket);
  void judge(Entry& entry, const Peers& peers);
  void askToLogOut(Entry& entry);
  void forgetLogin(ConnectionSocket& socket);
  void evictLogin();
  void updatePorts();
  void onTimer();
  void armTimer();
  void trimIdle();
  base::Status check(const Setup& setup) const;

  Environment environment_;
  Limits limits_;
  Setup setup_;
  block::DataMemory memory_;
  UnitCommandPool commands_;
  TurnClock clock_;
  scsi::BufferPool pool_;
  iscsi::SentChallenges challenges_;
  iscsi::SlabPool slabs_;
  scsi::CopyDomain copies_;
  PortNumbers ports_;
  std::map<std::string, std::unique_ptr<Unit>, std::less<>> units_;
  std::vector<std::unique_ptr<Unit>> leaving_;
  // True: one has given its store up.
  bool forgetIdle() {
    return std::erase_if(leaving_, [](const auto& unit) { return unit->idle(); }) != 0;
  }
  iscsi::SessionDirectory directory_;
  std::unordered_map<iscsi::TargetSession*, Entry> entries_;
  std::vector<Portal> portals_;
  std::unordered_map<ConnectionSocket*, std::unique_ptr<ConnectionSocket>> sockets_;
  std::vector<std::unique_ptr<ConnectionSocket>> endedSockets_;
  std::list<ConnectionSocket*> logins_;  // connections that are not logged in, oldest first
  std::map<net::Address::Octets, std::size_t> loginsOf_;
  // What each address may still fail to prove. No host in its right mind comes near it; guessing does.
  base::RateLimiter<net::Address::Octets> failures_;
  const ConnectionSocket* joining_ = nullptr;  // during join()
  net::Timer timer_;
  net::Timer trimTimer_;
  std::uint64_t nextId_ = 1;
  ServerCounters counters_;
  bool draining_ = false;
  base::TimePoint drainUntil_ = base::kNever;
  std::function<void()> drained_;
};

}  // namespace target
