#include "agent/registrar/heartbeat_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared/isns/functions.h"
#include "shared/isns/pdu.h"

namespace registrar {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

net::Address at(const char* text) { return *net::Address::parse(text, 3205); }
base::TimePoint second(int n) { return base::TimePoint(seconds(n)); }
const net::Address kPeer = at("10.0.0.5");

void write(base::Bytes& bytes, const net::Address& server) {
  base::ByteWriter writer(bytes);
  writer.bytes(server.octets());
  writer.u16(server.port());
  writer.u16(3205);
}

base::Bytes beat(const net::Address& active, std::uint32_t interval = 30, std::uint32_t counter = 0,
                 const std::vector<net::Address>& backups = {}, std::string_view behind = {}) {
  base::Bytes bytes(isns::kPduHeaderSize);
  write(bytes, active);
  base::ByteWriter writer(bytes);
  writer.u32(interval);
  writer.u32(counter);
  writer.u16(0);
  writer.u16(static_cast<std::uint16_t>(backups.size()));
  for (const net::Address& one : backups) write(bytes, one);
  writer.bytes(base::asBytes(behind));
  isns::PduHeader header;
  header.function = isns::idOf(isns::Function::Heartbeat);
  header.flags = isns::flag::kServer | isns::flag::kFirst | isns::flag::kLast;
  header.length = static_cast<std::uint16_t>(bytes.size() - isns::kPduHeaderSize);
  isns::storePduHeader(bytes.data(), header);
  return bytes;
}

TEST(HeartbeatReader, takesTheActiveServerAndItsBackupsInTheirOrder) {
  const auto seen = readHeartbeat(beat(at("10.0.0.5:13205"), 30, 7, {at("10.0.0.6"), at("2001:db8::7")}, "vendor's"));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->active, at("10.0.0.5:13205"));
  EXPECT_EQ(seen->interval, seconds(30));
  EXPECT_EQ(seen->counter, 7U);
  EXPECT_THAT(seen->backups, ElementsAre(at("10.0.0.6"), at("2001:db8::7")));
}

TEST(HeartbeatReader, leavesAloneWhatIsNoHeartbeatOrCutOff) {
  const base::Bytes good = beat(at("10.0.0.5"), 30, 0, {at("10.0.0.6")});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(readHeartbeat(base::ByteView(good).first(size))) << size;
  }
  for (const std::size_t byte : {std::size_t{1}, std::size_t{3}, std::size_t{6}}) {  // version, function, flags
    base::Bytes bad = good;
    bad[byte] ^= 0x0d;
    EXPECT_FALSE(readHeartbeat(bad)) << byte;
  }
  base::Bytes more = good;
  base::storeU16(more.data() + isns::kPduHeaderSize + 30, 2);
  EXPECT_FALSE(readHeartbeat(more)) << "fewer backups than it says";
}

TEST(HeartbeatTableTest, aServerIsKnownFromItsFirstBeatUntilItWasSilentForThreeIntervals) {
  HeartbeatTable table;
  EXPECT_EQ(table.nextDeadline(), base::kNever);
  EXPECT_TRUE(table.onDatagram(beat(at("10.0.0.5"), 30, 1), kPeer, second(100)));
  EXPECT_FALSE(table.onDatagram(beat(at("10.0.0.5"), 30, 2), kPeer, second(130))) << "nothing new";
  EXPECT_EQ(table.nextDeadline(), second(220));
  EXPECT_FALSE(table.onTimer(second(219)));
  EXPECT_THAT(table.servers(), ElementsAre(at("10.0.0.5")));
  EXPECT_TRUE(table.onTimer(second(220)));
  EXPECT_THAT(table.servers(), IsEmpty());
}

TEST(HeartbeatTableTest, backupsStandBehindTheActiveServerEachOnce) {
  HeartbeatTable table;
  table.onDatagram(beat(at("10.0.0.6"), 30, 9, {at("10.0.0.5"), at("10.0.0.6"), at("10.0.0.7")}), kPeer, second(0));
  EXPECT_THAT(table.servers(), ElementsAre(at("10.0.0.6"), at("10.0.0.5"), at("10.0.0.7")));
}

TEST(HeartbeatTableTest, aBackupThatGoesOnWithTheCounterTakesThePlaceOfTheOneBefore) {
  const std::vector<net::Address> group{at("10.0.0.5"), at("10.0.0.6")};
  HeartbeatTable table;
  table.onDatagram(beat(at("10.0.0.5"), 30, 41, group), kPeer, second(0));
  EXPECT_TRUE(table.onDatagram(beat(at("10.0.0.6"), 30, 42, group), kPeer, second(60)));
  EXPECT_THAT(table.servers(), ElementsAre(at("10.0.0.6"), at("10.0.0.5")));
  EXPECT_EQ(table.nextDeadline(), second(150)) << "one group, not two";
}

TEST(HeartbeatTableTest, whoIsNoBackupOrHasALowerCounterTakesNobodysPlace) {
  HeartbeatTable table;
  table.onDatagram(beat(at("10.0.0.5"), 30, 41, {at("10.0.0.6")}), kPeer, second(0));
  table.onDatagram(beat(at("10.0.0.6"), 30, 3), kPeer, second(1));
  table.onDatagram(beat(at("10.0.0.9"), 30, 99), kPeer, second(1));
  EXPECT_THAT(table.servers(), ElementsAre(at("10.0.0.5"), at("10.0.0.6"), at("10.0.0.9")));
}

TEST(HeartbeatTableTest, aFloodOfServersDoesNotDriveOutThoseThatAreKnown) {
  HeartbeatTable table;
  table.onDatagram(beat(at("10.0.0.5")), kPeer, second(0));
  for (int i = 0; i < 100; ++i) {
    table.onDatagram(beat(at(("10.9.0." + std::to_string(i)).c_str())), kPeer, second(1));
  }
  EXPECT_EQ(table.servers().size(), HeartbeatTable::kMaxGroups);
  EXPECT_EQ(table.servers().front(), at("10.0.0.5"));
  const std::vector<net::Address> many(1000, at("10.0.0.6"));
  EXPECT_LE(readHeartbeat(beat(at("10.0.0.5"), 30, 0, many))->backups.size(), HeartbeatTable::kMaxBackups);
}

TEST(HeartbeatTableTest, serversForWhichThereIsNoRoomAreCountedWhileTheyBeatAndTakeThePlaceOfOneThatGoes) {
  HeartbeatTable table;
  for (const char* one : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}) {
    table.onDatagram(beat(at(one)), kPeer, second(0));
  }
  EXPECT_EQ(table.leftOut(), 0U);
  EXPECT_TRUE(table.onDatagram(beat(at("10.0.0.5"), 20), kPeer, second(1)));
  EXPECT_FALSE(table.onDatagram(beat(at("10.0.0.5"), 20), kPeer, second(2))) << "nothing new";
  EXPECT_TRUE(table.onDatagram(beat(at("10.0.0.6"), 30), kPeer, second(2)));
  EXPECT_EQ(table.leftOut(), 2U);
  EXPECT_EQ(table.nextDeadline(), second(62));
  EXPECT_TRUE(table.onTimer(second(62))) << "10.0.0.5 was silent";
  EXPECT_EQ(table.leftOut(), 1U);
  table.onTimer(second(90));
  EXPECT_TRUE(table.onDatagram(beat(at("10.0.0.6"), 30), kPeer, second(91)));
  EXPECT_THAT(table.servers(), ElementsAre(at("10.0.0.6")));
  EXPECT_EQ(table.leftOut(), 0U);
}

TEST(HeartbeatTableTest, whoIsAmongTheBackupsIsNotLeftOut) {
  HeartbeatTable table;
  for (const char* one : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"}) {
    table.onDatagram(beat(at(one), 30, 9, {at("10.0.0.5")}), kPeer, second(0));
  }
  table.onDatagram(beat(at("10.0.0.5"), 30, 1), kPeer, second(1));
  EXPECT_EQ(table.leftOut(), 0U);
}

TEST(HeartbeatTableTest, backupsBeyondTheBoundAreCounted) {
  std::vector<net::Address> many;
  for (std::size_t i = 1; i <= HeartbeatTable::kMaxBackups; ++i)
    many.push_back(at(("10.0.1." + std::to_string(i)).c_str()));
  HeartbeatTable table;
  table.onDatagram(beat(at("10.0.0.5"), 30, 1, many), kPeer, second(0));
  EXPECT_EQ(table.leftOut(), 0U);
  many.push_back(at("10.0.2.1"));
  EXPECT_TRUE(table.onDatagram(beat(at("10.0.0.5"), 30, 2, many), kPeer, second(1)));
  EXPECT_EQ(table.leftOut(), 1U);
}

TEST(HeartbeatTableTest, ofAFloodSoManyAreCountedAndNoMore) {
  HeartbeatTable table;
  for (int i = 0; i < 100; ++i) {
    table.onDatagram(beat(at(("10.9.0." + std::to_string(i)).c_str())), kPeer, second(1));
  }
  EXPECT_EQ(table.leftOut(), HeartbeatTable::kMaxRefused);
}

TEST(HeartbeatTableTest, anIntervalOfYearsIsNotBelieved) {
  HeartbeatTable table;
  table.onDatagram(beat(at("10.0.0.5"), 0xffffffff), kPeer, second(0));
  EXPECT_EQ(table.nextDeadline(), second(0) + HeartbeatTable::kMaxInterval * HeartbeatTable::kSilent);
  table.clear();
  table.onDatagram(beat(at("10.0.0.5"), 0), kPeer, second(0));
  EXPECT_EQ(table.nextDeadline(), second(HeartbeatTable::kSilent));
}

TEST(HeartbeatTableTest, addressesThatNobodyCanBeAskedAtAreLeftOut) {
  for (const char* bad :
       {"0.0.0.0", "::", "239.1.1.1", "ff02::1", "fe80::1", "169.254.0.1", "127.0.0.1", "::1", "10.0.0.5:0"}) {
    HeartbeatTable table;
    EXPECT_FALSE(table.onDatagram(beat(at(bad)), kPeer, second(0))) << bad;
    table.onDatagram(beat(at("10.0.0.5"), 30, 0, {at(bad), at("10.0.0.6")}), kPeer, second(0));
    EXPECT_THAT(table.servers(), ElementsAre(at("10.0.0.5"), at("10.0.0.6"))) << bad;
  }
  HeartbeatTable table;
  EXPECT_TRUE(table.onDatagram(beat(at("127.0.0.1")), at("127.0.0.1"), second(0))) << "of this machine itself";
}

}  // namespace
}  // namespace registrar
