// What stands around a login machine in the fuzz targets: who may log in, with which secrets, into which session; and
// the input, from which it takes bytes and texts.
#pragma once

#include <algorithm>
#include <string_view>
#include <utility>

#include "agent/iscsi/login.h"
#include "agent/iscsi/login_access.h"
#include "shared/base/bytes.h"
#include "tests/fuzz/fuzz_target.h"

namespace fuzz {

constexpr std::string_view kInitiatorName = "iqn.2001-04.com.example:host";
constexpr std::string_view kTargetName = "iqn.2001-04.com.example:disk";

struct Access final : iscsi::LoginAccess {
  iscsi::AccessAnswer decide(const iscsi::AccessQuestion& question) override {
    check(!question.initiator.empty() && (question.discovery || !question.target.empty()), "the names are there");
    return answer;
  }
  iscsi::AccessAnswer answer;
};

struct Credentials final : iscsi::CredentialsSource {
  void ask(const iscsi::CredentialsQuestion&, iscsi::CredentialsReceiver& to, base::TimePoint now) override {
    receiver = &to;
    if (!late) give(now);
  }
  void give(base::TimePoint now) {
    if (receiver != nullptr) std::exchange(receiver, nullptr)->onCredentials(pair(), now);
  }
  void fail(base::TimePoint now) {
    if (receiver != nullptr) std::exchange(receiver, nullptr)->onCredentialsFailed(now);
  }
  [[nodiscard]] iscsi::ChapCredentials pair() const {
    iscsi::ChapCredentials both{{"host", *base::Secret::from("initiator secret"), {}}, {}, answerAsPeer};
    if (mutual) both.target = {"disk", *base::Secret::from("secret of target"), {}};
    if (changing) {
      both.initiator.next = *base::Secret::from("initiator's next");
      if (mutual) both.target.next = *base::Secret::from("the target's next");
    }
    return both;
  }
  bool late = false;
  bool mutual = true;     // the target can prove itself
  bool changing = false;  // the secrets are: there are two of each
  bool answerAsPeer = false;
  iscsi::CredentialsReceiver* receiver = nullptr;
};

struct Sessions final : iscsi::LoginSessions {
  iscsi::SessionAnswer lookUp(const iscsi::SessionQuestion& question) override {
    iscsi::SessionAnswer answer;
    if (question.tsih != 0) answer.kind = iscsi::JoinKind::AddConnection;
    return answer;
  }
  iscsi::JoinAnswer join(const iscsi::SessionQuestion&, const iscsi::AgreedLogin& login) override {
    ++joins;
    check(login.parameters.firstBurstLength <= login.parameters.maxBurstLength, "the first burst fits");
    return {iscsi::LoginStatus::Success, 1, 2, 3};
  }
  int joins = 0;
};

inline iscsi::RandomSource randomBytes(std::uint32_t from) {
  // splitmix64: of less, whole challenges come again.
  return [next = std::uint64_t{from}](std::span<std::uint8_t> out) mutable {
    for (std::uint8_t& byte : out) {
      std::uint64_t mixed = next += 0x9e3779b97f4a7c15;
      mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
      mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
      byte = static_cast<std::uint8_t>(mixed >> 56);
    }
    return true;
  };
}

// What the input still holds; zeroes behind its end.
class Input {
 public:
  explicit Input(base::ByteView bytes) : reader_(bytes) {}
  std::uint8_t byte() { return reader_.u8(); }
  base::ByteView text() {
    const std::size_t size = reader_.u16();
    return reader_.bytes(std::min(size, reader_.remaining()));
  }
  [[nodiscard]] bool empty() const { return reader_.remaining() == 0 || reader_.failed(); }

 private:
  base::ByteReader reader_;
};

}  // namespace fuzz
