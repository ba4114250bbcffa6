// Commands of an initiator session against a target that the test plays PDU by PDU.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/iscsi/sense_segment.h"
#include "tests/support/allocations.h"
#include "tests/unit/iscsi/initiator_world.h"

namespace iscsi_test {
namespace {

using testing::ElementsAre;

struct Commands : testing::Test, InitiatorWorld {};

TEST_F(Commands, AReadHasTheFieldsOfItsCommandAndGetsItsDataInPlace) {
  logIn();
  TestCommand command(512);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  EXPECT_TRUE(pdu.read);
  EXPECT_FALSE(pdu.write);
  EXPECT_TRUE(pdu.final);
  EXPECT_EQ(pdu.lun, kLunOne);
  EXPECT_EQ(pdu.expectedDataTransferLength, 512U);
  EXPECT_EQ(pdu.cmdSn, 1U);
  EXPECT_EQ(pdu.expStatSn, wires[1].statSn);
  EXPECT_EQ(pdu.cdb[0], 0x28);
  const base::Bytes data = dataOf(512);
  sayData(pdu, 0, 0, data);
  EXPECT_EQ(command.ends, 1);
  EXPECT_TRUE(command.result.good());
  EXPECT_EQ(command.result.received, 512U);
  EXPECT_EQ(command.in, data);
}

TEST_F(Commands, DataInMayComeInSeveralPdusAndInAnyCutsOfBytes) {
  logIn();
  TestCommand command(1024);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  const base::Bytes data = dataOf(1024);
  sayData(pdu, 0, 0, base::ByteView(data).first(300), false, false);
  DataIn rest;
  rest.initiatorTaskTag = pdu.initiatorTaskTag;
  rest.dataSn = 1;
  rest.bufferOffset = 300;
  rest.final = rest.hasStatus = true;
  rest.statSn = wires[1].statSn++;
  rest.expCmdSn = expCmdSn;
  rest.maxCmdSn = maxCmdSn;
  std::array<std::uint8_t, kBhsSize> head;
  rest.encode(head);
  const base::Bytes bytes = wirePdu(head, {}, base::ByteView(data).subspan(300), {});
  bytesIn(1, base::ByteView(bytes).first(100));
  // What is wanted is the place in the command's own memory.
  const std::span<std::uint8_t> wanted = session().wanted(1);
  ASSERT_EQ(wanted.size(), 1024U - 300 - 52);
  EXPECT_EQ(wanted.data(), command.in.data() + 352);
  std::copy_n(bytes.begin() + 100, wanted.size(), wanted.begin());
  EXPECT_EQ(command.ends, 0);
  session().placed(1, wanted.size(), now);
  EXPECT_EQ(command.ends, 1);
  EXPECT_EQ(command.in, data);
}

TEST_F(Commands, TheWindowHoldsCommandsBack) {
  grant(1);
  logIn();
  TestCommand one(512), two(512);
  submit(one);
  submit(two);
  const ScsiCommand first = next<ScsiCommand>();
  EXPECT_TRUE(silent());
  expCmdSn = 2;
  maxCmdSn = 2;
  sayData(first, 0, 0, dataOf(512));
  EXPECT_EQ(next<ScsiCommand>().cmdSn, 2U);
}

TEST_F(Commands, TheQueueDepthHoldsCommandsBack) {
  setting.queueDepth = 2;
  logIn();
  TestCommand one(512), two(512), three(512);
  submit(one);
  submit(two);
  submit(three);
  const ScsiCommand first = nextCommand();
  nextCommand();
  EXPECT_TRUE(silent());
  sayData(first, 0, 0, dataOf(512));
  EXPECT_EQ(nextCommand().cmdSn, 3U);
}

TEST_F(Commands, WhatWasNotSentToAUnitIsTakenBackInItsOrder) {
  setting.queueDepth = 1;
  logIn();
  TestCommand sent(512), first(512), ofAnother(512), second(512);
  ofAnother.lun = Lun{0, 2};
  for (TestCommand* command : {&sent, &first, &ofAnother, &second}) submit(*command);
  const ScsiCommand pdu = nextCommand();
  bool inOrder = false;
  TestCommand late(512);
  first.then = [&] {
    inOrder = second.ends == 0;
    submit(late);
  };
  session().recall(kLunOne, now);
  EXPECT_TRUE(inOrder);
  EXPECT_EQ(first.result.outcome, CommandOutcome::Recalled);
  EXPECT_EQ(second.result.outcome, CommandOutcome::Recalled);
  EXPECT_EQ(sent.ends + ofAnother.ends + late.ends, 0);
  sayData(pdu, 0, 0, dataOf(512));
  EXPECT_TRUE(sent.result.good());
  const ScsiCommand next = nextCommand();
  EXPECT_EQ(next.lun, ofAnother.lun);
  EXPECT_EQ(next.cmdSn, pdu.cmdSn + 1) << "no number is used up by what was not sent";
  sayData(next, 0, 0, dataOf(512));
  EXPECT_EQ(nextCommand().lun, late.lun);
}

TEST_F(Commands, ACheckConditionBringsSenseAndResidual) {
  logIn();
  TestCommand command(512);
  submit(command);
  ScsiResponse response;
  response.initiatorTaskTag = nextCommand().initiatorTaskTag;
  response.status = kStatusCheckCondition;
  response.residual = {false, true, 512};
  say(response, base::Bytes{0, 3, 0x70, 0, 5});
  EXPECT_EQ(command.ends, 1);
  EXPECT_EQ(command.result.outcome, CommandOutcome::Completed);
  EXPECT_EQ(command.result.status, kStatusCheckCondition);
  EXPECT_EQ(command.result.residual, (Residual{false, true, 512}));
  EXPECT_THAT(command.result.sense(), ElementsAre(0x70, 0, 5));
}

TEST_F(Commands, ATargetFailureIsAnOutcomeOfItsOwn) {
  logIn();
  TestCommand command(512);
  submit(command);
  ScsiResponse response;
  response.initiatorTaskTag = nextCommand().initiatorTaskTag;
  response.response = ServiceResponse::TargetFailure;
  say(response);
  EXPECT_EQ(command.result.outcome, CommandOutcome::TargetFailure);
}

// ---- writes

TEST_F(Commands, AShortWriteIsOnePdu) {
  logIn();
  TestCommand command(0, 512);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  EXPECT_TRUE(pdu.write);
  EXPECT_TRUE(pdu.final);
  EXPECT_EQ(pdu.dataSegmentLength, 512U);
  EXPECT_EQ(last.data, command.out);
  sayGood(pdu);
  EXPECT_TRUE(command.result.good());
}

struct SmallBursts : Commands {
  SmallBursts() {
    (void)access.answer.wishes.set(Key::MaxRecvDataSegmentLength, 512);
    (void)access.answer.wishes.set(Key::FirstBurstLength, 1024);
    (void)access.answer.wishes.set(Key::MaxBurstLength, 2048);
    (void)access.answer.wishes.set(Key::InitialR2T, 0);
  }
};

TEST_F(SmallBursts, AWriteGoesByImmediateThenUnsolicitedDataThenWhatIsAskedFor) {
  logIn();
  TestCommand command(0, 2560);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  EXPECT_FALSE(pdu.final);
  EXPECT_EQ(pdu.dataSegmentLength, 512U);
  const auto unsolicited = next<DataOut>();
  EXPECT_EQ(unsolicited.targetTransferTag, kReservedTag);
  EXPECT_EQ(unsolicited.bufferOffset, 512U);
  EXPECT_TRUE(unsolicited.final);
  EXPECT_EQ(unsolicited.lun, Lun{});
  EXPECT_TRUE(silent());
  R2t r2t;
  r2t.initiatorTaskTag = pdu.initiatorTaskTag;
  r2t.targetTransferTag = 77;
  r2t.bufferOffset = 1024;
  r2t.desiredDataTransferLength = 1536;
  say(r2t, {}, false);
  base::Bytes got;
  for (std::uint32_t i = 0; i < 3; ++i) {
    const auto data = next<DataOut>();
    EXPECT_EQ(data.targetTransferTag, 77U);
    EXPECT_EQ(data.lun, kLunOne);
    EXPECT_EQ(data.dataSn, i);
    EXPECT_EQ(data.bufferOffset, 1024 + 512 * i);
    EXPECT_EQ(data.final, i == 2);
    base::append(got, last.data);
  }
  EXPECT_TRUE(base::equal(got, base::ByteView(command.out).subspan(1024)));
  EXPECT_EQ(command.ends, 0);
  sayGood(pdu);
  EXPECT_EQ(command.ends, 1);
}

TEST_F(SmallBursts, AnR2tOutsideOfTheWriteEndsTheSession) {
  logIn();
  TestCommand command(0, 2560);
  submit(command);
  R2t r2t;
  r2t.initiatorTaskTag = nextCommand().initiatorTaskTag;
  r2t.targetTransferTag = 77;
  r2t.bufferOffset = 2048;
  r2t.desiredDataTransferLength = 1024;
  next<DataOut>();
  say(r2t, {}, false);
  EXPECT_EQ(session().state(), InitiatorSession::State::Recovering);
}

TEST_F(Commands, ACommandIsNotDoneWhileItsDataWaitsToBeSent) {
  logIn();
  TestCommand command(0, 512);
  carrying = false;  // nothing leaves
  ASSERT_TRUE(session().submit(command, now));
  ScsiResponse response;
  response.initiatorTaskTag = 0x10000;  // the first use of the first slot
  say(response);
  EXPECT_EQ(command.ends, 0);
  carrying = true;
  settle();
  EXPECT_EQ(command.ends, 1);
}

TEST_F(Commands, ABidirectionalCommandHasBothLengths) {
  logIn();
  TestCommand command(256, 512);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  EXPECT_TRUE(pdu.read && pdu.write);
  EXPECT_EQ(pdu.expectedDataTransferLength, 512U);
  const auto ahs = readCommandAhs(pdu, base::ByteView(last.head).subspan(kBhsSize));
  ASSERT_TRUE(ahs.ok());
  EXPECT_EQ(ahs->bidirectionalReadLength, 256U);
  sayData(pdu, 0, 0, dataOf(256), true, false);
  ScsiResponse response;
  response.initiatorTaskTag = pdu.initiatorTaskTag;
  response.expDataSn = 1;
  say(response);
  EXPECT_TRUE(command.result.good());
  EXPECT_EQ(command.result.received, 256U);
}

TEST_F(Commands, TheStatusOfABidirectionalCommandDoesNotComeWithItsData) {
  logIn();
  TestCommand command(256, 512);
  submit(command);
  sayData(nextCommand(), 0, 0, dataOf(256));
  EXPECT_EQ(command.ends, 0);
  EXPECT_EQ(session().state(), InitiatorSession::State::Recovering);
}

TEST_F(Commands, ALongCdbGoesIntoAnAhs) {
  logIn();
  TestCommand command(512);
  command.code = dataOf(32);
  command.cdb = command.code;
  submit(command);
  const ScsiCommand pdu = nextCommand();
  const auto ahs = readCommandAhs(pdu, base::ByteView(last.head).subspan(kBhsSize));
  ASSERT_TRUE(ahs.ok());
  EXPECT_TRUE(base::equal(ahs->extendedCdb, base::ByteView(command.code).subspan(16)));
}

// ---- what is wrong

TEST_F(Commands, DataBeyondTheReadIsNotWrittenAnywhere) {
  logIn();
  TestCommand command(512);
  submit(command);
  sayData(nextCommand(), 0, 256, dataOf(512));
  EXPECT_EQ(session().state(), InitiatorSession::State::Recovering);
  EXPECT_EQ(command.in, base::Bytes(512, 0xee));
  EXPECT_EQ(command.ends, 0);  // it waits for the next session
}

TEST_F(Commands, DataForATaskThatHasEndedIsDropped) {
  logIn();
  TestCommand command(512);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  sayData(pdu, 0, 0, dataOf(512));
  command.in.assign(512, 0xee);
  TestCommand another(512);
  submit(another);  // of the same slot
  const ScsiCommand second = nextCommand();
  EXPECT_NE(second.initiatorTaskTag, pdu.initiatorTaskTag);
  sayData(pdu, 1, 0, dataOf(512), true, false);
  EXPECT_EQ(another.in, base::Bytes(512, 0xee));
  EXPECT_EQ(session().state(), InitiatorSession::State::Ready);
}

TEST_F(Commands, AWrongDataDigestEndsTheSession) {
  (void)setting.wishes.set(Key::DataDigest, {"CRC32C"});
  (void)access.answer.wishes.set(Key::DataDigest, {"CRC32C"});
  logIn();
  ASSERT_TRUE(wires[1].digests.data);
  TestCommand command(512);
  submit(command);
  damage = true;
  sayData(nextCommand(), 0, 0, dataOf(512));
  EXPECT_EQ(command.ends, 0);
  EXPECT_EQ(session().state(), InitiatorSession::State::Recovering);
}

TEST_F(Commands, AStatSnThatIsMissingEndsTheSession) {
  logIn();
  TestCommand command(512);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  ++wires[1].statSn;
  sayData(pdu, 0, 0, dataOf(512));
  EXPECT_EQ(session().state(), InitiatorSession::State::Recovering);
}

TEST_F(Commands, ARejectedCommandEndsAndItsNumberIsFilled) {
  logIn();
  TestCommand command(512);
  submit(command);
  const ScsiCommand pdu = next<ScsiCommand>();  // not counted: expCmdSn stays
  Reject reject;
  reject.reason = RejectReason::CommandNotSupported;
  const base::Bytes header = last.head;
  say(reject, header);
  EXPECT_EQ(command.result.outcome, CommandOutcome::Rejected);
  EXPECT_EQ(command.result.reason, RejectReason::CommandNotSupported);
  const auto abort = next<TaskManagementRequest>();
  EXPECT_EQ(abort.function, TaskManagementFunction::AbortTask);
  EXPECT_EQ(abort.refCmdSn, pdu.cmdSn);
}

TEST_F(Commands, MoreThanTheBoundIsRefused) {
  setting.maxCommands = 2;
  logIn();
  TestCommand one(512), two(512), three(512);
  submit(one);
  submit(two);
  EXPECT_FALSE(session().submit(three, now));
  sayData(nextCommand(), 0, 0, dataOf(512));
  EXPECT_TRUE(session().submit(three, now));
}

TEST_F(Commands, ACommandMaySubmitItselfAgainFromItsEnd) {
  logIn();
  TestCommand command(512);
  command.then = [&] {
    if (command.ends < 3) submit(command);
  };
  submit(command);
  for (int i = 0; i < 3; ++i) sayData(nextCommand(), 0, 0, dataOf(512));
  EXPECT_EQ(command.ends, 3);
  EXPECT_TRUE(silent());
}

TEST_F(Commands, AWarmReadAllocatesNothing) {
  logIn();
  TestCommand command(512);
  const base::Bytes data = dataOf(512);
  std::vector<base::ByteView> views(8);
  const auto round = [&](std::uint32_t number) {
    ASSERT_TRUE(session().submit(command, now));
    const std::size_t count = session().gather(1, views);
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) size += views[i].size();
    const std::uint32_t tag = base::loadU32(views[0].data() + at::kTaskTag);
    session().sent(1, size, now);
    DataIn pdu;
    pdu.initiatorTaskTag = tag;
    pdu.final = pdu.hasStatus = true;
    pdu.statSn = wires[1].statSn++;
    pdu.expCmdSn = number + 2;
    pdu.maxCmdSn = number + 33;
    std::array<std::uint8_t, kBhsSize> head;
    pdu.encode(head);
    storeLengths(head, 0, 512);
    session().onBytes(1, head, now);
    session().onBytes(1, data, now);
    ASSERT_EQ(command.ends, static_cast<int>(number) + 1);
  };
  for (std::uint32_t i = 0; i < 4; ++i) round(i);
  const std::size_t before = support::allocations();
  for (std::uint32_t i = 4; i < 20; ++i) round(i);
  EXPECT_EQ(support::allocations(), before);
}

}  // namespace
}  // namespace iscsi_test
