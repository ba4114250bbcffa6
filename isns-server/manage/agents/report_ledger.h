// ReportLedger: whether a report of an agent is taken, by its sequence number.
//
// Numbers of an agent ascend by one. The same number again gets the answer that it got; a lower one changes nothing;
// after a gap, and after a start of the server, only a full report is taken. In memory alone: a start asks for full
// reports. One owner, no locks. Bound: an entry for each agent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/clock.h"
#include "shared/san/ids.h"

namespace manage {

struct Receipt {
  std::uint64_t sequence = 0;  // the last that was taken; 0: none since the server started
  san::Revision revision = 0;  // the model has it since
  bool taken = false;
  bool fullWanted = false;
  std::vector<std::string> unknown;  // names of the report that the model does not know, up to kMaxUnknown
};

class ReportLedger {
 public:
  static constexpr std::size_t kMaxUnknown = 64;

  struct Gap {
    std::uint64_t expected = 0;
    std::uint64_t got = 0;
    base::WallTime from{};  // of the report before it
  };
  struct Verdict {
    enum class What : std::uint8_t {
      Take,
      Answer,   // `receipt` is the answer and nothing changes
      Waiting,  // the one before is still being taken
    };
    What what = What::Answer;
    Receipt receipt;
    std::optional<Gap> gap;  // that nobody has been told of yet
  };

  // After Take, taken() or failed() follows.
  [[nodiscard]] Verdict judge(const std::string& agent, std::uint64_t sequence, bool full);
  void taken(const std::string& agent, const Receipt& receipt, base::WallTime now);
  void failed(const std::string& agent) { states_[agent].busy = false; }
  void forget(const std::string& agent) { states_.erase(agent); }

 private:
  struct State {
    Receipt last;
    base::WallTime at{};
    std::uint64_t toldGap = 0;  // the number after a gap that has been told of
    bool busy = false;
  };
  std::map<std::string, State> states_;
};

}  // namespace manage
