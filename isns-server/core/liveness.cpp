#include "isns-server/core/liveness.h"

#include <limits>

namespace core {

void Liveness::arm(std::uint32_t entity, const Record& record, std::int64_t second) {
  if (record.period == 0) {
    wheel_.cancel(entity);
  } else {
    wheel_.schedule(entity, start_ + std::chrono::seconds(second));
  }
}

void Liveness::track(std::uint32_t entity, std::uint32_t period, base::Now now) {
  Record& record = records_[records_.insert(entity).first];
  record.lastContact = record.countsFrom = seconds(now);
  record.period = period;
  arm(entity, record, endOf(record));
}

void Liveness::restore(std::uint32_t entity, std::uint32_t period, base::WallTime lastContact, base::Now now) {
  Record& record = records_[records_.insert(entity).first];
  record.countsFrom = seconds(now);
  const std::int64_t last = (lastContact - wallStart_).count();
  record.lastContact = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(last, std::numeric_limits<std::int32_t>::min(), record.countsFrom));
  record.period = period;
  arm(entity, record, endOf(record));
}

void Liveness::setPeriod(std::uint32_t entity, std::uint32_t period, base::Now now) {
  Record* record = records_.get(entity);
  if (record == nullptr) return;
  record->period = period;
  seconds(now);
  arm(entity, *record, endOf(*record));
}

void Liveness::forget(std::uint32_t entity) {
  const auto slot = records_.find(entity);
  if (slot == decltype(records_)::kNone) return;
  records_.erase(slot);
  wheel_.cancel(entity);
}

std::vector<std::uint32_t> Liveness::expired(base::Now now) {
  std::vector<std::uint32_t> ids;
  const std::int32_t nowSeconds = seconds(now);
  wheel_.advance(now.mono, [&](std::uint32_t entity) {
    const Record& record = *records_.get(entity);
    const bool silent = endOf(record) <= nowSeconds;
    if (silent) ids.push_back(entity);
    arm(entity, record, silent ? std::int64_t{nowSeconds} + record.period + 1 : endOf(record));
  });
  return ids;
}

base::WallTime Liveness::lastContact(std::uint32_t entity) const {
  const Record* record = records_.get(entity);
  return record == nullptr ? base::WallTime{} : wallStart_ + std::chrono::seconds(record->lastContact);
}

}  // namespace core
