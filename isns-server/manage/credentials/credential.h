// A CHAP credential of one initiator with one target or several, as the server keeps it: versions, ends and the phase
// of a change. No secret is in it; secrets lie sealed in rows of their own, by credential, way and version.
//
// A version stands for the secrets of both ways: Forward by which the initiator proves itself, and, where it is mutual,
// Reverse by which the target does. Both change together. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/clock.h"
#include "shared/mgmt/identity.h"
#include "shared/san/ids.h"
#include "shared/san/words.h"

namespace credentials {

using CredentialId = std::uint64_t;
using Version = std::uint32_t;  // from 1; 0: none

enum class Way : std::uint8_t { Forward, Reverse };
enum class Side : std::uint8_t { Initiator, Target };

enum class Phase : std::uint8_t {
  Settled,            // both ends have the current version, or are to get it
  Spreading,          // those who verify are to accept the next version too
  Switching,          // those who answer are to use the next one; waits for a login that proves it
  WaitingForForeign,  // our end is ready for both; the foreign end is changed by hand
  RollingBack,        // the initiator goes back to the current version; then the next one is dropped
  Retired,
};
std::string_view phaseWord(Phase phase);

// What becomes of a change that was not proven in time.
enum class AtDeadline : std::uint8_t {
  KeepOld,    // the next version is dropped: who has not changed keeps its access
  RetireOld,  // the old one goes all the same: for a secret that strangers know
};

inline constexpr std::size_t kMaxTargets = 1024;  // of one credential

struct CredentialEnd {
  std::string node;           // iSCSI name
  bool managed = false;       // an agent of ours speaks for it
  std::uint32_t applied = 0;  // the last step that its agent has told to hold
  Version proven = 0;         // by a login of this end
  Version revealed = 0;       // the last version that a person was shown for this end, which is foreign
  friend bool operator==(const CredentialEnd&, const CredentialEnd&) = default;
};

struct Credential {
  CredentialId id = 0;
  san::Id object = 0;  // the credential of the SAN model that it is the life of
  CredentialEnd initiator;
  bool allTargets = false;             // of the initiator: each that has no credential of its own
  std::vector<CredentialEnd> targets;  // at most kMaxTargets
  bool mutual = false;
  std::string userName;        // CHAP_N of the initiator
  std::string mutualUserName;  // of the target
  // A change of `mutual` or of `userName` goes from one side to the other, so that a login works at each moment. What
  // the sides have meanwhile:
  bool initiatorMutual = false;  // the initiator demands that the target proves itself
  bool targetMutual = false;     // targets have what they prove themselves with
  std::string formerUserName;    // targets take it beside the present one; empty: none
  bool usesFormer = false;       // the initiator is not given the present one yet

  Version current = 1;
  Version next = 0;
  Version last = 1;  // the highest ever given; the first is 1, or above those of before a restore
  Phase phase = Phase::Settled;
  std::uint32_t step = 1;  // grows whenever an end is to hold something else
  // The step by which both ends had been handed the current version: who has applied it, or a later one, holds it.
  std::uint32_t currentStep = 1;
  std::uint32_t nextStep = 0;  // the same of the next version; 0: not handed to both yet
  base::WallTime setAt{};
  base::WallTime nextSetAt{};  // of the last change that was begun; 0: it has its first version
  base::WallTime provenAt{};  // the last login with the current version; 0: none yet
  base::WallTime deadline{};  // of the phase; 0: none
  AtDeadline atDeadline = AtDeadline::KeepOld;
  bool md5 = false;                  // the last login used MD5
  std::uint32_t weaknesses = 0;      // san::weakness, of the current version
  std::uint32_t nextWeaknesses = 0;  // of the next one
  friend bool operator==(const Credential&, const Credential&) = default;
};

// What one end is to hold: version numbers, for whoever opens the sealed secrets and sends them.
struct HandOver {
  std::uint32_t step = 0;     // the end names it when it has applied it
  Version answer = 0;         // proves itself with this; 0: with none (one-way, at the target)
  Version answerElse = 0;     // tried once where that is refused; 0: none
  bool answerAsPeer = false;  // instead: of the two, answers with the version that the peer proved itself with
  Version accept = 0;         // demands this of the peer; 0: none (one-way, at the initiator)
  Version acceptElse = 0;     // and takes this too; 0: none
  bool mutual = false;
  std::string userName;        // of the initiator
  std::string formerUserName;  // a target takes this too; empty: none
  friend bool operator==(const HandOver&, const HandOver&) = default;
};

// The end as the credential has it; nullptr: the node is none of its ends.
[[nodiscard]] CredentialEnd* findEnd(Credential& credential, Side side, std::string_view node);

// Nothing: the end is to hold nothing, or not yet.
[[nodiscard]] std::optional<HandOver> handOver(const Credential& credential, Side side);
// The one gate through which secrets go to agents: the hand-over for a node, if this agent's certificate speaks for it.
[[nodiscard]] std::optional<HandOver> handOverFor(const Credential& credential, Side side, std::string_view node,
                                                  const mgmt::Identity& agent);

// As the SAN model shows it.
[[nodiscard]] san::CredentialState stateOf(const Credential& credential);
// Whether the end has the current version, whatever else it is to hold meanwhile. Unknown: an agent has not applied it,
// and holds another one by which a login may work.
[[nodiscard]] san::Truth holds(const Credential& credential, const CredentialEnd& end);

}  // namespace credentials
