// Users and agents by sanctl: what asks first, and what a refusal leaves behind.
#include <gtest/gtest.h>

#include "tests/unit/ctl/api_world.h"

namespace {

using ctl::Exit;
using ctl_test::ApiWorld;
using ctl_test::code;
using ctl_test::Ended;

struct Administration : testing::Test {
  ApiWorld api;
  void SetUp() override { api.logIn(); }
};

TEST_F(Administration, WhatCannotBeTakenBackAsksFirst) {
  for (const std::string line : {"user remove eva", "agent revoke web1 --reason sold"}) {
    EXPECT_EQ(api.run(line).exit, code(Exit::Usage)) << line;
    EXPECT_TRUE(api.asked.empty()) << line;
    api.terminal = true;
    api.typed = {"no"};
    EXPECT_EQ(api.run(line).exit, code(Exit::Usage)) << line;
    EXPECT_TRUE(api.asked.empty()) << line;
    api.typed = {"yes"};
    api.answer("{}");
    EXPECT_EQ(api.run(line).exit, 0) << line;
    api.terminal = false;
    api.answer("{}");
    EXPECT_EQ(api.run(line + " --yes").exit, 0) << line;
    EXPECT_EQ(api.asked.size(), 2U) << line;
    api.asked.clear();
  }
}

TEST_F(Administration, ARefusedCertificateLeavesNoKey) {
  api.problem(403, R"({"code": "right-missing"})");
  EXPECT_EQ(api.run("user certificate eva").exit, code(Exit::Denied));
  EXPECT_EQ(api.privateFiles.count("eva.key"), 0U);
  api.answer(R"({"certificate": "PEM", "serial": "1", "expires": 9})");
  const Ended again = api.run("user certificate eva");
  EXPECT_EQ(again.exit, 0) << again.err;
  EXPECT_EQ(api.privateFiles.count("eva.key"), 1U);
}

// Below `agent` are commands of both: those of an agent's socket, and those of the management server.
TEST_F(Administration, TheSocketOfAnAgentIsNotTheServers) {
  api.world.environment["SANCTL_AGENT_SOCKET"] = "/run/try/agent.sock";
  api.answer("{}");
  const Ended ended = api.run("agent revoke web1 --reason sold --yes");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  ASSERT_EQ(api.settings.size(), 1U);
  EXPECT_EQ(api.settings[0].socket, "");
}

}  // namespace
