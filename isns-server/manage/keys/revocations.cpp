#include "isns-server/manage/keys/revocations.h"

#include <algorithm>

namespace keys {

bool Revocations::add(const std::string& serial, base::WallTime at, base::WallTime expires) {
  return revoked_.emplace(serial, Entry{at, expires}).second;
}

void Revocations::prune(base::WallTime now) {
  std::erase_if(revoked_, [&](const auto& one) { return one.second.expires + std::chrono::hours(24) < now; });
}

std::vector<RevokedSerial> Revocations::list() const {
  std::vector<RevokedSerial> all;
  for (const auto& [serial, entry] : revoked_) all.push_back({serial, entry.at});
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.serial < b.serial; });
  return all;
}

}  // namespace keys
