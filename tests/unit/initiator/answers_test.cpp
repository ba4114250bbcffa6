// What an initiator reads in the answers of disks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/initiator/ctl/inquiry_pages.h"
#include "agent/initiator/ctl/latency_histogram.h"
#include "agent/initiator/ctl/progress.h"
#include "agent/initiator/ctl/sizes.h"
#include "agent/initiator/disk_commands.h"
#include "agent/initiator/sense_reader.h"

namespace {

using initiator::readSense;
using testing::ElementsAre;

class NoRequest final : public initiator::ScsiRequest {
 public:
  void onEnd() override {}
};

TEST(Sense, IsReadInBothFormats) {
  scsi::SenseBuffer buffer;
  for (const bool descriptors : {false, true}) {
    const scsi::Sense sense{scsi::SenseKey::MediumError, scsi::Asc::UnrecoveredReadError, 0x1234};
    const std::size_t size = scsi::encode(sense, descriptors, buffer);
    const auto read = readSense(base::ByteView(buffer).first(size));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->key, scsi::SenseKey::MediumError);
    EXPECT_EQ(read->code(), scsi::Asc::UnrecoveredReadError);
    EXPECT_EQ(read->information, 0x1234U);
  }
  EXPECT_EQ(describe(*readSense(base::Bytes{0x72, 5, 0x25, 0})), "ILLEGAL REQUEST 25/00 LOGICAL UNIT NOT SUPPORTED");
}

TEST(Sense, ThatIsCutOrNoneIsNotReadBeyondItsEnd) {
  EXPECT_FALSE(readSense({}));
  EXPECT_FALSE(readSense(base::Bytes{0x70, 0, 5}));
  EXPECT_FALSE(readSense(base::Bytes{0x00, 0, 5, 0}));
  const auto shortOne = readSense(base::Bytes{0xf0, 0, 6, 1});
  ASSERT_TRUE(shortOne);
  EXPECT_EQ(shortOne->key, scsi::SenseKey::UnitAttention);
  EXPECT_FALSE(shortOne->information);
  EXPECT_TRUE(readSense(base::Bytes{0x72, 6, 0x29, 0, 0, 0, 0, 200, 0, 10, 0x80}));
}

TEST(Capacity, OfEitherLength) {
  const auto small = initiator::readCapacity10(base::Bytes{0, 0, 0, 9, 0, 0, 2, 0});
  ASSERT_TRUE(small);
  EXPECT_EQ(small->bytes(), 5120U);
  base::Bytes data(32, 0);
  base::storeU64(data.data(), 0x1ffffffff);
  base::storeU32(data.data() + 8, 4096);
  data[14] = 0x80;
  const auto large = initiator::readCapacity16(data);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->blocks, 0x200000000U);
  EXPECT_TRUE(large->thin);
}

TEST(Capacity, ThatCannotBeIsNone) {
  EXPECT_FALSE(initiator::readCapacity10(base::Bytes{0, 0, 0, 9, 0, 0, 0, 0}));
  EXPECT_FALSE(initiator::readCapacity10(base::Bytes{0, 0, 0, 9}));
  base::Bytes data(32, 0xff);
  EXPECT_FALSE(initiator::readCapacity16(data));
}

TEST(Luns, AreReadAsFarAsTheyCame) {
  const base::Bytes data{0, 0, 0, 24, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x41, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0};
  EXPECT_THAT(initiator::readLuns(data), ElementsAre(1U, 256U));
  EXPECT_TRUE(initiator::readLuns(base::Bytes{0, 0, 0, 8}).empty());
}

TEST(DiskCommands, TakeTheShortFormWhereItFits) {
  NoRequest request;
  base::Bytes data(512);
  initiator::setRead(request, 0xffffffff, 1, data);
  EXPECT_EQ(request.cdb[0], 0x28);
  EXPECT_EQ(request.cdb.size(), 10U);
  initiator::setRead(request, 0x100000000, 1, data);
  EXPECT_EQ(request.cdb[0], 0x88);
  EXPECT_EQ(base::loadU64(&request.cdb[2]), 0x100000000U);
  initiator::setWrite(request, 0, 0x10000, data);
  EXPECT_EQ(request.cdb[0], 0x8a);
  EXPECT_EQ(base::loadU32(&request.cdb[10]), 0x10000U);
  EXPECT_TRUE(request.dataIn.empty());
}

TEST(InquiryPages, AreShownAsFarAsTheyCame) {
  for (std::size_t size = 0; size < 80; ++size) {
    const base::Bytes data(size, 0xff);
    (void)initiator_ctl::standardInquiry(data);
    for (const unsigned page : {0x00U, 0x80U, 0x83U, 0x86U, 0xb0U, 0xb1U, 0xb2U, 0xc0U}) {
      (void)initiator_ctl::vitalPage(static_cast<std::uint8_t>(page), data);
    }
  }
  EXPECT_EQ(initiator_ctl::inquiryText(base::asBytes("  ab cd  "), 0, 9), "ab cd");
  EXPECT_EQ(initiator_ctl::inquiryText(base::Bytes{0xff, 0xfe}, 0, 2), "fffe");
}

TEST(Histogram, PercentilesAreRightWithinThreePercent) {
  initiator_ctl::LatencyHistogram histogram;
  for (int i = 1; i <= 10000; ++i) histogram.add(std::chrono::microseconds(i));
  const auto near = [](base::Duration got, double micros) {
    const double us = std::chrono::duration<double, std::micro>(got).count();
    EXPECT_NEAR(us, micros, micros * 0.035);
  };
  near(histogram.percentile(0.5), 5000);
  near(histogram.percentile(0.99), 9900);
  EXPECT_EQ(histogram.percentile(1), std::chrono::microseconds(10000));
  EXPECT_EQ(histogram.most(), std::chrono::microseconds(10000));
  EXPECT_EQ(histogram.count(), 10000U);
  histogram.add(std::chrono::hours(100));
  EXPECT_EQ(initiator_ctl::LatencyHistogram().percentile(0.5), base::Duration{});
}

TEST(Progress, TellsPartRateAndTimeLeft) {
  EXPECT_EQ(initiator_ctl::progressText(1U << 20, 4U << 20, std::chrono::seconds(1)),
            "[#######.......................]  25%  1.0 MiB  1.0 MiB/s  0:03 left");
  EXPECT_EQ(initiator_ctl::progressText(0, 0, std::chrono::seconds(1)), "0 B  0 B/s");
}

}  // namespace
