// A target connection beside commands: discovery, texts, pings, digests, back-pressure, timers, what closes it.
#include "agent/iscsi/target_connection.h"

#include "tests/unit/iscsi/session_bench.h"

namespace iscsi_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

Peer& discovery(Bench& bench, std::string_view target = "") {
  bench.discovery = true;
  bench.target = target;
  return bench.peer();
}

// ---- Credentials that come later -----------------------------------------------------------------------------------

// A connection whose login waits for credentials.
Peer& asking(Bench& bench) {
  bench.world.credentialsLater = true;
  bench.world.access.policy.noneAllowed = false;
  bench.world.setting.login.limits.deadline = bench.world.now + seconds(15);
  bench.peers.push_back(std::make_unique<Peer>(bench, std::uint16_t{0}));
  Peer& peer = *bench.peers.back();
  for (const auto& pairs :
       {textOf({"InitiatorName=iqn.2001-04.com.example:host", "TargetName=iqn.2001-04.com.example:disk",
                "AuthMethod=CHAP"}),
        textOf({"CHAP_A=5"}), textOf({"CHAP_N=host", "CHAP_R=0x00112233445566778899aabbccddeeff"})}) {
    LoginRequest request;
    request.isid = {0x80, 0, 0, 0, 0, 1};
    request.dataSegmentLength = static_cast<std::uint32_t>(pairs.size());
    peer.send(request, pairs);
    peer.take();
  }
  EXPECT_EQ(bench.world.asking.size(), 1U);
  EXPECT_FALSE(peer.closing());
  return peer;
}

TEST(TargetCredentials, ThatComeLaterAreTaken) {
  Bench bench;
  Peer& peer = asking(bench);
  bench.world.asking[0]->onCredentials(std::nullopt, bench.world.now);
  EXPECT_THAT(peer.take(), ElementsAre("LOGIN 0201"));
  EXPECT_NE(peer.attended, 0) << "nothing else would send it";
}

TEST(TargetCredentials, ReachNoConnectionThatIsGone) {
  Bench bench;
  asking(bench).lose();
  EXPECT_THAT(bench.world.asking, IsEmpty()) << "lost";
  asking(bench);
  bench.peers.pop_back();
  EXPECT_THAT(bench.world.asking, IsEmpty()) << "destroyed";
}

TEST(TargetCredentials, ReachNoLoginThatHasFailed) {
  Bench bench;
  Peer& slow = asking(bench);
  bench.world.advance(seconds(15));
  slow.connection->onTimer(bench.world.now);
  EXPECT_TRUE(slow.closing());
  EXPECT_THAT(bench.world.asking, IsEmpty()) << "its time was over";
  Peer& wrong = asking(bench);
  wrong.send(wrong.nop(1));
  EXPECT_TRUE(wrong.closing());
  EXPECT_THAT(bench.world.asking, IsEmpty()) << "something else came";
  Peer& broken = asking(bench);
  LoginRequest huge;
  huge.dataSegmentLength = 1U << 20;
  std::array<std::uint8_t, kBhsSize> header{};
  huge.encode(header);
  broken.connection->onBytes(header, bench.world.now);
  EXPECT_TRUE(broken.closing());
  EXPECT_THAT(bench.world.asking, IsEmpty()) << "what came could not be read";
}

// ---- Discovery -----------------------------------------------------------------------------------------------------

TEST(TargetDiscovery, SendTargetsTellsAllThatTheDirectoryHas) {
  Bench bench;
  bench.world.targets = {"iqn.a:1", "iqn.a:2"};
  Peer& peer = discovery(bench);
  peer.send(peer.text(5), textOf({"SendTargets=All"}));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F TargetName=iqn.a:1 TargetAddress=192.0.2.1:3260,1 TargetName=iqn.a:2 "
                                       "TargetAddress=192.0.2.1:3260,1"));
  peer.send(peer.text(6), textOf({"SendTargets=iqn.a:2"}));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F TargetName=iqn.a:2 TargetAddress=192.0.2.1:3260,1"));
  peer.send(peer.text(7), textOf({"SendTargets="}));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F SendTargets=Reject"));
  EXPECT_THAT(bench.world.asked, ElementsAre("", "iqn.a:2"));
}

TEST(TargetDiscovery, ALongListComesInSeveralAnswers) {
  Bench bench;
  bench.world.targets.clear();
  for (int i = 0; i < 400; ++i) bench.world.targets.push_back("iqn.2001-04.com.example:disk" + std::to_string(i));
  Peer& peer = discovery(bench);
  peer.send(peer.text(5), textOf({"SendTargets=All"}));
  Lines lines = peer.take();
  for (int i = 0; i < 10 && lines.at(0).starts_with("TEXT C"); ++i) {
    peer.send(peer.text(5, true, 1));
    lines = peer.take();
  }
  EXPECT_THAT(lines, ElementsAre(StartsWith("TEXT F")));
  const std::vector<std::string> pairs = pairsOf(peer.texts);
  ASSERT_EQ(pairs.size(), 800U);
  EXPECT_EQ(pairs[798], "TargetName=iqn.2001-04.com.example:disk399");
}

TEST(TargetDiscovery, NothingButTextAndLogoutIsTaken) {
  Bench bench;
  Peer& peer = discovery(bench);
  peer.send(peer.read(1, 8));
  peer.send(peer.function(TaskManagementFunction::LogicalUnitReset, 2));
  peer.send(peer.nop(3));
  peer.sendData(1, 0, 8);
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04", "REJECT 04", "REJECT 04", "REJECT 04"));
  peer.send(peer.text(4), textOf({"MaxRecvDataSegmentLength=4096"}));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04"));
  peer.send(peer.logout(LogoutReason::CloseSession, 0));
  EXPECT_THAT(peer.take(), ElementsAre("LOGOUT r=0"));
  EXPECT_TRUE(peer.closing());
}

TEST(TargetDiscovery, ASilentSessionEnds) {
  Bench bench;
  Peer& peer = discovery(bench, "iqn.2001-04.com.example:disk");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(peer.connection->nextDeadline(), bench.world.now + TargetConnection::kDiscoverySilence);
    bench.world.advance(TargetConnection::kDiscoverySilence - milliseconds(1));
    peer.connection->onTimer(bench.world.now);
    EXPECT_FALSE(peer.closing());
    if (i == 0) peer.acknowledge();
  }
  bench.world.advance(milliseconds(1));
  peer.connection->onTimer(bench.world.now);
  EXPECT_TRUE(peer.closing());
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::TimedOut));
  EXPECT_THAT(peer.faults, IsEmpty());
}

TEST(TargetDiscovery, ASessionWhoseConnectionIsLostEndsAtOnce) {
  Bench bench;
  Peer& peer = discovery(bench);
  peer.lose();
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::LoggedOut));
  EXPECT_EQ(bench.world.directory.size(), 0U);
}

// Whoever only asks for names may have had to prove less.
TEST(TargetDiscovery, WithTheNamesOfANormalSessionLeavesItAlone) {
  Bench bench;
  Peer& normal = bench.peer();
  Peer& asking = discovery(bench, "iqn.2001-04.com.example:disk");
  EXPECT_THAT(bench.world.ended, IsEmpty());
  normal.sendRead(1, 8);
  EXPECT_THAT(normal.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
  bench.discovery = false;
  bench.peer();
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::Reinstated)) << "the normal one";
  EXPECT_TRUE(normal.closing());
  EXPECT_FALSE(asking.closing());
}

TEST(TargetDiscovery, ANormalSessionLearnsOfItsOwnTargetOnly) {
  Bench bench;
  bench.world.targets = {bench.target, "iqn.a:other"};
  Peer& peer = bench.peer();
  peer.send(peer.text(5), textOf({"SendTargets="}));
  const std::string own = "TEXT F TargetName=" + bench.target + " TargetAddress=192.0.2.1:3260,1";
  EXPECT_THAT(peer.take(), ElementsAre(own));
  peer.send(peer.text(6), textOf({"SendTargets=" + bench.target}));
  EXPECT_THAT(peer.take(), ElementsAre(own));
  peer.send(peer.text(7), textOf({"SendTargets=iqn.a:other"}));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F"));
  peer.send(peer.text(8), textOf({"SendTargets=All"}));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F SendTargets=Reject"));
}

// ---- Text ----------------------------------------------------------------------------------------------------------

TEST(TargetTextExchange, ALongerSegmentIsInForceBehindTheAnswer) {
  Bench bench;
  Peer& peer = bench.peer({"MaxRecvDataSegmentLength=512"});
  peer.sendRead(1, 1024);
  EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=0 off=0 len=512", "IN 1 sn=1 off=512 len=512 F S"));
  peer.send(peer.text(5), textOf({"MaxRecvDataSegmentLength=4096"}));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F"));
  peer.sendRead(2, 1024);
  EXPECT_THAT(peer.take(), ElementsAre("IN 2 sn=0 off=0 len=1024 F S"));
}

TEST(TargetTextExchange, KeysOfTheLoginAreRefused) {
  for (const std::string_view key :
       {"HeaderDigest=CRC32C", "InitiatorName=iqn.a:b", "AuthMethod=None", "MaxBurstLength=512"}) {
    Bench bench;
    Peer& peer = bench.peer();
    peer.send(peer.text(5), textOf({key}));
    EXPECT_THAT(peer.take(), ElementsAre("REJECT 04")) << key;
    EXPECT_FALSE(peer.closing());
    peer.sendRead(1, 8);
    EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
  }
}

TEST(TargetTextExchange, GoesOverSeveralRequests) {
  Bench bench;
  Peer& peer = bench.peer();
  TextRequest part = peer.text(5, false);
  part.continues = true;
  peer.send(part, base::asBytes("SendTar"));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT"));
  peer.send(peer.text(5, true, 1), textOf({"gets="}));
  EXPECT_THAT(peer.take(), ElementsAre(StartsWith("TEXT F TargetName=")));
}

TEST(TargetTextExchange, AHugeSequenceIsRejected) {
  Bench bench;
  EXPECT_TRUE(bench.world.access.wishes.set(Key::MaxRecvDataSegmentLength, 65536));
  Peer& peer = bench.peer();
  Lines last;
  for (int i = 0; i < 40 && last != Lines{"REJECT 04"}; ++i) {
    TextRequest part = peer.text(5, false, i == 0 ? kReservedTag : 1);
    part.continues = true;
    peer.send(part, base::Bytes(8192, 'x'));
    last = peer.take();
  }
  EXPECT_EQ(last, (Lines{"REJECT 04"}));
  EXPECT_FALSE(peer.closing());
}

TEST(TargetTextExchange, KeysThatComeTwiceOrDoNotGoTogetherAreRejected) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.send(peer.text(5), textOf({"SendTargets=", "SendTargets="}));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04"));
  peer.send(peer.text(6), textOf({"SendTargets=", "MaxRecvDataSegmentLength=4096"}));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04"));
}

TEST(TargetTextExchange, EndsWhenTheInitiatorIsDoneToo) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.send(peer.text(5, false), textOf({"SendTargets="}));
  EXPECT_THAT(peer.take(), ElementsAre(StartsWith("TEXT TargetName=")));
  peer.send(peer.text(5, true, 1));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F"));
}

TEST(TargetTextExchange, WhileAnAnswerGoesOnNothingNewIsSaid) {
  Bench bench;
  for (int i = 0; i < 400; ++i) bench.world.targets.push_back("iqn.2001-04.com.example:disk" + std::to_string(i));
  Peer& peer = discovery(bench);
  peer.send(peer.text(5), textOf({"SendTargets=All"}));
  EXPECT_THAT(peer.take(), ElementsAre(StartsWith("TEXT C")));
  peer.send(peer.text(5, true, 1), textOf({"X-a=b"}));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04"));
}

TEST(TargetTextExchange, ATagOfNoExchangeIsRejected) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.send(peer.text(5, true, 1), textOf({"SendTargets="}));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 09"));
}

// ---- Pings ---------------------------------------------------------------------------------------------------------

TEST(TargetPing, IsAnsweredWithItsDataAsFarAsTheInitiatorTakesIt) {
  Bench bench;
  Peer& peer = bench.peer({"MaxRecvDataSegmentLength=512"});
  peer.send(peer.nop(5), base::ByteView(pattern()).first(100));
  peer.send(peer.nop(6), base::ByteView(pattern()).first(2000));
  EXPECT_THAT(peer.take(), ElementsAre("NOP 5 len=100", "NOP 6 len=512"));
}

TEST(TargetPing, ComesAfterSilenceAndItsAnswerIsAwaited) {
  Bench bench;
  bench.world.setting.pingAfter = seconds(10);
  bench.world.setting.pingTime = seconds(5);
  Peer& peer = bench.peer();
  TargetConnection& connection = *peer.connection;
  EXPECT_EQ(connection.nextDeadline(), bench.world.now + seconds(10));
  bench.world.advance(milliseconds(9999));
  connection.onTimer(bench.world.now);
  EXPECT_THAT(peer.take(), IsEmpty());
  bench.world.advance(milliseconds(1));
  connection.onTimer(bench.world.now);
  EXPECT_THAT(peer.take(), ElementsAre("NOP ping"));
  EXPECT_EQ(connection.nextDeadline(), bench.world.now + seconds(5));
  bench.world.advance(milliseconds(4999));
  peer.acknowledge();
  EXPECT_EQ(connection.nextDeadline(), bench.world.now + seconds(10));
  bench.world.advance(seconds(10));
  connection.onTimer(bench.world.now);
  EXPECT_THAT(peer.take(), ElementsAre("NOP ping"));
  bench.world.advance(seconds(5));
  connection.onTimer(bench.world.now);
  EXPECT_TRUE(peer.closing());
  EXPECT_THAT(peer.faults, ElementsAre("no answer to a NOP-In"));
}

// Of all that the window lets wait, one alone keeps any number of bytes.
TEST(TargetPing, BehindAGapKeepsLittle) {
  Bench bench;
  EXPECT_TRUE(bench.world.access.wishes.set(Key::MaxRecvDataSegmentLength, 262144));
  Peer& peer = bench.peer({"MaxRecvDataSegmentLength=262144"});
  for (int round = 0; round < 2; ++round) {
    const ScsiCommand missing = peer.command(1, kTestNone, 0);
    peer.send(peer.nop(2, false), base::ByteView(pattern()).first(60000));
    peer.send(peer.nop(3, false), base::ByteView(pattern()).first(5000));
    peer.send(peer.nop(4, false), base::ByteView(pattern()).first(6000));
    TextRequest text = peer.text(5);
    text.immediate = false;
    peer.send(text, base::ByteView(pattern()).first(6000));
    EXPECT_THAT(peer.take(), ElementsAre("REJECT 0a")) << "it may come again";
    peer.send(missing);
    EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00", "NOP 2 len=60000", "NOP 3 len=5000", "NOP 4 len=0"))
        << "round " << round;
    text.cmdSn = (*peer.cmdSn)++;
    peer.send(text, textOf({"X-a=b"}));
    EXPECT_THAT(peer.take(), ElementsAre("TEXT F X-a=NotUnderstood"));
  }
  const ScsiCommand missing = peer.command(1, kTestNone, 0);
  peer.send(peer.nop(2, false), base::ByteView(pattern()).first(100000));
  peer.send(missing);
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00", "NOP 2 len=100000"));
}

TEST(TargetPing, BehindAGapGivesItsBytesBackWithItsConnection) {
  Bench bench;
  EXPECT_TRUE(bench.world.access.wishes.set(Key::MaxRecvDataSegmentLength, 262144));
  Peer& first = bench.peer({"MaxConnections=2", "MaxRecvDataSegmentLength=262144"});
  Peer& second = bench.join(first, 1, {"MaxRecvDataSegmentLength=262144"});
  const ScsiCommand missing = first.read(1, 8);
  second.send(second.nop(2, false), base::ByteView(pattern()).first(65536));
  second.lose();
  --*first.cmdSn;
  first.send(first.nop(3, false), base::ByteView(pattern()).first(65536));
  first.send(missing);
  EXPECT_THAT(first.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S", "NOP 3 len=65536"));
}

TEST(TargetPing, IsSentOnceWhileItsAnswerIsAwaited) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  second.sendRead(1, 8);
  first.sendFunction(TaskManagementFunction::LogicalUnitReset, 9);
  first.sendFunction(TaskManagementFunction::AbortTaskSet, 10);
  // Both wait for what was sent there; one sign of life serves them.
  EXPECT_THAT(second.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S", "NOP ping"));
  second.acknowledge();
  EXPECT_THAT(first.take(), ElementsAre("TMF 9 r=0", "TMF 10 r=0"));
}

TEST(TargetPing, IsNotForDiscoverySessions) {
  Bench bench;
  bench.world.setting.pingAfter = seconds(1);
  Peer& peer = discovery(bench);
  bench.world.advance(seconds(59));
  peer.connection->onTimer(bench.world.now);
  EXPECT_THAT(peer.take(), IsEmpty());
}

TEST(TargetPing, OfNoTaskIsNotAnswered) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.acknowledge();
  EXPECT_THAT(peer.take(), IsEmpty());
}

// ---- Timers --------------------------------------------------------------------------------------------------------

TEST(TargetTimers, ALoginHasItsDeadline) {
  Bench bench;
  bench.world.setting.login.limits.deadline = bench.world.now + seconds(15);
  bench.peers.push_back(std::make_unique<Peer>(bench, std::uint16_t{0}));
  Peer& peer = *bench.peers.back();
  EXPECT_EQ(peer.connection->nextDeadline(), bench.world.now + seconds(15));
  bench.world.advance(seconds(14));
  const std::array<std::uint8_t, 10> some{0x43, 0x80};
  peer.connection->onBytes(some, bench.world.now);
  peer.connection->onTimer(bench.world.now);
  EXPECT_FALSE(peer.closing());
  bench.world.advance(seconds(1));
  peer.connection->onTimer(bench.world.now);
  EXPECT_TRUE(peer.closing());
  EXPECT_FALSE(peer.refused.empty());
  EXPECT_THAT(peer.take(), IsEmpty());
}

TEST(TargetTimers, DataThatIsOwedMustComeWhateverElseDoes) {
  Bench bench;
  bench.world.setting.dataOutTime = seconds(20);
  Peer& peer = bench.peer();
  peer.sendWrite(1, 4096);
  peer.take();
  for (int i = 0; i < 3; ++i) {
    bench.world.advance(seconds(15));
    peer.sendData(1, static_cast<std::uint32_t>(i) * 512, 512, false, static_cast<std::uint32_t>(i));
    peer.connection->onTimer(bench.world.now);
    EXPECT_FALSE(peer.closing());
  }
  bench.world.advance(seconds(15));
  peer.send(peer.nop(5));
  peer.connection->onTimer(bench.world.now);
  EXPECT_FALSE(peer.closing());
  peer.sendData(1, 1536, 0, false, 3);  // nothing is no data
  bench.world.advance(seconds(5));
  peer.send(peer.nop(6));
  EXPECT_LE(peer.connection->nextDeadline(), bench.world.now);
  peer.connection->onTimer(bench.world.now);
  EXPECT_TRUE(peer.closing());
  EXPECT_THAT(peer.faults, ElementsAre("data that was asked for did not come"));
}

// Data comes in the order in which it was asked for (RFC 7143 11.8): what is younger would have come behind it.
TEST(TargetTimers, DataOfYoungerWritesIsNoExcuse) {
  Bench bench;
  bench.world.setting.dataOutTime = seconds(20);
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  for (std::uint32_t i = 0; i < 2; ++i) {
    EXPECT_FALSE(peer.closing());
    bench.world.advance(seconds(10));
    peer.sendWrite(10 + i, 1024);
    peer.take();
    peer.sendData(10 + i, 0, 512, false);
    peer.connection->onTimer(bench.world.now);
  }
  EXPECT_TRUE(peer.closing());
}

TEST(TargetTimers, WritesThatAreOwedTogetherHaveTimeTogether) {
  Bench bench;
  bench.world.setting.dataOutTime = seconds(20);
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  for (std::uint32_t itt = 2; itt < 5; ++itt) peer.sendWrite(itt, 512);
  peer.take();
  for (std::uint32_t itt = 4; itt > 0; --itt) {
    bench.world.advance(seconds(15));
    peer.connection->onTimer(bench.world.now);
    ASSERT_FALSE(peer.closing());
    peer.sendData(itt, 0, 512);
  }
}

TEST(TargetTimers, DataOfYesterdayIsNoFaultOfTheWriteOfToday) {
  Bench bench;
  bench.world.setting.dataOutTime = seconds(20);
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  peer.sendData(1, 0, 512);
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00"));
  for (int i = 0; i < 10; ++i) {
    bench.world.advance(seconds(15));
    peer.acknowledge();
  }
  peer.sendWrite(2, 512);
  peer.take();
  peer.connection->onTimer(bench.world.now);
  EXPECT_FALSE(peer.closing());
}

// ---- Digests and format --------------------------------------------------------------------------------------------

TEST(TargetDigests, AreSentAndChecked) {
  Bench bench;
  Peer& peer = bench.peer({"HeaderDigest=CRC32C", "DataDigest=CRC32C"});
  peer.send(peer.write(1, 512), base::ByteView(pattern()).first(512));
  peer.sendRead(2, 512);
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00", "IN 2 sn=0 off=0 len=512 F S"));
}

TEST(TargetDigests, AWrongHeaderDigestClosesTheConnection) {
  Bench bench;
  Peer& peer = bench.peer({"HeaderDigest=CRC32C"});
  base::Bytes bytes = peer.bytesOf(peer.read(1, 8), {}, {});
  bytes[20] ^= 1;
  peer.give(bytes);
  EXPECT_TRUE(peer.closing());
  EXPECT_THAT(peer.faults, ElementsAre("header digest is wrong"));
  EXPECT_THAT(bench.log.executed, IsEmpty());
}

TEST(TargetDigests, ImmediateDataThatIsDamagedIsNotReceived) {
  Bench bench;
  Peer& peer = bench.peer({"DataDigest=CRC32C"});
  const ScsiCommand command = peer.write(1, 512);
  base::Bytes bytes = peer.bytesOf(command, base::ByteView(pattern()).first(512), {});
  bytes[100] ^= 1;
  peer.give(bytes);
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 02"));
  EXPECT_THAT(bench.log.executed, IsEmpty());
  EXPECT_EQ(peer.expCmdSn, command.cmdSn);  // its number is a gap
  peer.send(command, base::ByteView(pattern()).first(512));
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00"));
  EXPECT_EQ(peer.session().counters().digestErrors, 1U);
}

TEST(TargetDigests, DataOutThatIsDamagedEndsItsWriteBehindTheLastPdu) {
  Bench bench;
  Peer& peer = bench.peer({"DataDigest=CRC32C"});
  peer.sendWrite(1, 1024);
  peer.take();
  base::Bytes bytes = peer.bytesOf(peer.dataOut(1, 0, 512, false), base::ByteView(pattern()).first(512), {});
  bytes[100] ^= 1;
  peer.give(bytes);
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 02"));
  peer.sendData(1, 512, 512, true, 1);
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=02 47/05"));
  EXPECT_THAT(bench.log.executed, IsEmpty());
}

TEST(TargetDigests, ADamagedPingIsRejectedAndItsPlaceIsFree) {
  Bench bench;
  Peer& peer = bench.peer({"DataDigest=CRC32C"});
  for (int i = 0; i < 20; ++i) {
    base::Bytes bytes = peer.bytesOf(peer.nop(5), base::ByteView(pattern()).first(16), {});
    bytes[50] ^= 1;
    peer.give(bytes);
    EXPECT_THAT(peer.take(), ElementsAre("REJECT 02"));
  }
}

TEST(TargetFormat, AnErrorOfFormatClosesAllConnectionsOfTheSession) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  ScsiCommand command = first.read(1, 8);
  command.read = false;  // data is expected, and no direction
  first.send(command);
  EXPECT_TRUE(first.closing());
  EXPECT_TRUE(second.closing());
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::FormatError));
}

TEST(TargetFormat, ASegmentBeyondWhatWasDeclaredClosesTheConnection) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.give(peer.bytesOf(peer.write(1, 20000), base::ByteView(pattern()).first(20000), {}));
  EXPECT_TRUE(peer.closing());
  EXPECT_THAT(bench.log.executed, IsEmpty());
}

TEST(TargetFormat, UnknownOpcodesAndSnacksAreRejectedAndALoginRequestCloses) {
  Bench bench;
  Peer& peer = bench.peer();
  base::Bytes unknown(kBhsSize);
  unknown[0] = 0x1c;
  unknown[1] = 0x80;
  peer.give(unknown);
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 05"));
  Snack snack;
  snack.type = SnackType::Status;
  peer.send(snack);
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 03"));
  LoginRequest login;
  peer.send(login);
  EXPECT_TRUE(peer.closing());
}

TEST(TargetFormat, AnythingButALoginRequestInTheLoginCloses) {
  Bench bench;
  bench.peers.push_back(std::make_unique<Peer>(bench, std::uint16_t{0}));
  Peer& peer = *bench.peers.back();
  peer.send(peer.read(1, 8));
  EXPECT_TRUE(peer.closing());
  EXPECT_FALSE(peer.refused.empty());
}

// ---- Back-pressure -------------------------------------------------------------------------------------------------

TEST(TargetBackPressure, APeerThatDoesNotReadHoldsLittleAndLosesNothing) {
  SessionLimits limits;
  limits.outputHighWater = 16384;
  Bench bench(limits);
  Peer& peer = bench.peer({"MaxRecvDataSegmentLength=4096"});
  TargetConnection& connection = *peer.connection;
  base::Bytes stream;
  for (std::uint32_t itt = 1; itt <= 100; ++itt) {
    base::append(stream, peer.bytesOf(peer.read(itt, 8192), {}, {}));
    base::append(stream, peer.bytesOf(peer.nop(1000 + itt), base::ByteView(pattern()).first(400), {}));
  }
  base::ByteView rest = stream;
  std::size_t most = 0;
  Lines all;
  for (int turn = 0; turn < 5000 && (!rest.empty() || !connection.output().empty()); ++turn) {
    // The peer sends whenever it may, and reads a little.
    if (connection.wantsInput() && !rest.empty()) {
      rest = rest.subspan(connection.onBytes(rest.first(std::min<std::size_t>(rest.size(), 65536)), bench.world.now));
    }
    most = std::max(most, connection.output().size());
    peer.readSome(777);
  }
  EXPECT_TRUE(rest.empty());
  for (std::string& line : peer.take()) all.push_back(std::move(line));
  EXPECT_LE(most, 16384U + 4096 + 1024);
  for (std::uint32_t itt = 1; itt <= 100; ++itt) {
    EXPECT_EQ(peer.received[itt].size(), 8192U) << itt;
    EXPECT_TRUE(std::equal(peer.received[itt].begin(), peer.received[itt].end(), pattern().begin())) << itt;
    EXPECT_THAT(all, Contains("IN " + std::to_string(itt) + " sn=1 off=4096 len=4096 F S"));
    EXPECT_THAT(all, Contains("NOP " + std::to_string(1000 + itt) + " len=400"));
  }
  EXPECT_EQ(peer.session().tasks(), 0U);
}

// ---- One of several connections that does not read -----------------------------------------------------------------

// A session of two connections, the first of which does not read. `again()` makes its socket's state known.
struct Unread {
  explicit Unread(std::uint32_t window = 16, std::initializer_list<std::string_view> keys = {"MaxConnections=2"})
      : bench(limits(window)), deaf(bench.peer(keys)), reader(bench.join(deaf, 1)), session(deaf.session()) {}
  static SessionLimits limits(std::uint32_t window) {
    SessionLimits limits;
    limits.commandWindow = window;
    limits.outputHighWater = 16384;
    return limits;
  }
  // The first connection takes nothing for so long.
  void pass(base::Duration time) {
    deaf.connection->onBlocked(bench.world.now);
    bench.world.advance(time);
    deaf.connection->onTimer(bench.world.now);
  }
  // A command on the second one, and its answer.
  void served(std::uint32_t itt) {
    reader.sendRead(itt, 8);
    const std::string line = "IN " + std::to_string(itt) + " sn=0 off=0 len=8 F S";
    EXPECT_THAT(reader.take(), Contains(line));
    reader.received.clear();
  }
  void fillDeaf(std::uint32_t itt, std::uint32_t count, std::uint32_t length) {
    for (std::uint32_t i = 0; i < count; ++i) deaf.sendRead(itt + i, length);
  }

  Bench bench;
  Peer& deaf;
  Peer& reader;
  TargetSession& session;
};

// Its answers wait in the output, their credits are free, and the initiator hears of it on the other connection.
TEST(TargetUnread, AnswersThatWaitTakeNoPlaceFromTheOtherConnections) {
  Unread world;
  for (std::uint32_t round = 0; round < 20; ++round) {
    world.fillDeaf(1000 + round * 10, 10, 8);
    world.pass(seconds(1));
    world.served(1);
  }
  EXPECT_LE(world.session.tasks(), 3 * 16U + 16);
  EXPECT_EQ(world.session.counters().rejects, 0U);
}

TEST(TargetUnread, WhenItIsStuckTheOthersHaveTheWholeWindow) {
  Unread world;
  for (std::uint32_t itt = 1000; !world.session.window().closed(); ++itt) world.fillDeaf(itt, 1, 100);
  EXPECT_EQ(world.session.tasks(), 32U) << "half of them are answered, and half wait for room";
  world.pass(milliseconds(999));
  EXPECT_THAT(world.reader.take(), IsEmpty());
  world.pass(milliseconds(1));
  EXPECT_THAT(world.reader.take(), ElementsAre("NOP window"));
  EXPECT_EQ(world.reader.maxCmdSn, world.reader.expCmdSn + 15);
  for (int i = 0; i < 50; ++i) world.served(1);
  EXPECT_FALSE(world.deaf.closing());
}

TEST(TargetUnread, WhenItIsStuckWhatComesOnItFillsTheGapsAndIsNotExecuted) {
  Unread world;
  world.fillDeaf(1000, 4, 8192);
  EXPECT_FALSE(world.deaf.connection->wantsInput());
  const base::Bytes late = world.deaf.bytesOf(world.deaf.read(2000, 8), {}, {});
  world.reader.sendRead(1, 8);
  EXPECT_THAT(world.reader.take(), IsEmpty()) << "a number before it lies in the other socket";
  world.pass(seconds(1));
  EXPECT_TRUE(world.deaf.connection->wantsInput());
  world.deaf.give(late);
  EXPECT_THAT(world.reader.take(), Contains("IN 1 sn=0 off=0 len=8 F S"));
  EXPECT_THAT(world.bench.log.executed, testing::Not(Contains(2000U)));
  const Lines all = world.deaf.take();
  EXPECT_THAT(all, Contains("RESP 2000 st=28 U=8"));
  for (std::uint32_t itt = 1000; itt < 1004; ++itt) EXPECT_EQ(world.deaf.received[itt].size(), 8192U);
  // It reads again, and is served as ever.
  EXPECT_FALSE(world.deaf.connection->stuck());
  world.deaf.sendRead(3000, 8);
  EXPECT_THAT(world.deaf.take(), ElementsAre("IN 3000 sn=0 off=0 len=8 F S"));
  EXPECT_EQ(world.session.tasks(), 0U);
  EXPECT_EQ(world.deaf.connection->behind, 0U);
}

TEST(TargetUnread, ThatTakesABitNowAndThenIsBoundedAllTheSame) {
  Unread world;
  for (std::uint32_t round = 0; round < 40; ++round) {
    if (world.deaf.connection->wantsInput()) world.fillDeaf(1000 + round * 20, 8, 8192);
    world.pass(seconds(1));
    for (int i = 0; i < 8; ++i) world.served(1);
    world.deaf.readSome(100);
  }
  EXPECT_LE(world.session.tasks(), 3 * 16U + 16);
  EXPECT_EQ(world.session.counters().rejects, 0U);
  world.deaf.take();
  EXPECT_EQ(world.session.tasks(), 0U);
  EXPECT_EQ(world.deaf.connection->behind, 0U);
}

TEST(TargetUnread, IsClosedInItsTimeThoughItSends) {
  Unread world;
  world.bench.world.setting.pingAfter = world.bench.world.setting.pingTime = seconds(30);
  world.fillDeaf(1000, 4, 8192);
  for (int i = 0; i < 59; ++i) {
    world.pass(seconds(1));
    world.deaf.acknowledge();
    EXPECT_FALSE(world.deaf.closing()) << i;
  }
  world.pass(seconds(1));
  EXPECT_TRUE(world.deaf.closing());
  EXPECT_THAT(world.deaf.faults, ElementsAre("the initiator does not read"));
  EXPECT_EQ(world.session.tasks(), 0U);
  world.served(1);
}

TEST(TargetUnread, AFewBytesNowAndThenDoNotPutItsEndOff) {
  Unread world;
  world.bench.world.setting.pingAfter = world.bench.world.setting.pingTime = seconds(30);
  world.fillDeaf(1000, 4, 8192);
  for (int i = 0; i < 59; ++i) {
    world.pass(seconds(1));
    world.deaf.acknowledge();
    world.deaf.readSome(100);
    EXPECT_FALSE(world.deaf.closing()) << i;
  }
  world.pass(seconds(1));
  EXPECT_TRUE(world.deaf.closing());
  EXPECT_THAT(world.deaf.faults, ElementsAre("the initiator does not read"));
}

TEST(TargetUnread, ThatReadsSlowlyButEnoughStays) {
  Unread world;
  world.bench.world.setting.pingAfter = world.bench.world.setting.pingTime = seconds(30);
  world.fillDeaf(999, 1, 8192);
  for (std::uint32_t i = 0; i < 300; ++i) {
    world.fillDeaf(1000 + i, 1, 8192);
    world.pass(seconds(1));
    world.deaf.acknowledge();
    world.deaf.readSome(8192);
    ASSERT_FALSE(world.deaf.closing()) << i;
    ASSERT_FALSE(world.deaf.connection->output().empty()) << "there is always more";
  }
  world.deaf.take();
}

TEST(TargetUnread, AloneIsNotReadOn) {
  Bench bench(Unread::limits(16));
  Peer& peer = bench.peer();
  for (std::uint32_t itt = 1; itt <= 4; ++itt) peer.sendRead(itt, 8192);
  peer.connection->onBlocked(bench.world.now);
  bench.world.advance(seconds(2));
  peer.connection->onTimer(bench.world.now);
  EXPECT_FALSE(peer.connection->wantsInput()) << "it holds up nobody but itself";
  EXPECT_EQ(peer.connection->nextDeadline(), bench.world.now + seconds(28)) << "a ping";
}

TEST(TargetUnread, TasksEndWithItWhereverTheyStand) {
  Unread world(16, {"MaxConnections=2", "ErrorRecoveryLevel=2", "DefaultTime2Retain=20"});
  world.fillDeaf(1000, 16, 8192);
  world.pass(seconds(1));
  world.deaf.lose();
  world.reader.recovers = true;
  world.reader.take();
  world.reader.send(world.reader.logout(LogoutReason::RemoveConnectionForRecovery, 0));
  EXPECT_THAT(world.reader.take(), ElementsAre("LOGOUT r=0"));
  world.reader.sendFunction(TaskManagementFunction::TaskReassign, 9, 1015);
  EXPECT_THAT(world.reader.take(), ElementsAre("TMF 9 r=0", "IN 1015 sn=0 off=0 len=8192 F S"));
  world.bench.world.advance(seconds(30));
  world.reader.acknowledge();
  EXPECT_EQ(world.session.tasks(), 0U);
  EXPECT_EQ(world.reader.connection->behind, 0U);
  EXPECT_EQ(world.session.window().active(), 0U);
}

TEST(TargetBackPressure, UnsentDataOfALostConnectionIsLetGo) {
  Bench bench;
  Peer& peer = bench.peer();
  for (std::uint32_t itt = 1; itt <= 20; ++itt) peer.sendRead(itt, 65536);
  TargetSession& session = peer.session();
  peer.readSome(30000);
  EXPECT_NE(session.tasks(), 0U);
  peer.lose();
  EXPECT_EQ(session.tasks(), 0U);
}

TEST(TargetBackPressure, AClosedSessionIsIdleWhenItsLastOutputIsSent) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendRead(1, 8192);
  peer.send(peer.logout(LogoutReason::CloseSession, 0));
  EXPECT_TRUE(peer.closing());
  bench.world.directory.sweep();
  EXPECT_FALSE(bench.world.directory.empty());
  EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=0 off=0 len=8192 F S", "LOGOUT r=0"));
  bench.world.directory.sweep();
  EXPECT_TRUE(bench.world.directory.empty());
}

// ---- The owner -----------------------------------------------------------------------------------------------------

TEST(TargetOwner, MayAskForALogoutAndThePeerHearsIt) {
  Bench bench;
  Peer& peer = bench.peer();
  const int attended = peer.attended;
  peer.session().requestLogout(5);
  EXPECT_GT(peer.attended, attended);
  EXPECT_THAT(peer.take(), ElementsAre("ASYNC 1"));
}

TEST(TargetOwner, HearsWhenAUnitAnswersLater) {
  Bench bench;
  bench.log.answersLater = true;
  Peer& peer = bench.peer();
  peer.sendRead(1, 8);
  const int attended = peer.attended;
  peer.units().finish(1);
  EXPECT_GT(peer.attended, attended);
  EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
}

TEST(TargetTrace, KeepsTheLastHeadersOfBothDirections) {
  Bench bench;
  Peer& peer = bench.peer();
  for (std::uint32_t itt = 1; itt <= 40; ++itt) peer.sendRead(itt, 8);
  peer.take();
  std::vector<std::uint8_t> opcodes;
  peer.connection->trace().forEach([&](const PduTrace::Entry& entry) {
    EXPECT_EQ(entry.sent, opcodes.size() % 2 == 1);
    opcodes.push_back(entry.bhs[0] & 0x3f);
  });
  EXPECT_EQ(opcodes.size(), PduTrace::kKept);
  EXPECT_EQ(opcodes.front(), 0x01);
  EXPECT_EQ(opcodes.back(), 0x25);
}

}  // namespace
}  // namespace iscsi_test
