// The surroundings of login machines in tests: access, credentials, sessions and chance, as the test sets them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/iscsi/login_initiator.h"
#include "agent/iscsi/login_target.h"
#include "tests/unit/iscsi/text_testing.h"

namespace iscsi_test {

using namespace iscsi;

inline constexpr std::string_view kInitiatorName = "iqn.2001-04.com.example:host";
inline constexpr std::string_view kTargetName = "iqn.2001-04.com.example:disk";
inline constexpr std::string_view kInitiatorSecret = "initiator secret";
inline constexpr std::string_view kTargetSecret = "secret of target";
inline constexpr Isid kIsid{0x80, 1, 2, 3, 4, 5};
inline constexpr std::uint16_t kTsih = 0x77;
inline const base::TimePoint kStart{std::chrono::seconds(1000)};

inline AuthPolicy policyOf(bool none, bool chap, bool mutual = false,
                           ChapAlgorithms algorithms = {ChapAlgorithm::Sha3_256, ChapAlgorithm::Md5}) {
  return {none, chap, mutual, algorithms, false};
}

struct FakeAccess final : LoginAccess {
  FakeAccess() {
    answer.status = LoginStatus::Success;
    answer.portalGroupTag = 3;
    answer.policy = policyOf(true, true);
  }
  AccessAnswer decide(const AccessQuestion& question) override {
    ++questions;
    initiator = question.initiator;
    target = question.target;
    discovery = question.discovery;
    portal = question.portal;
    return answer;
  }
  AccessAnswer answer;
  int questions = 0;
  std::string initiator, target;
  bool discovery = false;
  std::uint32_t portal = 0;
};

// Secrets as text; a test may hold back the answer and give it later.
struct FakeCredentials final : CredentialsSource {
  struct Texts {
    std::string name, current, next;
  };
  static ChapEntry entry(const Texts& texts) {
    return {texts.name, *base::Secret::from(texts.current), *base::Secret::from(texts.next)};
  }
  void ask(const CredentialsQuestion& question, CredentialsReceiver& to, base::TimePoint now) override {
    ++questions;
    asked = std::string(question.initiator) + " " + std::string(question.target) + (question.discovery ? " d" : "") +
            " " + std::string(question.chapName);
    receiver = &to;
    withdrawn = false;
    if (failing) return to.onCredentialsFailed(now);
    if (!later) give(now);
  }
  void give(base::TimePoint now) {
    if (!known) return receiver->onCredentials(std::nullopt, now);
    receiver->onCredentials(ChapCredentials{entry(initiator), entry(target), answerAsPeer}, now);
  }
  void withdraw(CredentialsReceiver& from) override { withdrawn = withdrawn || &from == receiver; }
  Texts initiator{"host", std::string(kInitiatorSecret), ""};
  Texts target{"disk", std::string(kTargetSecret), ""};
  bool answerAsPeer = false;
  bool known = true, later = false, failing = false, withdrawn = false;
  int questions = 0;
  std::string asked;
  CredentialsReceiver* receiver = nullptr;
};

struct FakeSessions final : LoginSessions {
  SessionAnswer lookUp(const SessionQuestion& question) override {
    ++lookUps;
    tsih = question.tsih;
    return found;
  }
  JoinAnswer join(const SessionQuestion& question, const AgreedLogin& login) override {
    ++joins;
    isid = question.isid;
    cid = question.cid;
    agreed = login;
    return joined;
  }
  SessionAnswer found;
  JoinAnswer joined{LoginStatus::Success, kTsih, 900, 931};
  int lookUps = 0, joins = 0;
  std::uint16_t tsih = 0, cid = 0;
  Isid isid{};
  AgreedLogin agreed;
};

// Bytes that do not repeat soon: a counter that begins at `from`.
inline RandomSource counting(std::uint32_t from) {
  return [next = from](std::span<std::uint8_t> out) mutable {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(++next * 2654435761U >> 13);
    return true;
  };
}

// A target whose initiator is the test, PDU by PDU.
struct TargetBench {
  TargetBench() { setting.commandWindow = 32; }

  LoginTarget& machine() {
    if (!target) target.emplace(setting, LoginTargetPorts{access, credentials, sessions, challenges, random});
    return *target;
  }
  LoginRequest request(Stage stage, std::optional<Stage> next = std::nullopt) const {
    LoginRequest header;
    header.csg = static_cast<std::uint8_t>(stage);
    header.transit = next.has_value();
    header.nsg = next ? static_cast<std::uint8_t>(*next) : std::uint8_t{0};
    header.isid = kIsid;
    header.tsih = tsih;
    header.initiatorTaskTag = 0x1234;
    header.cid = 1;
    header.cmdSn = 100;
    return header;
  }
  // The pairs of the answer; "status 0201" where the login failed, "silence" where there is no answer.
  std::vector<std::string> send(const LoginRequest& header, base::ByteView bytes, base::TimePoint now = kStart) {
    machine().onRequest(header, bytes, now);
    return answer();
  }
  std::vector<std::string> send(const LoginRequest& header, std::initializer_list<std::string_view> pairs) {
    return send(header, textOf(pairs));
  }
  std::vector<std::string> answer() {
    const auto reply = machine().takeReply();
    if (!reply) return {"silence"};
    last = reply->header;
    text = reply->text;
    EXPECT_EQ(last.dataSegmentLength, text.size());
    std::vector<std::string> pairs = pairsOf(text);
    if (last.status == LoginStatus::Success) return pairs;
    char status[16];
    std::snprintf(status, sizeof status, "status %04x", static_cast<unsigned>(last.status));
    pairs.insert(pairs.begin(), status);
    EXPECT_EQ(machine().state(), LoginTarget::State::Failed);
    EXPECT_EQ(machine().failure().status, last.status);
    EXPECT_FALSE(machine().failure().what.empty());
    return pairs;
  }
  // Up to the challenge: its identifier and bytes stay here.
  void beginChap(std::string_view algorithms = "CHAP_A=5") {
    EXPECT_THAT(send(request(Stage::Security), {initiatorPair, targetPair, "AuthMethod=CHAP"}),
                testing::Contains("AuthMethod=CHAP"));
    takeChallenge(send(request(Stage::Security), {algorithms}));
  }
  void takeChallenge(const std::vector<std::string>& pairs) {
    ASSERT_EQ(pairs.size(), 3U);
    algorithm = static_cast<ChapAlgorithm>(*parseNumber(pairs[0].substr(7)));
    identifier = static_cast<std::uint8_t>(*parseNumber(pairs[1].substr(7)));
    challenge = *parseBinary(pairs[2].substr(7), 1024);
  }
  std::string response(std::string_view secret = kInitiatorSecret) const {
    return "CHAP_R=" + toHex(chapResponse(algorithm, identifier, *base::Secret::from(secret), challenge).view());
  }

  const std::string initiatorPair = "InitiatorName=" + std::string(kInitiatorName);
  const std::string targetPair = "TargetName=" + std::string(kTargetName);
  std::uint16_t tsih = 0;
  LoginTargetSetting setting;
  FakeAccess access;
  FakeCredentials credentials;
  FakeSessions sessions;
  SentChallenges challenges;
  RandomSource random = counting(1);
  std::optional<LoginTarget> target;
  LoginResponse last;
  base::Bytes text;
  ChapAlgorithm algorithm = ChapAlgorithm::Md5;
  std::uint8_t identifier = 0;
  base::Bytes challenge;
};

// An initiator whose target is the test.
struct InitiatorBench {
  InitiatorBench() {
    setting.initiatorName = kInitiatorName;
    setting.targetName = kTargetName;
    setting.isid = kIsid;
    setting.cid = 1;
    setting.initiatorTaskTag = 0x1234;
    setting.cmdSn = 100;
    setting.policy = policyOf(true, true);
  }
  LoginInitiator& machine() {
    if (!initiator) initiator.emplace(setting, credentials, challenges, random);
    return *initiator;
  }
  std::vector<std::string> start() {
    machine().start();
    return request();
  }
  // The pairs of the next request; "silence" where there is none.
  std::vector<std::string> request() {
    auto next = machine().takeRequest();
    if (!next) return {"silence"};
    last = next->header;
    EXPECT_EQ(last.dataSegmentLength, next->text.size());
    text = next->text;
    return pairsOf(text);
  }
  LoginResponse response(Stage stage, std::optional<Stage> next = std::nullopt) {
    LoginResponse header;
    header.csg = static_cast<std::uint8_t>(stage);
    header.transit = next.has_value();
    header.nsg = next ? static_cast<std::uint8_t>(*next) : std::uint8_t{0};
    header.isid = kIsid;
    header.tsih = next == Stage::FullFeature ? kTsih : std::uint16_t{0};
    header.initiatorTaskTag = 0x1234;
    header.statSn = statSn++;
    header.expCmdSn = 100;
    header.maxCmdSn = 131;
    return header;
  }
  std::vector<std::string> answer(const LoginResponse& header, base::ByteView bytes, base::TimePoint now = kStart) {
    machine().onResponse(header, bytes, now);
    return request();
  }
  std::vector<std::string> answer(const LoginResponse& header, std::initializer_list<std::string_view> pairs) {
    return answer(header, textOf(pairs));
  }
  LoginInitiator::State state() { return machine().state(); }

  LoginInitiatorSetting setting;
  FakeCredentials credentials;
  SentChallenges challenges;
  RandomSource random = counting(100000);
  std::optional<LoginInitiator> initiator;
  LoginRequest last;
  base::Bytes text;
  std::uint32_t statSn = 50;
};

}  // namespace iscsi_test
