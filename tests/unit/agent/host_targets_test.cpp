// Which targets a host looks at, whatever a name server names.
#include "agent/app/host_targets.h"

#include <gmock/gmock.h>

namespace agent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

registrar::Peers peersOf(const std::vector<std::string>& names, bool cut = false) {
  registrar::Peers peers;
  for (const std::string& name : names) peers.list.push_back({name, "", {}});
  peers.cut = cut;
  return peers;
}

TEST(ChooseTargets, allOfThemWhereThereIsRoom) {
  const registrar::Peers peers = peersOf({"a", "b"});
  const ChosenTargets chosen = chooseTargets(peers, {}, {"b"}, 2);
  EXPECT_THAT(chosen.visible, ElementsAre("a", "b"));
  EXPECT_THAT(chosen.named, SizeIs(2));
  EXPECT_EQ(chosen.leftOut, 0U);
}

TEST(ChooseTargets, oneThatIsKnownIsNotDrivenOutByStrangers) {
  std::vector<std::string> names;
  for (int i = 0; i < 10'000; ++i) names.push_back("a" + std::to_string(i));
  names.emplace_back("known");
  const registrar::Peers peers = peersOf(names);
  const ChosenTargets chosen = chooseTargets(peers, {}, {"known"}, 256);
  EXPECT_THAT(chosen.visible, SizeIs(256));
  EXPECT_TRUE(chosen.visible.contains("known"));
  EXPECT_EQ(chosen.leftOut, 10'001U - 256U);
}

TEST(ChooseTargets, oneWhoseDiskIsThereComesBeforeThoseThatAreLookedAt) {
  const registrar::Peers peers = peersOf({"a", "b", "c"});
  const ChosenTargets chosen = chooseTargets(peers, {"c"}, {"a", "b"}, 2);
  EXPECT_THAT(chosen.visible, ElementsAre("a", "c"));
  EXPECT_EQ(chosen.leftOut, 1U);
}

TEST(ChooseTargets, oneThatIsNamedNoMoreIsNotVisible) {
  const registrar::Peers peers = peersOf({"a"});
  EXPECT_THAT(chooseTargets(peers, {"a"}, {"b"}, 9).visible, ElementsAre("a"));
  EXPECT_THAT(chooseTargets({}, {"a"}, {"b"}, 9).visible, IsEmpty());
}

TEST(ChooseTargets, anAnswerThatIsCutSaysNothingOfWhoIsMissing) {
  const registrar::Peers peers = peersOf({"a"}, true);
  const ChosenTargets chosen = chooseTargets(peers, {"b"}, {"c"}, 9);
  EXPECT_THAT(chosen.visible, ElementsAre("a", "b", "c"));
  ASSERT_THAT(chosen.named, SizeIs(1));
  EXPECT_EQ(chosen.named.front()->name, "a");
}

std::vector<registrar::PeerPortal> manyPortals(std::uint16_t count) {
  std::vector<registrar::PeerPortal> portals;
  for (std::uint16_t i = 0; i < count; ++i) {
    portals.push_back({*net::Address::parse("10.0.0.1:" + std::to_string(3000 + i), 0), 1});
  }
  return portals;
}

TEST(ChoosePaths, allPortalsWhereThereAreNoMoreThanPaths) {
  EXPECT_EQ(choosePaths(manyPortals(16), "10.0.0.1:3015", 16), manyPortals(16));
}

TEST(ChoosePaths, theFirstOfMore) {
  EXPECT_EQ(choosePaths(manyPortals(17), "", 16), manyPortals(16));
  EXPECT_EQ(choosePaths(manyPortals(17), "10.0.0.1:3015", 16), manyPortals(16));
  EXPECT_EQ(choosePaths(manyPortals(17), "10.0.0.9:3016", 16), manyPortals(16)) << "a redirection is no portal of it";
}

TEST(ChoosePaths, theOneWhereTheHostIsLetInIsAmongThem) {
  EXPECT_THAT(textsOf(choosePaths(manyPortals(200), "10.0.0.1:3199", 2)),
              ElementsAre("10.0.0.1:3000", "10.0.0.1:3199"));
}

}  // namespace
}  // namespace agent
