// Logins at the target server, and sessions as they begin and end: who is let in where, what he is told of targets
// (RFC 7143 4.4.3.1, 6.3, 11.13).
#include <algorithm>

#include "agent/target/target_server_impl.h"

namespace target {

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

bool TargetServer::Impl::mayProve(const ConnectionSocket& socket) {
  const bool may = failures_.has(socket.peer().octets(), environment_.loop.now());
  if (!may) ++counters_.loginsHeldOff;
  return may;
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

// The addresses at the other ends of a session's connections.
TargetServer::Impl::Peers TargetServer::Impl::peersOf(const iscsi::TargetSession& session) const {
  Peers peers;
  for (const auto& [socket, owned] : sockets_) {
    if (owned->connection().session() == &session) peers.push_back(owned->peer());
  }
  return peers;
}

// The rule by which a session is there: that which the address of each of its connections finds. nullptr: one of them
// is not admitted, or they are by several rules; then the session has no map that all of them may see.
const AccessRule* TargetServer::Impl::ruleOf(const Entry& entry, const Peers& peers) const {
  const iscsi::AgreedLogin& login = entry.session->login();
  const TargetSetup* const target = findTarget(login.targetName);
  if (target == nullptr || !reachedThrough(*target, entry.group)) return nullptr;
  if (peers.empty()) return findRule(*target, login.initiatorName, entry.peer);  // its connections may come back
  const AccessRule* const rule = findRule(*target, login.initiatorName, peers.front());
  const bool all = std::all_of(peers.begin(), peers.end(), [&](const net::Address& peer) {
    return findRule(*target, login.initiatorName, peer) == rule;
  });
  return all ? rule : nullptr;
}

// Whether a normal login may become what it is about to, by the rule that its own address finds. What is refused here
// and not in admit() is told only to whom has proven himself.
//
// A session is not joined from where another rule decides: its map would be seen there. Nor is it reinstated from
// there, since that ends it, but by an initiator that has proven to be the same and has come to another address; and
// none of that protects a session which is no longer admitted.
iscsi::LoginStatus TargetServer::Impl::mayEnter(const iscsi::SessionQuestion& question, const iscsi::AgreedLogin& login,
                                                const ConnectionSocket& socket) {
  const TargetSetup* const target = findTarget(login.targetName);
  const AccessRule* const rule = target == nullptr ? nullptr : findRule(*target, login.initiatorName, socket.peer());
  iscsi::TargetSession* const there = directory_.concerned(question);
  const bool begins = login.kind == iscsi::JoinKind::NewSession ||
                      (login.kind == iscsi::JoinKind::ReinstateSession && there == nullptr);  // it ended meanwhile
  if (begins) {
    const bool closed = rule != nullptr && rule->closed;  // a session that is there goes on
    return closed ? iscsi::LoginStatus::ServiceUnavailable : iscsi::LoginStatus::Success;
  }
  const auto entry = entries_.find(there);
  const AccessRule* const its = entry == entries_.end() ? nullptr : ruleOf(entry->second, peersOf(*there));
  if (rule != nullptr && rule == its) return iscsi::LoginStatus::Success;
  if (login.kind == iscsi::JoinKind::ReinstateSession && rule != nullptr) {
    const bool proven =
        login.identity.proof != iscsi::Proof::ClaimedName && login.identity.sameAs(there->login().identity);
    if (its == nullptr || proven) return iscsi::LoginStatus::Success;
  }
  return iscsi::LoginStatus::AuthorizationFailure;
}

// The rule that makes the map is that of the address which joins, whoever else has begun a login meanwhile.
iscsi::JoinAnswer TargetServer::Impl::join(const iscsi::SessionQuestion& question, const iscsi::AgreedLogin& login,
                                           const ConnectionSocket& socket) {
  if (!login.discovery) {
    const iscsi::LoginStatus status = mayEnter(question, login, socket);
    if (status != iscsi::LoginStatus::Success) return {status};
  }
  directory_.setNow(environment_.loop.now());
  joining_ = &socket;
  const iscsi::JoinAnswer answer = directory_.join(question, login);
  joining_ = nullptr;
  return answer;
}

std::unique_ptr<iscsi::UnitPort> TargetServer::Impl::attach(iscsi::TargetSession& session) {
  const TargetSetup* const target = findTarget(session.login().targetName);
  const AccessRule* const rule = target == nullptr || joining_ == nullptr
                                     ? nullptr
                                     : findRule(*target, session.login().initiatorName, joining_->peer());
  if (rule == nullptr) return nullptr;
  const std::uint16_t port = ports_.of(target->name, session.login().portalGroupTag);
  if (port == 0) return nullptr;
  auto units = std::make_unique<SessionUnits>(session, port, UnitResources{memory_, commands_, clock_});
  if (!units->map(mappingsOf(*rule))) return nullptr;
  return units;
}

void TargetServer::Impl::onLoggedIn(ConnectionSocket& socket, iscsi::TargetSession& session) {
  forgetLogin(socket);
  const auto [at, fresh] = entries_.try_emplace(&session);
  Entry& entry = at->second;
  if (!fresh) {
    if (session.connections().size() == 1) entry.peer = socket.peer();
    return;
  }
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
  if (failure.status == iscsi::LoginStatus::AuthenticationFailure) {
    failures_.allow(socket.peer().octets(), environment_.loop.now());
  }
  environment_.observer.onLoginRefused({socket.peer(), known.initiatorName, known.targetName, failure.status,
                                        failure.what, known.initiatorAlias == iscsi::kProbeAlias});
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
// A name without an address means the portal that was asked: so it is left out where that does not lead to the target.
void TargetServer::Impl::listTargets(const iscsi::AgreedLogin& login, const ConnectionSocket& socket,
                                     std::string_view which, iscsi::TextWriter& out) {
  for (const TargetSetup& target : setup_.targets) {
    if (!which.empty() && target.name != which) continue;
    if (findRule(target, login.initiatorName, socket.peer()) == nullptr) continue;
    bool named = false;
    const auto name = [&] {
      if (!std::exchange(named, true)) out.pair(iscsi::Key::TargetName, target.name);
    };
    for (const Portal& portal : portals_) {
      if (!reachedThrough(target, portal.group)) continue;
      const net::Address& bound = portal.listener->local();
      if (bound.isV4() != socket.local().isV4()) continue;
      const net::Address address = bound.isAny() ? socket.local().withPort(bound.port()) : bound;
      name();
      out.pair(iscsi::Key::TargetAddress, address.text() + "," + std::to_string(portal.group));
    }
    if (reachedThrough(target, socket.group())) name();
  }
}

}  // namespace target
