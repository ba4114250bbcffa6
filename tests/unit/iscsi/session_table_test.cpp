#include "agent/iscsi/session_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace {

using iscsi::LoginAction;
using iscsi::LoginDecision;
using iscsi::LoginIdentity;
using iscsi::SessionTable;
using iscsi::SessionTraits;
using testing::ElementsAre;
using Expiry = SessionTable::Expiry;

constexpr base::TimePoint at(int seconds) { return base::TimePoint{std::chrono::seconds(seconds)}; }

LoginIdentity who(std::uint16_t tsih = 0, std::uint16_t cid = 0) {
  LoginIdentity identity;
  identity.initiatorName = "iqn.2026-01.example:host";
  identity.isid = 0x400000370001;
  identity.tsih = tsih;
  identity.cid = cid;
  identity.portalGroup = 1;
  return identity;
}

LoginDecision refused(std::uint16_t status) { return {LoginAction::Refuse, status, 0}; }

class Sessions : public testing::Test {
 protected:
  SessionTable table{{10, 3, 2}, 100};
};

// The six rows of the table in RFC 7143 6.3.1.
TEST_F(Sessions, FollowTheTableOfLoginResults) {
  EXPECT_EQ(table.decide(who(5, 0)), refused(0x020a)) << "new ISID, TSIH not zero";
  EXPECT_EQ(table.decide(who(0, 0)), (LoginDecision{LoginAction::NewSession, 0, 0}));
  const std::uint16_t tsih = table.create(who(), {4, 0});
  EXPECT_NE(tsih, 0);
  EXPECT_EQ(table.decide(who(0, 9)), (LoginDecision{LoginAction::ReinstateSession, 0, tsih}));
  EXPECT_EQ(table.decide(who(tsih, 1)), (LoginDecision{LoginAction::AddConnection, 0, tsih}));
  EXPECT_EQ(table.decide(who(tsih, 0)), (LoginDecision{LoginAction::ReinstateConnection, 0, tsih}));
  EXPECT_EQ(table.decide(who(static_cast<std::uint16_t>(tsih + 1), 0)), refused(0x020a)) << "another TSIH";
}

TEST_F(Sessions, AreKeptApartByNameIsidAndPortalGroup) {
  const std::uint16_t tsih = table.create(who(), {});
  LoginIdentity otherName = who();
  otherName.initiatorName = "iqn.2026-01.example:other";
  EXPECT_EQ(table.decide(otherName).action, LoginAction::NewSession);
  LoginIdentity otherIsid = who();
  otherIsid.isid ^= 1;
  EXPECT_EQ(table.decide(otherIsid).action, LoginAction::NewSession);
  LoginIdentity otherGroup = who();
  otherGroup.portalGroup = 2;
  EXPECT_EQ(table.decide(otherGroup).action, LoginAction::NewSession);
  otherGroup.tsih = tsih;
  EXPECT_EQ(table.decide(otherGroup), refused(0x020a)) << "the TSIH belongs to the other portal group";
}

// RFC 7143 7.4.2.1.
TEST_F(Sessions, OfUnnamedDiscoveryAreKeptApartByPortal) {
  LoginIdentity first = who();
  first.portal = "192.0.2.1:3260";
  first.portalGroup = 0;
  first.discovery = true;
  LoginIdentity second = first;
  second.portal = "192.0.2.2:3260";
  const std::uint16_t tsih = table.create(first, {});
  EXPECT_EQ(table.decide(second).action, LoginAction::NewSession);
  EXPECT_EQ(table.decide(first), (LoginDecision{LoginAction::ReinstateSession, 0, tsih}));
}

TEST_F(Sessions, OfNamedDiscoveryStandBesideNormalOnesOfTheSamePort) {
  LoginIdentity discovery = who();
  discovery.discovery = true;
  const std::uint16_t normal = table.create(who(), {4, 0});
  EXPECT_EQ(table.decide(discovery), (LoginDecision{LoginAction::NewSession, 0, 0})) << "it ends no normal session";
  const std::uint16_t tsih = table.create(discovery, {1, 0});
  EXPECT_EQ(table.decide(who()), (LoginDecision{LoginAction::ReinstateSession, 0, normal}));
  EXPECT_EQ(table.decide(discovery), (LoginDecision{LoginAction::ReinstateSession, 0, tsih}));
  EXPECT_EQ(table.decide(who(tsih, 1)), refused(0x020a)) << "and neither is joined by the other";
  discovery.tsih = normal;
  EXPECT_EQ(table.decide(discovery), refused(0x020a));
  table.remove(normal);
  EXPECT_EQ(table.decide(who()), (LoginDecision{LoginAction::NewSession, 0, 0})) << "nor is one kept from beginning";
}

TEST_F(Sessions, ReplaceEachOtherWithANewTsih) {
  const std::uint16_t old = table.create(who(0, 3), {4, 0});
  table.connectionFailed(old, 3, at(0), 2, 20);
  table.remove(old);
  const std::uint16_t fresh = table.create(who(0, 5), {1, 0});
  EXPECT_NE(fresh, old);
  EXPECT_FALSE(table.contains(old));
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.nextDeadline(), base::kNever) << "what the old one waited for is over";
  EXPECT_EQ(table.decide(who(fresh, 5)).action, LoginAction::ReinstateConnection);
  EXPECT_EQ(table.decide(who(fresh, 6)), refused(0x0206)) << "the new one has its own limits";
}

TEST_F(Sessions, HaveAsManyConnectionsAsWasNegotiated) {
  const std::uint16_t tsih = table.create(who(0, 0), {2, 0});
  table.addConnection(tsih, 1);
  EXPECT_EQ(table.liveConnections(tsih), 2U);
  EXPECT_EQ(table.decide(who(tsih, 2)), refused(0x0206));
  EXPECT_EQ(table.decide(who(tsih, 1)).action, LoginAction::ReinstateConnection) << "room for it even then";
  table.addConnection(tsih, 1);
  EXPECT_EQ(table.liveConnections(tsih), 2U);
  EXPECT_FALSE(table.connectionClosed(tsih, 1));
  EXPECT_EQ(table.decide(who(tsih, 2)).action, LoginAction::AddConnection);
}

TEST_F(Sessions, AtRecoveryLevel2HaveRoomForOneMoreToCleanUp) {
  const std::uint16_t tsih = table.create(who(0, 0), {1, 2});
  EXPECT_EQ(table.decide(who(tsih, 1)).action, LoginAction::AddConnection);
  table.addConnection(tsih, 1);
  EXPECT_EQ(table.decide(who(tsih, 2)), refused(0x0206));
}

TEST_F(Sessions, AreLimitedInAllAndForEachInitiator) {
  LoginIdentity identity = who();
  for (std::uint64_t isid = 0; isid < 3; ++isid) {
    identity.isid = isid;
    table.create(identity, {});
  }
  identity.isid = 3;
  EXPECT_EQ(table.decide(identity), refused(0x0302));
  identity.isid = 1;
  EXPECT_EQ(table.decide(identity).action, LoginAction::ReinstateSession) << "that makes none more";
  for (int i = 0; i < 7; ++i) {
    const std::string name = "iqn.2026-01.example:" + std::to_string(i);
    LoginIdentity other = who();
    other.initiatorName = name;
    ASSERT_EQ(table.decide(other).action, LoginAction::NewSession);
    table.create(other, {});
  }
  LoginIdentity last = who();
  last.initiatorName = "iqn.2026-01.example:last";
  EXPECT_EQ(table.decide(last), refused(0x0302));
  identity.isid = 0;
  table.remove(table.decide(identity).tsih);
  EXPECT_EQ(table.decide(last).action, LoginAction::NewSession);
}

TEST(SessionTable, CountsDiscoverySessionsApart) {
  SessionTable table({4, 2, 2, 3, 2}, 100);
  const auto port = [](bool discovery, std::string_view name, std::uint64_t isid) {
    LoginIdentity identity = who();
    identity.discovery = discovery;
    identity.initiatorName = name;
    identity.isid = isid;
    return identity;
  };
  for (const bool discovery : {true, false}) {  // what asks for names fills its own places only
    for (std::uint64_t isid = 0; isid < 2; ++isid) table.create(port(discovery, "iqn.a:1", isid), {});
    EXPECT_EQ(table.decide(port(discovery, "iqn.a:1", 2)), refused(0x0302));
    const std::uint16_t tsih = table.create(port(discovery, "iqn.a:2", 0), {});
    if (!discovery) table.create(port(discovery, "iqn.a:3", 0), {});
    EXPECT_EQ(table.decide(port(discovery, "iqn.a:4", 0)), refused(0x0302));
    table.remove(tsih);
    EXPECT_EQ(table.decide(port(discovery, "iqn.a:4", 0)).action, LoginAction::NewSession);
  }
}

TEST_F(Sessions, CloseWithTheirLastConnection) {
  const std::uint16_t tsih = table.create(who(0, 0), {4, 0});
  table.addConnection(tsih, 1);
  EXPECT_FALSE(table.connectionClosed(tsih, 0));
  EXPECT_FALSE(table.connectionClosed(tsih, 0)) << "it is closed already";
  EXPECT_TRUE(table.connectionClosed(tsih, 1));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_EQ(table.decide(who(tsih, 1)), refused(0x020a));
}

TEST_F(Sessions, StayOpenWhileAFailedConnectionIsRetained) {
  const std::uint16_t tsih = table.create(who(0, 0), {4, 0});
  table.addConnection(tsih, 1);
  table.connectionFailed(tsih, 1, at(10), 2, 20);
  EXPECT_FALSE(table.connectionClosed(tsih, 0));
  EXPECT_TRUE(table.contains(tsih));
  EXPECT_EQ(table.liveConnections(tsih), 0U);
}

TEST_F(Sessions, TimeOutAfterTime2WaitAndTime2Retain) {
  const std::uint16_t tsih = table.create(who(0, 0), {4, 0});
  table.addConnection(tsih, 1);
  EXPECT_EQ(table.nextDeadline(), base::kNever);
  table.connectionFailed(tsih, 0, at(10), 2, 20);
  table.connectionFailed(tsih, 1, at(11), 2, 20);
  EXPECT_EQ(table.nextDeadline(), at(32));
  EXPECT_TRUE(table.expire(at(31)).empty());
  EXPECT_THAT(table.expire(at(32)), ElementsAre(Expiry{tsih, 0, false}));
  EXPECT_EQ(table.nextDeadline(), at(33));
  EXPECT_THAT(table.expire(at(40)), ElementsAre(Expiry{tsih, 1, true}));
  EXPECT_FALSE(table.contains(tsih));
  EXPECT_EQ(table.decide(who()).action, LoginAction::NewSession);
}

TEST_F(Sessions, AreContinuedByAReinstatedConnection) {
  const std::uint16_t tsih = table.create(who(0, 0), {1, 0});
  table.connectionFailed(tsih, 0, at(10), 2, 20);
  EXPECT_EQ(table.decide(who(tsih, 0)).action, LoginAction::ReinstateConnection);
  table.addConnection(tsih, 0);
  EXPECT_EQ(table.nextDeadline(), base::kNever);
  EXPECT_TRUE(table.expire(at(100)).empty());
  EXPECT_EQ(table.liveConnections(tsih), 1U);
}

TEST_F(Sessions, KeepATimeForTheTasksOfAReinstatedConnection) {
  const std::uint16_t tsih = table.create(who(0, 0), {1, 2});
  for (int i = 0; i < 2; ++i) {
    table.reinstateConnection(tsih, 0, at(10), 2, 20);
    EXPECT_EQ(table.nextDeadline(), at(32));
    EXPECT_EQ(table.liveConnections(tsih), 1U);
  }
  EXPECT_THAT(table.expire(at(32)), ElementsAre(Expiry{tsih, 0, false}));
  EXPECT_EQ(table.nextDeadline(), base::kNever);
  EXPECT_EQ(table.liveConnections(tsih), 1U) << "only what the one before had is over";
  table.reinstateConnection(tsih, 0, at(40), 2, 20);
  table.remove(tsih);
  EXPECT_EQ(table.nextDeadline(), base::kNever);
}

TEST_F(Sessions, AreContinuedByANewConnectionInThePlaceOfAFailedOne) {
  const std::uint16_t tsih = table.create(who(0, 0), {1, 0});
  EXPECT_EQ(table.decide(who(tsih, 1)), refused(0x0206));
  table.connectionFailed(tsih, 0, at(10), 2, 20);
  EXPECT_EQ(table.decide(who(tsih, 1)).action, LoginAction::AddConnection);
  table.addConnection(tsih, 1);
  EXPECT_THAT(table.expire(at(50)), ElementsAre(Expiry{tsih, 0, false}));
  EXPECT_TRUE(table.contains(tsih));
}

TEST_F(Sessions, RetainABoundedNumberOfFailedConnections) {
  const std::uint16_t tsih = table.create(who(0, 0), {1, 0});
  table.connectionFailed(tsih, 0, at(0), 0, 3600);
  ASSERT_EQ(table.decide(who(tsih, 1)).action, LoginAction::AddConnection);
  table.addConnection(tsih, 1);
  table.connectionFailed(tsih, 1, at(0), 0, 3600);
  EXPECT_EQ(table.decide(who(tsih, 2)), refused(0x0302));
  EXPECT_EQ(table.decide(who(tsih, 1)).action, LoginAction::ReinstateConnection) << "that makes none more";
}

TEST_F(Sessions, EndAtOnceWhereNothingIsRetained) {
  const std::uint16_t tsih = table.create(who(0, 0), {1, 0});
  table.connectionFailed(tsih, 0, at(10), 0, 0);
  EXPECT_THAT(table.expire(at(10)), ElementsAre(Expiry{tsih, 0, true}));
}

TEST(SessionTable, GivesEachTsihInTurnAndNeverZero) {
  SessionTable table({10, 10, 2}, 0xfffe);
  std::set<std::uint16_t> given;
  for (int i = 0; i < 65535; ++i) {
    const std::uint16_t tsih = table.create(who(), {});
    ASSERT_NE(tsih, 0);
    ASSERT_TRUE(given.insert(tsih).second) << "given again too soon";
    table.remove(tsih);
  }
  EXPECT_EQ(table.create(who(), {}), 0xfffe);
}

TEST(SessionTable, PassesTsihsThatAreInUse) {
  SessionTable table({10, 10, 2}, 0);
  LoginIdentity staying = who();
  staying.isid = 77;
  const std::uint16_t kept = table.create(staying, {});
  EXPECT_EQ(kept, 1);
  for (int i = 0; i < 65535; ++i) {
    const std::uint16_t tsih = table.create(who(), {});
    ASSERT_NE(tsih, kept);
    table.remove(tsih);
  }
}

TEST(SessionTable, IgnoresWhatIsGone) {
  SessionTable table({10, 10, 2}, 1);
  table.remove(9);
  table.addConnection(9, 1);
  table.connectionFailed(9, 1, at(0), 1, 1);
  EXPECT_FALSE(table.connectionClosed(9, 1));
  EXPECT_EQ(table.liveConnections(9), 0U);
  EXPECT_EQ(table.nextDeadline(), base::kNever);
}

}  // namespace
