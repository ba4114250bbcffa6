#include "isns-server/manage/credentials/reveal.h"

#include <algorithm>

#include "shared/base/printable.h"

namespace credentials {
namespace {

// A foreign end that is changed before ours would be locked out.
bool oursAreReady(const Credential& credential) {
  const auto ready = [&](const CredentialEnd& end) { return !end.managed || end.applied >= credential.step; };
  return ready(credential.initiator) && std::all_of(credential.targets.begin(), credential.targets.end(), ready);
}

}  // namespace

base::Result<Version> reveal(Credential& credential, const RevealRequest& request, Outputs& out) {
  CredentialEnd* end = findEnd(credential, request.side, request.node);
  if (end == nullptr) return base::fail("the credential has no such end");
  if (credential.phase == Phase::Retired) return base::fail("the credential is retired");
  if (end->managed)
    return base::fail("an agent speaks for this end and gets the secret itself: nobody needs to see it");
  if (request.reason.size() < kMinReason || request.reason.size() > kMaxReason) {
    return base::fail("a secret is shown for a reason of 8 to 500 characters");
  }
  if (credential.phase == Phase::Spreading ||
      (credential.phase == Phase::WaitingForForeign && !oursAreReady(credential))) {
    return base::fail("our end does not take the new secret yet: wait for it");
  }
  const bool waits = credential.phase == Phase::WaitingForForeign;
  const Version version = waits ? credential.next : credential.current;
  if (end->revealed == version) return base::fail("this secret has been shown already: change it to see a new one");
  end->revealed = version;
  out.push_back({OutputKind::Audit, request.side, end->node, version,
                 "secret version " + std::to_string(version) + " shown to " + base::printable(request.user) + ": " +
                     base::printable(request.reason)});
  return version;
}

}  // namespace credentials
