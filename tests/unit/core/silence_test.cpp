// Who is heard stays, who is silent goes, and a store that fails meanwhile changes neither (RFC 4171 6.2.6).
#include <string>

#include "tests/unit/core/server_fixture.h"

namespace {

namespace tag = isns::tag;
using core::CommitResult;
using core::Disposition;
using isns::Function;

constexpr std::uint32_t kPeriod = 100;  // seconds

class SilenceTest : public test::ServerTest {
 protected:
  SilenceTest() { arrival_.peer.address = isns::IpAddress{1}; }
  // A node of the entity "host" registers itself there.
  void registers(const std::string& node) {
    EXPECT_EQ(ask(session_, Function::DevAttrReg,
                  [&](isns::AttributeWriter& out) {
                    out.text(tag::kIscsiName, node);
                    out.text(tag::kEntityId, "host");
                    out.delimiter();
                    out.text(tag::kEntityId, "host");
                    out.u32(tag::kRegistrationPeriod, kPeriod);
                    out.ip(tag::kPortalIp, arrival_.peer.address);  // its host is the one that the node comes from
                    out.u32(tag::kPortalPort, 860);
                    out.text(tag::kIscsiName, node);
                    out.u32(tag::kNodeType, 2);
                  }),
              Disposition::Held);
  }
  void at(std::uint32_t second) { time_ = std::chrono::seconds(second); }
  void timer() {
    if (server_->nextDeadline() <= now().mono) server_->onTimer(now());
  }
  std::size_t entities() const { return server_->snapshot().entities.size(); }

  core::Session session_{1, 0};
};

TEST_F(SilenceTest, ARegistrationOfAnotherNodeIsAMessageOfItsEntityToo) {
  registers("iqn.2001-01.com.example:a");
  ASSERT_TRUE(commit(CommitResult::Committed));
  at(kPeriod - 10);
  registers("iqn.2001-01.com.example:b");
  ASSERT_TRUE(commit(CommitResult::Committed));
  at(kPeriod + 1);
  timer();
  EXPECT_FALSE(commit(CommitResult::Committed));
  EXPECT_EQ(entities(), 1U);
  at(kPeriod - 10 + kPeriod + 1);
  timer();
  EXPECT_TRUE(commit(CommitResult::Committed));
  EXPECT_EQ(entities(), 0U);
}

TEST_F(SilenceTest, WhoseRemovalTheStoreRefusedGoesAsSoonAsItWorks) {
  registers("iqn.2001-01.com.example:a");
  ASSERT_TRUE(commit(CommitResult::Committed));
  at(kPeriod + 1);
  timer();
  ASSERT_TRUE(commit(CommitResult::Failed));
  EXPECT_EQ(entities(), 1U);
  // While it fails, its period is nothing to wake up for.
  EXPECT_GT(server_->nextDeadline(), now().mono);
  for (std::uint32_t second = 2; second < 20; ++second) {
    at(kPeriod + second);
    timer();
    ASSERT_TRUE(commit(CommitResult::Failed)) << second;  // the store is tried
  }
  at(kPeriod + 20);
  timer();
  ASSERT_TRUE(commit(CommitResult::Committed));
  EXPECT_LE(server_->nextDeadline(), now().mono);
  timer();
  ASSERT_TRUE(commit(CommitResult::Committed));
  EXPECT_EQ(entities(), 0U);
}

TEST_F(SilenceTest, WhoIsHeardWhileTheStoreFailsStays) {
  registers("iqn.2001-01.com.example:a");
  ASSERT_TRUE(commit(CommitResult::Committed));
  at(kPeriod + 1);
  timer();
  ASSERT_TRUE(commit(CommitResult::Failed));
  const auto asks = [](isns::AttributeWriter& out) {
    out.text(tag::kIscsiName, "iqn.2001-01.com.example:a");
    out.text(tag::kIscsiName, "iqn.2001-01.com.example:a");
    out.delimiter();
    out.empty(tag::kAlias);
  };
  EXPECT_EQ(ask(session_, Function::DevAttrQry, asks), Disposition::Answered);
  at(kPeriod + 3);
  timer();
  ASSERT_TRUE(commit(CommitResult::Committed));
  timer();
  EXPECT_FALSE(commit(CommitResult::Committed));
  EXPECT_EQ(entities(), 1U);
}

// ---- The default domain --------------------------------------------------------------------------------------------

class DefaultDomainTest : public SilenceTest {
 protected:
  DefaultDomainTest() {
    start([](core::Policy& policy) { policy.defaultDomain = true; });
  }
  std::size_t members() const { return server_->snapshot().get<core::Domain>(isns::kDefaultDdId)->nodes.size(); }
  void deregisters() {
    EXPECT_EQ(ask(session_, Function::DevDereg,
                  [](isns::AttributeWriter& out) {
                    out.text(tag::kIscsiName, "iqn.2001-01.com.example:a");
                    out.delimiter();
                    out.text(tag::kEntityId, "host");
                  }),
              Disposition::Held);
  }
  void controlAdds(core::Index domain) {
    EXPECT_EQ(ask(session_, Function::DDReg,
                  [&](isns::AttributeWriter& out) {
                    out.text(tag::kIscsiName, test::kControl);
                    out.u32(tag::kDdId, domain);
                    out.delimiter();
                    out.u32(tag::kDdId, domain);
                    out.text(tag::kDdMemberIscsiName, "iqn.2001-01.com.example:a");
                  }),
              Disposition::Held);
  }
};

TEST_F(DefaultDomainTest, IsMadeWhenTheStoreWorksAgain) {
  ASSERT_TRUE(commit(CommitResult::Failed));
  EXPECT_EQ(server_->snapshot().get<core::Domain>(isns::kDefaultDdId), nullptr);
  at(2);
  timer();
  ASSERT_TRUE(commit(CommitResult::Committed));
  ASSERT_TRUE(commit(CommitResult::Committed));
  ASSERT_NE(server_->snapshot().get<core::Domain>(isns::kDefaultDdId), nullptr);
  registers("iqn.2001-01.com.example:a");
  ASSERT_TRUE(commit(CommitResult::Committed));
  EXPECT_EQ(members(), 1U);
}

TEST_F(DefaultDomainTest, LeavesNothingBehindOfWhoDeregisters) {
  ASSERT_TRUE(commit(CommitResult::Committed));
  for (int i = 0; i < 2; ++i) {
    registers("iqn.2001-01.com.example:a");
    ASSERT_TRUE(commit(CommitResult::Committed));
    EXPECT_EQ(members(), 1U);
    deregisters();
    ASSERT_TRUE(commit(CommitResult::Committed));
    EXPECT_EQ(members(), 0U);
    EXPECT_EQ(server_->snapshot().nodes.size(), 0U);
  }
}

TEST_F(DefaultDomainTest, LetsAloneWhoIsInAnotherOneToo) {
  ASSERT_TRUE(commit(CommitResult::Committed));
  registers("iqn.2001-01.com.example:a");
  ASSERT_TRUE(commit(CommitResult::Committed));
  const auto makes = [](isns::AttributeWriter& out) {
    out.text(tag::kIscsiName, test::kControl);
    out.delimiter();
    out.text(tag::kDdName, "zone");
    out.text(tag::kDdMemberIscsiName, "iqn.2001-01.com.example:a");
  };
  EXPECT_EQ(ask(session_, Function::DDReg, makes), Disposition::Held);
  ASSERT_TRUE(commit(CommitResult::Committed));
  EXPECT_EQ(members(), 0U);
  controlAdds(isns::kDefaultDdId);
  ASSERT_TRUE(commit(CommitResult::Committed));
  EXPECT_EQ(members(), 1U);
  deregisters();
  ASSERT_TRUE(commit(CommitResult::Committed));
  EXPECT_EQ(members(), 1U);
  EXPECT_EQ(server_->snapshot().nodes.size(), 1U);
}

}  // namespace
