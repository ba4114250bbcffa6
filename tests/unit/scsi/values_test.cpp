// Sense, LUNs, designators, TransportIDs: the bytes of T10.
#include <gtest/gtest.h>

#include "agent/scsi/designator.h"
#include "agent/scsi/lun.h"
#include "agent/scsi/sense.h"
#include "agent/scsi/unit_attention.h"
#include "tests/unit/scsi/disk_world.h"

namespace {

using namespace scsi;
using scsi_test::hex;
using scsi_test::text;

std::string encoded(const Sense& sense, bool descriptor) {
  SenseBuffer buffer;
  buffer.fill(0xee);
  const std::size_t size = encode(sense, descriptor, buffer);
  return text(base::ByteView(buffer).first(size));
}

TEST(Sense, IsWrittenInBothFormats) {
  struct Row {
    const char* what;
    Sense sense;
    const char* fixed;
    const char* descriptor;
  };
  Sense miscompare{SenseKey::Miscompare, Asc::MiscompareDuringVerify};
  miscompare.information = 0x1fb;
  Sense far{SenseKey::MediumError, Asc::UnrecoveredReadError};
  far.information = 0x123456789aU;
  Sense progress{SenseKey::NotReady, Asc::SanitizeInProgress};
  progress.progress = Progress{0x8000};
  const Row rows[] = {
      {"plain", {SenseKey::NotReady, Asc::MediumNotPresent}, "700002000000000a000000003a0000000000",
       "72023a0000000000"},
      {"information", miscompare, "f0000e000001fb0a000000001d0000000000", "720e1d000000000c000a800000000000000001fb"},
      {"information beyond 32 bits", far, "700003000000000a00000000110000000000",
       "720311000000000c000a8000000000123456789a"},
      {"field in the CDB, with bit", invalidFieldInCdb(2, std::uint8_t{5}), "700005000000000a00000000240000cd0002",
       "720524000000000802060000cd000200"},
      {"field in the parameter list", invalidFieldInParameterList(0x123), "700005000000000a00000000260000800123",
       "72052600000000080206000080012300"},
      {"progress", progress, "700002000000000a00000000041b00808000", "7202041b000000080206000080800000"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(encoded(row.sense, false), row.fixed) << row.what;
    EXPECT_EQ(encoded(row.sense, true), row.descriptor) << row.what;
  }
}

TEST(Sense, NamesEveryCodeOnce) {
  EXPECT_EQ(ascName(Asc::LbaOutOfRange), "LOGICAL BLOCK ADDRESS OUT OF RANGE");
  EXPECT_EQ(ascName(static_cast<Asc>(0xffff)), "");
  for (const Asc asc : kUnitAttentionAsc) EXPECT_NE(ascName(asc), "") << static_cast<int>(asc);
}

TEST(Lun, IsWrittenInTheShortestFormAndReadInAll) {
  struct Row {
    std::uint32_t number;
    const char* bytes;
  };
  for (const Row& row : {Row{0, "0000000000000000"}, Row{255, "00ff000000000000"}, Row{256, "4100000000000000"},
                         Row{16383, "7fff000000000000"}, Row{16384, "d200400000000000"},
                         Row{0xffffff, "d2ffffff00000000"}}) {
    const auto lun = Lun::of(row.number);
    ASSERT_TRUE(lun);
    EXPECT_EQ(text(lun->bytes), row.bytes);
    EXPECT_EQ(lun->number(), row.number);
  }
  EXPECT_FALSE(Lun::of(0x1000000));
}

TEST(Lun, WithMoreThanOneLevelHasNoNumber) {
  for (const char* bytes : {"0100000000000000", "0001000100000000", "8000000000000000", "c101000000000000",
                            "e200000000000000", "4001000100000000", "d200000000000001"}) {
    Lun lun;
    const base::Bytes b = hex(bytes);
    std::copy(b.begin(), b.end(), lun.bytes.begin());
    EXPECT_FALSE(lun.number()) << bytes;
    EXPECT_EQ(lun.isReportLunsWellKnown(), std::string_view(bytes).starts_with("c101")) << bytes;
  }
  Lun flat;
  flat.bytes[0] = 0x40;
  flat.bytes[1] = 5;
  EXPECT_EQ(flat.number(), 5U) << "a small number in the flat form";
}

TEST(Designator, HasTheHeaderOfItsKind) {
  base::Bytes out;
  appendNaa(out, Association::LogicalUnit, hex("3000000000000001"));
  EXPECT_EQ(text(out), "01030008" "3000000000000001");
  out.clear();
  appendT10Vendor(out, "ACME", "x1");
  EXPECT_EQ(text(out), "0201000a" "41434d4520202020" "7831");
  out.clear();
  appendRelativeTargetPort(out, 2);
  appendTargetPortGroup(out, 3);
  EXPECT_EQ(text(out), "51940004" "00000002" "51950004" "00000003");
  out.clear();
  appendScsiNameString(out, Association::TargetDevice, "iqn.a");
  EXPECT_EQ(text(out), "53a80008" "69716e2e61000000");
  EXPECT_EQ(naaLocallyAssigned(hex("01"))[0] >> 4, 3);
  EXPECT_NE(naaLocallyAssigned(hex("01")), naaLocallyAssigned(hex("02")));
}

TEST(TransportId, OfAnInitiatorPort) {
  const std::uint8_t isid[6] = {0x40, 0, 1, 0xab, 0, 2};
  const base::Bytes id = iscsiTransportId("iqn.a", isid);
  // 45 00, length 24: "iqn.a,i,0x400001ab0002" and two NULs
  EXPECT_EQ(text(id), "45000018" "69716e2e612c692c3078343030303031616230303032" "0000");
  EXPECT_EQ(transportIdSize(id), id.size());
  EXPECT_TRUE(namesInitiatorPort(id));
  EXPECT_EQ(canonicalTransportId(id), id);
  EXPECT_EQ(iscsiTransportId("iqn.a").size(), kMinTransportId);
  EXPECT_FALSE(namesInitiatorPort(iscsiTransportId("iqn.a")));
}

TEST(TransportId, InUpperCaseAndWithMorePaddingIsTheSamePort) {
  const std::uint8_t isid[6] = {0x40, 0, 1, 0xab, 0, 2};
  base::Bytes other = iscsiTransportId("iqn.a", isid);
  for (std::uint8_t& b : other) b = b == 'b' ? 'B' : b;
  other.insert(other.end(), 8, 0);
  other[3] = static_cast<std::uint8_t>(other.size() - 4);
  ASSERT_EQ(transportIdSize(other), other.size());
  EXPECT_EQ(canonicalTransportId(other), iscsiTransportId("iqn.a", isid));
}

TEST(TransportId, ThatIsMalformedHasNoSize) {
  const std::uint8_t isid[6] = {};
  const base::Bytes good = iscsiTransportId("iqn.a", isid);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(transportIdSize(base::ByteView(good).first(size))) << size;
  }
  base::Bytes bad = good;
  bad[0] = 0x06;
  EXPECT_FALSE(transportIdSize(bad)) << "another protocol";
  bad = good;
  bad[3] = 22;
  EXPECT_FALSE(transportIdSize(bad)) << "no multiple of four";
  bad = good;
  bad[10] = 'x';
  EXPECT_FALSE(transportIdSize(bad)) << "no ,i,0x";
}

TEST(UnitAttention, IsReportedOnceAndHighestFirst) {
  UnitAttentions attentions;
  attentions.establish(UnitAttention::CapacityChanged);
  attentions.establish(UnitAttention::PowerOnOrReset);
  attentions.establish(UnitAttention::CapacityChanged);
  attentions.establish(UnitAttention::BusDeviceReset);
  EXPECT_EQ(attentions.take(), UnitAttention::PowerOnOrReset);
  EXPECT_EQ(attentions.take(), UnitAttention::BusDeviceReset);
  EXPECT_EQ(attentions.take(), UnitAttention::CapacityChanged);
  EXPECT_EQ(attentions.take(), std::nullopt);
}

}  // namespace
