#include "agent/scsi/mode_pages.h"

#include <bit>

namespace scsi {
namespace {

constexpr std::uint8_t kAllPages = 0x3f;
constexpr std::uint8_t kAllSubpages = 0xff;
constexpr std::uint8_t kSubpageFormat = 0x40;

constexpr unsigned hexDigit(char c) {
  const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
  return static_cast<unsigned>(digit);
}

struct Hex {
  std::array<std::uint8_t, kMaxModePage> bytes{};
  std::uint8_t size = 0;
};
constexpr Hex hex(std::string_view digits) {
  Hex out;
  std::size_t n = 0;
  for (const char c : digits) {
    if (c == ' ') continue;
    out.bytes[n / 2] = static_cast<std::uint8_t>(out.bytes[n / 2] * 16U + hexDigit(c));
    ++n;
  }
  out.size = static_cast<std::uint8_t>(n / 2);
  return out;
}
constexpr ModePageRow row(std::string_view name, std::string_view defaults, std::string_view changeable) {
  const Hex d = hex(defaults);
  const Hex c = hex(changeable);
  const std::uint8_t subpage = (d.bytes[0] & kSubpageFormat) != 0 ? d.bytes[1] : std::uint8_t{0};
  return {static_cast<std::uint8_t>(d.bytes[0] & 0x3f), subpage, name, d.size, d.bytes, c.bytes};
}

// Caching: WCE, by what the device has. Control: D_SENSE, SWP, TAS may change; GLTSD one (log parameters are not
// saved), QUEUE ALGORITHM MODIFIER 1 (overlapping simple commands are not ordered). DEXCPT one: no exception is
// reported.
constexpr ModePageRow kRows[kModePages] = {
    row("Read-Write Error Recovery", "010a 00000000 00000000 0000", ""),
    row("Disconnect-Reconnect", "020e 00000000 00000000 00000000 0000", ""),
    row("Verify Error Recovery", "070a 00000000 00000000 0000", ""),
    row("Caching", "0812 00000000 00000000 00000000 00000000 0000", "0000 04"),
    row("Control", "0a0a 02100000 00000000 0000", "0000 04000840 00000000 0000"),
    row("Control Extension", "4a01 001c 02000000 00000000 00000000 00000000 00000000 00000000 00000000", ""),
    row("Protocol Specific Logical Unit", "1806 05000000 0000", ""),
    row("Protocol Specific Port", "1906 05000000 0000", ""),
    row("Power Condition", "1a26 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000",
        ""),
    row("Informational Exceptions Control", "1c0a 08000000 00000000 0000", ""),
    row("Background Control", "5c01 000c 00000000 00000000 00000000", ""),
};

constexpr std::size_t headerOf(const ModePageRow& r) { return r.subpage == 0 ? 2 : 4; }

constexpr bool rowsHold() {
  for (std::size_t i = 0; i < kModePages; ++i) {
    const ModePageRow& r = kRows[i];
    const std::size_t said = r.subpage == 0 ? r.defaults[1] : r.defaults[2] * 256U + r.defaults[3];
    if (said + headerOf(r) != r.length) return false;
    if (i != 0 && kRows[i - 1].page * 256 + kRows[i - 1].subpage >= r.page * 256 + r.subpage) return false;
  }
  return kRows[ModePages::kCaching].page == 0x08 && kRows[ModePages::kControl].page == 0x0a;
}
static_assert(rowsHold(), "pages in order, with the lengths that they say");

bool wanted(const ModePageRow& r, std::uint8_t page, std::uint8_t subpage) {
  if (page == kAllPages) return subpage == kAllSubpages || r.subpage == 0;
  return r.page == page && (subpage == kAllSubpages || r.subpage == subpage);
}

std::size_t findRow(std::uint8_t page, std::uint8_t subpage) {
  for (std::size_t i = 0; i < kModePages; ++i) {
    if (kRows[i].page == page && kRows[i].subpage == subpage) return i;
  }
  return kModePages;
}

}  // namespace

std::span<const ModePageRow> modePageTable() { return kRows; }

ModePages::ModePages(bool volatileCache) : volatileCache_(volatileCache) { reset(); }

void ModePages::reset() {
  for (std::size_t i = 0; i < kModePages; ++i) current_[i] = kRows[i].defaults;
  if (volatileCache_) current_[kCaching][2] |= 0x04;
}

std::uint8_t ModePages::changeable(std::size_t row, std::size_t byte) const {
  const std::uint8_t mask = kRows[row].changeable[byte];
  return row == kCaching && byte == 2 && !volatileCache_ ? static_cast<std::uint8_t>(mask & ~0x04) : mask;
}

bool ModePages::append(base::Bytes& out, PageControl control, std::uint8_t page, std::uint8_t subpage) const {
  const std::size_t before = out.size();
  for (std::size_t i = 0; i < kModePages; ++i) {
    const ModePageRow& r = kRows[i];
    if (!wanted(r, page, subpage)) continue;
    const std::size_t at = out.size();
    const auto& values = control == PageControl::Current ? current_[i] : r.defaults;
    out.insert(out.end(), values.begin(), values.begin() + r.length);
    if (control == PageControl::Changeable) {
      for (std::size_t b = headerOf(r); b < r.length; ++b) out[at + b] = changeable(i, b);
    } else if (control == PageControl::Default && i == kCaching && volatileCache_) {
      out[at + 2] |= 0x04;
    }
  }
  return out.size() != before;
}

std::optional<Sense> ModePages::select(base::ByteView pages, std::size_t offset, bool& changed) {
  Values next = current_;
  for (std::size_t at = 0; at < pages.size();) {
    const base::ByteView rest = pages.subspan(at);
    const auto pointer = [&](std::size_t byte) { return static_cast<std::uint16_t>(offset + at + byte); };
    const bool longForm = (rest[0] & kSubpageFormat) != 0;
    if (rest.size() < (longForm ? 4U : 2U)) return parameterListLengthError();
    const std::size_t i = findRow(rest[0] & 0x3f, longForm ? rest[1] : std::uint8_t{0});
    if (i == kModePages || (longForm && rest[1] == 0)) return invalidFieldInParameterList(pointer(0));
    const ModePageRow& r = kRows[i];
    const std::size_t said = longForm ? base::loadU16(&rest[2]) + 4U : rest[1] + 2U;
    if (said != r.length) return invalidFieldInParameterList(pointer(longForm ? 2 : 1));
    if (rest.size() < r.length) return parameterListLengthError();
    for (std::size_t b = headerOf(r); b < r.length; ++b) {
      const auto differs = static_cast<std::uint8_t>(rest[b] ^ next[i][b]);
      const auto wrong = static_cast<unsigned>(differs & ~changeable(i, b));
      if (wrong != 0) {
        return invalidFieldInParameterList(pointer(b), static_cast<std::uint8_t>(std::bit_width(wrong) - 1));
      }
      next[i][b] = rest[b];
    }
    at += r.length;
  }
  changed = next != current_;
  current_ = next;
  return std::nullopt;
}

}  // namespace scsi
