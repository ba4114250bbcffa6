// Rounds: when a list of things is tried again: all of it once a round, a few at a time, each round a period after the
// begin of the one before, give or take a quarter, so that many agents do not come in one moment.
//
// Pure: the time goes in. The owner brings a list of its own to a round and keeps it until the round is over. The first
// round comes within kFirst, as does one after news where a round would be far away only because there was nothing to
// try. One owner, no locks.
#pragma once

#include <cstddef>
#include <optional>

#include "shared/base/clock.h"
#include "shared/base/random.h"

namespace management {

class Rounds {
 public:
  static constexpr std::chrono::seconds kFirst{20};

  Rounds(base::RandomSource random, std::size_t atATime) : random_(std::move(random)), atATime_(atATime) {}

  // 0: never. A round that is under way ends.
  void setEvery(base::Duration every, base::TimePoint now);
  // There is something to try where there was nothing: soon.
  void wake(base::TimePoint now);

  [[nodiscard]] bool due(base::TimePoint now) const { return !underWay() && now >= next_; }
  // A round of so many things begins.
  void begin(std::size_t things, base::TimePoint now);
  // The next thing to try, while fewer than `atATime` are being tried; each is ended() later.
  [[nodiscard]] std::optional<std::size_t> take();
  // True: the round is over.
  bool ended();

  [[nodiscard]] bool underWay() const { return taken_ < things_ || trying_ > 0; }
  // When due() becomes true.
  [[nodiscard]] base::TimePoint nextDeadline() const { return underWay() ? base::kNever : next_; }

 private:
  [[nodiscard]] base::Duration within(base::Duration span) const;

  base::RandomSource random_;
  const std::size_t atATime_;
  base::Duration every_{};
  base::TimePoint next_ = base::kNever;
  std::size_t things_ = 0;
  std::size_t taken_ = 0;
  std::size_t trying_ = 0;
};

}  // namespace management
