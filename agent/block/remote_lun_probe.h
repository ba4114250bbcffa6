// RemoteLunProbe: asks a logical unit what it is, command by command, until all of it is known.
//
// The order puts first what tells that it is there at all. What a unit need not have is left out where it says so.
// One thread, the loop's; the unit is borrowed. SPC-4 4.2, 6.6; SBC-3 5.16.
#pragma once

#include <array>
#include <functional>
#include <optional>

#include "agent/block/remote_lun.h"
#include "agent/initiator/logical_unit.h"

namespace block {

class RemoteLunProbe final : public initiator::ScsiRequest {
 public:
  // Then its answer is told: whoever waits for the unit wants to know why.
  static constexpr std::chrono::seconds kBusyTime{3};

  // An Error says what the unit answered. `nullopt` inside: the session is over, and tells itself. Called from the end
  // of a command, so nothing of the session may be destroyed there.
  using Done = std::function<void(base::Result<std::optional<RemoteLunFacts>>)>;

  void start(initiator::LogicalUnit& unit, Done done);
  // Nothing of the answers depends yet on what the unit is.
  [[nodiscard]] bool atStart() const { return step_ == Step::Ready; }
  // With an Error: the target shows this host no unit under the LUN (SPC-4 6.6.2, peripheral qualifier; SAM-5 5.14).
  [[nodiscard]] bool noUnit() const { return noUnit_; }

 private:
  enum class Step : std::uint8_t {
    Ready,
    Inquiry,
    Pages,
    Designators,
    Serial,
    Access,
    Characteristics,
    Provisioning,
    Limits,
    Capacity16,
    Capacity10,
    Modes6,
    Modes10,
    End,
  };

  void onEnd() override;
  void ask();
  [[nodiscard]] bool needed() const;
  // What was answered; an Error ends the probe.
  base::Status take();
  base::Status takeGood(base::ByteView data);
  [[nodiscard]] bool mayFail() const;
  bool isAsleep();
  [[nodiscard]] base::ByteView answer() const;

  initiator::LogicalUnit* unit_ = nullptr;
  Done done_;
  Step step_ = Step::Ready;
  bool known_ = false;  // of the capacity, then of the modes
  bool noUnit_ = false;
  RemoteLunFacts facts_;
  std::array<bool, 256> pages_{};
  std::array<std::uint8_t, 1024> data_{};
};

}  // namespace block
