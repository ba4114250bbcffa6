#include "isns-server/app/arguments.h"

#include <gtest/gtest.h>

namespace {

using app::parseArguments;
using program::Verb;

std::string mistake(const std::vector<std::string>& words) {
  const auto parsed = parseArguments(words);
  return parsed ? "none" : parsed.error().text;
}

TEST(Arguments, ServeFromTheUsualFileWhereNothingIsSaid) {
  const auto parsed = parseArguments({});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->verb, Verb::Serve);
  EXPECT_EQ(parsed->source.path, app::kDefaultConfigPath);
  EXPECT_TRUE(parsed->source.mayBeMissing);
}

TEST(Arguments, TakeOptionsBeforeAndBehindTheVerb) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--config", "f", "--set", "a=1", "backup", "b", "--set=c=2"},
        std::vector<std::string>{"backup", "--config=f", "--set", "a=1", "b", "--set", "c=2"}}) {
    const auto parsed = parseArguments(words);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(parsed->verb, Verb::File);
    EXPECT_EQ(parsed->fileVerb, static_cast<std::size_t>(app::FileVerb::Backup));
    EXPECT_EQ(parsed->file, "b");
    EXPECT_EQ(parsed->source.path, "f");
    EXPECT_FALSE(parsed->source.mayBeMissing);
    EXPECT_EQ(parsed->source.overrides, (std::vector<std::string>{"a=1", "c=2"}));
  }
}

TEST(Arguments, GiveHelpWhateverElseThereIs) {
  EXPECT_EQ(parseArguments({"backup", "--help"})->verb, Verb::Help);
  EXPECT_EQ(parseArguments({"-h", "--nonsense"})->verb, Verb::Help);
  EXPECT_EQ(parseArguments({"--version"})->verb, Verb::Version);
}

TEST(Arguments, AreRefusedWithWhatWasMeant) {
  EXPECT_EQ(mistake({"restor", "f"}), "unknown command \"restor\"; did you mean \"restore\"?");
  EXPECT_EQ(mistake({"--confg", "f"}), "unknown option \"--confg\"; did you mean \"--config\"?");
  EXPECT_EQ(mistake({"verify"}), "the FILE is missing; see isns-server --help");
  EXPECT_EQ(mistake({"verify", "a", "b"}), "one word too many: \"b\"; see isns-server --help");
  EXPECT_EQ(mistake({"--check-config", "verify", "a"}), "one command too many: \"verify\"; see isns-server --help");
  EXPECT_EQ(mistake({"--config"}), "a value is missing after \"--config\"; see isns-server --help");
}

}  // namespace
