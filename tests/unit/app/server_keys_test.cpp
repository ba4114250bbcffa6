// The id of the server that began the audit log: without it the log's chain would be broken for ever.
#include "isns-server/app/server_keys.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/random_bytes.h"
#include "tests/support/scratch_folder.h"

namespace app {
namespace {

using testing::HasSubstr;

struct ServerKeysTest : testing::Test {
  base::Result<ServerKeys> open(const std::optional<std::string>& server) {
    return ServerKeys::open(folder.file("keys"), support::knownBytes(1), std::nullopt, server);
  }
  [[nodiscard]] bool isThere(const std::string& name) const {
    return std::filesystem::exists(folder.file("keys/" + name));
  }

  support::ScratchFolder folder;
};

TEST_F(ServerKeysTest, TheIdIsMadeWhereThereIsNoLog) {
  ASSERT_TRUE(open(std::nullopt));
  EXPECT_TRUE(isThere("server-id"));
}

TEST_F(ServerKeysTest, AMissingIdOfALogIsNotMadeAnew) {
  const std::string id = open(std::nullopt)->serverId;
  ASSERT_TRUE(open(id));
  std::filesystem::remove(folder.file("keys/server-id"));
  const auto refused = open(id);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("keys/server-id is missing"));
  EXPECT_FALSE(isThere("server-id"));
  // What the sentence says to do where there is no backup.
  const std::string words = "0x" + id + id;
  EXPECT_THAT(refused.error().text, HasSubstr("write " + words + " to that file"));
  std::ofstream(folder.file("keys/server-id")) << words << "\n";
  ASSERT_EQ(::chmod(folder.file("keys/server-id").c_str(), 0400), 0);
  const auto again = open(id);
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(again->serverId, id);
}

TEST_F(ServerKeysTest, AnotherIdThanTheLogsIsRefusedAndLeftAlone) {
  const std::string id = open(std::nullopt)->serverId;
  const auto refused = open(std::string(32, 'a'));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text, HasSubstr("is not the id of the server that began the audit log"));
  EXPECT_EQ(open(std::nullopt)->serverId, id);
}

TEST_F(ServerKeysTest, AFolderThatIsMissingIsNotMadeForALog) {
  EXPECT_FALSE(open(std::string(32, 'a')));
  EXPECT_FALSE(std::filesystem::exists(folder.file("keys")));
}

}  // namespace
}  // namespace app
