#include "agent/iscsi/task_management.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "agent/iscsi/response_fence.h"

namespace {

using iscsi::AbortProgress;
using iscsi::AbortStep;
using iscsi::AffectedSet;
using iscsi::AsyncTarget;
using iscsi::CommandWindow;
using iscsi::Task;
using iscsi::TaskKind;
using iscsi::TaskManagementFunction;
using iscsi::TaskManagementResponseCode;
using iscsi::TaskRequest;
using iscsi::TaskRequestFacts;
using iscsi::TaskScope;
using iscsi::TaskState;
using iscsi::TaskVerdict;
using iscsi::TaskWork;
using testing::ElementsAre;

// A session whose window is 100 to 107; connection 1 asks for task 7 on LUN 5.
struct Case {
  const char* name;
  TaskManagementFunction function;
  TaskWork work;
  TaskManagementResponseCode response;
  void (*change)(TaskRequest&, TaskRequestFacts&, Task&) = nullptr;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

using Q = TaskRequest;
using X = TaskRequestFacts;
using W = TaskWork;
using R = TaskManagementResponseCode;
using F = TaskManagementFunction;
constexpr auto kGone = [](Q&, X& facts, Task&) { facts.referenced = nullptr; };

const Case kCases[] = {
    // ABORT TASK: RFC 7143 11.5.1, 11.6.1, 7.11
    {"AbortsATask", F::AbortTask, W::AbortOne, R::FunctionComplete},
    {"AbortsATextRequest", F::AbortTask, W::AbortOne, R::FunctionComplete,
     [](Q&, X&, Task& task) {
       task.kind = TaskKind::Text;
       task.lun = 0;
     }},
    {"AbortsNoTaskManagementRequest", F::AbortTask, W::Answer, R::FunctionRejected,
     [](Q&, X&, Task& task) { task.kind = TaskKind::TaskManagement; }},
    {"AbortsOnlyOverTheConnectionOfTheTask", F::AbortTask, W::Answer, R::FunctionRejected,
     [](Q&, X&, Task& task) { task.connection = 2; }},
    {"AbortsOverAnotherConnectionWhenItsOwnIsGone", F::AbortTask, W::AbortOne, R::FunctionComplete,
     [](Q&, X& facts, Task& task) {
       task.connection = 2;
       facts.referencedConnectionLives = false;
     }},
    {"FindsNoTaskOnAnotherUnit", F::AbortTask, W::Answer, R::TaskDoesNotExist,
     [](Q& request, X&, Task&) { request.lun = 6; }},
    {"FindsNoTaskWhoseResponseWent", F::AbortTask, W::Answer, R::TaskDoesNotExist,
     [](Q&, X&, Task& task) { task.state = TaskState::StatusSent; }},
    {"ResendsAStatusWhenTheConnectionIsGone", F::AbortTask, W::ResendAndAnswer, R::TaskDoesNotExist,
     [](Q&, X& facts, Task& task) {
       task.state = TaskState::StatusSent;
       task.connection = 2;
       facts.referencedConnectionLives = false;
     }},
    {"AbortsATaskOnce", F::AbortTask, W::Answer, R::TaskDoesNotExist,
     [](Q&, X&, Task& task) { task.state = TaskState::Aborted; }},
    {"PlugsTheNumberOfACommandThatNeverCame", F::AbortTask, W::PlugAndAnswer, R::FunctionComplete,
     [](Q& request, X& facts, Task&) {
       facts.referenced = nullptr;
       request.refCmdSn = 102;
     }},
    {"PlugsNoNumberBelowTheWindow", F::AbortTask, W::Answer, R::TaskDoesNotExist,
     [](Q& request, X& facts, Task&) {
       facts.referenced = nullptr;
       request.refCmdSn = 99;
     }},
    {"PlugsNoNumberAboveTheWindow", F::AbortTask, W::Answer, R::TaskDoesNotExist,
     [](Q& request, X& facts, Task&) {
       facts.referenced = nullptr;
       request.refCmdSn = 108;
       request.cmdSn = 110;
     }},
    {"PlugsNoNumberThatIsNotBelowItsOwn", F::AbortTask, W::Answer, R::TaskDoesNotExist,
     [](Q& request, X& facts, Task&) {
       facts.referenced = nullptr;
       request.refCmdSn = 105;
     }},
    {"AbortNeedsTheUnit", F::AbortTask, W::Answer, R::LunDoesNotExist,
     [](Q&, X& facts, Task&) { facts.lunExists = false; }},
    {"AbortNeedsTheRight", F::AbortTask, W::Answer, R::AuthorizationFailed,
     [](Q&, X& facts, Task&) { facts.authorized = false; }},
    // sets
    {"AbortTaskSet", F::AbortTaskSet, W::AbortSet, R::FunctionComplete, kGone},
    {"ClearTaskSet", F::ClearTaskSet, W::AbortSet, R::FunctionComplete, kGone},
    {"LogicalUnitReset", F::LogicalUnitReset, W::AbortSet, R::FunctionComplete, kGone},
    {"LogicalUnitResetNeedsTheUnit", F::LogicalUnitReset, W::Answer, R::LunDoesNotExist,
     [](Q&, X& facts, Task&) { facts.lunExists = false; }},
    {"TargetWarmReset", F::TargetWarmReset, W::AbortSet, R::FunctionComplete,
     [](Q&, X& facts, Task&) { facts.lunExists = false; }},
    {"TargetColdReset", F::TargetColdReset, W::AbortSet, R::FunctionComplete, kGone},
    {"TargetResetsAreOptional", F::TargetColdReset, W::Answer, R::FunctionNotSupported,
     [](Q&, X& facts, Task&) { facts.resetsSupported = false; }},
    {"ClearAca", F::ClearAca, W::AskLogicalUnit, R::FunctionComplete, kGone},
    // TASK REASSIGN: RFC 7143 7.2.2, 11.5.1, 7.14
    {"Reassigns", F::TaskReassign, W::Reassign, R::FunctionComplete},
    {"ReassignsOnlyAtLevel2", F::TaskReassign, W::Answer, R::ReassignmentNotSupported,
     [](Q&, X& facts, Task&) { facts.errorRecoveryLevel = 1; }},
    {"ReassignIsImmediate", F::TaskReassign, W::Answer, R::FunctionRejected,
     [](Q& request, X&, Task&) { request.immediate = false; }},
    {"ReassignsNoUnknownTask", F::TaskReassign, W::Answer, R::TaskDoesNotExist, kGone},
    {"ReassignsNoTaskThatIsStillAllegiant", F::TaskReassign, W::Answer, R::TaskStillAllegiant,
     [](Q&, X& facts, Task&) { facts.referencedConnectionLives = true; }},
    {"ReassignsOnlyAfterTheRecoveryLogout", F::TaskReassign, W::Answer, R::TaskStillAllegiant,
     [](Q&, X& facts, Task&) { facts.loggedOutForRecovery = false; }},
    {"ReassignsNoText", F::TaskReassign, W::Answer, R::FunctionRejected,
     [](Q&, X&, Task& task) { task.kind = TaskKind::Text; }},
    {"ReassignsNoLogout", F::TaskReassign, W::Answer, R::FunctionRejected,
     [](Q&, X&, Task& task) { task.kind = TaskKind::Logout; }},
    {"ReassignsNoTaskManagement", F::TaskReassign, W::Answer, R::FunctionRejected,
     [](Q&, X&, Task& task) { task.kind = TaskKind::TaskManagement; }},
    {"ReassignsNoImmediateCommand", F::TaskReassign, W::Answer, R::TaskDoesNotExist,
     [](Q&, X&, Task& task) { task.immediate = true; }},
    {"ReassignsAStatusThatWasNotAcknowledged", F::TaskReassign, W::Reassign, R::FunctionComplete,
     [](Q&, X&, Task& task) { task.state = TaskState::StatusSent; }},
    // RFC 7144 6.3, 6.4
    {"QueriesATask", F::QueryTask, W::QueryOne, R::FunctionSucceeded},
    {"QueriesNoTaskManagement", F::QueryTask, W::Answer, R::FunctionRejected,
     [](Q&, X&, Task& task) { task.kind = TaskKind::TaskManagement; }},
    {"QueriesNoTaskThatHasEnded", F::QueryTask, W::Answer, R::FunctionComplete,
     [](Q&, X&, Task& task) { task.state = TaskState::StatusSent; }},
    {"QueriesNoUnknownTask", F::QueryTask, W::Answer, R::TaskDoesNotExist, kGone},
    {"QueryPlugsTheNumberOfACommandThatNeverCame", F::QueryTask, W::PlugAndAnswer, R::FunctionComplete,
     [](Q& request, X& facts, Task&) {
       facts.referenced = nullptr;
       request.refCmdSn = 100;
     }},
    {"QueriesATaskSet", F::QueryTaskSet, W::QuerySet, R::FunctionSucceeded, kGone},
    {"ResetsTheNexus", F::ItNexusReset, W::ResetNexus, R::FunctionComplete,
     [](Q&, X& facts, Task&) { facts.lunExists = false; }},
    {"QueriesAsyncEvents", F::QueryAsynchronousEvent, W::AskLogicalUnit, R::FunctionComplete, kGone},
    {"QueryNeedsProtocolLevel2", F::QueryTask, W::Answer, R::FunctionNotSupported,
     [](Q&, X& facts, Task&) { facts.protocolLevel = 1; }},
    {"NexusResetNeedsProtocolLevel2", F::ItNexusReset, W::Answer, R::FunctionNotSupported,
     [](Q&, X& facts, Task&) { facts.protocolLevel = 1; }},
    {"ALevelThatClaimsNothingHasTheFunctionsOfRfc7143", F::AbortTask, W::AbortOne, R::FunctionComplete,
     [](Q&, X& facts, Task&) { facts.protocolLevel = 0; }},
    {"FunctionZero", F{0}, W::Answer, R::FunctionNotSupported},
    {"FunctionUnassigned", F{13}, W::Answer, R::FunctionNotSupported},
};

class TaskManagement : public testing::TestWithParam<Case> {};
TEST_P(TaskManagement, GetsItsAnswerOrItsWork) {
  const Case& c = GetParam();
  CommandWindow window(100, 8, 8);
  Task task;
  task.itt = 7;
  task.cmdSn = 98;
  task.lun = 5;
  task.connection = 1;
  task.state = TaskState::Executing;
  TaskRequest request;
  request.function = c.function;
  request.immediate = true;
  request.lun = 5;
  request.cmdSn = 105;
  request.referencedTaskTag = 7;
  request.refCmdSn = 98;
  request.connection = 1;
  TaskRequestFacts facts;
  facts.referenced = &task;
  facts.protocolLevel = 2;
  facts.errorRecoveryLevel = 2;
  if (c.function == F::TaskReassign) {
    task.connection = 3;
    facts.referencedConnectionLives = false;
    facts.loggedOutForRecovery = true;
  }
  if (c.change != nullptr) c.change(request, facts, task);
  const TaskVerdict verdict = iscsi::judge(request, facts, window);
  EXPECT_EQ(verdict.work, c.work);
  EXPECT_EQ(verdict.response, c.response);
  const auto* row = iscsi::findRow(request.function);
  if (c.work == W::AbortSet || c.work == W::QuerySet || c.work == W::ResetNexus) {
    EXPECT_EQ(verdict.scope, row->scope);
  }
}
INSTANTIATE_TEST_SUITE_P(All, TaskManagement, testing::ValuesIn(kCases),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(TaskManagementTable, HasTheCodesOfBothRfcs) {
  EXPECT_EQ(iscsi::findRow(F{1})->name, "ABORT TASK");
  EXPECT_EQ(iscsi::findRow(F{8})->name, "TASK REASSIGN");
  EXPECT_EQ(iscsi::findRow(F{12})->name, "QUERY ASYNCHRONOUS EVENT");
  EXPECT_EQ(iscsi::findRow(F{255}), nullptr);
  EXPECT_EQ(iscsi::taskManagementFunctionTable().size(), 12U);
  EXPECT_EQ(static_cast<int>(R::FunctionRejected), 255);
  EXPECT_FALSE(iscsi::isUnassigned(R::FunctionSucceeded));
  EXPECT_TRUE(iscsi::isUnassigned(R{42}));
}

struct TestTask : Task {};
using Table = iscsi::TaskTable<TestTask>;

// Tags 1 to 8; the request has CmdSN 100 and is about LUN 5.
Table session() {
  Table table(16, 1);
  const auto add = [&](std::uint32_t itt, std::uint32_t cmdSn, std::uint64_t lun, std::uint16_t connection,
                       TaskKind kind = TaskKind::ScsiCommand, TaskState state = TaskState::Executing) {
    Task task;
    task.itt = itt;
    task.cmdSn = cmdSn;
    task.lun = lun;
    task.connection = connection;
    task.kind = kind;
    task.state = state;
    task.openSequences = 1;
    table.add(task);
  };
  add(1, 90, 5, 1);
  add(2, 99, 5, 2);
  add(3, 95, 6, 2);
  add(4, 100, 5, 1);
  add(5, 101, 5, 3);
  add(6, 96, 5, 1, TaskKind::Text);
  add(7, 97, 5, 1, TaskKind::ScsiCommand, TaskState::Aborted);
  add(8, 98, 5, 1, TaskKind::TaskManagement);
  return table;
}

std::vector<std::uint32_t> affected(const AffectedSet& set) {
  Table table = session();
  std::vector<std::uint32_t> tags;
  iscsi::forEachAffected(table, set, [&](TestTask& task) { tags.push_back(task.itt); });
  return tags;
}

TEST(AffectedTasks, AreThoseBelowTheRequestForSets) {
  EXPECT_THAT(affected({TaskScope::NexusUnit, 5, 100, true, false}), ElementsAre(1, 2));
  EXPECT_THAT(affected({TaskScope::TaskSet, 5, 100, true, false}), ElementsAre(1, 2));
}

TEST(AffectedTasks, AreOfOtherSessionsOnlyWhereTheTaskSetIsShared) {
  EXPECT_THAT(affected({TaskScope::NexusUnit, 5, 100, false, true}), ElementsAre());
  EXPECT_THAT(affected({TaskScope::TaskSet, 5, 100, false, false}), ElementsAre());
  EXPECT_THAT(affected({TaskScope::TaskSet, 5, 100, false, true}), ElementsAre(1, 2, 4, 5)) << "other numbers";
}

TEST(AffectedTasks, AreAllOfTheUnitOrTheTargetForResets) {
  EXPECT_THAT(affected({TaskScope::LogicalUnit, 5, 100, true, false}), ElementsAre(1, 2, 4, 5));
  EXPECT_THAT(affected({TaskScope::LogicalUnit, 5, 100, false, false}), ElementsAre(1, 2, 4, 5));
  EXPECT_THAT(affected({TaskScope::Target, 0, 100, true, false}), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(affected({TaskScope::Nexus, 0, 100, true, false}), ElementsAre(1, 2, 3, 4, 5, 6, 8));
  EXPECT_THAT(affected({TaskScope::NoTasks, 5, 100, true, false}), ElementsAre());
}

TEST(AffectedTasks, AreComparedAroundTheCircle) {
  Task task;
  task.cmdSn = 0xffffffff;
  EXPECT_TRUE(iscsi::isAffected(task, {TaskScope::NexusUnit, 0, 1, true, false}));
  EXPECT_FALSE(iscsi::isAffected(task, {TaskScope::NexusUnit, 0, 0xffffffff, true, false}));
}

TEST(AffectedTasks, TellTheirOpenSequences) {
  Table table = session();
  EXPECT_EQ(iscsi::openSequences(table, {TaskScope::NexusUnit, 5, 100, true, false}), 2U);
}

// RFC 7143 4.2.3.4 d: one for each unit on each connection with an affected task, but for the issuing connection.
TEST(AffectedTasks, TellWhereTaskTerminationIsAnnounced) {
  Table table = session();
  std::vector<AsyncTarget> targets;
  iscsi::asyncTargets(table, {TaskScope::Target, 0, 100, true, false}, 1, targets);
  EXPECT_THAT(targets, ElementsAre(AsyncTarget{2, 5}, AsyncTarget{2, 6}, AsyncTarget{3, 5}));
  targets.clear();
  iscsi::asyncTargets(table, {TaskScope::Target, 0, 100, false, false}, 1, targets);
  EXPECT_EQ(targets.size(), 4U) << "on another session, connection 1 is another one";
}

struct Steps {
  const char* name;
  AbortProgress progress;
  AbortStep step;
};
// RFC 7143 4.2.3.3 and 4.2.3.4: scope, FastAbort, missing commands, open sequences, unit done, status acknowledged.
const Steps kSteps[] = {
    {"WaitsForMissingCommands", {TaskScope::NexusUnit, false, 1, 0, false, true}, AbortStep::AwaitCommands},
    {"WaitsForThemWithFastAbortToo", {TaskScope::LogicalUnit, true, 1, 0, false, true}, AbortStep::AwaitCommands},
    {"WaitsForNoneWithATargetReset", {TaskScope::Target, false, 3, 0, false, true}, AbortStep::AskLogicalUnit},
    {"WaitsForDataThatWasAskedFor", {TaskScope::TaskSet, false, 0, 2, false, true}, AbortStep::AwaitData},
    {"WaitsForNoDataWithFastAbort", {TaskScope::TaskSet, true, 0, 2, false, true}, AbortStep::AskLogicalUnit},
    {"AsksTheUnit", {TaskScope::NexusUnit, false, 0, 0, false, true}, AbortStep::AskLogicalUnit},
    {"WaitsForStatusOnTheOtherConnections", {TaskScope::NexusUnit, false, 0, 0, true, false}, AbortStep::AwaitStatus},
    {"WaitsForStatusWithFastAbortToo", {TaskScope::NexusUnit, true, 0, 1, true, false}, AbortStep::AwaitStatus},
    {"Responds", {TaskScope::NexusUnit, false, 0, 0, true, true}, AbortStep::Respond},
    {"RespondsWithFastAbortWhileTagsAreOpen", {TaskScope::NexusUnit, true, 0, 4, true, true}, AbortStep::Respond},
};
TEST(MultiTaskAbort, GoesThroughItsSteps) {
  for (const Steps& s : kSteps) EXPECT_EQ(iscsi::nextStep(s.progress), s.step) << s.name;
}

TEST(ResponseFence, OpensWhenAllEarlierStatusIsAcknowledged) {
  iscsi::ResponseFence fence;
  EXPECT_TRUE(fence.open());
  fence.waitFor(1, 10, 10);
  EXPECT_TRUE(fence.open()) << "nothing is on its way there";
  fence.waitFor(2, 0, 0xfffffffe);
  fence.waitFor(3, 50, 49);
  fence.acknowledged(2, 0xffffffff);
  fence.acknowledged(3, 50);
  EXPECT_FALSE(fence.open());
  fence.acknowledged(3, 60);
  fence.acknowledged(2, 0);
  EXPECT_TRUE(fence.open());
}

TEST(ResponseFence, DoesNotWaitForAConnectionThatIsGone) {
  iscsi::ResponseFence fence;
  fence.waitFor(2, 5, 4);
  fence.connectionEnded(1);
  EXPECT_FALSE(fence.open());
  fence.connectionEnded(2);
  EXPECT_TRUE(fence.open());
}

// What a target does with an ABORT TASK for a command that was lost: the gap is plugged, and those behind it run.
TEST(TaskManagement, PlugsAGapSoThatHeldCommandsRun) {
  CommandWindow window(10, 8, 8);
  EXPECT_EQ(window.accept(11, 11), CommandWindow::Taken::Held);
  TaskRequest request;
  request.function = F{1};
  request.cmdSn = 12;
  request.refCmdSn = 10;
  const TaskVerdict verdict = iscsi::judge(request, {}, window);
  ASSERT_EQ(verdict.work, TaskWork::PlugAndAnswer);
  ASSERT_TRUE(window.plug(request.refCmdSn));
  EXPECT_EQ(window.next(), 11U);
}

}  // namespace
