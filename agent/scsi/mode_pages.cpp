#include "agent/scsi/mode_pages.h"

#include <bit>

#include "shared/base/hex.h"

namespace scsi {
namespace {

constexpr std::uint8_t kAllPages = 0x3f;
constexpr std::uint8_t kAllSubpages = 0xff;
constexpr std::uint8_t kSubpageFormat = 0x40;

struct ModePageRow {
  std::uint8_t page;
  std::uint8_t subpage;
  std::string_view name;
  std::uint8_t length;  // of the whole page
  std::array<std::uint8_t, kMaxModePage> defaults;
  std::array<std::uint8_t, kMaxModePage> changeable;
  bool ofThresholds = false;  // there only where thresholds are
};

struct Hex {
  std::array<std::uint8_t, kMaxModePage> bytes{};
  std::uint8_t size = 0;
};
constexpr Hex hex(std::string_view digits) {
  Hex out;
  std::size_t n = 0;
  for (const char c : digits) {
    if (c == ' ') continue;
    out.bytes[n / 2] = static_cast<std::uint8_t>(out.bytes[n / 2] * 16U + static_cast<unsigned>(base::hexDigit(c)));
    ++n;
  }
  out.size = static_cast<std::uint8_t>(n / 2);
  return out;
}
constexpr ModePageRow row(std::string_view name, std::string_view defaults, std::string_view changeable,
                          bool ofThresholds = false) {
  const Hex d = hex(defaults);
  const Hex c = hex(changeable);
  const std::uint8_t subpage = (d.bytes[0] & kSubpageFormat) != 0 ? d.bytes[1] : std::uint8_t{0};
  return {static_cast<std::uint8_t>(d.bytes[0] & 0x3f), subpage, name, d.size, d.bytes, c.bytes, ofThresholds};
}

// Caching: WCE, by what the device has. Control: D_SENSE, SWP, TAS may change; TAS one, so that whose commands somebody
// else ends hears of it at once: without a status it would wait for half a minute; GLTSD one (log parameters are not
// saved), QUEUE ALGORITHM MODIFIER 1 (overlapping simple commands are not ordered). DEXCPT one: no exception is
// reported. Logical Block Provisioning: a soft threshold each for available (01h, armed from above) and used (02h,
// armed from below) resources, whose ENABLED and THRESHOLD COUNT may change; SITUA zero, all nexuses hear of it.
constexpr ModePageRow kRows[kModePages] = {
    row("Read-Write Error Recovery", "010a 00000000 00000000 0000", ""),
    row("Disconnect-Reconnect", "020e 00000000 00000000 00000000 0000", ""),
    row("Verify Error Recovery", "070a 00000000 00000000 0000", ""),
    row("Caching", "0812 00000000 00000000 00000000 00000000 0000", "0000 04"),
    row("Control", "0a0a 02100040 00000000 0000", "0000 04000840 00000000 0000"),
    row("Control Extension", "4a01 001c 02000000 00000000 00000000 00000000 00000000 00000000 00000000", ""),
    row("Protocol Specific Logical Unit", "1806 05000000 0000", ""),
    row("Protocol Specific Port", "1906 05000000 0000", ""),
    row("Power Condition", "1a26 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000",
        ""),
    row("Informational Exceptions Control", "1c0a 08000000 00000000 0000", ""),
    row("Background Control", "5c01 000c 00000000 00000000 00000000", ""),
    row("Logical Block Provisioning", "5c02 001c 00000000 00000000 00000000 00010000 00000000 01020000 00000000",
        "0000 0000 00000000 00000000 00000000 80000000 ffffffff 80000000 ffffffff", true),
};

constexpr std::size_t headerOf(const ModePageRow& r) { return r.subpage == 0 ? 2 : 4; }

constexpr bool rowsHold() {
  for (std::size_t i = 0; i < kModePages; ++i) {
    const ModePageRow& r = kRows[i];
    const std::size_t said = r.subpage == 0 ? r.defaults[1] : r.defaults[2] * 256U + r.defaults[3];
    if (said + headerOf(r) != r.length) return false;
    if (i != 0 && kRows[i - 1].page * 256 + kRows[i - 1].subpage >= r.page * 256 + r.subpage) return false;
  }
  return kRows[ModePages::kCaching].page == 0x08 && kRows[ModePages::kControl].page == 0x0a &&
         kRows[ModePages::kProvisioning].ofThresholds;
}
static_assert(rowsHold(), "pages in order, with the lengths that they say");

bool wanted(const ModePageRow& r, std::uint8_t page, std::uint8_t subpage) {
  if (page == kAllPages) return subpage == kAllSubpages || r.subpage == 0;
  return r.page == page && (subpage == kAllSubpages || r.subpage == subpage);
}

constexpr std::uint8_t kSavable = 0x80;  // PS

}  // namespace

ModePages::ModePages(ModeSettings settings) : settings_(settings) {
  for (std::size_t i = 0; i < kModePages; ++i) defaults_[i] = kRows[i].defaults;
  if (settings_.volatileCache) defaults_[kCaching][2] |= kWce;
  current_ = saved_ = defaults_;
}

bool ModePages::has(std::size_t row) const { return !kRows[row].ofThresholds || settings_.thresholds; }

std::size_t ModePages::find(std::uint8_t page, std::uint8_t subpage) const {
  for (std::size_t i = 0; i < kModePages; ++i) {
    if (kRows[i].page == page && kRows[i].subpage == subpage && has(i)) return i;
  }
  return kModePages;
}

std::uint8_t ModePages::changeable(std::size_t row, std::size_t byte) const {
  const std::uint8_t mask = kRows[row].changeable[byte];
  const bool fixed = row == kCaching && byte == 2 && !settings_.volatileCache;
  return fixed ? static_cast<std::uint8_t>(mask & ~kWce) : mask;
}

bool ModePages::savable(std::size_t row) const {
  if (!settings_.saves || !has(row)) return false;
  for (std::size_t b = headerOf(kRows[row]); b < kRows[row].length; ++b) {
    if (changeable(row, b) != 0) return true;
  }
  return false;
}

Threshold ModePages::threshold(std::size_t index) const {
  constexpr std::size_t kFirstAt = 16;
  const std::uint8_t* const at = &current_[kProvisioning][kFirstAt + 8 * index];
  return {settings_.thresholds && (at[0] & 0x80) != 0, base::loadU32(at + 4)};
}

bool ModePages::append(base::Bytes& out, PageControl control, std::uint8_t page, std::uint8_t subpage) const {
  const std::size_t before = out.size();
  const Values& values = control == PageControl::Current ? current_
                         : control == PageControl::Saved ? saved_
                                                         : defaults_;
  for (std::size_t i = 0; i < kModePages; ++i) {
    const ModePageRow& r = kRows[i];
    if (!wanted(r, page, subpage) || !has(i)) continue;
    const std::size_t at = out.size();
    out.insert(out.end(), values[i].begin(), values[i].begin() + r.length);
    if (control == PageControl::Changeable) {
      for (std::size_t b = headerOf(r); b < r.length; ++b) out[at + b] = changeable(i, b);
    }
    if (savable(i)) out[at] |= kSavable;
  }
  return out.size() != before;
}

std::optional<Sense> ModePages::check(base::ByteView pages, std::size_t offset, bool save, Change& change) const {
  change.current = current_;
  change.saved = saved_;
  for (std::size_t at = 0; at < pages.size();) {
    const base::ByteView rest = pages.subspan(at);
    const auto pointer = [&](std::size_t byte) { return static_cast<std::uint16_t>(offset + at + byte); };
    const bool longForm = (rest[0] & kSubpageFormat) != 0;
    if (rest.size() < (longForm ? 4U : 2U)) return parameterListLengthError();
    const std::size_t i = find(rest[0] & 0x3f, longForm ? rest[1] : std::uint8_t{0});
    if (i == kModePages || (longForm && rest[1] == 0)) return invalidFieldInParameterList(pointer(0));
    const ModePageRow& r = kRows[i];
    const std::size_t said = longForm ? base::loadU16(&rest[2]) + 4U : rest[1] + 2U;
    if (said != r.length) return invalidFieldInParameterList(pointer(longForm ? 2 : 1));
    if (rest.size() < r.length) return parameterListLengthError();
    for (std::size_t b = headerOf(r); b < r.length; ++b) {
      const auto differs = static_cast<std::uint8_t>(rest[b] ^ change.current[i][b]);
      const auto wrong = static_cast<unsigned>(differs & ~changeable(i, b));
      if (wrong != 0) {
        return invalidFieldInParameterList(pointer(b), static_cast<std::uint8_t>(std::bit_width(wrong) - 1));
      }
      change.current[i][b] = rest[b];
    }
    if (save && savable(i)) change.saved[i] = change.current[i];
    at += r.length;
  }
  change.changed = change.current != current_;
  return std::nullopt;
}

void ModePages::take(const Change& change) {
  current_ = change.current;
  saved_ = change.saved;
}

// The pages that can be saved, one after the other, as MODE SELECT would have them.
base::Bytes ModePages::image(const Change& change) const {
  base::Bytes out;
  for (std::size_t i = 0; i < kModePages; ++i) {
    if (savable(i)) out.insert(out.end(), change.saved[i].begin(), change.saved[i].begin() + kRows[i].length);
  }
  return out;
}

// Bits that may not change any more, since the device is another, keep their defaults; pages that are not there any
// more are left out.
bool ModePages::restore(base::ByteView image) {
  Values next = defaults_;
  while (!image.empty()) {
    const bool longForm = (image[0] & kSubpageFormat) != 0;
    if (image.size() < 4) return false;
    const std::size_t length = longForm ? base::loadU16(&image[2]) + 4U : image[1] + 2U;
    if (image.size() < length) return false;
    const std::size_t i = find(image[0] & 0x3f, longForm ? image[1] : std::uint8_t{0});
    if (i != kModePages) {
      if (length != kRows[i].length) return false;
      for (std::size_t b = headerOf(kRows[i]); b < length; ++b) {
        const std::uint8_t mask = changeable(i, b);
        next[i][b] = static_cast<std::uint8_t>((next[i][b] & ~mask) | (image[b] & mask));
      }
    }
    image = image.subspan(length);
  }
  current_ = saved_ = next;
  return true;
}

}  // namespace scsi
