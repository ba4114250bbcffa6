// AccessFacts: of one View all that the access matrix shows, as rows of bits: hosts x logical units.
//
// Rows and columns have the numbers of the View's index. States are made of the bits when they are asked for, 64 cells
// at a time: 4,000 x 10,000 cells are 45 MB of bits and no table. Immutable, shared, safe from any thread; made off the
// UI thread. `now` decides which agents are silent (Settings::agentSilent).
#pragma once

#include <memory>

#include "console-gui/model/access_state.h"
#include "console-gui/model/view.h"

namespace console {

// 64 cells of a row: for each state its bits, of which at most one holds a cell (of one host; of several, any number).
struct StateWords {
  std::array<std::uint64_t, kAccessStates> of{};  // of[None] stays zero
  std::uint64_t write = 0;                        // gets in, or may, and writes
  std::uint64_t session = 0;
  std::uint64_t approved = 0;  // by the ledger, whatever the state is
  void join(const StateWords& other) {
    for (std::size_t i = 0; i < kAccessStates; ++i) of[i] |= other.of[i];
    write |= other.write;
    session |= other.session;
    approved |= other.approved;
  }
};

class AccessFacts {
 public:
  static std::shared_ptr<const AccessFacts> make(const ViewPtr& view, san::Seconds now);

  [[nodiscard]] const ViewPtr& view() const { return view_; }
  [[nodiscard]] const san::SanIndex& index() const { return *view_->index; }
  [[nodiscard]] std::size_t hosts() const { return works_.hosts(); }
  [[nodiscard]] std::size_t units() const { return works_.units(); }
  [[nodiscard]] std::size_t words() const { return works_.words(); }  // of a row

  [[nodiscard]] StateWords words(std::size_t host, std::size_t word) const;
  [[nodiscard]] const san::ReachMatrix& works() const { return works_; }
  // Whether every agent that answers for a target of the unit is silent, and there is one.
  [[nodiscard]] bool isSilent(std::size_t unit) const { return silent_[unit]; }

 private:
  explicit AccessFacts(ViewPtr view);
  void takeApprovals();
  void takeSessions();
  void takeSeparations();
  void takeSilence(san::Seconds now);

  ViewPtr view_;
  san::ReachMatrix works_, finds_, in_;
  std::vector<std::uint64_t> approved_, session_;
  std::vector<std::uint64_t> forbidden_;    // rows of the hosts that a rule keeps from something
  std::vector<std::int32_t> forbiddenRow_;  // by host; -1: none
  std::vector<bool> silent_;
};
using AccessFactsPtr = std::shared_ptr<const AccessFacts>;

}  // namespace console
