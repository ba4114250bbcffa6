// ZonedTargets: targets that admit, beside what the access rules say, only initiators that share an enabled discovery
// domain with them (DESIGN 5: unmanaged targets follow the name server's domains).
//
// A layer that fills TargetSetup::zone from what the name server said last. A target of which nothing was said yet admits
// nobody. The loop's thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/app/targets_layer.h"

namespace agent {

// Initiators by target, both ascending.
using Zones = std::map<std::string, std::vector<std::string>, std::less<>>;

class ZonedTargets final : public TargetsLayer {
 public:
  explicit ZonedTargets(std::unique_ptr<Targets> inner) : TargetsLayer(std::move(inner)) {}

  // Whether zones count; at once, where a setup holds already.
  void enforce(bool on);
  // Before the first setup.
  void begin(Zones zones) { zones_ = std::move(zones); }
  [[nodiscard]] const Zones& zones() const { return zones_; }
  // Ascending. False: it was so already.
  bool setZone(std::string_view target, std::vector<std::string> initiators);
  // Zones of targets that are not set up: who makes one of that name again begins with nobody. True: there were some.
  bool forgetOthers();

 private:
  void fill(target::Setup& setup) const override;

  Zones zones_;
  bool enforced_ = false;
};

// As they are kept on disk. What cannot be read is a sentence; more than kMaxZonesFile bytes are not kept.
inline constexpr std::size_t kMaxZonesFile = std::size_t{64} << 20;
std::string zonesText(const Zones& zones);
base::Result<Zones> readZones(std::string_view text);

}  // namespace agent
