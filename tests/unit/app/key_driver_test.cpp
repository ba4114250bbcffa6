// When the certificate that HTTPS shows is made anew.
#include "isns-server/app/key_driver.h"

#include "isns-server/app/readings.h"
#include "tests/support/audit_world.h"
#include "tests/support/key_world.h"
#include "tests/support/scratch_folder.h"

namespace app {
namespace {

using std::chrono::hours;

struct NoProtocol final : ProtocolLink {
  bool carryOut(core::ManagedChange) override { return false; }
  bool lockDomains(base::IdSet, base::IdSet) override { return false; }
  bool guardNames(std::shared_ptr<const core::NameGuards>) override { return false; }
  bool read(store::StoreThread::Reading) override { return false; }
};

struct NoClerk final : api::Clerk {
  void carryOut(manage::Step, std::function<void(const manage::Wanted<std::uint64_t>&)>) override {}
  void rebuild(san::Revision, std::function<void(const manage::Wanted<san::Snapshot>&)>) override {}
  void revisionAt(base::WallTime, std::function<void(const manage::Wanted<san::Revision>&)>) override {}
  void openForAll(std::function<void(const manage::Wanted<void>&)>) override {}
  [[nodiscard]] const manage::Projection* model() const override { return nullptr; }
  void warn(const std::string&) override {}
  void leftOut(const std::string&, const std::string&) override {}
  void amend(const std::function<san::Edited<void>(san::SnapshotEditor&)>&) override {}
};

class KeyDriverTest : public test::KeyWorld {
 protected:
  // As Management does.
  manage::Wanted<KeyDriver::Shown> serve() {
    const std::string host = "san.example.com";
    const auto tls = authority.serverTls({&host, 1}, now.wall);
    if (!tls) return base::fail(mgmt::Problem{mgmt::ProblemCode::Internal, tls.error().text, {}, {}});
    ++served;
    return KeyDriver::Shown{tls->from, tls->until};
  }
  void upkeep() { keys.upkeep(now, true); }

  int served = 0;
  support::ScratchFolder folder;
  NoProtocol protocol;
  NoClerk clerk;
  Readings readings{protocol, [](std::function<void()>) {}};
  ops::Log log{kLogEvents, ops::Severity::Error};
  manage::AgentKeeper agents{authority, support::knownBytes(2)};
  manage::ModelLane lane;
  LogKey logKey{folder.path().string(), test::keyOf(1), {}};
  AuditWitness witness{folder.path().string(), test::keyOf(1)};
  LogGuard guard{{readings, log, witness, "server", logKey, {}, {}}, {}};
  KeyDriver keys{{seals, authority, agents, lane, logKey, witness, guard, clerk, log}, folder.path().string(), [this] {
                   return serve();
                 }};
};

TEST_F(KeyDriverTest, makesTheCertificateAnewInTime) {
  ASSERT_TRUE(keys.serve());
  upkeep();
  EXPECT_EQ(served, 1) << "it is good for long";
  pass(hours(24) * 370);
  upkeep();
  EXPECT_EQ(served, 2);
}

TEST_F(KeyDriverTest, makesTheCertificateAnewWhereTheClockWasPutBackToBeforeIt) {
  pass(hours(24));
  ASSERT_TRUE(keys.serve());
  now.wall -= hours(1);
  upkeep();
  EXPECT_EQ(served, 1) << "certificates begin early, for clocks that differ";
  now.wall -= hours(3);
  upkeep();
  EXPECT_EQ(served, 2) << "every client would have refused what is shown";
  upkeep();
  EXPECT_EQ(served, 2);
}

}  // namespace
}  // namespace app
