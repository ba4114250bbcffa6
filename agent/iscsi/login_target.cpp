#include "agent/iscsi/login_target.h"

#include <utility>

namespace iscsi {
namespace {

constexpr std::uint8_t codeOf(Stage stage) { return static_cast<std::uint8_t>(stage); }

}  // namespace

LoginTarget::LoginTarget(const LoginTargetSetting& setting, const LoginTargetPorts& ports)
    : setting_(setting), ports_(ports), statSn_(setting.initialStatSn), collector_(setting.limits.maxText) {}

base::TimePoint LoginTarget::nextDeadline() const {
  const bool open = state_ == State::Running || state_ == State::Waiting;
  return open ? setting_.limits.deadline : base::kNever;
}

void LoginTarget::onTimer(base::TimePoint now) {
  if (now < nextDeadline()) return;
  close("the login took too long");
  failure_.timedOut = true;
}

void LoginTarget::onOtherPdu() {
  if (state_ != State::Running && state_ != State::Waiting) return;
  if (!started_) return close("another PDU before the first Login Request");
  fail(LoginStatus::InvalidDuringLogin, "another PDU than a Login Request");
}

void LoginTarget::onRequest(const LoginRequest& request, base::ByteView data, base::TimePoint now) {
  if (state_ != State::Running && state_ != State::Waiting) return;
  now_ = now;
  onTimer(now);
  if (state_ == State::Failed) return;
  if (!started_) {
    first_ = request;
    stage_ = request.csg == codeOf(Stage::Operational) ? Stage::Operational : Stage::Security;
    started_ = true;
  }
  request_ = request;
  if (state_ == State::Waiting) {
    fail(LoginStatus::InitiatorError, "a request before the last one was answered");
    return;
  }
  if (!checkHeader(request, data) || !checkConstants(request)) return;
  if (sender_.pending()) {
    if (!data.empty() || request.continues) {
      fail(LoginStatus::InitiatorError, "text while the response is not complete");
      return;
    }
    return respond();
  }
  if (const TextFault fault = collector_.add(data, request.continues); fault != TextFault::None) {
    fail(LoginStatus::InitiatorError, textFaultName(fault));
    return;
  }
  if (!collector_.whole()) return respond();
  processText();
}

bool LoginTarget::checkHeader(const LoginRequest& request, base::ByteView data) {
  if (request.versionMin > kIscsiVersion) {
    return fail(LoginStatus::UnsupportedVersion, "the version range does not hold 0");
  }
  if (data.size() > setting_.limits.maxSegment) {
    return fail(LoginStatus::InitiatorError, "a data segment above the limit");
  }
  if (request.totalAhsLength != 0) return fail(LoginStatus::InitiatorError, "a login with additional header segments");
  if (++pdus_ > setting_.limits.maxPdus) return fail(LoginStatus::InitiatorError, "too many Login Requests");
  if (request.continues && request.transit) return fail(LoginStatus::InitiatorError, "T and C together");
  if (request.csg != codeOf(stage_)) return fail(LoginStatus::InitiatorError, "another stage than the current one");
  const bool known = request.nsg == codeOf(Stage::Operational) || request.nsg == codeOf(Stage::FullFeature);
  if (request.transit && (!known || request.nsg <= request.csg)) {
    return fail(LoginStatus::InitiatorError, "a transit to a stage that does not follow");
  }
  return true;
}

bool LoginTarget::checkConstants(const LoginRequest& request) {
  const bool same = request.initiatorTaskTag == first_.initiatorTaskTag && request.isid == first_.isid &&
                    request.tsih == first_.tsih && request.cid == first_.cid &&
                    request.versionMax == first_.versionMax && request.versionMin == first_.versionMin;
  return same || fail(LoginStatus::InitiatorError, "a field that changed during the login");
}

// Before anything is done with a text: its form, and that no key came before.
bool LoginTarget::checkText() {
  TextReader reader(collector_.text());
  KeysSeen here;
  for (TextPair pair; reader.next(pair);) {
    // TargetName repeats in answers to SendTargets only.
    const bool twice = pair.row != nullptr && here.contains(pair.row->key);
    const bool before = pair.row != nullptr && seen_.contains(pair.row->key);
    if (twice || (before && !repeatsName(pair))) {
      return fail(LoginStatus::InitiatorError, textFaultName(TextFault::Repeated), pair.row);
    }
    static_cast<void>(here.add(pair));
    const TextFault fault = before ? TextFault::None : seen_.add(pair);
    if (fault != TextFault::None) return fail(LoginStatus::InitiatorError, textFaultName(fault), pair.row);
  }
  return reader.fault() == TextFault::None || fail(LoginStatus::InitiatorError, textFaultName(reader.fault()));
}

bool LoginTarget::repeatsName(const TextPair& pair) const {
  if (!setting_.sameNamesAgain || !named_ || stage_ != Stage::Operational) return false;
  const auto same = [&](const std::string& name) {
    std::string scratch;
    const auto normal = names::normaliseIscsiName(pair.value, scratch, setting_.nameForm);
    return normal.ok() && *normal == name;
  };
  switch (pair.row->key) {
    case Key::InitiatorName:
      return same(login_.initiatorName);
    case Key::TargetName:
      return same(login_.targetName);
    case Key::InitiatorAlias:
      return pair.value == login_.initiatorAlias;
    case Key::SessionType:
      return pair.value == (login_.discovery ? "Discovery" : "Normal");
    default:
      return false;
  }
}

void LoginTarget::processText() {
  if (!checkText()) return;
  if (!named_ && !begin()) return;
  SecurityText security;
  TextWriter out(sender_.buffer());
  TextReader reader(collector_.text());
  for (TextPair pair; reader.next(pair);) {
    if (!takePair(pair, security, out)) return;
  }
  named_ = true;
  if (stage_ == Stage::Security) {
    if (!secure(security, out)) return;
  } else {
    negotiation_->answer(out);
    negotiation_->offer(out);
  }
  respond();
}

// Behind the first whole text: who wants what, and whether that can be.
bool LoginTarget::begin() {
  if (!readNames()) return false;
  access_ = ports_.access.decide({login_.initiatorName, login_.targetName, login_.discovery, setting_.portal});
  const bool late = isRedirection(access_.status) && access_.redirectLate && stage_ == Stage::Security;
  if (access_.status != LoginStatus::Success && !late) return fail(access_.status, "access to the target");
  if (stage_ == Stage::Operational && !access_.policy.takesNone()) {
    return fail(LoginStatus::AuthenticationFailure, "a start behind the security stage");
  }
  return admit();
}

bool LoginTarget::admit() {
  login_.isid = first_.isid;
  login_.tsih = first_.tsih;
  login_.cid = first_.cid;
  if (!login_.targetName.empty()) login_.portalGroupTag = access_.portalGroupTag;
  login_.targetAlias = access_.targetAlias;
  session_ = ports_.sessions.lookUp(sessionQuestion());
  if (session_.status != LoginStatus::Success) return fail(session_.status, "no place in a session");
  login_.kind = session_.kind;
  const bool leading = isLeading(session_.kind);
  if (leading != (first_.tsih == 0)) return fail(LoginStatus::SessionDoesNotExist, "no session with this TSIH");
  if (!leading && login_.discovery)
    return fail(LoginStatus::TooManyConnections, "a discovery session has one connection");
  login_.cmdSn = first_.cmdSn;
  expCmdSn_ = leading ? first_.cmdSn : session_.expCmdSn;
  maxCmdSn_ = leading ? first_.cmdSn + setting_.commandWindow - 1 : session_.maxCmdSn;
  negotiation_.emplace(NegotiationSetting{Role::Target, Phase::Login, leading, login_.discovery}, access_.wishes,
                       leading ? Parameters{} : withConnectionOf(session_.parameters, Parameters{}));
  TextWriter out(sender_.buffer());
  if (!login_.targetName.empty()) out.number(Key::TargetPortalGroupTag, access_.portalGroupTag);
  if (!login_.discovery && !access_.targetAlias.empty()) out.pair(Key::TargetAlias, access_.targetAlias);
  return true;
}

bool LoginTarget::readNames() {
  std::optional<std::string_view> initiator;
  std::optional<std::string_view> target;
  std::string_view type = rowOf(Key::SessionType).initial;
  TextReader reader(collector_.text());
  for (TextPair pair; reader.next(pair);) {
    if (pair.row == nullptr) continue;
    if (pair.row->key == Key::InitiatorName) initiator = pair.value;
    if (pair.row->key == Key::TargetName) target = pair.value;
    if (pair.row->key == Key::SessionType) type = pair.value;
    if (pair.row->key == Key::InitiatorAlias) login_.initiatorAlias = pair.value;  // told also of a login that is refused
  }
  if (!initiator) return fail(LoginStatus::MissingParameter, "no InitiatorName", &rowOf(Key::InitiatorName));
  if (!readName(*initiator, login_.initiatorName, "an InitiatorName that is no iSCSI name")) return false;
  if (!wordIndex(rowOf(Key::SessionType), type)) {
    return fail(LoginStatus::SessionTypeNotSupported, "an unknown session type", &rowOf(Key::SessionType));
  }
  login_.discovery = type == "Discovery";
  if (target) return readName(*target, login_.targetName, "a TargetName that is no iSCSI name");
  return login_.discovery || fail(LoginStatus::MissingParameter, "no TargetName", &rowOf(Key::TargetName));
}

bool LoginTarget::readName(std::string_view value, std::string& name, std::string_view what) {
  std::string scratch;
  const auto normal = names::normaliseIscsiName(value, scratch, setting_.nameForm);
  if (!normal) return fail(LoginStatus::InitiatorError, what);
  name = *normal;
  return true;
}

bool LoginTarget::takePair(const TextPair& pair, SecurityText& security, TextWriter& out) {
  if (pair.row == nullptr) return takeOperational(pair, out);
  const TextKeyRow& row = *pair.row;
  switch (row.key) {
    case Key::InitiatorName:
    case Key::TargetName:
    case Key::SessionType:
      return !named_ || repeatsName(pair) ||
             fail(LoginStatus::InitiatorError, "a key that belongs into the first request", &row);
    case Key::InitiatorAlias:
      login_.initiatorAlias = pair.value;
      return true;
    default:
      break;
  }
  if (row.stages != Stages::Security) {
    const bool early = stage_ == Stage::Security && row.stages == Stages::Operational;
    return early ? fail(LoginStatus::InitiatorError, "an operational key in the security stage", &row)
                 : takeOperational(pair, out);
  }
  if (stage_ != Stage::Security) {
    return fail(LoginStatus::InitiatorError, "a security key behind the security stage", &row);
  }
  return security.take(row.key, pair.value) ||
         fail(LoginStatus::InitiatorError, "a key of an authentication method that was not chosen", &row);
}

bool LoginTarget::takeOperational(const TextPair& pair, TextWriter& out) {
  return negotiation_->take(pair, out) || fail(*negotiation_->fault());
}

bool LoginTarget::readyToTransit() const {
  return stage_ == Stage::Security ? step_ == Step::Done : negotiation_ && negotiation_->complete();
}

SessionQuestion LoginTarget::sessionQuestion() const {
  return {login_.initiatorName, login_.targetName,      first_.isid,     first_.tsih,
          first_.cid,           access_.portalGroupTag, setting_.portal, login_.discovery};
}

// Answers the request with what there is to say, and goes on to the next stage if both are ready.
void LoginTarget::respond() {
  LoginResponse response = responseHeader();
  TextSender::Segment segment = sender_.take(setting_.limits.sendSegment);
  response.continues = segment.continues;
  const bool transits = !segment.continues && named_ && request_.transit && readyToTransit();
  if (transits && !transit(response)) return;
  numbers(response);
  response.dataSegmentLength = static_cast<std::uint32_t>(segment.bytes.size());
  reply_ = Reply{response, std::move(segment.bytes)};
}

bool LoginTarget::transit(LoginResponse& response) {
  if (stage_ == Stage::Security && isRedirection(access_.status)) return fail(access_.status, "access to the target");
  Stage next = static_cast<Stage>(request_.nsg);
  // A target that has something to demand does not let the operational stage be left out.
  if (stage_ == Stage::Security && next == Stage::FullFeature && negotiation_->mustOffer()) next = Stage::Operational;
  if (next == Stage::FullFeature && !enterFullFeature(response)) return false;
  response.transit = true;
  response.nsg = codeOf(next);
  stage_ = next;
  return true;
}

bool LoginTarget::enterFullFeature(LoginResponse& response) {
  if (login_.identity.proof == Proof::ClaimedName && !access_.policy.takesNone()) {
    return fail(LoginStatus::AuthenticationFailure, "no authentication");
  }
  const auto agreed = negotiation_->finish();
  if (!agreed) return fail(*negotiation_->fault());
  if (!isLeading(login_.kind) && !login_.identity.sameAs(session_.identity)) {
    return fail(LoginStatus::AuthenticationFailure, "another identity than that of the session");
  }
  login_.parameters = *agreed;
  login_.statSn = statSn_ + 1;
  login_.expCmdSn = expCmdSn_;
  login_.maxCmdSn = maxCmdSn_;
  const JoinAnswer joined = ports_.sessions.join(sessionQuestion(), login_);
  if (joined.status == LoginStatus::ServiceUnavailable) return fail(joined.status, "no new sessions for now");
  if (joined.status == LoginStatus::AuthorizationFailure) {
    return fail(joined.status, "another access rule than that of the session");
  }
  if (joined.status != LoginStatus::Success) return fail(joined.status, "no place in a session");
  login_.tsih = joined.tsih;
  response.tsih = joined.tsih;
  if (!isLeading(login_.kind)) {
    expCmdSn_ = login_.expCmdSn = joined.expCmdSn;
    maxCmdSn_ = login_.maxCmdSn = joined.maxCmdSn;
  }
  state_ = State::Agreed;
  return true;
}

LoginResponse LoginTarget::responseHeader() const {
  LoginResponse response;
  response.csg = codeOf(stage_);
  response.isid = first_.isid;
  response.tsih = first_.tsih;
  response.initiatorTaskTag = first_.initiatorTaskTag;
  return response;
}

void LoginTarget::numbers(LoginResponse& response) {
  // Before the names are whole there is no session to take them from.
  const bool known = negotiation_.has_value();
  response.statSn = statSn_++;
  response.expCmdSn = known ? expCmdSn_ : first_.cmdSn;
  response.maxCmdSn = known ? maxCmdSn_ : first_.cmdSn;
}

bool LoginTarget::fail(LoginStatus status, std::string_view what, const TextKeyRow* key) {
  LoginResponse response = responseHeader();
  response.csg = 0;
  response.status = status;
  base::Bytes text;
  if (isRedirection(status)) TextWriter(text).pair(Key::TargetAddress, access_.address);
  response.dataSegmentLength = static_cast<std::uint32_t>(text.size());
  reply_ = Reply{response, std::move(text)};
  failure_ = {status, what, key};
  state_ = State::Failed;
  return false;
}

bool LoginTarget::fail(const NegotiationFault& fault) {
  return fail(LoginStatus::InitiatorError, fault.what, fault.key);
}

void LoginTarget::close(std::string_view what) {
  reply_.reset();
  failure_ = {LoginStatus::Success, what, nullptr};
  state_ = State::Failed;
}

}  // namespace iscsi
