// CHAP at a target that four initiators log in to at once, who know secrets, and each other's challenges.
//
// The first byte chooses policy and secrets. Then records: a byte for the login and what it sends, and what that takes:
// methods, algorithms, a response, raw text, a bare wish to go on, what the credentials are, many challenges of others.
// A response is computed with a secret and a challenge that bytes choose among those that there are, and may be
// damaged; a challenge to the target may be one that the target has sent. Rules: nobody is known by more than he has
// proved, by his one response; the target proves itself to nobody before that, never by a challenge of its own, and
// with the secret that it should; no challenge comes twice; the algorithm is one that both take; who does it right gets
// in.
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/iscsi/login_target.h"
#include "tests/fuzz/login_world.h"
#include "tests/support/base64_text.h"

namespace {

using namespace iscsi;

constexpr std::size_t kLogins = 4;
constexpr std::array kAlgorithms{ChapAlgorithm::Md5, ChapAlgorithm::Sha1, ChapAlgorithm::Sha256,
                                 ChapAlgorithm::Sha3_256};

struct Sent {
  ChapAlgorithm algorithm{};
  std::uint8_t identifier = 0;
  base::Bytes challenge;
};

// What the target shares between its logins.
struct World {
  explicit World(std::uint8_t mode) {
    policy.noneAllowed = (mode & 1) != 0;
    policy.mutualRequired = (mode & 2) != 0;
    policy.algorithms = {};
    for (const ChapAlgorithm algorithm : kAlgorithms) {
      // None chosen: all.
      const bool all = (mode & 0x0c) == 0;
      if (all || static_cast<int>(algorithm) % 4 == (mode >> 2 & 3)) policy.algorithms.add(algorithm);
    }
    late = (mode & 0x10) != 0;
    mutual = (mode & 0x20) == 0;
    changing = (mode & 0x40) != 0;
    answerAsPeer = (mode & 0x80) != 0;
  }
  AuthPolicy policy;
  bool late, mutual, changing, answerAsPeer;
  SentChallenges challenges;
  RandomSource random = fuzz::randomBytes(1);
  std::set<base::Bytes> sent;  // by this target
  std::uint32_t flooded = 0;
};

class Login {
 public:
  explicit Login(World& world) : world_(world) {
    access_.answer.status = LoginStatus::Success;
    access_.answer.policy = world.policy;
    credentials_.late = world.late;
    credentials_.mutual = world.mutual;
    credentials_.changing = world.changing;
    credentials_.answerAsPeer = world.answerAsPeer;
    machine_.emplace(LoginTargetSetting{},
                     LoginTargetPorts{access_, credentials_, sessions_, world.challenges, world.random});
  }

  [[nodiscard]] const std::optional<Sent>& challenge() const { return challenge_; }

  void methods(std::uint8_t which) {
    base::Bytes text;
    TextWriter writer(text);
    writer.pair(Key::InitiatorName, fuzz::kInitiatorName);
    writer.pair(Key::TargetName, fuzz::kTargetName);
    constexpr std::array<std::string_view, 4> kLists{"CHAP", "CHAP,None", "None,CHAP", "SRP,CHAP"};
    if ((which & 4) == 0) writer.pair(Key::AuthMethod, kLists[which & 3]);
    clean_ = clean_ && offered_.empty() && !named_ && (which & 4) == 0;
    named_ = true;
    say(text, (which & 8) != 0);
  }

  void algorithms(std::uint8_t which) {
    std::string list;
    for (std::uint8_t i = 0; i < 4; ++i, which = static_cast<std::uint8_t>(which >> 2)) {
      list += (i == 0 ? "" : ",") + std::to_string(5 + (which & 3));
    }
    clean_ = clean_ && offered_.empty();
    offered_ = list;
    base::Bytes text;
    TextWriter writer(text);
    writer.pair(Key::ChapA, list);
    say(text, false);
  }

  // `to` is the challenge that the response answers, `reflected` one to send, if it is not one of his own.
  void respond(fuzz::Input& input, const std::optional<Sent>& to, const std::optional<Sent>& reflected) {
    const std::uint8_t how = input.byte();
    const std::uint8_t ask = input.byte();
    if (!to || !challenge_ || responses_ != 0) return again(input);
    const ChapCredentials pair = credentials_.pair();
    const std::array<const base::Secret*, 4> secrets{&pair.initiator.current, &pair.initiator.next,
                                                     &pair.target.current, &pair.target.next};
    const base::Secret& secret = *secrets[how & 3];
    if (secret.empty()) return;
    const ChapDigest digest = chapResponse(challenge_->algorithm, to->identifier, secret, to->challenge);
    base::Bytes response(digest.view().begin(), digest.view().end());
    if ((how & 0x10) != 0) response.pop_back();
    if ((how & 0x20) != 0) response[0] ^= 0x80;
    const bool named = (how & 0x40) == 0;
    base::Bytes text;
    TextWriter writer(text);
    writer.pair(Key::ChapN, named ? "host" : "disk");
    writer.pair(Key::ChapR, (how & 0x80) != 0 ? iscsi_test::toBase64(response) : toHex(response));
    asked_.reset();
    if ((ask & 1) != 0) {
      asked_ = Sent{challenge_->algorithm, input.byte(), {}};
      if ((ask & 2) != 0 && reflected) {
        asked_->challenge = reflected->challenge;
      } else {
        asked_->challenge.assign(16, static_cast<std::uint8_t>(ask | 1));
      }
      writer.pair(Key::ChapI, std::to_string(asked_->identifier));
      writer.pair(Key::ChapC, toHex(asked_->challenge));
    }
    right_ = SecretMatch::None;
    const auto shows = [&](const base::Secret& one) {
      if (one.empty()) return false;
      const ChapDigest own = chapResponse(challenge_->algorithm, challenge_->identifier, one, challenge_->challenge);
      return base::equal(own.view(), response);
    };
    if (named && shows(pair.initiator.current)) right_ = SecretMatch::Current;
    if (named && shows(pair.initiator.next)) right_ = SecretMatch::Next;
    const bool wanted =
        asked_ ? world_.mutual && !world_.sent.contains(asked_->challenge) : !world_.policy.mutualRequired;
    wins_ = clean_ && right_ != SecretMatch::None && wanted && (how & 0x80) == 0;
    ++responses_;
    say(text, true);
    if (!credentials_.late) decided();
  }

  // A response that is not asked for, or a second one: nothing comes of it.
  void again(fuzz::Input& input) {
    clean_ = clean_ && responses_ != 0;
    base::Bytes text;
    TextWriter writer(text);
    writer.pair(Key::ChapN, "host");
    writer.pair(Key::ChapR, toHex(input.text()));
    request(0x81, text);
  }

  void raw(fuzz::Input& input, std::uint8_t flags) {
    clean_ = false;
    const base::ByteView text = input.text();
    // What it may have proved is not followed here; secrets are no bytes of the input.
    request(flags, text);
  }

  void bare(std::uint8_t flags) {
    clean_ = false;
    request(flags, {});
  }

  void answerCredentials(bool good) {
    if (credentials_.receiver == nullptr) return;
    if (!good) wins_ = false;
    good ? credentials_.give(base::TimePoint{}) : credentials_.fail(base::TimePoint{});
    credentials_.receiver = nullptr;
    take();
    decided();
  }

 private:
  void say(base::ByteView text, bool transit) { request(static_cast<std::uint8_t>(transit ? 0x81 : 0), text); }

  void request(std::uint8_t flags, base::ByteView text) {
    if (machine_->state() == LoginTarget::State::Waiting) wins_ = false;  // whose turn it is not loses what he has won
    LoginRequest header;
    header.transit = (flags & 0x80) != 0;
    header.continues = (flags & 0x40) != 0;
    header.csg = static_cast<std::uint8_t>(flags >> 2 & 3);
    header.nsg = header.transit ? static_cast<std::uint8_t>(flags & 3) : std::uint8_t{0};
    header.isid = {0x80, 0, 0, 0, 0, 1};
    machine_->onRequest(header, text, base::TimePoint{});
    take();
  }

  void take() {
    const auto reply = machine_->takeReply();
    if (reply) read(*reply);
    const AgreedLogin& known = machine_->known();
    const bool proved = known.identity.proof != Proof::ClaimedName;
    fuzz::check(!proved || right_ != SecretMatch::None, "nobody is known by more than he has proved");
    fuzz::check(!proved || known.peerSecret == right_, "it is known by which secret");
    if (machine_->state() != LoginTarget::State::Agreed) return;
    fuzz::check(proved || world_.policy.takesNone(), "nobody gets in without a proof");
    fuzz::check(!world_.policy.mutualRequired || known.identity.proof == Proof::MutualChap,
                "both have to prove themselves");
    fuzz::check((known.identity.proof == Proof::MutualChap) == proofSent_, "the proof of the target is what was sent");
  }

  void read(const LoginTarget::Reply& reply) {
    Sent sent;
    bool challenges = false;
    TextReader reader(reply.text);
    for (TextPair pair; reader.next(pair);) {
      if (pair.key == "CHAP_A") readAlgorithm(pair.value, sent);
      if (pair.key == "CHAP_I") sent.identifier = static_cast<std::uint8_t>(*parseNumber(pair.value));
      if (pair.key == "CHAP_C") {
        sent.challenge = *parseBinary(pair.value, 1024);
        challenges = true;
      }
      if (pair.key == "CHAP_R") readProof(*parseBinary(pair.value, 1024));
    }
    if (!challenges) return;
    fuzz::check(sent.challenge.size() == rowOf(sent.algorithm).size, "a challenge is as long as the digest");
    fuzz::check(world_.sent.insert(sent.challenge).second, "no challenge comes twice");
    challenge_ = std::move(sent);
  }

  void readAlgorithm(std::string_view value, Sent& sent) {
    sent.algorithm = static_cast<ChapAlgorithm>(*parseNumber(value));
    fuzz::check(world_.policy.algorithms.contains(sent.algorithm), "the algorithm is allowed");
    fuzz::check(!clean_ || offered_.find(value) != std::string::npos, "the algorithm was offered");
  }

  void readProof(const base::Bytes& proof) {
    proofSent_ = true;
    fuzz::check(right_ != SecretMatch::None && asked_.has_value(), "a proof is for him who has proved himself");
    const bool known = world_.flooded == 0 && world_.sent.contains(asked_->challenge);
    fuzz::check(!known && asked_->challenge != challenge_->challenge, "a challenge of its own is not answered");
    const ChapCredentials pair = credentials_.pair();
    const bool next = world_.answerAsPeer && right_ == SecretMatch::Next && !pair.target.next.empty();
    const ChapDigest digest = chapResponse(challenge_->algorithm, asked_->identifier,
                                           next ? pair.target.next : pair.target.current, asked_->challenge);
    fuzz::check(base::equal(digest.view(), proof), "the proof is that of the secret");
  }

  // After a response and the credentials.
  void decided() {
    if (responses_ == 0 || machine_->state() == LoginTarget::State::Waiting) return;
    const bool failed = machine_->state() == LoginTarget::State::Failed;
    fuzz::check(failed || right_ != SecretMatch::None || !clean_, "a wrong response ends the login");
    fuzz::check(!failed || !wins_, "who does it right gets on");
    wins_ = false;
  }

  World& world_;
  fuzz::Access access_;
  fuzz::Credentials credentials_;
  fuzz::Sessions sessions_;
  std::optional<LoginTarget> machine_;
  std::optional<Sent> challenge_;  // of the target
  std::optional<Sent> asked_;      // to the target
  std::string offered_;
  SecretMatch right_ = SecretMatch::None;  // what the last response shows
  int responses_ = 0;
  bool named_ = false;
  bool clean_ = true;  // it went as it should, and nothing went there that is not followed here
  bool wins_ = false;
  bool proofSent_ = false;
};

void flood(World& world) {
  // Others log in: as many challenges as are remembered.
  if (++world.flooded > 2) return;
  for (std::uint32_t i = 0; i < SentChallenges::kKept; ++i) {
    std::array<std::uint8_t, 16> challenge{0xff, static_cast<std::uint8_t>(world.flooded)};
    base::storeU32(&challenge[4], i);
    world.challenges.add(challenge);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  World world(data[0]);
  std::array<std::unique_ptr<Login>, kLogins> logins;
  for (auto& login : logins) login = std::make_unique<Login>(world);
  fuzz::Input input(base::ByteView(data + 1, size - 1));
  for (int i = 0; i < 200 && !input.empty(); ++i) {
    const std::uint8_t what = input.byte();
    Login& login = *logins[what & 3];
    const auto& other = logins[what >> 6 & 3]->challenge();
    switch (what >> 2 & 7) {
      case 0:
        logins[what & 3] = std::make_unique<Login>(world);
        break;
      case 1:
        login.methods(input.byte());
        break;
      case 2:
        login.algorithms(input.byte());
        break;
      case 3:
        login.respond(input, login.challenge(), other);
        break;
      case 4:
        login.respond(input, other, other);
        break;
      case 5:
        login.raw(input, input.byte());
        break;
      case 6:
        login.answerCredentials((what & 0x80) == 0);
        break;
      default:
        (what & 0x80) != 0 ? flood(world) : login.bare(input.byte());
        break;
    }
  }
  return 0;
}
