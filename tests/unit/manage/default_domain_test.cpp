// Change sets where the default domain is on: the registry moves nodes out of it and into it by itself, and what a
// draft shows, its guards, the ledger and a rollback say the same.
#include <random>

#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

constexpr ObjectRef kDefault{Kind::Domain, san::Domain::kDefault};

// The members of each domain by name.
using Zones = std::map<Id, std::set<std::string>>;

Zones zonesOf(const san::Snapshot& snapshot) {
  Zones zones;
  snapshot.table<san::Domain>().forEach([&](Id id, const san::Domain& domain) {
    for (const san::Member& member : domain.nodes.items()) zones[id].insert(snapshot.get<san::Node>(member.id)->name);
  });
  return zones;
}

Zones zonesOf(const core::State& registry) {
  Zones zones;
  registry.domains.forEach([&](core::Index id, const core::Domain& domain) {
    domain.nodes.forEach([&](core::Index node) { zones[id].emplace(registry.nodes.get(node)->name()); });
  });
  return zones;
}

struct DefaultDomain : Changes {
  DefaultDomain() : Changes(true) { settings({{"confirm_within", std::uint64_t{0}}}); }

  // Commits it, and expects what its draft shows.
  Id asShown(const std::vector<Edit>& edits) {
    const Id id = submitted(edits);
    const auto shown = world.sets().preview(id);
    EXPECT_TRUE(shown.ok());
    const Answer answer = commit(id, "the host knows");
    EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
    world.settle();
    if (!shown) return id;
    EXPECT_EQ(zonesOf(world.model()), zonesOf(shown->after));
    EXPECT_EQ(zonesOf(world.model()), zonesOf(world.registry()));
    return id;
  }
  [[nodiscard]] std::vector<Edit> zone(const std::string& name, Id disk, Id number = 0) const {
    return zoning(name, {world.initiatorOf("web1"), ObjectRef{Kind::Node, disk}}, number);
  }
  void takeBack(Id id) {
    const Answer back = world.ask(world.sets().rollback(bob, id, "it was wrong", world.now()));
    ASSERT_EQ(back.what, Answer::What::Done) << back.text;
    if (draft(id).state == DraftState::Confirmed) {
      (void)world.ask(world.sets().submit(bob, back.draft, 1, "x", "", world.now()));
      const Answer done = world.ask(world.sets().commit(bob, {back.draft, 2, "yes", {}}, world.now()));
      ASSERT_EQ(done.what, Answer::What::Done) << done.text;
    }
    world.settle();
  }
};

TEST_F(DefaultDomain, WhoLosesHisLastZoneIsInItWithWhatHeHadThereAndItsEntryInTheLedger) {
  settings({{"approval_needed", true}});
  const Id given = approved(giveWeb1());
  ASSERT_EQ(commit(given).what, Answer::What::Done);
  world.settle();
  ASSERT_EQ(world.model().table<san::Approval>().size(), 1U);
  const Id id = approved({erase(world.named(Kind::Domain, "zone1"))});
  const auto shown = world.sets().preview(id);
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->impact.cells.all(), 0U) << "both find each other in the default domain";
  ASSERT_EQ(commit(id).what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(zonesOf(world.model()), zonesOf(shown->after));
  EXPECT_EQ(zonesOf(world.model()), zonesOf(world.registry()));
  EXPECT_NE(works(web1, unit1), san::Truth::No);
  EXPECT_EQ(world.model().table<san::Approval>().size(), 1U);
}

TEST_F(DefaultDomain, WhoComesIntoAZoneLeavesItAndWhatHeHadThere) {
  (void)asShown(mapping({Kind::Host, web1}, disk1, unit1, 0));
  ASSERT_NE(works(web1, unit1), san::Truth::No);
  world.session("web1", disk1);
  const Id id = submitted(zone("zone2", disk2));
  EXPECT_EQ(world.sets().preview(id)->impact.cells.lost, 1U);
  EXPECT_EQ(commit(id).refusal, Refusal::LosesSessions);
  ASSERT_EQ(commit(id, "the host knows").what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(works(web1, unit1), san::Truth::No);
}

TEST_F(DefaultDomain, WhoIsToStayInItStays) {
  (void)asShown(zone("zone2", disk2) + std::vector<Edit>{add(kDefault, "nodes", world.initiatorOf("web1"))});
  EXPECT_TRUE(zonesOf(world.model())[kDefault.id].contains("iqn.2026-01.example:web1"));
}

TEST_F(DefaultDomain, ARollbackLeadsBack) {
  const Zones first = zonesOf(world.model());
  const Id made = asShown(zone("zone2", disk2));
  const Zones second = zonesOf(world.model());
  const ObjectRef zone2 = world.named(Kind::Domain, "zone2");
  // In two domains, as somebody wished it; and in one of them alone after the next.
  (void)asShown({add(kDefault, "nodes", world.initiatorOf("web1"))});
  const Zones both = zonesOf(world.model());
  const Id left = asShown({leave(zone2, "nodes", world.initiatorOf("web1"))});
  takeBack(left);
  EXPECT_EQ(zonesOf(world.model()), both);
  (void)asShown({leave(kDefault, "nodes", world.initiatorOf("web1"))});
  EXPECT_EQ(zonesOf(world.model()), second);
  takeBack(made);
  EXPECT_EQ(zonesOf(world.model()), first);
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id again = asShown(zone("zone3", disk1));
  takeBack(again);
  EXPECT_EQ(draft(again).state, DraftState::RolledBack);
  EXPECT_EQ(zonesOf(world.model()), first);
}

TEST_F(DefaultDomain, ARollbackAfterARestartLeadsBack) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Zones first = zonesOf(world.model());
  const Id id = asShown(zone("zone2", disk2));
  ChangeWorld again(world.database(), world.wallSeconds(), {}, true);
  again.advance(std::chrono::seconds(120));
  again.settle();
  EXPECT_EQ(again.sets().find(id)->state, DraftState::RolledBack);
  EXPECT_EQ(zonesOf(again.model()), first);
  EXPECT_EQ(zonesOf(again.model()), zonesOf(again.registry()));
}

TEST_F(DefaultDomain, WhomOthersHaveMovedSinceIsWhereTheyPutHim) {
  settings({{"confirm_within", std::uint64_t{120}}});
  const Id id = asShown(zone("zone2", disk2));
  ASSERT_EQ(world.wireJoins(0, "iqn.2026-01.example:web1"), 0U);
  takeBack(id);
  const Zones zones = zonesOf(world.model());
  EXPECT_EQ(zones, zonesOf(world.registry()));
  EXPECT_FALSE(zones.at(kDefault.id).contains("iqn.2026-01.example:web1")) << "he is in another one";
  EXPECT_TRUE(zones.at(kDefault.id).contains("iqn.2026-01.example:disk2"));
}

TEST_F(DefaultDomain, TwoThatTakeOtherNodesOutOfItDoNotWaitForEachOther) {
  settings({{"confirm_within", std::uint64_t{120}}});
  (void)asShown(zone("zone2", disk2));
  const Id id = submitted(zoning("zone3", {world.initiatorOf("web2")}, 1));
  const Answer answer = commit(id, "disk1 is alone now");
  EXPECT_EQ(answer.what, Answer::What::Done) << answer.text;
}

TEST_F(DefaultDomain, ADrainLeavesEachWhereHeIsUntilItsTime) {
  (void)asShown(mapping({Kind::Host, web1}, disk1, unit1, 0));
  const Id id = submitted(zone("zone2", disk2));
  const auto shown = world.sets().preview(id);
  const Answer answer = world.ask(
      world.sets().commit(alice, {id, draft(id).version, "the host knows", {}, san::Seconds{600}}, world.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  world.settle();
  EXPECT_TRUE(zonesOf(world.model())[kDefault.id].contains("iqn.2026-01.example:web1"));
  EXPECT_EQ(zonesOf(world.model()), zonesOf(world.registry()));
  EXPECT_NE(works(web1, unit1), san::Truth::No);
  world.advance(std::chrono::seconds(600));
  world.settle();
  EXPECT_EQ(works(web1, unit1), san::Truth::No);
  EXPECT_EQ(zonesOf(world.model()), zonesOf(shown->after));
  EXPECT_EQ(zonesOf(world.model()), zonesOf(world.registry()));
}

TEST_F(DefaultDomain, WhoDrainsOutOfHisLastZoneComesIntoItWhenHeHasLeft) {
  (void)asShown(giveWeb1());
  const Id id = submitted({leave(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web1"))});
  const auto shown = world.sets().preview(id);
  const Answer answer = world.ask(
      world.sets().commit(alice, {id, draft(id).version, "the host knows", {}, san::Seconds{600}}, world.now()));
  ASSERT_EQ(answer.what, Answer::What::Done) << answer.text;
  world.settle();
  EXPECT_FALSE(zonesOf(world.model())[kDefault.id].contains("iqn.2026-01.example:web1"));
  world.advance(std::chrono::seconds(600));
  world.settle();
  EXPECT_EQ(zonesOf(world.model()), zonesOf(shown->after));
  EXPECT_EQ(zonesOf(world.model()), zonesOf(world.registry()));
}

// What a draft shows is what the registry does, whatever is edited; and the last one is taken back to what was before.
TEST_F(DefaultDomain, AnyEditsOfDomainsDoWhatTheirDraftShows) {
  for (unsigned seed = 0; seed < 3; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&](std::size_t bound) { return random() % bound; };
    for (unsigned step = 0; step < 40 && !HasFailure(); ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      const Zones before = zonesOf(world.model());
      std::vector<ObjectRef> domains, nodes;
      world.model().table<san::Domain>().forEach([&](Id id, const san::Domain&) {
        domains.push_back({Kind::Domain, id});
      });
      world.model().table<san::Node>().forEach([&](Id id, const san::Node&) { nodes.push_back({Kind::Node, id}); });
      std::vector<Edit> edits;
      std::set<ObjectRef> gone;
      std::set<std::pair<ObjectRef, ObjectRef>> said;
      for (std::size_t i = 0; i < 1 + below(4); ++i) {
        const ObjectRef domain = domains[below(domains.size())];
        const ObjectRef node = nodes[below(nodes.size())];
        if (below(6) == 0 || domains.size() == 1) {
          const ObjectRef made = fresh(Kind::Domain, static_cast<Id>(i));
          edits = edits + std::vector<Edit>{create(made),
                                            set(made, "name", "z" + std::to_string(seed * 1000 + step * 10 + i)),
                                            add(made, "nodes", node)};
        } else if (gone.contains(domain) || !said.emplace(domain, node).second) {
          continue;
        } else if (below(6) == 0 && domain != kDefault && domains.size() > 3) {
          std::erase_if(edits, [&](const Edit& edit) { return edit.object == domain; });
          edits.push_back(erase(domain));
          gone.insert(domain);
        } else if (world.model().get<san::Domain>(domain.id)->nodes.contains(node.id)) {
          edits.push_back(leave(domain, "nodes", node));
        } else {
          edits.push_back(add(domain, "nodes", node));
        }
      }
      if (edits.empty()) continue;
      const Id id = asShown(edits);
      if (below(3) != 0) continue;
      takeBack(id);
      EXPECT_EQ(zonesOf(world.model()), zonesOf(world.registry()));
      if (draft(id).state != DraftState::RolledBack) continue;
      EXPECT_EQ(zonesOf(world.model()), before);
    }
  }
}

}  // namespace
