#include "isns-server/manage/keys/revocations.h"

namespace keys {

bool Revocations::add(const std::string& serial, base::WallTime expires) {
  return revoked_.emplace(serial, expires).second;
}

void Revocations::prune(base::WallTime now) {
  std::erase_if(revoked_, [&](const auto& one) { return one.second + std::chrono::hours(24) < now; });
}

}  // namespace keys
