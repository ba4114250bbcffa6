// Recovery within a connection and between connections, at the target (RFC 7143 7.2.2, 7.8 to 7.14, 11.16).
#include "tests/unit/iscsi/session_bench.h"

namespace iscsi_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kLevel1 = "ErrorRecoveryLevel=1";
constexpr std::string_view kLevel2 = "ErrorRecoveryLevel=2";
constexpr std::string_view kTwo = "MaxConnections=2";
constexpr std::string_view kShort = "MaxRecvDataSegmentLength=512";
constexpr std::string_view kUsual = "MaxRecvDataSegmentLength=65536";

Peer& recovering(Peer& peer) {
  peer.recovers = true;
  return peer;
}

Snack snackOf(Peer& peer, SnackType type, std::uint32_t itt, std::uint32_t begin, std::uint32_t count) {
  Snack snack;
  snack.type = type;
  snack.initiatorTaskTag = itt;
  snack.begRun = begin;
  snack.runLength = count;
  snack.expStatSn = peer.session().connections().front()->status().acknowledged();
  return snack;
}
Snack statusSnack(Peer& peer, std::uint32_t begin, std::uint32_t count = 1) {
  return snackOf(peer, SnackType::Status, kReservedTag, begin, count);
}
Snack dataSnack(Peer& peer, std::uint32_t itt, std::uint32_t begin, std::uint32_t count = 1) {
  return snackOf(peer, SnackType::DataOrR2t, itt, begin, count);
}

// A connection that fails, its session, and another connection that takes over.
struct Failover {
  explicit Failover(bool later = true, const SessionLimits& limits = {}, std::string_view segment = kUsual)
      : bench(limits) {
    bench.log.answersLater = later;
    first = &recovering(bench.peer({kLevel2, kTwo, "DefaultTime2Retain=20", segment}));
    second = &recovering(bench.join(*first, 1, {segment}));
    session = &first->session();
  }
  void fail() {
    first->lose();
    second->send(second->logout(LogoutReason::RemoveConnectionForRecovery, 0));
    EXPECT_THAT(second->take(), ElementsAre("LOGOUT r=0"));
  }
  void reassign(std::uint32_t itt) { second->sendFunction(TaskManagementFunction::TaskReassign, 9, itt); }

  Bench bench;
  Peer* first = nullptr;
  Peer* second = nullptr;
  TargetSession* session = nullptr;
};

TEST(TargetRecovery, AStatusComesAgainUntilItIsAcknowledged) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1}));
  const std::uint32_t statSn = peer.expStatSn;
  peer.send(peer.command(1, kTestNone, 0));
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00"));
  for (int i = 0; i < 2; ++i) {
    peer.send(statusSnack(peer, statSn));
    EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00 again"));
  }
  EXPECT_EQ(peer.session().tasks(), 1U) << "kept";
  peer.acknowledge();
  EXPECT_EQ(peer.session().tasks(), 0U);
  peer.send(statusSnack(peer, statSn));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04"));
}

TEST(TargetRecovery, StatusOfAllKindsComesAgain) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1}));
  const std::uint32_t statSn = peer.expStatSn;
  bench.log.status = kStatusCheckCondition;
  bench.log.sense = {0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x24, 0, 0, 0, 0, 0};
  peer.send(peer.command(1, kTestNone, 0));
  peer.send(peer.nop(2), base::ByteView(pattern()).first(0));
  peer.sendFunction(TaskManagementFunction::AbortTask, 3, 77, 100);
  const Lines before = peer.take();
  ASSERT_EQ(before.size(), 3U);
  peer.send(statusSnack(peer, statSn, 0));
  EXPECT_THAT(peer.take(), ElementsAre(before[0] + " again", before[1] + " again", before[2] + " again"));
}

// The data of pings goes with their status: 256 of them would be 64 MiB a connection.
TEST(TargetRecovery, StatusThatIsNotAcknowledgedIsKeptUpToSoManyBytes) {
  Bench bench;
  EXPECT_TRUE(bench.world.access.wishes.set(Key::MaxRecvDataSegmentLength, 262144));
  Peer& peer = recovering(bench.peer({kLevel1, "MaxRecvDataSegmentLength=262144"}));
  const std::uint32_t statSn = peer.expStatSn;
  constexpr std::uint32_t kPings = 10;
  constexpr std::uint32_t kSize = 200'000;
  for (std::uint32_t i = 0; i < kPings; ++i) {
    NopOut ping = peer.nop(10 + i);
    ping.expStatSn = statSn;
    peer.send(ping, base::ByteView(pattern()).first(kSize));
    EXPECT_THAT(peer.take(), ElementsAre("NOP " + std::to_string(10 + i) + " len=200000"));
  }
  peer.send(statusSnack(peer, statSn));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 03")) << "10 of them are more than 1 MiB";
  peer.send(statusSnack(peer, statSn + kPings - 1));
  EXPECT_THAT(peer.take(), ElementsAre("NOP 19 len=200000 again"));
}

TEST(TargetRecovery, DataComesAgainAndItsStatusByItsOwnNumber) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1, kShort}));
  const std::uint32_t statSn = peer.expStatSn;
  peer.sendRead(1, 1200);
  EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=0 off=0 len=512", "IN 1 sn=1 off=512 len=512",
                                       "IN 1 sn=2 off=1024 len=176 F S"));
  peer.send(dataSnack(peer, 1, 1, 1));
  EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=1 off=512 len=512"));
  peer.send(statusSnack(peer, statSn));
  EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=2 off=1024 len=176 F S again"));
  peer.send(dataSnack(peer, 1, 3, 1));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04")) << "never sent";
  peer.acknowledge();
  EXPECT_EQ(peer.session().tasks(), 0U);
}

// RFC 7143 11.16.3: the initiator has declared another length since, and takes nothing of what it has not acknowledged.
Snack rDataSnack(Peer& peer, std::uint32_t itt, std::uint32_t tag) {
  Snack snack = snackOf(peer, SnackType::RData, itt, 0, 0);
  snack.targetTransferTag = tag;
  return snack;
}

TEST(TargetRecovery, DataComesAgainInOtherSegmentsAndItsStatusSaysSo) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1, kShort}));
  const std::uint32_t statSn = peer.expStatSn;
  peer.sendRead(1, 1200);
  EXPECT_EQ(peer.take().size(), 3U);
  TextRequest text = peer.text(5);
  text.expStatSn = statSn;
  peer.send(text, textOf({"MaxRecvDataSegmentLength=1024"}));
  EXPECT_THAT(peer.take(), ElementsAre("TEXT F"));
  for (const std::uint32_t tag : {7U, 8U}) {
    const std::string response = "RESP 1 st=00 snack=" + std::to_string(tag) + " again";
    peer.send(rDataSnack(peer, 1, tag));
    EXPECT_THAT(peer.take(), ElementsAre("IN 1 sn=0 off=0 len=1024", "IN 1 sn=1 off=1024 len=176 F", response))
        << "with the StatSN that its status had";
    EXPECT_TRUE(std::equal(peer.received[1].begin(), peer.received[1].end(), pattern().begin()));
    peer.send(statusSnack(peer, statSn));
    EXPECT_THAT(peer.take(), ElementsAre(response)) << "the latest";
  }
  peer.acknowledge();
  EXPECT_EQ(peer.session().tasks(), 0U);
  peer.send(rDataSnack(peer, 1, 9));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 04")) << "acknowledged";
}

TEST(TargetRecovery, ResegmentedDataWaitsForRoomAndEndsWithItsConnection) {
  for (const bool lost : {false, true}) {
    SessionLimits limits;
    limits.outputHighWater = 2048;
    Bench bench(limits);
    Peer& peer = recovering(bench.peer({kLevel1, kShort}));
    const std::uint32_t statSn = peer.expStatSn;
    peer.sendRead(1, 8192);
    peer.take();
    Snack again = rDataSnack(peer, 1, 7);
    again.expStatSn = statSn;
    peer.send(again);
    EXPECT_EQ(peer.session().tasks(), 1U);
    peer.readSome(1024);
    if (lost) {
      TargetSession& session = peer.session();
      peer.lose();
      EXPECT_EQ(session.tasks(), 0U);
      continue;
    }
    EXPECT_EQ(peer.take().back(), "RESP 1 st=00 snack=7 again");
    EXPECT_EQ(peer.received[1].size(), 8192U);
    peer.acknowledge();
    EXPECT_EQ(peer.session().tasks(), 0U);
  }
}

TEST(TargetRecovery, ARequestForOtherSegmentsMustBeWellFormed) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1, kShort}));
  const std::uint32_t statSn = peer.expStatSn;
  peer.sendRead(1, 600);
  peer.take();
  for (const std::uint32_t tag : {0U, kReservedTag}) {
    Snack snack = rDataSnack(peer, 1, tag);
    snack.expStatSn = statSn;
    peer.send(snack);
    EXPECT_THAT(peer.take(), ElementsAre("REJECT 09"));
  }
  Snack run = rDataSnack(peer, 1, 7);
  run.expStatSn = statSn;
  run.begRun = 1;
  peer.send(run);
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 09"));
}

TEST(TargetRecovery, AtLevel0ASnackIsRejected) {
  Bench bench;
  Peer& peer = recovering(bench.peer());
  peer.sendRead(1, 8);
  peer.take();
  peer.send(dataSnack(peer, 1, 0));
  EXPECT_THAT(peer.take(), ElementsAre("REJECT 03"));
}

TEST(TargetRecovery, AnR2tComesAgain) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1, "InitialR2T=Yes"}));
  peer.sendWrite(1, 512);
  EXPECT_THAT(peer.take(), ElementsAre("R2T 1 sn=0 off=0 len=512"));
  peer.send(dataSnack(peer, 1, 0));
  EXPECT_THAT(peer.take(), ElementsAre("R2T 1 sn=0 off=0 len=512"));
  peer.sendData(1, 0, 512);
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00"));
}

// Both numbers are 32 bits of the initiator's: their sum may wrap.
TEST(TargetRecovery, ASnackForR2tsBeyondThoseThatWereSentIsRejectedAtOnce) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1, "InitialR2T=Yes"}));
  peer.sendWrite(1, 512);
  EXPECT_THAT(peer.take(), ElementsAre("R2T 1 sn=0 off=0 len=512"));
  struct Run {
    std::uint32_t begin;
    std::uint32_t count;
  };
  for (const Run run : {Run{1, 0xffffffff}, Run{0xffffffff, 1}, Run{2, 0}, Run{0xffffffff, 0}, Run{0, 2}, Run{1, 1}}) {
    peer.send(dataSnack(peer, 1, run.begin, run.count));
    EXPECT_THAT(peer.take(), ElementsAre("REJECT 04")) << run.begin << " " << run.count;
  }
  peer.send(dataSnack(peer, 1, 0, 0));
  EXPECT_THAT(peer.take(), ElementsAre("R2T 1 sn=0 off=0 len=512"));
}

TEST(TargetRecovery, DataThatDoesNotComeIsAskedForAgain) {
  Bench bench;
  Peer& peer = recovering(bench.peer({kLevel1, "InitialR2T=Yes"}));
  peer.sendWrite(1, 512);
  EXPECT_THAT(peer.take(), ElementsAre("R2T 1 sn=0 off=0 len=512"));
  bench.world.advance(bench.world.setting.dataOutTime);
  peer.connection->onTimer(bench.world.now);
  EXPECT_THAT(peer.take(), testing::Contains("R2T 1 sn=1 off=0 len=512"));
  peer.sendData(1, 0, 512);
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00"));
}

TEST(TargetRecovery, ACommandThatExecutesGoesOnAtAnotherConnection) {
  Failover failover;
  failover.first->sendRead(1, 8);
  failover.fail();
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=0"));
  failover.second->units().finish(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
  EXPECT_THAT(failover.bench.log.aborted, IsEmpty());
}

TEST(TargetRecovery, WhatEndedMeanwhileIsAnsweredThere) {
  Failover failover;
  failover.first->sendRead(1, 8);
  FakeUnits& units = failover.first->units();
  failover.fail();
  units.finish(1);
  EXPECT_THAT(failover.second->take(), IsEmpty());
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=0", "IN 1 sn=0 off=0 len=8 F S"));
}

TEST(TargetRecovery, AnAnswerThatDidNotArriveIsGivenAgain) {
  Failover failover(false);
  failover.first->sendRead(1, 8);  // answered, and lost with its connection
  failover.fail();
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=0", "IN 1 sn=0 off=0 len=8 F S"));
  EXPECT_EQ(failover.second->maxCmdSn - failover.second->expCmdSn, 127U) << "its place in the window came back once";
}

// RFC 7143 7.2.2, 11.5.6: ExpDataSN acknowledges what is below; what was never sent is taken as 0.
TEST(TargetRecovery, AReadThatWasPartlySentGoesOnWhereItsInitiatorSays) {
  for (const std::uint32_t expDataSn : {0U, 2U, 7U}) {
    SessionLimits limits;
    limits.outputHighWater = 2048;
    Failover failover(false, limits, kShort);
    failover.first->sendRead(1, 4096);  // four PDUs of eight have room
    failover.fail();
    const std::uint32_t from = expDataSn == 7 ? 0 : expDataSn;
    Peer& second = *failover.second;
    second.received[1].assign(pattern().begin(), pattern().begin() + from * 512);
    TaskManagementRequest reassign = second.function(TaskManagementFunction::TaskReassign, 9, 1);
    reassign.expDataSn = expDataSn;
    second.send(reassign);
    Lines expected{"TMF 9 r=0"};
    for (std::uint32_t n = from; n < 8; ++n) {
      expected.push_back("IN 1 sn=" + std::to_string(n) + " off=" + std::to_string(n * 512) + " len=512" +
                         (n == 7 ? " F S" : ""));
    }
    EXPECT_EQ(second.take(), expected) << expDataSn;
    EXPECT_TRUE(std::equal(second.received[1].begin(), second.received[1].end(), pattern().begin()));
  }
}

TEST(TargetRecovery, DataThatWasOnItsWayIsAskedForThere) {
  Failover failover(false);
  ScsiCommand write = failover.first->write(1, 1024);
  write.final = true;
  failover.first->send(write);
  EXPECT_THAT(failover.first->take(), ElementsAre("R2T 1 sn=0 off=0 len=1024"));
  failover.fail();
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=0", "R2T 1 sn=1 off=0 len=1024"));
  failover.second->sendData(1, 0, 1024);
  EXPECT_THAT(failover.second->take(), ElementsAre("RESP 1 st=00"));
  EXPECT_EQ(failover.bench.log.written[1].size(), 1024U);
}

TEST(TargetRecovery, ATaskIsReassignedOnlyAfterItsConnectionIsLoggedOut) {
  Failover failover;
  failover.first->sendRead(1, 8);
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=3"));
  failover.first->lose();
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=3"));
  failover.second->units().finish(1);
}

TEST(TargetRecovery, WhatNobodyTakesEndsWithTheTimeToRetain) {
  Failover failover;
  failover.first->sendRead(1, 8);
  FakeUnits& units = failover.first->units();
  failover.fail();
  EXPECT_THAT(failover.bench.log.lost, IsEmpty()) << "it may yet be reassigned";
  failover.bench.log.abortsLater = true;
  failover.bench.world.advance(std::chrono::seconds(30));
  EXPECT_THAT(failover.bench.log.aborted, ElementsAre(1));
  EXPECT_THAT(failover.bench.log.lost, ElementsAre(0U)) << "only now it is cleared (11.14.5 c)";
  units.finishAbort(1);
  EXPECT_EQ(failover.session->tasks(), 0U);
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), testing::Contains("TMF 9 r=1"));
}

TEST(TargetRecovery, ALogoutNamesAConnectionThatThereIsOrWas) {
  Failover failover;
  for (const LogoutReason reason : {LogoutReason::RemoveConnectionForRecovery, LogoutReason::CloseConnection}) {
    failover.second->send(failover.second->logout(reason, 7));
    EXPECT_THAT(failover.second->take(), ElementsAre("LOGOUT r=1"));
  }
  failover.first->lose();
  failover.second->send(failover.second->logout(LogoutReason::CloseConnection, 0));
  EXPECT_THAT(failover.second->take(), ElementsAre("LOGOUT r=0"));
  failover.second->send(failover.second->logout(LogoutReason::CloseConnection, 0));
  EXPECT_THAT(failover.second->take(), ElementsAre("LOGOUT r=1"));
}

TEST(TargetRecovery, ALogoutThatClosesALostConnectionEndsItsTasks) {
  Failover failover;
  failover.first->sendRead(1, 8);
  failover.first->lose();
  EXPECT_THAT(failover.bench.log.aborted, IsEmpty());
  failover.second->send(failover.second->logout(LogoutReason::CloseConnection, 0));
  EXPECT_THAT(failover.second->take(), ElementsAre("LOGOUT r=0"));
  EXPECT_THAT(failover.bench.log.aborted, ElementsAre(1));
  EXPECT_EQ(failover.session->tasks(), 0U);
}

TEST(TargetRecovery, ALogoutBeginsTheTimeToRetainAnew) {
  Failover failover;
  failover.first->sendRead(1, 8);
  failover.first->lose();
  failover.bench.world.advance(std::chrono::seconds(20));
  failover.second->send(failover.second->logout(LogoutReason::RemoveConnectionForRecovery, 0));
  EXPECT_THAT(failover.second->take(), ElementsAre("LOGOUT r=0"));
  failover.bench.world.advance(std::chrono::seconds(20));
  EXPECT_THAT(failover.bench.log.aborted, IsEmpty());
  failover.bench.world.advance(std::chrono::seconds(10));
  EXPECT_THAT(failover.bench.log.aborted, ElementsAre(1));
}

TEST(TargetRecovery, AConnectionThatIsReinstatedTakesItsTasksOver) {
  for (const bool lost : {false, true}) {
    Failover failover;
    failover.first->sendRead(1, 8);
    if (lost) failover.first->lose();
    Peer& again = recovering(failover.bench.join(*failover.second, 0));
    EXPECT_THAT(failover.bench.log.aborted, IsEmpty());
    again.sendFunction(TaskManagementFunction::TaskReassign, 9, 1);
    EXPECT_THAT(again.take(), ElementsAre("TMF 9 r=0"));
    again.units().finish(1);
    EXPECT_THAT(again.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
  }
}

TEST(TargetRecovery, WhatAReinstatedConnectionDoesNotTakeEndsWithTheTimeToRetain) {
  Failover failover;
  failover.first->sendRead(1, 8);
  Peer& again = recovering(failover.bench.join(*failover.second, 0));
  again.sendRead(2, 8);
  failover.bench.world.advance(std::chrono::seconds(30));
  EXPECT_THAT(failover.bench.log.aborted, ElementsAre(1));
  again.units().finish(2);
  EXPECT_THAT(again.take(), testing::Contains("IN 2 sn=0 off=0 len=8 F S"));
}

TEST(TargetRecovery, ALogoutEndsWhatTheConnectionBeforeLeftBehind) {
  Failover failover;
  failover.first->sendRead(1, 8);
  Peer& again = recovering(failover.bench.join(*failover.second, 0));
  again.send(again.logout(LogoutReason::CloseConnection, 0));
  EXPECT_THAT(again.take(), ElementsAre("LOGOUT r=0"));
  EXPECT_THAT(failover.bench.log.aborted, ElementsAre(1));
}

TEST(TargetRecovery, ASuspendedTaskIsAborted) {
  for (const bool executes : {false, true}) {
    Failover failover(executes);
    ScsiCommand write = executes ? failover.first->read(1, 8) : failover.first->write(1, 1024);
    failover.first->send(write);
    failover.fail();
    failover.second->sendFunction(TaskManagementFunction::AbortTask, 9, 1, write.cmdSn);
    EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=0"));
    EXPECT_EQ(failover.session->tasks(), 0U);
    failover.reassign(1);
    EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=1"));
  }
}

TEST(TargetRecovery, AStatusThatWasNotAcknowledgedGoesBeforeTheResponseOfAnAbort) {
  Failover failover(false);
  ScsiCommand read = failover.first->read(1, 8);
  failover.first->send(read);  // answered, and lost with its connection
  failover.fail();
  failover.second->sendFunction(TaskManagementFunction::AbortTask, 9, 1, read.cmdSn);
  EXPECT_THAT(failover.second->take(), ElementsAre("RESP 1 st=00", "TMF 9 r=1"));
  failover.second->acknowledge();
  EXPECT_EQ(failover.session->tasks(), 0U);
}

TEST(TargetRecovery, AResetDoesNotWaitForDataOfASuspendedTask) {
  Failover failover(false);
  ScsiCommand write = failover.first->write(1, 1024);
  write.final = true;
  failover.first->send(write);
  EXPECT_THAT(failover.first->take(), ElementsAre("R2T 1 sn=0 off=0 len=1024"));
  failover.fail();
  failover.second->sendFunction(TaskManagementFunction::LogicalUnitReset, 9);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=0"));
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=1"));
}

TEST(TargetRecovery, WhatAnotherSessionClearsIsNotReassigned) {
  Failover failover(false);
  failover.first->sendWrite(1, 1024);
  failover.fail();
  EXPECT_TRUE(failover.session->clearWaiting(0));
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=1"));
}

TEST(TargetRecovery, WhatLosesItsUnitMeanwhileIsAnsweredToWhoTakesItOver) {
  Failover failover(false);
  failover.first->sendWrite(1, 1024);
  failover.fail();
  static constexpr std::array<std::uint8_t, 18> kSense{0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x25};
  UnitAnswer none;
  none.status = kStatusCheckCondition;
  none.sense = kSense;
  failover.session->refuseWaiting(0, none);
  failover.reassign(1);
  EXPECT_THAT(failover.second->take(), ElementsAre("TMF 9 r=0", testing::StartsWith("RESP 1 st=02")));
}

TEST(TargetRecovery, ASessionThatClosesTakesSuspendedTasksAlong) {
  Failover failover;
  failover.first->sendRead(1, 8);
  failover.fail();
  failover.second->send(failover.second->logout(LogoutReason::CloseSession, 0));
  EXPECT_THAT(failover.second->take(), ElementsAre("LOGOUT r=0"));
  EXPECT_THAT(failover.bench.log.aborted, ElementsAre(1));
}

}  // namespace
}  // namespace iscsi_test
