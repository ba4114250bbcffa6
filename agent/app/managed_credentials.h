// ManagedCredentials: CHAP names and secrets of a management server at the targets that it decides, those of the
// configuration elsewhere.
//
// While a secret is being changed the target takes both versions; provenBy() tells which one a session has used.
// Answers inside of ask(). The loop's thread. The local source is borrowed.
#pragma once

#include <functional>

#include "agent/app/managed_targets.h"
#include "agent/iscsi/login_access.h"
#include "agent/management/report.h"
#include "agent/target/facts.h"

namespace agent {

class ManagedCredentials final : public iscsi::CredentialsSource {
 public:
  explicit ManagedCredentials(iscsi::CredentialsSource& local) : local_(local) {}

  // Whose word counts is asked at each login.
  void follow(std::function<const Obeyed&()> obeyed) { obeyed_ = std::move(obeyed); }
  void ask(const iscsi::CredentialsQuestion& question, iscsi::CredentialsReceiver& receiver,
           base::TimePoint now) override;

 private:
  iscsi::CredentialsSource& local_;
  std::function<const Obeyed&()> obeyed_;
};

// By the state that held at its login.
management::ProofUsed provenBy(const Obeyed& obeyed, const target::SessionFacts& session);

}  // namespace agent
