// The login machines of both ends, and what they read.
//
// The first byte chooses what happens. Even: bytes are PDUs of an initiator to the target (bit 1: with CHAP required,
// bit 2: credentials come late), or, with bit 3, of a target to the initiator. Odd: both machines talk to each other
// over wishes and policies that the bytes choose, with PDUs that the bytes damage. Each PDU of the input is: flags,
// changes, length of text (2), text. Rules: a peer gets in only by the proof that policy demands, both ends agree on
// the same, no PDU is longer than the login allows, what ended stays ended, and what was read comes back from what is
// written.
#include <algorithm>
#include <optional>

#include "agent/iscsi/login_initiator.h"
#include "agent/iscsi/login_target.h"
#include "tests/fuzz/login_world.h"
#include "tests/support/base64_text.h"

namespace {

using namespace iscsi;

using fuzz::Access;
using fuzz::Credentials;
using fuzz::Input;
using fuzz::kInitiatorName;
using fuzz::kTargetName;
using fuzz::randomBytes;
using fuzz::Sessions;

constexpr std::uint32_t kMostPdus = 40;

// What is read from a text comes back from what is written.
void checkText(base::ByteView bytes) {
  base::Bytes again;
  TextWriter writer(again);
  TextReader reader(bytes);
  std::size_t pairs = 0;
  for (TextPair pair; reader.next(pair); ++pairs) {
    fuzz::check(pair.key.size() <= kMaxKeyName, "keys are short");
    writer.pair(pair.key, pair.value);
    if (const auto binary = parseBinary(pair.value, 1024)) {
      fuzz::check(binary->size() <= 1024 && !binary->empty(), "binary values are bounded");
      fuzz::check(parseBinary(toHex(*binary), 1024) == binary, "hexadecimal comes back");
      fuzz::check(parseBinary(iscsi_test::toBase64(*binary), 1024) == binary, "base64 comes back");
    }
  }
  TextReader second(again);
  std::size_t same = 0;
  for (TextPair pair; second.next(pair);) ++same;
  fuzz::check(same == pairs && second.fault() == TextFault::None, "pairs come back");
}

struct Target {
  Target(std::uint8_t mode, SentChallenges& challenges) : random(randomBytes(1)) {
    access.answer.status = LoginStatus::Success;
    access.answer.policy.noneAllowed = (mode & 2) == 0;
    access.answer.policy.algorithms = {ChapAlgorithm::Sha3_256, ChapAlgorithm::Sha256, ChapAlgorithm::Sha1,
                                       ChapAlgorithm::Md5};
    credentials.late = (mode & 4) != 0;
    machine.emplace(LoginTargetSetting{}, LoginTargetPorts{access, credentials, sessions, challenges, random});
  }
  std::optional<LoginTarget::Reply> take(const LoginRequest& request, base::ByteView text) {
    const bool over = machine->state() == LoginTarget::State::Agreed || machine->state() == LoginTarget::State::Failed;
    machine->onRequest(request, text, base::TimePoint{});
    if (machine->state() == LoginTarget::State::Waiting) credentials.give(base::TimePoint{});
    auto reply = machine->takeReply();
    fuzz::check(!over || !reply, "what ended stays ended");
    if (reply) check(request, *reply);
    return reply;
  }
  void check(const LoginRequest& request, const LoginTarget::Reply& reply) {
    fuzz::check(reply.text.size() <= kLoginSegment, "a login PDU is short");
    fuzz::check(!(reply.header.transit && reply.header.continues), "T and C exclude each other");
    fuzz::check(!reply.header.transit || (request.transit && reply.header.nsg <= request.nsg), "T answers T");
    const bool agreed = machine->state() == LoginTarget::State::Agreed;
    fuzz::check(agreed == (reply.header.transit && reply.header.nsg == 3), "the final response ends the login");
    fuzz::check(sessions.joins == (agreed ? 1 : 0), "a session is joined at the end and once");
    fuzz::check((reply.header.status != LoginStatus::Success) == (machine->state() == LoginTarget::State::Failed),
                "a status ends the login");
    const bool proved = machine->result().identity.proof != Proof::ClaimedName;
    fuzz::check(!agreed || proved || access.answer.policy.takesNone(), "nobody gets in without a proof");
    fuzz::check(machine->failure().what.empty() == (machine->state() != LoginTarget::State::Failed),
                "failures say why");
  }
  Access access;
  Credentials credentials;
  Sessions sessions;
  RandomSource random;
  std::optional<LoginTarget> machine;
};

LoginRequest requestOf(std::uint8_t flags, std::uint8_t changes) {
  LoginRequest request;
  request.transit = (flags & 0x80) != 0;
  request.continues = (flags & 0x40) != 0;
  request.csg = static_cast<std::uint8_t>((flags >> 2) & 3);
  request.nsg = static_cast<std::uint8_t>(flags & 3);
  request.isid = {0x80, 0, 0, 0, 0, 1};
  request.tsih = (changes & 1) != 0 ? 1 : 0;
  request.cid = (changes & 2) != 0 ? 1 : 0;
  request.initiatorTaskTag = (changes & 4) != 0 ? 1 : 0;
  request.versionMin = (changes & 8) != 0 ? 1 : 0;
  request.totalAhsLength = (changes & 16) != 0 ? 1 : 0;
  return request;
}

void rawTarget(std::uint8_t mode, Input input) {
  SentChallenges challenges;
  Target target(mode, challenges);
  while (!input.empty()) {
    const std::uint8_t flags = input.byte();
    const std::uint8_t changes = input.byte();
    const base::ByteView text = input.text();
    checkText(text);
    if ((changes & 0x80) != 0) {
      target.machine->onOtherPdu();
      static_cast<void>(target.machine->takeReply());
    }
    target.take(requestOf(flags, changes), text);
  }
}

LoginInitiatorSetting initiatorSetting(bool none, bool mutual) {
  LoginInitiatorSetting setting;
  setting.initiatorName = kInitiatorName;
  setting.targetName = kTargetName;
  setting.policy.noneAllowed = none;
  setting.policy.mutualRequired = mutual;
  return setting;
}

void rawInitiator(std::uint8_t mode, Input input) {
  SentChallenges challenges;
  Credentials credentials;
  credentials.late = (mode & 4) != 0;
  const RandomSource random = randomBytes(77);
  LoginInitiator machine(initiatorSetting((mode & 2) == 0, (mode & 16) != 0), credentials, challenges, random);
  machine.start();
  static_cast<void>(machine.takeRequest());
  while (!input.empty()) {
    const std::uint8_t flags = input.byte();
    const std::uint8_t changes = input.byte();
    const base::ByteView text = input.text();
    const bool over = machine.state() != LoginInitiator::State::Running;
    LoginResponse response;
    response.transit = (flags & 0x80) != 0;
    response.continues = (flags & 0x40) != 0;
    response.csg = static_cast<std::uint8_t>((flags >> 2) & 3);
    response.nsg = static_cast<std::uint8_t>(flags & 3);
    response.tsih = (changes & 1) != 0 ? 1 : 0;
    response.status = static_cast<LoginStatus>((changes & 6) << 7);
    machine.onResponse(response, text, base::TimePoint{});
    if (machine.state() == LoginInitiator::State::Waiting) credentials.give(base::TimePoint{});
    const auto request = machine.takeRequest();
    fuzz::check(!over || !request, "what ended stays ended");
    fuzz::check(request.has_value() == (machine.state() == LoginInitiator::State::Running),
                "a request waits for an answer");
    fuzz::check(!request || !(request->header.transit && request->header.continues), "T and C exclude each other");
    // The bytes know no secret, so nobody can have proved anything.
    fuzz::check(machine.state() != LoginInitiator::State::Agreed || (mode & 16) == 0, "mutual means a proof");
  }
}

// Wishes that the bytes choose; sometimes what the table does not allow, and then nothing changes.
Wishes wishesOf(Input& input) {
  Wishes wishes;
  for (const TextKeyRow& row : textKeyTable().first(kNegotiableKeys)) {
    const std::uint8_t byte = input.byte();
    if (row.kind == ValueKind::List) {
      if ((byte & 1) != 0 && !wishes.set(row.key, {row.words[1], row.words[0]})) continue;
      if ((byte & 2) != 0 && !wishes.set(row.key, {row.words[1]})) continue;
    } else {
      const std::uint32_t span = row.highest - row.lowest;
      fuzz::check(wishes.set(row.key, row.lowest + (span < 255 ? byte % (span + 1) : span / 255 * byte)), "in range");
    }
  }
  return wishes;
}

void bothEnds(std::uint8_t mode, Input input) {
  SentChallenges ours;
  SentChallenges theirs;
  Target target(static_cast<std::uint8_t>(mode & ~1U), theirs);
  target.access.answer.wishes = wishesOf(input);
  Credentials credentials;
  const RandomSource random = randomBytes(77);
  LoginInitiatorSetting setting = initiatorSetting((mode & 8) == 0, (mode & 16) != 0);
  setting.wishes = wishesOf(input);
  setting.limits.sendSegment = 16U + input.byte() * 4U;
  LoginInitiator initiator(setting, credentials, ours, random);
  initiator.start();
  bool damaged = false;
  const auto damage = [&](base::Bytes& text) {
    const std::uint8_t where = input.byte();
    const std::uint8_t what = input.byte();
    if (what == 0 || text.empty()) return;
    damaged = true;
    text[where % text.size()] = static_cast<std::uint8_t>(text[where % text.size()] ^ what);
  };
  for (std::uint32_t i = 0; i < kMostPdus; ++i) {
    auto request = initiator.takeRequest();
    if (!request) break;
    damage(request->text);
    auto reply = target.take(request->header, request->text);
    if (!reply) break;
    damage(reply->text);
    initiator.onResponse(reply->header, reply->text, base::TimePoint{});
  }
  if (damaged || initiator.state() != LoginInitiator::State::Agreed) return;
  fuzz::check(target.machine->state() == LoginTarget::State::Agreed, "both ends agree");
  AgreedLogin mine = initiator.result();
  const AgreedLogin& yours = target.machine->result();
  fuzz::check(mine.identity.proof == yours.identity.proof, "both know the same proof");
  fuzz::check(mine.statSn == yours.statSn, "both count the same");
  std::swap(mine.parameters.maxRecvDataSegmentLength, mine.parameters.maxSendDataSegmentLength);
  fuzz::check(mine.parameters == yours.parameters, "both agree on the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t mode = data[0];
  const Input input(base::ByteView(data + 1, size - 1));
  if ((mode & 1) != 0) {
    bothEnds(mode, input);
  } else if ((mode & 8) != 0) {
    rawInitiator(mode, input);
  } else {
    rawTarget(mode, input);
  }
  return 0;
}
