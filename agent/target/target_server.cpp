#include "agent/target/target_server.h"

#include <algorithm>
#include <array>
#include <bit>

#include "agent/target/target_server_impl.h"

namespace target {
namespace {

iscsi::SessionTable::Limits tableLimits(const Limits& limits) {
  iscsi::SessionTable::Limits table;
  table.sessions = limits.sessions;
  table.sessionsPerInitiator = limits.sessionsPerInitiator;
  table.discoverySessions = limits.discoverySessions;
  table.discoverySessionsPerInitiator = limits.discoverySessionsPerInitiator;
  return table;
}

iscsi::SessionLimits sessionLimits(const Limits& limits) {
  iscsi::SessionLimits session;
  session.commandWindow = limits.commandWindow;
  session.outputHighWater = limits.outputHighWater;
  return session;
}

// Addresses choose places in a hash table, so its seed is nobody's to know.
base::RateSettings failureRates(const base::RandomSource& random) {
  std::array<std::uint8_t, 8> bytes{};
  if (!random(bytes)) bytes = {};  // without random numbers no CHAP login gets far enough to fail
  return {Limits::kFailedLoginsASecond, Limits::kFailedLoginsAtOnce, 4096, std::bit_cast<std::uint64_t>(bytes)};
}

}  // namespace

TargetServer::Impl::Impl(const Environment& environment, const Limits& limits)
    : environment_(environment),
      limits_(limits),
      memory_(limits.writeMemory),
      pool_(limits.unitMemory),
      copies_(*this, environment.random),
      directory_(tableLimits(limits), sessionLimits(limits), environment_.random, *this),
      failures_(failureRates(environment.random)),
      timer_(environment.loop.timers(), [this] { onTimer(); }),
      trimTimer_(environment.loop.timers(), [this] { trimIdle(); }) {}

TargetServer::Impl::~Impl() {
  while (!sockets_.empty()) sockets_.begin()->second->close();  // which takes it out
  endedSockets_.clear();
  std::vector<iscsi::TargetSession*> all;
  directory_.forEach([&](iscsi::TargetSession& session) { all.push_back(&session); });
  for (iscsi::TargetSession* const session : all) session->close(iscsi::SessionEnd::Dropped);
  for (auto& [id, unit] : units_) leaving_.push_back(std::move(unit));
  units_.clear();
  // Stores end what they have open, and with it the last commands; sessions and units go after that. A copy may write
  // to one store what another one shows: that goes second, when nobody reads it any more.
  for (const bool shown : {false, true}) {
    for (const auto& unit : leaving_) {
      if (shown || !unit->disk().shows()) unit->close();
    }
  }
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
  if (forgetIdle()) environment_.observer.onUnitGone();
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
base::Status TargetServer::refreshSize(std::string_view unit) { return impl_->refreshSize(unit); }
std::vector<SessionFacts> TargetServer::sessions() const { return impl_->sessions(); }
std::vector<UnitFacts> TargetServer::units() const { return impl_->units(); }
std::vector<std::string> TargetServer::storesLeaving() const { return impl_->storesLeaving(); }
ServerCounters TargetServer::counters() const { return impl_->counters(); }
bool TargetServer::dropSession(std::uint64_t id) { return impl_->dropSession(id); }
void TargetServer::drain(base::Duration grace, std::function<void()> done) {
  impl_->drain(grace, std::move(done));
}
base::Bytes TargetServer::trace(std::uint64_t session) const { return impl_->trace(session); }
void TargetServer::onTurnEnd() { impl_->onTurnEnd(); }

}  // namespace target
