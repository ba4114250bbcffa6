// Inquiries: what an agent finds out for its management server, as that wants it: which targets portals of foreign
// targets tell of (SendTargets), and what logins of this host meet at targets that should let it in, and at some that
// should not.
//
// It asks and tries in rounds (management/rounds.h), kAtATime of a kind at once, and tells what was found at the end of
// a round. What is told stays until the same is found out anew; of what nobody wants any more for kKeep. The loop's
// thread. Errors: log events. Bounds: mgmt::ReportLimits of what is told; those of management::Wanted of what is tried.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/app/log_events.h"
#include "agent/app/metrics_table.h"
#include "agent/attach/portal_question.h"
#include "agent/attach/target_probe.h"
#include "agent/management/desired_state.h"
#include "agent/management/report.h"
#include "agent/management/rounds.h"

namespace agent {

class Inquiries {
 public:
  static constexpr std::size_t kAtATime = 4;
  static constexpr std::chrono::hours kKeep{48};

  // Borrowed. `proofsFor` gives how to log in to a target; empty: this machine is no host, and tries nothing. `changed`
  // hears that tell() has something else to say.
  struct Parts {
    net::Loop& loop;
    ops::Log& log;
    ops::Metrics& metrics;
    std::string initiator;  // normal spelling
    base::RandomSource random;
    std::function<std::vector<attach::LoginProof>(std::string_view target)> proofsFor;
    std::function<std::optional<attach::LoginProof>()> discoveryProof;
    std::function<void()> changed;
  };
  explicit Inquiries(Parts parts);

  // How often; 0: never.
  void setEvery(std::chrono::seconds discover, std::chrono::seconds probe);
  void want(const management::Wanted& wanted);

  void tell(management::Truth& truth) const;
  // For people and programs.
  [[nodiscard]] base::Json view() const;

 private:
  struct Asked {
    std::vector<management::FoundPortal> found;
  };

  void run();
  void runDiscovery();
  void runProbes();
  void told(const std::string& portal, attach::PortalQuestion::Told answer);
  void met(const management::WantedProbe& wanted, attach::ProbeMet met);
  void discovered();
  void probed();
  void arm();

  Parts parts_;
  management::Wanted wanted_;
  management::Rounds discoverRounds_;
  management::Rounds probeRounds_;
  std::vector<std::string> asking_;              // of the round under way
  std::vector<management::WantedProbe> trying_;  // likewise
  std::map<std::string, std::unique_ptr<attach::PortalQuestion>> questions_;
  std::map<std::string, std::unique_ptr<attach::TargetProbe>> probes_;
  std::vector<std::unique_ptr<attach::PortalQuestion>> deadQuestions_;
  std::vector<std::unique_ptr<attach::TargetProbe>> deadProbes_;
  std::map<std::string, Asked> asked_;                  // by the portal that was asked
  std::map<std::string, management::ProbeResult> met_;  // by target
  std::vector<management::FoundPortal> discoveriesTold_;
  std::vector<management::ProbeResult> probesTold_;
  std::size_t in_ = 0, against_ = 0;  // of the round under way
  net::Timer deadline_;
};

}  // namespace agent
