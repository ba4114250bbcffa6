// The access matrix without windows: what each cell says, order, groups, filters, draft and comparison.
#include <gmock/gmock.h>

#include "console-gui/model/access_csv.h"
#include "console-gui/model/access_model.h"
#include "tests/gui/access_world.h"
#include "tests/support/synthetic_san.h"

namespace {

using namespace console;
using test::AccessWorld;

AccessFactsPtr factsOf(const san::Snapshot& snapshot, san::Seconds now = AccessWorld::kNow) {
  return AccessFacts::make(viewOf(snapshot, now, nullptr, Rules::Keep), now);
}

class AccessGridTest : public testing::Test {
 protected:
  [[nodiscard]] AccessGridPtr make(const AccessOptions& options = {}, san::Seconds now = AccessWorld::kNow) const {
    return AccessGrid::make(factsOf(world.san.done(), now), options);
  }
  static CellLook look(const AccessGrid& grid, san::Id host, san::Id unit) {
    return grid.look(grid.rowOf({san::Kind::Host, host}).value(),
                     grid.columnOf({san::Kind::LogicalUnit, unit}).value());
  }
  static std::vector<std::string> rowTitles(const AccessGrid& grid) {
    std::vector<std::string> titles;
    for (const AccessLine& line : grid.lines().rows)
      titles.push_back((line.group ? "*" : "") + line.title.toStdString());
    return titles;
  }
  static std::vector<std::string> columnTitles(const AccessGrid& grid) {
    std::vector<std::string> titles;
    for (const AccessLine& line : grid.lines().columns)
      titles.push_back((line.group ? "*" : "") + line.title.toStdString());
    return titles;
  }

  AccessWorld world;
};

TEST_F(AccessGridTest, EachCellSaysItsState) {
  const auto grid = make();
  EXPECT_EQ(look(*grid, world.web1, world.data).state, AccessState::Reachable);
  EXPECT_EQ(look(*grid, world.web2, world.data).state, AccessState::Unapproved);
  EXPECT_EQ(look(*grid, world.web2, world.cards).state, AccessState::Violation);
  EXPECT_EQ(look(*grid, world.app1, world.data).state, AccessState::VisibleOnly);
  EXPECT_EQ(look(*grid, world.app2, world.log).state, AccessState::PermittedOnly);
  EXPECT_EQ(look(*grid, world.bak1, world.data).state, AccessState::Missing);
  EXPECT_EQ(look(*grid, world.web1, world.archive).state, AccessState::Unknown);
  EXPECT_EQ(look(*grid, world.bak1, world.archive).state, AccessState::EntryUnknown);
  EXPECT_EQ(look(*grid, world.bak1, world.cards).state, AccessState::None);
}

TEST_F(AccessGridTest, ReadOnlyAndSessionsAreMarked) {
  const auto grid = make();
  EXPECT_TRUE(look(*grid, world.web1, world.data).session);
  EXPECT_FALSE(look(*grid, world.web1, world.data).readOnly);
  EXPECT_TRUE(look(*grid, world.web2, world.data).readOnly);
  EXPECT_FALSE(look(*grid, world.web2, world.data).session);
  EXPECT_EQ(lookWords(look(*grid, world.web2, world.data)).toStdString(), "reachable, not approved, read-only");
}

TEST_F(AccessGridTest, NothingIsGreenWhoseAgentIsSilent) {
  const auto late = make({}, AccessWorld::kNow + 3600);
  EXPECT_TRUE(look(*late, world.web1, world.data).old);
  EXPECT_FALSE(look(*make(), world.web1, world.data).old);
}

TEST_F(AccessGridTest, AnApprovalToReadDoesNotCoverWriting) {
  world.san.set({san::Kind::Approval, 1}, "right", std::string("read-only"));
  EXPECT_EQ(look(*make(), world.web1, world.data).state, AccessState::Unapproved);
}

// The states against the model's own functions, cell by cell.
TEST(AccessFactsTest, AgreeWithReachOfSingleCells) {
  test::SyntheticPlan plan;
  plan.hosts = 60;
  plan.targets = 12;
  plan.units = 150;
  plan.foreign = 25;
  const auto snapshot = test::syntheticSan(plan).snapshot;
  const auto facts = factsOf(snapshot);
  const auto& index = facts->index();
  std::array<std::size_t, kAccessStates> seen{};
  for (std::size_t host = 0; host < facts->hosts(); ++host) {
    for (std::size_t unit = 0; unit < facts->units(); ++unit) {
      const san::Cell cell = san::cellOf(index, san::Basis::Applied, host, index.units()[unit]);
      const StateWords words = facts->words(host, unit / 64);
      const std::uint64_t bit = std::uint64_t{1} << (unit % 64);
      std::size_t states = 0;
      auto state = AccessState::None;
      for (std::size_t i = 1; i < kAccessStates; ++i) {
        if ((words.of[i] & bit) == 0) continue;
        ++states;
        state = static_cast<AccessState>(i);
      }
      ASSERT_LE(states, 1U);
      ++seen[static_cast<std::size_t>(state)];
      const bool works =
          state == AccessState::Reachable || state == AccessState::Unapproved || state == AccessState::Violation;
      ASSERT_EQ(works, cell.works == san::Truth::Yes) << host << " " << unit;
      ASSERT_EQ(state == AccessState::Unknown, cell.works == san::Truth::Unknown);
      ASSERT_TRUE(state != AccessState::PermittedOnly || cell.getsIn == san::Truth::Yes);
      ASSERT_TRUE(state != AccessState::VisibleOnly ||
                  (cell.finds == san::Truth::Yes && cell.getsIn == san::Truth::No));
      ASSERT_EQ((words.session & bit) != 0, cell.observed) << host << " " << unit;
    }
  }
  for (const auto state :
       {AccessState::Reachable, AccessState::Unapproved, AccessState::Missing, AccessState::Unknown}) {
    EXPECT_GT(seen[static_cast<std::size_t>(state)], 0U) << accessWord(state).toStdString();
  }
}

TEST_F(AccessGridTest, NumbersInNamesSortAsNumbers) {
  world.host("web10");
  EXPECT_THAT(rowTitles(*make()), testing::ElementsAre("app1", "app2", "bak1", "web1", "web2", "web10"));
  EXPECT_THAT(columnTitles(*make()), testing::ElementsAre("archive", "cards", "db-data", "db-log"));
}

TEST_F(AccessGridTest, BySimilarityWhatIsReachedTogetherStandsTogether) {
  test::SyntheticPlan plan;
  plan.hosts = 80;
  plan.targets = 10;
  plan.units = 200;
  const auto facts = factsOf(test::syntheticSan(plan).snapshot);
  // How far apart the first and the last cell of a row are, on average.
  const auto spread = [&](AccessOrder order) {
    AccessOptions options;
    options.order = order;
    const auto grid = AccessGrid::make(facts, options);
    std::size_t sum = 0;
    for (std::size_t row = 0; row < grid->rows(); ++row) {
      std::size_t first = grid->columns(), last = 0;
      for (std::size_t column = 0; column < grid->columns(); ++column) {
        const auto state = grid->look(row, column).state;
        if (state != AccessState::Reachable && state != AccessState::Unapproved) continue;
        first = std::min(first, column);
        last = std::max(last, column);
      }
      if (first < grid->columns()) sum += last - first;
    }
    return sum;
  };
  EXPECT_LT(spread(AccessOrder::Similarity), spread(AccessOrder::Name));
}

TEST_F(AccessGridTest, GroupsHaveAHeadThatSaysTheWorstAndCollapse) {
  const san::Id cluster = world.san.create(san::Kind::Cluster, {{"name", std::string("webs")}});
  for (const san::Id host : {world.web1, world.web2}) {
    world.san.set({san::Kind::Host, host}, "cluster", san::ObjectRef{san::Kind::Cluster, cluster});
  }
  AccessOptions options;
  options.rowGroup = AccessGroup::Cluster;
  EXPECT_THAT(rowTitles(*make(options)),
              testing::ElementsAre("*webs", "web1", "web2", "*no cluster", "app1", "app2", "bak1"));
  options.collapsedRows.insert({san::Kind::Cluster, cluster});
  const auto grid = make(options);
  EXPECT_THAT(rowTitles(*grid), testing::ElementsAre("*webs", "*no cluster", "app1", "app2", "bak1"));
  const std::size_t cards = *grid->columnOf({san::Kind::LogicalUnit, world.cards});
  EXPECT_EQ(grid->look(0, cards).state, AccessState::Violation);
  EXPECT_EQ(grid->counts(0, cards).of[static_cast<std::size_t>(AccessState::Violation)], 1U);
  EXPECT_THAT(grid->wordsOf(0, cards, grid->look(0, cards)).toStdString(),
              testing::HasSubstr("1 separation violation"));
}

TEST_F(AccessGridTest, ClustersAndTargetsStandForTheirMembers) {
  const san::Id cluster = world.san.create(san::Kind::Cluster, {{"name", std::string("webs")}});
  for (const san::Id host : {world.web1, world.web2}) {
    world.san.set({san::Kind::Host, host}, "cluster", san::ObjectRef{san::Kind::Cluster, cluster});
  }
  AccessOptions options;
  options.rows = AccessRows::Clusters;
  options.columns = AccessColumns::Targets;
  const auto grid = make(options);
  EXPECT_THAT(rowTitles(*grid), testing::ElementsAre("app1", "app2", "bak1", "webs"));
  EXPECT_EQ(grid->columns(), 2U);
  const std::size_t disk = *grid->columnOf({san::Kind::Node, world.disk1});
  EXPECT_EQ(grid->look(3, disk).state, AccessState::Violation);
  EXPECT_EQ(grid->look(0, disk).state, AccessState::VisibleOnly);
}

TEST_F(AccessGridTest, AFilterOfHostsNarrowsColumnsToWhatIsJoinedWithThem) {
  AccessOptions options;
  options.only =
      std::make_shared<const std::vector<san::ObjectRef>>(std::vector<san::ObjectRef>{{san::Kind::Host, world.web2}});
  EXPECT_THAT(rowTitles(*make(options)), testing::ElementsAre("web2"));
  EXPECT_THAT(columnTitles(*make(options)), testing::ElementsAre("cards", "db-data", "db-log"));
  options.only = std::make_shared<const std::vector<san::ObjectRef>>(
      std::vector<san::ObjectRef>{{san::Kind::LogicalUnit, world.cards}});
  EXPECT_THAT(rowTitles(*make(options)), testing::ElementsAre("app1", "web1", "web2"));
  EXPECT_THAT(columnTitles(*make(options)), testing::ElementsAre("cards"));
  options.only = std::make_shared<const std::vector<san::ObjectRef>>();
  EXPECT_EQ(make(options)->rows(), 0U);
}

TEST_F(AccessGridTest, AComparisonTellsWhatWasGainedAndLost) {
  const auto before = factsOf(world.san.done());
  world.san.remove({san::Kind::Domain, world.zone}, "nodes", {san::Kind::Node, world.node("web1")});
  world.san.add({san::Kind::Domain, world.zone}, "nodes", {san::Kind::Node, world.node("app2")});
  const auto after = factsOf(world.san.done());
  const AccessComparison found = compareAccess(*before, *after);
  EXPECT_EQ(found.turns, (san::Turns{1, 1, 0}));
  ASSERT_EQ(found.listed.size(), 2U);
  EXPECT_EQ(found.listed[0].host, AccessWorld::ref(world.web1));
  EXPECT_EQ(found.listed[0].turn, san::Turn::Lost);
  EXPECT_EQ(found.listed[1].host, AccessWorld::ref(world.app2));
  EXPECT_EQ(found.listed[1].turn, san::Turn::Gained);
  const auto grid = AccessGrid::make(after, {});
  const AccessMarks marks(*grid, found.listed);
  const san::Turn* turn =
      marks.find(*grid->rowOf(AccessWorld::ref(world.web1)), *grid->columnOf({san::Kind::LogicalUnit, world.data}));
  ASSERT_NE(turn, nullptr);
  EXPECT_EQ(*turn, san::Turn::Lost);
}

TEST_F(AccessGridTest, AComparisonCountsUnitsThatCameAndHostsThatWent) {
  const auto before = factsOf(world.san.done());
  world.san.erase({san::Kind::Session, 1});
  const san::Id fresh = world.unit("naa.6000000000000009", "fresh", world.far1, 9);
  const AccessComparison found = compareAccess(*before, *factsOf(world.san.done()));
  // web1 may reach it now: nobody knows.
  ASSERT_EQ(found.listed.size(), 1U);
  EXPECT_EQ(found.listed[0].unit, fresh);
  EXPECT_EQ(found.listed[0].turn, san::Turn::Gained);
  const AccessComparison back = compareAccess(*factsOf(world.san.done()), *before);
  EXPECT_EQ(back.turns, (san::Turns{0, 1, 0}));
}

TEST_F(AccessGridTest, CsvHasARowForEachCellThatSaysSomething) {
  const std::string csv = accessCsv(*make(), {});
  EXPECT_THAT(csv, testing::StartsWith("host,logical unit,state,right,in use,changed,revision\n"));
  EXPECT_THAT(csv, testing::HasSubstr("web1,db-data,reachable and approved,read-write,yes,,"));
  EXPECT_THAT(csv, testing::HasSubstr("web2,db-data,\"reachable, not approved\",read-only,,,"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 16);
}

TEST_F(AccessGridTest, TheModelFollowsTheDraftAndTheFilter) {
  Workspace workspace;
  AccessModel model(workspace);
  workspace.setSource(std::make_unique<test::TestSource>(world.san.done()));
  ASSERT_TRUE(test::eventually([&] { return workspace.shown() != nullptr; }));
  model.show(workspace.shown());
  ASSERT_TRUE(test::eventually([&] { return model.grid() != nullptr; }));
  EXPECT_EQ(model.grid()->rows(), 5U);
  EXPECT_TRUE(model.marks().empty());

  san::Edit edit{san::EditOp::Remove,
                 {san::Kind::Domain, world.zone},
                 "nodes",
                 san::ObjectRef{san::Kind::Node, world.node("web1")}};
  ASSERT_TRUE(workspace.edit(QStringLiteral("Take web1 out"), {edit}));
  ASSERT_TRUE(test::eventually([&] { return !model.marks().empty(); }));
  const auto row = *model.grid()->rowOf(AccessWorld::ref(world.web1));
  const auto* turn = model.marks().find(row, *model.grid()->columnOf({san::Kind::LogicalUnit, world.data}));
  ASSERT_NE(turn, nullptr);
  EXPECT_EQ(*turn, san::Turn::Lost);

  workspace.filter().setText(QStringLiteral("kind:host name:web*"));
  model.refilter();
  ASSERT_TRUE(test::eventually([&] { return model.grid()->rows() == 2; }));
}

}  // namespace
