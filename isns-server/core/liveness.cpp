#include "isns-server/core/liveness.h"

#include <limits>

namespace core {

void Liveness::arm(Records::Slot slot, std::int64_t second) {
  if (records_[slot].period == 0) {
    wheel_.cancel(slot);
  } else {
    wheel_.schedule(slot, start_ + std::chrono::seconds(second));
  }
}

void Liveness::track(std::uint32_t entity, std::uint32_t period, base::Now now) {
  const auto [slot, added] = records_.insert(entity);
  Record& record = records_[slot];
  const std::int32_t at = seconds(now);
  if (added) record.lastContact = record.countsFrom = at;
  record.period = period;
  arm(slot, endOf(record));
}

void Liveness::restore(std::uint32_t entity, std::uint32_t period, base::WallTime lastContact, base::Now now) {
  const Records::Slot slot = records_.insert(entity).first;
  Record& record = records_[slot];
  record.countsFrom = seconds(now);
  const std::int64_t last = (lastContact - wallStart_).count();
  record.lastContact = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(last, std::numeric_limits<std::int32_t>::min(), record.countsFrom));
  record.period = period;
  arm(slot, endOf(record));
}

void Liveness::forget(std::uint32_t entity) {
  const Records::Slot slot = records_.find(entity);
  if (slot == Records::kNone) return;
  records_.erase(slot);
  wheel_.cancel(slot);
}

std::vector<std::uint32_t> Liveness::expired(base::Now now) {
  std::vector<std::uint32_t> ids;
  const std::int32_t nowSeconds = seconds(now);
  wheel_.advance(now.mono, [&](Records::Slot slot) {
    const Record& record = records_[slot];
    const bool silent = endOf(record) <= nowSeconds;
    if (silent) ids.push_back(records_.key(slot));
    arm(slot, silent ? std::int64_t{nowSeconds} + record.period + 1 : endOf(record));
  });
  return ids;
}

base::WallTime Liveness::lastContact(std::uint32_t entity) const {
  const Record* record = records_.get(entity);
  return record == nullptr ? base::WallTime{} : wallStart_ + std::chrono::seconds(record->lastContact);
}

}  // namespace core
