#include "isns-server/core/scn_notifier.h"

#include <algorithm>
#include <tuple>

#include "shared/base/clock.h"
#include "shared/isns/message_writer.h"

namespace core {
namespace {

bool contains(const std::vector<Endpoint>& list, const Endpoint& endpoint) {
  return std::find(list.begin(), list.end(), endpoint) != list.end();
}

}  // namespace

ScnNotifier::ScnNotifier(Outbound& outbound, ScnDirectory& directory, const ScnOptions& options)
    : outbound_(outbound), directory_(directory), options_(options) {
  outbound_.attach(Lane::Scn, *this, options_.retries + 1, isns::Function::SCN);
}

void ScnNotifier::setOptions(const ScnOptions& options) {
  options_ = options;
  outbound_.setAttempts(Lane::Scn, options_.retries + 1);
}

// Events in.

void ScnNotifier::notify(ScnRecipient recipient, const base::Ref<const ScnEvent>& event) {
  const std::uint32_t slot = deliveries_.insert(recipient).first;
  Delivery& delivery = deliveries_[slot];
  add(delivery, recipient, event);
  if (delivery.tickets == 0) dispatch(slot);
}

void ScnNotifier::add(Delivery& d, ScnRecipient recipient, const base::Ref<const ScnEvent>& event) {
  const auto waiting = d.events.begin() + static_cast<std::ptrdiff_t>(d.composed);
  if (waiting != d.events.end() && d.events.back()->overflow) {
    ++counters_.overflowed;
    return;
  }
  const auto equal = std::find_if(waiting, d.events.end(), [&](const base::Ref<const ScnEvent>& other) {
    return other == event || base::equal(other->tlvs, event->tlvs);
  });
  if (equal != d.events.end()) {
    // To the end: of two events about one object the later must stay the later.
    *equal = event;
    std::rotate(equal, equal + 1, d.events.end());
    ++counters_.coalesced;
    return;
  }
  if (d.events.size() - d.composed >= options_.maxEventsPerRecipient || events_ >= options_.maxEvents) {
    return overflow(d, recipient);
  }
  d.events.push_back(event);
  ++events_;
}

void ScnNotifier::overflow(Delivery& d, ScnRecipient recipient) {
  const std::size_t waiting = d.events.size() - d.composed;
  counters_.overflowed += waiting + 1;
  d.events.resize(d.composed);
  d.events.push_back(ScnEvent::makeOverflow(directory_.nameOf(recipient)));
  events_ = events_ - waiting + 1;
}

// Where to.

// Tickets for the next message: all UDP ports, or one TCP port.
void ScnNotifier::dispatch(std::uint32_t slot) {
  Delivery& d = deliveries_[slot];
  endpoints_.clear();
  directory_.endpointsOf(deliveries_.key(slot), endpoints_);
  for (auto at = endpoints_.begin(); at != endpoints_.end(); ++at) {
    const auto same = [&](const ScnEndpoint& other) { return other.endpoint == at->endpoint; };
    if (!at->endpoint.udp || std::find_if(endpoints_.begin(), at, same) != at) continue;
    ++d.tickets;
    ++d.unsent;
    d.tried.push_back(at->endpoint);
    outbound_.enqueue(at->endpoint, Lane::Scn, slot, outbound_.options().responseTimeout);
  }
  if (d.tickets > 0 || dispatchTcp(slot)) return;
  skip(slot);
}

// One ticket for the best TCP port that has not failed with this message; false when none is left. It reads endpoints_.
bool ScnNotifier::dispatchTcp(std::uint32_t slot) {
  Delivery& d = deliveries_[slot];
  const std::size_t known = d.composed == 0 ? d.events.size() : d.composed;
  const ScnEndpoint* best = nullptr;
  auto bestRank = std::tuple(true, Outbound::Health::Failing);
  for (const ScnEndpoint& candidate : endpoints_) {
    if (candidate.endpoint.udp || contains(d.tried, candidate.endpoint)) continue;
    const bool subject =
        std::any_of(d.events.begin(), d.events.begin() + static_cast<std::ptrdiff_t>(known),
                    [&](const base::Ref<const ScnEvent>& event) { return event->subjectPortal == candidate.portal; });
    const auto rank = std::tuple(subject, outbound_.health(candidate.endpoint));
    if (best != nullptr && !(rank < bestRank)) continue;
    best = &candidate;
    bestRank = rank;
  }
  if (best == nullptr) return false;
  ++d.tickets;
  d.tcpOut = true;
  outbound_.enqueue(best->endpoint, Lane::Scn, slot, outbound_.options().responseTimeout);
  return true;
}

// What to say.

ScnNotifier::Composed ScnNotifier::compose(const Turn& turn, base::Now now, base::Bytes& out, Composing& about) {
  const std::uint32_t slot = turn.id;
  Delivery& d = deliveries_[slot];
  const base::ByteView name = directory_.nameOf(deliveries_.key(slot));
  if (turn.endpoint.udp && turn.attempts == 0) --d.unsent;
  const bool pointless = d.acknowledged && (d.tcpOut || turn.attempts > 0);
  if (name.empty() || pointless) {
    ticketDone(d, turn);
    if (d.acknowledged) {
      finish(slot, now);
    } else if (d.tickets == 0) {
      skip(slot);
    }
    return Composed::Nothing;
  }
  if (d.composed == 0) fix(d, name.size(), turn.endpoint, now);
  auto message = isns::MessageWriter::request(out, isns::Function::SCN, d.transactionId, isns::flag::kServer);
  message.attributes().encoded(name);
  message.attributes().u64(isns::tag::kTimestamp, static_cast<std::uint64_t>(base::unixSeconds(d.time)));
  for (std::uint32_t i = 0; i < d.composed; ++i) message.attributes().encoded(d.events[i]->tlvs);
  message.finish();
  about = {d.transactionId, directory_.signsAt(deliveries_.key(slot), turn.endpoint)};

  ++counters_.sent;
  if (turn.attempts > 0) ++counters_.retried;
  if (!d.acknowledged) return Composed::Message;
  ticketDone(d, turn);
  finish(slot, now);
  return Composed::LastWord;
}

// Fixes which events the message holds: as many as fit, and at least one.
void ScnNotifier::fix(Delivery& d, std::size_t nameSize, const Endpoint& endpoint, base::Now now) {
  const std::size_t limit = endpoint.udp ? options_.maxUdpMessage : options_.maxTcpMessage;
  std::size_t size = isns::kPduHeaderSize + nameSize + isns::kTlvHeaderSize + 8;
  for (const auto& event : d.events) {
    size += event->tlvs.size();
    if (d.composed > 0 && size > limit) break;
    ++d.composed;
  }
  counters_.coalesced += d.composed - 1;
  d.transactionId = outbound_.nextTransactionId();
  d.time = now.wall;
}

// What becomes of it.

void ScnNotifier::onAnswer(const Turn& turn, const isns::Message& answer, base::Now now) {
  ticketDone(deliveries_[turn.id], turn);
  acknowledge(turn.id, answer, now);
}

void ScnNotifier::onStrayAnswer(std::uint32_t id, const isns::IpAddress& from, const isns::Message& answer,
                                base::Now now) {
  if (id >= deliveries_.slots() || deliveries_[id].composed == 0) return;
  if (deliveries_[id].transactionId != answer.transactionId) return;
  if (directory_.livesAt(deliveries_.key(id), from)) acknowledge(id, answer, now);
}

// Any answer says that the client has read the message, whatever its status: repeating it would not help.
void ScnNotifier::acknowledge(std::uint32_t slot, const isns::Message& answer, base::Now now) {
  Delivery& d = deliveries_[slot];
  if (d.composed > 0 && d.transactionId == answer.transactionId && !d.acknowledged) {
    d.acknowledged = true;
    directory_.heardFrom(deliveries_.key(slot), now);
    ++counters_.acknowledged;
    if (answer.payload.size() < 4 || base::loadU32(answer.payload.data()) != 0) ++counters_.rejected;
  }
  finish(slot, now);
}

// Ends an acknowledged message once every UDP port got it: nobody waits for the other ports' answers any more.
void ScnNotifier::finish(std::uint32_t slot, base::Now now) {
  Delivery& d = deliveries_[slot];
  if (!d.acknowledged || d.unsent > 0 || d.tcpOut) return;
  if (d.tickets > 0) {
    for (const Endpoint& endpoint : d.tried) outbound_.release(endpoint, Lane::Scn, slot, now);
    d.tickets = 0;
  }
  dropFront(d, d.composed);
  next(slot);
}

bool ScnNotifier::onFailure(const Turn& turn, SendFailure failure, bool last, base::Now now) {
  const std::uint32_t slot = turn.id;
  Delivery& d = deliveries_[slot];
  if (turn.endpoint.udp && turn.attempts == 0) --d.unsent;
  ticketDone(d, turn);
  if (d.acknowledged) {
    finish(slot, now);
    return true;
  }
  if (d.tickets > 0) return true;
  endpoints_.clear();
  directory_.endpointsOf(deliveries_.key(slot), endpoints_);
  d.tried.push_back(turn.endpoint);
  if (dispatchTcp(slot)) {
    ++counters_.failedOver;
    return true;
  }
  if (last) {
    giveUp(slot, failure);
    return true;
  }
  d.tried.pop_back();
  ++d.tickets;
  d.tcpOut = true;
  return false;
}

void ScnNotifier::ticketDone(Delivery& d, const Turn& turn) {
  --d.tickets;
  if (!turn.endpoint.udp) d.tcpOut = false;
}

void ScnNotifier::giveUp(std::uint32_t slot, SendFailure reason) {
  Delivery& d = deliveries_[slot];
  const ScnRecipient recipient = deliveries_.key(slot);
  if (directory_.nameOf(recipient).empty()) return skip(slot);
  const std::size_t lost = d.composed == 0 ? d.events.size() : d.composed;
  ++counters_.undeliverable;
  if (undeliverable_.size() < kMaxReports) undeliverable_.push_back({recipient, reason, lost});
  dropFront(d, lost);
  next(slot);
}

void ScnNotifier::skip(std::uint32_t slot) {
  Delivery& d = deliveries_[slot];
  counters_.skipped += d.events.size();
  dropFront(d, d.events.size());
  deliveries_.erase(slot);
}

void ScnNotifier::dropFront(Delivery& d, std::size_t count) {
  d.events.erase(d.events.begin(), d.events.begin() + static_cast<std::ptrdiff_t>(count));
  d.tried.clear();
  d.composed = 0;
  d.acknowledged = false;
  events_ -= count;
}

// On with the events that came meanwhile. No ticket is out.
void ScnNotifier::next(std::uint32_t slot) {
  if (!deliveries_[slot].events.empty()) return dispatch(slot);
  deliveries_.erase(slot);
}

}  // namespace core
