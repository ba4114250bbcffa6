// What tests of planned SCNs share: nodes and domains that are changed one transaction after the other, what is planned
// for the last one, and who was to be told by the rules alone, over all pairs.
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "isns-server/core/scn_planner.h"

namespace test {

inline constexpr std::uint32_t kAllObjectBits =
    isns::scn::kObjectAdded | isns::scn::kObjectRemoved | isns::scn::kObjectUpdated;

// Nodes that are registered and listen, each in an entity of its own.
class ScnPlanTest : public testing::Test {
 protected:
  using Index = core::Index;

  Index node(std::uint32_t type, std::uint32_t bitmap) {
    Index made = 0;
    change([&](core::Transaction& tx) {
      const std::string number = std::to_string(nodes_.size());
      made = tx.ensureNode("iqn.2001-01.com.example:" + number);
      tx.registerNode(made, tx.createEntity("host-" + number));
      tx.alter<core::Node>(made).attributes.setU32(isns::tag::kNodeType, type);
      tx.alter<core::Node>(made).attributes.setU32(isns::tag::kScnBitmap, bitmap);
    });
    nodes_.push_back(made);
    return made;
  }
  // A domain in a set of its own.
  Index domain(bool enabled) {
    Index made = 0;
    change([&](core::Transaction& tx) {
      made = tx.createDomain(0, "");
      const Index set = tx.createSet(0, "");
      tx.addToSet(set, made);
      tx.alter<core::DomainSet>(set).attributes.setU32(isns::tag::kDdsStatus, enabled ? 1 : 0);
      sets_.push_back(set);
    });
    domains_.push_back(made);
    return made;
  }
  void join(Index domain) {
    change([&](core::Transaction& tx) {
      for (Index n : nodes_) tx.addMember(domain, core::MemberKind::Node, n);
    });
  }
  void leave(Index domain) {
    change([&](core::Transaction& tx) {
      for (Index n : nodes_) tx.removeMember(domain, core::MemberKind::Node, n);
    });
  }
  void enable(Index set, bool enabled) {
    change([&](core::Transaction& tx) {
      tx.alter<core::DomainSet>(set).attributes.setU32(isns::tag::kDdsStatus, enabled ? 1 : 0);
    });
  }

  template <class Change>
  void change(Change&& make) {
    {
      core::Transaction transaction(registry_, policy_, {});
      make(transaction);
      planned_ = core::planScns(transaction, {0, false, managers_});
      (void)transaction.finish(batch_, 1, "", "");
    }
    batch_.clear();
    registry_.beginCommit();
    registry_.commitSucceeded();
  }
  [[nodiscard]] const core::State& state() const { return registry_.working(); }
  [[nodiscard]] std::size_t told() const {
    std::size_t all = 0;
    for (const core::PlannedScn& one : planned_) all += one.recipients.size();
    return all;
  }

  using Telling = std::tuple<Index, Index, std::uint32_t>;  // listener, subject, bit
  [[nodiscard]] std::multiset<Telling> tellings() const {
    std::multiset<Telling> all;
    for (const core::PlannedScn& one : planned_) {
      for (Index subject : nodes_) {
        const base::ByteView name = state().get<core::Node>(subject)->attributes.tlv(isns::tag::kIscsiName);
        for (std::uint32_t bit : {isns::scn::kObjectAdded, isns::scn::kObjectRemoved, isns::scn::kObjectUpdated}) {
          if (!base::equal(one.event->tlvs, core::ScnEvent::make(bit, name)->tlvs)) continue;
          for (const core::ScnRecipient& recipient : one.recipients) all.emplace(recipient.index, subject, bit);
        }
      }
    }
    return all;
  }

  core::Policy policy_;
  core::Registry registry_{1};
  core::ScnManagers managers_;
  store::Batch batch_;
  std::vector<Index> nodes_;
  std::vector<Index> domains_;
  std::vector<Index> sets_;
  std::vector<core::PlannedScn> planned_;
};

inline bool isActive(const core::State& state, core::Index domain) {
  const core::Domain* d = state.get<core::Domain>(domain);
  return d != nullptr &&
         !d->sets.visitWhile([&](core::Index set) { return !state.get<core::DomainSet>(set)->enabled(); });
}
inline bool share(const core::State& state, core::Index a, core::Index b) {
  bool shared = false;
  state.domains.forEach([&](core::Index d, const core::Domain& domain) {
    shared = shared || (domain.nodes.contains(a) && domain.nodes.contains(b) && isActive(state, d));
  });
  return shared;
}
inline bool wants(const core::Node& listener, std::uint32_t bit, const core::Node& subject) {
  const std::uint32_t bitmap = listener.scnBitmap();
  if ((bitmap & bit) == 0) return false;
  const bool targets = (bitmap & isns::scn::kTargetAndSelfOnly) != 0;
  const bool initiators = (bitmap & isns::scn::kInitiatorAndSelfOnly) != 0;
  return (!targets && !initiators) || (targets && (subject.type() & isns::node_type::kTarget) != 0) ||
         (initiators && (subject.type() & isns::node_type::kInitiator) != 0);
}

}  // namespace test
