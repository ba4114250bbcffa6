// What two ends have agreed on for a session and one of its connections (RFC 7143 13, 14), and what one end would like.
//
// Lengths are bytes, times seconds. Parameters start with the RFC's defaults; Wishes too. Values; one owner, no locks.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "agent/iscsi/text_keys.h"

namespace iscsi {

struct Parameters {
  // Of the session; settled by the login of its first connection.
  std::uint32_t maxConnections = 1;
  bool initialR2T = true;
  bool immediateData = true;
  std::uint32_t maxBurstLength = 262144;
  std::uint32_t firstBurstLength = 65536;
  std::uint32_t defaultTime2Wait = 2;
  std::uint32_t defaultTime2Retain = 20;
  std::uint32_t maxOutstandingR2T = 1;
  bool dataPduInOrder = true;
  bool dataSequenceInOrder = true;
  std::uint32_t errorRecoveryLevel = 0;
  TaskReporting taskReporting = TaskReporting::Rfc3720;
  std::uint32_t protocolLevel = 1;

  // Of the connection.
  Digest headerDigest = Digest::None;
  Digest dataDigest = Digest::None;
  std::uint32_t maxRecvDataSegmentLength = 8192;  // what this end takes
  std::uint32_t maxSendDataSegmentLength = 8192;  // what the other end takes

  friend bool operator==(const Parameters&, const Parameters&) = default;
};

// The same session with what another connection agreed on for itself.
Parameters withConnectionOf(const Parameters& session, const Parameters& connection);

// What one end would like of each negotiable key, and of lists which words it may use in which order. A key that is not
// set keeps the default of its row.
class Wishes {
 public:
  static constexpr std::size_t kMaxWords = 4;

  Wishes();

  // False, and nothing changed, where the value is outside of the key's range or the key has no such value. Booleans
  // are 0 and 1.
  [[nodiscard]] bool set(Key key, std::uint32_t value);
  // False for a word that the row does not have or that comes twice, and for a TaskReporting that would break 13.23: an
  // offer holds RFC3720 and ResponseFence.
  [[nodiscard]] bool set(Key key, std::initializer_list<std::string_view> words);

  // Of a list: the place of the first word.
  [[nodiscard]] std::uint32_t value(Key key) const { return places_[indexOf(key)].value; }
  // Of a list: the places of its words in the row, in order of preference.
  [[nodiscard]] std::span<const std::uint8_t> words(Key key) const {
    const Place& place = places_[indexOf(key)];
    return {place.words.data(), place.count};
  }
  [[nodiscard]] bool allows(Key key, std::uint32_t word) const;

 private:
  struct Place {
    std::uint32_t value = 0;
    std::array<std::uint8_t, kMaxWords> words{};
    std::uint8_t count = 0;
  };
  std::array<Place, kNegotiableKeys> places_;
};

// The default of a negotiable key as a number: of booleans 0 or 1, of lists the place of the word.
std::uint32_t defaultOf(const TextKeyRow& row);
// The value of a negotiable key within Parameters, in the same form. MaxRecvDataSegmentLength is what this end takes.
std::uint32_t valueOf(const Parameters& parameters, Key key);
void setValue(Parameters& parameters, Key key, std::uint32_t value);

}  // namespace iscsi
