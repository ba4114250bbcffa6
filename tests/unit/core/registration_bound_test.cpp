// What one registration may make of a short message.
#include <string>

#include "tests/unit/core/server_fixture.h"

namespace {

using core::Disposition;
using isns::Function;
using isns::Status;
namespace tag = isns::tag;

class RegistrationBound : public test::ServerTest {
 protected:
  // An entity, or more of it; numbers are of the first node and portal.
  Status registers(const char* eid, std::uint32_t firstNode, std::uint32_t nodes, std::uint32_t firstPortal,
                   std::uint32_t portals, bool replace = false) {
    flags_ = static_cast<std::uint16_t>(isns::flag::kClient | (replace ? isns::flag::kReplace : 0));
    const Disposition became = ask(session_, Function::DevAttrReg, [&](isns::AttributeWriter& out) {
      out.text(tag::kIscsiName, replace ? std::string(test::kControl) : nodeName(eid, firstNode));
      if (replace) out.text(tag::kEntityId, eid);
      out.delimiter();
      out.text(tag::kEntityId, eid);
      for (std::uint32_t i = 0; i < portals; ++i) {
        out.ip(tag::kPortalIp, isns::IpAddress{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1});
        out.u32(tag::kPortalPort, 1000 + firstPortal + i);
      }
      for (std::uint32_t i = 0; i < nodes; ++i) {
        out.text(tag::kIscsiName, nodeName(eid, firstNode + i));
        out.u32(tag::kNodeType, isns::node_type::kTarget);
      }
    });
    if (became == Disposition::Held) {
      EXPECT_TRUE(commit(core::CommitResult::Committed));
      return Status::Successful;
    }
    return static_cast<Status>(base::loadU32(answer_.data() + isns::kPduHeaderSize));
  }
  static std::string nodeName(const char* eid, std::uint32_t number) {
    return "iqn.2001-01.com.example:" + std::string(eid) + std::to_string(number);
  }
  core::Session session_{1, 0};
};

// Each node meets each portal (RFC 4171 6.5.4): 100 KB would make millions of portal groups.
TEST_F(RegistrationBound, NodesAndPortalsOfAnEntityMakeABoundedNumberOfGroups) {
  EXPECT_EQ(registers("most", 0, 128, 0, 128), Status::Successful);
  EXPECT_EQ(registers("more", 0, 128, 200, 129), Status::Busy);
  EXPECT_EQ(registers("most", 128, 1, 128, 0), Status::Busy) << "nor bit by bit";
  EXPECT_EQ(registers("most", 0, 128, 0, 128), Status::Successful) << "the same again is no more";
  EXPECT_EQ(registers("wide", 0, 3000, 0, 0), Status::Successful);
}

TEST_F(RegistrationBound, AnEntityHasABoundedNumberOfPortals) {
  EXPECT_EQ(registers("most", 0, 1, 0, 4096), Status::Successful);
  EXPECT_EQ(registers("more", 0, 1, 10'000, 4097), Status::Busy);
  EXPECT_EQ(registers("most", 0, 1, 5000, 1), Status::Busy) << "nor bit by bit";
  EXPECT_EQ(registers("most", 0, 1, 20'000, 4096, true), Status::Successful) << "in the place of the others";
  EXPECT_EQ(server_->snapshot().portals.size(), 4096U);
  EXPECT_EQ(registers("most", 0, 5, 20'000, 4096, true), Status::Busy) << "too many groups";
}

// One message names as many objects as fit into it, and an entity may have had as many before: where each was compared
// with each, this took minutes.
TEST_F(RegistrationBound, ManyAreReplacedByMany) {
  constexpr std::uint32_t kMany = 16'000;
  EXPECT_EQ(registers("many", 0, kMany, 0, 0), Status::Successful);
  EXPECT_EQ(registers("many", kMany, kMany, 0, 0, true), Status::Successful);
  EXPECT_EQ(server_->snapshot().nodes.size(), kMany);
}

}  // namespace
