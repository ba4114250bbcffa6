// Targets: what the rest of the agent asks of its target server. The real one is target::TargetServer; tests bring one
// without sockets. The calls are those of agent/target/target_server.h, on the loop's thread.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "agent/target/target_server.h"

namespace agent {

class Targets {
 public:
  virtual ~Targets() = default;
  virtual void onTurnEnd() = 0;
  virtual base::Status apply(target::Setup setup) = 0;
  [[nodiscard]] virtual const target::Setup& setup() const = 0;
  // What of it holds, where a layer in between says otherwise.
  [[nodiscard]] virtual const target::Setup& inForce() const { return setup(); }
  virtual base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) = 0;
  virtual base::Status refreshSize(std::string_view unit) = 0;
  virtual base::Status listen(const net::Address& address, std::uint16_t group) = 0;
  [[nodiscard]] virtual std::vector<target::PortalFacts> portals() const = 0;
  [[nodiscard]] virtual std::vector<target::SessionFacts> sessions() const = 0;
  [[nodiscard]] virtual std::vector<target::UnitFacts> units() const = 0;
  [[nodiscard]] virtual std::vector<std::string> storesLeaving() const = 0;
  [[nodiscard]] virtual target::ServerCounters counters() const = 0;
  virtual bool dropSession(std::uint64_t id) = 0;
  virtual void drain(base::Duration grace, std::function<void()> done) = 0;
  [[nodiscard]] virtual base::Bytes trace(std::uint64_t session) const = 0;
};

// Opens a store as the target server would and closes it again: which of several units is the one that fails.
using StoreProbe = std::function<base::Status(const target::UnitSetup& unit)>;

}  // namespace agent
