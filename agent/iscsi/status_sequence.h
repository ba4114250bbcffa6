// StatusSequence: StatSN of one connection, at the target (RFC 7143 4.2.2.2, 7.9, 11.4.9, 11.16).
//
// It numbers what carries status, learns from ExpStatSN what has arrived, and keeps handles of what may be asked for
// again by a Status SNACK. One owner, no locks. It allocates in the constructor only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/iscsi/serial.h"

namespace iscsi {

// A run of numbers asked for by a SNACK.
struct SnackRun {
  std::uint32_t begin = 0;
  std::uint32_t count = 0;

  friend bool operator==(const SnackRun&, const SnackRun&) = default;
};

// What becomes of a SNACK. The numbers of the Reject reasons are in RFC 7143 11.17.1.
enum class SnackVerdict : std::uint8_t {
  Resend,
  ProtocolError,  // Reject 04: never sent, or acknowledged already
  Rejected,       // Reject 03: sent, and no longer here
};

struct SnackAnswer {
  SnackVerdict verdict = SnackVerdict::Resend;
  SnackRun run;  // with Resend; count 0 where nothing is to be sent
};

class StatusSequence {
 public:
  using Handle = std::uint32_t;

  // `first` is the StatSN of the first Login Response. Bound: `kept` handles (0 at ErrorRecoveryLevel 0). When a status
  // more is sent the oldest is let go, and a SNACK for it is rejected: a peer that never acknowledges holds no more
  // than that.
  StatusSequence(std::uint32_t first, std::uint32_t kept) : ring_(kept), next_(first), acknowledged_(first) {}

  // What R2T and a NOP-In without a ping's tag carry: they take no number.
  [[nodiscard]] std::uint32_t next() const { return next_; }
  // All below it were acknowledged.
  [[nodiscard]] std::uint32_t acknowledged() const { return acknowledged_; }
  [[nodiscard]] bool isAcknowledged(std::uint32_t statSn) const { return serialLess(statSn, acknowledged_); }
  [[nodiscard]] std::uint32_t unacknowledged() const { return next_ - acknowledged_; }

  // Gives the StatSN of a PDU that carries status. release(handle) is called for what is no longer kept, this one
  // included where nothing is kept at all.
  template <class Release>
  std::uint32_t assign(Handle status, Release&& release) {
    const std::uint32_t statSn = next_++;
    if (ring_.empty()) {
      release(status);
      return statSn;
    }
    if (held_ == ring_.size()) release(takeOldest());
    ring_[(oldest_ + held_++) % ring_.size()] = {statSn, status};
    return statSn;
  }

  // How many are kept, and one less: as if the ring had been full. Not with none.
  [[nodiscard]] std::size_t kept() const { return held_; }
  template <class Release>
  void letGoOfOldest(Release&& release) {
    release(takeOldest());
  }

  enum class Acknowledged : std::uint8_t {
    Taken,
    Old,     // behind what was acknowledged: PDUs of one connection may carry it again
    Unsent,  // ahead of what was sent: ignored, since initiators in use do so
  };
  template <class Release>
  Acknowledged acknowledge(std::uint32_t expStatSn, Release&& release) {
    if (serialLess(next_, expStatSn)) return Acknowledged::Unsent;
    if (serialLess(expStatSn, acknowledged_)) return Acknowledged::Old;
    acknowledged_ = expStatSn;
    while (held_ > 0 && isAcknowledged(ring_[oldest_].statSn)) release(takeOldest());
    return Acknowledged::Taken;
  }

  // A Status SNACK. RunLength 0 is all from BegRun on; both 0 is all that is not acknowledged.
  [[nodiscard]] SnackAnswer snack(std::uint32_t begRun, std::uint32_t runLength) const;
  [[nodiscard]] std::optional<Handle> find(std::uint32_t statSn) const;

  // The connection is gone: lets go of all that is kept.
  template <class Release>
  void clear(Release&& release) {
    while (held_ > 0) release(takeOldest());
  }

 private:
  struct Kept {
    std::uint32_t statSn = 0;
    Handle status = 0;
  };

  Handle takeOldest() {
    const Handle status = ring_[oldest_].status;
    oldest_ = (oldest_ + 1) % ring_.size();
    --held_;
    return status;
  }

  std::vector<Kept> ring_;  // numbers without a gap, the newest is next_ - 1
  std::size_t oldest_ = 0;
  std::size_t held_ = 0;
  std::uint32_t next_;
  std::uint32_t acknowledged_;
};

}  // namespace iscsi
