// TargetWorld: what the connections of an iSCSI target need around them, without sockets: sessions, access, time.
//
// For tests, fuzzing and simulation. The user says how the units of a session are made; connections are the user's. One
// thread; `now` is what the user sets it to.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/iscsi/session_directory.h"
#include "agent/iscsi/target_connection.h"

namespace iscsi_test {

class TargetWorld final : public iscsi::SessionHost,
                          public iscsi::TargetDirectory,
                          public iscsi::LoginAccess,
                          public iscsi::CredentialsSource {
 public:
  using MakeUnits = std::function<std::unique_ptr<iscsi::UnitPort>(iscsi::TargetSession&)>;

  explicit TargetWorld(MakeUnits makeUnits, const iscsi::SessionLimits& limits = {},
                       const iscsi::SessionTable::Limits& table = {})
      : makeUnits_(std::move(makeUnits)), directory(table, limits, random, *this) {
    access.status = iscsi::LoginStatus::Success;
    access.policy.noneAllowed = true;
    setting.login.commandWindow = limits.commandWindow;
    setting.outputHighWater = limits.outputHighWater;
  }

  [[nodiscard]] std::unique_ptr<iscsi::TargetConnection> connect(iscsi::ConnectionDriver& driver) {
    iscsi::TargetDirectory& self = *this;
    return std::make_unique<iscsi::TargetConnection>(
        setting, iscsi::LoginTargetPorts{*this, *this, directory, challenges, random}, self, driver, now);
  }
  void advance(base::Duration by) {
    now += by;
    directory.setNow(now);
    if (directory.nextDeadline() <= now) directory.onTimer(now);
  }

  iscsi::AccessAnswer decide(const iscsi::AccessQuestion&) override {
    directory.setNow(now);
    return access;
  }
  void ask(const iscsi::CredentialsQuestion&, iscsi::CredentialsReceiver& to, base::TimePoint when) override {
    if (credentialsLater) return asking.push_back(&to);
    to.onCredentials(std::nullopt, when);
  }
  void withdraw(iscsi::CredentialsReceiver& receiver) override { std::erase(asking, &receiver); }
  iscsi::TargetSession* find(const iscsi::AgreedLogin& login) override { return directory.find(login); }
  void sendTargets(const iscsi::AgreedLogin&, std::uint32_t, std::string_view which, iscsi::TextWriter& out) override {
    asked.emplace_back(which);
    for (const std::string& name : targets) {
      if (!which.empty() && which != name) continue;
      out.pair(iscsi::Key::TargetName, name);
      out.pair(iscsi::Key::TargetAddress, "192.0.2.1:3260,1");
    }
  }
  std::unique_ptr<iscsi::UnitPort> attach(iscsi::TargetSession& session) override { return makeUnits_(session); }
  void onSessionEnded(iscsi::TargetSession&, iscsi::SessionEnd why) override { ended.push_back(why); }

 private:
  MakeUnits makeUnits_;
  std::uint32_t chance_ = 0;

 public:
  const iscsi::RandomSource random = [this](std::span<std::uint8_t> out) {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(++chance_ * 2654435761U >> 13);
    return true;
  };
  iscsi::AccessAnswer access;  // of every login
  iscsi::ConnectionSetting setting;
  iscsi::SentChallenges challenges;
  iscsi::SessionDirectory directory;
  base::TimePoint now{std::chrono::seconds(1000)};
  std::vector<std::string> targets{"iqn.2001-04.com.example:disk"};
  std::vector<std::string> asked;  // SendTargets
  bool credentialsLater = false;   // they are the user's to give
  std::vector<iscsi::CredentialsReceiver*> asking;
  std::vector<iscsi::SessionEnd> ended;
};

}  // namespace iscsi_test
