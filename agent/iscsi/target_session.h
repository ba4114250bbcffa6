// TargetSession: the target's end of one session in full feature phase (RFC 7143 4.2, 4.4.3, 11.3 to 11.8).
//
// Numbers commands, keeps tasks from their header to the last byte of their answer, moves their data, and carries out
// task management. Its connections (TargetConnection) cut bytes into PDUs and bring them here; logical units are behind
// a UnitPort. The owner keeps it until onSessionIdle(): units may still work on commands of a session that is closed.
//
// A command goes: takeCommand() at its header (is it known, is there room, where does its data go), accept() when the
// PDU is whole, deliver() when its CmdSN has its turn, advance() as data comes, submit() to the unit, completed(),
// answer(), retire() when the socket has taken it all. Commands reach their unit in the order of delivery where task
// attributes ask for that: an ordered command waits for older ones whose data is not here, and younger ones for it.
// What comes behind a function over a set of tasks waits until its unit has that: the unit ends all that it has then.
//
// What concerns a request before its turn is in target_intake.cpp, what goes out in target_answers.cpp.
//
// Recovery (target_recovery.cpp): at ErrorRecoveryLevel 0 what is lost ends the connection, and its tasks. From level 1
// on answers are kept until they are acknowledged, and data is asked for again. At level 2 the tasks of a lost
// connection wait for TASK REASSIGN until its time to retain is over.
//
// A credit of the window comes back with the answer, though the task stays until the socket has taken its data. A
// connection that does not read keeps as many such tasks as the window has commands; when it is stuck, those which wait
// for room in its output give their credits back too, as many again, and the others go on with the whole window.
//
// Bounds: Limits. The task table holds the window, what all connections may be behind, what they keep for SNACKs, and
// their immediate requests: so a command that the window allows always has a place. Data of requests that wait for
// their turn has a bound of its own (target_intake.cpp). One thread, no locks; time is an argument of the connections'
// calls and comes in with now().
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/iscsi/command_window.h"
#include "agent/iscsi/login.h"
#include "agent/iscsi/pdu_reader.h"
#include "agent/iscsi/target_task.h"
#include "agent/iscsi/task_management.h"
#include "agent/iscsi/task_table.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

struct SessionLimits {
  std::uint32_t commandWindow = 128;       // 1 to 1024
  std::uint16_t immediateFunctions = 8;    // task management of a connection at a time; one place more for resets
  std::uint16_t immediateOther = 8;        // other immediate requests of a connection at a time
  std::size_t outputHighWater = 2U << 20;  // bytes; beyond, no more data-in is put into a connection's output
};

struct SessionCounters {
  std::uint64_t rejects = 0;
  std::uint64_t digestErrors = 0;
  std::uint64_t taskManagement = 0;
  std::uint64_t outOfMemory = 0;  // commands that ended with TASK SET FULL for want of memory
  std::uint64_t lateData = 0;     // Data-Out for tasks that had ended
  std::uint32_t commandsMax = 0;  // tasks at a time
};

enum class SessionEnd : std::uint8_t {
  LoggedOut,
  Reinstated,   // another login took its place
  TimedOut,     // no connection came back in time; of discovery: nothing came for too long
  NexusReset,   // I_T NEXUS RESET
  Dropped,      // the owner's will
  FormatError,  // RFC 7143 7.7
  ColdReset,    // TARGET COLD RESET, of this session or another one
};
[[nodiscard]] std::string_view nameOf(SessionEnd why);

// How a session loses a connection.
enum class ConnectionEnd : std::uint8_t {
  Lost,
  LoggedOut,
  Replaced,  // another comes in its place at once
};

class TargetSession;

class SessionOwner {
 public:
  // The session has ended for its initiator: it is nobody's any more, and has no connections.
  virtual void onSessionClosed(TargetSession& session, SessionEnd why) = 0;
  // A closed session has no task left: destroy it, but not inside of this call.
  virtual void onSessionIdle(TargetSession& session) = 0;
  // A TARGET COLD RESET was answered: all sessions of the target end (RFC 7143 11.5.1), but not inside of this call.
  virtual void onColdReset(TargetSession& session) = 0;
  // A function has ended what held requests up: call deliverDue(), but not inside of this call. Any call of a session
  // may lead here, and a request that is delivered may be the Logout that ends it.
  virtual void onHeldDue(TargetSession& session) = 0;
  virtual void onConnectionGone(TargetSession& session, std::uint16_t cid, ConnectionEnd how,
                                base::TimePoint now) = 0;

 protected:
  ~SessionOwner() = default;
};

class TargetSession {
 public:
  // `seed`: a random number for the hash of tags, which peers choose.
  TargetSession(const AgreedLogin& login, const SessionLimits& limits, std::uint64_t seed, SessionOwner& owner,
                TransferPool& transfers);
  ~TargetSession();
  TargetSession(const TargetSession&) = delete;
  TargetSession& operator=(const TargetSession&) = delete;

  // Before the first connection; a discovery session has none.
  void setUnits(std::unique_ptr<UnitPort> units) { units_ = std::move(units); }
  [[nodiscard]] UnitPort* units() { return units_.get(); }

  void setTsih(std::uint16_t tsih) { login_.tsih = tsih; }

  [[nodiscard]] const AgreedLogin& login() const { return login_; }
  [[nodiscard]] const Parameters& parameters() const { return login_.parameters; }
  [[nodiscard]] const CommandWindow& window() const { return window_; }
  [[nodiscard]] const std::vector<TargetConnection*>& connections() const { return connections_; }
  [[nodiscard]] SessionCounters& counters() { return counters_; }
  [[nodiscard]] std::uint32_t tasks() const { return tasks_.size(); }
  [[nodiscard]] bool closed() const { return closed_; }
  // Of one of its connections.
  [[nodiscard]] ImmediateBudget immediateBudget() const {
    return {limits_.immediateFunctions, limits_.immediateOther};
  }
  // Since when the initiator has owed data on this connection and sent none of it; nothing: it owes none. What it sends
  // for writes that it came to owe later is none of it: it is bound to the order in which it was asked (RFC 7143 11.8).
  [[nodiscard]] std::optional<base::TimePoint> awaitsData(const TargetConnection& connection) const;

  // The same of data for the tasks that a function is to end, which waits for it.
  [[nodiscard]] std::optional<base::TimePoint> functionAwaitsData(const TargetConnection& connection);

  // --- the owner ---
  // Ends the session: connections send what they have and close.
  void close(SessionEnd why);
  // Asks for a logout on each connection within so many seconds (Async Message 1); not of a discovery session.
  void requestLogout(std::uint16_t seconds);
  // Ends the commands on a unit that are not with it yet: somebody's function cleared it. With `tells` those that it
  // would get next are answered with TASK ABORTED, as those that it has (TAS, SPC-4 7.5.8); not what waits for its
  // turn, or is in the middle of a PDU. True: one or more ended without an answer.
  bool clearWaiting(std::uint64_t lun, bool tells = false);
  // The unit leaves this session: those commands on it that are not with it yet get this answer, whose views stay good.
  // What waits for its turn, or is in the middle of a PDU, goes on, and meets the map of its moment.
  void refuseWaiting(std::uint64_t lun, const UnitAnswer& answer);
  // Somebody's function is about to clear a unit: adds the connections that have to hear of it, which are those with
  // tasks on it where TaskReporting=FastAbort (RFC 7143 4.2.3.4 d, 4.2.3.5). Then, when the unit has ended them:
  void terminating(std::uint64_t lun, std::vector<AsyncTarget>& out);
  void tellTermination(const AsyncTarget& target);

  // --- its connections ---
  void attach(TargetConnection& connection);
  // The connection is gone, or takes no requests any more. Its tasks end without an answer.
  void detach(TargetConnection& connection, ConnectionEnd how, base::TimePoint now);

  // A request that carries CmdSN, at its header. `task` is what accept() or forget() is to be called with, nullptr
  // where the PDU is to be ignored; `reject` what it is to be rejected with.
  struct Taken {
    TargetTask* task = nullptr;
    std::optional<RejectReason> reject;
    std::span<std::uint8_t> place;  // for its data segment
  };
  Taken takeCommand(TargetConnection& connection, const ScsiCommand& command, base::ByteView longCdb,
                    std::uint32_t expectedRead, base::TimePoint now);
  template <class Request>
  Taken takeRequest(TargetConnection& connection, TaskKind kind, const Request& request, std::uint32_t dataLength,
                    base::TimePoint now);
  void accept(TargetTask& task, base::TimePoint now);
  void forget(TargetTask& task);  // rejected: its number stays a gap
  // The rest of the PDU at hand will not come, or is here. True: the task is over.
  bool cutOff(TargetTask& task);

  struct DataTaken {
    TargetTask* task = nullptr;  // nullptr: drop it
    std::optional<RejectReason> reject;
    std::span<std::uint8_t> place;
  };
  DataTaken takeData(TargetConnection& connection, const DataOut& pdu);
  // The PDU is whole; `good` false: its data digest is wrong. `header` is what a Reject holds.
  void dataCame(TargetTask& task, const DataOut& pdu, bool good, base::ByteView header);

  // --- recovery ---
  // A SNACK for data or R2Ts; nothing: it was answered.
  std::optional<RejectReason> onSnack(TargetConnection& connection, const Snack& snack);
  // The Data-In that carried a status, once more.
  void resendStatusData(TargetTask& task, std::uint32_t dataSn, std::uint32_t statSn);
  // A status is acknowledged, or can no longer be asked for.
  void statusReleased(TargetTask& task);
  // The initiator has declared another MaxRecvDataSegmentLength: what is still to be sent follows it.
  void segmentLengthChanged(TargetConnection& connection);
  // Data that was asked for did not come.
  void askAgain(TargetConnection& connection);
  // Logout of another connection than the one that asks, which lives or is lost: "close the connection", or "remove the
  // connection for recovery". The latter leaves its tasks to TASK REASSIGN.
  LogoutResponseCode logOut(TargetConnection& asking, std::uint16_t cid, LogoutReason reason);
  // A login has taken the place of a connection, at ErrorRecoveryLevel 2: a logout for recovery of that (6.3.4).
  void mayReassign(std::uint16_t cid);
  // Time2Wait and Time2Retain are over: of a lost connection, or of one whose place another took.
  void connectionExpired(std::uint16_t cid);

  // Answers of the units.
  void completed(TargetTask& task, const UnitAnswer& answer);
  void managed(TargetTask& function, TaskManagementResponseCode response);

  // ExpStatSN came on a connection.
  void onAcknowledged(TargetConnection& connection, std::uint32_t expStatSn) {
    if (functionsWaiting_ > 0) acknowledgedForFunctions(connection, expStatSn);
  }
  // After onHeldDue(): delivers the requests that a function has let go on.
  void deliverDue();
  // There is room in the output of a connection again.
  void onOutputRoom(TargetConnection& connection);
  // Nobody reads the output of a connection, and others wait.
  void onStuck(TargetConnection& connection);
  // What functionAwaitsData() speaks of will not come: it is not waited for any more, and dropped should it come.
  void dataForFunctionsOver(TargetConnection& connection);
  // A request that the connection answers itself (NOP-Out, Text, Logout): what it sends next is the answer.
  void finish(TargetTask& task);
  // The socket took the last byte of the data of a task.
  void onSent(TargetTask& task) {
    if (task.answered) leaveBehind(task);
    retireIfDone(task);
  }

  // Writes ExpCmdSN and MaxCmdSN. `read`: the initiator is going to see it.
  template <class Pdu>
  void stamp(Pdu& pdu, bool read) {
    pdu.expCmdSn = window_.expCmdSn();
    pdu.maxCmdSn = window_.maxCmdSn();
    if (read) window_.announced();
  }

 private:
  [[nodiscard]] Taken take(TargetConnection& connection, Task facts, base::TimePoint now, bool reset = false);
  void place(TargetTask& task, Taken& taken);
  void deliver(TargetTask& task, base::TimePoint now);
  void deliverHeld(base::TimePoint now);
  void advance(TargetTask& task);
  void solicit(TargetTask& task);
  void submit(TargetTask& task);
  [[nodiscard]] TargetTask* oldestOwing(const TargetConnection& connection) const;
  [[nodiscard]] bool behindFunction(const TargetTask& task);
  [[nodiscard]] bool mustWait(const TargetTask& task);
  void enterWaiting(TargetTask& task);
  void leaveWaiting(TargetTask& task);
  void submitWaiting();
  [[nodiscard]] bool reachable(const TargetTask& task) const;
  [[nodiscard]] static bool waitsForUnit(const TargetTask& task, std::uint64_t lun);
  void answerWaiting(std::uint64_t lun, const UnitAnswer& answer);
  void answerFault(TargetTask& task);
  void answer(TargetTask& task, const UnitAnswer& answer);
  bool sendAnswer(TargetTask& task);
  void sendDataIn(TargetTask& task, const DataInPdu& pdu, std::optional<std::uint32_t> again = std::nullopt);
  void sendR2t(TargetTask& task, const ReadyToTransfer& asked);
  void sendResponse(TargetTask& task);
  [[nodiscard]] bool hasRoom(const TargetTask& task) const;
  void awaitRoom(TargetTask& task);
  void giveCreditBack(TargetTask& task);
  void fallBehind(TargetTask& task);
  void leaveBehind(TargetTask& task);
  void endCommand(TargetTask& task);
  enum class Loss : std::uint8_t { Connection, Aborted };
  void drop(TargetTask& task, Loss loss);
  // One at a time from the start: the end of one may end others.
  template <class Matches>
  void dropAll(Loss loss, Matches&& matches) {
    const auto here = [&](const TargetTask& task) {
      return task.state != TaskState::Aborted && (task.link != nullptr || task.suspended) && matches(task);
    };
    while (TargetTask* const task = tasks_.findIf(here)) drop(*task, loss);
  }
  void retire(TargetTask& task);
  void retireIfDone(TargetTask& task) {
    if (task.answered && !task.held() && !task.statusKept && !task.suspended) retire(task);
  }
  void remove(TargetTask& task);
  void letGoOfHeldBytes(TargetTask& task) { heldBytes_ -= std::exchange(task.heldBytes, 0U); }
  void tellIdle();

  [[nodiscard]] bool recovers() const { return parameters().errorRecoveryLevel > 0; }
  void suspend(TargetTask& task);
  struct LostConnection {
    std::uint16_t cid = 0;
    bool loggedOut = false;  // for recovery: its tasks may be reassigned
  };
  [[nodiscard]] LostConnection* findLost(std::uint16_t cid);
  void forgetLost(std::uint16_t cid);
  void moveTo(TargetConnection& link, TargetTask& task);
  void reassign(TargetTask& task, TargetTask& function);
  void resendStatus(TargetTask& task, TargetTask& function, TaskManagementResponseCode response);
  [[nodiscard]] std::optional<RejectReason> resegment(TargetTask& task, const Snack& snack);
  void announce();
  void sayWindow();

  // Task management: target_task_management.cpp.
  void manage(TargetTask& function);
  void perform(TargetTask& function, const TaskVerdict& verdict);
  void abortOne(TargetTask& function, TargetTask& referenced);
  void step(TargetTask& function);
  void stepWaiting();
  void dueHeld(base::TimePoint now);
  void awaitData(TargetTask& function);
  template <class Visit>
  void forEachOwedToFunctions(const TargetConnection& connection, Visit&& visit);
  void clearForFunction(TargetTask& function);
  void noteTerminations(TargetTask& function, const AffectedSet& set);
  void tellTerminations(TargetTask& function);
  void fenceFunction(TargetTask& function);
  void acknowledgedForFunctions(TargetConnection& connection, std::uint32_t expStatSn);
  void respond(TargetTask& function, TaskManagementResponseCode response);
  void endFunction(TargetTask& function, TaskManagementResponseCode response);
  [[nodiscard]] AffectedSet affectedBy(const TargetTask& function) const;

  AgreedLogin login_;
  SessionLimits limits_;
  SessionOwner& owner_;
  TransferPool& transfers_;
  std::unique_ptr<UnitPort> units_;
  CommandWindow window_;
  TaskTable<TargetTask> tasks_;
  std::vector<TargetConnection*> connections_;
  // Delivered commands that are not with their unit, oldest first.
  std::vector<TargetTask*> waiting_;
  std::uint32_t orderedWaiting_ = 0;
  std::size_t heldBytes_ = 0;           // data of requests that wait for a gap to be filled
  std::uint32_t functionsWaiting_ = 0;  // task management that waits for something
  std::uint32_t nextTransferTag_ = 0;
  std::uint32_t arrivals_ = 0;
  struct Termination {
    const TargetTask* function = nullptr;
    AsyncTarget target;
  };
  std::vector<Termination> terminations_;  // to be told when the unit has answered the function; one a task at most
  std::vector<LostConnection> lost_;       // until connectionExpired(): those that the SessionTable keeps a time for
  SessionCounters counters_;
  std::optional<base::TimePoint> heldDue_;  // until deliverDue(): when a function ended what held requests up
  bool closed_ = false;
  bool closedTold_ = false;
  bool idleTold_ = false;
};

}  // namespace iscsi
