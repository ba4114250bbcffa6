// Sessions and logical units over real sockets, against a target on the same loop.
#include "agent/initiator/session.h"

#include <gtest/gtest.h>

#include <numeric>

#include "agent/initiator/disk_commands.h"
#include "tests/support/drive_until.h"
#include "tests/unit/initiator/loop_target.h"

namespace initiator_test {
namespace {

using initiator::LogicalUnit;

struct Request final : initiator::ScsiRequest {
  void onEnd() override { ++ends; }
  int ends = 0;
};

struct Sessions : testing::Test, initiator::SessionOwner {
  void onEnded(const iscsi::InitiatorEnd& why) override { end = why; }
  void onNotice(const iscsi::InitiatorNotice& notice) override { notices.push_back(notice.kind); }

  bool driveUntil(const std::function<bool()>& condition) { return support::driveUntil(loop, condition); }
  initiator::Session& open() {
    loop.runTurn({});
    initiator::SessionOptions options;
    options.initiatorName = iscsi_test::kInitiatorName;
    options.targetName = iscsi_test::kTargetName;
    options.portal = portal.empty() ? target.portal() : portal;
    options.times.firstPause = std::chrono::milliseconds(1);
    session = std::make_unique<initiator::Session>(loop, *this, std::move(options));
    session->open();
    return *session;
  }

  net::Loop loop;
  LoopTarget target{loop};
  std::string portal;
  std::optional<iscsi::InitiatorEnd> end;
  std::vector<iscsi::InitiatorNotice::Kind> notices;
  std::unique_ptr<initiator::Session> session;
};

const base::Bytes kUnitAttention{0x72, 6, 0x29, 0};
const base::Bytes kBecomingReady{0x72, 2, 4, 1};
const base::Bytes kNotReady{0x72, 2, 0x3a, 0};
const base::Bytes kAborted{0x72, 11, 0x47, 0x7f};

TEST_F(Sessions, ReadsAndWritesOfAllSizesArriveWhole) {
  for (const std::size_t size : {std::size_t{512}, std::size_t{4096}, std::size_t{65536}, std::size_t{262144}}) {
    base::Bytes data(size);
    std::iota(data.begin(), data.end(), std::uint8_t{3});
    target.onCommand = [&](const iscsi::ScsiCommand& command) {
      return Answer{0, {}, command.read ? data : base::Bytes{}};
    };
    target.written.clear();
    initiator::Session& opened = open();
    LogicalUnit unit(opened, 0);
    std::vector<std::unique_ptr<Request>> requests;
    std::vector<base::Bytes> buffers(40, base::Bytes(size));
    for (base::Bytes& buffer : buffers) {
      requests.push_back(std::make_unique<Request>());
      initiator::setRead(*requests.back(), 0, static_cast<std::uint32_t>(size / 512), buffer);
      ASSERT_TRUE(unit.submit(*requests.back()));
    }
    Request write;
    initiator::setWrite(write, 0, static_cast<std::uint32_t>(size / 512), data);
    ASSERT_TRUE(unit.submit(write));
    ASSERT_TRUE(driveUntil([&] { return write.ends == 1; }));
    for (std::size_t i = 0; i < buffers.size(); ++i) {
      EXPECT_TRUE(requests[i]->result.good());
      EXPECT_EQ(buffers[i], data);
    }
    ASSERT_EQ(target.written.size(), 1U);
    EXPECT_TRUE(base::equal(target.written[0], base::ByteView(data).first(target.written[0].size())));
    opened.close();
    ASSERT_TRUE(driveUntil([&] { return end.has_value(); }));
    EXPECT_EQ(end->kind, iscsi::InitiatorEnd::Kind::LoggedOut);
    end.reset();
  }
}

TEST_F(Sessions, ALossInTheMiddleIsNotSeenByTheUserOfAUnit) {
  int commands = 0;
  target.onCommand = [&](const iscsi::ScsiCommand&) {
    ++commands;
    return commands == 1   ? Answer{.status = 0, .sense = {}, .data = {}, .drops = true}
           : commands == 2 ? Answer{2, kUnitAttention, {}}
                           : Answer{0, {}, base::Bytes(512, 7)};
  };
  LogicalUnit unit(open(), 0);
  Request request;
  base::Bytes data(512);
  initiator::setRead(request, 0, 1, data);
  ASSERT_TRUE(unit.submit(request));
  ASSERT_TRUE(driveUntil([&] { return request.ends == 1; }));
  EXPECT_TRUE(request.result.good());
  EXPECT_EQ(data, base::Bytes(512, 7));
  EXPECT_EQ(target.logins, 2);
}

TEST_F(Sessions, ARedirectionIsFollowed) {
  LoopTarget other(loop);
  target.access.answer.status = iscsi::LoginStatus::TargetMovedTemporarily;
  target.access.answer.address = other.portal();
  initiator::Session& opened = open();
  ASSERT_TRUE(driveUntil([&] { return opened.core().state() == iscsi::InitiatorSession::State::Ready; }));
  EXPECT_EQ(opened.core().portal(), other.portal());
  EXPECT_EQ(other.logins, 1);
}

TEST_F(Sessions, NobodyListeningIsTheEnd) {
  portal = "127.0.0.1:1";
  open();
  ASSERT_TRUE(driveUntil([&] { return end.has_value(); }));
  EXPECT_EQ(end->kind, iscsi::InitiatorEnd::Kind::NoConnection);
  EXPECT_NE(end->what.find("refused"), std::string::npos) << end->what;
}

TEST_F(Sessions, AHostThatHasNoAddressIsTheEnd) {
  portal = "no-such-host.invalid";
  open();
  ASSERT_TRUE(driveUntil([&] { return end.has_value(); }));
  EXPECT_NE(end->what.find("look up"), std::string::npos) << end->what;
}

TEST_F(Sessions, ASessionMayBeDestroyedFromItsEnd) {
  struct Owner final : initiator::SessionOwner {
    void onEnded(const iscsi::InitiatorEnd&) override { session.reset(); }
    std::unique_ptr<initiator::Session> session;
  } owner;
  loop.runTurn({});
  initiator::SessionOptions options;
  options.initiatorName = iscsi_test::kInitiatorName;
  options.targetName = iscsi_test::kTargetName;
  options.portal = target.portal();
  owner.session = std::make_unique<initiator::Session>(loop, owner, std::move(options));
  owner.session->open();
  owner.session->close();
  EXPECT_TRUE(driveUntil([&] { return owner.session == nullptr; }));
}

// What each answer leads to: how often the command comes to the target, and what the user sees.
struct Case {
  const char* name;
  Answer first;
  bool mayRepeat;
  int commands;
  bool good;
};

TEST_F(Sessions, WhatATargetSaysInPassingIsRepeated) {
  const Case cases[] = {
      {"unit attention", {2, kUnitAttention, {}}, false, 2, true},
      {"busy", {0x08, {}, {}}, false, 2, true},
      {"task set full", {0x28, {}, {}}, false, 2, true},
      {"becoming ready", {2, kBecomingReady, {}}, false, 2, true},
      {"no medium", {2, kNotReady, {}}, true, 1, false},
      {"aborted", {2, kAborted, {}}, true, 2, true},
      {"aborted, once only", {2, kAborted, {}}, false, 1, false},
      {"conflict", {0x18, {}, {}}, true, 1, false},
  };
  initiator::Session& opened = open();
  LogicalUnit unit(opened, 0);
  for (const Case& one : cases) {
    int commands = 0;
    target.onCommand = [&](const iscsi::ScsiCommand&) { return ++commands == 1 ? one.first : Answer{}; };
    Request request;
    initiator::setTestUnitReady(request);
    request.mayRepeat = one.mayRepeat;
    ASSERT_TRUE(unit.submit(request));
    ASSERT_TRUE(driveUntil([&] { return request.ends == 1; })) << one.name;
    EXPECT_EQ(commands, one.commands) << one.name;
    EXPECT_EQ(request.result.good(), one.good) << one.name;
  }
}

TEST_F(Sessions, WhatATargetSaysForEverIsNotRepeatedForEver) {
  int commands = 0;
  target.onCommand = [&](const iscsi::ScsiCommand&) {
    ++commands;
    return Answer{2, kUnitAttention, {}};
  };
  LogicalUnit unit(open(), 0);
  Request request;
  initiator::setTestUnitReady(request);
  ASSERT_TRUE(unit.submit(request));
  ASSERT_TRUE(driveUntil([&] { return request.ends == 1; }));
  EXPECT_EQ(commands, 1 + static_cast<int>(LogicalUnit::kMaxAttempts));
}

TEST_F(Sessions, ABusyUnitIsAskedForATimeNotForANumberOfTimes) {
  int commands = 0;
  target.onCommand = [&](const iscsi::ScsiCommand&) {
    ++commands;
    return Answer{0x08, {}, {}};
  };
  LogicalUnit unit(open(), 0);
  Request request;
  initiator::setTestUnitReady(request);
  request.busyTime = std::chrono::milliseconds(250);
  ASSERT_TRUE(unit.submit(request));
  ASSERT_TRUE(driveUntil([&] { return request.ends == 1; }));
  EXPECT_EQ(request.result.status, 0x08);
  EXPECT_TRUE(initiator::isBusy(request.result));
  EXPECT_GE(commands, 2);
  EXPECT_LE(commands, 4);
}

// A unit of which somebody wants to know first what it is.
struct HeldUnit final : LogicalUnit {
  using LogicalUnit::LogicalUnit;
  [[nodiscard]] bool holds(const initiator::ScsiRequest&) const override { return held; }
  bool held = false;
};

TEST_F(Sessions, AHeldUnitIsSentNothingAgain) {
  int commands = 0;
  HeldUnit unit(open(), 0);
  for (const Answer& answer : {Answer{0x08, {}, {}}, Answer{2, kAborted, {}}}) {
    commands = 0;
    unit.held = false;
    target.onCommand = [&](const iscsi::ScsiCommand&) {
      ++commands;
      unit.held = true;
      return answer;
    };
    Request request;
    initiator::setTestUnitReady(request);
    ASSERT_TRUE(unit.submit(request));
    ASSERT_TRUE(driveUntil([&] { return request.ends == 1; }));
    EXPECT_TRUE(request.heldBack);
    EXPECT_EQ(request.result.status, answer.status);
    EXPECT_EQ(commands, 1);
  }
}

TEST_F(Sessions, WhatWaitsOutABusyIsTakenBack) {
  int commands = 0;
  target.onCommand = [&](const iscsi::ScsiCommand&) {
    ++commands;
    return Answer{0x08, {}, {}};
  };
  initiator::Session& opened = open();
  LogicalUnit unit(opened, 0);
  Request request;
  initiator::setTestUnitReady(request);
  ASSERT_TRUE(unit.submit(request));
  ASSERT_TRUE(driveUntil([&] { return commands == 1 && opened.core().commands() == 0; }));
  unit.recall();
  EXPECT_EQ(request.ends, 1);
  EXPECT_EQ(request.result.outcome, iscsi::CommandOutcome::Recalled);
  EXPECT_EQ(commands, 1);
}

}  // namespace
}  // namespace initiator_test
