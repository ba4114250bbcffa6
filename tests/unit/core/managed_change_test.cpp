// Decisions of the management server as the registry takes them.
#include "isns-server/core/managed_change.h"

#include "tests/unit/core/server_fixture.h"

namespace {

using core::DomainStep;
using core::ManagedChange;
using What = core::ManagedVerdict::What;

class ManagedChangeTest : public test::ServerTest {
 protected:
  void wireMakesDomain() {
    core::Session session{1, 0};
    const auto domain = [](isns::AttributeWriter& out) {
      out.text(isns::tag::kIscsiName, test::kControl);
      out.delimiter();
    };
    EXPECT_EQ(ask(session, isns::Function::DDReg, domain), core::Disposition::Held);
  }
  void wireMakesNode() {
    core::Session session{1, 0};
    const auto node = [](isns::AttributeWriter& out) {
      out.text(isns::tag::kIscsiName, "iqn.2001-01.com.example:node");
      out.delimiter();
      out.text(isns::tag::kIscsiName, "iqn.2001-01.com.example:node");
    };
    EXPECT_EQ(ask(session, isns::Function::DevAttrReg, node), core::Disposition::Held);
  }
  std::uint64_t revision() const { return server_->snapshot().revision; }
  ManagedChange makeDomain(core::Index id, const std::string& name, std::uint64_t basedOn) {
    ManagedChange change;
    change.ticket = id;
    change.basedOn = basedOn;
    DomainStep step;
    step.what = DomainStep::What::MakeDomain;
    step.container = id;
    step.name = name;
    change.steps.push_back(step);
    return change;
  }
};

TEST_F(ManagedChangeTest, IsDurableWithItsRowsAndSaysSo) {
  ManagedChange change = makeDomain(7, "zone", 0);
  std::uint64_t written = 0;
  change.rows = [&](store::OpsWriter& ops, std::uint64_t revision) {
    written = revision;
    ops.erase(200, 1);
  };
  const auto verdict = server_->onManagedChange(change, now());
  ASSERT_EQ(verdict.what, What::Accepted);
  EXPECT_EQ(written, verdict.revision);
  EXPECT_EQ(server_->snapshot().get<core::Domain>(7), nullptr);  // not before the store has it
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  ASSERT_NE(server_->snapshot().get<core::Domain>(7), nullptr);
  const auto results = server_->takeManagedResults();
  ASSERT_EQ(results.size(), 1U);
  EXPECT_TRUE(results[0].committed);
  EXPECT_EQ(results[0].ticket, 7U);
  EXPECT_EQ(results[0].revision, verdict.revision);
}

TEST_F(ManagedChangeTest, AStepThatCannotBeDoneChangesNothing) {
  ManagedChange change = makeDomain(7, "zone", 0);
  change.steps.push_back(change.steps[0]);
  const auto verdict = server_->onManagedChange(change, now());
  EXPECT_EQ(verdict.what, What::Wrong);
  EXPECT_EQ(verdict.text, "domain 7 is there already");
  EXPECT_FALSE(commit(core::CommitResult::Committed));
}

TEST_F(ManagedChangeTest, IsBehindWhenTheWireHasChangedDomainsSince) {
  wireMakesDomain();
  EXPECT_EQ(server_->onManagedChange(makeDomain(7, "zone", 0), now()).what, What::Behind);
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  EXPECT_EQ(server_->onManagedChange(makeDomain(7, "zone", revision()), now()).what, What::Accepted);
}

TEST_F(ManagedChangeTest, KeepsTheWireFromItsDomainsAndLetsNodesComeIntoTheDefaultOne) {
  start([](core::Policy& policy) { policy.defaultDomain = true; });
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  base::IdSet locked;
  locked.insert(isns::kDefaultDdId);
  server_->lockDomains(locked, {});
  core::Session session{1, 0};
  const auto member = [](isns::AttributeWriter& out) {
    out.text(isns::tag::kIscsiName, test::kControl);
    out.u32(isns::tag::kDdId, isns::kDefaultDdId);
    out.delimiter();
    out.text(isns::tag::kDdMemberIscsiName, "iqn.2001-01.com.example:other");
  };
  ASSERT_EQ(ask(session, isns::Function::DDReg, member), core::Disposition::Answered);
  EXPECT_EQ(static_cast<isns::Status>(base::loadU32(answer_.data() + isns::kPduHeaderSize)), isns::Status::Busy);
  wireMakesNode();
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  EXPECT_EQ(server_->snapshot().get<core::Domain>(isns::kDefaultDdId)->nodes.size(), 1U);
}

TEST_F(ManagedChangeTest, IsNotBehindWhatTheStoreNeverTook) {
  for (int i = 0; i < 5; ++i) wireMakesDomain();
  ASSERT_TRUE(commit(core::CommitResult::Failed));
  EXPECT_EQ(server_->onManagedChange(makeDomain(7, "zone", 0), now()).what, What::StoreFailed);
  time_ += std::chrono::seconds(2);
  server_->onTimer(now());
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  EXPECT_EQ(server_->onManagedChange(makeDomain(7, "zone", revision()), now()).what, What::Accepted);
}

TEST_F(ManagedChangeTest, ThatNamesNodesIsNotBehindARegistrationThatTheStoreNeverTook) {
  for (int i = 0; i < 5; ++i) wireMakesDomain();
  wireMakesNode();
  ASSERT_TRUE(commit(core::CommitResult::Failed));
  time_ += std::chrono::seconds(2);
  server_->onTimer(now());
  ASSERT_TRUE(commit(core::CommitResult::Committed));
  ManagedChange change = makeDomain(7, "zone", revision());
  change.names = true;
  EXPECT_EQ(server_->onManagedChange(change, now()).what, What::Accepted);
}

TEST_F(ManagedChangeTest, NoDeadlineLiesInThePastWhileATrialOfAFullStoreIsUnderWay) {
  wireMakesDomain();
  ASSERT_TRUE(commit(core::CommitResult::Failed));
  time_ += std::chrono::seconds(1);
  server_->onTimer(now());
  auto trial = server_->takeBatch();
  ASSERT_TRUE(trial);
  time_ += std::chrono::seconds(5);  // a slow disk
  server_->onTimer(now());
  EXPECT_GT(server_->nextDeadline(), now().mono);
  server_->onCommitted(std::move(*trial), core::CommitResult::Failed, now());
  server_->released();
  EXPECT_EQ(server_->nextDeadline(), now().mono + std::chrono::seconds(1));
}

TEST_F(ManagedChangeTest, AFailedCommitTakesItBackAndSaysSo) {
  ASSERT_EQ(server_->onManagedChange(makeDomain(7, "zone", 0), now()).what, What::Accepted);
  ASSERT_TRUE(commit(core::CommitResult::Failed));
  const auto results = server_->takeManagedResults();
  ASSERT_EQ(results.size(), 1U);
  EXPECT_FALSE(results[0].committed);
  EXPECT_EQ(server_->snapshot().get<core::Domain>(7), nullptr);
}

}  // namespace
