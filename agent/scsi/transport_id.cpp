#include "agent/scsi/transport_id.h"

#include <algorithm>
#include <string>

#include "agent/scsi/designator.h"
#include "shared/base/hex.h"

namespace scsi {
namespace {

constexpr std::uint8_t kDeviceForm = kProtocolIscsi;
constexpr std::uint8_t kPortForm = 0x40 | kProtocolIscsi;
constexpr std::size_t kMinText = 20;
constexpr std::size_t kMaxText = 256;  // 223 bytes of name, ",i,0x", 12 digits, NUL, padding
constexpr std::string_view kSeparator = ",i,0x";
constexpr std::size_t kIsidDigits = 12;

base::Bytes build(std::uint8_t form, std::string_view text) {
  const std::size_t length = std::max(kMinText, (text.size() + 1 + 3) & ~std::size_t{3});
  base::Bytes id(kTransportIdHeader + length);
  id[0] = form;
  base::storeU16(&id[2], static_cast<std::uint16_t>(length));
  std::copy(text.begin(), text.end(), id.begin() + kTransportIdHeader);
  return id;
}

std::string_view textOf(base::ByteView id) {
  const std::string_view text = base::asText(id.subspan(kTransportIdHeader));
  return text.substr(0, text.find('\0'));
}

bool isHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Where ",i,0x" and twelve digits begin, or npos.
std::size_t separatorAt(std::string_view text) {
  const std::size_t tail = kSeparator.size() + kIsidDigits;
  if (text.size() <= tail) return std::string_view::npos;
  const std::size_t at = text.size() - tail;
  const std::string_view digits = text.substr(at + kSeparator.size());
  if (text.substr(at, kSeparator.size()) != kSeparator) return std::string_view::npos;
  return std::all_of(digits.begin(), digits.end(), isHex) ? at : std::string_view::npos;
}

}  // namespace

base::Bytes iscsiTransportId(std::string_view initiatorName, std::span<const std::uint8_t, 6> isid) {
  std::string text(initiatorName);
  text += kSeparator;
  text += base::hexText(isid);
  return build(kPortForm, text);
}

base::Bytes iscsiTransportId(std::string_view initiatorName) { return build(kDeviceForm, initiatorName); }

std::optional<std::size_t> transportIdSize(base::ByteView bytes) {
  if (bytes.size() < kMinTransportId) return std::nullopt;
  if (bytes[0] != kDeviceForm && bytes[0] != kPortForm) return std::nullopt;
  const std::size_t length = base::loadU16(&bytes[2]);
  if (length < kMinText || length > kMaxText || length % 4 != 0) return std::nullopt;
  if (length > bytes.size() - kTransportIdHeader) return std::nullopt;
  const std::string_view text = base::asText(bytes.subspan(kTransportIdHeader, length));
  const std::size_t end = text.find('\0');
  if (end == 0 || end == std::string_view::npos) return std::nullopt;
  if (bytes[0] == kPortForm && separatorAt(text.substr(0, end)) == std::string_view::npos) return std::nullopt;
  return kTransportIdHeader + length;
}

std::string_view initiatorNameIn(base::ByteView transportId) {
  const std::string_view text = textOf(transportId);
  return namesInitiatorPort(transportId) ? text.substr(0, separatorAt(text)) : text;
}

bool namesInitiatorPort(base::ByteView transportId) { return !transportId.empty() && transportId[0] == kPortForm; }

base::Bytes canonicalTransportId(base::ByteView transportId) {
  std::string text(textOf(transportId));
  if (namesInitiatorPort(transportId)) {
    const std::size_t at = separatorAt(text);
    if (at != std::string::npos) {
      for (std::size_t i = at; i < text.size(); ++i) {
        if (text[i] >= 'A' && text[i] <= 'F') text[i] = static_cast<char>(text[i] - 'A' + 'a');
      }
    }
  }
  return build(transportId[0], text);
}

}  // namespace scsi
