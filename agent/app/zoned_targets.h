// ZonedTargets: targets that admit, beside what the access rules say, only initiators that share an enabled discovery
// domain with them (DESIGN 5: unmanaged targets follow the name server's domains).
//
// Stands between whoever applies a setup and the target server: it fills TargetSetup::zone from what the name server
// said last, and applies the setup anew when that changes, so that living sessions are judged at once. A target of
// which nothing was said yet admits nobody. The loop's thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/app/targets.h"

namespace agent {

// Initiators by target, both ascending.
using Zones = std::map<std::string, std::vector<std::string>, std::less<>>;

class ZonedTargets final : public Targets {
 public:
  explicit ZonedTargets(std::unique_ptr<Targets> inner) : inner_(std::move(inner)) {}

  // Called when a setup has been applied.
  void setApplied(std::function<void()> applied) { applied_ = std::move(applied); }
  // Whether zones count; at once, where a setup holds already.
  void enforce(bool on);
  [[nodiscard]] bool enforced() const { return enforced_; }
  // Before the first setup.
  void begin(Zones zones) { zones_ = std::move(zones); }
  [[nodiscard]] const Zones& zones() const { return zones_; }
  // Ascending. False: it was so already.
  bool setZone(std::string_view target, std::vector<std::string> initiators);

  void onTurnEnd() override { inner_->onTurnEnd(); }
  base::Status apply(target::Setup setup) override;
  [[nodiscard]] const target::Setup& setup() const override { return inner_->setup(); }
  [[nodiscard]] const target::Setup& inForce() const override { return inner_->inForce(); }
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) override {
    return inner_->resize(unit, blocks, shrink);
  }
  base::Status listen(const net::Address& address, std::uint16_t group) override {
    return inner_->listen(address, group);
  }
  [[nodiscard]] std::vector<target::PortalFacts> portals() const override { return inner_->portals(); }
  [[nodiscard]] std::vector<target::SessionFacts> sessions() const override { return inner_->sessions(); }
  [[nodiscard]] std::vector<target::UnitFacts> units() const override { return inner_->units(); }
  [[nodiscard]] target::ServerCounters counters() const override { return inner_->counters(); }
  bool dropSession(std::uint64_t id) override { return inner_->dropSession(id); }
  void drain(base::Duration grace, std::function<void()> done) override { inner_->drain(grace, std::move(done)); }
  [[nodiscard]] base::Bytes trace(std::uint64_t session) const override { return inner_->trace(session); }

 private:
  void again();
  void fill(target::Setup& setup) const;

  std::unique_ptr<Targets> inner_;
  std::function<void()> applied_ = [] {};
  Zones zones_;
  bool enforced_ = false;
  bool begun_ = false;  // a setup holds
};

// As they are kept on disk. What cannot be read is a sentence; more than kMaxZonesFile bytes are not kept.
inline constexpr std::size_t kMaxZonesFile = std::size_t{64} << 20;
std::string zonesText(const Zones& zones);
base::Result<Zones> readZones(std::string_view text);

}  // namespace agent
