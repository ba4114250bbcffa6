// TargetConnection: the target's end of one TCP connection: login, then PDUs to and from its session (RFC 7143 4.2, 6,
// 7, 11).
//
// A driver owns it: gives bytes as they come, sends what lies in output(), and closes when closing() and nothing is
// left to send. The connection asks the driver for attention when something is to be sent or to be closed and the
// driver has not called it just now. What the peer gets wrong is answered (Login Response, Reject, sense) or closes;
// nothing throws.
//
// Memory of an idle connection: itself; the login's machine is gone after the login, that of text negotiation after the
// exchange. Bounds: one login text, one text exchange, the requests that its session takes, LoginLimits, PduWriter's
// limits (a peer that lets control PDUs pile up beyond them is closed). Nothing more is to be read while !wantsInput():
// its peer does not take what it asked for. Of a session with other connections it is stuck() when nothing was taken
// for kStuckAfter: then it is read on, since CmdSN orders what comes on all of them, and its new commands end with TASK
// SET FULL. A connection that takes less than kReadStep of what waits, for as long as a silent peer has, is closed: a
// few bytes now and then do not keep memory for its answers. A discovery session, which is not pinged (RFC 7143 7.4.3)
// and meant to be short (7.4.2), ends when nothing came for kDiscoverySilence. One thread, no locks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/iscsi/kept_status.h"
#include "agent/iscsi/login_target.h"
#include "agent/iscsi/pdu_reader.h"
#include "agent/iscsi/pdu_trace.h"
#include "agent/iscsi/pdu_writer.h"
#include "agent/iscsi/status_sequence.h"
#include "agent/iscsi/target_session.h"
#include "agent/iscsi/target_text.h"

namespace iscsi {

class ConnectionDriver {
 public:
  // Output waits, or closing() has become true. Comes at any time; look at it later, not inside of the call.
  virtual void attend() = 0;
  virtual void onLoggedIn(TargetSession& session) = 0;
  virtual void onLoginRefused(const LoginFailure& failure, const AgreedLogin& known) = 0;
  // The peer did what ends a connection in full feature phase; `why` is a static sentence.
  virtual void onFault(std::string_view why) = 0;

 protected:
  ~ConnectionDriver() = default;
};

// Where sessions are found after a login, and what a discovery session is told.
class TargetDirectory {
 public:
  virtual TargetSession* find(const AgreedLogin& login) = 0;
  // Appends TargetName and TargetAddress pairs for SendTargets (RFC 7143 Appendix C): `which` is empty for all that the
  // initiator may see, else a name.
  virtual void sendTargets(const AgreedLogin& login, std::uint32_t portal, std::string_view which, TextWriter& out) = 0;

 protected:
  ~TargetDirectory() = default;
};

struct ConnectionSetting {
  LoginTargetSetting login;
  std::size_t outputHighWater = 2U << 20;  // bytes
  SlabPool* slabs = nullptr;               // of the thread; outlives the connection
  // All of these: 0 never.
  base::Duration pingAfter = std::chrono::seconds(30);    // of silence: a NOP-In
  base::Duration pingTime = std::chrono::seconds(30);     // without an answer: the connection is lost
  base::Duration dataOutTime = std::chrono::seconds(30);  // without any data while some is owed: likewise
};

class TargetConnection final : private CredentialsSource, private CredentialsReceiver {
 public:
  static constexpr base::Duration kStuckAfter = std::chrono::seconds(1);
  // Output of a stuck connection beyond outputHighWater before it is not read any more.
  static constexpr std::size_t kStuckRoom = std::size_t{2} << 20;
  // What a peer must read in the time that a silent one has, while more waits: 4 KiB a second by default.
  static constexpr std::uint64_t kReadStep = std::uint64_t{256} << 10;
  static constexpr base::Duration kDiscoverySilence = std::chrono::seconds(60);
  // Without any data that is owed to commands which a function is to end; then they end without. RFC 7143 4.2.3.3 has
  // the target wait, but initiators in use send none behind the function: Linux, unless TaskReporting was negotiated.
  static constexpr base::Duration kFunctionDataTime = std::chrono::seconds(2);
  // Status that a peer does not acknowledge; what is older cannot be sent again.
  static constexpr std::uint32_t kMaxKept = 256;
  static constexpr std::size_t kMaxKeptBytes = std::size_t{1} << 20;  // of their data; the newest is always kept

  // What `ports` refers to, directory and driver outlive the connection.
  TargetConnection(const ConnectionSetting& setting, const LoginTargetPorts& ports, TargetDirectory& directory,
                   ConnectionDriver& driver, base::TimePoint now);
  ~TargetConnection() override;
  TargetConnection(const TargetConnection&) = delete;
  TargetConnection& operator=(const TargetConnection&) = delete;

  // --- the driver ---
  // Bytes of the peer; returns how many were used: all, unless it does not want input any more.
  std::size_t onBytes(base::ByteView bytes, base::TimePoint now);
  // Memory for the next bytes, where they belong to a data segment that has a place; the driver may read them there.
  [[nodiscard]] std::span<std::uint8_t> wanted() const {
    return closing() ? std::span<std::uint8_t>{} : reader_.wanted();
  }
  void onPlaced(std::size_t size, base::TimePoint now);
  [[nodiscard]] bool wantsInput() const {
    return !closing() && output_.size() < setting_.outputHighWater + (stuck_ ? kStuckRoom : 0);
  }
  [[nodiscard]] PduWriter& output() { return output_; }
  // After output().sent().
  void onSent();
  // The socket takes nothing of the output now.
  void onBlocked(base::TimePoint now) {
    blockedSince_ = std::min(blockedSince_, now);
    if (owesReadingSince_ != base::kNever) return;
    owesReadingSince_ = now;
    readBefore_ = output_.sentInAll();
  }
  // The socket is gone, or the driver closes it.
  void onGone(base::TimePoint now);
  [[nodiscard]] base::TimePoint nextDeadline() const;
  void onTimer(base::TimePoint now);
  // Send what there is, then close.
  [[nodiscard]] bool closing() const { return state_ == State::Closing; }
  [[nodiscard]] bool fullFeature() const { return state_ == State::FullFeature; }
  [[nodiscard]] TargetSession* session() const { return session_; }
  [[nodiscard]] std::uint16_t cid() const { return cid_; }
  // Of the next status that is sent on it.
  [[nodiscard]] std::uint32_t nextStatSn() const { return status_.next(); }
  [[nodiscard]] const PduTrace& trace() const { return trace_; }

  // --- its session ---
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }
  // Parameters of transfers in both directions.
  [[nodiscard]] const TransferParameters& dataOutParameters() const { return dataOut_; }
  [[nodiscard]] const TransferParameters& dataInParameters() const { return dataIn_; }
  [[nodiscard]] StatusSequence& status() { return status_; }
  [[nodiscard]] ImmediateBudget& immediates() { return immediates_; }
  // Nothing has been read from it for so long that other connections shall not wait for it.
  [[nodiscard]] bool stuck() const { return stuck_; }
  // Tasks with their credit given back whose data has not all been sent: counted by the session.
  std::uint32_t behind = 0;
  [[nodiscard]] base::TimePoint now() const { return now_; }
  // Fills the numbers in and writes the PDU. With status it takes a StatSN, and from ErrorRecoveryLevel 1 on it is kept
  // until that is acknowledged.
  template <class Pdu>
  void send(Pdu& pdu, bool withStatus) {
    number(pdu, withStatus, {});
    written(pdu, output_.write(pdu));
  }
  template <class Pdu>
  void sendCopy(Pdu& pdu, bool withStatus, base::ByteView data) {
    number(pdu, withStatus, data);
    written(pdu, output_.writeCopy(pdu, data));
  }
  // Data-In. `again`: it was sent before, with this StatSN.
  void sendData(DataIn& pdu, std::span<DataPart> parts, std::optional<std::uint32_t> again = std::nullopt);
  // A Response in the place of a status that was sent and is kept.
  void sendInPlace(ScsiResponse& response, base::ByteView data, const TargetTask& task);
  // Whose status the next PDU with status is.
  void keepFor(TargetTask& task) { keepFor_ = &task; }
  // Requests that are the connection's to answer, in their turn.
  void deliver(TargetTask& task, base::TimePoint now);
  // Sends what waits, then closes. The session has let go of it.
  void close();
  void reject(RejectReason reason, base::ByteView header);
  // Asks for a sign of life, and so for an ExpStatSN.
  void ping();
  // Output goes on waiting in the session: onOutputRoom() is wanted.
  void wantRoom() { roomWanted_ = true; }
  // The driver is to look at the output and at nextDeadline().
  void attend();
  void noteData();

  // --- the reader ---
  Placement onHeader(const PduHead& head);
  bool onPdu(const PduHead& head, DataVerdict verdict);
  void onFault(const ReadFault& fault);

 private:
  enum class State : std::uint8_t { Login, FullFeature, Closing };
  // What the PDU at hand is, between its header and its end.
  struct Incoming {
    enum class Kind : std::uint8_t { Nothing, Login, Task, Data, Direct } kind = Kind::Nothing;
    TargetTask* task = nullptr;
    DataOut dataOut;
    std::optional<RejectReason> reject;
    std::optional<Snack> snack;
  };

  void ask(const CredentialsQuestion& question, CredentialsReceiver& receiver, base::TimePoint now) override;
  void onCredentials(std::optional<ChapCredentials> credentials, base::TimePoint now) override;
  void onCredentialsFailed(base::TimePoint now) override;
  void refuseLogin(const LoginFailure& failure);
  void takeQuestionBack();

  Placement headerInLogin(const PduHead& head);
  Placement headerInFullFeature(const PduHead& head);
  Placement takeCommand(const PduHead& head);
  Placement takeDataOut(const PduHead& head);
  Placement taken(const TargetSession::Taken& taken);
  Placement refuse(FormatFault fault);
  template <class Request>
  Placement takeRequest(TaskKind kind, const base::Result<Request, FormatFault>& request, const PduHead& head);
  void loginPdu(const PduHead& head);
  void afterLogin(base::TimePoint now);
  void enterFullFeature();
  void acknowledge(BhsView bhs);
  // Status and numbers of what is sent; recovery from level 1 on: target_recovery.cpp.
  template <class Pdu>
  void number(Pdu& pdu, bool withStatus, base::ByteView data) {
    session_->stamp(pdu, !stuck_);
    if (!withStatus) {
      pdu.statSn = status_.next();
    } else if (kept_ == nullptr) {
      pdu.statSn = status_.assign(0, [](StatusSequence::Handle) {});
    } else {
      pdu.statSn = status_.next();
      std::array<std::uint8_t, kBhsSize> bhs;
      pdu.encode(bhs);
      keep(bhs, data);
    }
  }
  void keep(BhsView bhs, base::ByteView data);
  void releaseStatus(StatusSequence::Handle handle);
  void onSnack(const Snack& snack, base::ByteView header);
  void resend(KeptStatus& status);
  void formatError(std::string_view why);
  void fail(std::string_view why);

  void answerPing(TargetTask& task);
  void answerText(TargetTask& task);
  void answerLogout(TargetTask& task);
  void respondText(const TextRequest& request);
  void apply(const Parameters& parameters);
  template <class Pdu>
  void written(const Pdu& pdu, bool accepted) {
    if (!accepted) return overflow();
    trace_.sent(pdu, now_);
    attend();
  }
  void overflow();
  [[nodiscard]] base::TimePoint dataDeadline() const;
  [[nodiscard]] base::TimePoint functionDeadline() const;
  [[nodiscard]] base::TimePoint stuckDeadline() const;
  [[nodiscard]] base::TimePoint unreadDeadline() const;

  ConnectionSetting setting_;
  LoginTargetPorts ports_;
  TargetDirectory& directory_;
  ConnectionDriver& driver_;
  std::uint32_t portal_;
  State state_ = State::Login;
  std::uint16_t cid_ = 0;
  bool inCall_ = false;      // the driver looks at the output when its call returns
  bool roomWanted_ = false;  // answers wait in the session for room in the output
  bool pinged_ = false;
  bool overflowed_ = false;
  bool stuck_ = false;
  TargetSession* session_ = nullptr;
  base::TimePoint now_;
  base::TimePoint heard_;                        // when bytes came last
  base::TimePoint blockedSince_ = base::kNever;  // the socket takes nothing since then
  base::TimePoint owesReadingSince_ = base::kNever;  // it has taken less than kReadStep since then, and more waits
  std::uint64_t readBefore_ = 0;                     // output_.sentInAll() at that time
  PduReader reader_;
  PduWriter output_;
  Incoming incoming_;
  std::unique_ptr<LoginTarget> login_;     // until the login is over
  std::unique_ptr<LoginTarget> finished_;  // until the next call
  base::Bytes loginData_;
  CredentialsReceiver* asking_ = nullptr;  // that waits for credentials
  std::unique_ptr<TargetText> text_;
  Parameters parameters_;
  TransferParameters dataOut_;
  TransferParameters dataIn_;
  StatusSequence status_{0, 0};
  std::unique_ptr<KeptStatuses> kept_;  // from ErrorRecoveryLevel 1 on
  TargetTask* keepFor_ = nullptr;
  ImmediateBudget immediates_{1, 1};
  PduTrace trace_;
};

}  // namespace iscsi
