// Insight: a snapshot with what follows from it, each worked out once by whoever asks first: its index, its findings.
//
// Any thread; who asks while another works it out waits for that. It keeps its snapshot. Findings are kept as long as
// they hold (san::Findings::until), one list a use, and only where that was asked for. Errors: none.
#pragma once

#include <array>
#include <memory>
#include <mutex>

#include "shared/san/finding.h"

namespace api {

class Insight {
 public:
  using Index = std::shared_ptr<const san::SanIndex>;
  using FindingsPtr = std::shared_ptr<const san::Findings>;
  enum class Use : std::uint8_t {
    Shown,     // to a person: on applied reach, with sentences and mends
    Compared,  // with those of a draft: on desired reach, without
  };
  enum class Keep : std::uint8_t { Index, Findings };

  Insight(san::Snapshot snapshot, Keep keep) : snapshot_(std::move(snapshot)), keep_(keep) {}

  static san::FindingContext contextOf(Use use, san::Seconds now);

  [[nodiscard]] const san::Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] const san::SanIndex& index() const;
  [[nodiscard]] FindingsPtr findings(Use use, san::Seconds now) const;
  // Those that are kept; nullptr: they would have to be worked out.
  [[nodiscard]] FindingsPtr keptFindings(Use use, san::Seconds now) const;

 private:
  struct Slot {
    std::mutex mutex;  // held while they are worked out, so that nobody does it twice
    FindingsPtr findings;
    san::Seconds from = 0;
    [[nodiscard]] bool holds(san::Seconds now) const { return findings && from <= now && now < findings->until; }
  };
  Slot& slotOf(Use use) const { return slots_[static_cast<std::size_t>(use)]; }

  const san::Snapshot snapshot_;
  const Keep keep_;
  mutable std::once_flag indexed_;
  mutable std::unique_ptr<const san::SanIndex> index_;
  mutable std::array<Slot, 2> slots_;
};

}  // namespace api
