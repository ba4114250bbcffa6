// Liveness: when each network entity was last heard, and which have outlived their registration period (RFC
// 4171 6.2.6).
//
// contact() runs for every request and stores four bytes; it moves no timer. When an entity's timer fires, its last
// contact decides: heard since, and the timer is set anew; silent, and the entity is reported. So an entity that never
// speaks and one that speaks a thousand times a second cost one timer each a period.
// Restart rule: restore() keeps the time of the last contact, for attribute 4, and yet grants one full period.
// Bound: the entities of the registry. Times are kept to the second. One thread. No errors.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "isns-server/core/slot_table.h"
#include "isns-server/core/timer_wheel.h"

namespace core {

class Liveness {
 public:
  explicit Liveness(base::TimePoint start) : start_(start), wheel_(start) {}

  // The entity registered. For the first time, now is its last contact; else only its period may be another, which counts
  // from the last contact, or from the start: so its owner lets an entity go that has lost its last ESI portal (RFC 4171
  // 6.3.4), with twice the ESI interval as period, when that much silence has passed, or at once. Period in seconds; 0: it
  // does not expire (RFC 4171 allows that with ESI only).
  void track(std::uint32_t entity, std::uint32_t period, base::Now now);
  // The entity was loaded at a start.
  void restore(std::uint32_t entity, std::uint32_t period, base::WallTime lastContact, base::Now now);
  void contact(std::uint32_t entity, base::Now now) {
    if (Record* record = records_.get(entity); record != nullptr) record->lastContact = seconds(now);
  }
  void forget(std::uint32_t entity);
  // For whoever will call contact() soon.
  void prefetchChain(std::uint32_t entity) const { records_.prefetchChain(entity); }
  void prefetchRecord(std::uint32_t entity) const { records_.prefetchFirst(entity); }
  void prefetchNextRecord(std::uint32_t entity) const { records_.prefetchSecond(entity); }

  // The entities whose period has passed without a contact, each once a period until it is forgotten or heard.
  std::vector<std::uint32_t> expired(base::Now now);
  [[nodiscard]] base::TimePoint nextDeadline() const { return wheel_.nextDeadline(); }

  // RFC 4171 6.2.4. The epoch for an entity that is not known.
  [[nodiscard]] base::WallTime lastContact(std::uint32_t entity) const;
  [[nodiscard]] std::size_t size() const { return records_.size(); }
  [[nodiscard]] std::size_t bytes() const { return records_.bytes() + wheel_.bytes(); }

 private:
  struct Record {
    std::int32_t lastContact = 0;  // seconds since start_; before it after a restart
    std::int32_t countsFrom = 0;   // silence before this does not count
    std::uint32_t period = 0;
  };

  // Also notes how far wall time is ahead, so that lastContact() follows a clock that is set.
  std::int32_t seconds(base::Now now) {
    const auto since = static_cast<std::int32_t>((now.mono - start_) / std::chrono::seconds(1));
    wallStart_ = now.wall - std::chrono::seconds(since);
    return since;
  }
  // The seconds are rounded down, so silence is known to have lasted the period one second later.
  [[nodiscard]] static std::int64_t endOf(const Record& record) {
    return std::int64_t{std::max(record.lastContact, record.countsFrom)} + record.period + 1;
  }
  using Records = SlotTable<std::uint32_t, Record, 1>;
  // Sets or stops the timer of a record.
  void arm(Records::Slot slot, std::int64_t second);

  base::TimePoint start_;
  base::WallTime wallStart_{};
  Records records_;
  TimerWheel wheel_;  // by slot
};

}  // namespace core
