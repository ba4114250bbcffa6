// Task management, losses, reinstatement and logout of a target session, with tasks in every state.
#include "tests/unit/iscsi/session_bench.h"

namespace iscsi_test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using F = TaskManagementFunction;

// ---- One task in every state ---------------------------------------------------------------------------------------

enum class Where : std::uint8_t { Held, ReceivingData, Waiting, Executing, ExecutingLong, SendingWaits };
constexpr Where kEvery[] = {Where::Held,      Where::ReceivingData, Where::Waiting,
                            Where::Executing, Where::ExecutingLong, Where::SendingWaits};

// A session with task 1 there where the test wants it. Another LUN has nothing to do with it.
class InState {
 public:
  explicit InState(Where where) : bench(limits(where)), peer(bench.peer({"MaxRecvDataSegmentLength=1024"})) {
    switch (where) {
      case Where::Held:
        ++*peer.cmdSn;  // a gap that is not filled
        command = peer.read(1, 64);
        peer.send(command);
        break;
      case Where::ReceivingData:
        command = peer.write(1, 512);
        peer.send(command);
        break;
      case Where::Waiting: {
        ScsiCommand older = peer.write(2, 512);
        peer.send(older);
        command = peer.read(1, 64);
        command.attribute = TaskAttribute::Ordered;
        peer.send(command);
        break;
      }
      case Where::ExecutingLong:
        bench.log.abortsLater = bench.log.functionsLater = true;
        [[fallthrough]];
      case Where::Executing:
        bench.log.answersLater = true;
        command = peer.read(1, 64);
        peer.send(command);
        break;
      case Where::SendingWaits:
        command = peer.read(1, 8192);
        peer.send(command);
        peer.readSome(2048);  // so that there is room for a function, but not for the rest
        break;
    }
  }
  static SessionLimits limits(Where where) {
    SessionLimits limits;
    if (where == Where::SendingWaits) limits.outputHighWater = 4096;
    return limits;
  }
  void settle(std::uint32_t function) {
    if (bench.log.functionsLater) peer.units().finishFunction(function);
    if (bench.log.abortsLater && peer.units().executing() != 0) peer.units().finishAbort(1);
  }
  Bench bench;
  Peer& peer;
  ScsiCommand command;
};

bool answers(const Lines& lines, std::uint32_t itt) {
  for (const std::string& line : lines) {
    const std::string tag = " " + std::to_string(itt) + " ";
    if (line.find("RESP" + tag) == 0) return true;
    if (line.find("IN" + tag) == 0 && line.find(" S") != std::string::npos) return true;
  }
  return false;
}

class EveryState : public testing::TestWithParam<Where> {};

TEST_P(EveryState, AbortTaskEndsItWithoutAnAnswer) {
  InState state(GetParam());
  Peer& peer = state.peer;
  if (GetParam() == Where::ExecutingLong) state.bench.log.abortsLater = false;  // the unit ends it before it answers
  peer.sendFunction(F::AbortTask, 9, 1, state.command.cmdSn);
  if (GetParam() == Where::ExecutingLong) peer.units().finishFunction(9);
  const Lines lines = peer.take();
  EXPECT_THAT(lines, Contains("TMF 9 r=0"));
  EXPECT_FALSE(answers(lines, 1)) << testing::PrintToString(lines);
  if (GetParam() == Where::Held || GetParam() == Where::Waiting) {
    EXPECT_THAT(state.bench.log.executed, Not(Contains(1U)));
  }
  // Afterwards it is not known any more.
  peer.sendFunction(F::AbortTask, 10, 1, state.command.cmdSn);
  const Lines again = peer.take();
  const bool gap = GetParam() == Where::Held;  // its number is in the window still, so it counts as received
  EXPECT_THAT(again, ElementsAre(gap ? "TMF 10 r=0" : "TMF 10 r=1"));
}

TEST_P(EveryState, ASetOfTasksEndsWithoutAnswers) {
  for (const F what : {F::AbortTaskSet, F::ClearTaskSet, F::LogicalUnitReset, F::TargetWarmReset, F::TargetColdReset}) {
    InState state(GetParam());
    Peer& peer = state.peer;
    const bool targetReset = what == F::TargetWarmReset || what == F::TargetColdReset;
    peer.sendFunction(what, 9);
    Lines lines = peer.take();
    if (GetParam() == Where::Held && !targetReset) {
      EXPECT_THAT(lines, Not(Contains("TMF 9 r=0"))) << "the missing command is awaited";
      ScsiCommand missing = peer.command(3, kTestNone, 0);
      missing.cmdSn = state.command.cmdSn - 1;
      --*peer.cmdSn;
      peer.send(missing);
      lines = peer.take();
    }
    if (GetParam() == Where::ReceivingData || GetParam() == Where::Waiting) {
      EXPECT_THAT(lines, Not(Contains("TMF 9 r=0"))) << "what an R2T asked for is awaited";
      const std::uint32_t writing = GetParam() == Where::Waiting ? 2 : 1;
      peer.sendData(writing, 0, 512);
      lines = peer.take();
      EXPECT_FALSE(answers(lines, writing));
    }
    if (GetParam() == Where::ExecutingLong) {
      EXPECT_THAT(lines, Not(Contains("TMF 9 r=0")));
      peer.units().finishAbort(1);
      peer.units().finishFunction(9);
      lines = peer.take();
    }
    EXPECT_THAT(lines, Contains("TMF 9 r=0")) << nameOf(what);
    // A held command may have been executed when its turn came: then it was answered before the function.
    if (GetParam() != Where::Held) {
      EXPECT_FALSE(answers(lines, 1)) << nameOf(what) << testing::PrintToString(lines);
    }
    EXPECT_EQ(lines.back(), "TMF 9 r=0") << nameOf(what);
    EXPECT_EQ(peer.session().tasks(), 0U) << nameOf(what);
    state.bench.log.functionsLater = state.bench.log.answersLater = false;
    peer.sendRead(20, 8);
    EXPECT_THAT(peer.take(), ElementsAre("IN 20 sn=0 off=0 len=8 F S")) << nameOf(what);
    EXPECT_EQ(peer.maxCmdSn, peer.expCmdSn + 127) << nameOf(what);
  }
}

TEST_P(EveryState, QueriesFindIt) {
  Bench other;
  InState state(GetParam());
  Peer& peer = state.peer;
  peer.sendFunction(F::QueryTask, 9, 1, state.command.cmdSn);
  EXPECT_THAT(peer.take(), Contains("TMF 9 r=5"));  // RFC 7144 only
  if (GetParam() == Where::ExecutingLong) peer.units().finish(1);
}

TEST_P(EveryState, AFunctionForAnotherUnitLeavesItAlone) {
  InState state(GetParam());
  Peer& peer = state.peer;
  TaskManagementRequest function = peer.function(F::LogicalUnitReset, 9);
  function.lun[1] = 1;
  peer.send(function);
  if (GetParam() == Where::ExecutingLong) peer.units().finishFunction(9);
  const Lines lines = peer.take();
  if (GetParam() != Where::Held) {
    EXPECT_THAT(lines, Contains("TMF 9 r=0"));
  }
  if (GetParam() == Where::Executing || GetParam() == Where::ExecutingLong) {
    peer.units().finish(1);
    EXPECT_TRUE(answers(peer.take(), 1));
  }
  if (GetParam() == Where::SendingWaits) {
    EXPECT_TRUE(answers(lines, 1));
  }
}

TEST_P(EveryState, ALostConnectionEndsIt) {
  InState state(GetParam());
  Peer& peer = state.peer;
  TargetSession& session = peer.session();
  FakeUnits& units = peer.units();
  peer.lose();
  if (GetParam() == Where::ExecutingLong) {
    EXPECT_THAT(state.bench.log.aborted, ElementsAre(1));
    EXPECT_EQ(session.tasks(), 1U);
    units.finishAbort(1);
  }
  EXPECT_EQ(session.tasks(), 0U);
  EXPECT_EQ(state.bench.log.commands, 0U);
  EXPECT_TRUE(session.closed()) << "at level 0 nothing is retained";
  EXPECT_THAT(state.bench.world.ended, ElementsAre(SessionEnd::TimedOut));
  EXPECT_EQ(state.bench.log.left, 1);
}

TEST_P(EveryState, SessionReinstatementEndsIt) {
  InState state(GetParam());
  FakeUnits& units = state.peer.units();
  Peer& again = state.bench.peer();
  EXPECT_TRUE(state.peer.closing());
  EXPECT_THAT(state.bench.world.ended, ElementsAre(SessionEnd::Reinstated));
  EXPECT_EQ(state.bench.log.left, 1);
  if (GetParam() == Where::ExecutingLong) units.finishAbort(1);
  state.peer.take();
  state.bench.world.directory.sweep();
  state.bench.log.answersLater = false;
  again.sendRead(1, 8);
  EXPECT_THAT(again.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
}

TEST_P(EveryState, ConnectionReinstatementEndsItAndKeepsTheSession) {
  for (const std::string_view retain : {"DefaultTime2Retain=20", "DefaultTime2Retain=0"}) {
    Bench bench;
    bench.log.answersLater = true;
    Peer& first = bench.peer({retain});
    first.sendRead(1, 8);
    first.sendWrite(2, 512);
    TargetSession* const session = &first.session();
    Peer& second = bench.join(first, 0);
    EXPECT_TRUE(first.closing());
    EXPECT_EQ(&second.session(), session);
    EXPECT_FALSE(session->closed());
    EXPECT_EQ(session->tasks(), 0U);
    bench.log.answersLater = false;
    second.sendRead(3, 8);
    EXPECT_THAT(second.take(), ElementsAre("IN 3 sn=0 off=0 len=8 F S"));
  }
}

TEST_P(EveryState, LogoutOfTheSessionEndsIt) {
  InState state(GetParam());
  FakeUnits& units = state.peer.units();
  state.peer.send(state.peer.logout(LogoutReason::CloseSession, 0));
  const Lines lines = state.peer.take();
  EXPECT_EQ(lines.back(), "LOGOUT r=0");
  EXPECT_FALSE(answers(lines, 1)) << testing::PrintToString(lines);
  EXPECT_TRUE(state.peer.closing());
  EXPECT_THAT(state.bench.world.ended, ElementsAre(SessionEnd::LoggedOut));
  if (GetParam() == Where::ExecutingLong) units.finishAbort(1);
}

TEST_P(EveryState, TheOwnerMayCloseTheSession) {
  InState state(GetParam());
  FakeUnits& units = state.peer.units();
  state.peer.session().close(SessionEnd::Dropped);
  EXPECT_TRUE(state.peer.closing());
  if (GetParam() == Where::ExecutingLong) units.finishAbort(1);
  EXPECT_FALSE(answers(state.peer.take(), 1));
}

TEST_P(EveryState, AnotherNexusMayClearIt) {
  InState state(GetParam());
  state.peer.session().clearWaiting(0);
  const bool waits = GetParam() == Where::Held || GetParam() == Where::ReceivingData || GetParam() == Where::Waiting;
  EXPECT_EQ(state.peer.session().tasks(), waits ? 0U : 1U);
  if (GetParam() == Where::Executing || GetParam() == Where::ExecutingLong) state.peer.units().finish(1);
  EXPECT_EQ(answers(state.peer.take(), 1), !waits);
}

TEST_P(EveryState, ThatAnotherNexusClearsItIsAStatusOrTheOwnersToTell) {
  InState state(GetParam());
  const bool waits = GetParam() == Where::Held || GetParam() == Where::ReceivingData || GetParam() == Where::Waiting;
  const bool told = waits && GetParam() != Where::Held;
  EXPECT_EQ(state.peer.session().clearWaiting(0, true), GetParam() == Where::Held) << "for its owner to tell";
  EXPECT_EQ(state.peer.session().tasks(), waits ? 0U : 1U);
  EXPECT_FALSE(state.peer.session().clearWaiting(0, true)) << "nothing is left";
  if (GetParam() == Where::Executing || GetParam() == Where::ExecutingLong) state.peer.units().finish(1);
  if (told) {
    EXPECT_THAT(state.peer.take(), Contains(StartsWith("RESP 1 st=40")));
  }
}

// What the unit does not have is answered for it; what waits for its turn meets the map of then.
TEST_P(EveryState, ItsUnitMayLeave) {
  InState state(GetParam());
  static constexpr std::array<std::uint8_t, 18> kSense{0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x25};
  UnitAnswer none;
  none.status = kStatusCheckCondition;
  none.sense = kSense;
  state.peer.session().refuseWaiting(0, none);
  const bool told = GetParam() == Where::ReceivingData || GetParam() == Where::Waiting;
  EXPECT_EQ(state.peer.session().tasks(), told ? 0U : 1U);
  if (told) {
    EXPECT_THAT(state.peer.take(), Contains(StartsWith("RESP 1 st=02")));
  }
  if (GetParam() == Where::Executing || GetParam() == Where::ExecutingLong) state.peer.units().finish(1);
  if (GetParam() == Where::Held) {
    ScsiCommand missing = state.peer.command(3, kTestNone, 0);
    missing.cmdSn = state.command.cmdSn - 1;
    state.peer.send(missing);
  }
  if (!told) {
    EXPECT_TRUE(answers(state.peer.take(), 1));
  }
  EXPECT_EQ(state.peer.session().tasks(), 0U);
}

INSTANTIATE_TEST_SUITE_P(States, EveryState, testing::ValuesIn(kEvery));

// ---- In the middle of a PDU ----------------------------------------------------------------------------------------

TEST(TargetSessionMidPdu, ACommandThatIsClearedBeforeItsPduEndsCountsAsReceived) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.begin(peer.write(1, 512), base::ByteView(pattern()).first(512), 200);
  peer.session().clearWaiting(0);
  EXPECT_EQ(bench.log.reserved, 1U);  // the reader still writes to it
  peer.finish();
  EXPECT_EQ(bench.log.reserved, 0U);
  peer.sendRead(2, 8);
  EXPECT_THAT(peer.take(), ElementsAre("IN 2 sn=0 off=0 len=8 F S"));
  EXPECT_EQ(peer.session().window().active(), 0U);
}

TEST(TargetSessionMidPdu, AWriteThatIsClearedInItsDataGivesAllBack) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  peer.begin(peer.dataOut(1, 0, 512, true), base::ByteView(pattern()).first(512), 200);
  peer.session().clearWaiting(0);
  EXPECT_EQ(bench.log.reserved, 1U);
  peer.finish();
  EXPECT_EQ(bench.log.reserved, 0U);
  EXPECT_EQ(peer.session().tasks(), 0U);
  EXPECT_EQ(peer.session().window().active(), 0U);
  EXPECT_THAT(bench.log.executed, IsEmpty());
  // Nothing of it is left in the order of commands.
  ScsiCommand ordered = peer.read(2, 8);
  ordered.attribute = TaskAttribute::Ordered;
  peer.send(ordered);
  EXPECT_THAT(peer.take(), ElementsAre("IN 2 sn=0 off=0 len=8 F S"));
}

TEST(TargetSessionMidPdu, AWriteWhoseUnitLeavesInItsDataGoesOnToWhoeverIsThereThen) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  peer.begin(peer.dataOut(1, 0, 512, true), base::ByteView(pattern()).first(512), 200);
  static constexpr std::array<std::uint8_t, 18> kSense{0x70, 0, 5, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x25};
  UnitAnswer none;
  none.status = kStatusCheckCondition;
  none.sense = kSense;
  peer.session().refuseWaiting(0, none);
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.finish();
  EXPECT_THAT(bench.log.executed, ElementsAre(1));
  EXPECT_THAT(peer.take(), ElementsAre("RESP 1 st=00"));
}

TEST(TargetSessionMidPdu, AHeldWriteThatIsClearedInItsDataLeavesNoGap) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2", "InitialR2T=No", "FirstBurstLength=2048"});
  Peer& second = bench.join(first, 1);
  const ScsiCommand one = first.read(1, 8);
  ScsiCommand held = second.write(2, 2048);
  held.final = false;
  second.send(held);
  second.begin(second.dataOut(2, 0, 2048, true), base::ByteView(pattern()).first(2048), 200);
  first.session().clearWaiting(0);
  second.finish();
  first.send(one);
  first.sendRead(3, 8);
  EXPECT_THAT(first.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S", "IN 3 sn=0 off=0 len=8 F S"));
  EXPECT_EQ(first.session().tasks(), 0U);
}

TEST(TargetSessionMidPdu, ALossInEveryByteOfAWriteLeavesNothing) {
  for (std::size_t cut = 1; cut < 48 + 512; cut += 7) {
    Bench bench;
    Peer& peer = bench.peer();
    peer.begin(peer.write(1, 512), base::ByteView(pattern()).first(512), cut);
    if (cut % 2 == 0) peer.session().clearWaiting(0);
    peer.lose();
    EXPECT_EQ(bench.log.reserved, 0U) << cut;
  }
  for (std::size_t cut = 1; cut < 48 + 512; cut += 7) {
    Bench bench;
    Peer& peer = bench.peer();
    peer.sendWrite(1, 512);
    peer.take();
    peer.begin(peer.dataOut(1, 0, 512, true), base::ByteView(pattern()).first(512), cut);
    if (cut % 2 == 0) peer.session().clearWaiting(0);
    if (cut % 3 == 0) {
      peer.session().close(SessionEnd::Dropped);
    } else {
      peer.lose();
    }
    EXPECT_EQ(bench.log.reserved, 0U) << cut;
  }
}

// ---- Functions -----------------------------------------------------------------------------------------------------

TEST(TargetSessionFunctions, AbortOfACommandThatNeverCameCountsItAsReceived) {
  Bench bench;
  Peer& peer = bench.peer();
  const ScsiCommand missing = peer.read(1, 8);
  peer.sendRead(2, 8);
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.sendFunction(F::AbortTask, 9, 1, missing.cmdSn);
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0", "IN 2 sn=0 off=0 len=8 F S"));
  peer.send(missing);  // it comes late, and is ignored
  EXPECT_THAT(peer.take(), IsEmpty());
  EXPECT_THAT(bench.log.executed, ElementsAre(2));
}

TEST(TargetSessionFunctions, AreAnsweredByTheTableWhereThereIsNothingToDo) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendFunction(F::AbortTask, 9, 77, *peer.cmdSn - 5);
  peer.sendFunction(F::AbortTask, 13, 13, *peer.cmdSn - 5);
  peer.sendFunction(F::TaskReassign, 10, 77);
  peer.sendFunction(static_cast<F>(99), 11);
  TaskManagementRequest elsewhere = peer.function(F::LogicalUnitReset, 12);
  elsewhere.lun[1] = 9;
  peer.send(elsewhere);
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=1", "TMF 13 r=1", "TMF 10 r=4", "TMF 11 r=5", "TMF 12 r=2"));
}

TEST(TargetSessionFunctions, LeaveYoungerCommandsAlone) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  const TaskManagementRequest function = peer.function(F::AbortTaskSet, 9);
  peer.sendWrite(2, 512);
  peer.send(function);
  EXPECT_THAT(peer.take(), ElementsAre("R2T 1 sn=0 off=0 len=512", "R2T 2 sn=0 off=0 len=512"));
  peer.sendData(1, 0, 512);
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0"));
  peer.sendData(2, 0, 512);
  EXPECT_THAT(peer.take(), ElementsAre("RESP 2 st=00"));
}

TEST(TargetSessionFunctions, WhatWaitedForAbortedOnesGoesToItsUnitBehindTheFunction) {
  Bench bench;
  Peer& peer = bench.peer();
  ScsiCommand ordered = peer.write(1, 512);
  ordered.attribute = TaskAttribute::Ordered;
  peer.send(ordered);
  const TaskManagementRequest function = peer.function(F::AbortTaskSet, 9);
  peer.sendRead(2, 8);
  peer.send(function);
  peer.take();
  peer.sendData(1, 0, 512);
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0", "IN 2 sn=0 off=0 len=8 F S"));
}

TEST(TargetSessionFunctions, FastAbortDoesNotAwaitData) {
  Bench bench;
  EXPECT_TRUE(bench.world.access.wishes.set(Key::TaskReporting, {"FastAbort", "ResponseFence", "RFC3720"}));
  Peer& peer = bench.peer({"TaskReporting=FastAbort,ResponseFence,RFC3720"});
  ASSERT_EQ(peer.session().parameters().taskReporting, TaskReporting::FastAbort);
  peer.sendWrite(1, 512);
  peer.take();
  peer.sendFunction(F::AbortTaskSet, 9);
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0"));
  peer.sendData(1, 0, 512);
  EXPECT_THAT(peer.take(), IsEmpty());
}

// RFC 7143 4.2.3.4: each connection but that of the function, for each unit on which it has affected tasks.
TEST(TargetSessionFunctions, WithFastAbortOtherConnectionsHearThatTheirTasksEnd) {
  for (const bool fast : {true, false}) {
    Bench bench;
    EXPECT_TRUE(bench.world.access.wishes.set(Key::TaskReporting, {"FastAbort", "ResponseFence", "RFC3720"}));
    bench.log.answersLater = bench.log.functionsLater = true;
    const std::string_view reporting =
        fast ? "TaskReporting=FastAbort,ResponseFence,RFC3720" : "TaskReporting=ResponseFence,RFC3720";
    Peer& first = bench.peer({"MaxConnections=3", reporting});
    Peer& second = bench.join(first, 1);
    Peer& third = bench.join(first, 2);
    first.sendRead(1, 8);
    second.sendRead(2, 8);
    second.sendRead(3, 8);
    ScsiCommand elsewhere = second.write(4, 512);
    elsewhere.lun[1] = 2;
    second.send(elsewhere);
    second.take();
    DataOut data = second.dataOut(4, 0, 512, true);
    data.lun[1] = 2;
    if (!fast) second.send(data, base::ByteView(pattern()).first(512));
    first.sendFunction(F::TargetWarmReset, 9);
    EXPECT_THAT(second.take(), IsEmpty()) << "the units have not answered";
    first.units().finishFunction(9);
    if (fast) {
      EXPECT_THAT(second.take(), ElementsAre("ASYNC 5 lun=0", "ASYNC 5 lun=2", "NOP ping"));
      EXPECT_THAT(first.take(), IsEmpty()) << "the Async Messages have not arrived";
      NopOut arrived = second.nop(kReservedTag);
      arrived.lun[1] = 2;
      second.send(arrived);
    } else {
      EXPECT_THAT(second.take(), IsEmpty());
    }
    EXPECT_THAT(third.take(), IsEmpty());
    EXPECT_THAT(first.take(), ElementsAre("TMF 9 r=0"));
    if (fast) {
      second.send(data, base::ByteView(pattern()).first(512));  // it was on its way: the tag is good for being dropped
      EXPECT_THAT(second.take(), IsEmpty());
    }
    while (first.units().executing() != 0) first.units().finishAbort(first.units().firstExecuting());
  }
}

TEST(TargetSessionFunctions, ResetOfTheNexusEndsTheSession) {
  Bench bench;
  EXPECT_TRUE(bench.world.access.wishes.set(Key::IscsiProtocolLevel, 2));
  Peer& peer = bench.peer({"iSCSIProtocolLevel=2"});
  peer.sendWrite(1, 512);
  peer.take();
  peer.sendFunction(F::ItNexusReset, 9);
  EXPECT_TRUE(peer.closing());
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::NexusReset));
}

// A power-on event for the initiators too (RFC 7143 11.5.1): the response goes out, then all sessions are gone.
TEST(TargetSessionFunctions, ColdResetEndsAllSessionsOfTheTarget) {
  Bench bench;
  Peer& asking = bench.peer({"MaxConnections=2"}, 1);
  Peer& beside = bench.join(asking, 1);
  Peer& another = bench.peer({}, 2);
  bench.target = "iqn.2001-04.com.example:other";
  Peer& spared = bench.peer({}, 3);
  another.sendWrite(1, 512);
  another.take();
  asking.sendFunction(F::TargetColdReset, 9);
  EXPECT_FALSE(asking.closing()) << "not while the session is on the stack";
  bench.world.directory.sweep();
  EXPECT_THAT(asking.take(), ElementsAre("TMF 9 r=0"));
  for (const Peer* const peer : {&asking, &beside, &another}) EXPECT_TRUE(peer->closing());
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::ColdReset, SessionEnd::ColdReset));
  EXPECT_FALSE(spared.closing()) << "of another target";
  bench.target = "iqn.2001-04.com.example:disk";
  Peer& again = bench.peer({}, 1);
  bench.world.directory.sweep();
  EXPECT_FALSE(again.closing()) << "one reset ends sessions once";
}

TEST(TargetSessionFunctions, ColdResetEndsAllSessionsThoughItsConnectionIsLost) {
  Bench bench;
  bench.log.functionsLater = true;
  Peer& asking = bench.peer({"MaxConnections=2"}, 1);
  Peer& beside = bench.join(asking, 1);
  Peer& another = bench.peer({}, 2);
  asking.sendFunction(F::TargetColdReset, 9);
  asking.lose();
  beside.units().finishFunction(9);
  bench.world.directory.sweep();
  EXPECT_TRUE(beside.closing());
  EXPECT_TRUE(another.closing());
}

TEST(TargetSessionFunctions, WarmResetLeavesSessionsOpen) {
  Bench bench;
  Peer& asking = bench.peer({}, 1);
  Peer& another = bench.peer({}, 2);
  asking.sendFunction(F::TargetWarmReset, 9);
  bench.world.directory.sweep();
  EXPECT_THAT(asking.take(), ElementsAre("TMF 9 r=0"));
  EXPECT_FALSE(asking.closing());
  EXPECT_FALSE(another.closing());
}

TEST(TargetSessionFunctions, WithLevelTwoTasksCanBeQueried) {
  Bench bench;
  EXPECT_TRUE(bench.world.access.wishes.set(Key::IscsiProtocolLevel, 2));
  Peer& peer = bench.peer({"iSCSIProtocolLevel=2"});
  const ScsiCommand write = peer.write(1, 512);
  peer.send(write);
  peer.take();
  peer.sendFunction(F::QueryTask, 9, 1, write.cmdSn);
  peer.sendFunction(F::QueryTaskSet, 10);
  peer.sendData(1, 0, 512);
  peer.sendFunction(F::QueryTaskSet, 11);
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=7", "TMF 10 r=7", "RESP 1 st=00", "TMF 11 r=0"));
}

// Linux sends none behind a reset, and gives the session up when the reset is not answered in 30 s.
TEST(TargetSessionFunctions, DataThatDoesNotComeIsNotAwaitedForLong) {
  using std::chrono::milliseconds;
  for (const F what : {F::AbortTaskSet, F::LogicalUnitReset, F::TargetWarmReset}) {
    Bench bench;
    Peer& peer = bench.peer({"MaxConnections=2"});
    Peer& other = bench.join(peer, 1);
    peer.sendWrite(1, 1024);
    other.sendWrite(2, 512);
    other.take();
    peer.take();
    const auto tick = [&](base::Duration duration) {
      bench.world.advance(duration);
      for (Peer* const one : {&peer, &other}) {
        if (one->connection->nextDeadline() <= bench.world.now) one->connection->onTimer(bench.world.now);
      }
    };
    peer.sendFunction(what, 9);
    tick(milliseconds(1500));
    peer.sendData(1, 0, 512, false);
    tick(milliseconds(1500));
    EXPECT_THAT(peer.take(), IsEmpty()) << "data came on this connection";
    tick(milliseconds(500));
    EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0")) << nameOf(what);
    EXPECT_EQ(peer.session().tasks(), 0U);
    peer.sendData(1, 512, 512, true, 1);
    other.sendData(2, 0, 512);
    EXPECT_THAT(peer.take(), IsEmpty()) << "what comes all the same is dropped";
    EXPECT_THAT(other.take(), IsEmpty());
    EXPECT_FALSE(peer.closing() || other.closing());
    EXPECT_EQ(bench.log.written.size(), 0U);
  }
}

// What comes for other units says nothing of what is owed to this one.
TEST(TargetSessionFunctions, DataForAnotherUnitPutsNoFunctionOff) {
  for (const F what : {F::AbortTaskSet, F::ClearTaskSet, F::LogicalUnitReset}) {
    Bench bench;
    Peer& peer = bench.peer();
    peer.sendWrite(1, 512);
    ScsiCommand elsewhere = peer.write(2, 8192);
    elsewhere.lun[1] = 1;
    peer.send(elsewhere);
    peer.take();
    peer.sendFunction(what, 9);
    for (std::uint32_t i = 0; i < 4; ++i) {
      EXPECT_THAT(peer.take(), IsEmpty()) << i;
      bench.world.advance(std::chrono::milliseconds(500));
      DataOut data = peer.dataOut(2, i * 512, 512, false, i);
      data.lun[1] = 1;
      peer.begin(data, base::ByteView(pattern()).subspan(i * 512, 512), 100);
      peer.connection->onTimer(bench.world.now);
      peer.finish();
    }
    EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0")) << nameOf(what);
    EXPECT_EQ(peer.session().tasks(), 1U);
  }
}

// Whoever sends on behind a function means what comes after it.
TEST(TargetSessionFunctions, CommandsSentBehindOneAreExecutedBehindIt) {
  for (const F what : {F::AbortTaskSet, F::ClearTaskSet, F::LogicalUnitReset, F::TargetWarmReset}) {
    Bench bench;
    Peer& peer = bench.peer();
    peer.sendWrite(1, 512);
    peer.take();
    peer.sendFunction(what, 9);
    ScsiCommand first = peer.read(2, 8);
    first.attribute = TaskAttribute::HeadOfQueue;
    peer.send(first);
    peer.sendRead(3, 8);
    peer.sendWrite(4, 512);
    EXPECT_THAT(peer.take(), ElementsAre("R2T 4 sn=0 off=0 len=512")) << nameOf(what);
    EXPECT_THAT(bench.log.executed, IsEmpty()) << "the unit would end it with those before the function";
    peer.sendData(1, 0, 512);
    EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0", "IN 2 sn=0 off=0 len=8 F S", "IN 3 sn=0 off=0 len=8 F S"));
    peer.sendData(4, 0, 512);
    EXPECT_THAT(peer.take(), ElementsAre("RESP 4 st=00")) << nameOf(what);
    EXPECT_EQ(peer.session().tasks(), 0U);
  }
}

TEST(TargetSessionFunctions, WhatWaitsBehindOneGoesOnWhenItsConnectionIsLost) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  first.sendWrite(1, 512);
  first.sendFunction(F::LogicalUnitReset, 9);
  second.sendRead(2, 8);
  EXPECT_THAT(second.take(), IsEmpty());
  first.lose();
  EXPECT_THAT(second.take(), ElementsAre("IN 2 sn=0 off=0 len=8 F S"));
}

// A reset of the target counts what is missing as received: what waited for it, and is none of its tasks, has its turn.
TEST(TargetSessionFunctions, ATargetResetOverAGapLetsWhatWaitedBehindItGoOn) {
  Bench bench;
  Peer& peer = bench.peer();
  const ScsiCommand missing = peer.read(1, 8);
  peer.sendRead(2, 8);
  peer.send(peer.nop(5, false));
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.sendFunction(F::TargetWarmReset, 9);
  bench.world.directory.sweep();
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0", "NOP 5 len=0"));
  EXPECT_EQ(peer.session().tasks(), 0U);
  peer.send(missing);
  peer.sendRead(3, 8);
  EXPECT_THAT(peer.take(), ElementsAre("IN 3 sn=0 off=0 len=8 F S"));
}

// Whoever ended the write may have the session on the stack, and its units.
TEST(TargetSessionFunctions, ALogoutThatAResetLetsGoOnDoesNotEndTheSessionInsideOfAnotherCall) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);              // its data does not come
  static_cast<void>(peer.read(2, 8));  // is not sent
  LogoutRequest logout;
  logout.immediate = false;
  logout.initiatorTaskTag = 3;
  logout.cmdSn = (*peer.cmdSn)++;
  peer.send(logout);
  peer.sendFunction(F::TargetWarmReset, 9);
  peer.take();
  peer.session().clearWaiting(0);
  EXPECT_THAT(bench.world.ended, IsEmpty());
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0"));
  bench.world.directory.sweep();
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::LoggedOut));
}

TEST(TargetSessionFunctions, AFunctionWhoseTasksAnotherNexusEndsGoesOn) {
  Bench bench;
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  peer.sendFunction(F::AbortTaskSet, 9);
  EXPECT_THAT(peer.take(), IsEmpty());
  peer.session().clearWaiting(0);
  EXPECT_THAT(peer.take(), ElementsAre("TMF 9 r=0"));
}

TEST(TargetSessionFunctions, ALostConnectionEndsAFunctionAtItsUnit) {
  Bench bench;
  bench.log.functionsLater = true;
  Peer& peer = bench.peer();
  TargetSession& session = peer.session();
  FakeUnits& units = peer.units();
  peer.sendFunction(F::LogicalUnitReset, 9);
  TaskManagementRequest queued = peer.function(F::LogicalUnitReset, 10);
  queued.immediate = false;
  queued.cmdSn = (*peer.cmdSn)++;
  peer.send(queued);
  peer.lose();
  EXPECT_EQ(session.tasks(), 2U);
  units.finishFunction(9);
  units.finishFunction(10);
  EXPECT_EQ(session.tasks(), 0U);
  EXPECT_EQ(session.window().active(), 0U);
}

// ---- Two connections -----------------------------------------------------------------------------------------------

TEST(TargetSessionFence, AFunctionsResponseWaitsForStatusOnOtherConnections) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  second.sendRead(1, 8);
  first.sendFunction(F::LogicalUnitReset, 9);
  EXPECT_THAT(first.take(), IsEmpty());
  EXPECT_THAT(second.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S", "NOP ping"));
  second.acknowledge();
  EXPECT_THAT(first.take(), ElementsAre("TMF 9 r=0"));
}

TEST(TargetSessionFence, ALostConnectionIsNotWaitedFor) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  second.sendRead(1, 8);
  first.sendFunction(F::LogicalUnitReset, 9);
  EXPECT_THAT(first.take(), IsEmpty());
  second.lose();
  EXPECT_THAT(first.take(), ElementsAre("TMF 9 r=0"));
}

TEST(TargetSessionFence, AbortTaskMustComeOnTheConnectionOfItsTask) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  const ScsiCommand write = first.write(1, 512);
  first.send(write);
  second.sendFunction(F::AbortTask, 9, 1, write.cmdSn);
  EXPECT_THAT(second.take(), ElementsAre("TMF 9 r=255"));
}

TEST(TargetSessionLogout, OfThisConnectionLeavesTheOthers) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  first.sendWrite(1, 512);
  second.sendWrite(2, 512);
  first.take();
  second.take();
  first.send(first.logout(LogoutReason::CloseConnection, 0));
  EXPECT_THAT(first.take(), ElementsAre("LOGOUT r=0"));
  EXPECT_TRUE(first.closing());
  second.sendData(2, 0, 512);
  EXPECT_THAT(second.take(), ElementsAre("RESP 2 st=00"));
  EXPECT_EQ(second.session().tasks(), 0U);
  second.send(second.logout(LogoutReason::CloseConnection, 1));
  EXPECT_THAT(second.take(), ElementsAre("LOGOUT r=0"));
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::LoggedOut));
}

TEST(TargetSessionLogout, OfAnotherConnectionClosesIt) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  second.sendWrite(2, 512);
  second.take();
  second.begin(second.dataOut(2, 0, 512, true), base::ByteView(pattern()).first(512), 100);
  first.send(first.logout(LogoutReason::CloseConnection, 1));
  EXPECT_THAT(first.take(), ElementsAre("LOGOUT r=0"));
  EXPECT_TRUE(second.closing());
  EXPECT_EQ(first.session().tasks(), 0U);
  first.send(first.logout(LogoutReason::CloseConnection, 1));
  EXPECT_THAT(first.take(), ElementsAre("LOGOUT r=1"));
  first.send(first.logout(LogoutReason::RemoveConnectionForRecovery, 1));
  EXPECT_THAT(first.take(), ElementsAre("LOGOUT r=2"));
  first.sendRead(3, 8);
  EXPECT_THAT(first.take(), ElementsAre("IN 3 sn=0 off=0 len=8 F S"));
}

TEST(TargetSessionLogout, ALostConnectionLeavesAGapThatAnotherFills) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  const ScsiCommand one = first.read(1, 8);
  const ScsiCommand held = second.read(2, 8);
  second.send(held);
  second.lose();
  first.send(one);
  EXPECT_THAT(first.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
  first.sendRead(3, 8);
  EXPECT_THAT(first.take(), IsEmpty());
  first.send(held);
  EXPECT_THAT(first.take(), ElementsAre("IN 2 sn=0 off=0 len=8 F S", "IN 3 sn=0 off=0 len=8 F S"));
}

TEST(TargetSessionLoss, MayLetTheUnitEndOtherCommandsAndFunctionsOfTheConnection) {
  for (const bool closes : {false, true}) {
    Bench bench;
    bench.log.answersLater = bench.log.functionsLater = true;
    Peer& peer = bench.peer();
    TargetSession& session = peer.session();
    peer.sendRead(1, 8);
    peer.sendRead(2, 8);
    ScsiCommand immediate = peer.read(3, 8);
    immediate.immediate = true;
    --*peer.cmdSn;
    peer.send(immediate);
    TaskManagementRequest elsewhere = peer.function(F::LogicalUnitReset, 9);
    elsewhere.lun[1] = 1;
    peer.send(elsewhere);
    bench.log.abortFrees = {2, 3, 9};
    if (closes) {
      session.close(SessionEnd::Dropped);
    } else {
      peer.lose();
    }
    EXPECT_EQ(session.tasks(), 0U);
    EXPECT_THAT(peer.take(), IsEmpty());
    EXPECT_EQ(session.window().active(), 0U);
  }
}

TEST(TargetSessionLoss, WithAClosedWindowInTheMiddleOfAnAbortedPduSaysNothing) {
  SessionLimits limits;
  limits.commandWindow = 1;
  Bench bench(limits);
  Peer& peer = bench.peer();
  peer.sendWrite(1, 512);
  peer.take();
  peer.begin(peer.dataOut(1, 0, 512, true), base::ByteView(pattern()).first(512), 100);
  peer.session().clearWaiting(0);
  peer.lose();
  EXPECT_THAT(peer.take(), IsEmpty());
}

// Both were told at their first request that a new session would come of it (RFC 7143 6.3.1): the second to finish finds
// that this is no longer so, and ends nobody's session unknowingly.
TEST(TargetSessionLogin, OfTwoWithOneIsidAtOnceTheSecondIsRefused) {
  Bench bench;
  for (int i = 0; i < 2; ++i) bench.peers.push_back(std::make_unique<Peer>(bench, std::uint16_t{0}));
  Peer& first = *bench.peers[0];
  Peer& second = *bench.peers[1];
  EXPECT_THAT(first.beginLogin(), ElementsAre("LOGIN 0000"));
  EXPECT_THAT(second.beginLogin(), ElementsAre("LOGIN 0000"));
  EXPECT_THAT(first.finishLogin(), ElementsAre("LOGIN 0000"));
  EXPECT_THAT(second.finishLogin(), ElementsAre("LOGIN 020a"));
  EXPECT_TRUE(second.closing());
  EXPECT_THAT(bench.world.ended, IsEmpty());
  EXPECT_EQ(bench.world.directory.size(), 1U);
  first.sendRead(1, 8);
  EXPECT_THAT(first.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
}

// RFC 7143 6.3.1: with TSIH 0 and no session any more it is a new one.
TEST(TargetSessionLogin, ThatWouldTakeThePlaceOfASessionWhichEndsMeanwhileBecomesANewOne) {
  Bench bench;
  Peer& old = bench.peer();
  bench.peers.push_back(std::make_unique<Peer>(bench, std::uint16_t{0}));
  Peer& next = *bench.peers.back();
  EXPECT_THAT(next.beginLogin(), ElementsAre("LOGIN 0000"));
  old.send(old.logout(LogoutReason::CloseSession, 0));
  EXPECT_THAT(old.take(), ElementsAre("LOGOUT r=0"));
  EXPECT_THAT(next.finishLogin(), ElementsAre("LOGIN 0000"));
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::LoggedOut));
  next.sendRead(1, 8);
  EXPECT_THAT(next.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
}

TEST(TargetSessionLoss, OfOneConnectionDoesNotEndTheSessionWhenItsTimeIsOver) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  first.lose();
  bench.world.advance(std::chrono::minutes(5));
  EXPECT_THAT(bench.world.ended, IsEmpty());
  second.sendRead(1, 8);
  EXPECT_THAT(second.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
}

// RFC 7143 11.14.5: the nexus of each command that ended with a connection hears of it.
TEST(TargetSessionLoss, OfAConnectionIsToldToTheUnitsWhoseCommandsItEnds) {
  Bench bench;
  bench.log.answersLater = true;
  Peer& first = bench.peer({"MaxConnections=3"});
  Peer& second = bench.join(first, 1);
  Peer& third = bench.join(first, 2);
  ScsiCommand write = first.write(1, 512);
  write.lun[1] = 2;
  first.send(write);
  first.lose();
  EXPECT_THAT(bench.log.lost, ElementsAre(2U)) << "lost, while data was awaited";
  second.sendRead(2, 8);
  second.send(second.logout(LogoutReason::CloseConnection, 1));
  EXPECT_THAT(bench.log.lost, ElementsAre(2U, 0U)) << "logged out, while the unit worked";
  third.sendRead(3, 8);
  Peer& again = bench.join(third, 2);
  EXPECT_THAT(bench.log.lost, ElementsAre(2U, 0U, 0U)) << "reinstated";
  again.sendRead(4, 8);
  again.units().finish(4);
  Peer& last = bench.join(again, 3);
  again.lose();
  EXPECT_EQ(bench.log.lost.size(), 3U) << "what was answered has not been cleared";
  last.sendRead(5, 8);
  last.send(last.logout(LogoutReason::CloseSession, 0));
  EXPECT_EQ(bench.log.lost.size(), 3U) << "the nexus itself is lost";
}

TEST(TargetSessionLoss, OfAHeldCommandClearsNothing) {
  Bench bench;
  Peer& first = bench.peer({"MaxConnections=2"});
  Peer& second = bench.join(first, 1);
  const ScsiCommand missing = second.read(1, 8);
  const ScsiCommand held = first.read(2, 8);
  first.send(held);
  first.lose();
  EXPECT_THAT(bench.log.lost, IsEmpty());
  second.send(missing);
  second.send(held);
  EXPECT_THAT(second.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S", "IN 2 sn=0 off=0 len=8 F S"));
}

TEST(TargetSessionLoss, AfterTheOwnersCloseTheInitiatorMayComeAgain) {
  Bench bench;
  Peer& first = bench.peer();
  first.session().close(SessionEnd::Dropped);
  first.take();
  Peer& again = bench.peer();
  again.sendRead(1, 8);
  EXPECT_THAT(again.take(), ElementsAre("IN 1 sn=0 off=0 len=8 F S"));
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::Dropped));
}

TEST(TargetSessionLoss, WithoutTimeToRetainTheSessionEndsAtOnce) {
  Bench bench;
  Peer& peer = bench.peer({"DefaultTime2Retain=0"});
  peer.lose();
  EXPECT_THAT(bench.world.ended, ElementsAre(SessionEnd::TimedOut));
}

// What the output has views of goes back to its unit when the socket has taken it, however the command ends. A Data-Out
// that nobody asked for must not make it go before: its memory is lent to others then.
TEST(StrayData, ReleasesNothingThatTheOutputHolds) {
  SessionLimits limits;
  limits.outputHighWater = 4096;
  Bench bench(limits);
  Peer& slow = bench.peer({"MaxConnections=4", "MaxRecvDataSegmentLength=1024"});
  Peer& other = bench.join(slow, 1);
  ScsiCommand ordered = other.write(1, 512);
  ordered.attribute = TaskAttribute::Ordered;
  other.send(ordered);
  EXPECT_THAT(other.take(), ElementsAre("R2T 1 sn=0 off=0 len=512"));
  // A read that may write too, so that Data-Out for it looks right; it waits behind the ordered write.
  ScsiCommand both = slow.command(2, kTestRead, 0);
  base::storeU32(both.cdb.data() + 2, 8192);
  both.write = true;
  AhsBuilder ahs;
  ahs.addBidirectionalReadLength(8192);
  slow.send(both, {}, ahs.bytes());
  slow.begin(slow.dataOut(2, 0, 512, true), base::ByteView(pattern()).first(512), 100);
  other.sendData(1, 0, 512);
  ASSERT_THAT(bench.log.executed, ElementsAre(1, 2));
  other.take();
  ASSERT_EQ(bench.log.commands, 1U) << "its data lies in the output";
  other.sendFunction(F::LogicalUnitReset, 9);
  EXPECT_THAT(other.take(), Contains("TMF 9 r=0"));
  slow.finish();
  EXPECT_EQ(bench.log.commands, 1U) << "and there it lies still";
  slow.take();
  EXPECT_EQ(bench.log.commands, 0U);
  EXPECT_EQ(slow.session().tasks(), 0U);
  slow.sendRead(20, 8);
  EXPECT_THAT(slow.take(), ElementsAre("IN 20 sn=0 off=0 len=8 F S"));
  EXPECT_EQ(slow.maxCmdSn, slow.expCmdSn + 127);
}

}  // namespace
}  // namespace iscsi_test
