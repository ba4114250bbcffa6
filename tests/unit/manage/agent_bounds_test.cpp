// A change set that would give an agent more than it takes is not committed: the agent would apply nothing any more.
#include <gmock/gmock.h>

#include "shared/san/desired_bounds.h"
#include "tests/unit/manage/small_san.h"

using namespace test;

namespace {

constexpr std::size_t kInitiators = 64;
constexpr std::size_t kMaps = san::DesiredBounds::kMaps / kInitiators;

// A host with many initiators and as many maps at disk1 as its agent takes.
struct FullAgents : Changes {
  std::vector<ObjectRef> nodes, maps;
  ObjectRef host;

  FullAgents() {
    settings({{"confirm_within", std::uint64_t{0}}});
    for (std::size_t i = 0; i < kInitiators; ++i) {
      const std::string name = "iqn.2026-01.example:many" + std::to_string(i);
      world.registerNode(name, isns::node_type::kInitiator, static_cast<std::uint8_t>(20 + i));
      nodes.push_back(world.node(name));
    }
    world.byManagement([&](san::SnapshotEditor& editor) {
      host = made(editor, Kind::Host, {{"name", std::string("many")}, {"nodes", nodes}});
      (void)made(editor, Kind::Agent, {{"name", std::string("many")}, {"nodes", nodes}});
      for (std::size_t i = 0; i < kMaps; ++i) {
        const std::uint64_t lun = 10 + i;
        const san::Access path{{Kind::Node, disk1}, {}, static_cast<std::uint32_t>(lun), san::Right::ReadWrite};
        const ObjectRef unit = made(editor, Kind::LogicalUnit,
                                    {{"designator", "naa.7" + std::to_string(lun)}, {"paths", std::vector{path}}});
        maps.push_back(made(editor, Kind::Map,
                            {{"who", host}, {"target", ObjectRef{Kind::Node, disk1}}, {"unit", unit}, {"lun", lun}}));
      }
      editor.own<san::Node>(disk1).enforcement = san::Enforcement::List;
    });
  }
  static ObjectRef made(san::SnapshotEditor& editor, Kind kind, const ChangeWorld::Fields& fields) {
    const ObjectRef ref = editor.create(kind, 0).value();
    for (const auto& [name, value] : fields) EXPECT_TRUE(editor.set(ref, *san::findField(kind, name), value).ok());
    return ref;
  }
  [[nodiscard]] std::vector<Edit> withoutMaps(std::size_t count) const {
    std::vector<Edit> edits;
    for (std::size_t i = 0; i < count; ++i) edits.push_back(erase(maps[i]));
    return edits;
  }
};

TEST_F(FullAgents, NothingMoreIsCommittedUntilSomethingHasGone) {
  const Id more = submitted(mapping(host, disk1, unit1, 0));
  const Answer full = commit(more);
  EXPECT_EQ(full.refusal, Refusal::TooLarge);
  EXPECT_THAT(full.text, testing::StartsWith("65600 maps would have to be applied by disk1, "));
  EXPECT_EQ(full.objections.at(0).guard, san::Guard::AgentFull);
  const Id less = submitted(withoutMaps(1));
  EXPECT_EQ(commit(less, "the host knows").what, Answer::What::Done);
  world.settle();
  EXPECT_EQ(commit(more).what, Answer::What::Done);
}

TEST_F(FullAgents, NoMoreLeavesAtOnceThanTheAgentOfAHostIsTold) {
  const auto drained = [&](std::size_t count) {
    const Id id = submitted(withoutMaps(count));
    return world.ask(
        world.sets().commit(alice, {id, draft(id).version, "the host knows", {}, san::Seconds{600}}, world.now()));
  };
  const std::size_t fit = san::DesiredBounds::kLeaving / kInitiators;
  const Answer many = drained(fit + 1);
  EXPECT_EQ(many.refusal, Refusal::TooLarge) << many.text;
  EXPECT_THAT(many.text, testing::StartsWith("Hosts of many would have 16448 logical units that are about to go, "));
  EXPECT_EQ(drained(fit).what, Answer::What::Done);
}

}  // namespace
