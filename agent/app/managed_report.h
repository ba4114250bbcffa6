// What an agent reports of its targets (management::Truth), from what is in force there. Pure functions.
#pragma once

#include <map>

#include "agent/app/managed_targets.h"
#include "agent/management/report.h"
#include "agent/registrar/interfaces.h"

namespace agent {

struct ReportInput {
  const Obeyed& obeyed;        // with a state
  std::int64_t appliedAt = 0;  // since 1970
  const target::Setup& local;  // as it was given
  const target::Setup& inForce;
  const std::vector<target::UnitFacts>& units;
  const std::vector<target::SessionFacts>& sessions;
  const std::map<std::uint64_t, management::ProofUsed>& proofs;  // by session
};

// How a session was proven, in the words of the model.
san::Proof proofOf(iscsi::Proof proof);

// Of the targets that the certificate names alone. A unit that is mapped nowhere stands behind each of them all the
// same, so that it can be mapped: under the LUN of the first local rule for it, else the lowest free one. What is
// beyond mgmt::ReportLimits is left out. Of credentials the steps of the target's end; addHost() has the others.
management::Truth truthOf(const ReportInput& input);
// The sessions of this host's initiators, and how far their credentials are. After those of its targets, and within the
// same limits: the later ones are left out, then the units of those that are told.
void addHost(management::Truth& truth, const management::DesiredState& state,
             std::vector<management::SeenSession> sessions);

// The first mgmt::ReportLimits::kAddresses of them, in an order of their own: that the kernel routes otherwise is no
// news.
std::vector<std::string> addressTexts(const std::vector<net::Address>& addresses);

// Of those that are registered, up to mgmt::ReportLimits::kPortals.
std::vector<management::SeenPortal> portalsOf(const std::vector<registrar::AddressNetwork>& networks);

}  // namespace agent
