#include "agent/iscsi/session_directory.h"

#include <algorithm>

#include "agent/iscsi/target_connection.h"

namespace iscsi {
namespace {

// `portal` outlives the identity.
LoginIdentity identityOf(const SessionQuestion& question, const std::string& portal) {
  LoginIdentity who;
  who.initiatorName = question.initiator;
  for (const std::uint8_t byte : question.isid) who.isid = who.isid << 8 | byte;
  who.tsih = question.tsih;
  who.cid = question.cid;
  who.portalGroup = question.portalGroupTag;
  who.discovery = question.discovery;
  if (question.target.empty()) who.portal = portal;
  return who;
}

JoinKind kindOf(LoginAction action) {
  switch (action) {
    case LoginAction::ReinstateSession:
      return JoinKind::ReinstateSession;
    case LoginAction::AddConnection:
      return JoinKind::AddConnection;
    case LoginAction::ReinstateConnection:
      return JoinKind::ReinstateConnection;
    case LoginAction::NewSession:
    case LoginAction::Refuse:
      break;
  }
  return JoinKind::NewSession;
}

}  // namespace

SessionDirectory::SessionDirectory(const SessionTable::Limits& limits, const SessionLimits& sessionLimits,
                                   const RandomSource& random, SessionHost& host)
    : limits_(limits), sessionLimits_(sessionLimits), random_(random), host_(host) {}

SessionDirectory::~SessionDirectory() = default;

std::uint64_t SessionDirectory::randomNumber() const {
  std::array<std::uint8_t, 8> bytes{};
  static_cast<void>(random_(bytes));
  return base::loadU64(bytes.data());
}

SessionDirectory::Node& SessionDirectory::nodeOf(std::string_view target) {
  const auto found = nodes_.find(target);
  if (found != nodes_.end()) return found->second;
  const auto firstTsih = static_cast<std::uint16_t>(randomNumber() | 1);
  return nodes_.try_emplace(std::string(target), limits_, firstTsih).first->second;
}

SessionAnswer SessionDirectory::lookUp(const SessionQuestion& question) {
  const std::string portal = std::to_string(question.portal);
  Node& node = nodeOf(question.target);
  const LoginDecision decision = node.table.decide(identityOf(question, portal));
  SessionAnswer answer;
  answer.status = static_cast<LoginStatus>(decision.status);
  answer.kind = kindOf(decision.action);
  if (isLeading(answer.kind)) return answer;
  const TargetSession& session = *node.sessions.at(decision.tsih);
  answer.expCmdSn = session.window().expCmdSn();
  answer.maxCmdSn = session.window().maxCmdSn();
  answer.parameters = session.parameters();
  answer.identity = session.login().identity;
  return answer;
}

JoinAnswer SessionDirectory::join(const SessionQuestion& question, const AgreedLogin& login) {
  const std::string portal = std::to_string(question.portal);
  const LoginIdentity who = identityOf(question, portal);
  Node& node = nodeOf(question.target);
  const LoginDecision decision = node.table.decide(who);
  if (decision.action == LoginAction::Refuse) return {static_cast<LoginStatus>(decision.status)};
  const JoinKind kind = kindOf(decision.action);
  // The session whose place it was to take may have ended meanwhile: then it is a new one (6.3.1).
  const bool asFound = kind == login.kind || (kind == JoinKind::NewSession && login.kind == JoinKind::ReinstateSession);
  if (!asFound) return {LoginStatus::SessionDoesNotExist};
  if (!isLeading(kind)) {
    TargetSession& session = *node.sessions.at(decision.tsih);
    const Parameters& agreed = session.parameters();
    if (kind == JoinKind::ReinstateConnection) endConnection(session, question.cid);
    if (kind == JoinKind::ReinstateConnection && agreed.errorRecoveryLevel >= 2) {
      session.mayReassign(question.cid);
      node.table.reinstateConnection(decision.tsih, question.cid, now_, agreed.defaultTime2Wait,
                                     agreed.defaultTime2Retain);
      deadlineMoved_ = true;
    } else {
      node.table.addConnection(decision.tsih, question.cid);
    }
    return {LoginStatus::Success, decision.tsih, session.window().expCmdSn(), session.window().maxCmdSn()};
  }
  auto session = std::make_unique<TargetSession>(login, sessionLimits_, randomNumber(), *this, transfers_);
  // The old session gives its nexus up first, so that the new one finds a unit attention and no reservation of it.
  if (kind == JoinKind::ReinstateSession) node.sessions.at(decision.tsih)->close(SessionEnd::Reinstated);
  if (!login.discovery) {
    auto units = host_.attach(*session);
    if (units == nullptr) return {LoginStatus::OutOfResources};
    session->setUnits(std::move(units));
  }
  const std::uint16_t tsih = node.table.create(
      who, {static_cast<std::uint16_t>(login.parameters.maxConnections),
            static_cast<std::uint8_t>(login.parameters.errorRecoveryLevel)});
  session->setTsih(tsih);
  const JoinAnswer answer{LoginStatus::Success, tsih, session->window().expCmdSn(), session->window().maxCmdSn()};
  node.sessions.emplace(tsih, std::move(session));
  return answer;
}

TargetSession* SessionDirectory::find(const AgreedLogin& login) {
  const auto node = nodes_.find(login.targetName);
  if (node == nodes_.end()) return nullptr;
  const auto session = node->second.sessions.find(login.tsih);
  return session == node->second.sessions.end() ? nullptr : session->second.get();
}

TargetSession* SessionDirectory::concerned(const SessionQuestion& question) {
  const std::string portal = std::to_string(question.portal);
  Node& node = nodeOf(question.target);
  const auto session = node.sessions.find(node.table.decide(identityOf(question, portal)).tsih);
  return session == node.sessions.end() ? nullptr : session->second.get();
}

// An implicit logout (6.3.4). The session stays, even where this was its only connection: another takes its place.
void SessionDirectory::endConnection(TargetSession& session, std::uint16_t cid) {
  for (TargetConnection* const connection : session.connections()) {
    if (connection->cid() != cid) continue;
    session.detach(*connection, ConnectionEnd::Replaced, now_);
    return connection->close();
  }
}

std::size_t SessionDirectory::size() const {
  std::size_t count = 0;
  for (const auto& [name, node] : nodes_) count += node.sessions.size();
  return count;
}

bool SessionDirectory::empty() const { return ending_.empty() && size() == 0; }

void SessionDirectory::onSessionClosed(TargetSession& session, SessionEnd why) {
  Node& node = nodeOf(session.login().targetName);
  node.table.remove(session.login().tsih);
  auto held = node.sessions.extract(session.login().tsih);
  if (!held.empty()) ending_.push_back(std::move(held.mapped()));
  host_.onSessionEnded(session, why);
}

void SessionDirectory::onSessionIdle(TargetSession&) { anyIdle_ = true; }

void SessionDirectory::onConnectionGone(TargetSession& session, std::uint16_t cid, ConnectionEnd how,
                                        base::TimePoint now) {
  if (how == ConnectionEnd::Replaced) return;
  Node& node = nodeOf(session.login().targetName);
  const std::uint16_t tsih = session.login().tsih;
  if (session.login().discovery) return session.close(SessionEnd::LoggedOut);  // nothing to come back to
  if (how == ConnectionEnd::LoggedOut) {
    if (node.table.connectionClosed(tsih, cid)) session.close(SessionEnd::LoggedOut);
    return;
  }
  const Parameters& parameters = session.parameters();
  // Without recovery there is nothing to retain for: the tasks went with their connection, and initiators begin a new
  // session. I_T nexus loss at once, so that nobody waits for what a dead session holds (7.1.4.1, 13.15).
  const bool retains = parameters.errorRecoveryLevel > 0 && parameters.defaultTime2Retain > 0;
  if (!retains && session.connections().empty()) return session.close(SessionEnd::TimedOut);
  node.table.connectionFailed(tsih, cid, now, parameters.defaultTime2Wait, parameters.defaultTime2Retain);
  deadlineMoved_ = true;
}

base::TimePoint SessionDirectory::nextDeadline() const {
  base::TimePoint next = base::kNever;
  for (const auto& [name, node] : nodes_) next = std::min(next, node.table.nextDeadline());
  return next;
}

void SessionDirectory::onTimer(base::TimePoint now) {
  now_ = now;
  for (auto& [name, node] : nodes_) {
    for (const SessionTable::Expiry& expiry : node.table.expire(now)) {
      const auto found = node.sessions.find(expiry.tsih);
      if (found == node.sessions.end()) continue;
      if (expiry.sessionEnded) {
        found->second->close(SessionEnd::TimedOut);
      } else {
        found->second->connectionExpired(expiry.cid);
      }
    }
  }
}

void SessionDirectory::onColdReset(TargetSession& session) {
  nodeOf(session.login().targetName).coldReset = anyReset_ = true;
}

// The responses of the function go out before their connections close.
void SessionDirectory::endReset(Node& node) {
  if (!std::exchange(node.coldReset, false)) return;
  while (!node.sessions.empty()) node.sessions.begin()->second->close(SessionEnd::ColdReset);
}

// One may end other sessions, and lead to the next that is due.
void SessionDirectory::deliverDue() {
  while (!due_.empty()) {
    for (TargetSession* const session : std::exchange(due_, {})) session->deliverDue();
  }
}

void SessionDirectory::sweep() {
  deliverDue();
  if (std::exchange(anyReset_, false)) {
    for (auto& [name, node] : nodes_) endReset(node);
  }
  if (!std::exchange(anyIdle_, false)) return;
  std::erase_if(ending_, [](const auto& session) { return session->tasks() == 0; });
}

}  // namespace iscsi
