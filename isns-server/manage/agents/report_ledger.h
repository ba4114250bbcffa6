// ReportLedger: whether a report of an agent is taken, by its sequence number.
//
// Numbers of an agent ascend by one. The same number again gets the answer that it got; a lower one changes nothing;
// after a gap, and after a start of the server, only a full report is taken. Gaps are told at a pace: the first of an
// agent at once, those of the rest of its minute together (PacedTally). In memory alone: a start asks for full reports.
// One owner, no locks. Bound: an entry for each agent.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/manage/audit/paced_tally.h"
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
  static constexpr std::size_t kMaxAgents = 65'536;

  struct Gap {
    std::uint64_t expected = 0;  // the first number that is missing
    std::uint64_t got = 0;       // the last that came after one
    base::WallTime from{};       // of the report before it
    base::WallTime to{};
    std::string origin;  // the address that the last came from
  };
  using Gaps = PacedTally<Gap>::Told;  // of the agent that is its key
  struct Verdict {
    enum class What : std::uint8_t {
      Take,
      Answer,   // `receipt` is the answer and nothing changes
      Waiting,  // the one before is still being taken
    };
    What what = What::Answer;
    Receipt receipt;
  };

  // After Take, taken() or failed() follows.
  [[nodiscard]] Verdict judge(const std::string& agent, std::uint64_t sequence, bool full, base::Now now,
                              std::string_view origin = {});
  void taken(const std::string& agent, const Receipt& receipt, base::WallTime now);
  void failed(const std::string& agent) { states_[agent].busy = false; }
  // But not what is to be told of it.
  void forget(const std::string& agent) { states_.erase(agent); }
  // What is to be recorded now. Asked each second or so.
  [[nodiscard]] std::vector<Gaps> takeGaps(base::TimePoint now) { return gaps_.take(now); }

 private:
  struct State {
    Receipt last;
    base::WallTime at{};
    std::uint64_t toldGap = 0;  // the number after a gap that has been told of
    bool busy = false;
  };
  std::map<std::string, State> states_;
  PacedTally<Gap> gaps_{kMaxAgents};
};

}  // namespace manage
