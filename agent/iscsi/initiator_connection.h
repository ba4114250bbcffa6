// InitiatorConnection: one connection of an initiator session: its login, its PDUs in and out, StatSN, and pings.
//
// It cuts what comes into PDUs, checks what belongs to the connection alone and tells its owner, the session, the rest;
// the session places data-in and writes requests to writer(). Pure: the driver moves bytes, time is an argument. One
// owner, no locks. What the peer gets wrong ends the connection: failed(), and the session recovers. From inside the
// owner's callbacks the connection may be told to fail(), not be destroyed.
//
// ErrorRecoveryLevel 0: a wrong digest and a hole in StatSN end the connection; nothing is asked for again.
// Bounds: the login's; kMaxControl bytes of a data segment that is not data-in; those of PduWriter.
// RFC 7143 4.2.2.2, 6.3, 7.8, 11.18, 11.19.
#pragma once

#include <deque>
#include <optional>
#include <string_view>

#include "agent/iscsi/control_pdu.h"
#include "agent/iscsi/data_pdu.h"
#include "agent/iscsi/login_initiator.h"
#include "agent/iscsi/pdu_reader.h"
#include "agent/iscsi/pdu_writer.h"
#include "agent/iscsi/scsi_pdu.h"
#include "agent/iscsi/serial.h"
#include "agent/iscsi/text_pdu.h"
#include "agent/iscsi/transfer_parameters.h"

namespace iscsi {

class InitiatorConnection;

// Tags of what a connection asks by itself; the CID is in their low half. No task of the session has them.
inline constexpr std::uint32_t kNopTagBase = 0xff000000;
inline constexpr std::uint32_t kTextTagBase = 0xff010000;
inline constexpr std::uint32_t kLogoutTagBase = 0xff020000;
inline constexpr std::uint32_t kLoginTagBase = 0xff030000;

// The session, as its connections see it. Windows come with every PDU and before what else it says.
class InitiatorConnectionOwner {
 public:
  virtual void onLoginEnded(InitiatorConnection& connection) = 0;  // look at login()->state()
  virtual void onWindow(std::uint32_t expCmdSn, std::uint32_t maxCmdSn) = 0;
  // Where the data of a Data-In goes, and then that it is there.
  virtual Placement onDataInHead(InitiatorConnection& connection, const DataIn& pdu) = 0;
  virtual void onDataIn(InitiatorConnection& connection, const DataIn& pdu) = 0;
  virtual void onR2t(InitiatorConnection& connection, const R2t& pdu) = 0;
  virtual void onScsiResponse(InitiatorConnection& connection, const ScsiResponse& pdu, base::ByteView segment) = 0;
  virtual void onManagementResponse(InitiatorConnection& connection, const TaskManagementResponse& pdu) = 0;
  virtual void onTextResponse(InitiatorConnection& connection, const TextResponse& pdu, base::ByteView segment) = 0;
  virtual void onLogoutResponse(InitiatorConnection& connection, const LogoutResponse& pdu) = 0;
  virtual void onAsyncMessage(InitiatorConnection& connection, const AsyncMessage& pdu, base::ByteView segment) = 0;
  virtual void onReject(InitiatorConnection& connection, const Reject& pdu, base::ByteView header) = 0;
  // What an immediate request carries.
  [[nodiscard]] virtual std::uint32_t currentCmdSn() const = 0;

 protected:
  ~InitiatorConnectionOwner() = default;
};

struct PingTimes {
  base::Duration interval{};  // of silence, after which the target is asked; 0: never
  base::Duration timeout{};   // of more silence, after which the connection is lost
};

class InitiatorConnection {
 public:
  static constexpr std::size_t kMaxControl = 65536;

  InitiatorConnection(InitiatorConnectionOwner& owner, std::uint16_t cid, const PingTimes& ping)
      : owner_(owner), cid_(cid), ping_(ping) {}
  InitiatorConnection(const InitiatorConnection&) = delete;
  InitiatorConnection& operator=(const InitiatorConnection&) = delete;

  // The transport is there: sends the first Login Request.
  void login(LoginInitiatorSetting setting, CredentialsSource& credentials, SentChallenges& challenges,
             const RandomSource& random, base::TimePoint now);

  // Bytes that came, in any cuts; all are used.
  void onBytes(base::ByteView bytes, base::TimePoint now);
  // See PduReader.
  [[nodiscard]] std::span<std::uint8_t> wanted() const { return reader_.wanted(); }
  void placed(std::size_t size, base::TimePoint now);
  void onTimer(base::TimePoint now);
  [[nodiscard]] base::TimePoint nextDeadline() const;

  [[nodiscard]] std::uint16_t cid() const { return cid_; }
  [[nodiscard]] PduWriter& writer() { return writer_; }
  [[nodiscard]] const PduWriter& writer() const { return writer_; }
  // The login, while it lasts and to say how it ended.
  [[nodiscard]] const LoginInitiator* loginState() const { return login_ ? &*login_ : nullptr; }
  [[nodiscard]] bool inFullFeature() const { return fullFeature_ && !failed(); }
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }
  [[nodiscard]] const TransferParameters& sends() const { return sends_; }        // of Data-Out
  [[nodiscard]] const TransferParameters& receives() const { return receives_; }  // of Data-In
  [[nodiscard]] std::uint32_t expStatSn() const { return expStatSn_; }

  // Ends it; the first reason counts. A static sentence without any byte of the peer's.
  void fail(std::string_view why) {
    if (failure_.empty()) failure_ = why;
  }
  [[nodiscard]] bool failed() const { return !failure_.empty(); }
  [[nodiscard]] std::string_view failure() const { return failure_; }

  // Of the session's: how many tasks are allegiant to it, and which have data to send that the writer did not take.
  std::uint32_t tasks = 0;
  std::deque<std::uint32_t> unsent;  // tags; at most one a task
  bool told = false;                 // the driver knows of output
  // The tag of the task whose memory the reader is writing to.
  [[nodiscard]] std::uint32_t placingFor() const { return placingFor_; }

 private:
  struct Sink;

  Placement onHeader(const PduHead& head);
  bool onPdu(const PduHead& head, DataVerdict verdict);
  Placement control(const PduHead& head);
  void takeLogin(const PduHead& head);
  void pumpLogin();
  void agree(const AgreedLogin& agreed);
  void takeDataIn();
  void dispatch(const PduHead& head);
  void takeNopIn(const NopIn& pdu);
  void ping(base::TimePoint now);
  // False where the PDU is a duplicate or the connection has failed.
  bool takeStatus(std::uint32_t statSn);
  template <class Pdu>
  std::optional<Pdu> decode(const PduHead& head);

  InitiatorConnectionOwner& owner_;
  std::uint16_t cid_;
  PingTimes ping_;
  PduReader reader_;
  PduWriter writer_;
  std::optional<LoginInitiator> login_;
  std::uint32_t expStatSn_ = 0;
  Parameters parameters_;
  TransferParameters sends_;
  TransferParameters receives_;
  bool fullFeature_ = false;
  bool discovery_ = false;
  std::string_view failure_;
  base::TimePoint now_{};
  base::TimePoint lastReceived_{};
  base::TimePoint pingSent_{};
  bool pinging_ = false;
  DataIn dataIn_;  // between its header and its end
  std::uint32_t placingFor_ = kReservedTag;
  base::Bytes control_;  // a data segment that is not data-in, while its PDU is read
};

// The values of the text keys as the two directions of data see them.
TransferParameters sendParameters(const Parameters& parameters);
TransferParameters receiveParameters(const Parameters& parameters);

}  // namespace iscsi
