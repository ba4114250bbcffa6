// What tests of the agent share: configurations, and a target server without sockets.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "agent/app/config.h"
#include "agent/app/targets.h"
#include "agent/block/store_spec.h"

namespace agent_test {

inline constexpr std::string_view kTarget = "iqn.2024-01.org.example:store";
inline constexpr std::string_view kHost = "iqn.2024-01.org.example:host1";

inline agent::Config parsed(std::string_view toml, const std::vector<std::string>& overrides = {}) {
  auto config = agent::parseConfig(toml, "f.toml", overrides);
  if (!config) {
    for (const ops::ConfigError& error : config.error()) ADD_FAILURE() << toText(error);
    return {};
  }
  return *config;
}

inline std::vector<std::string> errorsOf(std::string_view toml) {
  const auto config = agent::parseConfig(toml, "f.toml");
  std::vector<std::string> texts;
  if (!config) {
    for (const ops::ConfigError& error : config.error()) texts.push_back(toText(error));
  }
  return texts;
}

// Holds setups, and says of each store whether it can be opened.
class FakeTargets final : public agent::Targets {
 public:
  void onTurnEnd() override {}
  base::Status listen(const net::Address&, std::uint16_t) override { return {}; }
  base::Status apply(target::Setup setup) override {
    ++applied;
    for (const target::UnitSetup& unit : setup.units) {
      const bool running = opened.contains(unit.id + " " + unit.store);
      if (!running && broken.contains(unit.store)) return base::fail("store \"" + unit.store + "\" cannot be opened");
      if (!running && locked(unit.store)) return base::fail("store \"" + unit.store + "\" is in use");
    }
    opened.clear();
    for (const target::UnitSetup& unit : setup.units) opened.insert(unit.id + " " + unit.store);
    setup_ = std::move(setup);
    return {};
  }
  [[nodiscard]] const target::Setup& setup() const override { return setup_; }
  [[nodiscard]] const target::Setup& inForce() const override { return layered ? *layered : setup_; }
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) override {
    if (shrink == block::Shrink::Refuse && blocks < 100) return base::fail("it would become smaller");
    resized.emplace_back(std::string(unit) + " " + std::to_string(blocks));
    return {};
  }
  base::Status refreshSize(std::string_view unit) override {
    refreshed.emplace_back(unit);
    return {};
  }
  [[nodiscard]] std::vector<target::PortalFacts> portals() const override {
    return {{net::Address::v4(127, 0, 0, 1, 3260), 1}};
  }
  [[nodiscard]] std::vector<target::SessionFacts> sessions() const override { return sessionList; }
  [[nodiscard]] std::vector<target::UnitFacts> units() const override {
    std::vector<target::UnitFacts> list;
    for (const target::UnitSetup& unit : setup_.units) {
      if (unit.awaited()) continue;
      target::UnitFacts facts;
      facts.id = unit.id;
      facts.store = unit.store;
      facts.blocks = 2048;
      facts.blockSize = 512;
      list.push_back(facts);
    }
    return list;
  }
  [[nodiscard]] std::vector<std::string> storesLeaving() const override { return leaving; }
  [[nodiscard]] target::ServerCounters counters() const override { return {}; }
  bool dropSession(std::uint64_t id) override {
    dropped.push_back(id);
    return id == 7;
  }
  void drain(base::Duration, std::function<void()> done) override { done(); }
  [[nodiscard]] base::Bytes trace(std::uint64_t session) const override {
    return session == 7 ? base::Bytes{0xa1, 0xb2} : base::Bytes();
  }

  // What tests set and see.
  std::set<std::string> broken;
  std::vector<std::string> leaving;  // stores of units that have commands though they have gone
  std::set<std::string> opened;
  std::vector<std::string> resized;
  std::vector<std::string> refreshed;
  std::vector<std::uint64_t> dropped;
  std::vector<target::SessionFacts> sessionList;
  int applied = 0;
  std::optional<target::Setup> layered;  // what is in force, where a layer in between says otherwise

 private:
  // A file is opened by one unit alone, of which the setup that holds has the last word.
  [[nodiscard]] bool locked(const std::string& store) const {
    const std::string file = store.substr(0, store.find(','));
    const auto has = [&file](const target::UnitSetup& unit) {
      return unit.store.substr(0, unit.store.find(',')) == file;  // none of one that is awaited
    };
    return file.starts_with("file:") && std::ranges::any_of(setup_.units, has);
  }

  target::Setup setup_;
};

inline const target::UnitSetup* unitOf(const target::Setup& setup, std::string_view id) {
  for (const target::UnitSetup& unit : setup.units) {
    if (unit.id == id) return &unit;
  }
  return nullptr;
}

// "0=disk1 1=iso,ro" of a target's rule; "none" where there is no such rule.
std::string lunsOf(const target::Setup& setup, std::string_view target, std::string_view initiator);

}  // namespace agent_test
