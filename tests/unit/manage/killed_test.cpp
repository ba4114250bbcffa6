// The server is killed at every step of a commit, of a confirmation and of a rollback: with each output carried out or
// not, each commit in the store or not. What comes up again ends in the old state or in the new one, and its audit log
// says which.
#include "shared/san/desired.h"
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

// What a state says of the change: the map, the domain and whether its set is enabled; the alias.
struct Facts {
  bool mapped, zoned, active, alias;
  friend bool operator==(const Facts&, const Facts&) = default;
};
constexpr Facts kOld{false, false, false, false};
constexpr Facts kNew{true, true, true, true};

Facts factsOf(ChangeWorld& world) {
  Facts facts{world.model().table<san::Map>().size() == 1, false, false, false};
  const ObjectRef zone = world.named(Kind::Domain, "zone1");
  facts.zoned = static_cast<bool>(zone);
  // What the registry says, which is what clients see.
  EXPECT_EQ(facts.zoned, zone && world.registry().domains.get(zone.id) != nullptr);
  facts.active = zone && san::SanIndex(world.model()).isActive(zone.id);
  const ObjectRef disk = world.node("iqn.2026-01.example:disk1");
  facts.alias = world.model().get<san::Node>(disk.id)->alias == "first";
  return facts;
}

std::size_t count(const std::vector<std::string>& lines, const std::string& what) {
  return static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [&](const std::string& line) { return line.starts_with(what); }));
}

enum class Course { Commit, Confirm, Rollback, Deadline };

// From a small SAN on: the change set, and what then happens to it. Throws Killed.
void runCourse(SmallSan& small, Course course) {
  ChangeWorld& world = small.world;
  auto& sets = world.sets();
  const manage::Who alice = administrator("alice");
  const auto edits =
      small.giveWeb1() + std::vector<Edit>{set({Kind::Node, small.disk1}, "alias", std::string("first"))};
  const Answer made = world.ask(sets.create(alice, "x", edits, world.now()));
  const Answer sent = world.ask(sets.submit(alice, made.draft, made.version, "because", "", world.now()));
  const Answer okay = world.ask(
      sets.approve(administrator("bob"), made.draft, sent.version, sets.preview(made.draft)->hash, world.now()));
  (void)world.ask(sets.commit(alice, {made.draft, okay.version, {}, {}}, world.now()));
  world.settle();
  if (course == Course::Confirm) (void)world.ask(sets.confirm(alice, made.draft, world.now()));
  if (course == Course::Rollback) (void)world.ask(sets.rollback(alice, made.draft, "no", world.now()));
  if (course == Course::Deadline) world.advance(std::chrono::seconds(125));
  world.settle();
}

void check(ChangeWorld& again, const std::string& when) {
  SCOPED_TRACE(when);
  again.settle();
  const Draft* draft = again.sets().find(1);
  const auto log = again.auditLog();
  const Facts facts = factsOf(again);
  EXPECT_FALSE(again.underWay());
  const bool committed = count(log, "change.committed change-set:#1 ") == 1;
  const bool takenBack = count(log, "change.rolled-back change-set:#1 ") == 1;
  EXPECT_LE(count(log, "change.committed change-set:#1 "), 1U);
  EXPECT_LE(count(log, "change.rolled-back change-set:#1 "), 1U);
  EXPECT_EQ(facts, committed && !takenBack ? kNew : kOld);
  EXPECT_EQ(again.model().table<san::Approval>().size(), committed && !takenBack ? 1U : 0U);
  if (draft == nullptr) {
    EXPECT_EQ(count(log, "change.created"), 0U);
    return;
  }
  EXPECT_EQ(count(log, "change.created change-set:#1"), 1U);
  EXPECT_EQ(draft->state >= DraftState::Submitted, count(log, "change.submitted") == 1);
  EXPECT_EQ(committed, again.model().get<san::ChangeSet>(1) != nullptr);
  if (!committed) {
    EXPECT_TRUE(draft->editable());
  } else if (takenBack) {
    EXPECT_EQ(draft->state, DraftState::RolledBack);
    EXPECT_EQ(again.model().get<san::ChangeSet>(1)->state, san::ChangeState::RolledBack);
  } else {
    EXPECT_EQ(count(log, "change.zoned change-set:#1"), 1U);
    EXPECT_EQ(count(log, "change.confirming change-set:#1"), 1U);
    EXPECT_EQ(draft->state == DraftState::Confirmed, count(log, "change.confirmed change-set:#1") == 1);
    EXPECT_EQ(draft->state == DraftState::Confirming,
              again.model().get<san::ChangeSet>(1)->state == san::ChangeState::Confirming);
  }
  // Whoever waits for nothing holds nothing.
  const ObjectRef zone = again.named(Kind::Domain, "zone1");
  base::IdSet domains;
  if (zone) domains.insert(zone.id);
  EXPECT_EQ(again.sets().mayWireChange(domains, {}), !zone || draft->state != DraftState::Confirming);
}

class Killed_ : public testing::TestWithParam<Course> {};

// Every point of the course: an output carried out, a change taken by the registry, a batch in the store.
TEST_P(Killed_, AtEveryStepItEndsInOldOrNew) {
  std::size_t killed = 0;
  for (std::size_t at = 1;; ++at) {
    SmallSan small;
    small.world.agentsAnswer = at % 2 == 0;
    small.world.killAt = small.world.points + at;
    const auto database = small.world.database();
    bool ended = false;
    try {
      runCourse(small, GetParam());
    } catch (const Killed&) {
      ended = true;
    }
    if (!ended) break;
    ++killed;
    ChangeWorld again(database, small.world.wallSeconds());
    check(again, "killed at " + std::to_string(at));
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(killed, 25U);
}

// And once more while it comes up.
TEST_P(Killed_, TwiceItEndsInOldOrNewToo) {
  for (std::size_t at = 8;; at += 3) {
    SmallSan small;
    small.world.agentsAnswer = at % 2 == 0;
    small.world.killAt = small.world.points + at;
    const auto database = small.world.database();
    try {
      runCourse(small, GetParam());
      break;
    } catch (const Killed&) {
    }
    for (std::size_t second = 1; second < 12; ++second) {
      try {
        ChangeWorld again(database, small.world.wallSeconds());
        again.killAt = again.points + second;
        again.settle();
      } catch (const Killed&) {
      }
    }
    ChangeWorld last(database, small.world.wallSeconds());
    check(last, "killed twice, first at " + std::to_string(at));
    if (testing::Test::HasFailure()) return;
  }
}

// What is left to do after a restart is the committer's: alice drafts, carol commits by a token of hers.
TEST(KilledCommit, AtEveryStepTheRestIsDoneInTheNameOfWhoCommitted) {
  std::size_t killed = 0;
  for (const bool window : {false, true}) {
    for (std::size_t at = 1;; ++at) {
      SmallSan small;
      ChangeWorld& world = small.world;
      auto& sets = world.sets();
      if (!window) {
        world.byManagement([&](san::SnapshotEditor& editor) {
          (void)editor.create(Kind::Settings, san::Settings::kId);
          (void)editor.set({Kind::Settings, 1}, *san::findField(Kind::Settings, "confirm_within"), std::uint64_t{0});
        });
      }
      const manage::Who alice = administrator("alice");
      const Answer made = world.ask(sets.create(alice, "x", small.giveWeb1(), world.now()));
      const Answer sent = world.ask(sets.submit(alice, made.draft, made.version, "because", "", world.now()));
      world.killAt = world.points + at;
      bool ended = false;
      try {
        manage::Who carol = administrator("carol");
        carol.kind = ops::ActorKind::Token;
        carol.token = "ci";
        (void)world.ask(sets.commit(carol, {made.draft, sent.version, {}, {}}, world.now()));
        world.settle();
      } catch (const Killed&) {
        ended = true;
      }
      if (!ended) break;
      ++killed;
      ChangeWorld again(world.database(), world.wallSeconds());
      again.settle();
      SCOPED_TRACE("killed at " + std::to_string(at));
      for (const std::string& line : again.auditLog()) {
        const bool ofCommit = !line.starts_with("change.created") && !line.starts_with("change.submitted");
        EXPECT_EQ(line.find(" by carol/ci: ") != std::string::npos, ofCommit) << line;
      }
      for (const core::ManagedChange& change : again.carriedOut) {
        EXPECT_EQ(change.origin, "carol/ci");
        EXPECT_EQ(change.address, "192.0.2.1");
      }
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(killed, 20U);
}

INSTANTIATE_TEST_SUITE_P(Courses, Killed_,
                         testing::Values(Course::Commit, Course::Confirm, Course::Rollback, Course::Deadline));

// ---- A drain: what it takes away is there to be read, or to be written, or gone; never half of it.

// web1 has disk1; the change set that takes it away is committed with a drain of ten minutes, and these pass.
void runDrain(SmallSan& small, std::size_t killAt) {
  ChangeWorld& world = small.world;
  auto& sets = world.sets();
  const manage::Who alice = administrator("alice");
  const auto commit = [&](const std::vector<Edit>& edits, san::Seconds drain) {
    const Answer made = world.ask(sets.create(alice, "x", edits, world.now()));
    const Answer sent = world.ask(sets.submit(alice, made.draft, made.version, "because", "", world.now()));
    (void)world.ask(sets.commit(alice, {made.draft, sent.version, "yes", {}, drain}, world.now()));
    world.settle();
  };
  world.byManagement([&](san::SnapshotEditor& editor) {
    (void)editor.create(Kind::Settings, san::Settings::kId);
    (void)editor.set({Kind::Settings, 1}, *san::findField(Kind::Settings, "confirm_within"), std::uint64_t{0});
  });
  commit(small.giveWeb1(), 0);
  world.killAt = killAt == 0 ? 0 : world.points + killAt;
  commit({leave(world.named(Kind::Domain, "zone1"), "nodes", world.initiatorOf("web1"))}, 600);
  world.advance(std::chrono::seconds(600));
  world.settle();
}

std::string given(ChangeWorld& world) {
  const auto desired = san::desiredAt(san::SanIndex(world.model()), world.node("iqn.2026-01.example:disk1").id);
  for (const auto& one : desired.value_or(san::DesiredTarget{}).initiators) {
    for (const san::DesiredMap& map : one.maps) return std::string(san::wordOf(map.right));
  }
  return "nothing";
}

void checkDrain(ChangeWorld& again, const std::string& when) {
  SCOPED_TRACE(when);
  again.settle();
  const Draft* drains = again.sets().find(2);
  const Draft* later = again.sets().find(3);
  const bool committed = count(again.auditLog(), "change.committed change-set:#2 ") == 1;
  EXPECT_EQ(committed, drains != nullptr && drains->state == DraftState::Confirmed);
  EXPECT_EQ(committed, later != nullptr);
  EXPECT_EQ(count(again.auditLog(), "change.draining change-set:#3 "), committed ? 1U : 0U);
  if (later == nullptr) {
    EXPECT_EQ(given(again), "read-write");
    EXPECT_TRUE(again.model().table<san::Departure>().empty());
    return;
  }
  EXPECT_EQ(given(again), later->state == DraftState::Waiting ? "read-only" : "nothing");
  again.advance(std::chrono::seconds(601));
  again.settle();
  EXPECT_EQ(again.sets().find(3)->state, DraftState::Confirmed);
  EXPECT_EQ(given(again), "nothing");
  EXPECT_TRUE(again.model().table<san::Departure>().empty());
  EXPECT_EQ(count(again.auditLog(), "change.committed change-set:#3 by isns-server"), 1U);
  const ObjectRef zone = again.named(Kind::Domain, "zone1");
  EXPECT_FALSE(again.model().get<san::Domain>(zone.id)->nodes.contains(again.initiatorOf("web1").id));
}

TEST(KilledDrain, AtEveryStepWhatGoesIsReadableUntilItGoesWhole) {
  std::size_t killed = 0;
  for (std::size_t at = 1;; ++at) {
    SmallSan small;
    small.world.agentsAnswer = at % 2 == 0;
    const auto database = small.world.database();
    bool ended = false;
    try {
      runDrain(small, at);
    } catch (const Killed&) {
      ended = true;
    }
    if (!ended) break;
    ++killed;
    for (std::size_t second = at % 3 == 0 ? 1 : 12; second < 12; second += 2) {  // and while it comes up
      try {
        ChangeWorld again(database, small.world.wallSeconds());
        again.killAt = again.points + second;
        again.settle();
      } catch (const Killed&) {
      }
    }
    ChangeWorld again(database, small.world.wallSeconds());
    checkDrain(again, "killed at " + std::to_string(at));
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(killed, 25U);
}

}  // namespace
