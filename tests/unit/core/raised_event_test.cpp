// SCNEvents of clients while changes are on their way to the store.
#include "tests/unit/core/server_fixture.h"

namespace {

using core::CommitResult;
using core::Disposition;
using isns::Function;
namespace tag = isns::tag;
namespace scn = isns::scn;

constexpr std::string_view kNode = "iqn.2001-01.com.example:node";

class RaisedEventTest : public test::ServerTest {
 protected:
  Disposition registerNode(core::Session& session, std::string_view name, bool listens) {
    return ask(session, Function::DevAttrReg, [&](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, name);
      out.delimiter();
      out.text(tag::kIscsiName, name);
      if (!listens) return;
      out.ip(tag::kPortalIp, isns::IpAddress{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1});
      out.u32(tag::kPortalPort, 1);
      out.u32(tag::kScnPort, 5000);
    });
  }
  Disposition withBitmap(core::Session& session, Function function, std::string_view name, std::uint32_t bitmap) {
    return ask(session, function, [&](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, name);
      out.text(tag::kIscsiName, name);
      out.delimiter();
      out.u32(tag::kScnBitmap, bitmap);
    });
  }
  // A manager listens; a node registers, is on its way to the store, and says on the same connection what happened to it.
  void raiseWhileInFlight() {
    core::Session manager{1, 0};
    ASSERT_EQ(registerNode(manager, test::kControl, true), Disposition::Held);
    ASSERT_EQ(withBitmap(manager, Function::SCNReg, test::kControl, scn::kObjectUpdated | scn::kManagement), Disposition::Held);
    ASSERT_TRUE(commit(CommitResult::Committed));
    core::Session client{2, 0};
    ASSERT_EQ(registerNode(client, kNode, false), Disposition::Held);
    begin();
    ASSERT_EQ(withBitmap(client, Function::SCNEvent, kNode, scn::kObjectUpdated), Disposition::Held);
  }
};

TEST_F(RaisedEventTest, AboutANodeThatIsWithTheStoreWaitsForTheStore) {
  raiseWhileInFlight();
  EXPECT_EQ(server_->scnRecipients(), 0U);
  finish(CommitResult::Committed);
  EXPECT_EQ(server_->scnRecipients(), 1U);
}

TEST_F(RaisedEventTest, AboutANodeThatTheStoreDidNotTakeIsToldToNobody) {
  raiseWhileInFlight();
  finish(CommitResult::Failed);
  EXPECT_EQ(server_->scnRecipients(), 0U);
}

}  // namespace
