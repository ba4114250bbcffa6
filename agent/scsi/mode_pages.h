// Mode pages of a disk (SPC-4 7.5, SBC-3 6.5): one table with what each page holds by default and which bits may
// change.
//
// Current values are shared by all nexuses (VPD page 87h says so) and go back to their defaults with a logical unit
// reset; none can be saved. The bits that mean something to the unit are asked for by name. One owner, the unit's
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "agent/scsi/sense.h"
#include "shared/base/bytes.h"

namespace scsi {

inline constexpr std::size_t kMaxModePage = 40;

struct ModePageRow {
  std::uint8_t page;
  std::uint8_t subpage;
  std::string_view name;
  std::uint8_t length;                              // of the whole page
  std::array<std::uint8_t, kMaxModePage> defaults;
  std::array<std::uint8_t, kMaxModePage> changeable;
};
std::span<const ModePageRow> modePageTable();
inline constexpr std::size_t kModePages = 11;

enum class PageControl : std::uint8_t { Current = 0, Changeable = 1, Default = 2, Saved = 3 };

class ModePages {
 public:
  // `volatileCache`: WCE is one by default and may be changed; else it is zero and stays.
  explicit ModePages(bool volatileCache);

  // Appends the pages asked for (3fh and ffh are all); false if there is none.
  bool append(base::Bytes& out, PageControl control, std::uint8_t page, std::uint8_t subpage) const;
  // Checks the pages of a MODE SELECT parameter list and takes them over, all or none. `offset` is where `pages` begins
  // in the list, for field pointers. Sets `changed` if a value is another now.
  std::optional<Sense> select(base::ByteView pages, std::size_t offset, bool& changed);
  void reset();

  [[nodiscard]] bool writeCache() const { return bit(kCaching, 2, 0x04); }
  [[nodiscard]] bool descriptorSense() const { return bit(kControl, 2, 0x04); }
  [[nodiscard]] bool softwareWriteProtect() const { return bit(kControl, 4, 0x08); }
  [[nodiscard]] bool taskAbortedStatus() const { return bit(kControl, 5, 0x40); }

  // Rows that the code asks by index.
  static constexpr std::size_t kCaching = 3;
  static constexpr std::size_t kControl = 4;

 private:
  using Values = std::array<std::array<std::uint8_t, kMaxModePage>, kModePages>;
  [[nodiscard]] bool bit(std::size_t row, std::size_t byte, std::uint8_t mask) const {
    return (current_[row][byte] & mask) != 0;
  }
  [[nodiscard]] std::uint8_t changeable(std::size_t row, std::size_t byte) const;

  bool volatileCache_;
  Values current_{};
};

}  // namespace scsi
