// Negotiation of the operational keys by either end: offers, answers and what they lead to, from the table (RFC
// 7143 6.2, 6.4, 13).
//
// One object serves one negotiation: the operational stage of a login, or a sequence of Text PDUs. Its owner gives it
// each pair of a whole text by take(), then calls answer() and offer(), which append pairs of this end, and sends
// those. When the other end is done too, complete() tells whether all offers were answered and finish() gives the
// Parameters; nothing has taken effect before. That a key comes twice from one end is found by KeysSeen of the owner,
// over a whole login. Pure; one owner, no locks. What the peer gets wrong is a fault(): the login is rejected, a Text
// Request is answered with Reject and reason "protocol error".
//
// What the RFC leaves open is done so:
//   - A value out of range or without sense is answered Reject, if the default then in force is acceptable to this end.
//   - An offer that is not answered counts as not made: the value stays. Older peers leave out what they do not know.
//   - FirstBurstLength above MaxBurstLength: this end never answers so; if it still comes about, the target refuses and
//   the
//     initiator, who alone sends by it, keeps to the smaller. MaxOutstandingR2T above 1 where 13.19 forbids it is 1.
//   - A target offers by itself only where the defaults are more than it allows, and then asks for another request.
// Bounds: one place a key; answers to unknown keys are bounded by KeysSeen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/iscsi/parameters.h"
#include "agent/iscsi/text.h"
#include "agent/iscsi/text_keys.h"

namespace iscsi {

enum class Role : std::uint8_t { Initiator, Target };
enum class Phase : std::uint8_t { Login, FullFeature };

struct NegotiationSetting {
  Role role = Role::Target;
  Phase phase = Phase::Login;
  bool leading = true;     // the first connection of its session
  bool discovery = false;  // SessionType=Discovery
};

struct NegotiationFault {
  enum class Kind : std::uint8_t {
    ProtocolError,  // the rules forbid it
    NotAcceptable,  // the rules allow it and this end does not (7.12)
  };
  Kind kind;
  const TextKeyRow* key;  // nullptr: a key that no table knows
  std::string_view what;  // a static sentence without any byte of the peer's
};

class Negotiation {
 public:
  // `current` is in force now: the defaults in a login, or the session's where the connection joins one.
  Negotiation(const NegotiationSetting& setting, const Wishes& wishes, const Parameters& current = {});

  // Takes one pair. Answers of NotUnderstood, Reject and Irrelevant are appended at once, the others wait for answer(),
  // since they depend on each other. False: fault() tells why, and the negotiation is over.
  [[nodiscard]] bool take(const TextPair& pair, TextWriter& out);
  // Behind the last pair of a text.
  void answer(TextWriter& out);
  // What this end has to say by itself and has not said yet.
  void offer(TextWriter& out);
  // Whether a target would have to offer(): then it cannot pass over the operational stage.
  [[nodiscard]] bool mustOffer() const;
  // Whether no offer of either end waits for an answer.
  [[nodiscard]] bool complete() const;
  // Whether answer() would answer an offer.
  [[nodiscard]] bool owesAnswers() const { return proposalCount_ != 0; }
  // The Parameters in force from now on, or nothing and a fault().
  [[nodiscard]] std::optional<Parameters> finish();

  [[nodiscard]] const std::optional<NegotiationFault>& fault() const { return fault_; }

 private:
  enum class State : std::uint8_t {
    Untouched,
    Offered,   // by this end; the answer is owed
    Proposed,  // by the other end; our answer is owed
    Settled,
  };
  struct Place {
    State state = State::Untouched;
    std::uint32_t value = 0;  // Offered: ours; Proposed: theirs; Settled: the result
  };

  bool refuse(NegotiationFault::Kind kind, const TextKeyRow* key, std::string_view what);
  bool takeUnknown(const TextPair& pair, TextWriter& out);
  bool takeDeclaration(const TextPair& pair);
  bool takeAnswer(const TextPair& pair, Place& place);
  bool takeProposal(const TextPair& pair, Place& place, TextWriter& out);
  bool keepCurrent(const TextKeyRow& row, Place& place);
  [[nodiscard]] bool isAdmissible(const TextKeyRow& row, std::uint32_t offered, std::uint32_t chosen) const;
  [[nodiscard]] bool isRelevant(const TextKeyRow& row) const;
  [[nodiscard]] bool mayNegotiateNow(const TextKeyRow& row) const;
  [[nodiscard]] bool isAcceptable(const TextKeyRow& row, std::uint32_t value) const;
  [[nodiscard]] bool wouldOffer(const TextKeyRow& row) const;
  [[nodiscard]] std::uint32_t inForce(Key key) const;
  [[nodiscard]] std::uint32_t expected(Key key) const;
  [[nodiscard]] std::uint32_t wish(Key key) const;
  [[nodiscard]] std::uint32_t result(const TextKeyRow& row, std::uint32_t proposed) const;
  void write(TextWriter& out, const TextKeyRow& row, std::uint32_t value) const;
  void offerKey(TextWriter& out, const TextKeyRow& row);
  Place& placeOf(Key key) { return places_[indexOf(key)]; }

  NegotiationSetting setting_;
  Wishes wishes_;
  Parameters current_;
  std::array<Place, kNegotiableKeys> places_{};
  std::array<Key, kNegotiableKeys> proposals_{};  // in the order in which they came
  std::size_t proposalCount_ = 0;
  bool declared_ = false;                    // our MaxRecvDataSegmentLength
  std::optional<std::uint32_t> peerLength_;  // their MaxRecvDataSegmentLength
  std::optional<NegotiationFault> fault_;
};

}  // namespace iscsi
