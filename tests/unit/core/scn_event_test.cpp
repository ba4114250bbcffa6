#include "isns-server/core/scn_event.h"

#include "tests/unit/core/scn_fixture.h"

namespace {

using namespace test;

TEST(ScnEvent, HasBitmapNameAndIds) {
  const std::uint32_t dd[] = {5, 6};
  const std::uint32_t dds[] = {9};
  const auto event = ScnEvent::make(isns::scn::kManagement | isns::scn::kObjectAdded, nameTlv("iqn.x"), 3, dd, dds);
  base::Bytes expected;
  isns::AttributeWriter writer(expected);
  writer.u32(isns::tag::kScnBitmap, 0x28);
  writer.text(isns::tag::kIscsiName, "iqn.x");
  writer.u32(isns::tag::kDdId, 5);
  writer.u32(isns::tag::kDdId, 6);
  writer.u32(isns::tag::kDdsId, 9);
  EXPECT_EQ(event->tlvs, expected);
  EXPECT_EQ(event->subjectPortal, 3U);
}

TEST(ScnEvent, AnFcPortHasTheIfcpBitmap) {
  base::Bytes wwpn;
  isns::AttributeWriter(wwpn).u64(isns::tag::kFcPortName, 0x1122334455667788);
  EXPECT_EQ(base::loadU32(ScnEvent::make(isns::scn::kObjectAdded, wwpn)->tlvs.data()), isns::tag::kIfcpScnBitmap);
  EXPECT_EQ(base::loadU32(ScnEvent::makeOverflow(wwpn)->tlvs.data()), isns::tag::kIfcpScnBitmap);
}

TEST(ScnEvent, LeavesOutIdsBeyondItsBound) {
  const std::vector<std::uint32_t> ids(1000, 7);
  const auto event = ScnEvent::make(isns::scn::kManagement, nameTlv(std::string(223, 'a')), 0, ids, ids);
  EXPECT_EQ(event->tlvs.size(), 12 + 8 + 224 + 12 * ScnEvent::kMaxIds);
  EXPECT_LE(event->tlvs.size() + 12 + 8 + 224 + 16, core::ScnOptions{}.maxUdpMessage);
}

}  // namespace
