// PduTrace: the headers that went over a connection lately, for support: a ring of the last kKept of both directions.
//
// Data segments are not kept, so neither secrets nor contents are in it; headers of login PDUs have none. One owner.
// The memory comes with the first PDU.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "agent/iscsi/bhs.h"
#include "shared/base/clock.h"

namespace iscsi {

class PduTrace {
 public:
  static constexpr std::size_t kKept = 32;

  struct Entry {
    base::TimePoint when{};
    bool sent = false;
    std::array<std::uint8_t, kBhsSize> bhs{};
  };

  void received(BhsView bhs, base::TimePoint when) {
    Entry& entry = next();
    entry.when = when;
    entry.sent = false;
    std::copy(bhs.begin(), bhs.end(), entry.bhs.begin());
  }
  template <class Pdu>
  void sent(const Pdu& pdu, base::TimePoint when) {
    Entry& entry = next();
    entry.when = when;
    entry.sent = true;
    pdu.encode(entry.bhs);
  }

  // Visits from the oldest on.
  template <class Visit>
  void forEach(Visit&& visit) const {
    if (ring_ == nullptr) return;
    const std::uint64_t from = count_ > kKept ? count_ - kKept : 0;
    for (std::uint64_t i = from; i < count_; ++i) visit((*ring_)[i % kKept]);
  }

 private:
  Entry& next() {
    if (ring_ == nullptr) ring_ = std::make_unique<std::array<Entry, kKept>>();
    return (*ring_)[count_++ % kKept];
  }

  std::unique_ptr<std::array<Entry, kKept>> ring_;
  std::uint64_t count_ = 0;
};

}  // namespace iscsi
