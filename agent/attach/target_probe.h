// TargetProbe: one login at a target for evidence: it tries each portal by each proof until it is let in, asks for the
// units and logs out. Nothing is attached, read or written.
//
// A TargetWatch that leaves when it has an answer; it calls itself iscsi::kProbeAlias, so that a refused login can be
// told from somebody's attempt. One thread, the loop's. `done` is called once, from the loop, and the probe may not be
// destroyed inside of it; destroying it before ends it without an answer. Bounds: kPatience for all of it, logout
// apart; the watch's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/attach/target_watch.h"

namespace attach {

enum class LoginMet : std::uint8_t {
  In,           // let in, and told the units
  Refused,      // by the target
  Unreachable,  // no connection, or no answer
  Failed,       // let in, but told no units
};

struct ProbeMet {
  LoginMet outcome = LoginMet::Failed;
  std::string why;  // it is not in
  std::vector<UnitSeen> units;
};

class TargetProbe {
 public:
  static constexpr std::chrono::seconds kPatience{60};

  struct Order {
    std::string initiator;
    std::string target;
    std::vector<std::string> portals;  // at least one
    std::vector<LoginProof> proofs;    // none: without proof
  };
  TargetProbe(net::Loop& loop, Order order, std::function<void(ProbeMet)> done);
  TargetProbe(const TargetProbe&) = delete;
  TargetProbe& operator=(const TargetProbe&) = delete;

 private:
  void end(LoginMet outcome, std::string why, std::vector<UnitSeen> units = {});

  std::function<void(ProbeMet)> done_;
  bool opened_ = false;
  bool refused_ = false;         // by one of the portals, or more
  std::string why_;              // of that, else of the last failure
  std::optional<ProbeMet> met_;  // it is leaving
  net::Timer patience_;
  TargetWatch watch_;
};

}  // namespace attach
