// What both ends of a login have in common: what they agreed on, why they did not, and their bounds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/iscsi/login_access.h"
#include "agent/iscsi/login_pdu.h"
#include "agent/iscsi/login_status.h"
#include "agent/iscsi/negotiation.h"
#include "agent/iscsi/parameters.h"
#include "agent/iscsi/text.h"

namespace iscsi {

// InitiatorAlias of a login that is tried for evidence: it lists the units and leaves, or is refused as it should be.
inline constexpr std::string_view kProbeAlias = "sanctum probe";

struct AgreedLogin {
  std::string initiatorName;  // normal spelling
  std::string initiatorAlias;  // what it calls itself: kProbeAlias, or anything; proves nothing
  std::string targetName;  // empty: a discovery session that names none
  std::string targetAlias;
  std::uint16_t portalGroupTag = 0;
  bool discovery = false;
  Isid isid{};
  std::uint16_t tsih = 0;
  std::uint16_t cid = 0;
  JoinKind kind = JoinKind::NewSession;  // the target knows; an initiator sees new session or added connection
  Parameters parameters;
  AuthIdentity identity;
  SecretMatch peerSecret = SecretMatch::None;  // which secret the peer proved to know

  // Numbers with which the full feature phase goes on (4.2.2).
  std::uint32_t statSn = 0;  // of the target's next PDU, and so the initiator's ExpStatSN
  std::uint32_t cmdSn = 0;   // of the first command, where this connection leads its session
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
};

// Why a login ended without a session. `what` is a static sentence without any byte of the peer's.
struct LoginFailure {
  LoginStatus status = LoginStatus::Success;  // sent or received; Success where the connection just closes
  std::string_view what;
  const TextKeyRow* key = nullptr;  // the key that it was about
  bool timedOut = false;            // LoginLimits::deadline
};

// The default MaxRecvDataSegmentLength, which holds during login (6.3).
inline constexpr std::uint32_t kLoginSegment = 8192;

struct LoginLimits {
  std::uint32_t maxSegment = kLoginSegment;   // bytes taken in one PDU; more than 8192 is for peers that break the rule
  std::uint32_t sendSegment = kLoginSegment;  // bytes sent in one PDU, at most 8192; longer text goes on with C
  std::uint32_t maxPdus = 32;                 // taken from the peer; 6 exchanges have to be possible (6.2)
  std::uint32_t maxText = kMaxTextSequence;   // bytes taken from the peer, over all PDUs
  base::TimePoint deadline = base::kNever;    // then the connection closes
};

}  // namespace iscsi
