#include "agent/registrar/esi_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace registrar {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using Due = EsiWatch::Due;

const net::Address kA = *net::Address::parse("10.0.1.1:3260");
const net::Address kB = *net::Address::parse("10.0.2.1:3260");
constexpr seconds kInterval{60};

struct EsiWatchTest : testing::Test {
  EsiWatch watch;
  base::TimePoint time{seconds(1000)};
  std::vector<PortalPresence> portals{{kA, 1}, {kB, 1}};

  void registers(seconds interval = kInterval) {
    watch.onRegistered(portals, watch.wantsInquiries() ? interval : seconds(0), time);
  }
  bool asked(const net::Address& portal) { return watch.onInquiry(isnsPortal(portal)); }
  bool lose(const std::vector<net::Address>& lost) {
    std::vector<isns::PortalAddress> all;
    for (const net::Address& one : lost) all.push_back(isnsPortal(one));
    return watch.onLost(all, time);
  }
  // As a server does that gets no answer.
  bool loseInTime(const std::vector<net::Address>& lost) {
    time += 2 * kInterval;
    return lose(lost);
  }
  void doWithout() {
    for (int i = 0; i < EsiWatch::kLosses; ++i) {
      registers();
      EXPECT_TRUE(loseInTime({kA, kB}));
    }
    EXPECT_FALSE(watch.wantsInquiries());
    registers();
  }
};

TEST_F(EsiWatchTest, afterTwoLossesInARowWithoutAnyInquiryItDoesWithout) {
  registers();
  EXPECT_TRUE(loseInTime({kA, kB}));
  EXPECT_TRUE(watch.wantsInquiries()) << "once may be chance";
  EXPECT_FALSE(watch.unheard());
  registers();
  EXPECT_TRUE(loseInTime({kA, kB}));
  EXPECT_FALSE(watch.wantsInquiries());
  ASSERT_TRUE(watch.unheard());
  EXPECT_THAT(watch.unheard()->portals, ElementsAre(kA, kB));
  EXPECT_EQ(watch.unheard()->again, time + hours(1));
}

TEST_F(EsiWatchTest, whereEveryPortalWasAskedAfterALossHasAnotherReason) {
  for (int i = 0; i < 5; ++i) {
    registers();
    asked(kA);
    asked(kB);
    EXPECT_FALSE(loseInTime({kA, kB}));
  }
  EXPECT_TRUE(watch.wantsInquiries());
}

TEST_F(EsiWatchTest, oneThatAllPortalsAreAskedAfterBetweenBeginsTheCountAnew) {
  registers();
  loseInTime({kA, kB});
  registers();
  asked(kA);
  asked(kB);
  loseInTime({kA, kB});
  registers();
  EXPECT_TRUE(loseInTime({kA, kB}));
  EXPECT_TRUE(watch.wantsInquiries());
}

TEST_F(EsiWatchTest, onePortalBehindAFirewallIsNamedThoughTheOtherIsAskedAfter) {
  for (int i = 0; i < EsiWatch::kLosses; ++i) {
    registers();
    asked(kA);
    EXPECT_TRUE(loseInTime({kB}));
  }
  EXPECT_FALSE(watch.wantsInquiries());
  EXPECT_THAT(watch.unheard()->portals, ElementsAre(kB));
}

TEST_F(EsiWatchTest, aPortalThatStayedDoesNotMakeALoss) {
  for (int i = 0; i < 5; ++i) {
    registers();
    asked(kA);
    EXPECT_FALSE(loseInTime({kA})) << "of the other one nothing was lost";
  }
}

TEST_F(EsiWatchTest, whatIsLostBeforeAnInquiryWasDueSaysNothing) {
  for (int i = 0; i < 5; ++i) {
    registers();
    time += kInterval;
    EXPECT_FALSE(lose({kA, kB}));
  }
  EXPECT_TRUE(watch.wantsInquiries());
}

TEST_F(EsiWatchTest, anInquiryThatNamesNoPortalIsAfterAll) {
  registers();
  watch.onInquiry(std::nullopt);
  EXPECT_FALSE(loseInTime({kA, kB}));
}

TEST_F(EsiWatchTest, withoutInquiriesALossIsNeverLaidToThem) {
  registers(seconds(0));
  EXPECT_FALSE(loseInTime({kA, kB}));
  doWithout();
  EXPECT_FALSE(loseInTime({kA, kB}));
}

TEST_F(EsiWatchTest, itTriesAgainAfterAnHourAndThenTwiceAsLongUpToADay) {
  doWithout();
  for (const int pause : {1, 2, 4, 8, 16, 24, 24}) {
    EXPECT_EQ(watch.nextDeadline(), watch.unheard()->again);
    const base::TimePoint begin = time;
    time = watch.nextDeadline() - seconds(1);
    EXPECT_EQ(watch.onTimer(time), Due::Nothing);
    time += seconds(1);
    EXPECT_EQ(watch.onTimer(time), Due::Register);
    EXPECT_EQ(time - begin, hours(pause)) << pause;
    EXPECT_TRUE(watch.wantsInquiries());
    EXPECT_EQ(watch.nextDeadline(), base::kNever) << "until it is registered";
    registers();
    EXPECT_EQ(watch.nextDeadline(), time + kInterval * 3 / 2) << "before the server would drop a portal";
    time = watch.nextDeadline();
    EXPECT_EQ(watch.onTimer(time), Due::Register);
    EXPECT_FALSE(watch.wantsInquiries());
    registers();
  }
}

TEST_F(EsiWatchTest, aLossIsLookedForAsSoonAsTheServerWouldHaveDroppedAPortal) {
  registers();
  asked(kA);
  EXPECT_EQ(watch.nextDeadline(), time + 2 * kInterval + seconds(5));
  time = watch.nextDeadline();
  EXPECT_EQ(watch.onTimer(time), Due::Look);
  EXPECT_EQ(watch.nextDeadline(), base::kNever) << "once";
  registers();
  asked(kA);
  asked(kB);
  EXPECT_EQ(watch.nextDeadline(), base::kNever) << "all are asked after";
}

TEST_F(EsiWatchTest, aTrialInWhichAllPortalsAreAskedAfterEndsIt) {
  doWithout();
  time = watch.nextDeadline();
  watch.onTimer(time);
  registers();
  EXPECT_FALSE(asked(kB));
  EXPECT_TRUE(asked(kA));
  EXPECT_FALSE(watch.unheard());
  EXPECT_EQ(watch.nextDeadline(), base::kNever);
  EXPECT_FALSE(asked(kA)) << "told once";
  doWithout();
  EXPECT_EQ(watch.unheard()->again, time + hours(1)) << "from the first pause on";
}

TEST_F(EsiWatchTest, aLossWithinATrialEndsItAtOnce) {
  doWithout();
  time = watch.nextDeadline();
  watch.onTimer(time);
  registers(seconds(10));
  time += seconds(15);
  EXPECT_TRUE(lose({kA, kB}));
  EXPECT_FALSE(watch.wantsInquiries());
  EXPECT_EQ(watch.unheard()->again, time + hours(2));
}

TEST_F(EsiWatchTest, aServerThatComesToMakeNoneIsNoTrouble) {
  doWithout();
  time = watch.nextDeadline();
  watch.onTimer(time);
  watch.onRegistered(portals, seconds(0), time);
  EXPECT_FALSE(watch.unheard());
  EXPECT_TRUE(watch.wantsInquiries());
}

TEST_F(EsiWatchTest, ofAnotherServerNothingIsKnown) {
  doWithout();
  watch.begin();
  EXPECT_TRUE(watch.wantsInquiries());
  EXPECT_FALSE(watch.unheard());
  EXPECT_EQ(watch.nextDeadline(), base::kNever);
}

}  // namespace
}  // namespace registrar
