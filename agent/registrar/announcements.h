// Announcements: which of the services that a subnet announces are looked at.
//
// Each interface and each protocol over which a service is heard is an announcement of its own. Those that came first
// are looked at; the others wait, and the next one takes the place of one that went. Of those that there is no room to
// remember the number is kept: when all that were remembered have gone, they have to be asked for anew.
//
// Pure. One owner, no locks. Bounds: kMaxLookedAt, kMaxWaiting.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace registrar {

class Announcements {
 public:
  static constexpr std::size_t kMaxLookedAt = 128;  // eight for each name server that is used of a source
  static constexpr std::size_t kMaxWaiting = 1024;

  using Key = std::tuple<std::string, std::string, int, int>;  // name, domain, interface, protocol

  // True: it is to be looked at. Nothing comes of one that is known.
  bool came(const Key& key);
  // The one that is to be looked at instead, where there is one.
  std::optional<Key> went(const Key& key);

  // Announcements that are not looked at.
  [[nodiscard]] std::size_t leftOut() const { return waiting_.size() + forgotten_; }
  // There is room for one that was not remembered.
  [[nodiscard]] bool incomplete() const {
    return forgotten_ > 0 && waiting_.empty() && lookedAt_.size() < kMaxLookedAt;
  }

 private:
  std::set<Key> lookedAt_;
  std::deque<Key> waiting_;  // as they came
  std::size_t forgotten_ = 0;
};

}  // namespace registrar
