// What a target shows, as a watch tells it, against this project's target.
#include "agent/attach/target_watch.h"

#include <gmock/gmock.h>

#include "tests/support/drive_until.h"
#include "tests/support/loop_server.h"

namespace attach {
namespace {

using support::LoopServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kHost = "iqn.2026-01.org.example:host";

target::UnitSetup unit(const std::string& id, std::uint8_t naa, const std::string& store = "memory:1M") {
  return LoopServer::unit(id, store, naa);
}
UnitSeen seen(std::uint32_t lun, std::uint8_t naa, std::uint64_t bytes = 1 << 20) {
  return {lun, std::string("naa.300000000000000") + std::to_string(naa), bytes, false};
}

class TargetWatchTest : public ::testing::Test {
 protected:
  TargetWatchTest() {
    TargetWatch::Hears hears;
    hears.units = [this](std::vector<UnitSeen> units) { told.push_back(std::move(units)); };
    hears.trouble = [this](const std::string& why) { troubles.push_back(why); };
    hears.opened = [this] { ++opened; };
    watch = std::make_unique<TargetWatch>(loop, kHost, LoopServer::kTarget, std::move(hears));
  }
  bool until(const std::function<bool()>& condition) {
    return support::driveUntil(loop, condition, std::chrono::seconds(20));
  }
  void begin() { watch->setPortals({server.portal().text()}); }
  std::vector<UnitSeen> last() { return told.empty() ? std::vector<UnitSeen>{} : told.back(); }

  net::Loop loop;
  LoopServer server{loop, {unit("a", 1), unit("b", 2)}};
  std::vector<std::vector<UnitSeen>> told;
  std::vector<std::string> troubles;
  int opened = 0;
  std::unique_ptr<TargetWatch> watch;
};

TEST_F(TargetWatchTest, tellsAllUnitsWithTheirNamesAndSizes) {
  begin();
  ASSERT_TRUE(until([&] { return !told.empty(); }));
  EXPECT_THAT(last(), ElementsAre(seen(0, 1), seen(1, 2)));
  EXPECT_EQ(watch->portal(), server.portal().text());
  ASSERT_NE(watch->agreed(), nullptr);
  EXPECT_EQ(watch->agreed()->identity.proof, iscsi::Proof::ClaimedName);
}

TEST_F(TargetWatchTest, aUnitThatComesAndOneThatGoesAreTold) {
  begin();
  ASSERT_TRUE(until([&] { return told.size() == 1; }));
  server.apply({unit("a", 1), unit("b", 2), unit("c", 3)});
  ASSERT_TRUE(until([&] { return told.size() == 2; }));
  EXPECT_THAT(last(), ElementsAre(seen(0, 1), seen(1, 2), seen(2, 3)));
  server.apply({unit("a", 1)});
  ASSERT_TRUE(until([&] { return told.size() == 3; }));
  EXPECT_THAT(last(), ElementsAre(seen(0, 1)));
}

TEST_F(TargetWatchTest, anotherUnitBehindALunIsTold) {
  begin();
  ASSERT_TRUE(until([&] { return told.size() == 1; }));
  server.apply({unit("a", 1), unit("other", 5)});
  ASSERT_TRUE(until([&] { return told.size() >= 2 && last().size() == 2 && last()[1] == seen(1, 5); }));
}

TEST_F(TargetWatchTest, anotherSizeIsTold) {
  begin();
  ASSERT_TRUE(until([&] { return told.size() == 1; }));
  ASSERT_TRUE(server.server().resize("b", 4096, block::Shrink::Refuse));
  ASSERT_TRUE(until([&] { return told.size() == 2; }));
  EXPECT_THAT(last(), ElementsAre(seen(0, 1), seen(1, 2, 4096 * 512)));
}

TEST_F(TargetWatchTest, aLostTargetIsTroubleOnceAndItsUnitsAreNotTakenBack) {
  begin();
  ASSERT_TRUE(until([&] { return told.size() == 1; }));
  server.stop();
  ASSERT_TRUE(until([&] { return troubles.size() >= 2; })) << "the end, and that nobody answers";
  EXPECT_THAT(last(), ElementsAre(seen(0, 1), seen(1, 2)));
  EXPECT_EQ(watch->agreed(), nullptr);
  server.start();
  ASSERT_TRUE(until([&] { return opened == 2; }));
  ASSERT_TRUE(until([&] { return watch->why().empty(); }));
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(TargetWatchTest, aRefusedLoginIsTroubleWithItsReasonAndTriedAgain) {
  server.admits = false;
  server.apply({unit("a", 1)});
  begin();
  ASSERT_TRUE(until([&] { return !troubles.empty(); }));
  EXPECT_THAT(troubles.front(), HasSubstr("the login was refused (without CHAP): "));
  EXPECT_THAT(told, IsEmpty());
  server.admits = true;
  server.apply({unit("a", 1)});
  ASSERT_TRUE(until([&] { return !told.empty(); }));
}

TEST_F(TargetWatchTest, aPortalThatDoesNotAnswerIsPassedOver) {
  watch->setPortals({"127.0.0.1:1", server.portal().text()});
  ASSERT_TRUE(until([&] { return !told.empty(); }));
  EXPECT_EQ(watch->portal(), server.portal().text());
}

TEST_F(TargetWatchTest, whereItsPortalIsTakenAwayItGoesToAnother) {
  begin();
  ASSERT_TRUE(until([&] { return opened == 1; }));
  watch->setPortals({"127.0.0.1:1"});
  ASSERT_TRUE(until([&] { return watch->agreed() == nullptr; }));
  begin();
  ASSERT_TRUE(until([&] { return opened == 2; }));
}

TEST_F(TargetWatchTest, aTargetThatShowsNothingIsToldAsSuch) {
  server.apply({});
  begin();
  ASSERT_TRUE(until([&] { return !told.empty(); }));
  EXPECT_THAT(last(), IsEmpty());
}

TEST(DesignatorOf, isTheWordOfTheModel) {
  block::RemoteLunFacts facts;
  for (const auto& [said, word] : std::vector<std::pair<std::string, std::string>>{
           {"NAA 6001", "naa.6001"}, {"EUI-64 12", "eui.12"}, {"T10 VENDOR x", "t10.VENDOR x"},
           {"name iqn.x", "iqn.x"},  {"serial number 7", "serial.7"}, {"", "unnamed"}}) {
    facts.identity = said;
    EXPECT_EQ(designatorOf(facts), word);
  }
}

}  // namespace
}  // namespace attach
