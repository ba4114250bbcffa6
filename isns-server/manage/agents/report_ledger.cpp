#include "isns-server/manage/agents/report_ledger.h"

namespace manage {

ReportLedger::Verdict ReportLedger::judge(const std::string& agent, std::uint64_t sequence, bool full,
                                          base::Now now, std::string_view origin) {
  using What = Verdict::What;
  State& state = states_[agent];
  if (state.busy) return {What::Waiting, {}};
  const std::uint64_t last = state.last.sequence;
  if (last != 0 && sequence == last) return {What::Answer, state.last};
  Receipt unchanged;
  unchanged.sequence = last;
  unchanged.revision = state.last.revision;
  if (sequence < last) return {What::Answer, unchanged};
  Verdict verdict;
  if (last != 0 && sequence > last + 1 && state.toldGap != sequence) {
    Gap& gap = gaps_.note(agent, now.mono);
    if (gap.got == 0) gap = {last + 1, 0, state.at, {}, {}};
    gap.got = sequence;
    gap.to = now.wall;
    gap.origin = std::string(origin);
    state.toldGap = sequence;
  }
  if (!full && (last == 0 || sequence != last + 1)) {
    unchanged.fullWanted = true;
    verdict.receipt = unchanged;
    return verdict;
  }
  state.busy = true;
  verdict.what = What::Take;
  return verdict;
}

void ReportLedger::taken(const std::string& agent, const Receipt& receipt, base::WallTime now) {
  State& state = states_[agent];
  state.last = receipt;
  state.at = now;
  state.toldGap = 0;
  state.busy = false;
}

}  // namespace manage
