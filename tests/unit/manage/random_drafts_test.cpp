// Random drafts by two authors, with changes from the wire in between and restarts: what is committed is what was
// approved, and nobody's change is lost without a word.
#include <random>

#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

class RandomDrafts : public testing::TestWithParam<unsigned> {
 protected:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool oneIn(unsigned n) { return below(n) == 0; }
  std::mt19937 random_{GetParam()};
};

// The members of a domain by name, as the registry has them.
std::set<std::string> membersOf(const ChangeWorld& world, Id domain) {
  std::set<std::string> names;
  if (const auto* found = world.registry().domains.get(domain)) {
    found->nodes.forEach([&](core::Index node) { names.emplace(world.registry().nodes.get(node)->name()); });
  }
  return names;
}

TEST_P(RandomDrafts, WhatIsCommittedIsWhatWasApproved) {
  auto small = std::make_unique<SmallSan>();
  std::unique_ptr<ChangeWorld> later;
  ChangeWorld* world = &small->world;
  const auto settle = [&] { world->settle(); };
  world->byManagement([](san::SnapshotEditor& editor) {
    (void)editor.create(Kind::Settings, san::Settings::kId);
    auto& settings = editor.own<san::Settings>(san::Settings::kId);
    settings.approvalNeeded = true;
    settings.authorMayApprove = false;
    settings.confirmWithin = 30;
  });
  const manage::Who people[] = {administrator("alice"), administrator("bob")};
  const Id hosts[] = {small->web1, small->web2};
  const Id targets[] = {small->disk1, small->disk2};
  const Id units[] = {small->unit1, small->unit2};
  std::size_t commits = 0;
  std::size_t refusals = 0;
  Id number = 0;
  for (int step = 0; step < 1500 && !HasFailure(); ++step) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", step " + std::to_string(step));
    std::vector<Id> domains;
    world->model().table<san::Domain>().forEach([&](Id id, const san::Domain&) { domains.push_back(id); });
    const auto anyNode = [&]() -> ObjectRef {
      return oneIn(2) ? ObjectRef{Kind::Node, targets[below(2)]} : world->initiatorOf(oneIn(2) ? "web1" : "web2");
    };
    const manage::Who& who = people[below(2)];
    auto& sets = world->sets();
    std::vector<const Draft*> open;
    for (const Draft* draft : sets.list()) {
      if (!draft->ended()) open.push_back(draft);
    }
    const unsigned what = below(9);
    const auto wanted = what == 2 ? DraftState::Open : what == 3 ? DraftState::Submitted : DraftState::Approved;
    if (what >= 2 && what <= 5 && !oneIn(10))
      std::erase_if(open, [&](const Draft* draft) { return draft->state != wanted; });
    const Draft* one = open.empty() ? nullptr : open[below(static_cast<unsigned>(open.size()))];
    const san::Snapshot beforeStep = world->model();
    std::map<Id, DraftState> states;
    for (const Draft* draft : sets.list()) states[draft->id] = draft->state;
    std::set<ObjectRef> mayChange;
    const manage::Who& author = one != nullptr && one->author == "bob" ? people[1] : people[0];
    const manage::Who& other = one != nullptr && one->author == "bob" ? people[0] : people[1];
    switch (what) {
      case 0:
      case 1: {  // a new draft
        std::vector<Edit> edits;
        if (oneIn(2) || domains.empty()) {
          edits = zoning("zone" + std::to_string(++number), {anyNode(), anyNode()});
          if (edits[2].value == edits[3].value) break;
        } else if (oneIn(3)) {
          edits = {erase({Kind::Domain, domains[below(static_cast<unsigned>(domains.size()))]})};
        } else {
          edits = {add({Kind::Domain, domains[below(static_cast<unsigned>(domains.size()))]}, "nodes", anyNode())};
        }
        const unsigned unit = below(2);
        if (oneIn(2)) edits = edits + mapping({Kind::Host, hosts[below(2)]}, targets[unit], units[unit], below(3));
        (void)world->ask(sets.create(who, "x", edits, world->now()));
        break;
      }
      case 2:
        if (one != nullptr) (void)world->ask(sets.submit(author, one->id, one->version, "why", "", world->now()));
        break;
      case 3:
        if (one != nullptr) {
          const auto seen = sets.preview(one->id);
          if (seen) (void)world->ask(sets.approve(other, one->id, one->version, seen->hash, world->now()));
        }
        break;
      case 4:
      case 5: {  // a commit: what changes is what was approved
        if (one == nullptr || one->state != DraftState::Approved) break;
        const Draft before = *one;
        const san::Snapshot old = world->model();
        const Answer answer =
            world->ask(sets.commit(who, {one->id, one->version, "sessions may end", {}}, world->now()));
        settle();
        if (answer.what != Answer::What::Done) {
          ++refusals;
          EXPECT_NE(answer.refusal, Refusal::None);
          EXPECT_TRUE(san::diff(old, world->model()).objects.empty()) << "refused, and something changed";
          break;
        }
        ++commits;
        const auto impact = san::impact(san::SanIndex(old), san::SanIndex(world->model()), manage::kAllCells);
        EXPECT_EQ(manage::hashOf(impact.listed, old, world->model()), before.cells);
        break;
      }
      case 6: {  // the wire
        const Id domain = domains.empty() || oneIn(4) ? 0 : domains[below(static_cast<unsigned>(domains.size()))];
        const std::string name = "iqn.2026-01.example:" + std::string(oneIn(2) ? "web1" : "disk2");
        const auto had = membersOf(*world, domain);
        const bool leaves = domain != 0 && oneIn(2);
        base::IdSet touched;
        if (domain != 0) touched.insert(domain);
        const bool may = sets.mayWireChange(touched, {});
        if (may && domain != 0) mayChange.insert({Kind::Domain, domain});
        const std::uint32_t status = world->wireJoins(domain, name, leaves);
        if (!may && had.count(name) == (leaves ? 1U : 0U)) {
          EXPECT_EQ(status, 12U);
        }
        if (status != 0) {
          EXPECT_EQ(membersOf(*world, domain), had);
        }
        break;
      }
      case 7:
        if (one != nullptr) {
          if (oneIn(3)) {
            (void)world->ask(sets.rebase(author, one->id, one->version, world->now()));
          } else if (one->state == DraftState::Confirming) {
            (void)world->ask(oneIn(2) ? sets.confirm(who, one->id, world->now())
                                      : sets.rollback(who, one->id, "no", world->now()));
            settle();
          }
        }
        break;
      default:
        if (oneIn(3)) {
          world->advance(std::chrono::seconds(below(40)));
          settle();
        } else if (oneIn(6)) {  // a restart
          std::map<Id, std::pair<DraftState, std::size_t>> known;
          for (const Draft* draft : sets.list()) known[draft->id] = {draft->state, draft->edits.size()};
          const auto database = world->database();
          const std::int64_t at = world->wallSeconds();
          later = std::make_unique<ChangeWorld>(database, at);
          world = later.get();
          for (const Draft* draft : world->sets().list()) {
            EXPECT_EQ(known[draft->id], (std::pair{draft->state, draft->edits.size()}));
          }
          EXPECT_EQ(known.size(), world->sets().list().size());
          settle();
        }
    }
    // What changed is what the wire did, or what a change set is about that went on in this step.
    for (const Draft* draft : world->sets().list()) {
      if (states[draft->id] != draft->state) mayChange.insert(draft->touched.begin(), draft->touched.end());
    }
    for (const san::ObjectChange& change : san::diff(beforeStep, world->model()).objects) {
      if (change.object.kind != Kind::Domain && change.object.kind != Kind::DomainSet &&
          change.object.kind != Kind::Map)
        continue;
      // The wire chooses the number of a new one.
      const bool made = what == 6 && change.object.kind == Kind::Domain && change.fate == san::Fate::Created;
      EXPECT_TRUE(made || mayChange.count(change.object) != 0) << san::refText(world->model(), change.object);
    }
    // Each commit and each change from the wire has its record; the model and the registry agree.
    world->model().table<san::Domain>().forEach([&](Id id, const san::Domain& domain) {
      std::set<std::string> names;
      for (const san::Member& member : domain.nodes.items())
        names.insert(san::nameOf(world->model(), {Kind::Node, member.id}));
      EXPECT_EQ(names, membersOf(*world, id));
    });
    for (const Draft* draft : world->sets().list()) {
      if (draft->state < DraftState::Committing || draft->state == DraftState::Discarded) continue;
      EXPECT_NE(world->model().get<san::ChangeSet>(draft->id), nullptr) << draft->id;
    }
  }
  EXPECT_GT(commits, 3U);
  RecordProperty("refusals", static_cast<int>(refusals));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomDrafts, testing::Range(1U, 25U));

}  // namespace
