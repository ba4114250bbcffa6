// What a target shows, as a watch tells it, against this project's target.
#include "agent/attach/target_watch.h"

#include <gmock/gmock.h>

#include "tests/support/drive_until.h"
#include "tests/support/loop_server.h"
#include "tests/unit/initiator/loop_target.h"

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

// One unit at LUN 1 of a target that answers what the test wants.
TEST_F(TargetWatchTest, aUnitThatHasNoTimeToSayWhatItIsIsStillThere) {
  initiator_test::LoopTarget target(loop);
  bool busy = false;
  int looks = 0;
  target.onCommand = [&](const iscsi::ScsiCommand& command) -> initiator_test::Answer {
    const auto& cdb = command.cdb;
    const bool reports = cdb[0] == 0xa0;
    looks += reports ? 1 : 0;
    if (reports) return {0, {}, base::Bytes{0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}};
    if (busy) return {8, {}, {}};
    if (cdb[0] == 0x12 && cdb[1] == 0) return {0, {}, base::Bytes(36)};
    if (cdb[0] == 0x12 && cdb[2] == 0x00) return {0, {}, {0, 0, 0, 1, 0x80}};
    if (cdb[0] == 0x12) return {0, {}, {0, 0x80, 0, 1, '7'}};
    if (cdb[0] == 0x25) return {0, {}, {0, 0, 0x07, 0xff, 0, 0, 2, 0}};
    if (cdb[0] == 0x1a) return {0, {}, {3, 0, 0, 0}};
    return cdb[0] == 0x00 ? initiator_test::Answer{} : initiator_test::Answer{2, {0x72, 5, 0x20, 0}, {}};
  };
  TargetWatch::Hears hears;
  hears.units = [this](std::vector<UnitSeen> units) { told.push_back(std::move(units)); };
  hears.trouble = [](const std::string&) {};
  hears.opened = [this] { ++opened; };
  TargetWatch other(loop, kHost, std::string(iscsi_test::kTargetName), std::move(hears));
  other.setPortals({target.portal()});
  ASSERT_TRUE(until([&] { return told.size() == 1; }));
  EXPECT_THAT(last(), ElementsAre(UnitSeen{1, "serial.7", 1 << 20, false}));
  busy = true;
  other.setPortals({"127.0.0.1:1"});  // its session ends, and with it what is known
  ASSERT_TRUE(until([&] { return other.agreed() == nullptr; }));
  other.setPortals({target.portal()});
  ASSERT_TRUE(until([&] { return opened == 2; }));
  looks = 0;
  ASSERT_TRUE(until([&] {  // two: the first one is over
    other.lookNow();
    return looks == 2;
  }));
  EXPECT_EQ(told.size(), 1U) << "nothing has changed";
}

base::Bytes bytesOf(std::string_view text) { return {text.begin(), text.end()}; }

// A designator of the unit, and a page 83 of some.
std::string designator(char codeSet, char type, std::string_view bytes) {
  return std::string{codeSet, type, 0, static_cast<char>(bytes.size())} + std::string(bytes);
}
base::Bytes page83(const std::string& designators) {
  return bytesOf(std::string{0, '\x83', 0, static_cast<char>(designators.size())} + designators);
}

TEST(DesignatorOf, isTheWordOfTheModel) {
  using std::string_view_literals::operator""sv;
  for (const auto& [type, bytes, word] :
       std::vector<std::tuple<char, std::string_view, std::string>>{{3, "\x60\x01"sv, "naa.6001"},
                                                                    {2, "\x12"sv, "eui.12"},
                                                                    {1, "VENDOR x"sv, "t10.VENDOR x"},
                                                                    {8, "iqn.x"sv, "iqn.x"}}) {
    block::RemoteLunFacts facts;
    block::noteDesignators(facts, page83(designator(1, type, bytes)));
    EXPECT_EQ(designatorOf(facts), word);
    EXPECT_THAT(facts.designators, ElementsAre(word)) << "by which a disk proves itself";
  }
  block::RemoteLunFacts facts;
  EXPECT_EQ(designatorOf(facts), "unnamed");
  block::noteSerial(facts, base::Bytes{0, 0x80, 0, 1, '7'});
  EXPECT_EQ(designatorOf(facts), "serial.7");
  EXPECT_THAT(facts.designators, ElementsAre("serial.7"));
}

TEST(DesignatorOf, isTheBestOfSeveral) {
  block::RemoteLunFacts facts;
  block::noteDesignators(facts, page83(designator(2, 1, "VENDOR x") + designator(1, 3, "\x60\x01")));
  EXPECT_THAT(facts.designators, ElementsAre("naa.6001", "t10.VENDOR x"));
  EXPECT_EQ(facts.identity, "NAA 6001");
}

}  // namespace
}  // namespace attach
