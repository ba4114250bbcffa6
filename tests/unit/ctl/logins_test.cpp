// The logins that sanctl keeps: which of them a logout ends.
#include <gtest/gtest.h>

#include "tests/unit/ctl/api_world.h"

namespace {

using ctl::Exit;
using ctl_test::ApiWorld;
using ctl_test::code;
using ctl_test::Ended;

struct Logins : testing::Test {
  ApiWorld api;
  void SetUp() override { api.logIn(); }
  std::string stored() { return api.privateFiles["/home/me/.config/sanctum/logins.json"]; }
  bool hasToken() { return stored().find("T0KEN") != std::string::npos; }
};

TEST_F(Logins, ALogoutDropsTheTokenOnceTheServerHasEndedIt) {
  api.answer("", 204);
  const Ended ended = api.run("logout");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(ended.out, "Logged out of https://san:3285.\n");
  EXPECT_FALSE(hasToken());
  EXPECT_NE(stored().find("PEM"), std::string::npos) << "the pinned authority stays";
  EXPECT_EQ(api.run("logout").out, "There was no session any more.\n");
  EXPECT_EQ(api.asked.size(), 1U) << "there was nothing to ask for";
}

TEST_F(Logins, ALogoutDropsATokenThatTheServerDoesNotKnow) {
  for (const char* problem : {"token-ended", "login-needed"}) {
    api.logIn();
    api.problem(401, std::string(R"({"code": ")") + problem + "\"}");
    const Ended ended = api.run("logout");
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_EQ(ended.out, "There was no session any more.\n");
    EXPECT_FALSE(hasToken()) << problem;
  }
}

TEST_F(Logins, ALogoutThatDidNotReachTheServerOrWasForbiddenKeepsTheToken) {
  api.fail(Exit::Denied);  // a certificate of another authority
  EXPECT_EQ(api.run("logout").exit, code(Exit::Denied));
  EXPECT_TRUE(hasToken());
  api.problem(403, R"({"code": "right-missing"})");
  EXPECT_EQ(api.run("logout").exit, code(Exit::Denied));
  EXPECT_TRUE(hasToken());
  api.fail(Exit::Timeout);
  EXPECT_EQ(api.run("logout").exit, code(Exit::Timeout));
  EXPECT_TRUE(hasToken());
}

TEST_F(Logins, ALogoutEndsTheStoredSessionWhateverElseRequestsCarry) {
  api.world.environment["SANCTL_CERT"] = "/home/me/me.pem";
  api.privateFiles["/home/me/me.pem"] = "KEY";
  api.answer("", 204);
  EXPECT_EQ(api.run("logout").exit, 0);
  ASSERT_EQ(api.asked.size(), 1U);
  EXPECT_EQ(api.asked[0].token, "T0KEN");
  EXPECT_EQ(api.settings.back().certificate, "");
  EXPECT_FALSE(hasToken());
}

TEST_F(Logins, ALoginBesideAnotherKeepsBoth) {
  api.terminal = true;
  api.typed = {"secret"};
  api.meanwhile = [&] {
    api.privateFiles["/home/me/.config/sanctum/logins.json"] =
        R"({"logins": [{"server": "https://other:3285", "authority": "PEM", "user": "me", "token": "0THER", "expires": 9}]})";
  };
  api.answer(R"({"token": "FRE5H", "expires": 9})");
  const Ended ended = api.run("login --local --user me");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_NE(stored().find("0THER"), std::string::npos) << stored();
  EXPECT_LT(stored().find("0THER"), stored().find("FRE5H")) << "the last one is the current one";
  EXPECT_NE(stored().find("FRE5H"), std::string::npos) << stored();
}

TEST_F(Logins, ALogoutLeavesWhatWasLoggedInMeanwhile) {
  api.meanwhile = [&] {
    api.privateFiles["/home/me/.config/sanctum/logins.json"] =
        R"({"logins": [{"server": "https://other:3285", "authority": "PEM", "user": "me", "token": "0THER", "expires": 9},
                       {"server": "https://san:3285", "authority": "PEM", "user": "me", "token": "FRE5H", "expires": 9}]})";
  };
  api.answer("", 204);
  EXPECT_EQ(api.run("logout").exit, 0);
  EXPECT_NE(stored().find("0THER"), std::string::npos) << stored();
  EXPECT_NE(stored().find("FRE5H"), std::string::npos) << stored();
}

}  // namespace
