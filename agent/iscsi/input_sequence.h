// InputSequence: which numbers of a command's Data-In and R2T PDUs an initiator has seen (RFC 7143 4.2.2.4, 7.9,
// D.2.2).
//
// One count over both, from 0 at the command on. A plain value of one owner; it allocates nothing. Bound: numbers less
// than kWindow ahead of the first hole; beyond it TooFar, and the command is aborted.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include "agent/iscsi/serial.h"
#include "agent/iscsi/status_sequence.h"

namespace iscsi {

class InputSequence {
 public:
  static constexpr std::uint32_t kWindow = 1024;

  enum class Arrival : std::uint8_t { InOrder, Ahead, FillsHole, Duplicate, TooFar };
  [[nodiscard]] Arrival check(std::uint32_t n) const {
    if (serialLess(n, expected_)) return Arrival::Duplicate;
    if (n - expected_ >= kWindow) return Arrival::TooFar;
    if (seen_.test(n % kWindow)) return Arrival::Duplicate;
    if (n == highest_) return Arrival::InOrder;
    return serialLess(n, highest_) ? Arrival::FillsHole : Arrival::Ahead;
  }
  Arrival received(std::uint32_t n) {
    const Arrival arrival = check(n);
    if (arrival == Arrival::Duplicate || arrival == Arrival::TooFar) return arrival;
    seen_.set(n % kWindow);
    if (!serialLess(n, highest_)) highest_ = n + 1;
    while (seen_.test(expected_ % kWindow)) seen_.reset(expected_++ % kWindow);
    return arrival;
  }
  // All numbers below `end` were sent.
  void sentBelow(std::uint32_t end) {
    if (serialLess(highest_, end) && end - expected_ <= kWindow) highest_ = end;
  }

  [[nodiscard]] std::uint32_t expected() const { return expected_; }  // the first number that has not come
  [[nodiscard]] std::uint32_t end() const { return highest_; }
  [[nodiscard]] bool whole() const { return expected_ == highest_; }
  [[nodiscard]] std::optional<SnackRun> firstHole() const {
    if (whole()) return std::nullopt;
    SnackRun run{expected_, 1};
    while (run.begin + run.count != highest_ && !seen_.test((run.begin + run.count) % kWindow)) ++run.count;
    return run;
  }
  // Forgets all from `n` on.
  void restart(std::uint32_t n) {
    seen_.reset();
    expected_ = n;
    highest_ = n;
  }

 private:
  std::uint32_t expected_ = 0;
  std::uint32_t highest_ = 0;  // one behind the highest number known of
  std::bitset<kWindow> seen_;
};

}  // namespace iscsi
