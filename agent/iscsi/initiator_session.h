// InitiatorSession: an iSCSI session at the initiator, from the first login to the logout, over the loss of its
// connections.
//
// Pure: the driver opens and closes transports and moves bytes, time is an argument, chance and credentials come
// through interfaces. Commands go through one queue to the connections of the session, as the target's window allows;
// data-in is placed right into their buffers, data-out is sent from theirs. One owner, no locks.
//
// Recovery is that of ErrorRecoveryLevel 0: what is wrong with one connection ends all of them, and a new session under
// the same ISID takes the place of the old one (RFC 7143 6.3.5). Commands that have not ended are sent again there, in
// their order, unless they may not be repeated. A command without an answer is aborted by ABORT TASK, kMaxAborts at a
// time, and a function that the target has no place for (Reject 06) is sent again a little later; without an answer
// to that by LOGICAL UNIT RESET; without one to that the session is dropped and made again. What was sent ends with
// TimedOut or Aborted only where the target has confirmed that it is over; with the session lost meanwhile, with
// SessionLost. Times are those of open-iscsi by default. After InitiatorTimes::replacement without a session all
// commands end with SessionLost.
//
// Calls: every entry point may end commands, whose onDone() may call submit(), cancel() and close(), and calls the
// owner, who must not call back from inside. The session is not destroyed from inside any of these. Bounds:
// InitiatorSetting::maxCommands submitted commands, submit() then refuses; kMaxRedirects in a row; kMaxDiscoveryText
// bytes of discovery; kMaxRepeats of a command. RFC 7143 4.2, 6.3, 7, 11; DESIGN of the initiator:
// docs/design/iscsi.md.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/iscsi/command_issue.h"
#include "agent/iscsi/initiator_connection.h"
#include "agent/iscsi/initiator_task.h"

namespace iscsi {

struct InitiatorTimes {
  base::Duration login = std::chrono::seconds(15);  // of one attempt: connecting, and all of the login
  base::Duration logout = std::chrono::seconds(15);
  PingTimes ping{std::chrono::seconds(5), std::chrono::seconds(5)};
  base::Duration command = std::chrono::seconds(30);
  base::Duration abort = std::chrono::seconds(15);
  base::Duration lunReset = std::chrono::seconds(30);
  base::Duration replacement = std::chrono::seconds(120);
  base::Duration firstPause = std::chrono::milliseconds(250);  // between attempts; doubles
  base::Duration longestPause = std::chrono::seconds(5);
};

struct InitiatorSetting {
  std::string initiatorName;  // normal spelling, as the next
  std::string initiatorAlias;
  std::string targetName;  // empty: a discovery session that names none
  bool discovery = false;  // asks for `sendTargets` and logs out
  std::string sendTargets = "All";
  std::string portal;  // where to connect to, as the driver understands it
  Isid isid{};
  AuthPolicy policy;
  Wishes wishes = initiatorWishes();
  std::uint16_t connections = 1;     // wanted; the target may allow fewer
  std::uint32_t queueDepth = 128;    // commands at the target at a time
  std::uint32_t maxCommands = 4096;  // submitted and not ended
  bool firstLoginRetried = false;    // within `replacement`; else the first failure ends the session
  InitiatorTimes times;

  // What is asked for where nothing else is wished: no R2T for the first burst, large segments.
  static Wishes initiatorWishes();
};

struct DiscoveredTarget {
  std::string name;
  std::vector<std::string> addresses;  // host[:port],portal group tag; none: the portal that was asked
};

// What happens to a session, for logs and for whoever watches. Views are good during the call.
struct InitiatorNotice {
  enum class Kind : std::uint8_t {
    LoggedIn,         // the session is there, or there again
    LoginFailed,      // an attempt: `status`, `what`
    Redirected,       // `what`: the address
    ConnectionAdded,  // `cid`
    ConnectionLost,   // `cid`, `what`
    CommandSilent,    // `what`: what is done about it
    LogoutRequested,  // by the target: `seconds`
    SessionDropped,   // the target says that it drops the connection or all: `event`
    ScsiEvent,        // `lun`, `data`: sense
    OtherEvent,       // `event`, `data`
    Rejected,         // `reason`
    Ended,            // nothing follows
  };
  Kind kind;
  std::uint16_t cid = 0;
  LoginStatus status = LoginStatus::Success;
  AsyncEvent event = AsyncEvent::ScsiEvent;
  RejectReason reason = RejectReason::Reserved;
  std::uint16_t seconds = 0;
  Lun lun{};
  std::string_view what{};
  base::ByteView data{};
};

// Why a session ended.
struct InitiatorEnd {
  enum class Kind : std::uint8_t {
    LoggedOut,     // close(), or discovery is done
    NoConnection,  // no transport, or it was lost
    LoginRefused,  // `status`; Success where the two could not prove themselves to each other
    Protocol,      // the target broke the rules
    TimedOut,
  };
  Kind kind = Kind::LoggedOut;
  LoginStatus status = LoginStatus::Success;
  std::string what;
};

class InitiatorSessionOwner {
 public:
  // Open a transport for connection `cid`; then onConnected() or onDisconnected().
  virtual void connect(std::uint16_t cid, std::string_view address) = 0;
  // Close it, and forget what was to be sent.
  virtual void disconnect(std::uint16_t cid) = 0;
  // The connection has output where it had none; all of it is told of before it says so again.
  virtual void outputReady(std::uint16_t cid) = 0;
  virtual void onNotice(const InitiatorNotice& notice) = 0;
  virtual void onDiscovered(std::vector<DiscoveredTarget> targets) = 0;

 protected:
  ~InitiatorSessionOwner() = default;
};

class InitiatorSession final : private InitiatorConnectionOwner {
 public:
  static constexpr std::uint32_t kMaxRedirects = 8;
  static constexpr std::size_t kMaxDiscoveryText = std::size_t{16} << 20;
  static constexpr std::uint8_t kMaxRepeats = 8;
  static constexpr std::uint16_t kMaxConnections = 8;
  static constexpr std::uint32_t kManagementReserve = 64;  // tasks beyond maxCommands
  static constexpr std::uint32_t kMaxAborts = 4;  // ABORT TASK at a time: targets have few places for functions
  static constexpr std::chrono::seconds kNoPlacePause{1};  // after a function that a target had none for

  enum class State : std::uint8_t { Idle, LoggingIn, Ready, Recovering, Ended };

  InitiatorSession(InitiatorSetting setting, InitiatorSessionOwner& owner, CredentialsSource& credentials,
                   SentChallenges& challenges, const RandomSource& random);
  ~InitiatorSession();
  InitiatorSession(const InitiatorSession&) = delete;
  InitiatorSession& operator=(const InitiatorSession&) = delete;

  // --- the user ---
  void start(base::TimePoint now);
  // False, and no onDone(): the session has ended or is about to, or there are maxCommands already.
  [[nodiscard]] bool submit(InitiatorCommand& command, base::TimePoint now);
  // The command ends with Aborted, unless its answer comes first.
  void cancel(InitiatorCommand& command, base::TimePoint now);
  // The commands to the unit that have not been sent end with Recalled, in their order. What is submitted meanwhile
  // stays.
  void recall(const Lun& lun, base::TimePoint now);
  // Logs out when all commands have ended.
  void close(base::TimePoint now);
  // Ends it at once; commands end with SessionLost.
  void abandon(base::TimePoint now);

  // --- the driver ---
  void onConnected(std::uint16_t cid, base::TimePoint now);
  void onDisconnected(std::uint16_t cid, std::string why, base::TimePoint now);  // `why`: for people
  void onBytes(std::uint16_t cid, base::ByteView bytes, base::TimePoint now);
  [[nodiscard]] std::span<std::uint8_t> wanted(std::uint16_t cid) const;
  void placed(std::uint16_t cid, std::size_t size, base::TimePoint now);
  // Views of output; sent() says how many bytes of them the transport took.
  std::size_t gather(std::uint16_t cid, std::span<base::ByteView> out) const;
  void sent(std::uint16_t cid, std::size_t bytes, base::TimePoint now);
  void onTimer(base::TimePoint now);
  [[nodiscard]] base::TimePoint nextDeadline() const;

  // --- what there is to know ---
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const InitiatorEnd& end() const { return end_; }  // with State::Ended
  [[nodiscard]] const Parameters& parameters() const { return agreed_.parameters; }
  [[nodiscard]] const AgreedLogin& agreed() const { return agreed_; }
  [[nodiscard]] std::string_view portal() const { return address_; }
  [[nodiscard]] std::uint32_t commands() const { return commands_; }  // submitted and not ended
  [[nodiscard]] std::uint32_t sessionsMade() const { return sessionsMade_; }
  [[nodiscard]] std::size_t connections() const;

 private:
  // Counts the entry points that are on the stack; the last one settles.
  class Entry {
   public:
    Entry(InitiatorSession& session, base::TimePoint now) : session_(session) {
      session_.now_ = now;
      ++session_.depth_;
    }
    ~Entry() {
      if (session_.depth_ == 1) session_.settle();
      --session_.depth_;
    }
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

   private:
    InitiatorSession& session_;
  };

  // Of its connections.
  void onLoginEnded(InitiatorConnection& connection) override;
  void onWindow(std::uint32_t expCmdSn, std::uint32_t maxCmdSn) override;
  Placement onDataInHead(InitiatorConnection& connection, const DataIn& pdu) override;
  void onDataIn(InitiatorConnection& connection, const DataIn& pdu) override;
  void onR2t(InitiatorConnection& connection, const R2t& pdu) override;
  void onScsiResponse(InitiatorConnection& connection, const ScsiResponse& pdu, base::ByteView segment) override;
  void onManagementResponse(InitiatorConnection& connection, const TaskManagementResponse& pdu) override;
  void onTextResponse(InitiatorConnection& connection, const TextResponse& pdu, base::ByteView segment) override;
  void onLogoutResponse(InitiatorConnection& connection, const LogoutResponse& pdu) override;
  void onAsyncMessage(InitiatorConnection& connection, const AsyncMessage& pdu, base::ByteView segment) override;
  void onReject(InitiatorConnection& connection, const Reject& pdu, base::ByteView header) override;
  [[nodiscard]] std::uint32_t currentCmdSn() const override { return issue_ ? issue_->current() : 1; }

  // Life (initiator_session.cpp).
  void settle();
  bool settleConnections();
  void openConnection(std::uint16_t cid);
  void openMore();
  void closeConnections();
  void closeConnection(std::uint16_t cid);
  [[nodiscard]] InitiatorConnection* find(std::uint16_t cid) const;
  void attempt();
  void attemptFailed(InitiatorEnd why);
  void loginFailed(InitiatorConnection& connection);
  void redirect(const LoginInitiator& login);
  void ready(InitiatorConnection& connection);
  void connectionLost(std::uint16_t cid, InitiatorEnd why);
  void recover(base::Duration pause);
  void drop(std::string_view why, base::Duration pause);
  [[nodiscard]] base::Duration time2Wait() const;
  void logOutWhenIdle();
  void finish(InitiatorEnd end);
  void notice(const InitiatorNotice& what) { owner_.onNotice(what); }
  [[nodiscard]] LoginInitiatorSetting loginSetting(std::uint16_t cid) const;
  [[nodiscard]] base::Duration nextPause();

  // Commands (initiator_commands.cpp).
  [[nodiscard]] base::Duration timeoutOf(const InitiatorCommand& command) const {
    return command.timeout > base::Duration{} ? command.timeout : setting_.times.command;
  }
  void pump();
  [[nodiscard]] InitiatorTask* nextToSend();
  [[nodiscard]] InitiatorConnection* chooseConnection() const;
  bool send(InitiatorTask& task, InitiatorConnection& connection);
  [[nodiscard]] bool writeCommand(InitiatorTask& task, InitiatorConnection& connection);
  void sendData(InitiatorTask& task, InitiatorConnection& connection);
  void sendUnsent(InitiatorConnection& connection);
  [[nodiscard]] bool writeData(InitiatorTask& task, InitiatorConnection& connection, const DataOutPdu& pdu);
  InitiatorTask* commandFor(const InitiatorConnection& connection, std::uint32_t tag);
  void complete(InitiatorTask& task, CommandOutcome outcome);
  void tryToEnd(InitiatorTask& task);
  void endEnding();
  void requeue(InitiatorTask& task);
  void sendAgainOrEnd(const std::function<bool(const InitiatorTask&)>& concerned,
                      CommandOutcome (*outcomeOf)(const InitiatorTask&));
  void requeueSent();
  void endAll(CommandOutcome outcome);

  // Silence (initiator_escalation.cpp).
  void scan();
  void escalate(InitiatorTask& task, CommandOutcome cause);
  bool manage(TaskManagementFunction function, const Lun& lun, InitiatorTask* about, InitiatorConnection& connection,
              base::Duration timeout);
  bool sendFunction(InitiatorTask& management, InitiatorConnection& connection);
  void sendFunctionAgain(InitiatorTask& management);
  void functionRejected(InitiatorTask& management, RejectReason reason);
  void sendAborts();
  void managementEnded(InitiatorTask& management, bool done);
  void abortEnded(const Lun& lun, std::uint32_t referenced, bool done);
  void lunWasReset(const Lun& lun, std::uint32_t cmdSn);
  [[nodiscard]] bool startReset(const Lun& lun);
  [[nodiscard]] bool beingReset(const Lun& lun) const;
  void watch(base::TimePoint deadline) { nextScan_ = std::min(nextScan_, deadline); }

  // Text (initiator_text.cpp).
  void askForTargets(InitiatorConnection& connection);
  void declareAgain(InitiatorConnection& connection);
  void sendText(InitiatorConnection& connection, std::uint32_t transferTag, std::uint64_t lun, base::ByteView text);

  InitiatorSetting setting_;
  InitiatorSessionOwner& owner_;
  CredentialsSource& credentials_;
  SentChallenges& challenges_;
  RandomSource random_;

  State state_ = State::Idle;
  base::TimePoint now_{};
  unsigned depth_ = 0;
  InitiatorEnd end_;
  InitiatorEnd lastFailure_;

  std::vector<std::unique_ptr<InitiatorConnection>> connections_;
  std::string address_;  // where the session is or is tried
  std::uint32_t redirects_ = 0;
  bool connecting_ = false;                         // the leading connection's transport
  base::TimePoint attemptDeadline_ = base::kNever;  // of the leading connection
  base::TimePoint nextAttempt_ = base::kNever;
  base::TimePoint giveUp_ = base::kNever;
  base::Duration pause_{};
  std::string_view dropWanted_;  // why
  base::Duration dropPause_{};
  bool closing_ = false;   // close() was called
  bool draining_ = false;  // the target asked for a logout: nothing new, log out when idle, and come again
  bool loggingOut_ = false;
  base::TimePoint drainDeadline_ = base::kNever;
  base::TimePoint logoutDeadline_ = base::kNever;

  AgreedLogin agreed_;
  std::optional<CommandIssue> issue_;
  std::uint32_t sessionsMade_ = 0;

  InitiatorTasks tasks_;
  TaskList pending_{tasks_};
  TaskList sent_{tasks_};
  std::vector<std::uint32_t> ending_;  // tags
  std::vector<Lun> resets_;            // of units, that are not answered
  std::uint32_t commands_ = 0;
  base::TimePoint nextScan_ = base::kNever;

  base::Bytes discovery_;
  base::Bytes textOut_;
};

}  // namespace iscsi
