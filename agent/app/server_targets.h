// The target server as Targets. The loop's thread.
#pragma once

#include "agent/app/targets.h"

namespace agent {

class ServerTargets final : public Targets {
 public:
  ServerTargets(const target::Environment& environment, const target::Limits& limits) : server_(environment, limits) {}

  void onTurnEnd() override { server_.onTurnEnd(); }
  base::Status listen(const net::Address& address, std::uint16_t group) override {
    return server_.listen(address, group);
  }
  base::Status apply(target::Setup setup) override { return server_.apply(std::move(setup)); }
  [[nodiscard]] const target::Setup& setup() const override { return server_.setup(); }
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) override {
    return server_.resize(unit, blocks, shrink);
  }
  base::Status refreshSize(std::string_view unit) override { return server_.refreshSize(unit); }
  [[nodiscard]] std::vector<target::PortalFacts> portals() const override { return server_.portals(); }
  [[nodiscard]] std::vector<target::SessionFacts> sessions() const override { return server_.sessions(); }
  [[nodiscard]] std::vector<target::UnitFacts> units() const override { return server_.units(); }
  [[nodiscard]] std::vector<std::string> storesLeaving() const override { return server_.storesLeaving(); }
  [[nodiscard]] target::ServerCounters counters() const override { return server_.counters(); }
  bool dropSession(std::uint64_t id) override { return server_.dropSession(id); }
  void drain(base::Duration grace, std::function<void()> done) override { server_.drain(grace, std::move(done)); }
  [[nodiscard]] base::Bytes trace(std::uint64_t session) const override { return server_.trace(session); }

 private:
  target::TargetServer server_;
};

}  // namespace agent
