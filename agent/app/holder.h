// Holder: brings a setup into force, with what an agent needs beside the target server's all or nothing.
//
// A unit that cannot be opened at a start or a reload is told of and tried again; meanwhile it is awaited: it keeps its
// LUNs, and answers as becoming ready, so that its hosts wait for it. A change by an administrator that cannot be
// opened is refused whole, but for units behind a network, which may come later. A unit whose file or block device
// another one takes over, or itself with other words, is closed first, because both are opened by one alone; what is
// open there ends before, and where the new one cannot be opened and the setup is refused, it comes back. One whose
// store behind a network another one takes over is awaited until what is open there has ended. A unit in memory that
// was resized goes on living though its store is called otherwise now. The loop's thread; apply() and retry() may block
// as local stores are opened.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "agent/app/targets.h"

namespace agent {

class Holder {
 public:
  struct Hears {
    // Before units may go: whoever saves their states is to answer now, because they wait for it in their units.
    std::function<void()> settle = [] {};
    std::function<void(const target::UnitFacts&)> opened;
    std::function<void(std::string_view unit)> closed;
    std::function<void(std::string_view unit, const base::Error&)> failed;
    // Another setup is wanted from now on, or one was tried and refused.
    std::function<void(const target::Setup& wanted)> wants = [](const target::Setup&) {};
  };
  // Borrowed; they live longer.
  Holder(Targets& targets, StoreProbe probe, Hears hears)
      : targets_(targets), probe_(std::move(probe)), hears_(std::move(hears)) {}

  enum class Mode : std::uint8_t {
    LeaveOut,  // units that cannot be opened: they are awaited
    Refuse,    // a setup of which a new unit on a local store cannot be opened
  };
  base::Status apply(target::Setup wanted, Mode mode);
  // Units that are awaited, once more. True when one more is there.
  bool retry();

  // Another size; `store` is what the unit's store is called from now on.
  base::Status resize(std::string_view unit, std::uint64_t blocks, block::Shrink shrink, std::string store);

  // Why units are not served, by id.
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& missing() const { return missing_; }
  [[nodiscard]] const target::Setup& wanted() const { return wanted_; }

 private:
  struct Renamed {
    std::string store;    // as the setup says it
    std::string running;  // as it was opened
  };
  [[nodiscard]] target::Setup awaitingMissing(const target::Setup& wanted) const;
  [[nodiscard]] base::Status isVacant(const target::UnitSetup& unit, const target::Setup& next) const;
  [[nodiscard]] base::Status probe(const target::UnitSetup& unit) const;
  bool release(const target::Setup& next);
  void comeBack(const target::Setup& before);
  template <class Check>
  bool leaveOut(const target::Setup& setup, Mode mode, Check check);
  base::Status hold(target::Setup wanted, Mode mode);
  void tellDifference(const target::Setup& before);

  Targets& targets_;
  StoreProbe probe_;
  Hears hears_;
  target::Setup wanted_;
  std::map<std::string, std::string, std::less<>> missing_;
  std::map<std::string, Renamed, std::less<>> renamed_;
};

}  // namespace agent
