// The life of an initiator session: login, silence, loss, recovery, and its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/iscsi/initiator_world.h"

namespace iscsi_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using Kind = InitiatorNotice::Kind;
using State = InitiatorSession::State;

struct Session : testing::Test, InitiatorWorld {};

// ---- login and logout

TEST_F(Session, LogsInWithItsNamesAndTellsSo) {
  logIn();
  EXPECT_THAT(log, ElementsAre("connect 1 portal:3260"));
  EXPECT_THAT(notices, ElementsAre(Kind::LoggedIn));
  EXPECT_EQ(logins.front().isid, kIsid);
  EXPECT_EQ(logins.front().tsih, 0);
  EXPECT_EQ(access.initiator, kInitiatorName);
  EXPECT_EQ(session().agreed().tsih, kTsih);
  EXPECT_FALSE(session().parameters().initialR2T);
}

TEST_F(Session, AFirstLoginThatIsRefusedIsTheEnd) {
  access.answer.status = LoginStatus::AuthorizationFailure;
  session().start(now);
  settle();
  ASSERT_TRUE(ended());
  EXPECT_EQ(session().end().kind, InitiatorEnd::Kind::LoginRefused);
  EXPECT_EQ(session().end().status, LoginStatus::AuthorizationFailure);
  EXPECT_TRUE(wires.empty());
}

TEST_F(Session, AFirstConnectionThatFailsIsTheEndUnlessItIsToBeRetried) {
  networkUp = false;
  session().start(now);
  lose();
  EXPECT_TRUE(ended());
  EXPECT_EQ(session().end().kind, InitiatorEnd::Kind::NoConnection);
  EXPECT_EQ(session().end().what, "it broke");
}

TEST_F(Session, AFirstLoginMayBeRetriedUntilTheTimeIsUp) {
  setting.firstLoginRetried = true;
  networkUp = false;
  session().start(now);
  lose();
  EXPECT_EQ(session().state(), State::LoggingIn);
  networkUp = true;
  EXPECT_TRUE(passUntil(seconds(1), [&] { return session().state() == State::Ready; }));
}

TEST_F(Session, ALoginThatTakesTooLongIsGivenUp) {
  carrying = false;
  session().start(now);
  settle();
  pass(seconds(14));
  EXPECT_EQ(session().state(), State::LoggingIn);
  pass(seconds(1));
  ASSERT_TRUE(ended());
}

TEST_F(Session, CloseWaitsForCommandsAndLogsOut) {
  logIn();
  TestCommand command(512), late(512);
  submit(command);
  session().close(now);
  EXPECT_FALSE(session().submit(late, now));
  const ScsiCommand pdu = nextCommand();
  EXPECT_TRUE(silent());
  sayData(pdu, 0, 0, dataOf(512));
  EXPECT_EQ(command.ends, 1);
  const auto request = next<LogoutRequest>();
  EXPECT_EQ(request.reason, LogoutReason::CloseSession);
  EXPECT_FALSE(ended());
  LogoutResponse response;
  response.initiatorTaskTag = request.initiatorTaskTag;
  say(response);
  ASSERT_TRUE(ended());
  EXPECT_EQ(session().end().kind, InitiatorEnd::Kind::LoggedOut);
}

TEST_F(Session, ALogoutThatIsNotAnsweredEndsAllTheSame) {
  setting.times.ping.interval = {};
  logIn();
  session().close(now);
  next<LogoutRequest>();
  pass(seconds(14));
  EXPECT_FALSE(ended());
  pass(seconds(1));
  EXPECT_TRUE(ended());
}

TEST_F(Session, AbandonEndsCommandsAtOnce) {
  logIn();
  TestCommand sent(512), second(512);
  submit(sent);
  submit(second);
  session().abandon(now);
  EXPECT_TRUE(ended());
  EXPECT_EQ(sent.result.outcome, CommandOutcome::SessionLost);
  EXPECT_EQ(sent.ends + second.ends, 2);
}

TEST_F(Session, ARedirectionIsFollowedAndForgottenAfterALoss) {
  access.answer.status = LoginStatus::TargetMovedTemporarily;
  access.answer.address = "elsewhere:3261";
  session().start(now);
  access.answer.status = LoginStatus::TargetMovedTemporarily;
  networkUp = true;
  // The first login is redirected, the next one is not.
  wires[1].open = true;
  session().onConnected(1, now);
  carry(1);
  ASSERT_THAT(log, Contains("connect 1 elsewhere:3261"));
  access.answer.status = LoginStatus::Success;
  settle();
  EXPECT_EQ(session().state(), State::Ready);
  EXPECT_EQ(session().portal(), "elsewhere:3261");
  lose();
  passUntil(seconds(5), [&] { return session().state() == State::Ready; });
  EXPECT_EQ(log.back(), "connect 1 portal:3260");
}

TEST_F(Session, RedirectionsWithoutEndAreTheEnd) {
  access.answer.status = LoginStatus::TargetMovedTemporarily;
  access.answer.address = "elsewhere:3261";
  session().start(now);
  settle();
  EXPECT_TRUE(ended());
  EXPECT_EQ(logins.size(), 1 + InitiatorSession::kMaxRedirects);
}

// ---- pings

TEST_F(Session, ATargetThatIsSilentIsAskedAndThenGivenUp) {
  logIn();
  pass(seconds(5));
  const auto ping = next<NopOut>();
  EXPECT_TRUE(ping.wantsAnswer());
  NopIn answer;
  answer.initiatorTaskTag = ping.initiatorTaskTag;
  say(answer);
  pass(seconds(4));
  EXPECT_TRUE(silent());
  pass(seconds(1));
  next<NopOut>();
  pass(seconds(4));
  EXPECT_EQ(session().state(), State::Ready);
  pass(seconds(1));
  EXPECT_EQ(session().state(), State::Recovering);
  EXPECT_THAT(texts, Contains("the target does not answer a ping"));
}

TEST_F(Session, APingOfTheTargetIsAnsweredWithItsTagAndLun) {
  logIn();
  NopIn ping;
  ping.targetTransferTag = 99;
  ping.lun = kLunOne;
  say(ping, {}, false);
  const auto answer = next<NopOut>();
  EXPECT_EQ(answer.initiatorTaskTag, kReservedTag);
  EXPECT_EQ(answer.targetTransferTag, 99U);
  EXPECT_EQ(answer.lun, kLunOne);
}

// ---- loss

TEST_F(Session, ALostSessionComesBackUnderTheSameNameAndSendsAgainInOrder) {
  logIn();
  TestCommand read(512), write(0, 512), never(512), fresh(512);
  never.mayRepeat = false;
  submit(read);
  submit(write);
  submit(never);
  for (int i = 0; i < 3; ++i) nextCommand();
  lose();
  EXPECT_EQ(session().state(), State::Recovering);
  EXPECT_EQ(never.result.outcome, CommandOutcome::SessionLost);
  EXPECT_EQ(read.ends + write.ends, 0);
  ASSERT_TRUE(session().submit(fresh, now));
  ASSERT_TRUE(passUntil(seconds(5), [&] { return session().state() == State::Ready; }));
  EXPECT_EQ(logins.back().isid, kIsid);
  EXPECT_EQ(logins.back().tsih, 0);
  const ScsiCommand first = nextCommand();
  EXPECT_EQ(first.cmdSn, 1U);
  EXPECT_EQ(last.head[32], 0x28);
  const ScsiCommand second = nextCommand();
  EXPECT_EQ(last.data, write.out);
  const ScsiCommand third = nextCommand();
  sayData(first, 0, 0, dataOf(512));
  sayGood(second);
  sayData(third, 0, 0, dataOf(512));
  EXPECT_TRUE(read.result.good() && write.result.good() && fresh.result.good());
  EXPECT_EQ(read.result.repeats, 1);
  EXPECT_EQ(fresh.result.repeats, 0);
}

TEST_F(Session, ATargetThatComesBackBitByBitIsTriedAgain) {
  logIn();
  TestCommand command(512);
  submit(command);
  nextCommand();
  networkUp = false;
  lose();
  passUntil(seconds(3), [&] { return !wires.empty(); });
  ASSERT_FALSE(wires.empty());
  lose();  // nobody listens
  access.answer.status = LoginStatus::NotFound;
  networkUp = true;
  passUntil(seconds(10), [] { return false; });
  EXPECT_EQ(session().state(), State::Recovering);
  access.answer.status = LoginStatus::Success;
  EXPECT_TRUE(passUntil(seconds(10), [&] { return session().state() == State::Ready; }));
  EXPECT_EQ(command.ends, 0);
  sayData(nextCommand(), 0, 0, dataOf(512));
  EXPECT_TRUE(command.result.good());
}

TEST_F(Session, WaitsAsLongAsTheTargetWantsBeforeItComesAgain) {
  (void)access.answer.wishes.set(Key::DefaultTime2Wait, 3);
  logIn();
  lose();
  EXPECT_EQ(session().nextDeadline(), now + seconds(3));
}

TEST_F(Session, TheTimeWithoutASessionIsNotThatOfItsCommands) {
  setting.times.ping.interval = {};
  logIn();
  TestCommand sent(512), waiting(512);
  submit(sent);
  nextCommand();
  networkUp = false;
  lose();
  ASSERT_TRUE(session().submit(waiting, now));
  passUntil(seconds(60), [&] {
    if (!wires.empty()) lose();
    return false;
  });
  networkUp = true;
  ASSERT_TRUE(passUntil(seconds(30), [&] { return session().state() == State::Ready; }));
  nextCommand();
  nextCommand();
  pass(seconds(29));
  EXPECT_TRUE(silent());
  pass(seconds(1));
  next<TaskManagementRequest>();
}

TEST_F(Session, AWrongSecretIsNotTriedAgain) {
  logIn();
  access.answer.status = LoginStatus::AuthenticationFailure;
  lose();
  EXPECT_TRUE(passUntil(seconds(5), [&] { return ended(); }));
  EXPECT_EQ(session().end().status, LoginStatus::AuthenticationFailure);
}

TEST_F(Session, PausesBetweenAttemptsGrowToTheLongest) {
  logIn();
  networkUp = false;
  lose();
  std::vector<base::TimePoint> attempts;
  const auto before = log.size();
  while (attempts.size() < 9) {
    const auto tried =
        std::count_if(log.begin(), log.end(), [](const auto& line) { return line.starts_with("connect"); });
    passUntil(seconds(20), [&] {
      return std::count_if(log.begin(), log.end(), [](const auto& line) { return line.starts_with("connect"); }) >
             tried;
    });
    attempts.push_back(now);
    lose();
  }
  EXPECT_GT(log.size(), before);
  EXPECT_LT(attempts[1] - attempts[0], milliseconds(320));
  EXPECT_GT(attempts[8] - attempts[7], seconds(3));
  EXPECT_LT(attempts[8] - attempts[7], milliseconds(6300));
}

TEST_F(Session, WithoutASessionInTimeAllCommandsEnd) {
  logIn();
  TestCommand sent(512), waiting(512);
  submit(sent);
  nextCommand();
  networkUp = false;
  lose();
  ASSERT_TRUE(session().submit(waiting, now));
  const base::TimePoint lost = now;
  passUntil(seconds(300), [&] {
    if (!wires.empty()) lose();
    return ended();
  });
  EXPECT_TRUE(ended());
  EXPECT_EQ(now - lost, seconds(120));
  EXPECT_EQ(sent.result.outcome, CommandOutcome::SessionLost);
  EXPECT_EQ(waiting.result.outcome, CommandOutcome::SessionLost);
}

// ---- silence

struct Silence : Session {
  Silence() { setting.times.ping.interval = {}; }
};

TEST_F(Silence, LeadsToAbortTaskAndTheCommandTimesOut) {
  logIn();
  TestCommand command(512);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  pass(seconds(29));
  EXPECT_TRUE(silent());
  pass(seconds(1));
  const auto abort = next<TaskManagementRequest>();
  EXPECT_EQ(abort.function, TaskManagementFunction::AbortTask);
  EXPECT_EQ(abort.referencedTaskTag, pdu.initiatorTaskTag);
  EXPECT_EQ(abort.refCmdSn, pdu.cmdSn);
  EXPECT_EQ(abort.lun, kLunOne);
  EXPECT_TRUE(abort.immediate);
  EXPECT_EQ(command.ends, 0);
  TaskManagementResponse done;
  done.initiatorTaskTag = abort.initiatorTaskTag;
  say(done);
  EXPECT_EQ(command.result.outcome, CommandOutcome::TimedOut);
}

TEST_F(Silence, AnAnswerThatComesBeforeTheAbortIsDoneCounts) {
  logIn();
  TestCommand command(512);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  pass(seconds(30));
  const auto abort = next<TaskManagementRequest>();
  sayData(pdu, 0, 0, dataOf(512));
  EXPECT_TRUE(command.result.good());
  TaskManagementResponse done;
  done.initiatorTaskTag = abort.initiatorTaskTag;
  done.response = TaskManagementResponseCode::TaskDoesNotExist;
  say(done);
  EXPECT_EQ(command.ends, 1);
}

TEST_F(Silence, ATaskThatTheTargetDoesNotKnowIsAsGoodAsAborted) {
  logIn();
  TestCommand command(512);
  submit(command);
  nextCommand();
  pass(seconds(30));
  TaskManagementResponse gone;
  gone.initiatorTaskTag = next<TaskManagementRequest>().initiatorTaskTag;
  gone.response = TaskManagementResponseCode::TaskDoesNotExist;
  say(gone);
  EXPECT_EQ(command.result.outcome, CommandOutcome::TimedOut);
  EXPECT_TRUE(silent());
}

TEST_F(Silence, LeadsToAResetOfTheUnitAndOthersAreSentAgain) {
  logIn();
  TestCommand silentOne(512), other(512), elsewhere(512);
  silentOne.timeout = seconds(10);
  elsewhere.lun = Lun{0, 2};
  submit(silentOne);
  submit(other);
  submit(elsewhere);
  nextCommand();
  const ScsiCommand before = nextCommand();
  nextCommand();
  pass(seconds(10));
  next<TaskManagementRequest>();
  pass(seconds(15));
  const auto reset = next<TaskManagementRequest>();
  EXPECT_EQ(reset.function, TaskManagementFunction::LogicalUnitReset);
  EXPECT_EQ(reset.lun, kLunOne);
  EXPECT_EQ(reset.referencedTaskTag, kReservedTag);
  TaskManagementResponse done;
  done.initiatorTaskTag = reset.initiatorTaskTag;
  say(done);
  EXPECT_EQ(silentOne.result.outcome, CommandOutcome::TimedOut);
  EXPECT_EQ(other.ends + elsewhere.ends, 0);
  const ScsiCommand again = nextCommand();
  EXPECT_NE(again.initiatorTaskTag, before.initiatorTaskTag);
  sayData(again, 0, 0, dataOf(512));
  EXPECT_TRUE(other.result.good());
  EXPECT_TRUE(silent());
}

// The target might end it with the others, in silence.
TEST_F(Silence, NothingIsSentToAUnitThatIsBeingReset) {
  logIn();
  TestCommand silentOne(512), behind(512), elsewhere(512), later(512);
  silentOne.timeout = seconds(10);
  elsewhere.lun = Lun{0, 2};
  submit(silentOne);
  nextCommand();
  pass(seconds(10));
  next<TaskManagementRequest>();
  pass(seconds(15));
  TaskManagementResponse done;
  done.initiatorTaskTag = next<TaskManagementRequest>().initiatorTaskTag;
  submit(behind);
  submit(elsewhere);
  submit(later);
  const ScsiCommand other = nextCommand();
  EXPECT_EQ(other.lun, elsewhere.lun);
  sayData(other, 0, 0, dataOf(512));
  EXPECT_TRUE(silent());
  say(done);
  EXPECT_EQ(silentOne.result.outcome, CommandOutcome::TimedOut);
  for (TestCommand* const command : {&behind, &later}) {
    sayData(nextCommand(), 0, 0, dataOf(512));
    EXPECT_TRUE(command->result.good());
  }
}

TEST_F(Silence, WhatWaitsForAResetGoesToTheNextSession) {
  logIn();
  TestCommand silentOne(512), behind(512);
  silentOne.timeout = seconds(10);
  submit(silentOne);
  nextCommand();
  pass(seconds(25));
  next<TaskManagementRequest>();
  pass(seconds(15));
  next<TaskManagementRequest>();
  submit(behind);
  EXPECT_TRUE(silent());
  lose();
  passUntil(seconds(10), [&] { return session().state() == State::Ready; });
  sayData(nextCommand(), 0, 0, dataOf(512));
  EXPECT_TRUE(behind.result.good());
}

// Targets have few places for functions.
TEST_F(Silence, OfManyCommandsIsEndedAFewAtATime) {
  logIn();
  std::vector<std::unique_ptr<TestCommand>> commands;
  for (int i = 0; i < 10; ++i) {
    commands.push_back(std::make_unique<TestCommand>(512));
    submit(*commands.back());
    nextCommand();
  }
  pass(seconds(30));
  std::deque<TaskManagementRequest> aborts;
  std::uint32_t ended = 0;
  while (ended < commands.size()) {
    while (!silent()) {
      aborts.push_back(next<TaskManagementRequest>());
      ASSERT_EQ(aborts.back().function, TaskManagementFunction::AbortTask);
    }
    ASSERT_FALSE(aborts.empty());
    EXPECT_LE(aborts.size(), InitiatorSession::kMaxAborts);
    TaskManagementResponse done;
    done.initiatorTaskTag = aborts.front().initiatorTaskTag;
    aborts.pop_front();
    say(done);
    EXPECT_EQ(commands[ended++]->result.outcome, CommandOutcome::TimedOut);
  }
  EXPECT_TRUE(silent());
}

TEST_F(Silence, AResetOfTheUnitEndsAlsoWhatWaitsToBeAborted) {
  logIn();
  std::vector<std::unique_ptr<TestCommand>> commands;
  for (int i = 0; i < 10; ++i) {
    commands.push_back(std::make_unique<TestCommand>(512));
    submit(*commands.back());
    nextCommand();
  }
  pass(seconds(30));
  while (!silent()) next<TaskManagementRequest>();
  pass(seconds(15));
  const auto reset = next<TaskManagementRequest>();
  EXPECT_EQ(reset.function, TaskManagementFunction::LogicalUnitReset);
  EXPECT_TRUE(silent());
  TaskManagementResponse done;
  done.initiatorTaskTag = reset.initiatorTaskTag;
  say(done);
  for (const auto& command : commands) EXPECT_EQ(command->result.outcome, CommandOutcome::TimedOut);
}

// Reject 06: it has no place for it now (RFC 7143 11.17.1).
TEST_F(Silence, AFunctionThatTheTargetHasNoPlaceForIsSentAgainALittleLater) {
  logIn();
  TestCommand command(512);
  submit(command);
  const ScsiCommand sent = nextCommand();
  pass(seconds(30));
  const auto rejects = [&](const TaskManagementRequest& function) {
    std::array<std::uint8_t, kBhsSize> head;
    function.encode(head);
    Reject reject;
    reject.reason = RejectReason::ImmediateCommandReject;
    say(reject, head);
  };
  const auto abort = next<TaskManagementRequest>();
  rejects(abort);
  EXPECT_TRUE(silent());
  pass(seconds(1));
  const auto again = next<TaskManagementRequest>();
  EXPECT_EQ(again.function, TaskManagementFunction::AbortTask);
  EXPECT_EQ(again.referencedTaskTag, sent.initiatorTaskTag);
  // Not for longer than an abort may take.
  rejects(again);
  passUntil(seconds(20), [&] {
    if (silent()) return false;
    const auto function = next<TaskManagementRequest>();
    if (function.function == TaskManagementFunction::LogicalUnitReset) return true;
    rejects(function);
    return false;
  });
  EXPECT_EQ(now - kStart, seconds(45));
  EXPECT_EQ(last.head[1] & 0x7f, static_cast<int>(TaskManagementFunction::LogicalUnitReset));
}

TEST_F(Silence, LeadsToANewSessionInTheEnd) {
  logIn();
  TestCommand silentOne(512), other(512);
  silentOne.timeout = seconds(10);
  submit(silentOne);
  submit(other);
  nextCommand();
  nextCommand();
  pass(seconds(10));
  next<TaskManagementRequest>();
  pass(seconds(15));
  next<TaskManagementRequest>();
  // The other command has its own 30 s, which end while the reset runs.
  passUntil(seconds(30), [&] { return session().state() == State::Recovering; });
  EXPECT_EQ(session().state(), State::Recovering);
  EXPECT_EQ(silentOne.result.outcome, CommandOutcome::SessionLost) << "nobody has confirmed that it is over";
}

// The target may have the command still, so it did not time out and was not aborted: it was lost.
TEST_F(Silence, WhatIsLostWhileItIsBeingAbortedIsInDoubt) {
  logIn();
  TestCommand silentOne(512), cancelled(512);
  submit(silentOne);
  submit(cancelled);
  nextCommand();
  nextCommand();
  session().cancel(cancelled, now);
  settle();
  next<TaskManagementRequest>();
  pass(seconds(30));
  next<TaskManagementRequest>();
  EXPECT_EQ(silentOne.ends + cancelled.ends, 0);
  session().onDisconnected(1, "gone", now);
  settle();
  EXPECT_EQ(silentOne.result.outcome, CommandOutcome::SessionLost);
  EXPECT_EQ(cancelled.result.outcome, CommandOutcome::SessionLost);
  EXPECT_EQ(silentOne.ends + cancelled.ends, 2);
}

TEST_F(Silence, WhatIsBeingAbortedWhenTheSessionIsAbandonedIsInDoubt) {
  logIn();
  TestCommand command(512);
  submit(command);
  nextCommand();
  pass(seconds(30));
  next<TaskManagementRequest>();
  session().abandon(now);
  settle();
  EXPECT_EQ(command.result.outcome, CommandOutcome::SessionLost);
}

TEST_F(Silence, ACommandThatWasNeverSentJustEnds) {
  setting.queueDepth = 1;
  logIn();
  TestCommand longOne(512), command(512);
  longOne.timeout = seconds(100);
  submit(longOne);
  submit(command);
  nextCommand();
  EXPECT_TRUE(silent());
  pass(seconds(30));
  EXPECT_EQ(command.result.outcome, CommandOutcome::TimedOut);
  EXPECT_TRUE(silent());
}

TEST_F(Silence, CancelAbortsWhatWasSentAndDropsWhatWasNot) {
  setting.queueDepth = 1;
  logIn();
  TestCommand sent(512), waiting(512);
  submit(sent);
  submit(waiting);
  const ScsiCommand pdu = nextCommand();
  session().cancel(waiting, now);
  EXPECT_EQ(waiting.result.outcome, CommandOutcome::Aborted);
  session().cancel(sent, now);
  const auto abort = next<TaskManagementRequest>();
  TaskManagementResponse done;
  done.initiatorTaskTag = abort.initiatorTaskTag;
  say(done);
  EXPECT_EQ(sent.result.outcome, CommandOutcome::Aborted);
  // What comes for it now goes nowhere.
  sayData(pdu, 0, 0, dataOf(512), true, false);
  EXPECT_EQ(sent.in, base::Bytes(512, 0xee));
}

TEST_F(Silence, ACommandIsNotGivenBackWhileItsDataIsBeingRead) {
  logIn();
  TestCommand command(512);
  command.timeout = seconds(1);
  submit(command);
  const ScsiCommand pdu = nextCommand();
  DataIn head;
  head.initiatorTaskTag = pdu.initiatorTaskTag;
  head.final = head.hasStatus = true;
  head.statSn = wires[1].statSn;
  head.expCmdSn = expCmdSn;
  head.maxCmdSn = maxCmdSn;
  std::array<std::uint8_t, kBhsSize> bytes;
  head.encode(bytes);
  storeLengths(bytes, 0, 512);
  bytesIn(1, bytes);
  // The abort fails, the reset too, so that the session is dropped while half of a Data-In is here: only then it ends.
  passUntil(seconds(46), [&] { return command.ends != 0; });
  EXPECT_EQ(command.ends, 1);
  EXPECT_EQ(session().state(), State::Recovering);
  EXPECT_TRUE(session().wanted(1).empty());
}

// ---- what the target tells by itself

AsyncMessage event(AsyncEvent kind, std::uint16_t parameter1, std::uint16_t parameter2, std::uint16_t parameter3) {
  AsyncMessage message;
  message.event = kind;
  message.parameter1 = parameter1;
  message.parameter2 = parameter2;
  message.parameter3 = parameter3;
  return message;
}

TEST_F(Session, ARequestToLogOutDrainsLogsOutAndComesAgain) {
  logIn();
  TestCommand running(512), waiting(512);
  submit(running);
  const ScsiCommand pdu = nextCommand();
  say(event(AsyncEvent::LogoutRequest, 0, 0, 10));
  submit(waiting);
  EXPECT_TRUE(silent());
  sayData(pdu, 0, 0, dataOf(512));
  const auto request = next<LogoutRequest>();
  LogoutResponse response;
  response.initiatorTaskTag = request.initiatorTaskTag;
  say(response);
  ASSERT_TRUE(passUntil(seconds(5), [&] { return session().state() == State::Ready; }));
  expCmdSn = 1;
  sayData(nextCommand(), 0, 0, dataOf(512));
  EXPECT_TRUE(waiting.result.good());
  EXPECT_THAT(notices, Contains(Kind::LogoutRequested));
}

TEST_F(Session, ARequestToLogOutIsMetInTimeEvenWithCommandsRunning) {
  logIn();
  TestCommand running(512);
  submit(running);
  nextCommand();
  say(event(AsyncEvent::LogoutRequest, 0, 0, 3));
  EXPECT_TRUE(silent());
  pass(seconds(3));
  next<LogoutRequest>();
}

TEST_F(Session, ADropIsFollowedByTheWaitThatTheTargetAsksFor) {
  logIn();
  say(event(AsyncEvent::SessionDrop, 0, 7, 20));
  EXPECT_EQ(session().state(), State::Recovering);
  EXPECT_EQ(session().nextDeadline(), now + seconds(7));
}

TEST_F(Session, ScsiEventsAreTold) {
  logIn();
  AsyncMessage message = event(AsyncEvent::ScsiEvent, 0, 0, 0);
  message.lun = kLunOne;
  say(message, base::Bytes{0, 3, 0x70, 0, 6});
  EXPECT_THAT(notices, Contains(Kind::ScsiEvent));
  EXPECT_EQ(eventData.size(), 5U);
}

TEST_F(Session, ARequestToNegotiateGetsAText) {
  logIn();
  say(event(AsyncEvent::NegotiationRequest, 0, 0, 3));
  const auto request = next<TextRequest>();
  EXPECT_TRUE(request.final);
  EXPECT_THAT(pairsOf(last.data), ElementsAre("MaxRecvDataSegmentLength=262144"));
}

// ---- several connections

struct TwoConnections : Session {
  TwoConnections() {
    setting.connections = 2;
    (void)access.answer.wishes.set(Key::MaxConnections, 4);
    sessions.found.kind = JoinKind::NewSession;
  }
  void logInBoth() {
    session().start(now);
    wires[1].open = true;
    session().onConnected(1, now);
    carry(1);
    carry(1);
    sessions.found.kind = JoinKind::AddConnection;
    sessions.found.parameters = session().parameters();
    settle();
    ASSERT_EQ(session().connections(), 2U);
  }
};

TEST_F(TwoConnections, ShareTheCommands) {
  logInBoth();
  EXPECT_EQ(logins.back().tsih, kTsih);
  EXPECT_EQ(logins.back().cid, 2);
  TestCommand one(512), two(512);
  submit(one);
  submit(two);
  const ScsiCommand first = nextCommand(1);
  const ScsiCommand second = nextCommand(2);
  EXPECT_EQ(second.cmdSn, first.cmdSn + 1);
  sayData(second, 0, 0, dataOf(512), true, true, 2);
  sayData(first, 0, 0, dataOf(512), true, true, 1);
  EXPECT_TRUE(one.result.good() && two.result.good());
}

TEST_F(TwoConnections, AnAnswerOnTheOtherConnectionIsNone) {
  logInBoth();
  TestCommand one(512);
  submit(one);
  const ScsiCommand first = nextCommand(1);
  sayData(first, 0, 0, dataOf(512), true, true, 2);
  EXPECT_EQ(one.ends, 0);
  EXPECT_EQ(one.in, base::Bytes(512, 0xee));
}

// The reset is answered on one connection while half of a Data-In is here on the other.
TEST_F(TwoConnections, ACommandIsNotGivenBackWhileAnotherConnectionReadsItsData) {
  setting.times.ping.interval = {};
  logInBoth();
  TestCommand other(512), command(512);
  other.lun = Lun{0, 2};
  command.timeout = seconds(1);
  submit(other);
  submit(command);
  nextCommand(1);
  const ScsiCommand pdu = nextCommand(2);
  DataIn head;
  head.initiatorTaskTag = pdu.initiatorTaskTag;
  head.final = true;
  head.expCmdSn = expCmdSn;
  head.maxCmdSn = maxCmdSn;
  std::array<std::uint8_t, kBhsSize> bytes;
  head.encode(bytes);
  storeLengths(bytes, 0, 512);
  bytesIn(2, bytes);
  pass(seconds(1));
  next<TaskManagementRequest>(2);
  pass(seconds(15));
  const auto reset = next<TaskManagementRequest>(1);
  EXPECT_EQ(reset.function, TaskManagementFunction::LogicalUnitReset);
  TaskManagementResponse done;
  done.initiatorTaskTag = reset.initiatorTaskTag;
  say(done, {}, true, 1);
  EXPECT_EQ(command.ends, 0);
  ASSERT_EQ(session().wanted(2).data(), command.in.data());
  bytesIn(2, dataOf(512));
  EXPECT_EQ(command.ends, 1);
  EXPECT_EQ(command.result.outcome, CommandOutcome::TimedOut);
}

// It is sent again after the reset that another command led to, and the other connection answers it meanwhile.
TEST_F(TwoConnections, NorIsOneThatWasSentAgainUnderAnotherTag) {
  setting.times.ping.interval = {};
  logInBoth();
  TestCommand silentOne(512), command(512);
  silentOne.timeout = seconds(1);
  submit(silentOne);
  submit(command);
  nextCommand(1);
  const ScsiCommand pdu = nextCommand(2);
  DataIn head;
  head.initiatorTaskTag = pdu.initiatorTaskTag;
  head.final = true;
  head.expCmdSn = expCmdSn;
  head.maxCmdSn = maxCmdSn;
  std::array<std::uint8_t, kBhsSize> bytes;
  head.encode(bytes);
  storeLengths(bytes, 0, 512);
  bytesIn(2, bytes);
  pass(seconds(1));
  next<TaskManagementRequest>(1);
  pass(seconds(15));
  TaskManagementResponse done;
  done.initiatorTaskTag = next<TaskManagementRequest>(1).initiatorTaskTag;
  say(done, {}, true, 1);
  EXPECT_EQ(silentOne.result.outcome, CommandOutcome::TimedOut);
  const ScsiCommand again = nextCommand(1);
  EXPECT_NE(again.initiatorTaskTag, pdu.initiatorTaskTag);
  sayData(again, 0, 0, dataOf(512), true, true, 1);
  EXPECT_EQ(command.ends, 0) << "its memory is still written to";
  ASSERT_EQ(session().wanted(2).data(), command.in.data());
  bytesIn(2, dataOf(512));
  EXPECT_EQ(command.ends, 1);
  EXPECT_TRUE(command.result.good());
}

TEST_F(TwoConnections, TheLossOfOneIsTheLossOfTheSession) {
  logInBoth();
  TestCommand one(512);
  submit(one);
  lose(2);
  EXPECT_EQ(session().state(), State::Recovering);
  EXPECT_TRUE(wires.empty());
}

TEST_F(TwoConnections, AFurtherConnectionThatIsRefusedChangesNothing) {
  session().start(now);
  wires[1].open = true;
  session().onConnected(1, now);
  carry(1);
  carry(1);
  sessions.found.status = LoginStatus::TooManyConnections;
  sessions.found.kind = JoinKind::AddConnection;
  settle();
  EXPECT_EQ(session().state(), State::Ready);
  EXPECT_EQ(session().connections(), 1U);
  TestCommand one(512);
  submit(one);
  sayData(nextCommand(1), 0, 0, dataOf(512));
  EXPECT_TRUE(one.result.good());
}

// ---- discovery

struct Discovery : Session {
  Discovery() {
    setting.discovery = true;
    setting.targetName.clear();
  }
};

TEST_F(Discovery, ReadsAListThatComesInPartsCutAnywhere) {
  logIn();
  const auto request = next<TextRequest>();
  EXPECT_THAT(pairsOf(last.data), ElementsAre("SendTargets=All"));
  const base::Bytes list = textOf({"TargetName=iqn.2001-04.com.example:a", "TargetAddress=10.0.0.1:3260,1",
                                   "TargetAddress=[2001:db8::1]:3260,2", "TargetName=iqn.2001-04.com.example:b"});
  TextResponse part;
  part.initiatorTaskTag = request.initiatorTaskTag;
  part.targetTransferTag = 0x55;
  say(part, base::ByteView(list).first(50));
  const auto more = next<TextRequest>();
  EXPECT_EQ(more.targetTransferTag, 0x55U);
  EXPECT_TRUE(last.data.empty());
  part.final = true;
  part.targetTransferTag = kNoTransferTag;
  say(part, base::ByteView(list).subspan(50));
  ASSERT_EQ(discovered.size(), 2U);
  EXPECT_EQ(discovered[0].name, "iqn.2001-04.com.example:a");
  EXPECT_THAT(discovered[0].addresses, ElementsAre("10.0.0.1:3260,1", "[2001:db8::1]:3260,2"));
  EXPECT_TRUE(discovered[1].addresses.empty());
  next<LogoutRequest>();
}

TEST_F(Discovery, SendsNoPings) {
  logIn();
  next<TextRequest>();
  pass(seconds(60));
  EXPECT_TRUE(silent());
}

TEST_F(Discovery, IsNotTriedAgainWhenItsConnectionIsLost) {
  logIn();
  lose();
  EXPECT_TRUE(ended());
  EXPECT_TRUE(discovered.empty());
}

}  // namespace
}  // namespace iscsi_test
