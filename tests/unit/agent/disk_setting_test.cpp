// What disk.configure says, checked; and the commands of a disk process.
#include "agent/app/disk_setting.h"

#include <gmock/gmock.h>

namespace agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct DiskSettingTest : testing::Test {
  // A line of disk.configure with these arguments behind target and LUN.
  base::Result<DiskSetting, control::Refusal> read(const std::string& more) {
    auto request = control::parseRequest(
        R"({"v":1,"id":1,"command":"disk.configure","arguments":{"target":"iqn.2026-01.ORG.example:a","lun":7)" + more +
            "}}",
        control::diskCommandTable());
    EXPECT_TRUE(request) << request.error().refusal.text;
    arguments = std::move(request->arguments);
    return readDiskSetting(arguments, "iqn.2026-01.org.example:host", *std::pmr::new_delete_resource());
  }
  std::string mistake(const std::string& more) {
    const auto setting = read(more);
    return setting ? "none" : setting.error().text;
  }
  control::Arguments arguments;
};

TEST_F(DiskSettingTest, TakesPortalsInTheirUsualSpellingAndEachOnce) {
  const auto setting = read(R"(,"portals":["10.0.0.1","[::1]:3261","10.0.0.1:3260"],"policy":"lowest-latency")");
  ASSERT_TRUE(setting) << setting.error().text;
  EXPECT_THAT(setting->portals, ElementsAre("10.0.0.1:3260", "[::1]:3261"));
  EXPECT_EQ(setting->policy, block::PathPolicy::LowestLatency);
  EXPECT_EQ(setting->name(), "iqn.2026-01.org.example:a/7");
  EXPECT_EQ(setting->parameters.login, nullptr);
}

TEST_F(DiskSettingTest, SecretsAreTakenAndWipedInTheRequest) {
  const auto setting =
      read(R"(,"portals":["10.0.0.1"],"user":"u","secret":"hush","target_user":"t","target_secret":"psst")");
  ASSERT_TRUE(setting) << setting.error().text;
  EXPECT_EQ(base::asText(setting->parameters.login->secret.reveal()), "hush");
  EXPECT_EQ(base::asText(setting->parameters.login->targetSecret.reveal()), "psst");
  EXPECT_EQ(arguments.text("secret"), std::string(4, '\0'));
  EXPECT_EQ(arguments.text("target_secret"), std::string(4, '\0'));
}

TEST_F(DiskSettingTest, MistakesAreNamedWithoutTheSecretAndItIsWiped) {
  EXPECT_THAT(mistake(R"(,"portals":[])"), HasSubstr("there must be one"));
  EXPECT_THAT(mistake(R"(,"portals":["10.0.0.1:99999"])"), HasSubstr("10.0.0.1:99999"));
  EXPECT_THAT(mistake(R"(,"portals":["10.0.0.1"],"policy":"best")"), HasSubstr("round-robin"));
  EXPECT_THAT(mistake(R"(,"portals":["10.0.0.1"],"target_user":"t","target_secret":"hush")"),
              HasSubstr("user is missing"));
  EXPECT_EQ(arguments.text("target_secret"), std::string(4, '\0'));
  const std::string said = mistake(R"(,"portals":["10.0.0.1"],"secret":"hush")");
  EXPECT_THAT(said, HasSubstr("go together"));
  EXPECT_THAT(said, testing::Not(HasSubstr("hush")));
}

TEST_F(DiskSettingTest, ARunningDiskStaysTheDiskThatItIs) {
  const auto now = read(R"(,"portals":["10.0.0.1"],"unit":"naa.1")");
  ASSERT_TRUE(now);
  EXPECT_EQ(whyNotBecome(*now, read(R"(,"portals":["10.0.0.2"])").value()), std::nullopt);
  EXPECT_THAT(*whyNotBecome(*now, read(R"(,"portals":["10.0.0.1"],"unit":"naa.2")").value()), HasSubstr("naa.1"));
  // Whether it may be written the target says; a disk that runs is not refused its orders for that.
  EXPECT_EQ(whyNotBecome(*now, read(R"(,"portals":["10.0.0.1"],"read_only":true)").value()), std::nullopt);
}

TEST_F(DiskSettingTest, AnAgentAndADiskDoNotTakeEachOthersCommands) {
  EXPECT_FALSE(control::parseRequest(R"({"v":1,"id":1,"command":"disk.status"})"));
  EXPECT_FALSE(control::parseRequest(R"({"v":1,"id":1,"command":"units"})", control::diskCommandTable()));
  EXPECT_TRUE(control::parseRequest(R"({"v":1,"id":1,"command":"disk.status","arguments":{"since":3,"wait":60}})",
                                    control::diskCommandTable()));
}

}  // namespace
}  // namespace agent
