// What a Registrar asks of its server, and what it makes of the answers.
#include <algorithm>

#include "agent/registrar/registrar.h"
#include "shared/base/overloaded.h"

namespace registrar {
namespace {

std::string refusal(std::string_view what, std::uint32_t status) {
  return std::string(what) + " was refused: " + std::string(isns::statusName(status)) + " (" + std::to_string(status) +
         ")";
}

std::string_view silence(isns::Silence why) {
  switch (why) {
    case isns::Silence::Timeout:
      return "an answer did not come in time";
    case isns::Silence::Closed:
      return "the server closed the connection";
    case isns::Silence::Malformed:
      return "an answer cannot be read";
  }
  return {};
}

bool unknownToIt(std::uint32_t status) {
  return status == static_cast<std::uint32_t>(isns::Status::SourceUnknown) ||
         status == static_cast<std::uint32_t>(isns::Status::NoSuchEntry) ||
         status == static_cast<std::uint32_t>(isns::Status::SourceUnauthorized);
}

}  // namespace

// ---- Registering ---------------------------------------------------------------------------------------------------

void Registrar::check(base::Now now) {
  if (phase_ != Phase::Registered) phase_ = Phase::Checking;
  until_ = base::kNever;
  if (waitsFor(Asks::Presence)) return;
  for (const NodePresence& node : presence_->nodes) ask(stillThere(node), {Asks::Presence, node.name}, now);
}

// A name server leaves nodes with the entity that has them, so the former one goes first; it costs a connection.
void Registrar::registerNow(base::Now now) {
  if (!former_) return registerAll(now);
  changed_ = true;
  depart(now);
}

void Registrar::registerAll(base::Now now) {
  phase_ = Phase::Registering;
  until_ = refreshAt_ = base::kNever;
  changed_ = false;
  forgetQuestions();
  Presence presence = *presence_;
  if (!inquiries()) presence.esiInterval = {};
  isns::Request request = registration(presence);
  request.source = isns::nodeKey(presence_->nodes.front().name);
  if (!ask(request, {Asks::Registration, {}}, now)) fail("too many questions wait for an answer", false, now);
}

bool Registrar::waitsFor(Asks what) const {
  return std::ranges::any_of(asked_, [what](const auto& one) { return one.second.what == what; });
}

// Whether the nodes are there; there will be another answer to it.
void Registrar::forgetQuestions() {
  std::erase_if(asked_,
                [](const auto& one) { return one.second.what == Asks::Presence || one.second.what == Asks::Doubt; });
  for (auto& [node, seeing] : seeing_) seeing.doubted = false;
}

void Registrar::onRegistration(const isns::Response& response, base::Now now) {
  if (phase_ != Phase::Registering) return;
  if (response.status == static_cast<std::uint32_t>(isns::Status::EsiNotAvailable) && !withoutEsi_) {
    withoutEsi_ = true;
    return registerAll(now);
  }
  if (!response.ok()) return fail(refusal("the registration", response.status), true, now);
  if (changed_) return registerNow(now);
  for (const isns::AttributeValue& one : response.key) {
    if (one.tag != isns::tag::kEntityId || one.text() == presence_->eid || one.text().empty()) continue;
    return fail("it answers for another entity, \"" + std::string(one.text()) + "\"", true, now);
  }
  const isns::AttributeValue* const period = response.find(isns::tag::kRegistrationPeriod);
  const auto seconds = period == nullptr ? std::nullopt : period->u32();
  granted_ = seconds && *seconds > 0 ? std::chrono::seconds(*seconds) : presence_->period;
  holder_ = server();
  yields_ = false;
  const isns::AttributeValue* const granted = response.find(isns::tag::kEsiInterval);
  const auto interval = granted == nullptr ? std::nullopt : granted->u32();
  watch_.onRegistered(presence_->portals,
                      !inquiries() ? std::chrono::seconds(0)
                      : interval   ? std::chrono::seconds(*interval)
                                   : presence_->esiInterval,
                      now.mono);
  noteAll(now);
}

// Whether the next registration asks for them.
bool Registrar::inquiries() const {
  return presence_->esiInterval.count() > 0 && presence_->noticePort != 0 && !withoutEsi_ && watch_.wantsInquiries();
}

void Registrar::onPresence(const Asked& asked, const isns::Response& response, base::Now now) {
  const NodePresence* const node = presence_->find(asked.node);
  if (node == nullptr) return;
  if (!response.ok() && !unknownToIt(response.status)) {
    holder_.reset();
    return fail(refusal("the question for its own node", response.status), false, now);
  }
  const Standing standing = response.ok() ? standingOf(*presence_, *node, response) : Standing::Missing;
  if (standing == Standing::Others) return onDisplaced(now);
  // After a connection that was lost: some servers may always say another port.
  const bool older = phase_ == Phase::Checking && standing == Standing::Ours && isHeardElsewhere(*presence_, response);
  if (standing == Standing::Missing || older) return onMissing(missingPortals(*presence_, *node, response), now);
  if (asked.what == Asks::Doubt) {
    seeing_[asked.node].doubted = false;
    return tellPeers(asked.node, {});
  }
  if (waitsFor(Asks::Presence)) return;
  yields_ = false;
  if (phase_ == Phase::Checking) return noteAll(now);
  until_ = now.mono + period() / 2;
}

// After a connection that was lost it may be an old state of the server, or another server.
void Registrar::onMissing(const std::vector<isns::PortalAddress>& portals, base::Now now) {
  const bool knew = watch_.unheard().has_value();
  const bool unheard = phase_ == Phase::Registered && watch_.onLost(portals, now.mono);
  std::string why = "the server has lost the registration";
  if (unheard) why += ", and no inquiry (ESI) had come in";
  if (told_) events_.emplace_back(Unregistered{server(), std::move(why)});
  told_ = false;
  if (!knew && watch_.unheard()) {
    events_.emplace_back(InquiriesUnheard{server(), watch_.unheard()->portals});
  }
  registerAll(now);
}

void Registrar::onInquiry(const isns::EsiNotice& notice, const net::Address& from) {
  if (!session_ || phase_ == Phase::Leaving || server().octets() != from.octets() || !watch_.onInquiry(notice.portal))
    return;
  events_.emplace_back(InquiriesHeard{server()});
}

// Of the other one's registration nothing is known but that it is there; what this agent asks in the name of the node
// keeps it, too. So it asks so seldom that the other one's ends where nobody else keeps it.
void Registrar::onDisplaced(base::Now now) {
  const bool again = displacedAt_ != base::kNever && now.mono - displacedAt_ < kContest * period();
  if (!yields_ && !again) {
    displacedAt_ = now.mono;
    if (told_) events_.emplace_back(Unregistered{server(), "another machine is registered in its place"});
    told_ = false;
    return registerAll(now);
  }
  yields_ = true;
  if (!std::exchange(yieldTold_, true)) {
    events_.emplace_back(Unregistered{
        server(),
        "another machine registers with the same entity and names, and is left in its place: no two may have "
        "the same"});
  }
  told_ = false;
  displacedAt_ = now.mono;
  forgetQuestions();
  phase_ = Phase::Checking;
  refreshAt_ = base::kNever;
  until_ = now.mono + 2 * period();
}

void Registrar::noteAll(base::Now now) {
  phase_ = Phase::Noting;
  if (presence_->noticePort == 0) return settle(now);
  for (const NodePresence& node : presence_->nodes) ask(noticesFor(node), {Asks::Notices, node.name}, now);
}

void Registrar::settle(base::Now now) {
  if (changed_) return registerNow(now);
  phase_ = Phase::Registered;
  until_ = now.mono + period() / 2;
  refreshAt_ = now.mono + timing_.refresh;
  if (!told_) registeredAt_ = now.mono;
  if (!told_) events_.emplace_back(Registered{server(), std::chrono::duration_cast<std::chrono::seconds>(period())});
  told_ = true;
  for (const NodePresence& node : presence_->nodes) askPeers(node, now);
}

base::Duration Registrar::period() const { return granted_.count() > 0 ? granted_ : kPeriodUnknown; }

// ---- Whom the nodes see --------------------------------------------------------------------------------------------

void Registrar::askPeers(const NodePresence& node, base::Now now) {
  Seeing& seeing = seeing_[node.name];
  if (seeing.asked) {
    seeing.again = true;
    return;
  }
  seeing.asked = ask(peersQuery(node), {Asks::Peers, node.name}, now);
  seeing.again = false;
}

void Registrar::onPeers(const Asked& asked, const isns::Response& response, base::Now now) {
  Seeing& seeing = seeing_[asked.node];
  seeing.asked = false;
  const NodePresence* const node = presence_->find(asked.node);
  if (node == nullptr || phase_ != Phase::Registered) return;
  if (seeing.again) return askPeers(*node, now);
  // Who sees nobody is answered with NoSuchEntry by some servers.
  const bool none = response.status == static_cast<std::uint32_t>(isns::Status::NoSuchEntry);
  if (!response.ok() && !none) {
    if (unknownToIt(response.status)) return check(now);
    // An answer that would be too long is refused by some servers. The registration is none the worse for it.
    if (!std::exchange(seeing.refused, true)) {
      events_.emplace_back(PeersRefused{server(), asked.node, refusal("the question for peers", response.status)});
    }
    return;
  }
  Peers peers = peersOf(*node, response);
  if (!peers.list.empty() || !seeing.some) return tellPeers(asked.node, std::move(peers));
  if (!seeing.doubted) seeing.doubted = ask(stillThere(*node), {Asks::Doubt, asked.node}, now);
}

void Registrar::tellPeers(const std::string& node, Peers peers) {
  Seeing& seeing = seeing_[node];
  seeing.some = !peers.list.empty();
  seeing.refused = false;
  events_.emplace_back(PeersSeen{node, std::move(peers)});
}

void Registrar::onNotice(const isns::ScnNotice& notice, base::Now now) {
  if (phase_ != Phase::Registered) return;  // they are asked for when it is
  const NodePresence* const node = presence_->find(notice.destination.text());
  if (node != nullptr) {
    askPeers(*node, now);
  } else {
    for (const NodePresence& one : presence_->nodes) askPeers(one, now);
  }
  drain(now);
}

// ---- Requests and answers ------------------------------------------------------------------------------------------

bool Registrar::ask(const isns::Request& request, Asked asked, base::Now now) {
  const auto transaction = session_->send(request, now);
  if (!transaction) return false;
  asked_[*transaction] = std::move(asked);
  return true;
}

std::size_t Registrar::onBytes(base::ByteView bytes, base::Now now) {
  if (!session_) return bytes.size();
  const std::size_t used = session_->onBytes(bytes, now);
  drain(now);
  return used;
}

void Registrar::onTimer(base::Now now) {
  if (session_) {
    session_->onTimer(now);
    drain(now);
  }
  if (now.mono >= until_) {
    switch (phase_) {
      case Phase::Resting:
        connect(now);
        break;
      case Phase::Connecting:
        fail("no connection: it did not come about in time", false, now);
        break;
      case Phase::Checking:
      case Phase::Registered:
        check(now);
        break;
      default:
        until_ = base::kNever;
    }
  }
  if (now.mono >= refreshAt_) refresh(now);
  const EsiWatch::Due due = phase_ == Phase::Registered ? watch_.onTimer(now.mono) : EsiWatch::Due::Nothing;
  if (due == EsiWatch::Due::Look) check(now);
  if (due == EsiWatch::Due::Register) registerAll(now);
  drain(now);
}

base::TimePoint Registrar::nextDeadline() const {
  base::TimePoint next = std::min(until_, refreshAt_);
  if (phase_ == Phase::Registered) next = std::min(next, watch_.nextDeadline());
  if (session_) next = std::min(next, session_->nextDeadline());
  return next;
}

void Registrar::drain(base::Now now) {
  while (session_) {
    for (base::Bytes& bytes : session_->takeOutput()) outputs_.emplace_back(Send{std::move(bytes)});
    const auto events = session_->takeEvents();
    if (events.empty()) return;
    for (const isns::ClientEvent& event : events) {
      if (!session_) return;  // one before has ended it
      std::visit(base::Overloaded{[&](const isns::Answer& answer) { onAnswer(answer, now); },
                                  [&](const isns::NoAnswer& none) {
                                    if (phase_ == Phase::Leaving) return onConnectionEnded({}, now);
                                    std::string why(silence(none.why));
                                    if (!none.detail.empty()) why += ": " + none.detail;
                                    fail(std::move(why), false, now);
                                  },
                                  [&](const isns::ScnReceived& scn) { onNotice(scn.notice, now); },
                                  [&](const isns::EsiReceived& esi) { onInquiry(esi.notice, server()); },
                                  [&](const isns::SessionBroken& broken) {
                                    fail("what it sends cannot be read: " + broken.reason, false, now);
                                  }},
                 event);
    }
  }
}

void Registrar::onAnswer(const isns::Answer& answer, base::Now now) {
  const auto at = asked_.find(answer.transaction);
  if (at == asked_.end()) return;  // of a question that nobody asks any more
  const Asked asked = std::move(at->second);
  asked_.erase(at);
  switch (asked.what) {
    case Asks::Presence:
    case Asks::Doubt:
      return onPresence(asked, answer.response, now);
    case Asks::Registration:
      return onRegistration(answer.response, now);
    case Asks::Notices: {
      if (phase_ != Phase::Noting) return;
      if (!answer.response.ok())
        return fail(refusal("the registration for notices", answer.response.status), true, now);
      if (!waitsFor(Asks::Notices)) settle(now);
      return;
    }
    case Asks::Peers:
      return onPeers(asked, answer.response, now);
    case Asks::Leave:
      return departed(answer.response.ok(), now);
  }
}

}  // namespace registrar
