// TargetsLayer: what stands between whoever applies a setup and the target server, and has a word in it.
//
// A setup comes in as somebody wants it, and goes on as fill() leaves it. When fill() would leave it otherwise than
// before, again() brings that into force, so that living sessions are judged at once. setup() is what came in, without
// this layer; inForce() what holds in the end. Everything else passes through. The loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "agent/app/targets.h"

namespace agent {

class TargetsLayer : public Targets {
 public:
  // Called when a setup has been applied.
  void setApplied(std::function<void()> applied) { applied_ = std::move(applied); }

  base::Status apply(target::Setup setup) final {
    target::Setup filled = setup;
    fill(filled);
    auto status = inner_->apply(std::move(filled));
    if (!status) return status;
    given_ = std::move(setup);
    begun_ = true;
    applied_();
    return status;
  }
  [[nodiscard]] const target::Setup& setup() const final { return given_; }
  [[nodiscard]] const target::Setup& inForce() const final { return inner_->inForce(); }

  void onTurnEnd() final { inner_->onTurnEnd(); }
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink) final {
    return inner_->resize(unit, blocks, shrink);
  }
  base::Status refreshSize(std::string_view unit) final { return inner_->refreshSize(unit); }
  base::Status listen(const net::Address& address, std::uint16_t group) final { return inner_->listen(address, group); }
  [[nodiscard]] std::vector<target::PortalFacts> portals() const final { return inner_->portals(); }
  [[nodiscard]] std::vector<target::SessionFacts> sessions() const final { return inner_->sessions(); }
  [[nodiscard]] std::vector<target::UnitFacts> units() const final { return inner_->units(); }
  [[nodiscard]] std::vector<std::string> storesLeaving() const final { return inner_->storesLeaving(); }
  [[nodiscard]] target::ServerCounters counters() const final { return inner_->counters(); }
  bool dropSession(std::uint64_t id) final { return inner_->dropSession(id); }
  void drain(base::Duration grace, std::function<void()> done) final { inner_->drain(grace, std::move(done)); }
  [[nodiscard]] base::Bytes trace(std::uint64_t session) const final { return inner_->trace(session); }

 protected:
  explicit TargetsLayer(std::unique_ptr<Targets> inner) : inner_(std::move(inner)) {}

  virtual void fill(target::Setup& setup) const = 0;
  // The setup that holds, once more; before there is one, nothing. Its units are open already.
  base::Status again() { return begun_ ? apply(given_) : base::Status(); }

 private:
  std::unique_ptr<Targets> inner_;
  std::function<void()> applied_ = [] {};
  target::Setup given_;
  bool begun_ = false;  // a setup holds
};

}  // namespace agent
