// TargetServer: iSCSI targets behind sockets: portals, sessions, logical units and their stores, on one loop.
//
// One thread: the loop's. The owner gives a Setup, and later others in its place; credentials, state that has to
// outlive the process, and whoever wants to hear of events come in as interfaces. What peers get wrong is answered by
// the cores beneath and told to the observer; nothing throws. Bounds: Limits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/block/device.h"
#include "agent/block/device_opener.h"
#include "agent/iscsi/chap.h"
#include "agent/iscsi/login_access.h"
#include "agent/scsi/state_store.h"
#include "agent/target/facts.h"
#include "agent/target/setup.h"
#include "shared/net/address.h"
#include "shared/net/loop.h"

namespace target {

struct Limits {
  std::size_t connections = 16384;       // open at a time; beyond, new ones wait in the kernel's backlog
  std::size_t loginsAtATime = 4096;      // connections that have not logged in; beyond, the oldest is closed
  std::size_t loginsOfAnAddress = 4096;  // ... of one address; beyond, the new one is closed
  // Proofs that one address may fail; beyond, its next ones are not looked at and get TargetError, so that it comes
  // again.
  static constexpr std::uint32_t kFailedLoginsASecond = 10, kFailedLoginsAtOnce = 100;
  std::size_t sessions = 8192;           // of a target
  std::size_t sessionsPerInitiator = 4096;
  // Discovery sessions are counted apart: of a target, or of those that name none. One in which nothing comes ends
  // after TargetConnection::kDiscoverySilence.
  std::size_t discoverySessions = 1024;
  std::size_t discoverySessionsPerInitiator = 64;
  base::Duration loginTime = std::chrono::seconds(15);
  base::Duration logoutTime = std::chrono::seconds(5);  // between a request to log out and the close
  base::Duration pingAfter = std::chrono::seconds(30);  // of silence; 0: never
  base::Duration pingTime = std::chrono::seconds(30);   // then the connection is lost
  base::Duration dataOutTime = std::chrono::seconds(30);  // between Data-Out PDUs of a write
  std::uint32_t commandWindow = 128;                      // commands of a session at a time, 1 to 1024
  std::size_t writeMemory = std::size_t{512} << 20;       // bytes of data-out on its way
  std::size_t unitMemory = std::size_t{512} << 20;        // bytes of data-in and of the units' own buffers
  std::size_t outputHighWater = std::size_t{2} << 20;     // unsent bytes of a connection; beyond, nothing more is read
};

// Where units keep what must outlive a power loss. `unit` is UnitSetup::id.
class UnitStates {
 public:
  virtual ~UnitStates() = default;
  // What was kept; empty: nothing. An Error keeps the unit from being opened.
  virtual base::Result<base::Bytes> load(std::string_view unit, scsi::StateKind kind) = 0;
  // As StateStore::save(), for one unit.
  virtual void save(std::string_view unit, scsi::StateKind kind, base::ByteView image, scsi::SaveRequest& request) = 0;
};

// Hears of what happens; calls come on the loop's thread, and nothing may be changed inside of them.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void onLoginRefused(const RefusedLogin&) {}
  virtual void onSessionOpened(const SessionFacts&) {}
  virtual void onSessionEnded(const SessionFacts&, std::string_view /*why*/) {}
  virtual void onConnectionFault(const ConnectionFault&) {}
  // A unit that left has ended its last command: its store can be opened anew.
  virtual void onUnitGone() {}
};

struct Environment {
  net::Loop& loop;
  block::DeviceOpener& stores;
  iscsi::CredentialsSource& credentials;
  UnitStates& states;
  Observer& observer;
  iscsi::RandomSource random;
};

class TargetServer {
 public:
  TargetServer(const Environment& environment, const Limits& limits);
  ~TargetServer();
  TargetServer(const TargetServer&) = delete;
  TargetServer& operator=(const TargetServer&) = delete;

  // A portal of a portal group. With port 0 the address that was bound is in portals().
  base::Status listen(const net::Address& address, std::uint16_t group);
  [[nodiscard]] std::vector<PortalFacts> portals() const;

  // From now on this holds; an Error says what cannot be, and then nothing has changed. Opening stores may block: for
  // administrators. Sessions that are no longer admitted, each connection by its own address and all by one rule, are
  // asked to log out and closed Limits::logoutTime later;
  // those whose LUN map changed hear REPORTED LUNS DATA HAS CHANGED. A unit that is no longer there, or whose store is
  // another one, is gone for its sessions at once; while its store is not open it keeps its LUNs, and becomes ready.
  base::Status apply(Setup setup);
  [[nodiscard]] const Setup& setup() const;

  // Another size of a unit; all its sessions hear CAPACITY DATA HAS CHANGED. Errors as Device::resize() and for an
  // unknown unit.
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink);
  // The size that its store has now, where somebody else may have changed it; sessions hear of a change.
  base::Status refreshSize(std::string_view unit);

  [[nodiscard]] std::vector<SessionFacts> sessions() const;
  [[nodiscard]] std::vector<UnitFacts> units() const;
  // Stores of units that are no longer there and still have commands.
  [[nodiscard]] std::vector<std::string> storesLeaving() const;
  [[nodiscard]] ServerCounters counters() const;

  // Asks a session to log out, and closes it Limits::logoutTime later; one of discovery at once. False: there is none
  // of that number.
  bool dropSession(std::uint64_t id);
  // No new logins; all sessions are asked to log out; `done` is called when the last is gone, at the latest after
  // `grace`.
  void drain(base::Duration grace, std::function<void()> done);

  // To be called at the end of each turn of the loop (Loop::setTurnEnd): what has ended is destroyed then.
  void onTurnEnd();

  // The headers that came and went lately on a session's connections, oldest first, as a pcap file that tshark reads;
  // empty: no such session.
  [[nodiscard]] base::Bytes trace(std::uint64_t session) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace target
