#include "agent/app/enrolment_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "tests/support/random_bytes.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/agent/enrolled.h"

namespace agent {
namespace {

struct FolderTest : testing::Test {
  support::ScratchFolder scratch;
  std::string path = scratch.path().string() + "/management";
  ManagementFolder folder{path};
  base::RandomSource random = support::knownBytes();

  Enrolment enrolment() { return agent_test::enrolled(random); }
  static mode_t modeOf(const std::string& name) {
    struct stat facts {};
    return ::stat(name.c_str(), &facts) == 0 ? facts.st_mode & 0777 : 0;
  }
};

TEST_F(FolderTest, anEnrolmentIsReadAsItWasKept) {
  EXPECT_FALSE(*folder.load()) << "nothing is there";
  const Enrolment kept = enrolment();
  ASSERT_TRUE(folder.save(kept, random).ok());
  const auto read = folder.load();
  ASSERT_TRUE(read.ok() && read->has_value());
  EXPECT_EQ((*read)->servers, kept.servers);
  EXPECT_EQ((*read)->since, 1234);
  EXPECT_EQ((*read)->identity.name, "store");
  EXPECT_EQ((*read)->identity.nodes, std::vector<std::string>{std::string(agent_test::kTarget)});
  EXPECT_EQ((*read)->link->key.publicFingerprint(), kept.link->key.publicFingerprint());
  EXPECT_EQ((*read)->link->roots[0], kept.link->roots[0]);
  EXPECT_EQ(modeOf(path), 0700U);
  EXPECT_EQ(modeOf(path + "/enrolment.json"), 0600U);
}

TEST_F(FolderTest, theFirstEnrolmentKeepsNothingOfAnEarlierOne) {
  ASSERT_TRUE(folder.save(enrolment(), random).ok());
  ASSERT_TRUE(folder.saveState(agent_test::kDesiredText, 55, random).ok());
  ASSERT_TRUE(folder.saveLastWord(77).ok());
  BreakGlass glass;
  glass.rules.emplace_back().last = {"iqn.t", "iqn.i", "allow", "a reason", 1000, 77};
  ASSERT_TRUE(folder.saveGlass(glass).ok());
  ASSERT_TRUE(folder.save(enrolment(), random).ok()) << "a renewal";
  EXPECT_EQ(folder.loadGlass()->rules.size(), 1U);
  ASSERT_EQ(::unlink((path + "/enrolment.json").c_str()), 0) << "as by who leaves and is killed";
  ASSERT_TRUE(folder.begin(enrolment(), random).ok());
  EXPECT_TRUE((*folder.load()).has_value());
  EXPECT_TRUE(folder.loadGlass()->rules.empty());
  EXPECT_FALSE(*folder.loadLastWord());
  EXPECT_FALSE(*folder.loadState(std::pmr::get_default_resource()));
}

TEST_F(FolderTest, aSealingKeyThatIsLostOrDamagedIsMadeAnewForTheNextState) {
  ASSERT_TRUE(folder.save(enrolment(), random).ok());
  ASSERT_TRUE(folder.saveState(agent_test::kDesiredText, 55, random).ok());
  const std::string key = path + "/seal.key";
  EXPECT_EQ(modeOf(key), 0400U);
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{31}, std::size_t{33}}) {
    ASSERT_EQ(::unlink(key.c_str()), 0);
    if (bytes != 0) std::ofstream(key) << std::string(bytes, 'x');
    EXPECT_FALSE(folder.loadState(std::pmr::get_default_resource()).ok()) << bytes;
    ASSERT_TRUE(folder.saveState(agent_test::kDesiredText, 56, random).ok()) << bytes;
    const auto state = folder.loadState(std::pmr::get_default_resource());
    ASSERT_TRUE(state.ok() && state->has_value()) << bytes;
    EXPECT_EQ((*state)->appliedAt, 56);
    EXPECT_EQ(modeOf(key), 0400U);
  }
}

TEST_F(FolderTest, aDamagedEnrolmentIsTold) {
  ASSERT_TRUE(folder.save(enrolment(), random).ok());
  std::ofstream(path + "/enrolment.json") << R"({"server": "one:1"})";
  const auto read = folder.load();
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().text, path + "/enrolment.json: something is missing in it");
}

TEST_F(FolderTest, aStateIsSealedAndOpensOnlyWhole) {
  EXPECT_FALSE(*folder.loadState(std::pmr::get_default_resource()));
  ASSERT_TRUE(folder.save(enrolment(), random).ok());
  ASSERT_TRUE(folder.saveState(agent_test::kDesiredText, 55, random).ok());
  const auto state = folder.loadState(std::pmr::get_default_resource());
  ASSERT_TRUE(state.ok() && state->has_value());
  EXPECT_EQ((*state)->state.revision, 7U);
  EXPECT_EQ((*state)->appliedAt, 55);
  const std::string name = path + "/desired.sealed";
  std::ifstream file(name, std::ios::binary);
  const std::string sealed{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(sealed.find("revision"), std::string::npos);
  for (const std::size_t place : {std::size_t{0}, std::size_t{8}, std::size_t{12}, sealed.size() - 1}) {
    std::string changed = sealed;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    std::ofstream(name, std::ios::binary) << changed;
    EXPECT_FALSE(folder.loadState(std::pmr::get_default_resource()).ok()) << place;
  }
  std::ofstream(name, std::ios::binary) << sealed.substr(0, 20);
  EXPECT_FALSE(folder.loadState(std::pmr::get_default_resource()).ok());
}

TEST_F(FolderTest, anotherKeyOpensNothing) {
  ASSERT_TRUE(folder.save(enrolment(), random).ok());
  ASSERT_TRUE(folder.saveState(agent_test::kDesiredText, 55, random).ok());
  ASSERT_EQ(::unlink((path + "/seal.key").c_str()), 0);
  EXPECT_FALSE(folder.loadState(std::pmr::get_default_resource()).ok()) << "without a key";
  std::ofstream(path + "/seal.key") << std::string(32, 'x');
  EXPECT_FALSE(folder.loadState(std::pmr::get_default_resource()).ok()) << "with another";
  ASSERT_TRUE(folder.removeAll().ok());
  EXPECT_FALSE(*folder.load());
  EXPECT_FALSE(*folder.loadState(std::pmr::get_default_resource()));
}

TEST_F(FolderTest, theLastWordIsReadAsItWasKeptAndGoesWithTheRest) {
  EXPECT_FALSE(*folder.loadLastWord()) << "it was never kept";
  ASSERT_TRUE(folder.save(enrolment(), random).ok());
  ASSERT_TRUE(folder.saveLastWord(1'800'000'123).ok());
  EXPECT_EQ(**folder.loadLastWord(), 1'800'000'123);
  EXPECT_EQ(modeOf(path + "/last-word.json"), 0600U);
  ASSERT_TRUE(folder.removeAll().ok());
  EXPECT_FALSE(*folder.loadLastWord());
}

TEST_F(FolderTest, aLastWordThatIsNoNumberIsAnError) {
  ASSERT_TRUE(folder.save(enrolment(), random).ok());
  std::ofstream(path + "/last-word.json") << R"({"heard": "yesterday"})";
  EXPECT_FALSE(folder.loadLastWord().ok());
}

}  // namespace
}  // namespace agent
