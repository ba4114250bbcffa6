#include "isns-server/core/esi_monitor.h"

#include <algorithm>

#include "shared/isns/message_writer.h"

namespace core {
namespace {

constexpr base::Duration kTick = std::chrono::milliseconds(100);

base::ByteView valueOf(base::ByteView tlv) {
  return tlv.size() < isns::kTlvHeaderSize ? tlv : tlv.subspan(isns::kTlvHeaderSize);
}

// The text before the padding; an EID is compared as the client spells it, whatever the case of ASCII letters.
std::string_view textOf(base::ByteView value) {
  const std::string_view all = base::asText(value);
  return all.substr(0, all.find('\0'));
}
bool sameEid(base::ByteView a, base::ByteView b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const std::string_view left = textOf(a);
  const std::string_view right = textOf(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

EsiMonitor::EsiMonitor(Outbound& outbound, const EsiDirectory& directory, std::function<std::uint32_t()> random,
                       base::TimePoint start, const EsiOptions& options)
    : outbound_(outbound), directory_(directory), random_(std::move(random)), timers_(start, kTick) {
  setOptions(options);
  outbound_.attach(Lane::Esi, *this, 1, isns::Function::ESI);
}

void EsiMonitor::setOptions(const EsiOptions& options) {
  options_ = options;
  options_.threshold = std::max(options_.threshold, 1U);
}

void EsiMonitor::monitor(std::uint32_t id, std::uint32_t interval, EsiStart start, base::Now now) {
  interval = std::max(interval, kMinInterval);
  const auto [slot, added] = portals_.insert(id);
  Portal& portal = portals_[slot];
  const std::uint32_t before = std::exchange(portal.interval, interval);
  if (!added && (before == interval || portal.inRound)) return;
  std::uint64_t first = std::uint64_t{interval} * 1000;
  if (start == EsiStart::Restarted) first = std::uint64_t{interval} * random_() / (0xffffffff / 1000);
  timers_.schedule(slot, now.mono + std::chrono::milliseconds(first));
}

void EsiMonitor::ignore(std::uint32_t id) {
  const Portals::Slot slot = portals_.find(id);
  if (slot == Portals::kNone) return;
  portals_.erase(slot);
  timers_.cancel(slot);
}

base::Duration EsiMonitor::step(const Portal& portal) const {
  return base::Duration(std::chrono::seconds(portal.interval)) / options_.threshold;
}

void EsiMonitor::onTimer(base::Now now) {
  timers_.advance(now.mono, [&](Portals::Slot slot) { due(slot, now); });
}

// The next transmission of a round, the first of a new one, or the end.
void EsiMonitor::due(Portals::Slot slot, base::Now now) {
  Portal& portal = portals_[slot];
  const std::uint32_t id = portals_.key(slot);
  EsiTarget target;
  if (!directory_.esiTarget(id, target)) return ignore(id);
  if (!portal.inRound) {
    portal.inRound = true;
    portal.tries = 0;
    portal.roundStart = now.mono;
    portal.transactionId = outbound_.nextTransactionId();
  } else if (portal.tries >= options_.threshold) {
    ++counters_.lost;
    events_.push_back({EsiEvent::Kind::Lost, id, portal.interval});
    return ignore(id);
  }
  if (std::exchange(portal.ticketOut, true)) return;
  outbound_.enqueue(target.endpoint, Lane::Esi, id, std::min(step(portal), options_.responseTimeout));
}

EsiMonitor::Composed EsiMonitor::compose(const Turn& turn, base::Now now, base::Bytes& out, Composing& about) {
  Portal* portal = portals_.get(turn.id);
  EsiTarget target;
  if (portal == nullptr) return Composed::Nothing;
  if (!portal->inRound || !directory_.esiTarget(turn.id, target) || !(target.endpoint == turn.endpoint)) {
    portal->ticketOut = false;
    if (portal->inRound) schedule(turn.id, now.mono);  // it is to be asked at another port
    return Composed::Nothing;
  }
  if (portal->tries == 0) portal->roundStart = now.mono;
  ++counters_.sent;
  about = {portal->transactionId, target.signs};
  auto message = isns::MessageWriter::request(out, isns::Function::ESI, about.transactionId, isns::flag::kServer);
  message.attributes().u64(isns::tag::kTimestamp, static_cast<std::uint64_t>(base::unixSeconds(now.wall)));
  message.attributes().encoded(target.entityId);
  message.attributes().encoded(target.portalIp);
  message.attributes().encoded(target.portalPort);
  message.finish();
  return Composed::Message;
}

void EsiMonitor::onAnswer(const Turn& turn, const isns::Message& answer, base::Now now) {
  Portal* portal = portals_.get(turn.id);
  if (portal == nullptr) return;
  portal->ticketOut = false;
  if (!portal->inRound || portal->transactionId != answer.transactionId) return;
  if (accepts(turn.id, answer)) return answered(turn.id, *portal, now);
  ++counters_.rejected;
  ++portal->tries;
  nextTry(turn.id, *portal, now);
}

void EsiMonitor::onStrayAnswer(std::uint32_t id, const isns::IpAddress& from, const isns::Message& answer,
                               base::Now now) {
  Portal* portal = portals_.get(id);
  if (portal == nullptr || !portal->inRound || portal->transactionId != answer.transactionId) return;
  if (!directory_.ownerLivesAt(id, from)) return;
  if (!accepts(id, answer)) {
    ++counters_.rejected;
    return;
  }
  EsiTarget target;
  if (portal->ticketOut && directory_.esiTarget(id, target)) {
    if (outbound_.release(target.endpoint, Lane::Esi, id, now)) portal->ticketOut = false;
  }
  answered(id, *portal, now);
}

bool EsiMonitor::onFailure(const Turn& turn, SendFailure /*failure*/, bool /*last*/, base::Now now) {
  Portal* portal = portals_.get(turn.id);
  if (portal == nullptr) return true;
  portal->ticketOut = false;
  if (!portal->inRound) return true;
  if (turn.attempts > 0) ++portal->tries;
  nextTry(turn.id, *portal, now);
  return true;
}

// The next transmission, or the end, comes at its time in the round.
void EsiMonitor::nextTry(std::uint32_t id, const Portal& portal, base::Now now) {
  schedule(id, std::max(now.mono, portal.roundStart + step(portal) * std::int64_t{portal.tries}));
}

void EsiMonitor::answered(std::uint32_t id, Portal& portal, base::Now now) {
  portal.inRound = false;
  ++counters_.answered;
  events_.push_back({EsiEvent::Kind::Answered, id, portal.interval});
  schedule(id, now.mono + std::chrono::seconds(portal.interval));
}

// Status 0 says that the inquiry was processed (5.7.5.13); another status, that a client lives at this address which
// does not know what it is asked about.
bool EsiMonitor::accepts(std::uint32_t id, const isns::Message& answer) const {
  EsiTarget target;
  if (answer.payload.size() < 4 || base::loadU32(answer.payload.data()) != 0) return false;
  if (!directory_.esiTarget(id, target)) return false;
  isns::AttributeReader reader(answer.payload.subspan(4));
  for (isns::Attribute attribute; reader.next(attribute);) {
    if (attribute.empty()) continue;
    const bool other =
        (attribute.tag == isns::tag::kEntityId && !sameEid(attribute.value, valueOf(target.entityId))) ||
        (attribute.tag == isns::tag::kPortalIp && !base::equal(attribute.value, valueOf(target.portalIp))) ||
        (attribute.tag == isns::tag::kPortalPort && !base::equal(attribute.value, valueOf(target.portalPort)));
    if (other) return false;
  }
  return true;
}

}  // namespace core
