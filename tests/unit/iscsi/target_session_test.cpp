// Commands, data, order and the window of a target session, PDU by PDU.
#include "tests/support/allocations.h"
#include "tests/unit/iscsi/session_bench.h"

namespace iscsi_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

base::Bytes patternBytes(std::size_t size) {
  return {pattern().begin(), pattern().begin() + static_cast<std::ptrdiff_t>(size)};
}

// ---- Writes --------------------------------------------------------------------------------------------------------

TEST(TargetSessionWrite, ImmediateDataAloneNeedsNoR2t) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.send(peer.write(1, 512), base::ByteView(pattern()).first(512));
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00"}));
  EXPECT_EQ(bench.log.written[1], patternBytes(512));
}

TEST(TargetSessionWrite, UnsolicitedBurstThenR2tsForTheRest) {
  Bench bench;
  Peer& peer = bench.peer({"InitialR2T=No", "FirstBurstLength=2048", "MaxBurstLength=4096", "MaxOutstandingR2T=1"});
  ScsiCommand command = peer.write(1, 7000);
  command.final = false;
  peer.send(command, base::ByteView(pattern()).first(1024));
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=0 off=2048 len=4096"}));
  DataOut unsolicited = peer.dataOut(1, 1024, 1024, true);
  unsolicited.targetTransferTag = kReservedTag;
  peer.send(unsolicited, base::ByteView(pattern()).subspan(1024, 1024));
  peer.sendData(1, 2048, 4000, false, 0);
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.sendData(1, 6048, 96, true, 1);
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=1 off=6144 len=856"}));
  EXPECT_THAT(bench.log.executed, IsEmpty());
  peer.sendData(1, 6144, 856);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00"}));
  EXPECT_EQ(bench.log.written[1], patternBytes(7000));
}

TEST(TargetSessionWrite, SeveralR2tsAtATime) {
  Bench bench;
  Peer& peer = bench.peer({"MaxOutstandingR2T=2", "MaxBurstLength=1024", "FirstBurstLength=512"});
  peer.sendWrite(1, 4096);
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=0 off=0 len=1024", "R2T 1 sn=1 off=1024 len=1024"}));
  const std::uint32_t second = peer.tags[1];
  peer.tags[1] = second - 1;
  peer.sendData(1, 0, 1024);
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=2 off=2048 len=1024"}));
  const std::uint32_t third = peer.tags[1];
  peer.tags[1] = second;
  peer.sendData(1, 1024, 1024);
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=3 off=3072 len=1024"}));
  peer.tags[1] = third;
  peer.sendData(1, 2048, 1024);
  peer.tags[1] = third + 1;
  peer.sendData(1, 3072, 1024);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00"}));
  EXPECT_EQ(bench.log.written[1], patternBytes(4096));
}

TEST(TargetSessionWrite, ResidualsSayWhatTheCdbDidNotTake) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand less = peer.write(1, 1000);
  base::storeU32(less.cdb.data() + 2, 600);
  peer.send(less);
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=0 off=0 len=600"}));
  peer.sendData(1, 0, 600);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00 U=400"}));
  EXPECT_EQ(bench.log.written[1].size(), 600U);
  ScsiCommand more = peer.write(2, 600);
  base::storeU32(more.cdb.data() + 2, 1000);
  peer.send(more, base::ByteView(pattern()).first(600));
  EXPECT_EQ(peer.take(), (Lines{"RESP 2 st=00 O=400"}));
}

TEST(TargetSessionWrite, ImmediateDataBeyondWhatTheCdbTakesIsDropped) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand command = peer.write(1, 1000);
  base::storeU32(command.cdb.data() + 2, 600);
  peer.send(command, base::ByteView(pattern()).first(1000));
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00 U=400"}));
  EXPECT_EQ(bench.log.written[1], patternBytes(600));
}

TEST(TargetSessionWrite, ForbiddenUnsolicitedDataEndsWithSenseAfterItsLastPdu) {
  Bench bench;
  Peer& peer = bench.peer({"InitialR2T=Yes", "FirstBurstLength=2048"});
  ScsiCommand command = peer.write(1, 2048);
  command.final = false;
  peer.send(command);
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.sendData(1, 0, 2048);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=02 0c/0c"}));
  EXPECT_THAT(bench.log.executed, IsEmpty());
}

TEST(TargetSessionWrite, TooMuchDataForAnR2tEndsWithSense) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  peer.sendData(1, 0, 600);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=02 0c/0d"}));
  EXPECT_THAT(bench.log.executed, IsEmpty());
}

TEST(TargetSessionWrite, DataOfAnUnknownTagIsRejectedAndTheWriteGoesOn) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  DataOut wrong = peer.dataOut(1, 0, 512, true);
  wrong.targetTransferTag += 77;
  peer.send(wrong, base::ByteView(pattern()).first(512));
  EXPECT_EQ(peer.take(), (Lines{"REJECT 09"}));
  peer.sendData(1, 0, 512);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00"}));
}

TEST(TargetSessionWrite, AFloodOfEmptyDataOutEnds) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  Lines lines;
  for (std::uint32_t i = 0; i < 40; ++i) {
    peer.sendData(1, 0, 0, false, i);
    for (std::string& line : peer.take()) lines.push_back(std::move(line));
  }
  EXPECT_THAT(lines, testing::Contains("REJECT 04"));
  peer.sendData(1, 0, 0, true, 40);
  EXPECT_THAT(peer.take(), testing::Contains("RESP 1 st=02 0c/0d"));
}

TEST(TargetSessionWrite, WithoutMemoryItIsTaskSetFullAndNothingIsAsked) {
  Bench bench;
  Peer& peer = bench.peer();
  bench.log.memory = 1000;
  peer.sendWrite(1, 2000);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=28"}));
  EXPECT_EQ(peer.session().counters().outOfMemory, 1U);
  bench.log.room = false;
  peer.sendRead(2, 512);
  EXPECT_EQ(peer.take(), (Lines{"RESP 2 st=28 U=512"}));
  bench.log.room = true;
  peer.sendRead(3, 512);
  EXPECT_EQ(peer.take(), (Lines{"IN 3 sn=0 off=0 len=512 F S"}));
}

TEST(TargetSessionWrite, WithoutMemoryTheUnsolicitedBurstIsAwaitedFirst) {
  Bench bench;
  Peer& peer = bench.peer({"InitialR2T=No", "FirstBurstLength=2048"});
  bench.log.memory = 100;
  ScsiCommand command = peer.write(1, 2048);
  command.final = false;
  peer.send(command);
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.sendData(1, 0, 2048);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=28"}));
}

TEST(TargetSessionWrite, WithoutRoomTheUnsolicitedBurstIsDropped) {
  Bench bench;
  Peer& peer = bench.peer({"InitialR2T=No", "FirstBurstLength=2048"});
  bench.log.room = false;
  ScsiCommand command = peer.write(1, 2048);
  command.final = false;
  peer.send(command, base::ByteView(pattern()).first(1024));
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.sendData(1, 1024, 1024);
  EXPECT_THAT(peer.take(), ElementsAre(testing::StartsWith("RESP 1 st=28")));
}

TEST(TargetSessionWrite, AnR2tNamesTheUnit) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand command = peer.write(1, 512);
  command.lun[1] = 1;
  peer.send(command);
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=0 off=0 len=512 lun=1"}));
}

TEST(TargetSessionWrite, DataForACommandAtItsUnitIsLate) {
  Bench bench;
  bench.log.answersLater = true;
  Peer& peer = bench.peer();
  peer.send(peer.write(1, 512), base::ByteView(pattern()).first(512));
  peer.sendData(1, 0, 512);
  EXPECT_THAT(peer.take(), IsEmpty());
  EXPECT_EQ(peer.session().counters().lateData, 1U);
  peer.units().finish(1);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00"}));
  EXPECT_THAT(bench.log.executed, ElementsAre(1));
}

TEST(TargetSessionWrite, LateDataIsDroppedInSilence) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendData(9, 0, 512);
  EXPECT_THAT(peer.take(), IsEmpty());
  EXPECT_EQ(peer.session().counters().lateData, 1U);
}

TEST(TargetSessionWrite, DataOnAnotherConnectionOrForAnotherUnitIsRejected) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  first.sendWrite(1, 512);
  first.take();
  second.tags = first.tags;
  second.sendData(1, 0, 512);
  EXPECT_EQ(second.take(), (Lines{"REJECT 09"}));
  DataOut pdu = first.dataOut(1, 0, 512, true);
  pdu.lun[1] = 3;
  first.send(pdu, base::ByteView(pattern()).first(512));
  EXPECT_EQ(first.take(), (Lines{"REJECT 09"}));
  first.sendData(1, 0, 512);
  EXPECT_EQ(first.take(), (Lines{"RESP 1 st=00"}));
}

// ---- Reads ---------------------------------------------------------------------------------------------------------

TEST(TargetSessionRead, DataInIsCutBySegmentsAndBurstsAndBringsTheStatus) {
  Bench bench;
  Peer& peer = bench.peer({"MaxRecvDataSegmentLength=1024", "MaxBurstLength=2048", "FirstBurstLength=512"});
  bench.log.parts = 7;
  peer.sendRead(1, 5000);
  EXPECT_EQ(peer.take(),
            (Lines{"IN 1 sn=0 off=0 len=1024", "IN 1 sn=1 off=1024 len=1024 F", "IN 1 sn=2 off=2048 len=1024",
                   "IN 1 sn=3 off=3072 len=1024 F", "IN 1 sn=4 off=4096 len=904 F S"}));
  EXPECT_EQ(peer.received[1], patternBytes(5000));
}

TEST(TargetSessionRead, ResidualsAreInTheLastDataIn) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand less = peer.read(1, 1000);
  base::storeU32(less.cdb.data() + 2, 600);
  peer.send(less);
  EXPECT_EQ(peer.take(), (Lines{"IN 1 sn=0 off=0 len=600 F S U=400"}));
  ScsiCommand more = peer.read(2, 600);
  base::storeU32(more.cdb.data() + 2, 1000);
  peer.send(more);
  EXPECT_EQ(peer.take(), (Lines{"IN 2 sn=0 off=0 len=600 F S O=400"}));
  EXPECT_EQ(peer.received[2], patternBytes(600));
}

TEST(TargetSessionRead, SenseComesInAResponse) {
  Bench bench;
  Peer& peer = bench.peer();
  bench.log.status = 2;
  bench.log.sense = base::Bytes{0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x21, 0x00, 0, 0, 0, 0};
  peer.sendRead(1, 512);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=02 21/00 U=512"}));
}

TEST(TargetSessionRead, BidirectionalCommandsAreAnsweredAndDoNotCrash) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand command = peer.write(1, 512);
  command.read = true;
  const base::Bytes ahs{0, 5, 2, 0, 0, 0, 4, 0};
  peer.send(command, base::ByteView(pattern()).first(512), ahs);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=00 u=1024"}));
}

TEST(TargetSessionRead, DataOfOneAnswerInManyPartsKeepsItsOrder) {
  Bench bench;
  Peer& peer = bench.peer({"MaxRecvDataSegmentLength=262144"});
  bench.log.parts = 60;
  peer.sendRead(1, 100000);
  EXPECT_EQ(peer.take(), (Lines{"IN 1 sn=0 off=0 len=100000 F S"}));
  EXPECT_EQ(peer.received[1], patternBytes(100000));
}

TEST(TargetSessionRead, DataBeforeAStatusThatIsNotGoodIsCountedInTheResponse) {
  Bench bench;
  Peer& peer = bench.peer({"MaxRecvDataSegmentLength=512"});
  bench.log.status = 2;
  bench.log.dataWithStatus = true;
  bench.log.sense = base::Bytes{0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x11, 0x00, 0, 0, 0, 0};
  peer.sendRead(1, 1024);
  EXPECT_EQ(peer.take(), (Lines{"IN 1 sn=0 off=0 len=512", "IN 1 sn=1 off=512 len=512 F", "RESP 1 st=02 11/00"}));
}

// ---- The window ----------------------------------------------------------------------------------------------------

TEST(TargetSessionWindow, AGapHoldsCommandsUntilItIsFilled) {
  Bench bench;
  Peer& peer = bench.peer();
  const ScsiCommand first = peer.read(1, 512);
  peer.sendRead(2, 512);
  peer.sendRead(3, 512);
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.send(first);
  EXPECT_EQ(peer.take(),
            (Lines{"IN 1 sn=0 off=0 len=512 F S", "IN 2 sn=0 off=0 len=512 F S", "IN 3 sn=0 off=0 len=512 F S"}));
  EXPECT_THAT(bench.log.executed, ElementsAre(1, 2, 3));
}

TEST(TargetSessionWindow, DuplicatesAndNumbersOutsideAreIgnoredInSilence) {
  Bench bench;
  Peer& peer = bench.peer();
  bench.log.answersLater = true;
  const ScsiCommand command = peer.read(1, 512);
  peer.send(command);
  peer.send(command);  // a retry of what is here
  ScsiCommand old = command;
  old.initiatorTaskTag = 2;
  peer.send(old);  // its number was used
  ScsiCommand far = peer.read(3, 512);
  far.cmdSn += 128;
  --*peer.cmdSn;
  peer.send(far);
  ScsiCommand twice = peer.read(1, 512);  // a tag in use, with a fresh number
  peer.send(twice);
  --*peer.cmdSn;
  EXPECT_THAT(peer.take(), IsEmpty());
  EXPECT_EQ(peer.session().tasks(), 1U);
  peer.units().finish(1);
  EXPECT_EQ(peer.take(), (Lines{"IN 1 sn=0 off=0 len=512 F S"}));
  EXPECT_THAT(bench.log.executed, ElementsAre(1));
}

TEST(TargetSessionWindow, ClosesWhenAllCreditsAreUsedAndOpensWithTheAnswers) {
  SessionLimits limits;
  limits.commandWindow = 4;
  Bench bench(limits);
  Peer& peer = bench.peer();
  bench.log.answersLater = true;
  for (std::uint32_t itt = 1; itt <= 4; ++itt) peer.sendRead(itt, 4);
  peer.send(peer.nop(50));
  EXPECT_EQ(peer.take(), (Lines{"NOP 50 len=0"}));
  EXPECT_EQ(peer.maxCmdSn, peer.expCmdSn - 1);  // closed
  peer.units().finish(2);
  EXPECT_EQ(peer.take(), (Lines{"IN 2 sn=0 off=0 len=4 F S"}));
  EXPECT_EQ(peer.maxCmdSn, peer.expCmdSn);
  for (const std::uint32_t itt : {1U, 3U, 4U}) peer.units().finish(itt);
  peer.take();
  EXPECT_EQ(peer.maxCmdSn, peer.expCmdSn + 3);
}

TEST(TargetSessionWindow, ThatOpensWithoutAnAnswerIsToldByANopIn) {
  SessionLimits limits;
  limits.commandWindow = 2;
  Bench bench(limits);
  Peer& peer = bench.peer();
  bench.log.answersLater = true;
  peer.sendRead(1, 4);
  peer.sendRead(2, 4);
  peer.send(peer.nop(50));
  peer.take();
  // The unit ends it for another nexus: no answer goes out.
  peer.units().finishAbort(1);
  EXPECT_EQ(peer.take(), (Lines{"NOP window"}));
  EXPECT_EQ(peer.maxCmdSn, peer.expCmdSn);
  peer.units().finish(2);
  peer.take();
}

TEST(TargetSessionWindow, EveryKindOfRequestGivesItsCreditBack) {
  SessionLimits limits;
  limits.commandWindow = 4;
  Bench bench(limits);
  Peer& peer = bench.peer();
  for (std::uint32_t i = 0; i < 20; ++i) {
    peer.send(peer.nop(100 + i, false), base::ByteView(pattern()).first(3));
    EXPECT_EQ(peer.take(), (Lines{"NOP " + std::to_string(100 + i) + " len=3"})) << i;
    TextRequest text = peer.text(200 + i);
    text.immediate = false;
    text.cmdSn = (*peer.cmdSn)++;
    peer.send(text, textOf({"X-a=b"}));
    EXPECT_EQ(peer.take(), (Lines{"TEXT F X-a=NotUnderstood"})) << i;
    TaskManagementRequest function = peer.function(TaskManagementFunction::LogicalUnitReset, 300 + i);
    function.immediate = false;
    function.cmdSn = (*peer.cmdSn)++;
    peer.send(function);
    EXPECT_EQ(peer.take(), (Lines{"TMF " + std::to_string(300 + i) + " r=0"})) << i;
    LogoutRequest logout = peer.logout(LogoutReason::CloseConnection, 9);
    logout.immediate = false;
    logout.cmdSn = (*peer.cmdSn)++;
    peer.send(logout);
    EXPECT_EQ(peer.take(), (Lines{"LOGOUT r=1"})) << i;
  }
  EXPECT_EQ(peer.maxCmdSn, peer.expCmdSn + 3);
}

TEST(TargetSessionWindow, EveryKindOfImmediateRequestGivesItsPlaceBack) {
  Bench bench;
  Peer& peer = bench.peer();
  for (std::uint32_t i = 0; i < 20; ++i) {
    peer.send(peer.nop(100 + i));
    EXPECT_EQ(peer.take(), (Lines{"NOP " + std::to_string(100 + i) + " len=0"})) << i;
    peer.send(peer.text(200 + i), textOf({"X-a=b"}));
    EXPECT_EQ(peer.take(), (Lines{"TEXT F X-a=NotUnderstood"})) << i;
    peer.sendFunction(TaskManagementFunction::LogicalUnitReset, 300 + i);
    EXPECT_EQ(peer.take(), (Lines{"TMF " + std::to_string(300 + i) + " r=0"})) << i;
    peer.send(peer.logout(LogoutReason::CloseConnection, 9));
    EXPECT_EQ(peer.take(), (Lines{"LOGOUT r=1"})) << i;
    ScsiCommand command = peer.read(400 + i, 8);
    command.immediate = true;
    --*peer.cmdSn;
    peer.send(command);
    EXPECT_EQ(peer.take(), (Lines{"IN " + std::to_string(400 + i) + " sn=0 off=0 len=8 F S"})) << i;
  }
}

TEST(TargetSessionWindow, TooManyImmediateRequestsAreRejected) {
  Bench bench;
  Peer& peer = bench.peer();
  bench.log.answersLater = true;
  for (std::uint32_t itt = 1; itt <= 9; ++itt) {
    ScsiCommand command = peer.read(itt, 8);
    command.immediate = true;
    --*peer.cmdSn;
    peer.send(command);
  }
  EXPECT_EQ(peer.take(), (Lines{"REJECT 06"}));
  // Functions have places of their own.
  bench.log.functionsLater = true;
  for (std::uint32_t itt = 21; itt <= 29; ++itt) peer.sendFunction(TaskManagementFunction::ClearAca, itt);
  EXPECT_EQ(peer.take(), (Lines{"REJECT 06"}));
  // A reset has one besides: it is what is left when the others do not end.
  peer.sendFunction(TaskManagementFunction::LogicalUnitReset, 30);
  EXPECT_EQ(peer.take(), Lines{});
  peer.sendFunction(TaskManagementFunction::LogicalUnitReset, 31);
  EXPECT_EQ(peer.take(), (Lines{"REJECT 06"}));
  for (std::uint32_t itt = 21; itt <= 28; ++itt) peer.units().finishFunction(itt);
  peer.units().finishFunction(30);
  for (std::uint32_t itt = 1; itt <= 8; ++itt) {
    if (peer.units().executing() != 0) peer.units().finish(itt);
  }
  peer.take();
}

TEST(TargetSessionWindow, AnImmediateTagThatIsInUseIsRejected) {
  Bench bench;
  Peer& peer = bench.peer();
  bench.log.answersLater = true;
  peer.sendRead(1, 4);
  for (int i = 0; i < 20; ++i) {
    peer.send(peer.nop(1));
    EXPECT_EQ(peer.take(), (Lines{"REJECT 07"}));
  }
  peer.units().finish(1);
  EXPECT_EQ(peer.take(), (Lines{"IN 1 sn=0 off=0 len=4 F S"}));
  for (std::uint32_t i = 0; i < 10; ++i) {
    peer.send(peer.nop(1));
    EXPECT_EQ(peer.take(), (Lines{"NOP 1 len=0"}));
  }
}

// ---- Two connections -----------------------------------------------------------------------------------------------

TEST(TargetSessionTwoConnections, CommandsAreDeliveredInTheOrderOfTheirNumbers) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  const ScsiCommand one = first.read(1, 8);
  second.sendRead(2, 8);
  EXPECT_THAT(second.take(), IsEmpty());
  first.send(one);
  EXPECT_EQ(first.take(), (Lines{"IN 1 sn=0 off=0 len=8 F S"}));
  EXPECT_EQ(second.take(), (Lines{"IN 2 sn=0 off=0 len=8 F S"}));
  EXPECT_THAT(bench.log.executed, ElementsAre(1, 2));
}

TEST(TargetSessionTwoConnections, AHeldCommandMayTakeItsUnsolicitedDataBeforeItsTurn) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2", "InitialR2T=No", "FirstBurstLength=2048"});
  Peer& second = bench.join(first, 1);
  const ScsiCommand one = first.read(1, 8);
  ScsiCommand held = second.write(2, 2048);
  held.final = false;
  second.send(held);
  second.sendData(2, 0, 2048);
  EXPECT_THAT(second.take(), IsEmpty());
  first.send(one);
  EXPECT_EQ(second.take(), (Lines{"RESP 2 st=00"}));
  EXPECT_EQ(bench.log.written[2], patternBytes(2048));
}

TEST(TargetSessionTwoConnections, StrayDataOfACommandThatEndsMeanwhileIsNoHarm) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  const ScsiCommand one = first.read(1, 8);
  second.send(second.write(2, 512), base::ByteView(pattern()).first(512));  // complete, and held
  DataOut stray = second.dataOut(2, 0, 512, true);
  stray.targetTransferTag = 99;
  second.begin(stray, base::ByteView(pattern()).first(512), 100);
  first.send(one);  // now the write is executed and answered, in the middle of the stray PDU
  EXPECT_EQ(second.take(), (Lines{"RESP 2 st=00"}));
  // Another command must not get what is meant for the one that has ended.
  first.begin(first.write(5, 512), base::ByteView(pattern()).first(512), 100);
  second.finish();
  EXPECT_THAT(second.take(), IsEmpty());
  first.finish();
  EXPECT_EQ(first.take(), (Lines{"IN 1 sn=0 off=0 len=8 F S", "RESP 5 st=00"}));
  second.sendRead(2, 8);
  EXPECT_EQ(second.take(), (Lines{"IN 2 sn=0 off=0 len=8 F S"}));
}

TEST(TargetSessionTwoConnections, StrayDataOfACommandThatReachesItsUnitMeanwhileIsLate) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  bench.log.answersLater = true;
  const ScsiCommand one = first.read(1, 8);
  second.send(second.write(2, 512), base::ByteView(pattern()).first(512));
  DataOut stray = second.dataOut(2, 0, 512, true);
  stray.targetTransferTag = 99;
  second.begin(stray, base::ByteView(pattern()).first(512), 100);
  first.send(one);
  second.finish();
  EXPECT_THAT(second.take(), IsEmpty());
  EXPECT_THAT(bench.log.executed, ElementsAre(1, 2));
  first.units().finish(1);
  first.units().finish(2);
  EXPECT_EQ(second.take(), (Lines{"RESP 2 st=00"}));
}

TEST(TargetSessionTwoConnections, ACommandThatItsUnitAbortsInTheMiddleOfStrayDataEndsOnce) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  bench.log.answersLater = true;
  const ScsiCommand one = first.read(1, 8);
  second.send(second.write(2, 512), base::ByteView(pattern()).first(512));
  DataOut stray = second.dataOut(2, 0, 512, true);
  stray.targetTransferTag = 99;
  second.begin(stray, base::ByteView(pattern()).first(512), 100);
  first.send(one);
  first.units().finishAbort(2);  // as when another nexus clears the task set
  EXPECT_EQ(bench.log.reserved, 1U) << "the rest of the PDU has a place still";
  second.finish();
  EXPECT_THAT(second.take(), IsEmpty());
  EXPECT_EQ(bench.log.reserved, 0U);
  EXPECT_EQ(first.session().tasks(), 1U);
  first.units().finish(1);
  EXPECT_EQ(first.take(), (Lines{"IN 1 sn=0 off=0 len=8 F S"}));
  EXPECT_EQ(first.maxCmdSn, first.expCmdSn + 127) << "each credit came back once";
}

TEST(TargetSessionTwoConnections, ALossInTheMiddleOfStrayDataOfACommandAtItsUnitIsNoHarm) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  bench.log.answersLater = bench.log.abortsLater = true;
  FakeUnits& units = first.units();
  const ScsiCommand one = first.read(1, 8);
  second.send(second.write(2, 512), base::ByteView(pattern()).first(512));
  DataOut stray = second.dataOut(2, 0, 512, true);
  stray.targetTransferTag = 99;
  second.begin(stray, base::ByteView(pattern()).first(512), 100);
  first.send(one);
  first.session().close(SessionEnd::Dropped);
  units.finishAbort(1);
  units.finishAbort(2);
}

// ---- Order ---------------------------------------------------------------------------------------------------------

TEST(TargetSessionOrder, SimpleCommandsPassAWriteWhoseDataIsAwaited) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.sendRead(2, 8);
  EXPECT_EQ(peer.take(), (Lines{"R2T 1 sn=0 off=0 len=512", "IN 2 sn=0 off=0 len=8 F S"}));
  peer.sendData(1, 0, 512);
  EXPECT_THAT(bench.log.executed, ElementsAre(2, 1));
}

TEST(TargetSessionOrder, IsThatOfTheUnitHoweverItsLunIsSpelled) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand ordered = peer.write(1, 512);
  ordered.attribute = TaskAttribute::Ordered;
  ordered.lun[1] = 2;
  peer.send(ordered);
  ScsiCommand younger = peer.read(2, 8);
  younger.lun = {0x40, 2};
  peer.send(younger);
  EXPECT_THAT(peer.take(), ElementsAre("R2T 1 sn=0 off=0 len=512 lun=2"));
  DataOut data = peer.dataOut(1, 0, 512, true);
  data.lun = {0x40, 2};
  peer.send(data, base::ByteView(pattern()).first(512));
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00", "IN 2 sn=0 off=0 len=8 F S"));
}

TEST(TargetSessionOrder, AnOrderedCommandWaitsForOlderOnesAndYoungerOnesForIt) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  ScsiCommand ordered = peer.write(2, 512);
  ordered.attribute = TaskAttribute::Ordered;
  peer.send(ordered);
  peer.sendRead(3, 8);
  ScsiCommand elsewhere = peer.read(4, 8);
  elsewhere.lun[1] = 1;
  peer.send(elsewhere);
  ScsiCommand urgent = peer.read(5, 8);
  urgent.attribute = TaskAttribute::HeadOfQueue;
  peer.send(urgent);
  EXPECT_THAT(bench.log.executed, ElementsAre(4, 5));
  peer.take();
  peer.sendData(2, 0, 512);
  EXPECT_THAT(bench.log.executed, ElementsAre(4, 5));
  peer.sendData(1, 0, 512);
  EXPECT_THAT(bench.log.executed, ElementsAre(4, 5, 1, 2, 3));
}

TEST(TargetSessionOrder, WhatWaitedForACommandThatFailsGoesOn) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand ordered = peer.write(1, 512);
  ordered.attribute = TaskAttribute::Ordered;
  peer.send(ordered);
  peer.sendRead(2, 8);
  EXPECT_THAT(bench.log.executed, IsEmpty());
  peer.take();
  peer.sendData(1, 0, 600);
  EXPECT_EQ(peer.take(), (Lines{"RESP 1 st=02 0c/0d", "IN 2 sn=0 off=0 len=8 F S"}));
}

TEST(TargetSessionOrder, WhatWaitedForAnAbortedCommandGoesOn) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand ordered = peer.write(1, 512);
  ordered.attribute = TaskAttribute::Ordered;
  peer.send(ordered);
  peer.sendRead(2, 8);
  peer.take();
  peer.sendFunction(TaskManagementFunction::AbortTask, 9, 1, ordered.cmdSn);
  EXPECT_THAT(peer.take(), testing::UnorderedElementsAre("TMF 9 r=0", "IN 2 sn=0 off=0 len=8 F S"));
  EXPECT_THAT(bench.log.executed, ElementsAre(2));
}

TEST(TargetSessionOrder, WhatWaitedForACommandOfALostConnectionGoesOn) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  ScsiCommand ordered = first.write(1, 512);
  ordered.attribute = TaskAttribute::Ordered;
  first.send(ordered);
  second.sendRead(2, 8);
  EXPECT_THAT(second.take(), IsEmpty());
  first.lose();
  EXPECT_EQ(second.take(), (Lines{"IN 2 sn=0 off=0 len=8 F S"}));
}

TEST(TargetSessionOrder, WhatWaitedForACommandThatAnotherNexusClearedGoesOn) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand ordered = peer.write(1, 512);
  ordered.attribute = TaskAttribute::Ordered;
  peer.send(ordered);
  ScsiCommand other = peer.read(2, 8);
  peer.send(other);
  ScsiCommand elsewhere = peer.write(3, 512);
  elsewhere.lun[1] = 1;
  peer.send(elsewhere);
  peer.take();
  // Both on LUN 0 end without an answer; the other stays.
  peer.session().clearWaiting(0);
  EXPECT_THAT(peer.take(), IsEmpty());
  EXPECT_EQ(peer.session().tasks(), 1U);
  peer.sendData(3, 0, 512);
  EXPECT_EQ(peer.take(), (Lines{"REJECT 09"}));  // R2Ts of LUN 1 name that LUN
}

// ---- Memory --------------------------------------------------------------------------------------------------------

TEST(TargetSessionMemory, SteadyCommandsAllocateNothing) {
  Bench bench;
  Peer& peer = bench.peer();
  const auto round = [&](std::uint32_t itt) {
    const ScsiCommand command = peer.command(itt, kTestNone, 0);
    std::array<std::uint8_t, kBhsSize> bhs{};
    command.encode(bhs);
    const std::size_t before = support::allocations();
    peer.connection->onBytes(bhs, bench.world.now);
    const std::size_t made = support::allocations() - before;
    peer.take();
    return made;
  };
  for (std::uint32_t i = 0; i < 50; ++i) round(i + 1);
  std::size_t made = 0;
  for (std::uint32_t i = 0; i < 50; ++i) made += round(i + 1);
  // FakeUnits makes an object a command and notes the tag and the data; the core makes nothing.
  EXPECT_LE(made, 50U * 4);
  EXPECT_GE(made, 50U);
}

}  // namespace
}  // namespace iscsi_test
