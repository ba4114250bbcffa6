// The security stage of LoginTarget: method, algorithm, response (RFC 7143 6.3.2, 9.2, 12.1).
#include <utility>

#include "agent/iscsi/login_target.h"

namespace iscsi {
namespace {

constexpr std::string_view kChap = "CHAP";

}  // namespace

// One text of the stage. False: there is nothing to respond now, since the login failed or credentials were asked for.
bool LoginTarget::secure(const SecurityText& text, TextWriter& out) {
  switch (step_) {
    case Step::Method:
      return chooseMethod(text, out);
    case Step::MethodProposed:
      return methodAnswered(text, out);
    case Step::Algorithm:
      return sendChallenge(text, out);
    case Step::Response:
      return takeResponse(text);
    case Step::Done:
      break;
  }
  return (!text.method && !text.anyChap()) || fail(LoginStatus::InitiatorError, "security keys after authentication");
}

bool LoginTarget::chooseMethod(const SecurityText& text, TextWriter& out) {
  const AuthPolicy& policy = access_.policy;
  if (text.anyChap()) return fail(LoginStatus::InitiatorError, "keys of CHAP before it was chosen");
  if (!text.method) {
    if (!request_.transit) return true;  // it may still come
    if (policy.takesNone()) {
      step_ = Step::Done;
      return true;
    }
    if (!policy.chapAllowed) return fail(LoginStatus::AuthenticationFailure, "no method is allowed");
    out.pair(Key::AuthMethod, kChap);
    step_ = Step::MethodProposed;
    return true;
  }
  std::string_view list = *text.method;
  if (isReservedAnswer(list)) {
    return fail(LoginStatus::InitiatorError, "an answer to what was not asked", &rowOf(Key::AuthMethod));
  }
  for (std::string_view word; nextWord(list, word);) {
    if (word == kNone && policy.takesNone()) {
      step_ = Step::Done;
    } else if (word == kChap && policy.chapAllowed) {
      step_ = Step::Algorithm;
    } else {
      continue;
    }
    out.pair(Key::AuthMethod, word);
    return true;
  }
  return fail(LoginStatus::AuthenticationFailure, "no common authentication method");
}

// The target proposed CHAP; the initiator takes it and begins it in one text (12.1).
bool LoginTarget::methodAnswered(const SecurityText& text, TextWriter& out) {
  if (!text.method || *text.method != kChap) {
    return fail(LoginStatus::AuthenticationFailure, "CHAP was proposed and not taken");
  }
  step_ = Step::Algorithm;
  SecurityText rest = text;
  rest.method.reset();
  return sendChallenge(rest, out);
}

bool LoginTarget::sendChallenge(const SecurityText& text, TextWriter& out) {
  if (!text.algorithms) return fail(LoginStatus::MissingParameter, "no CHAP_A", &rowOf(Key::ChapA));
  if (text.method || text.name || text.response || text.identifier || text.challenge) {
    return fail(LoginStatus::InitiatorError, "keys of another step beside CHAP_A");
  }
  bool malformed = false;
  const auto algorithm = chooseChapAlgorithm(*text.algorithms, access_.policy.algorithms, malformed);
  if (malformed) return fail(LoginStatus::InitiatorError, "CHAP_A is no list of numbers", &rowOf(Key::ChapA));
  if (!algorithm) return fail(LoginStatus::AuthenticationFailure, "no common CHAP algorithm", &rowOf(Key::ChapA));
  if (!challenge_.make(*algorithm, ports_.random)) return fail(LoginStatus::TargetError, "no random bytes");
  ports_.challenges.add(challenge_.challenge());
  out.number(Key::ChapA, static_cast<std::uint64_t>(*algorithm));
  out.number(Key::ChapI, challenge_.identifier());
  out.hex(Key::ChapC, challenge_.challenge());
  step_ = Step::Response;
  return true;
}

bool LoginTarget::takeResponse(const SecurityText& text) {
  if (text.method || text.algorithms) return fail(LoginStatus::InitiatorError, "keys of another step beside CHAP_R");
  if (!text.name) return fail(LoginStatus::MissingParameter, "no CHAP_N", &rowOf(Key::ChapN));
  if (!text.response) return fail(LoginStatus::MissingParameter, "no CHAP_R", &rowOf(Key::ChapR));
  if (text.identifier.has_value() != text.challenge.has_value()) {
    return fail(LoginStatus::MissingParameter, "one of CHAP_I and CHAP_C without the other");
  }
  auto response = parseBinary(*text.response, rowOf(Key::ChapR).highest);
  if (!response) return fail(LoginStatus::InitiatorError, "CHAP_R is no binary value", &rowOf(Key::ChapR));
  if (text.challenge) {
    const auto identifier = parseNumber(*text.identifier);
    auto challenge = parseBinary(*text.challenge, rowOf(Key::ChapC).highest);
    if (!identifier || *identifier > rowOf(Key::ChapI).highest) {
      return fail(LoginStatus::InitiatorError, "CHAP_I is no number of one byte", &rowOf(Key::ChapI));
    }
    if (!challenge) return fail(LoginStatus::InitiatorError, "CHAP_C is no binary value", &rowOf(Key::ChapC));
    // Its own is known also when so many others logged in meanwhile that the list has forgotten it.
    if (base::equal(*challenge, challenge_.challenge()) || ports_.challenges.contains(*challenge)) {
      return fail(LoginStatus::AuthenticationFailure, "a challenge that was sent from here", &rowOf(Key::ChapC));
    }
    peerIdentifier_ = static_cast<std::uint8_t>(*identifier);
    peerChallenge_ = std::move(*challenge);
  } else if (access_.policy.mutualRequired) {
    return fail(LoginStatus::AuthenticationFailure, "the initiator does not ask for mutual authentication");
  }
  peerName_ = *text.name;
  peerResponse_ = std::move(*response);
  state_ = State::Waiting;
  // The answer may come inside of the call, and responds then.
  ports_.credentials.ask({login_.initiatorName, login_.targetName, login_.discovery, peerName_}, *this, now_);
  return false;
}

void LoginTarget::onCredentialsFailed(base::TimePoint now) {
  if (state_ != State::Waiting) return;
  onTimer(now);
  if (state_ == State::Waiting) fail(LoginStatus::TargetError, "the credentials could not be looked up");
}

void LoginTarget::onCredentials(std::optional<ChapCredentials> credentials, base::TimePoint now) {
  if (state_ != State::Waiting) return;
  onTimer(now);
  if (state_ != State::Waiting) return;
  state_ = State::Running;
  TextWriter out(sender_.buffer());
  if (verify(credentials, out)) respond();
}

bool LoginTarget::verify(const std::optional<ChapCredentials>& credentials, TextWriter& out) {
  const ChapEntry* peer = credentials ? &credentials->initiator : nullptr;
  const ChapEntry* own = credentials ? &credentials->target : nullptr;
  const SecretMatch match = challenge_.verify(peerResponse_, peer, own);
  const bool named = peer != nullptr && peer->name == peerName_;
  if (match == SecretMatch::None || !named) {
    return fail(LoginStatus::AuthenticationFailure, "the initiator did not prove its name");
  }
  login_.peerSecret = match;
  login_.identity = {Proof::Chap, peerName_, challenge_.algorithm() == ChapAlgorithm::Md5};
  step_ = Step::Done;
  return !peerIdentifier_ || proveSelf(*credentials, out);
}

// Only now, when the initiator has proved itself, it is answered.
bool LoginTarget::proveSelf(const ChapCredentials& credentials, TextWriter& out) {
  const ChapEntry& own = credentials.target;
  if (!own.usable()) return fail(LoginStatus::AuthenticationFailure, "no secret for mutual authentication");
  const bool next = credentials.answerAsPeer && login_.peerSecret == SecretMatch::Next && !own.next.empty();
  const base::Secret& secret = next ? own.next : own.current;
  if (secret.size() < kMinChapSecret && !access_.policy.shortSecretsAllowed) {
    return fail(LoginStatus::AuthenticationFailure, "the secret for mutual authentication is too short");
  }
  const ChapDigest digest = chapResponse(challenge_.algorithm(), *peerIdentifier_, secret, peerChallenge_);
  if (digest.size == 0) return fail(LoginStatus::TargetError, "the digest could not be computed");
  out.pair(Key::ChapN, own.name);
  out.hex(Key::ChapR, digest.view());
  login_.identity.proof = Proof::MutualChap;
  return true;
}

}  // namespace iscsi
