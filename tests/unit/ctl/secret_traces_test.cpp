// What sanctl frees holds no secret that it was given by the server, or keeps; none is made that could not be kept.
#include <gtest/gtest.h>

#include "tests/support/freed_memory.h"
#include "tests/unit/ctl/api_world.h"

namespace {

using ctl_test::ApiWorld;
using ctl_test::Ended;
using support::FreedMemory;

constexpr const char* kPlanted = "planted-4R7K-2M9Q-with-no-room-in-a-string-itself";
constexpr const char* kLogins = "/home/me/.config/sanctum/logins.json";

class SecretTraces : public testing::Test {
 protected:
  // An answer whose member is the planted secret.
  void answer(const std::string& member, const std::string& more) {
    api.answer("{\"" + member + "\": \"" + kPlanted + "\", " + more + "}");
  }
  // It comes to a good end and into that file, and is in nothing that was freed.
  void expectOnlyIn(const std::string& file, const std::string& line) {
    const FreedMemory freed(kPlanted);
    const Ended ended = api.run(line);
    EXPECT_EQ(freed.found(), 0U) << line;
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_NE(api.privateFiles[file].find(kPlanted), std::string::npos);
    EXPECT_EQ((ended.out + ended.err).find(kPlanted), std::string::npos);
  }

  ApiWorld api;
};

TEST_F(SecretTraces, NoneOfTheTokenOfALogin) {
  answer("token", R"("expires": 9, "who": {"user": "me", "roles": ["viewer"], "rights": [], "scope": []})");
  api.typed = {"a long password of mine"};
  expectOnlyIn(kLogins, "login --socket /run/x --user me --password-file -");
}

TEST_F(SecretTraces, NoneOfAStoredToken) {
  api.privateFiles[kLogins] =
      std::string(R"({"logins": [{"server": "https://san:3285", "authority": "PEM", "user": "me", "token": ")") +
      kPlanted + R"(", "expires": 9}]})";
  api.answer(R"({"version": "1", "initialised": true, "ready": true, "revision": 1, "oldest_revision": 1})");
  expectOnlyIn(kLogins, "status");
  ASSERT_EQ(api.asked.size(), 1U);
  EXPECT_EQ(api.asked[0].token, kPlanted);
}

TEST_F(SecretTraces, NoneOfTheFirstPassword) {
  answer("password", R"("user": "admin")");
  expectOnlyIn("password", "init admin --socket /run/x --password-out password");
}

TEST_F(SecretTraces, NoneOfATokenForScriptsOrOfAnInvitation) {
  answer("token", R"("expires": 9, "who": {})");
  expectOnlyIn("token", "token create t --socket /run/x --file token");
  answer("token", R"("expires": 9, "ca_fingerprint": "AA")");
  expectOnlyIn("invitation", "agent invite web1 --entity web1 --node iqn.x --socket /run/x --file invitation");
}

TEST(ShownSecret, IsNotAskedForWhereItsFileCannotBeWritten) {
  ApiWorld api;
  for (const char* line : {"init admin --socket /run/x --password-out /nowhere/p",
                           "init admin --socket /run/x --password-out p --fingerprint-out /nowhere/f",
                           "token create t --socket /run/x --file /nowhere/t",
                           "agent invite web1 --entity web1 --node iqn.x --socket /run/x --file /nowhere/i"}) {
    const Ended ended = api.run(line);
    EXPECT_EQ(ended.exit, 7) << line;
    EXPECT_NE(ended.err.find("nothing has been done"), std::string::npos) << ended.err;
    EXPECT_TRUE(api.asked.empty()) << line;
  }
}

}  // namespace
