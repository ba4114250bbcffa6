// Mode pages of a disk (SPC-4 7.5, SBC-3 6.5): one table with what each page holds by default and which bits may
// change.
//
// Current values are shared by all nexuses (VPD page 87h says so) and go back to the saved ones with a logical unit
// reset. Where the unit has a store, pages in which something may change can be saved; else the saved values are the
// defaults. The bits that mean something to the unit are asked for by name. One owner, the unit's thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "agent/scsi/sense.h"
#include "shared/base/bytes.h"

namespace scsi {

inline constexpr std::size_t kMaxModePage = 40;
inline constexpr std::size_t kModePages = 12;

enum class PageControl : std::uint8_t { Current = 0, Changeable = 1, Default = 2, Saved = 3 };

struct ModeSettings {
  bool volatileCache = false;  // WCE is one by default and may be changed; else it is zero and stays
  bool thresholds = false;     // the unit knows what space it has: the Logical Block Provisioning page is there
  bool saves = false;          // pages can be saved
};

// A threshold descriptor of the Logical Block Provisioning page (SBC-3 6.5.8).
struct Threshold {
  bool enabled = false;
  std::uint32_t sets = 0;  // threshold sets: 2^kThresholdExponent blocks each
};
inline constexpr std::uint8_t kThresholdExponent = 11;

class ModePages {
 public:
  using Values = std::array<std::array<std::uint8_t, kMaxModePage>, kModePages>;
  // What a MODE SELECT would do.
  struct Change {
    Values current{};
    Values saved{};
    bool changed = false;  // a current value is another
  };

  explicit ModePages(ModeSettings settings);

  // Appends the pages asked for (3fh and ffh are all); false if there is none.
  bool append(base::Bytes& out, PageControl control, std::uint8_t page, std::uint8_t subpage) const;
  // Checks the pages of a MODE SELECT parameter list, all or none. `offset` is where `pages` begins in the list, for
  // field pointers. `save`: the pages of the list are saved too.
  std::optional<Sense> check(base::ByteView pages, std::size_t offset, bool save, Change& change) const;
  void take(const Change& change);
  void reset() { current_ = saved_; }
  [[nodiscard]] bool saves() const { return settings_.saves; }
  [[nodiscard]] bool hasThresholds() const { return settings_.thresholds; }

  // Saved values for a StateStore. restore() makes them current, too; false, and nothing changed, if it is malformed.
  [[nodiscard]] base::Bytes image(const Change& change) const;
  bool restore(base::ByteView image);

  [[nodiscard]] bool writeCache() const { return bit(kCaching, 2, kWce); }
  // What writeCache() says after take().
  [[nodiscard]] static bool writeCacheAfter(const Change& change) { return (change.current[kCaching][2] & kWce) != 0; }
  [[nodiscard]] bool descriptorSense() const { return bit(kControl, 2, 0x04); }
  [[nodiscard]] bool softwareWriteProtect() const { return bit(kControl, 4, 0x08); }
  [[nodiscard]] bool taskAbortedStatus() const { return bit(kControl, 5, 0x40); }

  // 0: of the space that is available, reached from above; 1: of what is used, from below.
  [[nodiscard]] Threshold threshold(std::size_t index) const;

  // Rows that the code asks by index.
  static constexpr std::size_t kCaching = 3;
  static constexpr std::size_t kControl = 4;
  static constexpr std::size_t kProvisioning = 11;

 private:
  static constexpr std::uint8_t kWce = 0x04;

  [[nodiscard]] bool bit(std::size_t row, std::size_t byte, std::uint8_t mask) const {
    return (current_[row][byte] & mask) != 0;
  }
  [[nodiscard]] std::uint8_t changeable(std::size_t row, std::size_t byte) const;

  [[nodiscard]] bool has(std::size_t row) const;
  [[nodiscard]] bool savable(std::size_t row) const;
  [[nodiscard]] std::size_t find(std::uint8_t page, std::uint8_t subpage) const;

  ModeSettings settings_;
  Values defaults_{};
  Values current_{};
  Values saved_{};
};

}  // namespace scsi
