#include "isns-server/ctl/command_line.h"

#include <gtest/gtest.h>

#include <set>

#include "isns-server/ctl/isns_lists.h"
#include "shared/isns/attributes.h"
#include "tests/unit/ctl/scripted_run.h"

namespace {

using ctl::Exit;
using ctl_test::code;
using ctl_test::Ended;
using ctl_test::kTables;
using ctl_test::World;

Ended run(const std::string& line) { return World().run(line); }

TEST(CommandLine, SuggestsTheNearestCommandOptionAndValue) {
  EXPECT_EQ(run("isns lisst nodes").err, "sanctl: unknown command: \"lisst\"; did you mean \"list\"?\n");
  EXPECT_EQ(run("isms").err, "sanctl: unknown command: \"isms\"; did you mean \"isns\"?\n");
  EXPECT_EQ(run("isns dd creat x").err, "sanctl: unknown command: \"creat\"; did you mean \"create\"?\n");
  EXPECT_EQ(run("isns list nodes --sever h").err, "sanctl: unknown option: \"--sever\"; did you mean \"--server\"?\n");
  EXPECT_EQ(run("--control isns list nodes").err,
            "sanctl: option too early: \"--control\"; it stands behind \"isns\"\n");
  EXPECT_EQ(run("isns --limit=3 list nodes").err,
            "sanctl: option too early: \"--limit=3\"; it stands behind \"isns list\"\n");
  EXPECT_EQ(run("isns list --lmit=3 nodes").err, "sanctl: unknown option: \"--lmit=3\"; did you mean \"--limit\"?\n");
  EXPECT_EQ(run("isns list nodees").err, "sanctl: TYPE: unknown value \"nodees\"; did you mean \"nodes\"?\n");
  EXPECT_EQ(run("isns list nodes --output xml").err,
            "sanctl: --output: unknown value \"xml\"; known: table, json, csv\n");
  EXPECT_EQ(run("isns query --get iscsi_nam").err,
            "sanctl: unknown field: \"iscsi_nam\"; did you mean \"iscsi_name\"?\n");
  EXPECT_EQ(run("frobnicate").err, "sanctl: unknown command: \"frobnicate\"; see sanctl --help\n");
}

TEST(CommandLine, EndsWithTheUsageCodeWhereTheLineIsWrong) {
  for (const char* line :
       {"", "isns", "isns lsit", "isns list", "isns list nodse", "isns list nodes more", "isns list nodes --limit",
        "isns list nodes --limit 0", "isns dd add 1", "isns query --key nothing", "isns ping --timeout 0",
        "isns ping --timeout soon", "isns show node not/a/name\xff", "isns register", "isns deregister"}) {
    const Ended ended = run(line);
    EXPECT_EQ(ended.exit, code(Exit::Usage)) << line << ": " << ended.err;
    EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << line << ": " << ended.err;
    EXPECT_TRUE(ended.out.empty()) << line;
  }
}

TEST(CommandLine, SaysWhatIsMissingAndHowTheLineGoes) {
  EXPECT_EQ(run("isns dd add backup").err,
            "sanctl: isns dd add: MEMBER is missing; usage: sanctl isns dd add DOMAIN MEMBER...\n");
  EXPECT_EQ(run("isns dd").err, "sanctl: isns dd: a command is missing; see sanctl isns dd --help\n");
}

TEST(CommandLine, TakesOptionsOfTheGroupBeforeAndAfterTheCommand) {
  for (const char* line :
       {"isns --server other --udp ping", "isns ping --udp --server other", "isns ping --server=other --udp"}) {
    World world;
    world.script.answer("", "");
    EXPECT_EQ(world.run(line).exit, 0) << line;
    ASSERT_EQ(world.script.settings.size(), 1U);
    EXPECT_EQ(world.script.settings[0].server, "other") << line;
    EXPECT_TRUE(world.script.settings[0].udp) << line;
  }
}

TEST(CommandLine, TakesWordsThatAreNamesOfCommandsAsValues) {
  World world;
  world.script.answer("", "dd_id=4 dd_name=list");
  EXPECT_EQ(world.run("isns dd create list").exit, 0);
  EXPECT_EQ(world.script.asked.at(0), "DDReg | dd_name=list");
}

TEST(CommandLine, TakesOptionsFromTheEnvironmentUnlessTheyAreGiven) {
  World world;
  world.environment = {{"SANCTL_ISNS_SERVER", "fromenv"}, {"SANCTL_ISNS_SOURCE", "iqn.2001-04.com.example:env"}};
  world.script.answer("", "");
  world.script.answer("", "");
  EXPECT_EQ(world.isns("ping").exit, 0);
  EXPECT_EQ(world.script.settings.at(0).server, "fromenv");
  EXPECT_EQ(ctl_test::words(world.script.settings[0].source), "iscsi_name=iqn.2001-04.com.example:env");
  EXPECT_EQ(world.isns("ping --server given --source iqn.2001-04.com.example:given").exit, 0);
  EXPECT_EQ(world.script.settings.at(1).server, "given");
  EXPECT_EQ(ctl_test::words(world.script.settings[1].source), "iscsi_name=iqn.2001-04.com.example:given");
}

TEST(CommandLine, PrintsHelpForEveryCommandWithItsExamples) {
  for (const ctl::CommandTable table : kTables) {
    for (const ctl::Command& command : table) {
      for (const char* flag : {" --help", " -h"}) {
        const Ended ended = run(std::string(command.path) + flag);
        EXPECT_EQ(ended.exit, 0) << command.path << ended.err;
        EXPECT_NE(ended.out.find(command.summary), std::string::npos) << command.path;
        for (const ctl::Example& example : command.examples) {
          EXPECT_NE(ended.out.find(example.line), std::string::npos) << example.line;
        }
        EXPECT_NE(ended.out.find("exit codes:"), std::string::npos) << command.path;
      }
    }
  }
  EXPECT_EQ(run("--version").out.substr(0, 7), "sanctl ");
}

TEST(CommandLine, PrintsHelpEvenWhereArgumentsAreMissing) { EXPECT_EQ(run("isns dd add --help").exit, 0); }

TEST(CommandTable, GivesEveryCommandAGroupAndExamplesThatParse) {
  std::set<std::string_view> paths;
  for (const ctl::CommandTable table : kTables) {
    for (const ctl::Command& command : table) {
      EXPECT_TRUE(paths.insert(command.path).second) << command.path;
      EXPECT_FALSE(command.summary.empty()) << command.path;
      for (const ctl::Command* group : ctl::groupsOf(kTables, command)) {
        ASSERT_NE(group, nullptr) << command.path;
        EXPECT_EQ(group->handler, nullptr) << command.path;
      }
      if (command.path.starts_with("isns ") || command.path.starts_with("iscsi ")) {
        EXPECT_GE(command.examples.size(), 2U) << command.path;
      }
      for (const ctl::Example& example : command.examples) {
        std::vector<std::string> words = ctl_test::split(std::string(example.line));
        if (words[0] != "sanctl") continue;
        words.erase(words.begin());
        for (const char* shell : {">", "|"}) words.erase(std::find(words.begin(), words.end(), shell), words.end());
        World world;
        std::ostringstream out;
        const auto line = ctl::parseLine(words, world.context(out, out));
        EXPECT_TRUE(line) << example.line << ": " << (line ? "" : oneLine(line.error()));
      }
    }
  }
}

// An option of `register` that is no object stands for the field of its name.
TEST(CommandTable, NamesTheAttributeOptionsOfRegisterAsTheirFields) {
  const std::set<std::string_view> objects = {"--node",    "--target",    "--initiator",   "--portal", "--portal-group",
                                              "--fc-port", "--fc-device", "--message-key", "--attr",   "--replace"};
  for (const ctl::Option& option : ctl::findCommand(kTables, "isns register")->options) {
    if (objects.contains(option.name)) continue;
    std::string field(option.name.substr(2));
    std::replace(field.begin(), field.end(), '-', '_');
    EXPECT_NE(isns::findAttributeByField(field), nullptr) << option.name;
  }
}

TEST(CommandTable, OffersTheKindsOfListThatThereAre) {
  const auto choices = ctl::findCommand(kTables, "isns list")->positionals[0].choices;
  const auto kinds = ctl::listWords();
  EXPECT_EQ(std::vector<std::string_view>(choices.begin(), choices.end()),
            std::vector<std::string_view>(kinds.begin(), kinds.end()));
}

}  // namespace
