#include "agent/target/target_server.h"

#include <algorithm>
#include <list>
#include <map>
#include <unordered_map>

#include "agent/iscsi/session_directory.h"
#include "agent/target/connection_socket.h"
#include "agent/target/pcap.h"
#include "agent/target/session_units.h"
#include "shared/base/hex.h"
#include "shared/net/listener.h"

namespace target {
namespace {

iscsi::SessionTable::Limits tableLimits(const Limits& limits) {
  iscsi::SessionTable::Limits table;
  table.sessions = limits.sessions;
  table.sessionsPerInitiator = limits.sessionsPerInitiator;
  return table;
}

iscsi::SessionLimits sessionLimits(const Limits& limits) {
  iscsi::SessionLimits session;
  session.commandWindow = limits.commandWindow;
  session.outputHighWater = limits.outputHighWater;
  return session;
}

bool reachedThrough(const TargetSetup& target, std::uint16_t group) {
  return target.groups.empty() || std::find(target.groups.begin(), target.groups.end(), group) != target.groups.end();
}

std::uint16_t secondsOf(base::Duration duration) {
  return static_cast<std::uint16_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

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
  [[nodiscard]] std::vector<SessionFacts> sessions();
  [[nodiscard]] std::vector<UnitFacts> units() const;
  [[nodiscard]] ServerCounters counters();
  bool dropSession(std::uint64_t id);
  void drain(base::Duration grace, std::function<void()> done);
  [[nodiscard]] base::Bytes trace(std::uint64_t session);
  void onTurnEnd();

 private:
  // What the server knows of a session beside itself.
  struct Entry {
    std::uint64_t id = 0;
    iscsi::TargetSession* session = nullptr;
    SessionUnits* units = nullptr;
    base::WallTime since{};
    net::Address peer;
    std::uint16_t group = 1;
    bool asked = false;                    // to log out
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
  void judge(Entry& entry);
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
  std::map<std::string, std::unique_ptr<Unit>, std::less<>> units_;
  std::vector<std::unique_ptr<Unit>> leaving_;
  iscsi::SessionDirectory directory_;
  std::unordered_map<iscsi::TargetSession*, Entry> entries_;
  std::vector<Portal> portals_;
  std::unordered_map<ConnectionSocket*, std::unique_ptr<ConnectionSocket>> sockets_;
  std::vector<std::unique_ptr<ConnectionSocket>> endedSockets_;
  std::list<ConnectionSocket*> logins_;  // connections that are not logged in, oldest first
  std::map<net::Address::Octets, std::size_t> loginsOf_;
  const ConnectionSocket* joining_ = nullptr;  // during join()
  net::Timer timer_;
  net::Timer trimTimer_;
  std::uint64_t nextId_ = 1;
  ServerCounters counters_;
  bool draining_ = false;
  base::TimePoint drainUntil_ = base::kNever;
  std::function<void()> drained_;
};

TargetServer::Impl::Impl(const Environment& environment, const Limits& limits)
    : environment_(environment),
      limits_(limits),
      memory_(limits.writeMemory),
      pool_(limits.unitMemory),
      copies_(*this, environment.random),
      directory_(tableLimits(limits), sessionLimits(limits), environment_.random, *this),
      timer_(environment.loop.timers(), [this] { onTimer(); }),
      trimTimer_(environment.loop.timers(), [this] { trimIdle(); }) {}

TargetServer::Impl::~Impl() {
  while (!sockets_.empty()) sockets_.begin()->second->close();  // which takes it out
  endedSockets_.clear();
  std::vector<iscsi::TargetSession*> all;
  directory_.forEach([&](iscsi::TargetSession& session) { all.push_back(&session); });
  for (iscsi::TargetSession* const session : all) session->close(iscsi::SessionEnd::Dropped);
  // Devices end what they have open, and with it the last commands; sessions and units go after that.
  units_.clear();
  leaving_.clear();
}

// ---- Portals and connections ---------------------------------------------------------------------------------------

base::Status TargetServer::Impl::listen(const net::Address& address, std::uint16_t group) {
  net::ListenerOwner& owner = *this;
  Portal portal{std::make_unique<net::Listener>(environment_.loop, owner), group};
  if (auto status = portal.listener->listen(address); !status) return status;
  portals_.push_back(std::move(portal));
  updatePorts();
  return {};
}

std::vector<PortalFacts> TargetServer::Impl::portals() const {
  std::vector<PortalFacts> facts;
  for (const Portal& portal : portals_) facts.push_back({portal.listener->local(), portal.group});
  return facts;
}

void TargetServer::Impl::onAccepted(net::Listener& listener, net::UniqueFd fd, const net::Address& peer) {
  ++counters_.connectionsAccepted;
  const auto portal = std::find_if(portals_.begin(), portals_.end(),
                                   [&](const Portal& one) { return one.listener.get() == &listener; });
  const auto ofAddress = loginsOf_.find(peer.octets());
  if (draining_ || (ofAddress != loginsOf_.end() && ofAddress->second >= limits_.loginsOfAnAddress)) {
    ++counters_.loginsEvicted;
    return;
  }
  if (logins_.size() >= limits_.loginsAtATime) evictLogin();
  iscsi::ConnectionSetting setting;
  setting.login.portal = static_cast<std::uint32_t>(portal - portals_.begin());
  setting.login.commandWindow = limits_.commandWindow;
  setting.login.limits.deadline = environment_.loop.now() + limits_.loginTime;
  setting.outputHighWater = limits_.outputHighWater;
  setting.slabs = &slabs_;
  setting.pingAfter = limits_.pingAfter;
  setting.pingTime = limits_.pingTime;
  setting.dataOutTime = limits_.dataOutTime;
  SocketOwner& owner = *this;
  auto socket = std::make_unique<ConnectionSocket>(environment_.loop, owner, peer, portal->group);
  ConnectionSocket& opened = *socket;
  const auto status = opened.open(std::move(fd), setting,
                                  {environment_.credentials, directory_, challenges_, environment_.random});
  if (!status) return;
  ++loginsOf_[peer.octets()];
  logins_.push_back(&opened);
  sockets_.emplace(&opened, std::move(socket));
  if (sockets_.size() >= limits_.connections) {
    for (Portal& one : portals_) one.listener->pause();
  }
}

void TargetServer::Impl::evictLogin() {
  ++counters_.loginsEvicted;
  logins_.front()->close();
}

void TargetServer::Impl::forgetLogin(ConnectionSocket& socket) {
  const auto at = std::find(logins_.begin(), logins_.end(), &socket);
  if (at == logins_.end()) return;
  logins_.erase(at);
  const auto count = loginsOf_.find(socket.peer().octets());
  if (count != loginsOf_.end() && --count->second == 0) loginsOf_.erase(count);
}

void TargetServer::Impl::onEnded(ConnectionSocket& socket) {
  forgetLogin(socket);
  const auto found = sockets_.find(&socket);
  if (found == sockets_.end()) return;
  endedSockets_.push_back(std::move(found->second));
  sockets_.erase(found);
  if (!draining_ && sockets_.size() + 1 == limits_.connections) {
    for (Portal& one : portals_) one.listener->resume();
  }
}

// ---- Logins --------------------------------------------------------------------------------------------------------

const TargetSetup* TargetServer::Impl::findTarget(std::string_view name) const {
  const auto found = std::find_if(setup_.targets.begin(), setup_.targets.end(),
                                  [&](const TargetSetup& target) { return target.name == name; });
  return found == setup_.targets.end() ? nullptr : &*found;
}

// Strangers do not learn which names there are: what is not for them is not found (RFC 7143 11.13.5).
iscsi::AccessAnswer TargetServer::Impl::admit(const iscsi::AccessQuestion& question, const ConnectionSocket& socket) {
  directory_.setNow(environment_.loop.now());
  iscsi::AccessAnswer answer;
  answer.portalGroupTag = socket.group();
  if (draining_) {
    answer.status = iscsi::LoginStatus::ServiceUnavailable;
    return answer;
  }
  if (question.target.empty()) {
    answer.status = iscsi::LoginStatus::Success;
    answer.policy = setup_.discovery;
    return answer;
  }
  const TargetSetup* const target = findTarget(question.target);
  if (target == nullptr || !reachedThrough(*target, socket.group())) return answer;
  const AccessRule* const rule = findRule(*target, question.initiator, socket.peer());
  if (rule == nullptr) return answer;
  answer.policy = question.discovery ? setup_.discovery : rule->policy;
  answer.targetAlias = target->alias;
  answer.wishes = target->wishes;
  answer.address = target->redirect;
  answer.status = target->redirect.empty() ? iscsi::LoginStatus::Success : iscsi::LoginStatus::TargetMovedTemporarily;
  return answer;
}

std::vector<SessionUnits::Mapping> TargetServer::Impl::mappingsOf(const AccessRule& rule) {
  std::vector<SessionUnits::Mapping> mappings;
  for (const LunMapping& mapping : rule.luns) {
    const auto unit = units_.find(mapping.unit);
    if (unit == units_.end()) continue;
    mappings.push_back({mapping.lun, unit->second.get(), mapping.right == Right::ReadOnly});
  }
  return mappings;
}

// The rule that makes the map is that of the address which joins, whoever else has begun a login meanwhile.
iscsi::JoinAnswer TargetServer::Impl::join(const iscsi::SessionQuestion& question, const iscsi::AgreedLogin& login,
                                           const ConnectionSocket& socket) {
  directory_.setNow(environment_.loop.now());
  joining_ = &socket;
  const iscsi::JoinAnswer answer = directory_.join(question, login);
  joining_ = nullptr;
  return answer;
}

std::unique_ptr<iscsi::UnitPort> TargetServer::Impl::attach(iscsi::TargetSession& session) {
  const TargetSetup* const target = findTarget(session.login().targetName);
  const AccessRule* const rule =
      target == nullptr || joining_ == nullptr ? nullptr
                                               : findRule(*target, session.login().initiatorName, joining_->peer());
  if (rule == nullptr) return nullptr;
  auto units = std::make_unique<SessionUnits>(session, session.login().portalGroupTag,
                                              UnitResources{memory_, commands_, clock_});
  if (!units->map(mappingsOf(*rule))) return nullptr;
  return units;
}

void TargetServer::Impl::onLoggedIn(ConnectionSocket& socket, iscsi::TargetSession& session) {
  forgetLogin(socket);
  const auto [at, fresh] = entries_.try_emplace(&session);
  if (!fresh) return;
  Entry& entry = at->second;
  entry.id = nextId_++;
  entry.session = &session;
  entry.units = static_cast<SessionUnits*>(session.units());
  entry.since = base::wallNow();
  entry.peer = socket.peer();
  entry.group = socket.group();
  environment_.observer.onSessionOpened(factsOf(entry));
  armTimer();
}

void TargetServer::Impl::onLoginRefused(ConnectionSocket& socket, const iscsi::LoginFailure& failure,
                                        const iscsi::AgreedLogin& known) {
  ++counters_.loginsRefused;
  if (failure.timedOut) ++counters_.loginsTimedOut;
  environment_.observer.onLoginRefused(
      {socket.peer(), known.initiatorName, known.targetName, failure.status, failure.what});
}

void TargetServer::Impl::onFault(ConnectionSocket& socket, std::string_view why) {
  ++counters_.connectionFaults;
  ConnectionFault fault{socket.peer(), {}, {}, why};
  if (const iscsi::TargetSession* const session = socket.connection().session()) {
    fault.initiator = session->login().initiatorName;
    fault.target = session->login().targetName;
  }
  environment_.observer.onConnectionFault(fault);
}

void TargetServer::Impl::onSessionEnded(iscsi::TargetSession& session, iscsi::SessionEnd why) {
  const auto found = entries_.find(&session);
  if (found == entries_.end()) return;
  counters_.rejects += session.counters().rejects;
  counters_.outOfMemory += session.counters().outOfMemory;
  const SessionFacts facts = factsOf(found->second);
  entries_.erase(found);
  environment_.observer.onSessionEnded(facts, nameOf(why));
}

// SendTargets (RFC 7143 Appendix C): what a login of this initiator from its address would find, and by which portals.
void TargetServer::Impl::listTargets(const iscsi::AgreedLogin& login, const ConnectionSocket& socket,
                                     std::string_view which, iscsi::TextWriter& out) {
  for (const TargetSetup& target : setup_.targets) {
    if (!which.empty() && target.name != which) continue;
    if (findRule(target, login.initiatorName, socket.peer()) == nullptr) continue;
    out.pair(iscsi::Key::TargetName, target.name);
    for (const Portal& portal : portals_) {
      if (!reachedThrough(target, portal.group)) continue;
      const net::Address& bound = portal.listener->local();
      if (bound.isV4() != socket.local().isV4()) continue;
      const net::Address address = bound.isAny() ? socket.local().withPort(bound.port()) : bound;
      out.pair(iscsi::Key::TargetAddress, address.text() + "," + std::to_string(portal.group));
    }
  }
}

// ---- Setups --------------------------------------------------------------------------------------------------------

base::Status TargetServer::Impl::check(const Setup& setup) const {
  for (const TargetSetup& target : setup.targets) {
    for (const AccessRule& rule : target.rules) {
      for (const LunMapping& mapping : rule.luns) {
        const bool known = std::any_of(setup.units.begin(), setup.units.end(),
                                       [&](const UnitSetup& unit) { return unit.id == mapping.unit; });
        if (!known) return base::fail("target " + target.name + ": there is no unit " + mapping.unit);
        if (mapping.lun >= 16384) return base::fail("target " + target.name + ": a LUN must be below 16384");
      }
    }
  }
  return {};
}

base::Status TargetServer::Impl::apply(Setup setup) {
  if (auto checked = check(setup); !checked) return checked;
  std::vector<std::unique_ptr<Unit>> opened;
  for (const UnitSetup& unit : setup.units) {
    const auto known = units_.find(unit.id);
    if (known != units_.end() && known->second->setup().sameStore(unit)) continue;
    auto made = Unit::open(unit, environment_.stores, pool_, environment_.states, copies_,
                           environment_.loop);
    if (!made) return base::fail(made.error());
    opened.push_back(std::move(*made));
  }
  // Nothing can fail from here on.
  for (auto at = units_.begin(); at != units_.end();) {
    const bool stays = std::any_of(setup.units.begin(), setup.units.end(), [&](const UnitSetup& unit) {
      return at->second->setup().sameStore(unit);
    });
    if (stays) {
      ++at;
      continue;
    }
    for (SessionUnits* const session : std::vector(at->second->sessions())) session->unmap(*at->second);
    leaving_.push_back(std::move(at->second));
    at = units_.erase(at);
  }
  for (auto& unit : opened) {
    std::string id = unit->setup().id;
    units_[std::move(id)] = std::move(unit);
  }
  setup_ = std::move(setup);
  updatePorts();
  for (auto& [session, entry] : entries_) judge(entry);
  armTimer();
  return {};
}

// The target ports through which each unit is reached, for VPD page 83h and REPORT TARGET PORT GROUPS.
void TargetServer::Impl::updatePorts() {
  for (auto& [id, unit] : units_) {
    const std::string& unitId = id;
    scsi::TargetPorts ports;
    for (const TargetSetup& target : setup_.targets) {
      const bool mapped = std::any_of(target.rules.begin(), target.rules.end(), [&](const AccessRule& rule) {
        return std::any_of(rule.luns.begin(), rule.luns.end(),
                           [&](const LunMapping& mapping) { return mapping.unit == unitId; });
      });
      if (!mapped) continue;
      if (ports.deviceName.empty()) ports.deviceName = target.name;
      for (const Portal& portal : portals_) {
        if (!reachedThrough(target, portal.group)) continue;
        const bool known = std::any_of(ports.ports.begin(), ports.ports.end(), [&](const scsi::TargetPort& port) {
          return port.relativeId == portal.group;
        });
        if (known) continue;
        std::string tag = ",t,0x";
        for (const int shift : {8, 0}) base::appendHex(tag, static_cast<std::uint8_t>(portal.group >> shift));
        ports.ports.push_back({portal.group, portal.group, target.name + tag});
      }
    }
    if (ports.ports.empty()) ports.ports.push_back({});
    unit->disk().setPorts(std::move(ports));
  }
}

// A living session under the present setup.
void TargetServer::Impl::judge(Entry& entry) {
  if (entry.units == nullptr) return;
  const auto& login = entry.session->login();
  const TargetSetup* const target = findTarget(login.targetName);
  const AccessRule* const rule = target == nullptr || !reachedThrough(*target, entry.group)
                                     ? nullptr
                                     : findRule(*target, login.initiatorName, entry.peer);
  if (rule == nullptr) return askToLogOut(entry);
  static_cast<void>(entry.units->map(mappingsOf(*rule)));
}

void TargetServer::Impl::askToLogOut(Entry& entry) {
  if (std::exchange(entry.asked, true)) return;
  // From now on it sees nothing; the time is for its manners.
  if (entry.units != nullptr && !draining_) static_cast<void>(entry.units->map({}));
  entry.session->requestLogout(secondsOf(limits_.logoutTime));
  entry.closeAt = environment_.loop.now() + limits_.logoutTime;
  armTimer();
}

bool TargetServer::Impl::dropSession(std::uint64_t id) {
  for (auto& [session, entry] : entries_) {
    if (entry.id != id) continue;
    askToLogOut(entry);
    return true;
  }
  return false;
}

base::Status TargetServer::Impl::resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) {
  const auto found = units_.find(unit);
  if (found == units_.end()) return base::fail("there is no unit " + std::string(unit));
  if (auto resized = found->second->device().resize(blocks, shrink); !resized) return resized;
  found->second->disk().capacityChanged();
  return {};
}

void TargetServer::Impl::drain(base::Duration grace, std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  drainUntil_ = environment_.loop.now() + grace;
  for (Portal& portal : portals_) portal.listener->close();
  while (!logins_.empty()) logins_.front()->close();
  for (auto& [session, entry] : entries_) askToLogOut(entry);
  timer_.startAt(environment_.loop.now());
}

// ---- Time ----------------------------------------------------------------------------------------------------------

void TargetServer::Impl::armTimer() {
  base::TimePoint next = directory_.nextDeadline();
  for (const auto& [session, entry] : entries_) next = std::min(next, entry.closeAt);
  if (draining_) next = std::min(next, drainUntil_);
  timer_.startAt(next);
}

void TargetServer::Impl::onTimer() {
  const base::TimePoint now = environment_.loop.now();
  directory_.onTimer(now);
  std::vector<iscsi::TargetSession*> over;
  for (const auto& [session, entry] : entries_) {
    if (entry.closeAt <= now || (draining_ && drainUntil_ <= now)) over.push_back(session);
  }
  for (iscsi::TargetSession* const session : over) session->close(iscsi::SessionEnd::Dropped);
  const bool graceIsOver = drainUntil_ <= now;
  if (graceIsOver) drainUntil_ = base::kNever;
  if (draining_ && drained_ && (graceIsOver || (directory_.empty() && sockets_.empty()))) {
    std::exchange(drained_, nullptr)();
  }
  armTimer();
}

void TargetServer::Impl::onTurnEnd() {
  endedSockets_.clear();
  directory_.sweep();
  std::erase_if(leaving_, [](const auto& unit) { return unit->idle(); });
  if (draining_ && entries_.empty() && drained_) {
    for (auto& [socket, owned] : sockets_) {
      if (!owned->connection().output().empty()) return;
    }
    std::exchange(drained_, nullptr)();
  }
  if (directory_.takeDeadlineMoved()) armTimer();
}

// Connections that were busy and no longer are give their buffers back. Runs only while some are busy.
void TargetServer::Impl::trimIdle() {
  bool any = false;
  for (auto& [id, unit] : units_) unit->watchResources();
  for (auto& [socket, owned] : sockets_) {
    if (std::exchange(socket->active, false)) {
      any = true;
    } else {
      socket->trim();
    }
  }
  slabs_.trim();
  if (any) trimTimer_.startAt(environment_.loop.now() + std::chrono::seconds(1));
}

// ---- Facts ---------------------------------------------------------------------------------------------------------

SessionFacts TargetServer::Impl::factsOf(const Entry& entry) const {
  SessionFacts facts;
  const iscsi::AgreedLogin& login = entry.session->login();
  facts.id = entry.id;
  facts.initiator = login.initiatorName;
  facts.target = login.targetName;
  facts.discovery = login.discovery;
  facts.isid = login.isid;
  facts.tsih = login.tsih;
  facts.portalGroup = entry.group;
  facts.identity = login.identity;
  facts.secret = login.peerSecret;
  facts.parameters = login.parameters;
  facts.since = entry.since;
  for (const iscsi::TargetConnection* const connection : entry.session->connections()) {
    const auto socket = std::find_if(sockets_.begin(), sockets_.end(), [&](const auto& one) {
      return &one.second->connection() == connection;
    });
    if (socket == sockets_.end()) continue;
    facts.connections.push_back({connection->cid(), socket->second->peer(), socket->second->local()});
  }
  const iscsi::SessionCounters& counters = entry.session->counters();
  facts.commandsNow = entry.session->tasks();
  facts.commandsMax = counters.commandsMax;
  if (entry.units != nullptr) facts.io = entry.units->io();
  facts.digestErrors = counters.digestErrors;
  facts.rejects = counters.rejects;
  facts.taskManagement = counters.taskManagement;
  return facts;
}

std::vector<SessionFacts> TargetServer::Impl::sessions() {
  std::vector<SessionFacts> all;
  for (const auto& [session, entry] : entries_) all.push_back(factsOf(entry));
  std::sort(all.begin(), all.end(), [](const SessionFacts& a, const SessionFacts& b) { return a.id < b.id; });
  return all;
}

std::vector<UnitFacts> TargetServer::Impl::units() const {
  std::vector<UnitFacts> all;
  for (const auto& [id, unit] : units_) all.push_back(unit->facts());
  return all;
}

ServerCounters TargetServer::Impl::counters() {
  ServerCounters all = counters_;
  all.connectionsNow = sockets_.size();
  all.outOfShare = memory_.refusedForShare();
  for (const auto& [session, entry] : entries_) {
    all.rejects += session->counters().rejects;
    all.outOfMemory += session->counters().outOfMemory;
  }
  return all;
}

base::Bytes TargetServer::Impl::trace(std::uint64_t id) {
  base::Bytes file;
  const base::Now now = base::now();
  for (const auto& [session, entry] : entries_) {
    if (entry.id != id) continue;
    beginPcap(file);
    for (const auto& [socket, owned] : sockets_) {
      if (owned->connection().session() != session) continue;
      appendPcap(file, owned->connection().trace(), owned->peer(), owned->local(), now);
    }
  }
  return file;
}

// ---- The door ------------------------------------------------------------------------------------------------------

TargetServer::TargetServer(const Environment& environment, const Limits& limits)
    : impl_(std::make_unique<Impl>(environment, limits)) {}
TargetServer::~TargetServer() = default;

base::Status TargetServer::listen(const net::Address& address, std::uint16_t group) {
  return impl_->listen(address, group);
}
std::vector<PortalFacts> TargetServer::portals() const { return impl_->portals(); }
base::Status TargetServer::apply(Setup setup) { return impl_->apply(std::move(setup)); }
const Setup& TargetServer::setup() const { return impl_->setup(); }
base::Status TargetServer::resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) {
  return impl_->resize(unit, blocks, shrink);
}
std::vector<SessionFacts> TargetServer::sessions() const { return impl_->sessions(); }
std::vector<UnitFacts> TargetServer::units() const { return impl_->units(); }
ServerCounters TargetServer::counters() const { return impl_->counters(); }
bool TargetServer::dropSession(std::uint64_t id) { return impl_->dropSession(id); }
void TargetServer::drain(base::Duration grace, std::function<void()> done) {
  impl_->drain(grace, std::move(done));
}
base::Bytes TargetServer::trace(std::uint64_t session) const { return impl_->trace(session); }
void TargetServer::onTurnEnd() { impl_->onTurnEnd(); }

}  // namespace target
