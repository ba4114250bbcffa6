#include "agent/iscsi/initiator_connection.h"

#include <utility>

namespace iscsi {

TransferParameters sendParameters(const Parameters& parameters) {
  return transferParameters(parameters, parameters.maxSendDataSegmentLength);
}

TransferParameters receiveParameters(const Parameters& parameters) {
  TransferParameters transfer = transferParameters(parameters, parameters.maxRecvDataSegmentLength);
  // tgtd sends a read of any length as one burst. Nothing here depends on its end, so it is not held against it.
  if (transfer.errorRecoveryLevel == 0) transfer.maxBurstLength = UINT32_MAX;
  return transfer;
}

// What the reader calls.
struct InitiatorConnection::Sink {
  InitiatorConnection& self;

  Placement onHeader(const PduHead& head) { return self.onHeader(head); }
  bool onPdu(const PduHead& head, DataVerdict verdict) { return self.onPdu(head, verdict); }
  void onFault(const ReadFault& fault) { self.fail(nameOf(fault.kind)); }
};

// ---- input

void InitiatorConnection::onBytes(base::ByteView bytes, base::TimePoint now) {
  if (failed() || bytes.empty()) return;
  now_ = lastReceived_ = now;
  // It stops early only where the connection has failed.
  (void)reader_.feed(bytes, Sink{*this});
}

void InitiatorConnection::placed(std::size_t size, base::TimePoint now) {
  if (failed() || size == 0) return;
  now_ = lastReceived_ = now;
  (void)reader_.placed(size, Sink{*this});
}

Placement InitiatorConnection::onHeader(const PduHead& head) {
  if (failed()) return Placement::skip();
  if (!fullFeature_ || !head.basic.is(Opcode::DataIn)) return control(head);
  const auto pdu = DataIn::decode(head.bhs());
  if (!pdu) {
    fail(rowOf(pdu.error()).text);
    return Placement::skip();
  }
  dataIn_ = *pdu;
  const Placement placement = owner_.onDataInHead(*this, dataIn_);
  if (placement.kind == Placement::Kind::Into && dataIn_.dataSegmentLength != 0) {
    placingFor_ = dataIn_.initiatorTaskTag;
  }
  return placement;
}

// Room for text, sense, event data and rejected headers. What is longer is cut: no answer of a right target is.
Placement InitiatorConnection::control(const PduHead& head) {
  control_.resize(std::min<std::size_t>(head.basic.dataSegmentLength,
                                        fullFeature_ ? parameters_.maxRecvDataSegmentLength : kMaxControl));
  return Placement::into(control_);
}

bool InitiatorConnection::onPdu(const PduHead& head, DataVerdict verdict) {
  placingFor_ = kReservedTag;
  if (failed()) return false;
  if (verdict == DataVerdict::WrongDigest) {
    fail("data digest is wrong");
  } else if (!fullFeature_) {
    takeLogin(head);
  } else if (head.basic.is(Opcode::DataIn)) {
    takeDataIn();
  } else {
    dispatch(head);
  }
  return !failed();
}

template <class Pdu>
std::optional<Pdu> InitiatorConnection::decode(const PduHead& head) {
  auto pdu = Pdu::decode(head.bhs());
  if (pdu) {
    owner_.onWindow(pdu->expCmdSn, pdu->maxCmdSn);
    return *pdu;
  }
  if constexpr (requires { rowOf(pdu.error()).text; }) {
    fail(rowOf(pdu.error()).text);
  } else {
    fail("a Text Response that cannot be read");
  }
  return std::nullopt;
}

void InitiatorConnection::takeDataIn() {
  owner_.onWindow(dataIn_.expCmdSn, dataIn_.maxCmdSn);
  if (dataIn_.hasStatus && !takeStatus(dataIn_.statSn)) return;
  owner_.onDataIn(*this, dataIn_);
}

bool InitiatorConnection::takeStatus(std::uint32_t statSn) {
  if (serialLess(statSn, expStatSn_)) return false;  // it came already
  if (statSn == expStatSn_) {
    ++expStatSn_;
    return true;
  }
  fail("a StatSN is missing");
  return false;
}

void InitiatorConnection::dispatch(const PduHead& head) {
  switch (static_cast<Opcode>(head.basic.opcode)) {
    case Opcode::NopIn:
      if (const auto pdu = decode<NopIn>(head)) takeNopIn(*pdu);
      return;
    case Opcode::R2t:
      if (const auto pdu = decode<R2t>(head)) owner_.onR2t(*this, *pdu);
      return;
    case Opcode::ScsiResponse: {
      const auto pdu = decode<ScsiResponse>(head);
      if (pdu && takeStatus(pdu->statSn)) owner_.onScsiResponse(*this, *pdu, control_);
      return;
    }
    case Opcode::TaskManagementResponse: {
      const auto pdu = decode<TaskManagementResponse>(head);
      if (pdu && takeStatus(pdu->statSn)) owner_.onManagementResponse(*this, *pdu);
      return;
    }
    case Opcode::TextResponse: {
      const auto pdu = decode<TextResponse>(head);
      if (pdu && takeStatus(pdu->statSn)) owner_.onTextResponse(*this, *pdu, control_);
      return;
    }
    case Opcode::LogoutResponse: {
      const auto pdu = decode<LogoutResponse>(head);
      if (pdu && takeStatus(pdu->statSn)) owner_.onLogoutResponse(*this, *pdu);
      return;
    }
    case Opcode::AsyncMessage: {
      const auto pdu = decode<AsyncMessage>(head);
      if (pdu && takeStatus(pdu->statSn)) owner_.onAsyncMessage(*this, *pdu, control_);
      return;
    }
    case Opcode::Reject: {
      const auto pdu = decode<Reject>(head);
      if (!pdu || !takeStatus(pdu->statSn)) return;
      pinging_ = false;  // should it be the ping that was rejected: the target lives
      return owner_.onReject(*this, *pdu, control_);
    }
    default:
      break;
  }
  fail("a PDU that no target sends in the full feature phase");
}

void InitiatorConnection::takeNopIn(const NopIn& pdu) {
  if (pdu.initiatorTaskTag != kReservedTag) {
    if (takeStatus(pdu.statSn)) pinging_ = false;
    return;
  }
  if (!pdu.wantsAnswer()) return;
  NopOut answer;
  answer.lun = pdu.lun;
  answer.targetTransferTag = pdu.targetTransferTag;
  answer.cmdSn = owner_.currentCmdSn();
  answer.expStatSn = expStatSn();
  // A list that is full shows a target that does not read: it waits for no answer of ours.
  (void)writer_.write(answer);
}

// ---- login

void InitiatorConnection::login(LoginInitiatorSetting setting, CredentialsSource& credentials,
                                SentChallenges& challenges, const RandomSource& random, base::TimePoint now) {
  now_ = lastReceived_ = now;
  discovery_ = setting.discovery;
  reader_.configure({Digests{}, std::max(setting.limits.maxSegment, kLoginSegment)});
  login_.emplace(std::move(setting), credentials, challenges, random);
  login_->start();
  pumpLogin();
}

void InitiatorConnection::takeLogin(const PduHead& head) {
  const auto response = head.basic.is(Opcode::LoginResponse) ? LoginResponse::decode(head.bhs()) : std::nullopt;
  if (response) {
    login_->onResponse(*response, control_, now_);
  } else {
    login_->onOtherPdu();
  }
  pumpLogin();
}

void InitiatorConnection::pumpLogin() {
  if (auto request = login_->takeRequest()) {
    if (!writer_.writeCopy(request->header, request->text)) fail("a Login Request that is too long");
  }
  switch (login_->state()) {
    case LoginInitiator::State::Agreed:
      agree(login_->result());
      return owner_.onLoginEnded(*this);
    case LoginInitiator::State::Redirected:
    case LoginInitiator::State::Failed:
      fail("the login failed");
      return owner_.onLoginEnded(*this);
    default:
      return;
  }
}

void InitiatorConnection::agree(const AgreedLogin& agreed) {
  parameters_ = agreed.parameters;
  sends_ = sendParameters(parameters_);
  receives_ = receiveParameters(parameters_);
  const Digests digests{parameters_.headerDigest == Digest::Crc32c, parameters_.dataDigest == Digest::Crc32c};
  reader_.configure({digests, parameters_.maxRecvDataSegmentLength});
  writer_.setDigests(digests);
  expStatSn_ = agreed.statSn;
  fullFeature_ = true;
}

// ---- time

// A target that is silent is asked; one that is silent even then is gone. In discovery there are no pings (RFC 7143
// 4.3).
base::TimePoint InitiatorConnection::nextDeadline() const {
  if (failed()) return base::kNever;
  if (!fullFeature_) return login_ ? login_->nextDeadline() : base::kNever;
  if (discovery_ || ping_.interval == base::Duration{}) return base::kNever;
  return pinging_ ? std::max(pingSent_, lastReceived_) + ping_.timeout : lastReceived_ + ping_.interval;
}

void InitiatorConnection::onTimer(base::TimePoint now) {
  if (now < nextDeadline()) return;
  now_ = now;
  if (!fullFeature_) {
    login_->onTimer(now);
    return pumpLogin();
  }
  if (pinging_) return fail("the target does not answer a ping");
  ping(now);
}

void InitiatorConnection::ping(base::TimePoint now) {
  NopOut request;
  request.initiatorTaskTag = kNopTagBase | cid_;
  request.cmdSn = owner_.currentCmdSn();
  request.expStatSn = expStatSn();
  (void)writer_.write(request);  // a full list: what the target owes is to read it
  pingSent_ = now;
  pinging_ = true;
}

}  // namespace iscsi
