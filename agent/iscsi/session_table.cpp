#include "agent/iscsi/session_table.h"

#include <algorithm>

namespace iscsi {
namespace {

constexpr std::size_t kMaxSessions = 65534;

LoginDecision refuse(std::uint16_t status) { return {LoginAction::Refuse, status, 0}; }

}  // namespace

SessionTable::SessionTable(const Limits& limits, std::uint16_t firstTsih)
    : limits_(limits), nextTsih_(firstTsih == 0 ? std::uint16_t{1} : firstTsih) {
  limits_.sessions = std::min(limits_.sessions, kMaxSessions);
  limits_.discoverySessions = std::min(limits_.discoverySessions, kMaxSessions - limits_.sessions);
}

SessionTable::Key SessionTable::keyOf(const LoginIdentity& who) {
  return {std::string(who.initiatorName), who.isid, who.portalGroup, std::string(who.portal), who.discovery};
}

SessionTable::Connection* SessionTable::find(Session& session, std::uint16_t cid) {
  const auto at = std::find_if(session.connections.begin(), session.connections.end(),
                               [&](const Connection& connection) { return connection.cid == cid; });
  return at == session.connections.end() ? nullptr : &*at;
}

// The table of RFC 7143 6.3.1, row by row.
LoginDecision SessionTable::decide(const LoginIdentity& who) const {
  const auto known = byKey_.find(keyOf(who));
  if (known == byKey_.end()) return who.tsih != 0 ? refuse(kLoginSessionDoesNotExist) : decideNew(who);
  if (who.tsih == 0) return {LoginAction::ReinstateSession, kLoginSuccess, known->second};
  if (who.tsih != known->second) return refuse(kLoginSessionDoesNotExist);
  return decideKnown(who, sessions_.at(known->second));
}

LoginDecision SessionTable::decideNew(const LoginIdentity& who) const {
  const Kind& kind = kinds_[who.discovery ? 1 : 0];
  if (kind.sessions >= (who.discovery ? limits_.discoverySessions : limits_.sessions)) {
    return refuse(kLoginOutOfResources);
  }
  const auto count = kind.perInitiator.find(who.initiatorName);
  const std::size_t most = who.discovery ? limits_.discoverySessionsPerInitiator : limits_.sessionsPerInitiator;
  if (count != kind.perInitiator.end() && count->second >= most) return refuse(kLoginOutOfResources);
  return {LoginAction::NewSession, kLoginSuccess, 0};
}

LoginDecision SessionTable::decideKnown(const LoginIdentity& who, const Session& session) const {
  const auto same = [&](const Connection& connection) { return connection.cid == who.cid; };
  if (std::any_of(session.connections.begin(), session.connections.end(), same)) {
    return {LoginAction::ReinstateConnection, kLoginSuccess, who.tsih};
  }
  const auto failed = static_cast<std::size_t>(std::count_if(session.connections.begin(), session.connections.end(),
                                                             [](const Connection& c) { return c.failed; }));
  // At ErrorRecoveryLevel 2 a second connection MUST be possible, to clean up after the only one (6.3.4).
  const bool oneMore = session.traits.errorRecoveryLevel == 2 && session.traits.maxConnections == 1;
  const std::size_t limit = std::size_t{session.traits.maxConnections} + (oneMore ? 1 : 0);
  if (session.connections.size() - failed >= limit) return refuse(kLoginTooManyConnections);
  if (failed >= limits_.failedConnections) return refuse(kLoginOutOfResources);
  return {LoginAction::AddConnection, kLoginSuccess, who.tsih};
}

std::uint16_t SessionTable::takeTsih() {
  while (nextTsih_ == 0 || sessions_.contains(nextTsih_)) ++nextTsih_;
  return nextTsih_++;
}

std::uint16_t SessionTable::create(const LoginIdentity& who, const SessionTraits& traits) {
  const std::uint16_t tsih = takeTsih();
  byKey_[keyOf(who)] = tsih;
  Kind& kind = kinds_[who.discovery ? 1 : 0];
  ++kind.sessions;
  ++kind.perInitiator[std::string(who.initiatorName)];
  sessions_[tsih] = {keyOf(who), traits, {{who.cid, false, base::kNever}}};
  return tsih;
}

void SessionTable::addConnection(std::uint16_t tsih, std::uint16_t cid) {
  const auto at = sessions_.find(tsih);
  if (at == sessions_.end()) return;
  if (find(at->second, cid) != nullptr) return set(tsih, cid, false, base::kNever);
  at->second.connections.push_back({cid, false, base::kNever});
}

void SessionTable::reinstateConnection(std::uint16_t tsih, std::uint16_t cid, base::TimePoint now,
                                       std::uint32_t time2Wait, std::uint32_t time2Retain) {
  set(tsih, cid, false, now + std::chrono::seconds(time2Wait) + std::chrono::seconds(time2Retain));
}

void SessionTable::connectionFailed(std::uint16_t tsih, std::uint16_t cid, base::TimePoint now, std::uint32_t time2Wait,
                                    std::uint32_t time2Retain) {
  set(tsih, cid, true, now + std::chrono::seconds(time2Wait) + std::chrono::seconds(time2Retain));
}

void SessionTable::set(std::uint16_t tsih, std::uint16_t cid, bool failed, base::TimePoint deadline) {
  const auto at = sessions_.find(tsih);
  Connection* connection = at == sessions_.end() ? nullptr : find(at->second, cid);
  if (connection == nullptr) return;
  forget(tsih, *connection);
  *connection = {cid, failed, deadline};
  if (deadline != base::kNever) deadlines_.insert({deadline, tsih, cid});
}

bool SessionTable::connectionClosed(std::uint16_t tsih, std::uint16_t cid) { return drop(tsih, cid); }

// Takes a connection out, and its session where none is left: true then.
bool SessionTable::drop(std::uint16_t tsih, std::uint16_t cid) {
  const auto at = sessions_.find(tsih);
  Connection* connection = at == sessions_.end() ? nullptr : find(at->second, cid);
  if (connection == nullptr) return false;
  forget(tsih, *connection);
  std::vector<Connection>& all = at->second.connections;
  all.erase(all.begin() + (connection - all.data()));
  if (!all.empty()) return false;
  remove(tsih);
  return true;
}

void SessionTable::forget(std::uint16_t tsih, Connection& connection) {
  if (connection.deadline != base::kNever) deadlines_.erase({connection.deadline, tsih, connection.cid});
}

void SessionTable::remove(std::uint16_t tsih) {
  const auto at = sessions_.find(tsih);
  if (at == sessions_.end()) return;
  for (Connection& connection : at->second.connections) forget(tsih, connection);
  byKey_.erase(at->second.key);
  Kind& kind = kinds_[std::get<4>(at->second.key) ? 1 : 0];
  --kind.sessions;
  const auto count = kind.perInitiator.find(std::get<0>(at->second.key));
  if (--count->second == 0) kind.perInitiator.erase(count);
  sessions_.erase(at);
}

base::TimePoint SessionTable::nextDeadline() const {
  return deadlines_.empty() ? base::kNever : std::get<0>(*deadlines_.begin());
}

std::vector<SessionTable::Expiry> SessionTable::expire(base::TimePoint now) {
  std::vector<Expiry> expired;
  while (!deadlines_.empty() && std::get<0>(*deadlines_.begin()) <= now) {
    const auto [when, tsih, cid] = *deadlines_.begin();
    expired.push_back({tsih, cid, false});
    if (find(sessions_.at(tsih), cid)->failed) {
      expired.back().sessionEnded = drop(tsih, cid);
    } else {
      set(tsih, cid, false, base::kNever);
    }
  }
  return expired;
}

std::size_t SessionTable::liveConnections(std::uint16_t tsih) const {
  const auto at = sessions_.find(tsih);
  if (at == sessions_.end()) return 0;
  const auto live = std::count_if(at->second.connections.begin(), at->second.connections.end(),
                                  [](const Connection& connection) { return !connection.failed; });
  return static_cast<std::size_t>(live);
}

}  // namespace iscsi
