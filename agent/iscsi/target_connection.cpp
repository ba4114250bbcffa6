#include "agent/iscsi/target_connection.h"

#include <algorithm>
#include <utility>

#include "agent/iscsi/ahs.h"

namespace iscsi {
namespace {

// Data-In PDUs are no longer than that, whatever the initiator takes: others wait less behind them.
constexpr std::uint32_t kMaxSegment = 1U << 20;
// Control PDUs that a peer lets pile up; Data-In stops long before.
constexpr PduWriter::Limits kOutputLimits{std::size_t{64} << 20, 1U << 18};
constexpr std::uint32_t kPingTag = 0xfffffffe;

}  // namespace

TargetConnection::TargetConnection(const ConnectionSetting& setting, const LoginTargetPorts& ports,
                                   TargetDirectory& directory, ConnectionDriver& driver, base::TimePoint now)
    : setting_(setting),
      ports_(ports),
      directory_(directory),
      driver_(driver),
      portal_(setting.login.portal),
      now_(now),
      heard_(now),
      output_(kOutputLimits, setting.slabs),
      login_(std::make_unique<LoginTarget>(
          setting.login, LoginTargetPorts{ports.access, *this, ports.sessions, ports.challenges, ports.random})) {
  reader_.configure({{}, setting.login.limits.maxSegment});
}

TargetConnection::~TargetConnection() { onGone(now_); }

// ---- The driver ----------------------------------------------------------------------------------------------------

std::size_t TargetConnection::onBytes(base::ByteView bytes, base::TimePoint now) {
  if (closing()) return bytes.size();
  finished_.reset();
  now_ = heard_ = now;
  pinged_ = false;
  noteData();
  inCall_ = true;
  const std::size_t used = reader_.feed(bytes, *this);
  inCall_ = false;
  return closing() ? bytes.size() : used;
}

void TargetConnection::onPlaced(std::size_t size, base::TimePoint now) {
  if (closing()) return;
  now_ = heard_ = now;
  pinged_ = false;
  noteData();
  inCall_ = true;
  reader_.placed(size, *this);
  inCall_ = false;
}

// Part of a Data-Out is a sign that more comes.
void TargetConnection::noteData() {
  if (incoming_.kind == Incoming::Kind::Data && incoming_.task != nullptr) incoming_.task->dataHeard = now_;
}

void TargetConnection::onSent() {
  finished_.reset();
  blockedSince_ = base::kNever;
  stuck_ = false;
  if (output_.empty() || output_.sentInAll() - readBefore_ >= kReadStep) owesReadingSince_ = base::kNever;
  if (!roomWanted_ || session_ == nullptr || output_.size() >= setting_.outputHighWater / 2) return;
  roomWanted_ = false;
  session_->onOutputRoom(*this);
}

void TargetConnection::onGone(base::TimePoint now) {
  now_ = now;
  kept_ = nullptr;
  takeQuestionBack();
  if (TargetSession* const session = std::exchange(session_, nullptr)) {
    if (incoming_.task != nullptr) session->cutOff(*std::exchange(incoming_.task, nullptr));
    session->detach(*this, state_ == State::Closing ? ConnectionEnd::LoggedOut : ConnectionEnd::Lost, now);
  }
  state_ = State::Closing;
  output_.clear();
}

void TargetConnection::close() {
  kept_ = nullptr;
  if (incoming_.task != nullptr) session_->cutOff(*std::exchange(incoming_.task, nullptr));
  incoming_ = {};
  session_ = nullptr;
  state_ = State::Closing;
  attend();
}

base::TimePoint TargetConnection::nextDeadline() const {
  if (state_ == State::Login) return login_->nextDeadline();
  if (state_ == State::Closing || session_ == nullptr) return base::kNever;
  base::TimePoint next = base::kNever;
  if (session_->login().discovery) {
    next = heard_ + kDiscoverySilence;
  } else if (pinged_) {
    if (setting_.pingTime.count() != 0) next = heard_ + setting_.pingAfter + setting_.pingTime;
  } else if (setting_.pingAfter.count() != 0) {
    next = heard_ + setting_.pingAfter;
  }
  return std::min({next, dataDeadline(), functionDeadline(), stuckDeadline(), unreadDeadline()});
}

base::TimePoint TargetConnection::stuckDeadline() const {
  const bool others = session_ != nullptr && session_->connections().size() > 1;
  return others && !stuck_ && blockedSince_ != base::kNever ? blockedSince_ + kStuckAfter : base::kNever;
}

// What comes is no excuse here either: it would never hear an answer. Nor are a few bytes that it takes.
base::TimePoint TargetConnection::unreadDeadline() const {
  const bool asks = setting_.pingAfter.count() != 0 && setting_.pingTime.count() != 0;
  if (!asks || owesReadingSince_ == base::kNever) return base::kNever;
  return owesReadingSince_ + setting_.pingAfter + setting_.pingTime;
}

// Other PDUs are no excuse: whoever is asked for data and only pings would keep memory for ever.
base::TimePoint TargetConnection::dataDeadline() const {
  const auto owed = setting_.dataOutTime.count() != 0 ? session_->awaitsData(*this) : std::nullopt;
  return owed ? *owed + setting_.dataOutTime : base::kNever;
}

base::TimePoint TargetConnection::functionDeadline() const {
  const auto owed = session_->functionAwaitsData(*this);
  return owed ? *owed + kFunctionDataTime : base::kNever;
}

void TargetConnection::onTimer(base::TimePoint now) {
  now_ = now;
  if (now < nextDeadline()) return;
  if (state_ == State::Login) {
    login_->onTimer(now);
    return afterLogin(now);
  }
  if (now >= unreadDeadline()) return fail("the initiator does not read");
  if (now >= stuckDeadline()) {
    stuck_ = true;
    session_->onStuck(*this);
    return attend();
  }
  if (now >= functionDeadline()) return session_->dataForFunctionsOver(*this);
  if (now >= dataDeadline()) {
    if (kept_ == nullptr) return fail("data that was asked for did not come");
    return session_->askAgain(*this);
  }
  if (session_->login().discovery) return session_->close(SessionEnd::TimedOut);
  if (pinged_) return fail("no answer to a NOP-In");
  ping();
}

void TargetConnection::attend() {
  if (!inCall_) driver_.attend();
}

// More control PDUs than anybody would let lie. Called in the midst of the session's work, so the end comes later.
void TargetConnection::overflow() {
  if (state_ != State::FullFeature) return;
  overflowed_ = true;
  attend();
}

// ---- Login ---------------------------------------------------------------------------------------------------------

void TargetConnection::ask(const CredentialsQuestion& question, CredentialsReceiver& receiver, base::TimePoint now) {
  asking_ = &receiver;
  ports_.credentials.ask(question, *this, now);
}

void TargetConnection::onCredentials(std::optional<ChapCredentials> credentials, base::TimePoint now) {
  if (asking_ == nullptr) return;
  std::exchange(asking_, nullptr)->onCredentials(std::move(credentials), now);
  if (!inCall_) afterLogin(now);
}

void TargetConnection::onCredentialsFailed(base::TimePoint now) {
  if (asking_ == nullptr) return;
  std::exchange(asking_, nullptr)->onCredentialsFailed(now);
  if (!inCall_) afterLogin(now);
}

// A late answer may not reach a connection that is gone, or that closes.
void TargetConnection::takeQuestionBack() {
  if (std::exchange(asking_, nullptr) != nullptr) ports_.credentials.withdraw(*this);
}

void TargetConnection::refuseLogin(const LoginFailure& failure) {
  takeQuestionBack();
  driver_.onLoginRefused(failure, login_->known());
  state_ = State::Closing;
  attend();
}

Placement TargetConnection::headerInLogin(const PduHead& head) {
  if (!head.basic.is(Opcode::LoginRequest)) {
    incoming_.kind = Incoming::Kind::Direct;
    return Placement::skip();
  }
  incoming_.kind = Incoming::Kind::Login;
  loginData_.resize(head.basic.dataSegmentLength);
  return Placement::into(loginData_);
}

void TargetConnection::loginPdu(const PduHead& head) {
  if (incoming_.kind == Incoming::Kind::Direct) {
    login_->onOtherPdu();
  } else if (const auto request = LoginRequest::decode(head.bhs())) {
    login_->onRequest(*request, loginData_, now_);
  }
  afterLogin(now_);
}

void TargetConnection::afterLogin(base::TimePoint now) {
  if (state_ != State::Login) return;
  now_ = now;
  if (auto reply = login_->takeReply()) {
    if (login_->state() == LoginTarget::State::Agreed) {
      session_ = directory_.find(login_->result());
      if (session_ == nullptr) return fail("the session has ended while it was logged in to");
    }
    const bool accepted = output_.writeCopy(reply->header, reply->text);
    trace_.sent(reply->header, now_);
    if (!accepted) state_ = State::Closing;
    attend();
  }
  if (login_->state() == LoginTarget::State::Failed) {
    refuseLogin(login_->failure());
  } else if (login_->state() == LoginTarget::State::Agreed) {
    enterFullFeature();
  }
}

void TargetConnection::enterFullFeature() {
  const AgreedLogin& login = login_->result();
  cid_ = login.cid;
  const bool recovers = login.parameters.errorRecoveryLevel > 0;
  status_ = StatusSequence(login.statSn, recovers ? kMaxKept : 0);
  if (recovers) kept_ = std::make_unique<KeptStatuses>();
  state_ = State::FullFeature;
  apply(login.parameters);
  immediates_ = session_->immediateBudget();
  session_->attach(*this);
  // The machine is on the stack where credentials came later: it goes when the call is over.
  finished_ = std::move(login_);
  loginData_ = base::Bytes();
  driver_.onLoggedIn(*session_);
}

void TargetConnection::apply(const Parameters& parameters) {
  parameters_ = parameters;
  const Digests digests{parameters.headerDigest != Digest::None, parameters.dataDigest != Digest::None};
  reader_.configure({digests, parameters.maxRecvDataSegmentLength});
  output_.setDigests(digests);
  dataOut_ = transferParameters(parameters, parameters.maxRecvDataSegmentLength);
  dataIn_ = transferParameters(parameters, std::min(parameters.maxSendDataSegmentLength, kMaxSegment));
}

// ---- Headers -------------------------------------------------------------------------------------------------------

Placement TargetConnection::onHeader(const PduHead& head) {
  trace_.received(head.bhs(), now_);
  incoming_ = {};
  if (closing()) return Placement::skip();
  return state_ == State::Login ? headerInLogin(head) : headerInFullFeature(head);
}

Placement TargetConnection::headerInFullFeature(const PduHead& head) {
  acknowledge(head.bhs());
  incoming_.kind = Incoming::Kind::Direct;
  const bool discovery = session_->login().discovery;
  switch (static_cast<Opcode>(head.basic.opcode)) {
    case Opcode::ScsiCommand:
      if (!discovery) return takeCommand(head);
      break;
    case Opcode::DataOut:
      if (!discovery) return takeDataOut(head);
      break;
    case Opcode::TaskManagementRequest:
      if (!discovery) return takeRequest(TaskKind::TaskManagement, TaskManagementRequest::decode(head.bhs()), head);
      break;
    case Opcode::LogoutRequest:
      return takeRequest(TaskKind::Logout, LogoutRequest::decode(head.bhs()), head);
    case Opcode::NopOut: {
      const auto nop = NopOut::decode(head.bhs());
      // The answer to a ping, or only an ExpStatSN: there is no task.
      if (nop && !nop->wantsAnswer()) return Placement::skip();
      if (!discovery) return takeRequest(TaskKind::NopOut, nop, head);
      break;
    }
    case Opcode::TextRequest:
      if (const auto text = TextRequest::decode(head.bhs())) {
        return takeRequest<TextRequest>(TaskKind::Text, *text, head);
      }
      break;
    case Opcode::Snack: {
      const auto snack = Snack::decode(head.bhs());
      if (!snack) return refuse(snack.error());
      incoming_.snack = *snack;
      return Placement::skip();
    }
    case Opcode::LoginRequest:
      formatError("a Login Request in full feature phase");
      return Placement::skip();
    default:
      break;
  }
  incoming_.reject = discovery ? RejectReason::ProtocolError : RejectReason::CommandNotSupported;
  return Placement::skip();
}

void TargetConnection::acknowledge(BhsView bhs) {
  if (status_.acknowledge(loadWord(bhs, at::kExpStatSn), [this](StatusSequence::Handle handle) {
        releaseStatus(handle);
      }) == StatusSequence::Acknowledged::Taken) {
    session_->onAcknowledged(*this, status_.acknowledged());
  }
}

Placement TargetConnection::refuse(FormatFault fault) {
  const FormatFaultRow& row = rowOf(fault);
  if (row.reject) {
    incoming_.reject = row.reject;
  } else {
    formatError(row.text);
  }
  return Placement::skip();
}

Placement TargetConnection::taken(const TargetSession::Taken& taken) {
  incoming_.reject = taken.reject;
  incoming_.task = taken.task;
  if (taken.task != nullptr) incoming_.kind = Incoming::Kind::Task;
  return Placement::into(taken.place);
}

Placement TargetConnection::takeCommand(const PduHead& head) {
  const auto command = ScsiCommand::decode(head.bhs());
  if (!command) return refuse(command.error());
  if (head.basic.totalAhsLength == 0) return taken(session_->takeCommand(*this, *command, {}, 0, now_));
  const auto ahs = readCommandAhs(*command, head.ahs());
  if (!ahs) return refuse(ahs.error());
  return taken(session_->takeCommand(*this, *command, ahs->extendedCdb, ahs->bidirectionalReadLength.value_or(0),
                                     now_));
}

template <class Request>
Placement TargetConnection::takeRequest(TaskKind kind, const base::Result<Request, FormatFault>& request,
                                        const PduHead& head) {
  if (!request) return refuse(request.error());
  return taken(session_->takeRequest(*this, kind, *request, head.basic.dataSegmentLength, now_));
}

Placement TargetConnection::takeDataOut(const PduHead& head) {
  const auto pdu = DataOut::decode(head.bhs());
  if (!pdu) return refuse(pdu.error());
  const TargetSession::DataTaken taken = session_->takeData(*this, *pdu);
  incoming_.kind = Incoming::Kind::Data;
  incoming_.dataOut = *pdu;
  incoming_.task = taken.task;
  if (pdu->dataSegmentLength != 0) noteData();
  incoming_.reject = taken.reject;
  return Placement::into(taken.place);
}

// ---- Whole PDUs ----------------------------------------------------------------------------------------------------

bool TargetConnection::onPdu(const PduHead& head, DataVerdict verdict) {
  if (closing()) return false;
  if (state_ == State::Login) {
    loginPdu(head);
    return !closing();
  }
  Incoming incoming = std::exchange(incoming_, {});
  const bool good = verdict == DataVerdict::Right;
  if (!good) ++session_->counters().digestErrors;
  if (incoming.kind == Incoming::Kind::Data) {
    if (incoming.task != nullptr) session_->dataCame(*incoming.task, incoming.dataOut, good, head.bytes);
  } else if (incoming.task != nullptr) {
    if (good) {
      session_->accept(*incoming.task, now_);
    } else {
      session_->forget(*incoming.task);
      incoming.reject = RejectReason::DataDigestError;
    }
  }
  if (incoming.snack) onSnack(*incoming.snack, head.bytes);
  if (incoming.reject && session_ != nullptr) reject(*incoming.reject, head.bytes);
  if (overflowed_) fail("the initiator does not read answers");
  return wantsInput();
}

void TargetConnection::onFault(const ReadFault& fault) {
  if (state_ == State::Login) {
    return refuseLogin({LoginStatus::Success, nameOf(fault.kind), nullptr});
  }
  if (state_ != State::FullFeature) return;
  if (fault.kind == ReadFaultKind::HeaderDigest) ++session_->counters().digestErrors;
  fail(nameOf(fault.kind));
}

void TargetConnection::reject(RejectReason reason, base::ByteView header) {
  ++session_->counters().rejects;
  Reject pdu;
  pdu.reason = reason;
  sendCopy(pdu, true, header);
}

// All connections of the session close (7.7).
void TargetConnection::formatError(std::string_view why) {
  driver_.onFault(why);
  session_->close(SessionEnd::FormatError);
}

// This connection closes.
void TargetConnection::fail(std::string_view why) {
  driver_.onFault(why);
  kept_ = nullptr;
  TargetSession* const session = std::exchange(session_, nullptr);
  if (session != nullptr && incoming_.task != nullptr) session->cutOff(*std::exchange(incoming_.task, nullptr));
  state_ = State::Closing;
  output_.clear();
  if (session != nullptr) session->detach(*this, ConnectionEnd::Lost, now_);
  attend();
}

// ---- Requests that are answered here -------------------------------------------------------------------------------

void TargetConnection::deliver(TargetTask& task, base::TimePoint now) {
  now_ = now;
  switch (task.kind) {
    case TaskKind::NopOut:
      return answerPing(task);
    case TaskKind::Text:
      return answerText(task);
    case TaskKind::Logout:
      return answerLogout(task);
    case TaskKind::ScsiCommand:
    case TaskKind::TaskManagement:
      return;
  }
}

void TargetConnection::answerPing(TargetTask& task) {
  NopIn nop;
  nop.initiatorTaskTag = task.itt;
  const std::size_t size = std::min<std::size_t>(task.extra.size(), parameters_.maxSendDataSegmentLength);
  const base::Bytes data = std::exchange(task.extra, {});
  session_->finish(task);
  sendCopy(nop, true, base::ByteView(data).first(size));
}

void TargetConnection::answerText(TargetTask& task) {
  const TextRequest request = std::get<TextRequest>(task.request);
  const base::Bytes data = std::exchange(task.extra, {});
  const bool fresh = request.targetTransferTag == kReservedTag;
  // A request without a tag begins anew, whatever was under way (11.10.4).
  if (fresh) text_ = std::make_unique<TargetText>(request.initiatorTaskTag, session_->login(), parameters_, portal_,
                                                  directory_);
  const bool known = text_ != nullptr && text_->initiatorTaskTag() == request.initiatorTaskTag;
  const bool taken = known && text_->take(request, data);
  session_->finish(task);
  if (!taken) {
    text_ = nullptr;
    std::array<std::uint8_t, kBhsSize> header;
    request.encode(header);
    return reject(known ? RejectReason::ProtocolError : RejectReason::InvalidPduField, header);
  }
  respondText(request);
}

void TargetConnection::respondText(const TextRequest& request) {
  const TargetText::Answer answer = text_->answer(request.final);
  TextResponse response;
  response.final = answer.final;
  response.continues = answer.continues;
  response.initiatorTaskTag = request.initiatorTaskTag;
  response.targetTransferTag = answer.final ? kReservedTag : 1;  // one exchange at a time, so one tag does
  sendCopy(response, true, answer.text);
  if (!answer.final) return;
  if (text_->agreed()) {
    apply(*text_->agreed());
    session_->segmentLengthChanged(*this);
  }
  text_ = nullptr;
}

void TargetConnection::answerLogout(TargetTask& task) {
  const LogoutRequest request = std::get<LogoutRequest>(task.request);
  TargetSession& session = *session_;
  LogoutResponse response;
  response.initiatorTaskTag = task.itt;
  session.finish(task);
  if (request.reason == LogoutReason::CloseSession) {
    send(response, true);
    return session.close(SessionEnd::LoggedOut);
  }
  const bool recovery = request.reason == LogoutReason::RemoveConnectionForRecovery;
  if (request.cid == cid_ && !recovery) {
    send(response, true);
    kept_ = nullptr;
    session_ = nullptr;
    state_ = State::Closing;
    session.detach(*this, ConnectionEnd::LoggedOut, now_);
    return attend();
  }
  response.response = session.logOut(*this, request.cid, request.reason);
  if (recovery) {
    response.time2Wait = static_cast<std::uint16_t>(parameters_.defaultTime2Wait);
    response.time2Retain = static_cast<std::uint16_t>(parameters_.defaultTime2Retain);
  }
  send(response, true);
}

void TargetConnection::ping() {
  if (session_ == nullptr || pinged_) return;
  NopIn nop;
  nop.targetTransferTag = kPingTag;
  pinged_ = true;
  send(nop, false);
}

}  // namespace iscsi
