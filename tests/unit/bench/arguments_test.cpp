#include "tests/bench/common/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ArgumentsTest : public ::testing::Test {
 protected:
  base::Result<std::vector<std::string>> parse(std::vector<std::string> line) {
    line.insert(line.begin(), "program");
    std::vector<char*> argv;
    for (std::string& word : line) argv.push_back(word.data());
    return Arguments("program", "VERB")
        .option("--count", count_, "how many")
        .option("--name", name_, "of what")
        .option("--rate", rate_, "how fast")
        .flag("--loud", loud_, "or not")
        .parse(static_cast<int>(argv.size()), argv.data());
  }
  unsigned count_ = 5;
  double rate_ = 0;
  std::string name_;
  bool loud_ = false;
};

TEST_F(ArgumentsTest, WordsOptionsAndFlagsMayStandInAnyOrder) {
  const auto words = parse({"--count", "12", "go", "--loud", "--name", "x y", "--rate", "0.5"});
  ASSERT_TRUE(words);
  EXPECT_THAT(*words, ElementsAre("go"));
  EXPECT_EQ(count_, 12U);
  EXPECT_EQ(name_, "x y");
  EXPECT_EQ(rate_, 0.5);
  EXPECT_TRUE(loud_);
}

TEST_F(ArgumentsTest, WhatIsNotGivenKeepsItsDefault) {
  ASSERT_TRUE(parse({"go"}));
  EXPECT_EQ(count_, 5U);
  EXPECT_FALSE(loud_);
}

TEST_F(ArgumentsTest, MistakesAreNamedWithTheUsage) {
  EXPECT_THAT(parse({"go", "--cuont", "1"}).error().text, HasSubstr("cannot use --cuont"));
  EXPECT_THAT(parse({"go", "--count", "12x"}).error().text, HasSubstr("cannot use --count"));
  EXPECT_THAT(parse({"go", "--count", "-1"}).error().text, HasSubstr("cannot use --count"));
  EXPECT_THAT(parse({"go", "--count"}).error().text, HasSubstr("--count VALUE  how many (5)"));
  EXPECT_THAT(parse({"--loud"}).error().text, HasSubstr("usage: program VERB"));
}

}  // namespace
}  // namespace bench
