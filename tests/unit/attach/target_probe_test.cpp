// A login for evidence, and the question which targets there are, against this project's target.
#include "agent/attach/target_probe.h"

#include <gmock/gmock.h>

#include "agent/attach/portal_question.h"
#include "tests/support/drive_until.h"
#include "tests/support/loop_server.h"

namespace attach {
namespace {

using support::LoopServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kHost = "iqn.2026-01.org.example:host";

class TargetProbeTest : public ::testing::Test {
 protected:
  ProbeMet met(std::vector<std::string> portals) {
    std::optional<ProbeMet> result;
    TargetProbe probe(loop, {kHost, LoopServer::kTarget, std::move(portals), {}},
                      [&](ProbeMet one) { result = std::move(one); });
    EXPECT_TRUE(support::driveUntil(
        loop, [&] { return result.has_value(); }, std::chrono::seconds(20)));
    return result.value_or(ProbeMet{});
  }
  net::Loop loop;
  LoopServer server{loop, {LoopServer::unit("a", "memory:1M", 1), LoopServer::unit("b", "memory:1M", 2)}};
};

TEST_F(TargetProbeTest, listsTheUnitsAndLeavesNoSession) {
  const ProbeMet found = met({"127.0.0.1:1", server.portal().text()});
  EXPECT_EQ(found.outcome, LoginMet::In) << found.why;
  ASSERT_EQ(found.units.size(), 2U);
  EXPECT_EQ(found.units[1].designator, "naa.3000000000000002");
  EXPECT_THAT(server.server().sessions(), IsEmpty()) << "it has logged out";
}

TEST_F(TargetProbeTest, aRefusalIsTheTargetsWordThoughAnotherPortalIsSilent) {
  server.admits = false;
  server.apply({LoopServer::unit("a", "memory:1M", 1)});
  const ProbeMet found = met({server.portal().text(), "127.0.0.1:1"});
  EXPECT_EQ(found.outcome, LoginMet::Refused);
  EXPECT_THAT(found.why, HasSubstr("the login was refused"));
}

TEST_F(TargetProbeTest, whereNothingAnswersItIsUnreachable) {
  const ProbeMet found = met({"127.0.0.1:1"});
  EXPECT_EQ(found.outcome, LoginMet::Unreachable);
  EXPECT_THAT(found.why, HasSubstr("127.0.0.1:1: "));
}

TEST_F(TargetProbeTest, anEndInTheMiddleLeavesNothing) {
  bool called = false;
  {
    TargetProbe probe(loop, {kHost, LoopServer::kTarget, {server.portal().text()}, {}},
                      [&](const ProbeMet&) { called = true; });
    ASSERT_TRUE(support::driveUntil(
        loop, [&] { return !server.server().sessions().empty(); }, std::chrono::seconds(20)));
  }
  ASSERT_TRUE(support::driveUntil(
      loop, [&] { return server.server().sessions().empty(); }, std::chrono::seconds(20)));
  EXPECT_FALSE(called);
}

TEST_F(TargetProbeTest, aPortalThatIsAskedTellsOfItsTargets) {
  std::optional<PortalQuestion::Told> told;
  PortalQuestion question(loop, kHost, server.portal().text(), std::nullopt,
                          [&](PortalQuestion::Told one) { told.emplace(std::move(one)); });
  ASSERT_TRUE(support::driveUntil(
      loop, [&] { return told.has_value(); }, std::chrono::seconds(20)));
  ASSERT_TRUE(told->ok()) << told->error().text;
  ASSERT_EQ((*told)->size(), 1U);
  EXPECT_EQ((**told)[0].name, LoopServer::kTarget);
  EXPECT_THAT((**told)[0].addresses, ElementsAre(server.portal().text() + ",1"));
}

TEST_F(TargetProbeTest, aPortalThatIsNotThereGivesAReason) {
  std::optional<PortalQuestion::Told> told;
  PortalQuestion question(loop, kHost, "127.0.0.1:1", std::nullopt,
                          [&](PortalQuestion::Told one) { told.emplace(std::move(one)); });
  ASSERT_TRUE(support::driveUntil(
      loop, [&] { return told.has_value(); }, std::chrono::seconds(20)));
  ASSERT_FALSE(told->ok());
  EXPECT_FALSE(told->error().text.empty());
}

}  // namespace
}  // namespace attach
