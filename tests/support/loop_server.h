// LoopServer: this project's target server on the loop of a test, with units that the test names, and stopped and
// started again at will.
//
// The server's stores live as long as it does. One thread, the loop's; whoever owns it turns the loop.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/block/device_opener.h"
#include "agent/block/engine_choice.h"
#include "agent/target/target_server.h"

namespace support {

class LoopServer final : private target::UnitStates, private target::Observer, private iscsi::CredentialsSource {
 public:
  static constexpr const char* kTarget = "iqn.2026-01.org.example:behind";

  // `units` are LUN 0 and on; a portal for each group.
  LoopServer(net::Loop& loop, std::vector<target::UnitSetup> units, std::vector<std::uint16_t> groups = {1})
      : loop_(loop), units_(std::move(units)), groups_(std::move(groups)), ports_(groups_.size()) {
    auto engine = block::makeEngine(loop, {block::EngineChoice::Pool, 16, 1});
    EXPECT_TRUE(engine.ok());
    engine_ = std::move(*engine);
    stores_ = std::make_unique<block::DeviceOpener>(loop, *engine_, "iqn.2026-01.org.example:server");
    loop.setTurnEnd([this] {
      if (server_ != nullptr) server_->onTurnEnd();
    });
    start();
  }
  ~LoopServer() {
    stop();
    loop_.setTurnEnd({});
  }

  // All of it is gone, memory too; connections break.
  void stop() { server_.reset(); }
  // At the port that it had.
  void start() {
    target::UnitStates& states = *this;
    target::Observer& observer = *this;
    iscsi::CredentialsSource& credentials = *this;
    const target::Environment environment{
        loop_, *stores_, credentials, states, observer, [](std::span<std::uint8_t> out) {
          for (std::uint8_t& byte : out) byte = 0x11;
          return true;
        }};
    server_ = std::make_unique<target::TargetServer>(environment, target::Limits{});
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      EXPECT_TRUE(server_->listen(net::Address::v4(127, 0, 0, 1, ports_[i]), groups_[i]));
      ports_[i] = server_->portals()[i].address.port();
    }
    apply(units_);
  }
  void apply(std::vector<target::UnitSetup> units) {
    units_ = std::move(units);
    target::Setup setup;
    setup.units = units_;
    target::TargetSetup target;
    target.name = kTarget;
    (void)target.wishes.set(iscsi::Key::DefaultTime2Wait, 0);
    target::AccessRule rule;
    rule.initiator = "*";
    rule.policy.noneAllowed = true;
    rule.closed = closed;
    for (std::uint32_t lun = 0; lun < units_.size(); ++lun) rule.luns.push_back({lun, units_[lun].id});
    if (admits) target.rules.push_back(std::move(rule));
    setup.targets.push_back(std::move(target));
    setup.discovery.noneAllowed = true;
    const auto applied = server_->apply(std::move(setup));
    EXPECT_TRUE(applied) << applied.error().text;
  }
  bool admits = true;   // anybody; from the next apply() or start() on
  bool closed = false;  // for sessions that are not there yet; from then on too
  [[nodiscard]] net::Address portal(std::size_t at = 0) const { return net::Address::v4(127, 0, 0, 1, ports_[at]); }
  [[nodiscard]] target::TargetServer& server() { return *server_; }
  [[nodiscard]] block::DeviceOpener& stores() { return *stores_; }
  [[nodiscard]] std::string url(std::uint32_t lun) const {
    return "iscsi://127.0.0.1:" + std::to_string(ports_[0]) + "/" + kTarget + "/" + std::to_string(lun);
  }
  static target::UnitSetup unit(const std::string& id, const std::string& store, std::uint8_t naa) {
    target::UnitSetup unit;
    unit.id = id;
    unit.store = store;
    unit.identity.serial = id;
    unit.identity.naa = {0x30, 0, 0, 0, 0, 0, 0, naa};
    return unit;
  }

 private:
  base::Result<base::Bytes> load(std::string_view, scsi::StateKind) override { return base::Bytes{}; }
  void save(std::string_view, scsi::StateKind, base::ByteView, scsi::SaveRequest& request) override {
    request.done(true);
  }
  void ask(const iscsi::CredentialsQuestion&, iscsi::CredentialsReceiver& to, base::TimePoint now) override {
    to.onCredentials(std::nullopt, now);
  }

  net::Loop& loop_;
  std::vector<target::UnitSetup> units_;
  std::vector<std::uint16_t> groups_;
  std::vector<std::uint16_t> ports_;
  std::unique_ptr<block::Engine> engine_;
  std::unique_ptr<block::DeviceOpener> stores_;
  std::unique_ptr<target::TargetServer> server_;
};

}  // namespace support
