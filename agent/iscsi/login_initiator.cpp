#include "agent/iscsi/login_initiator.h"

#include <utility>

namespace iscsi {
namespace {

constexpr std::uint8_t codeOf(Stage stage) { return static_cast<std::uint8_t>(stage); }

NegotiationSetting negotiationSetting(const LoginInitiatorSetting& setting) {
  return {Role::Initiator, Phase::Login, setting.tsih == 0, setting.discovery};
}

}  // namespace

LoginInitiator::LoginInitiator(LoginInitiatorSetting setting, CredentialsSource& credentials,
                               SentChallenges& challenges, const RandomSource& random)
    : setting_(std::move(setting)),
      source_(credentials),
      challenges_(challenges),
      random_(random),
      collector_(setting_.limits.maxText),
      negotiation_(negotiationSetting(setting_), setting_.wishes,
                   setting_.tsih == 0 ? Parameters{} : withConnectionOf(setting_.session, Parameters{})) {
  login_.initiatorName = setting_.initiatorName;
  login_.initiatorAlias = setting_.initiatorAlias;
  login_.targetName = setting_.targetName;
  login_.discovery = setting_.discovery;
  login_.isid = setting_.isid;
  login_.tsih = setting_.tsih;
  login_.cid = setting_.cid;
  login_.cmdSn = setting_.cmdSn;
  login_.statSn = setting_.expStatSn;
  login_.kind = setting_.tsih == 0 ? JoinKind::NewSession : JoinKind::AddConnection;
}

LoginInitiator::~LoginInitiator() {
  if (state_ == State::Waiting) source_.withdraw(*this);
}

base::TimePoint LoginInitiator::nextDeadline() const { return open() ? setting_.limits.deadline : base::kNever; }

void LoginInitiator::onTimer(base::TimePoint now) {
  if (now >= nextDeadline()) fail("the login took too long");
}

void LoginInitiator::onOtherPdu() {
  if (open()) fail("another PDU than a Login Response");
}

void LoginInitiator::start() {
  if (state_ != State::Idle) return;
  if (!setting_.policy.takesNone() && !setting_.policy.chapAllowed) {
    fail("no authentication method is allowed");
    return;
  }
  state_ = State::Running;
  TextWriter out(sender_.buffer());
  out.pair(Key::InitiatorName, setting_.initiatorName);
  if (!setting_.initiatorAlias.empty()) out.pair(Key::InitiatorAlias, setting_.initiatorAlias);
  if (!setting_.targetName.empty()) out.pair(Key::TargetName, setting_.targetName);
  if (setting_.tsih == 0) out.pair(Key::SessionType, setting_.discovery ? "Discovery" : "Normal");
  if (setting_.skipSecurity && setting_.policy.takesNone()) {
    stage_ = Stage::Operational;
    wantsTransit_ = true;
    negotiation_.offer(out);
  } else {
    wantsTransit_ = setting_.policy.takesNone();
    offerMethods(out);
  }
  send();
}

// The next segment of what there is to say, or an empty request.
void LoginInitiator::send() {
  TextSender::Segment segment = sender_.take(setting_.limits.sendSegment);
  LoginRequest header;
  header.continues = segment.continues;
  header.transit = wantsTransit_ && !segment.continues;
  header.csg = codeOf(stage_);
  if (header.transit) header.nsg = codeOf(stage_ == Stage::Security ? Stage::Operational : Stage::FullFeature);
  header.dataSegmentLength = static_cast<std::uint32_t>(segment.bytes.size());
  header.isid = setting_.isid;
  header.tsih = setting_.tsih;
  header.initiatorTaskTag = setting_.initiatorTaskTag;
  header.cid = setting_.cid;
  header.cmdSn = setting_.cmdSn;
  header.expStatSn = login_.statSn;
  sent_ = header;
  request_ = Request{header, std::move(segment.bytes)};
}

void LoginInitiator::onResponse(const LoginResponse& response, base::ByteView data, base::TimePoint now) {
  if (!open()) return;
  now_ = now;
  onTimer(now);
  if (!open()) return;
  if (state_ == State::Waiting) {
    fail("a response that was not asked for");
    return;
  }
  if (!checkHeader(response, data)) return;
  if (response.status != LoginStatus::Success) return onStatus(response, data);
  login_.statSn = response.statSn + 1;
  received_ = response;
  if (sender_.pending()) {
    if (!data.empty() || response.continues) {
      fail("text while the request is not complete");
      return;
    }
    return send();
  }
  if (const TextFault fault = collector_.add(data, response.continues); fault != TextFault::None) {
    fail(textFaultName(fault));
    return;
  }
  if (collector_.whole()) return processText(response);
  const bool wanted = std::exchange(wantsTransit_, false);  // an empty request that says "go on"
  send();
  wantsTransit_ = wanted;
}

bool LoginInitiator::checkHeader(const LoginResponse& response, base::ByteView data) {
  if (response.initiatorTaskTag != setting_.initiatorTaskTag) return fail("another Initiator Task Tag");
  if (response.totalAhsLength != 0) return fail("a response with additional header segments");
  if (data.size() > setting_.limits.maxSegment) return fail("a data segment above the limit");
  if (++pdus_ > setting_.limits.maxPdus) return fail("too many Login Responses");
  if (response.status != LoginStatus::Success) return true;  // what follows is reserved then
  if (response.versionActive != kIscsiVersion) return fail("another version");
  if (response.csg != codeOf(stage_)) return fail("another stage than the current one");
  if (!response.transit) return true;
  if (response.continues) return fail("T and C together");
  if (!sent_.transit) return fail("a transit that was not asked for");
  return response.nsg == sent_.nsg || fail("a transit to another stage than was asked for");
}

void LoginInitiator::onStatus(const LoginResponse& response, base::ByteView data) {
  if (isRedirection(response.status)) return redirect(response.status, data);
  fail("the target refuses the login", nullptr, response.status);
}

void LoginInitiator::redirect(LoginStatus status, base::ByteView data) {
  if (step_ != Step::Done && stage_ == Stage::Security && !setting_.earlyRedirectAccepted) {
    fail("a redirection before the target proved itself", nullptr, status);
    return;
  }
  TextReader reader(data);
  for (TextPair pair; reader.next(pair) && addresses_.size() < kMaxAddresses;) {
    const bool isAddress = pair.row != nullptr && pair.row->key == Key::TargetAddress;
    if (isAddress && !pair.value.empty()) addresses_.emplace_back(pair.value);
  }
  if (addresses_.empty()) {
    fail("a redirection without an address", nullptr, status);
    return;
  }
  fail("the target is elsewhere", nullptr, status);
  state_ = State::Redirected;
}

void LoginInitiator::processText(const LoginResponse& response) {
  SecurityText security;
  TextWriter out(sender_.buffer());
  TextReader reader(collector_.text());
  for (TextPair pair; reader.next(pair);) {
    if (const TextFault fault = seen_.add(pair); fault != TextFault::None) {
      fail(textFaultName(fault), pair.row);
      return;
    }
    if (!takePair(pair, security, out)) return;
  }
  if (reader.fault() != TextFault::None) {
    fail(textFaultName(reader.fault()));
    return;
  }
  if (stage_ == Stage::Security) {
    if (!secure(security, out)) return;
  } else {
    if (response.transit && negotiation_.owesAnswers()) {
      fail("an offer that could not be answered any more");
      return;
    }
    negotiation_.answer(out);
  }
  finishResponse();
}

// Goes where the response leads: to the next stage, or on within this one.
void LoginInitiator::finishResponse() {
  if (!received_.transit) return send();
  if (stage_ == Stage::Operational) return finish();
  if (step_ != Step::Done) {
    fail("a transit before authentication was done");
    return;
  }
  stage_ = Stage::Operational;
  wantsTransit_ = true;
  TextWriter out(sender_.buffer());
  negotiation_.offer(out);
  send();
}

bool LoginInitiator::takePair(const TextPair& pair, SecurityText& security, TextWriter& out) {
  if (pair.row == nullptr) return takeOperational(pair, out);
  const TextKeyRow& row = *pair.row;
  if (!maySend(row, Senders::Target)) return fail("a key that this end sends", &row);
  switch (row.key) {
    case Key::TargetPortalGroupTag:
      return takePortalGroupTag(pair);
    case Key::TargetAlias:
      login_.targetAlias = pair.value;
      return true;
    case Key::TargetAddress:
      return true;  // means something with a redirection only
    default:
      break;
  }
  if (row.stages != Stages::Security) {
    return stage_ == Stage::Security ? fail("an operational key in the security stage", &row)
                                     : takeOperational(pair, out);
  }
  if (stage_ != Stage::Security) return fail("a security key behind the security stage", &row);
  return security.take(row.key, pair.value) ||
         fail("a key of an authentication method that was not offered", &row);
}

bool LoginInitiator::takePortalGroupTag(const TextPair& pair) {
  const auto tag = parseNumber(pair.value);
  if (!tag || *tag > pair.row->highest) return fail("TargetPortalGroupTag is no number of 16 bits", pair.row);
  login_.portalGroupTag = static_cast<std::uint16_t>(*tag);
  const bool wrong = setting_.portalGroupTag && *setting_.portalGroupTag != login_.portalGroupTag;
  return !wrong || fail("another portal group than was wanted", pair.row);
}

bool LoginInitiator::takeOperational(const TextPair& pair, TextWriter& out) {
  return negotiation_.take(pair, out) || fail(negotiation_.fault()->what, negotiation_.fault()->key);
}

void LoginInitiator::finish() {
  const auto agreed = negotiation_.finish();
  if (!agreed) {
    fail(negotiation_.fault()->what, negotiation_.fault()->key);
    return;
  }
  if (received_.tsih == 0) {
    fail("a session without a TSIH");
    return;
  }
  login_.parameters = *agreed;
  login_.tsih = received_.tsih;
  login_.expCmdSn = received_.expCmdSn;
  login_.maxCmdSn = received_.maxCmdSn;
  credentials_.reset();
  sender_.discard();
  state_ = State::Agreed;
}

bool LoginInitiator::fail(std::string_view what, const TextKeyRow* key, LoginStatus status) {
  if (state_ == State::Waiting) source_.withdraw(*this);
  request_.reset();
  credentials_.reset();
  failure_ = {status, what, key};
  state_ = State::Failed;
  return false;
}

}  // namespace iscsi
