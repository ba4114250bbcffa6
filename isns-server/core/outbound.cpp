#include "isns-server/core/outbound.h"

#include <algorithm>

namespace core {
namespace {

constexpr base::Duration kTick = std::chrono::milliseconds(100);

}  // namespace

Outbound::Outbound(const OutboundOptions& options, base::TimePoint start) : options_(options), timers_(start, kTick) {}

void Outbound::attach(Lane lane, OutboundLane& user, unsigned attempts, isns::Function function) {
  lanes_[static_cast<std::size_t>(lane)] = {&user, std::max(attempts, 1U), isns::responseOf(function)};
}

std::uint16_t Outbound::nextTransactionId() {
  lastTransaction_ = lastTransaction_ == 0xffff ? kFirstTransaction : static_cast<std::uint16_t>(lastTransaction_ + 1);
  return lastTransaction_;
}

// Places and tickets.

void Outbound::moveTo(std::uint32_t slot, Place place) {
  Destination& d = destinations_[slot];
  if (d.place == place) return;
  if (d.place != Place::None) {
    Ends& from = places_[static_cast<std::size_t>(d.place)];
    (d.before == kNone ? from.first : destinations_[d.before].next) = d.next;
    (d.next == kNone ? from.last : destinations_[d.next].before) = d.before;
    d.before = d.next = kNone;
  }
  d.place = place;
  if (place == Place::None) return;
  Ends& to = places_[static_cast<std::size_t>(place)];
  d.before = to.last;
  (to.last == kNone ? to.first : destinations_[to.last].next) = slot;
  to.last = slot;
}

void Outbound::append(Ends& tickets, std::uint32_t ticket) {
  tickets_[ticket].next = kNone;
  (tickets.last == kNone ? tickets.first : tickets_[tickets.last].next) = ticket;
  tickets.last = ticket;
}

std::uint32_t Outbound::takeFirst(Ends& tickets) {
  const std::uint32_t ticket = tickets.first;
  tickets.first = std::exchange(tickets_[ticket].next, kNone);
  if (tickets.first == kNone) tickets.last = kNone;
  return ticket;
}

void Outbound::freeTicket(std::uint32_t ticket) { tickets_[ticket].next = std::exchange(freeTicket_, ticket); }

Turn Outbound::turnOf(std::uint32_t slot, std::uint32_t ticket) const {
  return {tickets_[ticket].id, destinations_.key(slot), tickets_[ticket].attempts};
}

void Outbound::enqueue(const Endpoint& endpoint, Lane lane, std::uint32_t id, base::Duration wait) {
  if (freeTicket_ == kNone) {
    tickets_.emplace_back();
    freeTicket_ = static_cast<std::uint32_t>(tickets_.size() - 1);
  }
  const std::uint32_t ticket = std::exchange(freeTicket_, tickets_[freeTicket_].next);
  tickets_[ticket] = {id, kNone, static_cast<std::uint32_t>(wait / std::chrono::milliseconds(1)), lane, 0};
  const auto [slot, added] = destinations_.insert(endpoint);
  if (added) destinations_[slot].link = endpoint.udp ? Link::Open : Link::Closed;
  append(destinations_[slot].tickets, ticket);
  wake(slot);
}

bool Outbound::release(const Endpoint& endpoint, Lane lane, std::uint32_t id, base::Now now) {
  const std::uint32_t slot = endpoint.udp ? destinations_.find(endpoint) : kNone;
  if (slot == kNone || destinations_[slot].tickets.first == kNone) return false;
  Destination& d = destinations_[slot];
  const Ticket& ticket = tickets_[d.tickets.first];
  if (ticket.id != id || ticket.lane != lane || ticket.attempts == 0) return false;
  d.awaiting = false;
  timers_.cancel(slot);
  freeTicket(takeFirst(d.tickets));
  settle(slot, now);
  return true;
}

Outbound::Health Outbound::health(const Endpoint& endpoint) const {
  const Destination* d = destinations_.get(endpoint);
  if (d == nullptr) return Health::Unknown;
  if (d->unanswered > 0 || d->link == Link::Resting || d->connectTimedOut) return Health::Failing;
  return d->link == Link::Open ? Health::Open : Health::Unknown;
}

// A destination's life.

// A ticket waits: the destination takes its place among those that have something to do.
void Outbound::wake(std::uint32_t slot) {
  Destination& d = destinations_[slot];
  if (d.link == Link::Closed) moveTo(slot, Place::Connect);
  if (d.link != Link::Open || d.awaiting) return;
  if (d.place == Place::Idle) timers_.cancel(slot);
  moveTo(slot, Place::Ready);
}

// Nothing is under way: on with the next ticket, or without one the destination goes, or idles as long as it is kept.
void Outbound::settle(std::uint32_t slot, base::Now now) {
  Destination& d = destinations_[slot];
  if (d.tickets.first != kNone) return wake(slot);
  if (d.link == Link::Closed || d.link == Link::Resting || destinations_.key(slot).udp) return remove(slot);
  if (d.link != Link::Open || d.awaiting) return;
  if (options_.keepConnection <= base::Duration::zero()) return beginClose(slot);
  moveTo(slot, Place::Idle);
  timers_.schedule(slot, now.mono + options_.keepConnection);
}

void Outbound::remove(std::uint32_t slot) {
  moveTo(slot, Place::None);
  timers_.cancel(slot);
  destinations_.erase(slot);
}

void Outbound::beginClose(std::uint32_t slot) {
  destinations_[slot].link = Link::Closing;
  destinations_[slot].awaiting = false;
  timers_.cancel(slot);
  moveTo(slot, Place::Ready);
}

// The connection is gone, by whose hand ever.
void Outbound::closed(std::uint32_t slot, base::Now now) {
  Destination& d = destinations_[slot];
  --connections_;
  timers_.cancel(slot);
  moveTo(slot, Place::None);
  d.awaiting = d.answered = d.owes = false;
  d.sent = 0;
  d.link = Link::Closed;
  if (!std::exchange(d.connectTimedOut, false)) return settle(slot, now);
  --connecting_;
  if (d.tickets.first == kNone) return remove(slot);
  d.link = Link::Resting;
  timers_.schedule(slot, now.mono + options_.responseTimeout);
}

// Actions.

bool Outbound::more() const { return firstAt(Place::Ready) != kNone || mayConnect(); }

bool Outbound::mayConnect() const {
  if (firstAt(Place::Connect) == kNone || connecting_ >= options_.maxConnecting) return false;
  return connections_ < options_.maxConnections || firstAt(Place::Idle) != kNone;
}

void Outbound::takeActions(std::size_t max, base::Now now, OutboundActions& out) {
  out.list.clear();
  out.bytes.clear();
  while (out.list.size() < max && more()) {
    // In turn, so that destinations with much to say do not keep others from being connected.
    connectsTurn_ = !connectsTurn_;
    const std::uint32_t slot = firstAt(Place::Ready);
    if (slot == kNone || (connectsTurn_ && mayConnect())) {
      connectNext(now, out);
    } else if (destinations_[slot].link == Link::Closing) {
      emitClose(slot, now, out);
    } else {
      send(slot, now, out);
    }
  }
}

void Outbound::emitClose(std::uint32_t slot, base::Now now, OutboundActions& out) {
  out.list.push_back({OutboundAction::Kind::Close, slot, destinations_.key(slot)});
  closed(slot, now);
}

void Outbound::connectNext(base::Now now, OutboundActions& out) {
  if (connections_ >= options_.maxConnections) {
    ++counters_.evicted;
    return emitClose(firstAt(Place::Idle), now, out);
  }
  const std::uint32_t slot = firstAt(Place::Connect);
  moveTo(slot, Place::None);
  destinations_[slot].link = Link::Connecting;
  ++connecting_;
  ++connections_;
  ++counters_.connects;
  timers_.schedule(slot, now.mono + options_.connectTimeout);
  out.list.push_back({OutboundAction::Kind::Connect, slot, destinations_.key(slot)});
}

void Outbound::send(std::uint32_t slot, base::Now now, OutboundActions& out) {
  Destination& d = destinations_[slot];
  moveTo(slot, Place::None);
  if (d.awaiting) return;
  while (d.tickets.first != kNone) {
    const std::uint32_t ticket = d.tickets.first;
    const std::size_t offset = out.bytes.size();
    Composing about;
    const auto composed = laneOf(ticket).user->compose(turnOf(slot, ticket), now, out.bytes, about);
    if (composed == OutboundLane::Composed::Nothing) {
      freeTicket(takeFirst(d.tickets));
      if (d.owes) return beginClose(slot);  // it was sent before: nothing else may follow over this connection
      continue;
    }
    const bool udp = destinations_.key(slot).udp;
    out.list.push_back({udp ? OutboundAction::Kind::SendUdp : OutboundAction::Kind::SendTcp, slot,
                        destinations_.key(slot), offset, out.bytes.size() - offset, about.sign});
    if (!udp && d.sent < 2) ++d.sent;
    if (composed == OutboundLane::Composed::LastWord) {
      freeTicket(takeFirst(d.tickets));
      break;
    }
    d.awaiting = true;
    d.owes = !udp;
    d.transactionId = about.transactionId;
    ++tickets_[ticket].attempts;
    timers_.schedule(slot, now.mono + std::chrono::milliseconds(tickets_[ticket].waitMs));
    if (udp) noteDatagram(about.transactionId, tickets_[ticket]);
    return;
  }
  settle(slot, now);
}

void Outbound::noteDatagram(std::uint16_t transactionId, const Ticket& ticket) {
  if (datagrams_.empty()) datagrams_.resize(0x10000 - kFirstTransaction);
  datagrams_[transactionId - kFirstTransaction] = {ticket.id, ticket.lane, true};
}

// Reports of the driver. One that does not fit the state comes from a connection that is no longer ours.

void Outbound::onConnected(std::uint32_t slot, base::Now now) {
  if (slot >= destinations_.slots() || destinations_[slot].link != Link::Connecting) return;
  --connecting_;
  timers_.cancel(slot);
  destinations_[slot].link = Link::Open;
  settle(slot, now);
}

void Outbound::onConnectFailed(std::uint32_t slot, base::Now now) {
  if (slot >= destinations_.slots() || destinations_[slot].link != Link::Connecting) return;
  --connecting_;
  --connections_;
  linkFailed(slot, SendFailure::NoConnection, false, now);
}

void Outbound::onClosed(std::uint32_t slot, base::Now now) {
  if (slot >= destinations_.slots()) return;
  Destination& d = destinations_[slot];
  if (d.link == Link::Connecting) return onConnectFailed(slot, now);
  if (d.link == Link::Closing) return closed(slot, now);
  if (d.link != Link::Open || destinations_.key(slot).udp) return;
  if (d.answered || d.tickets.first == kNone) {
    // A kept connection may be closed while our message is on its way; that transmission does not count.
    if (d.awaiting) --tickets_[d.tickets.first].attempts;
    return closed(slot, now);
  }
  --connections_;
  linkFailed(slot, d.awaiting ? SendFailure::Closed : SendFailure::NoConnection, false, now);
}

bool Outbound::answers(const Destination& d, const isns::Message& message) const {
  return d.link == Link::Open && d.awaiting && (message.transactionId == d.transactionId || d.sent == 1) &&
         message.function == lanes_[static_cast<std::size_t>(tickets_[d.tickets.first].lane)].answer;
}

void Outbound::onResponse(std::uint32_t slot, const isns::Message& message, base::Now now) {
  if (slot >= destinations_.slots() || !answers(destinations_[slot], message)) {
    ++counters_.strayAnswers;
    return;
  }
  isns::Message answer = message;
  answer.transactionId = destinations_[slot].transactionId;  // by which its lane knows it
  answered(slot, answer, now);
}

void Outbound::onDatagram(const Endpoint& peer, const isns::Message& message, base::Now now) {
  const std::uint32_t slot = destinations_.find(peer);
  if (slot != kNone && answers(destinations_[slot], message)) return answered(slot, message, now);
  ++counters_.strayAnswers;
  if (datagrams_.empty() || message.transactionId < kFirstTransaction) return;
  const Sent sent = datagrams_[message.transactionId - kFirstTransaction];
  const LaneUse& lane = lanes_[static_cast<std::size_t>(sent.lane)];
  if (sent.used && message.function == lane.answer) lane.user->onStrayAnswer(sent.id, peer.ip, message, now);
}

void Outbound::answered(std::uint32_t slot, const isns::Message& message, base::Now now) {
  Destination& d = destinations_[slot];
  const std::uint32_t ticket = takeFirst(d.tickets);
  const Turn turn = turnOf(slot, ticket);
  OutboundLane& user = *laneOf(ticket).user;
  freeTicket(ticket);
  d.awaiting = d.owes = false;
  d.answered = true;
  d.unanswered = 0;
  timers_.cancel(slot);
  user.onAnswer(turn, message, now);
  settle(slot, now);
}

// Failures.

void Outbound::onTimer(base::Now now) {
  timers_.advance(now.mono, [&](std::uint32_t slot) { expired(slot, now); });
}

void Outbound::expired(std::uint32_t slot, base::Now now) {
  Destination& d = destinations_[slot];
  switch (d.link) {
    case Link::Connecting:
      return linkFailed(slot, SendFailure::NoConnection, true, now);
    case Link::Open:
      return d.awaiting ? unanswered(slot, now) : beginClose(slot);
    case Link::Resting:
      d.link = Link::Closed;
      return settle(slot, now);
    case Link::None:
    case Link::Closed:
    case Link::Closing:
      return;
  }
}

void Outbound::unanswered(std::uint32_t slot, base::Now now) {
  Destination& d = destinations_[slot];
  const bool udp = destinations_.key(slot).udp;
  const unsigned attempts = tickets_[d.tickets.first].attempts;
  d.awaiting = false;
  if (attempts < laneOf(d.tickets.first).attempts) {
    if (udp || attempts % 2 == 1) return moveTo(slot, Place::Ready);
    return beginClose(slot);
  }
  if (!udp) beginClose(slot);
  giveUp(slot, SendFailure::Silent, now);
  if (udp) settle(slot, now);
}

// The first ticket has used up its attempts. If that is so for the second time in a row, the others have to leave too.
void Outbound::giveUp(std::uint32_t slot, SendFailure failure, base::Now now) {
  Destination& d = destinations_[slot];
  d.unanswered = static_cast<std::uint8_t>(std::min<unsigned>(d.unanswered + 1U, kUnansweredLimit));
  const bool down = d.unanswered >= kUnansweredLimit;
  failTickets(slot, down ? std::exchange(d.tickets, {}).first : takeFirst(d.tickets), failure, true, now);
}

void Outbound::linkFailed(std::uint32_t slot, SendFailure failure, bool needsClose, base::Now now) {
  Destination& d = destinations_[slot];
  d.awaiting = d.answered = d.owes = false;
  d.sent = 0;
  d.link = Link::Resting;
  d.connectTimedOut = needsClose;
  moveTo(slot, Place::None);
  timers_.cancel(slot);
  if (needsClose) beginClose(slot);
  if (failure == SendFailure::NoConnection) {
    ++counters_.connectFailures;
    for (std::uint32_t t = d.tickets.first; t != kNone; t = tickets_[t].next) ++tickets_[t].attempts;
    failTickets(slot, std::exchange(d.tickets, {}).first, failure, false, now);
  } else if (tickets_[d.tickets.first].attempts >= laneOf(d.tickets.first).attempts) {
    giveUp(slot, failure, now);
  } else {
    failTickets(slot, takeFirst(d.tickets), failure, false, now);
  }
  if (needsClose) return;
  if (d.tickets.first == kNone) return remove(slot);
  timers_.schedule(slot, now.mono + options_.responseTimeout);
}

// Tells the lane of each ticket of the chain; those that stay stand in front again. A lane may enqueue here meanwhile.
void Outbound::failTickets(std::uint32_t slot, std::uint32_t chain, SendFailure failure, bool last, base::Now now) {
  Ends stayed;
  while (chain != kNone) {
    const std::uint32_t ticket = std::exchange(chain, tickets_[chain].next);
    LaneUse& lane = laneOf(ticket);
    const bool leave = last || tickets_[ticket].attempts >= lane.attempts;
    if (lane.user->onFailure(turnOf(slot, ticket), failure, leave, now) || leave) {
      freeTicket(ticket);
    } else {
      append(stayed, ticket);
    }
  }
  if (stayed.first == kNone) return;
  Ends& tickets = destinations_[slot].tickets;
  tickets_[stayed.last].next = tickets.first;
  tickets = {stayed.first, tickets.last == kNone ? stayed.last : tickets.last};
}

}  // namespace core
