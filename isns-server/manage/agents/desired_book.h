// DesiredBook: what each agent that asked is to apply, kept from snapshot to snapshot, so that only those are woken for
// whom something has changed.
//
// An agent's state has one revision: of the last change of anything in it. It is worked out when the agent first asks,
// and counts as changed then: what was erased before nobody can see any more (shared/san/desired.h). update() looks at
// what differs between two snapshots and then at the targets that this may concern. One owner, no locks. Bound: an
// entry for each enrolled agent.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "isns-server/manage/agents/desired_fit.h"
#include "shared/mgmt/identity.h"
#include "shared/san/desired.h"

namespace manage {

class DesiredBook {
 public:
  using Index = std::shared_ptr<const san::SanIndex>;
  // A credential that one of the agent's nodes is to hold, and what its hand-over stands for.
  struct Step {
    san::Id credential = 0;
    std::string node;
    bool asTarget = false;
    std::uint32_t step = 0;
    friend bool operator==(const Step&, const Step&) = default;
  };
  // A logical unit that one of the agent's initiators is about to lose (shared/san/drain.h).
  struct Leaving {
    std::string initiator;
    std::string target;
    std::string unit;  // designator
    std::uint32_t lun = 0;
    san::Seconds leavesAt = 0;
    friend auto operator<=>(const Leaving&, const Leaving&) = default;
  };
  struct State {
    san::Revision revision = 0;
    std::vector<san::DesiredTarget> targets;  // that the agent speaks for and the model knows; ascending
    std::vector<Step> credentials;
    std::vector<Leaving> leaving;  // ascending
    LeftOut leftOut;               // what is wanted beside all that and would be too much
  };

  // What an agent of these names is to hold of credentials, at the index of the update under way.
  using Credentials = std::function<std::vector<Step>(const std::vector<std::string>& names, const san::Snapshot& now)>;
  void onCredentials(Credentials credentials) { credentials_ = std::move(credentials); }
  // Targets at which something else holds than the index says, as a commit is under way (transition_states.h).
  using Instead = std::map<san::Id, san::DesiredTarget>;
  // Brings all states up to this index. The entities of the agents whose state has changed. `nodes`: names at which
  // something else of credentials is to be held.
  std::vector<std::string> update(const Index& index, const std::set<std::string>& nodes = {}, Instead instead = {});
  // Of the index of the last update().
  const State& stateOf(const mgmt::Identity& agent);
  void forget(const std::string& entity);
  // Entities of the last update() of which nodes came, went or changed hands.
  [[nodiscard]] const std::set<std::string>& renamed() const { return renamed_; }
  [[nodiscard]] bool empty() const { return !index_; }
  [[nodiscard]] const san::Snapshot& snapshot() const { return index_->snapshot(); }
  // Of the last update().
  [[nodiscard]] const Index& index() const { return index_; }
  [[nodiscard]] std::size_t size() const { return kept_.size(); }

 private:
  struct Kept {
    std::vector<std::string> names;
    State state;
  };
  // True when it has changed. `all`: its targets may be others than before.
  bool renew(Kept& kept, const std::set<san::Id>& targets, bool all);
  [[nodiscard]] std::vector<san::DesiredTarget> wantedBy(const Kept& kept, const std::set<san::Id>& targets,
                                                         bool all) const;
  [[nodiscard]] std::optional<san::DesiredTarget> wantedAt(san::Id target) const;
  [[nodiscard]] std::vector<Leaving> leavingOf(const std::vector<std::string>& names) const;
  // Adds the targets at which that differs.
  static void differences(const Instead& before, const Instead& after, std::set<san::Id>& into);
  void owners(san::Id node, const san::SanIndex& index, std::set<std::string>& into) const;

  Index index_;
  Instead instead_;
  Credentials credentials_;
  std::set<std::string> renamed_;
  std::map<std::string, Kept, std::less<>> kept_;            // by entity
  std::unordered_map<std::string, std::string> nameOwners_;  // iSCSI name -> entity
};

}  // namespace manage
