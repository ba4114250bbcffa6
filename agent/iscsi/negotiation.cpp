#include "agent/iscsi/negotiation.h"

#include <algorithm>
#include <string>

namespace iscsi {
namespace {

using FaultKind = NegotiationFault::Kind;

// The value that a text names, if it is one that the row allows. Of lists: of one word.
std::optional<std::uint32_t> parseValue(const TextKeyRow& row, std::string_view text) {
  if (row.kind == ValueKind::List) return wordIndex(row, text);
  if (row.kind == ValueKind::Boolean) {
    const auto value = parseBoolean(text);
    return value ? std::optional<std::uint32_t>(*value ? 1 : 0) : std::nullopt;
  }
  const auto value = parseNumber(text);
  if (!value || *value < row.lowest || *value > row.highest) return std::nullopt;
  return static_cast<std::uint32_t>(*value);
}

std::uint32_t combine(ResultFunction function, std::uint32_t a, std::uint32_t b) {
  switch (function) {
    case ResultFunction::Minimum:
    case ResultFunction::And:
      return std::min(a, b);
    case ResultFunction::Maximum:
    case ResultFunction::Or:
      return std::max(a, b);
    default:
      return a;
  }
}

// Whether the offer is its own result, so that an answer may be left out (6.2.2).
bool answerIsOptional(const TextKeyRow& row, std::uint32_t offered) {
  return (row.result == ResultFunction::And && offered == 0) || (row.result == ResultFunction::Or && offered == 1);
}

}  // namespace

Negotiation::Negotiation(const NegotiationSetting& setting, const Wishes& wishes, const Parameters& current)
    : setting_(setting), wishes_(wishes), current_(current) {}

bool Negotiation::refuse(FaultKind kind, const TextKeyRow* key, std::string_view what) {
  fault_ = NegotiationFault{kind, key, what};
  return false;
}

bool Negotiation::isRelevant(const TextKeyRow& row) const {
  return !setting_.discovery || row.sessions == Sessions::Both;
}

bool Negotiation::mayNegotiateNow(const TextKeyRow& row) const {
  switch (row.use) {
    case Use::LeadingOnly:
      return setting_.phase == Phase::Login && setting_.leading;
    case Use::InitializeOnly:
      return setting_.phase == Phase::Login;
    case Use::All:
      return true;
    case Use::FullFeatureOnly:
      return false;  // SendTargets is no negotiation
  }
  return false;
}

// What is in force if nothing more is said about the key.
std::uint32_t Negotiation::inForce(Key key) const {
  const Place& place = places_[indexOf(key)];
  return place.state == State::Settled ? place.value : valueOf(current_, key);
}

// What will be in force if nobody says more than has been said. An initiator counts on its own offers.
std::uint32_t Negotiation::expected(Key key) const {
  const Place& place = places_[indexOf(key)];
  if (place.state == State::Settled) return place.value;
  if (setting_.role == Role::Initiator) return wish(key);
  return combine(rowOf(key).result, inForce(key), wish(key));
}

// What this end would like, within what other keys leave (7.4.1, 13.14, 13.19).
std::uint32_t Negotiation::wish(Key key) const {
  const std::uint32_t wanted = wishes_.value(key);
  switch (key) {
    case Key::ErrorRecoveryLevel:
      return setting_.discovery ? 0 : wanted;
    case Key::FirstBurstLength:
      return std::min(wanted, expected(Key::MaxBurstLength));
    case Key::MaxOutstandingR2T:
      return expected(Key::ErrorRecoveryLevel) > 0 && expected(Key::DataSequenceInOrder) == 1 ? 1 : wanted;
    default:
      return wanted;
  }
}

std::uint32_t Negotiation::result(const TextKeyRow& row, std::uint32_t proposed) const {
  return combine(row.result, proposed, wish(row.key));
}

// Whether this end can live with a value that it did not choose.
bool Negotiation::isAcceptable(const TextKeyRow& row, std::uint32_t value) const {
  if (row.kind == ValueKind::List) return wishes_.allows(row.key, value);
  return combine(row.result, value, wishes_.value(row.key)) == value;
}

bool Negotiation::isAdmissible(const TextKeyRow& row, std::uint32_t offered, std::uint32_t chosen) const {
  if (row.kind == ValueKind::List) return wishes_.allows(row.key, chosen);
  return combine(row.result, offered, chosen) == chosen;
}

bool Negotiation::keepCurrent(const TextKeyRow& row, Place& place) {
  place = {State::Settled, valueOf(current_, row.key)};
  if (isRelevant(row) && !isAcceptable(row, place.value)) {
    return refuse(FaultKind::NotAcceptable, &row, "no value suits both ends");
  }
  return true;
}

bool Negotiation::take(const TextPair& pair, TextWriter& out) {
  if (fault_) return false;
  if (pair.row == nullptr) return takeUnknown(pair, out);
  const TextKeyRow& row = *pair.row;
  const Senders peer = setting_.role == Role::Target ? Senders::Initiator : Senders::Target;
  if (!maySend(row, peer)) return refuse(FaultKind::ProtocolError, &row, "a key that this end sends");
  if (!mayNegotiateNow(row)) return refuse(FaultKind::ProtocolError, &row, "a key that has its time elsewhere");
  if (row.stages == Stages::Security) return refuse(FaultKind::ProtocolError, &row, "a key of the security stage");
  if (row.result == ResultFunction::Refused) {
    if (isReservedAnswer(pair.value)) return refuse(FaultKind::ProtocolError, &row, "an answer to what was not asked");
    out.pair(row.key, kReject);
    return true;
  }
  if (row.result == ResultFunction::Declare) return takeDeclaration(pair);
  Place& place = placeOf(row.key);
  switch (place.state) {
    case State::Untouched:
      return takeProposal(pair, place, out);
    case State::Offered:
      return takeAnswer(pair, place);
    case State::Proposed:
    case State::Settled:
      break;
  }
  return refuse(FaultKind::ProtocolError, &row, "a key that is settled");
}

bool Negotiation::takeUnknown(const TextPair& pair, TextWriter& out) {
  if (isReservedAnswer(pair.value)) {
    return refuse(FaultKind::ProtocolError, nullptr, "an answer to what was not asked");
  }
  out.pair(pair.key, kNotUnderstood);
  return true;
}

bool Negotiation::takeDeclaration(const TextPair& pair) {
  const TextKeyRow& row = *pair.row;
  if (row.key != Key::MaxRecvDataSegmentLength) return true;  // aliases and the like are for the owner, or for nobody
  if (peerLength_) return refuse(FaultKind::ProtocolError, &row, "a key that is settled");
  const auto value = parseValue(row, pair.value);
  if (!value) return refuse(FaultKind::NotAcceptable, &row, "a value out of range");
  peerLength_ = *value;
  return true;
}

bool Negotiation::takeAnswer(const TextPair& pair, Place& place) {
  const TextKeyRow& row = *pair.row;
  if (pair.value == kNotUnderstood && !row.later) {
    return refuse(FaultKind::ProtocolError, &row, "NotUnderstood for a key that everyone understands");
  }
  if (pair.value == kIrrelevant) {
    place = {State::Settled, valueOf(current_, row.key)};  // nothing will come of the value, so none is too much
    return true;
  }
  if (isReservedAnswer(pair.value)) return keepCurrent(row, place);
  const auto chosen = parseValue(row, pair.value);
  if (!chosen || !isAdmissible(row, place.value, *chosen)) {
    return refuse(FaultKind::ProtocolError, &row, "a choice that the offer does not allow");
  }
  place = {State::Settled, *chosen};
  return true;
}

bool Negotiation::takeProposal(const TextPair& pair, Place& place, TextWriter& out) {
  const TextKeyRow& row = *pair.row;
  if (isReservedAnswer(pair.value)) return refuse(FaultKind::ProtocolError, &row, "an answer to what was not asked");
  if (!isRelevant(row)) {
    out.pair(row.key, kIrrelevant);
    return keepCurrent(row, place);
  }
  std::optional<std::uint32_t> proposed;
  if (row.kind == ValueKind::List) {
    std::string_view list = pair.value;
    for (std::string_view word; !proposed && nextWord(list, word);) {
      const auto index = wordIndex(row, word);
      if (index && wishes_.allows(row.key, *index)) proposed = index;
    }
  } else {
    proposed = parseValue(row, pair.value);
  }
  if (!proposed) {
    out.pair(row.key, kReject);
    return keepCurrent(row, place);
  }
  place = {State::Proposed, *proposed};
  proposals_[proposalCount_++] = row.key;
  return true;
}

void Negotiation::answer(TextWriter& out) {
  // Those that limit others are settled first, whatever the order in which they came.
  const auto settle = [&](bool dependent) {
    for (std::size_t i = 0; i < proposalCount_; ++i) {
      const Key key = proposals_[i];
      if (dependent != (key == Key::FirstBurstLength || key == Key::MaxOutstandingR2T)) continue;
      Place& place = placeOf(key);
      place = {State::Settled, result(rowOf(key), place.value)};
    }
  };
  settle(false);
  settle(true);
  for (std::size_t i = 0; i < proposalCount_; ++i) {
    write(out, rowOf(proposals_[i]), placeOf(proposals_[i]).value);
  }
  proposalCount_ = 0;
}

void Negotiation::write(TextWriter& out, const TextKeyRow& row, std::uint32_t value) const {
  if (row.kind == ValueKind::List) {
    out.pair(row.key, row.words[value]);
  } else if (row.kind == ValueKind::Boolean) {
    out.boolean(row.key, value == 1);
  } else {
    out.number(row.key, value);
  }
}

// An initiator says all that it would like. What is newer than RFC 3720 is offered only to get something by it, since
// old targets stumble over it. A target speaks where silence would bring more than it allows.
bool Negotiation::wouldOffer(const TextKeyRow& row) const {
  if (row.result == ResultFunction::Declare || places_[indexOf(row.key)].state != State::Untouched) return false;
  if (!isRelevant(row) || !mayNegotiateNow(row)) return false;
  const std::uint32_t now = inForce(row.key);
  if (setting_.role == Role::Initiator) {
    return !row.later || wish(row.key) != now || (row.kind == ValueKind::List && wishes_.words(row.key).size() > 1);
  }
  return row.kind == ValueKind::List ? !wishes_.allows(row.key, now) : combine(row.result, now, wish(row.key)) != now;
}

void Negotiation::offerKey(TextWriter& out, const TextKeyRow& row) {
  const std::uint32_t value = wish(row.key);
  if (row.kind == ValueKind::List) {
    std::string list;
    for (const std::uint8_t word : wishes_.words(row.key)) {
      if (!list.empty()) list += ',';
      list += row.words[word];
    }
    out.pair(row.key, list);
  } else {
    write(out, row, value);
  }
  placeOf(row.key) = {State::Offered, value};
}

void Negotiation::offer(TextWriter& out) {
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    if (wouldOffer(row)) offerKey(out, row);
  }
  const std::uint32_t length = wishes_.value(Key::MaxRecvDataSegmentLength);
  const bool changes = length != current_.maxRecvDataSegmentLength;
  if (declared_ || (setting_.phase == Phase::FullFeature && !changes)) return;
  out.number(Key::MaxRecvDataSegmentLength, length);
  declared_ = true;
}

bool Negotiation::mustOffer() const {
  const auto rows = textKeyTable().first(kNegotiableKeys);
  return std::any_of(rows.begin(), rows.end(), [&](const TextKeyRow& row) { return wouldOffer(row); });
}

bool Negotiation::complete() const {
  if (proposalCount_ != 0) return false;
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    const Place& place = places_[indexOf(row.key)];
    if (place.state == State::Offered && !answerIsOptional(row, place.value)) return false;
  }
  return true;
}

std::optional<Parameters> Negotiation::finish() {
  if (fault_) return std::nullopt;
  Parameters agreed = current_;
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    Place& place = placeOf(row.key);
    if (place.state == State::Offered) {
      if (answerIsOptional(row, place.value)) {
        place.state = State::Settled;
      } else if (!keepCurrent(row, place)) {
        return std::nullopt;
      }
    }
    if (place.state == State::Settled) setValue(agreed, row.key, place.value);
    const bool ours = isRelevant(row) && mayNegotiateNow(row) && row.kind == ValueKind::List;
    if (ours && !isAcceptable(row, valueOf(agreed, row.key))) {
      refuse(FaultKind::NotAcceptable, &row, "the default does not suit this end");
      return std::nullopt;
    }
  }
  if (declared_) agreed.maxRecvDataSegmentLength = wishes_.value(Key::MaxRecvDataSegmentLength);
  if (peerLength_) agreed.maxSendDataSegmentLength = *peerLength_;
  if (setting_.discovery) {
    agreed.maxConnections = 1;
    agreed.errorRecoveryLevel = 0;
  }
  if (agreed.firstBurstLength > agreed.maxBurstLength) {
    const bool unsolicited = !agreed.initialR2T || agreed.immediateData;
    if (setting_.role == Role::Target && unsolicited && placeOf(Key::FirstBurstLength).state == State::Settled) {
      refuse(FaultKind::NotAcceptable, &rowOf(Key::FirstBurstLength), "FirstBurstLength above MaxBurstLength");
      return std::nullopt;
    }
    agreed.firstBurstLength = agreed.maxBurstLength;
  }
  if (agreed.errorRecoveryLevel > 0 && agreed.dataSequenceInOrder) agreed.maxOutstandingR2T = 1;
  return agreed;
}

}  // namespace iscsi
