#include "isns-server/manage/keys/authorities.h"

#include <algorithm>

namespace keys {

base::Status Authorities::change(base::WallTime now, std::chrono::seconds overlap, const base::RandomSource& random) {
  prune(now);
  if (previous_.size() == kMaxPrevious) {
    return base::fail("three earlier authorities are still believed: wait until the overlap of one has ended");
  }
  if (!reachesNext()) {
    return base::fail(
        "an authority that is still believed was made for fewer changes, and who knows it alone would be "
        "locked out: wait until its overlap has ended, or disown it");
  }
  base::Result<CertificateAuthority> next = CertificateAuthority::create(now, random);
  if (!next) return base::fail(next.error());
  base::Result<mgmt::Certificate> cross = current_.crossSign(next->root(), now, random);
  if (!cross) return base::fail(cross.error());
  previous_.push_back({current_.root(), std::move(*cross), now + overlap});
  current_ = std::move(*next);
  return {};
}

// Whether a path from each root that is believed could hold one more cross certificate (RFC 5280 4.2.1.9): roots of
// older releases end after the first.
bool Authorities::reachesNext() const {
  std::size_t below = previous_.size();  // cross certificates under cross certificate i
  for (const PreviousRoot& old : previous_) {
    if (old.root.pathLength() < below + 1 || old.cross.pathLength() < below) return false;
    --below;
  }
  return true;
}

void Authorities::prune(base::WallTime now) {
  std::erase_if(previous_, [&](const PreviousRoot& old) { return old.believedUntil <= now; });
}

std::vector<mgmt::Certificate> Authorities::trusted(base::WallTime now) const {
  std::vector<mgmt::Certificate> roots{current_.root()};
  for (const PreviousRoot& old : previous_) {
    if (now < old.believedUntil) roots.push_back(old.root);
  }
  return roots;
}

base::WallTime Authorities::believedUntil(const mgmt::Certificate& issued) const {
  if (issued.issuedBy(current_.root())) return current_.root().notAfter();
  for (const PreviousRoot& old : previous_) {
    if (issued.issuedBy(old.root)) return std::min(old.believedUntil, old.root.notAfter());
  }
  return {};
}

std::vector<mgmt::Certificate> Authorities::serverChain(const mgmt::Certificate& server, base::WallTime now) const {
  std::vector<mgmt::Certificate> chain{server};
  std::vector<mgmt::Certificate> roots{current_.root()};
  for (auto old = previous_.rbegin(); old != previous_.rend(); ++old) {
    if (old->believedUntil <= now) continue;
    chain.push_back(old->cross);
    roots.push_back(old->root);
  }
  // Cross certificates first: a client that takes the first issuer that fits would stop at a root that it does not know.
  chain.insert(chain.end(), roots.begin(), roots.end());
  return chain;
}

}  // namespace keys
