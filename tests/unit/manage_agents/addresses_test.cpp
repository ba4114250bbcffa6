// From which addresses the names of agents are accepted: what reports, restarts, enrolments and revocations make of it.
#include "shared/base/json_reader.h"
#include "shared/isns/ip_text.h"
#include "tests/unit/manage_agents/enrolment_world.h"

using namespace agents_test;  // NOLINT
using manage::AgentReport;

namespace {

AgentReport reportOf(const std::string& members) {
  const auto json = base::parseJson("{\"sequence\":1" + members + "}");
  EXPECT_TRUE(json) << members;
  auto report = manage::parseReport(*json);
  EXPECT_TRUE(report) << report.error().detail;
  return report ? *report : AgentReport{};
}
AgentReport full(const std::string& addresses) {
  return reportOf(R"(,"full":true,"targets":[],"units":[],"sessions":[])" +
                  (addresses.empty() ? std::string() : R"(,"addresses":[)" + addresses + "]"));
}
std::string pointerOf(const std::string& members) {
  const auto report = manage::parseReport(*base::parseJson("{\"sequence\":1" + members + "}"));
  return report ? "taken" : report.error().pointer;
}

class Addresses : public Enrolment {
 protected:
  // Whether there was something to store.
  bool take(const AgentReport& report, const std::string& from) {
    auto step = keeper.takeAddresses({mgmt::PeerKind::Agent, kEntity, {kDisk1, kDisk2}, {}}, report,
                                     {ops::ActorKind::Agent, kEntity, from});
    if (step) carryOut(*step);
    return step.has_value();
  }
  static bool accepts(const AgentKeeper& by, const std::string& name, const std::string& address) {
    const auto guards = by.guards();
    const auto* guard = name.starts_with("iqn.") ? guards->ofName(name) : guards->ofEntity(name);
    return guard == nullptr || guard->holds(*isns::parseIp(address));
  }
  bool accepts(const std::string& name, const std::string& address) { return accepts(keeper, name, address); }
  // As the store would have it: what was erased is gone.
  void load(AgentKeeper& again) {
    store::OpsReader reader(rows.view());
    for (store::Op op; reader.next(op);) {
      if (op.kind == store::OpKind::Put && op.table != keys::kAddressTable) {
        ASSERT_TRUE(again.loadRow(op.table, op.id, op.cells));
      }
    }
    store::OpsReader addresses(rows.view());
    std::map<std::int64_t, keys::AddressRow> last;
    for (store::Op op; addresses.next(op);) {
      if (op.table != keys::kAddressTable) continue;
      if (op.kind == store::OpKind::Erase) {
        last.erase(op.id);
      } else {
        ASSERT_TRUE(keys::readRow(op.cells, last[op.id]));
      }
    }
    for (const auto& [id, row] : last) {
      base::ByteArena bytes;
      store::OpsWriter ops(bytes);
      keys::writeRow(ops, id, row);
      store::OpsReader one(bytes.view());
      store::Op op;
      ASSERT_TRUE(one.next(op));
      ASSERT_TRUE(again.loadRow(op.table, op.id, op.cells));
    }
  }
};

TEST_F(Addresses, NamesAndEntityOfAnAgentAreAcceptedFromEverywhereUntilItHasReported) {
  enrol(invite());
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.66"));
  EXPECT_TRUE(keeper.guards()->empty());
  EXPECT_TRUE(take(full(R"("192.0.2.7","fd00::7")"), "192.0.2.7"));
  for (const std::string& name : {kEntity, kDisk1, kDisk2}) {
    EXPECT_TRUE(accepts(name, "192.0.2.7")) << name;
    EXPECT_TRUE(accepts(name, "fd00::7")) << name;
    EXPECT_FALSE(accepts(name, "192.0.2.66")) << name;
  }
  EXPECT_TRUE(accepts("iqn.2026-01.example:other", "192.0.2.66"));
  EXPECT_EQ(audit.back(), "agent.addresses agent:storage1");
}

TEST_F(Addresses, WhereTheReportComesFromIsOneOfThem) {
  enrol(invite());
  take(full(R"("10.0.0.7")"), "192.0.2.200");
  EXPECT_TRUE(accepts(kDisk1, "10.0.0.7"));
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.200")) << "behind NAT";
  take(full(R"("10.0.0.7")"), "192.0.2.201");
  EXPECT_FALSE(accepts(kDisk1, "192.0.2.200"));
  take(full(R"("10.0.0.7")"), "fe80::9%3");
  EXPECT_TRUE(accepts(kDisk1, "fe80::9"));
}

TEST_F(Addresses, AnotherAddressTakesThePlaceOfTheFormer) {
  enrol(invite());
  take(full(R"("192.0.2.7")"), "192.0.2.7");
  const std::uint64_t before = keeper.guardsVersion();
  EXPECT_FALSE(take(reportOf(R"(,"sessions":[])"), "192.0.2.7")) << "it says nothing of addresses";
  EXPECT_FALSE(take(full(R"("192.0.2.7")"), "192.0.2.7")) << "the same";
  EXPECT_EQ(keeper.guardsVersion(), before);
  EXPECT_TRUE(take(reportOf(R"(,"addresses":["192.0.2.8"])"), "192.0.2.8"));
  EXPECT_NE(keeper.guardsVersion(), before);
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.8"));
  EXPECT_FALSE(accepts(kDisk1, "192.0.2.7"));
}

TEST_F(Addresses, OneThatMovesIsAcceptedFromWhereItReportsThoughItTellsOfNoOtherAddress) {
  enrol(invite());
  take(full(R"("192.0.2.7")"), "192.0.2.7");
  EXPECT_TRUE(take(reportOf(R"(,"sessions":[])"), "192.0.2.8"));
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.8"));
}

TEST_F(Addresses, AFullReportWithoutAnyEndsIt) {
  enrol(invite());
  EXPECT_FALSE(take(full(""), "192.0.2.7")) << "an agent of an older version";
  take(full(R"("192.0.2.7")"), "192.0.2.7");
  EXPECT_TRUE(take(full(""), "192.0.2.7"));
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.66"));
}

TEST_F(Addresses, TheyHoldAgainAfterAStart) {
  enrol(invite());
  take(full(R"("192.0.2.7")"), "192.0.2.200");
  AgentKeeper again(authority, support::knownBytes(3));
  load(again);
  EXPECT_TRUE(accepts(again, kDisk1, "192.0.2.7"));
  EXPECT_TRUE(accepts(again, kDisk1, "192.0.2.200"));
  EXPECT_FALSE(accepts(again, kDisk1, "192.0.2.66"));
  EXPECT_FALSE(accepts(again, kEntity, "192.0.2.66"));
}

TEST_F(Addresses, ARevocationEndsThemAndTheNextEnrolmentHasNone) {
  enrol(invite());
  take(full(R"("192.0.2.7")"), "192.0.2.7");
  auto revoked = keeper.revoke("storage1", "stolen", admin, now);
  ASSERT_TRUE(revoked);
  EXPECT_FALSE(accepts(kDisk1, "192.0.2.66")) << "not before the store has it";
  const std::uint64_t before = keeper.guardsVersion();
  carryOut(revoked->step);
  EXPECT_NE(keeper.guardsVersion(), before);
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.66"));
  pass(std::chrono::minutes(1));
  enrol(invite());
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.66"));
  AgentKeeper again(authority, support::knownBytes(3));
  load(again);
  EXPECT_TRUE(again.guards()->empty());
}

TEST_F(Addresses, ASecondEnrolmentLeavesThemUntilItsMachineHasReported) {
  enrol(invite());
  take(full(R"("192.0.2.7")"), "192.0.2.7");
  pass(std::chrono::minutes(1));
  enrol(invite());
  EXPECT_FALSE(accepts(kDisk1, "192.0.2.9"));
  take(full(R"("192.0.2.9")"), "192.0.2.9");
  EXPECT_TRUE(accepts(kDisk1, "192.0.2.9"));
  EXPECT_FALSE(accepts(kDisk1, "192.0.2.7"));
}

TEST_F(Addresses, WhatIsNoAddressIsPointedAt) {
  EXPECT_EQ(pointerOf(R"(,"addresses":["192.0.2.7"])"), "taken");
  EXPECT_EQ(pointerOf(R"(,"addresses":["192.0.2.7","host"])"), "/addresses/1");
  EXPECT_EQ(pointerOf(R"(,"addresses":"192.0.2.7")"), "/addresses");
  std::string many = R"(,"addresses":["192.0.2.7")";
  for (std::size_t i = 0; i < mgmt::ReportLimits::kAddresses; ++i) many += R"(,"192.0.2.7")";
  EXPECT_EQ(pointerOf(many + "]"), "/addresses");
  EXPECT_EQ(reportOf(R"(,"addresses":["FD00:0::7"])").addresses->front(), "fd00::7");
}

}  // namespace
