#include "isns-server/core/heartbeat.h"

#include <gtest/gtest.h>

#include "shared/isns/functions.h"
#include "shared/isns/pdu.h"

namespace {

using core::Heartbeat;
using core::HeartbeatServer;
using std::chrono::milliseconds;
using std::chrono::seconds;

base::TimePoint second(int n) { return base::TimePoint(seconds(n)); }
HeartbeatServer server(std::uint8_t host, std::uint16_t udp) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, host}, 3205, udp};
}

TEST(Heartbeat, HasThePayloadOfRfc4171) {
  Heartbeat heartbeat(server(1, 3205), {server(2, 0), server(3, 3206)}, 30, second(100), 7);
  base::Bytes bytes;
  ASSERT_TRUE(heartbeat.onTimer(second(100), bytes));
  const isns::PduHeader header = isns::loadPduHeader(bytes.data());
  EXPECT_EQ(header.function, isns::idOf(isns::Function::Heartbeat));
  EXPECT_EQ(header.flags, isns::flag::kServer | isns::flag::kFirst | isns::flag::kLast);
  EXPECT_EQ(header.length, 32 + 2 * 20);
  base::ByteReader reader(base::ByteView(bytes).subspan(isns::kPduHeaderSize));
  EXPECT_TRUE(base::equal(reader.bytes(16), server(1, 0).ip));
  EXPECT_EQ(reader.u16(), 3205);
  EXPECT_EQ(reader.u16(), 3205);
  EXPECT_EQ(reader.u32(), 30U);
  EXPECT_EQ(reader.u32(), 7U);
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_EQ(reader.u16(), 2);
  EXPECT_TRUE(base::equal(reader.bytes(16), server(2, 0).ip));
  EXPECT_EQ(reader.u16(), 3205);
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_TRUE(base::equal(reader.bytes(16), server(3, 0).ip));
  EXPECT_EQ(reader.u16(), 3205);
  EXPECT_EQ(reader.u16(), 3206);
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_FALSE(reader.failed());
}

TEST(Heartbeat, BeatsOnceAnIntervalAndCountsFromZero) {
  Heartbeat heartbeat(server(1, 0), {}, 30, second(100));
  base::Bytes bytes;
  EXPECT_TRUE(heartbeat.onTimer(second(100), bytes));
  EXPECT_FALSE(heartbeat.onTimer(second(129), bytes));
  EXPECT_EQ(heartbeat.nextDeadline(), second(130));
  bytes.clear();
  EXPECT_TRUE(heartbeat.onTimer(second(130) + milliseconds(400), bytes));
  EXPECT_EQ(base::loadU32(bytes.data() + isns::kPduHeaderSize + 24), 1U);
  EXPECT_EQ(heartbeat.nextDeadline(), second(160));
}

TEST(Heartbeat, DoesNotMakeUpForMissedBeats) {
  Heartbeat heartbeat(server(1, 0), {}, 30, second(0));
  base::Bytes bytes;
  EXPECT_TRUE(heartbeat.onTimer(second(1000), bytes));
  EXPECT_FALSE(heartbeat.onTimer(second(1000), bytes));
  EXPECT_EQ(heartbeat.nextDeadline(), second(1020));
  EXPECT_EQ(heartbeat.counter(), 1U);
}

TEST(Heartbeat, LeavesOutBackupsThatDoNotFitADatagram) {
  Heartbeat heartbeat(server(1, 0), std::vector<HeartbeatServer>(1000, server(2, 0)), 30, second(0));
  base::Bytes bytes;
  ASSERT_TRUE(heartbeat.onTimer(second(0), bytes));
  EXPECT_LE(bytes.size(), 1472U);
  EXPECT_EQ(base::loadU16(bytes.data() + isns::kPduHeaderSize + 30), Heartbeat::kMaxBackups);
}

}  // namespace
