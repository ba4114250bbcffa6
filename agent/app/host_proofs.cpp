#include "agent/app/host_proofs.h"

#include <algorithm>

namespace agent {
namespace {

using attach::LoginProof;
using management::HandOver;

// The one of the target; else the one for each that has none of its own.
const HandOver* handOverFor(const management::DesiredState& state, std::string_view initiator,
                            std::string_view target) {
  const HandOver* general = nullptr;
  for (const HandOver& one : state.credentials) {
    if (one.initiator != initiator) continue;
    if (one.target == target) return &one;
    if (one.target.empty()) general = &one;
  }
  return general;
}

std::vector<LoginProof> proofsOf(const HandOver& over, std::string_view target) {
  std::vector<LoginProof> proofs;
  for (const management::VersionedSecret& answer : over.answer) {
    LoginProof& proof = proofs.emplace_back();
    proof.user = over.userName;
    proof.secret = answer.secret.copy();
    proof.credential = over.credential;
    proof.version = answer.version;
    proof.awaited = over.prove && proofs.size() == 1;
    if (!over.mutual || over.accept.empty()) continue;
    // A target that answers as its peer does has the same version.
    const auto same = std::ranges::find(over.accept, answer.version, &management::VersionedSecret::version);
    const management::VersionedSecret& theirs = same == over.accept.end() ? over.accept.front() : *same;
    proof.targetUser = over.mutualUserName.empty() ? std::string(target) : over.mutualUserName;
    proof.targetSecret = theirs.secret.copy();
    proof.mutualVersion = theirs.version;
  }
  return proofs;
}

class Taken final : public iscsi::CredentialsReceiver {
 public:
  void onCredentials(std::optional<iscsi::ChapCredentials> credentials, base::TimePoint /*now*/) override {
    found = std::move(credentials);
  }
  void onCredentialsFailed(base::TimePoint /*now*/) override {}

  std::optional<iscsi::ChapCredentials> found;
};

std::vector<LoginProof> localProofs(iscsi::CredentialsSource& local, const iscsi::CredentialsQuestion& question) {
  Taken taken;
  local.ask(question, taken, {});
  std::vector<LoginProof> proofs;
  if (!taken.found || !taken.found->initiator.usable()) return proofs;
  const iscsi::ChapCredentials& found = *taken.found;
  for (const base::Secret* secret : {&found.initiator.current, &found.initiator.next}) {
    if (secret->empty()) continue;
    LoginProof& proof = proofs.emplace_back();
    proof.user = found.initiator.name;
    proof.secret = secret->copy();
    if (!found.target.usable()) continue;
    proof.targetUser = found.target.name;
    proof.targetSecret = found.target.current.copy();
  }
  return proofs;
}

}  // namespace

std::vector<LoginProof> hostProofs(const Obeyed& obeyed, iscsi::CredentialsSource& local, std::string_view initiator,
                                   std::string_view target) {
  if (obeyed.state) {
    const HandOver* over = handOverFor(*obeyed.state, initiator, target);
    if (over != nullptr) return proofsOf(*over, target);
  }
  return localProofs(local, {initiator, target, false, {}});
}

std::optional<LoginProof> discoveryProof(iscsi::CredentialsSource& local, std::string_view initiator) {
  auto proofs = localProofs(local, {initiator, {}, true, {}});
  return proofs.empty() ? std::nullopt : std::optional(std::move(proofs.front()));
}

}  // namespace agent
