// SourceCounts: how many connections each source has open, so that none takes the room of the others.
//
// All of one address count together. Those of clients who have not shown who they are also count by their network, as a
// host has as many IPv6 addresses as it likes (net/source.h); who has shown it leaves that count, so that the hosts of
// one network do not shut each other out. One thread, the loop's. A Place gives back what it has when it goes; the
// counts live as long as any of them.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "shared/net/source.h"

namespace api {

class SourceCounts {
 public:
  class Place;

  explicit SourceCounts(std::size_t most) : most_(most) {}
  // Whether one more may come from the address.
  [[nodiscard]] bool admits(const std::string& address) const {
    return of(byAddress_, address) < most_ && of(strangers_, net::sourceOf(address)) < most_;
  }

 private:
  using Counts = std::unordered_map<std::string, std::size_t>;

  static std::size_t of(const Counts& counts, const std::string& source) {
    const auto found = counts.find(source);
    return found == counts.end() ? 0 : found->second;
  }
  static void drop(Counts& counts, const std::string& source) {
    const auto found = counts.find(source);
    if (--found->second == 0) counts.erase(found);
  }

  const std::size_t most_;
  Counts byAddress_;
  Counts strangers_;  // of them, by network
};

// That of one connection.
class SourceCounts::Place {
 public:
  Place() = default;  // does not count
  Place(std::shared_ptr<SourceCounts> counts, std::string address)
      : counts_(std::move(counts)), address_(std::move(address)) {
    ++counts_->byAddress_[address_];
    ++counts_->strangers_[net::sourceOf(address_)];
  }
  Place(Place&& other) noexcept
      : counts_(std::move(other.counts_)), address_(std::move(other.address_)), known_(other.known_) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place& operator=(Place&&) = delete;
  ~Place() {
    vouch();
    if (counts_) drop(counts_->byAddress_, address_);
  }

  // Whose connection it is has shown who he is.
  void vouch() {
    if (counts_ && !std::exchange(known_, true)) drop(counts_->strangers_, net::sourceOf(address_));
  }

 private:
  std::shared_ptr<SourceCounts> counts_;
  std::string address_;
  bool known_ = false;
};

}  // namespace api
