#include "isns-server/manage/credentials/credential.h"

#include <algorithm>
#include <array>

namespace credentials {
namespace {

constexpr std::array<std::string_view, 6> kPhases{"settled",      "spreading", "switching", "waiting-for-foreign-end",
                                                  "rolling-back", "retired"};

// 0: its agent has told nothing yet.
bool hasApplied(const CredentialEnd& end, std::uint32_t step) { return end.applied != 0 && end.applied >= step; }

bool allTargetsHold(const Credential& credential) {
  return std::all_of(credential.targets.begin(), credential.targets.end(),
                     [&](const CredentialEnd& end) { return !end.managed || hasApplied(end, credential.currentStep); });
}

// Of an agent that has not applied the step of the current version: whether a login may do with what it has. A target
// takes the version of before until then. An initiator uses that while a target may take it; where the credential has
// become mutual it has the current version, and lacks the second secret alone.
bool mayUseFormer(const Credential& c, const CredentialEnd& end) {
  if (end.applied == 0) return false;
  if (end.node != c.initiator.node || c.mutual) return true;
  return std::ranges::any_of(c.targets,
                             [&](const CredentialEnd& target) { return holds(c, target) != san::Truth::Yes; });
}

HandOver forInitiator(const Credential& c) {
  HandOver over{c.step,
                c.current,
                0,
                false,
                c.initiatorMutual ? c.current : 0,
                c.initiatorMutual ? c.next : 0,
                c.initiatorMutual,
                c.usesFormer ? c.formerUserName : c.userName,
                {}};
  if (c.phase == Phase::Switching || c.phase == Phase::WaitingForForeign) {
    over.answer = c.next;
    over.answerElse = c.current;
  }
  return over;
}

HandOver forTarget(const Credential& c) {
  const bool two = c.next != 0;
  return {c.step,
          c.targetMutual ? c.current : 0,
          c.targetMutual ? c.next : 0,
          c.targetMutual && two,
          c.current,
          c.next,
          c.targetMutual,
          c.userName,
          c.formerUserName};
}

}  // namespace

std::string_view phaseWord(Phase phase) { return kPhases[static_cast<std::size_t>(phase)]; }

CredentialEnd* findEnd(Credential& credential, Side side, std::string_view node) {
  if (side == Side::Initiator) return credential.initiator.node == node ? &credential.initiator : nullptr;
  const auto at = std::find_if(credential.targets.begin(), credential.targets.end(),
                               [&](const CredentialEnd& end) { return end.node == node; });
  return at == credential.targets.end() ? nullptr : &*at;
}

std::optional<HandOver> handOver(const Credential& credential, Side side) {
  if (credential.phase == Phase::Retired) return std::nullopt;
  if (side == Side::Target) return forTarget(credential);
  // A new secret goes to the targets first: an initiator that has it before them would be refused.
  const bool fresh = credential.phase == Phase::Settled && credential.initiator.applied == 0;
  if (fresh && !allTargetsHold(credential)) return std::nullopt;
  return forInitiator(credential);
}

std::optional<HandOver> handOverFor(const Credential& credential, Side side, std::string_view node,
                                    const mgmt::Identity& agent) {
  if (!agent.speaksFor(node)) return std::nullopt;
  const auto isIt = [&](const CredentialEnd& end) { return end.node == node && end.managed; };
  const bool itsEnd = side == Side::Initiator ? isIt(credential.initiator)
                                              : std::any_of(credential.targets.begin(), credential.targets.end(), isIt);
  return itsEnd ? handOver(credential, side) : std::nullopt;
}

san::CredentialState stateOf(const Credential& credential) {
  switch (credential.phase) {
    case Phase::Spreading:
    case Phase::Switching:
    case Phase::RollingBack:
      return san::CredentialState::Rotating;
    case Phase::WaitingForForeign:
      return san::CredentialState::WaitingForForeign;
    case Phase::Retired:
      return san::CredentialState::Retired;
    case Phase::Settled:
      break;
  }
  const bool foreign =
      !credential.initiator.managed || std::any_of(credential.targets.begin(), credential.targets.end(),
                                                   [](const CredentialEnd& end) { return !end.managed; });
  const bool neverUsed = credential.nextSetAt == base::WallTime{} && credential.provenAt == base::WallTime{};
  return foreign && neverUsed ? san::CredentialState::WaitingForForeign : san::CredentialState::Active;
}

san::Truth holds(const Credential& credential, const CredentialEnd& end) {
  if (credential.phase == Phase::Retired) return san::Truth::No;
  if (end.managed && hasApplied(end, credential.currentStep)) return san::Truth::Yes;
  if (end.managed) return mayUseFormer(credential, end) ? san::Truth::Unknown : san::Truth::No;
  return end.proven == credential.current ? san::Truth::Yes : san::Truth::Unknown;
}

}  // namespace credentials
