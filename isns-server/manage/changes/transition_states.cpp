#include "isns-server/manage/changes/transition_states.h"

namespace manage {

std::map<san::Id, san::DesiredTarget> statesDuring(const Transition& transition) {
  std::map<san::Id, san::DesiredTarget> states;
  const san::SanIndex before(transition.before);
  const san::SanIndex after(transition.after);
  for (const TargetChange& change : targetChanges(before, after)) {
    const auto was = san::desiredAt(before, change.target);
    const auto is = san::desiredAt(after, change.target);
    if (was && is) {
      states.emplace(change.target, transition.phase == TargetPhase::Union ? san::unionOf(*was, *is) : *is);
    } else if (is) {
      states.emplace(change.target, *is);
    }
  }
  return states;
}

}  // namespace manage
