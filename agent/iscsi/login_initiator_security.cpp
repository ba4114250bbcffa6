// The security stage of LoginInitiator: method, algorithm, response, proof of the target (RFC 7143 6.3.2, 9.2, 12.1).
#include <string>
#include <utility>

#include "agent/iscsi/login_initiator.h"

namespace iscsi {
namespace {

constexpr std::string_view kChap = "CHAP";

}  // namespace

void LoginInitiator::offerMethods(TextWriter& out) {
  std::string list;
  if (setting_.policy.chapAllowed) list = kChap;
  if (setting_.policy.takesNone()) {
    if (!list.empty()) list += ',';
    list += kNone;
  }
  if (!list.empty()) out.pair(Key::AuthMethod, list);
}

// One text of the stage. False: there is nothing to send now, since the login failed or credentials were asked for.
bool LoginInitiator::secure(const SecurityText& text, TextWriter& out) {
  switch (step_) {
    case Step::Method:
      return takeMethod(text, out);
    case Step::Challenge:
      return takeChallenge(text);
    case Step::Sent:  // going on is the target's way to say that it believes us
      step_ = Step::Done;
      break;
    case Step::Proof:
      return checkProof(text);
    case Step::Done:
      break;
  }
  return (!text.method && !text.anyChap()) || fail("security keys after authentication");
}

bool LoginInitiator::takeMethod(const SecurityText& text, TextWriter& out) {
  const AuthPolicy& policy = setting_.policy;
  if (text.anyChap()) return fail("keys of CHAP before it was chosen");
  if (!text.method) {
    if (received_.transit && policy.takesNone()) step_ = Step::Done;  // silence is None
    return true;
  }
  if (*text.method == kNone && policy.takesNone()) {
    step_ = Step::Done;
    wantsTransit_ = true;
    return true;
  }
  if (*text.method != kChap || !policy.chapAllowed) {
    return fail("the target takes none of our authentication methods", &rowOf(Key::AuthMethod));
  }
  std::string list;
  for (const ChapAlgorithm algorithm : policy.algorithms.list()) {
    if (!isAvailable(algorithm)) continue;
    if (!list.empty()) list += ',';
    list += std::to_string(static_cast<int>(algorithm));
  }
  if (list.empty()) return fail("no CHAP algorithm can be offered");
  out.pair(Key::ChapA, list);
  step_ = Step::Challenge;
  wantsTransit_ = false;
  return true;
}

bool LoginInitiator::takeChallenge(const SecurityText& text) {
  if (!text.algorithms || !text.identifier || !text.challenge) return fail("a key of the challenge is missing");
  if (text.method || text.name || text.response) return fail("keys of another step beside the challenge");
  const auto number = parseNumber(*text.algorithms);
  const ChapAlgorithmRow* row = number ? findChapAlgorithm(*number) : nullptr;
  if (row == nullptr || !setting_.policy.algorithms.contains(row->algorithm)) {
    return fail("a CHAP algorithm that was not offered", &rowOf(Key::ChapA));
  }
  const auto identifier = parseNumber(*text.identifier);
  if (!identifier || *identifier > rowOf(Key::ChapI).highest) {
    return fail("CHAP_I is no number of one byte", &rowOf(Key::ChapI));
  }
  auto challenge = parseBinary(*text.challenge, rowOf(Key::ChapC).highest);
  if (!challenge) return fail("CHAP_C is no binary value", &rowOf(Key::ChapC));
  if (challenges_.contains(*challenge)) return fail("a challenge that was sent from here", &rowOf(Key::ChapC));
  algorithm_ = row->algorithm;
  identifier_ = static_cast<std::uint8_t>(*identifier);
  peerChallenge_ = std::move(*challenge);
  state_ = State::Waiting;
  // The answer may come inside of the call, and sends then.
  source_.ask({setting_.initiatorName, setting_.targetName, setting_.discovery, {}}, *this, now_);
  return false;
}

void LoginInitiator::onCredentialsFailed(base::TimePoint now) {
  if (state_ != State::Waiting) return;
  onTimer(now);
  if (state_ == State::Waiting) fail("the credentials could not be looked up");
}

void LoginInitiator::onCredentials(std::optional<ChapCredentials> credentials, base::TimePoint now) {
  if (state_ != State::Waiting) return;
  onTimer(now);
  if (state_ != State::Waiting) return;
  state_ = State::Running;
  credentials_ = std::move(credentials);
  if (!credentials_ || !credentials_->initiator.usable()) {
    fail("no credentials for this target");
    return;
  }
  TextWriter out(sender_.buffer());
  if (answerChallenge(*credentials_, out)) finishResponse();
}

bool LoginInitiator::answerChallenge(const ChapCredentials& credentials, TextWriter& out) {
  const bool mutual = credentials.target.usable();
  if (setting_.policy.mutualRequired && !mutual) return fail("no secret for mutual authentication");
  if (!checkChapSecrets(credentials.initiator, credentials.target, setting_.policy.shortSecretsAllowed)) {
    return fail("CHAP secrets that are too short, or the same for both directions");
  }
  const ChapDigest digest = chapResponse(algorithm_, identifier_, credentials.initiator.current, peerChallenge_);
  if (digest.size == 0) return fail("the digest could not be computed");
  out.pair(Key::ChapN, credentials.initiator.name);
  out.hex(Key::ChapR, digest.view());
  login_.identity = {Proof::Chap, credentials.initiator.name};
  wantsTransit_ = true;
  step_ = mutual ? Step::Proof : Step::Sent;
  return !mutual || challengeTarget(out);
}

bool LoginInitiator::challengeTarget(TextWriter& out) {
  // Never the challenge that came (9.2.1): a source that gives the same bytes again is none.
  const bool made = challenge_.make(algorithm_, random_) && !base::equal(challenge_.challenge(), peerChallenge_);
  if (!made) return fail("no random bytes");
  challenges_.add(challenge_.challenge());
  out.number(Key::ChapI, challenge_.identifier());
  out.hex(Key::ChapC, challenge_.challenge());
  return true;
}

bool LoginInitiator::checkProof(const SecurityText& text) {
  if (!text.name || !text.response) return fail("the target does not prove itself", &rowOf(Key::ChapR));
  if (text.method || text.algorithms || text.identifier || text.challenge) {
    return fail("keys of another step beside the proof");
  }
  const auto response = parseBinary(*text.response, rowOf(Key::ChapR).highest);
  if (!response) return fail("CHAP_R is no binary value", &rowOf(Key::ChapR));
  const SecretMatch match = challenge_.verify(*response, &credentials_->target, &credentials_->initiator);
  const bool named = credentials_->target.name.empty() || credentials_->target.name == *text.name;
  if (match == SecretMatch::None || !named) return fail("the target did not prove its name", &rowOf(Key::ChapR));
  login_.peerSecret = match;
  login_.identity.proof = Proof::MutualChap;
  credentials_.reset();
  step_ = Step::Done;
  return true;
}

}  // namespace iscsi
