// The authority that issues now and those before it that are still believed: the change from one root to the next.
//
// change() makes a new root. From then on it issues; the old one is believed until the overlap ends, so that agents
// with old certificates get in and are given new ones. Servers show serverChain(): the cross certificates of each root
// by the one before it, then the new root and the old ones, so that an agent that kept, or whose token pins, an old root believes the new
// server certificate too. The private key of an old root is not needed once the cross certificate is made, and is
// dropped.
//
// A value; time is an argument. Bound: kMaxPrevious old roots, a further change is refused until one has run out.
#pragma once

#include <optional>
#include <vector>

#include "isns-server/manage/keys/certificate_authority.h"

namespace keys {

struct PreviousRoot {
  mgmt::Certificate root;
  mgmt::Certificate cross;  // of the root that came after it, issued by it
  base::WallTime believedUntil;
};

class Authorities {
 public:
  static constexpr std::size_t kMaxPrevious = 3;

  explicit Authorities(CertificateAuthority current, std::vector<PreviousRoot> previous = {})
      : current_(std::move(current)), previous_(std::move(previous)) {}

  [[nodiscard]] const CertificateAuthority& current() const { return current_; }
  [[nodiscard]] const std::vector<PreviousRoot>& previous() const { return previous_; }

  [[nodiscard]] base::Status change(base::WallTime now, std::chrono::seconds overlap, const base::RandomSource& random);
  // Ends the overlap of every old root at once: one of their keys is known to a stranger.
  void disownPrevious() { previous_.clear(); }
  // Forgets the old roots whose overlap has ended.
  void prune(base::WallTime now);

  // Those that a client's certificate may come from.
  [[nodiscard]] std::vector<mgmt::Certificate> trusted(base::WallTime now) const;
  // Until when one that came from us is believed: as long as the root that issued it; zero: it is believed no more.
  [[nodiscard]] base::WallTime believedUntil(const mgmt::Certificate& issued) const;
  // What a server shows behind its certificate.
  [[nodiscard]] std::vector<mgmt::Certificate> serverChain(const mgmt::Certificate& server, base::WallTime now) const;

 private:
  [[nodiscard]] bool reachesNext() const;

  CertificateAuthority current_;
  std::vector<PreviousRoot> previous_;  // the oldest first
};

}  // namespace keys
