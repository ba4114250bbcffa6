#include "agent/iscsi/parameters.h"

#include <algorithm>
#include <utility>

#include "agent/iscsi/text.h"

namespace iscsi {
namespace {

// One line a key: how its number becomes a field and back.
template <class Access>
auto visitField(Key key, Access&& access) {
  switch (key) {
    case Key::HeaderDigest:
      return access(&Parameters::headerDigest);
    case Key::DataDigest:
      return access(&Parameters::dataDigest);
    case Key::MaxConnections:
      return access(&Parameters::maxConnections);
    case Key::InitialR2T:
      return access(&Parameters::initialR2T);
    case Key::ImmediateData:
      return access(&Parameters::immediateData);
    case Key::MaxRecvDataSegmentLength:
      return access(&Parameters::maxRecvDataSegmentLength);
    case Key::MaxBurstLength:
      return access(&Parameters::maxBurstLength);
    case Key::FirstBurstLength:
      return access(&Parameters::firstBurstLength);
    case Key::DefaultTime2Wait:
      return access(&Parameters::defaultTime2Wait);
    case Key::DefaultTime2Retain:
      return access(&Parameters::defaultTime2Retain);
    case Key::MaxOutstandingR2T:
      return access(&Parameters::maxOutstandingR2T);
    case Key::DataPduInOrder:
      return access(&Parameters::dataPduInOrder);
    case Key::DataSequenceInOrder:
      return access(&Parameters::dataSequenceInOrder);
    case Key::ErrorRecoveryLevel:
      return access(&Parameters::errorRecoveryLevel);
    case Key::TaskReporting:
      return access(&Parameters::taskReporting);
    default:
      return access(&Parameters::protocolLevel);
  }
}

}  // namespace

Parameters withConnectionOf(const Parameters& session, const Parameters& connection) {
  Parameters both = session;
  both.headerDigest = connection.headerDigest;
  both.dataDigest = connection.dataDigest;
  both.maxRecvDataSegmentLength = connection.maxRecvDataSegmentLength;
  both.maxSendDataSegmentLength = connection.maxSendDataSegmentLength;
  return both;
}

std::uint32_t valueOf(const Parameters& parameters, Key key) {
  return visitField(key, [&](auto field) { return static_cast<std::uint32_t>(parameters.*field); });
}

void setValue(Parameters& parameters, Key key, std::uint32_t value) {
  visitField(key, [&](auto field) {
    auto& place = parameters.*field;
    place = static_cast<std::decay_t<decltype(place)>>(value);
  });
}

std::uint32_t defaultOf(const TextKeyRow& row) {
  if (row.kind == ValueKind::List) return wordIndex(row, row.initial).value_or(0);
  if (row.kind == ValueKind::Boolean) return row.initial == kYes ? 1 : 0;
  return static_cast<std::uint32_t>(parseNumber(row.initial).value_or(0));
}

Wishes::Wishes() {
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    Place& place = places_[indexOf(row.key)];
    place.value = defaultOf(row);
    if (row.kind != ValueKind::List) continue;
    place.words[0] = static_cast<std::uint8_t>(place.value);
    place.count = 1;
  }
}

bool Wishes::set(Key key, std::uint32_t value) {
  if (indexOf(key) >= kNegotiableKeys) return false;
  const TextKeyRow& row = rowOf(key);
  if (row.kind == ValueKind::List || value < row.lowest || value > row.highest) return false;
  places_[indexOf(key)].value = value;
  return true;
}

bool Wishes::set(Key key, std::initializer_list<std::string_view> words) {
  if (indexOf(key) >= kNegotiableKeys || words.size() == 0 || words.size() > kMaxWords) return false;
  const TextKeyRow& row = rowOf(key);
  if (row.kind != ValueKind::List) return false;
  Place place;
  for (const std::string_view word : words) {
    const auto index = wordIndex(row, word);
    const auto end = place.words.begin() + place.count;
    if (!index || std::find(place.words.begin(), end, *index) != end) return false;
    place.words[place.count++] = static_cast<std::uint8_t>(*index);
  }
  place.value = place.words[0];
  const auto holds = [&](TaskReporting wanted) {
    return std::find(place.words.begin(), place.words.begin() + place.count, static_cast<std::uint8_t>(wanted)) !=
           place.words.begin() + place.count;
  };
  const bool onlyDefault = place.count == 1 && holds(TaskReporting::Rfc3720);
  if (key == Key::TaskReporting && !onlyDefault &&
      !(holds(TaskReporting::Rfc3720) && holds(TaskReporting::ResponseFence))) {
    return false;
  }
  places_[indexOf(key)] = place;
  return true;
}

bool Wishes::allows(Key key, std::uint32_t word) const {
  const auto allowed = words(key);
  return std::find(allowed.begin(), allowed.end(), word) != allowed.end();
}

}  // namespace iscsi
