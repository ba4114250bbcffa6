#include "shared/isns/value_text.h"

#include <algorithm>
#include <cstdio>

#include "shared/base/hex.h"
#include "shared/base/utf8.h"
#include "shared/isns/ip_text.h"
#include "shared/isns/value_names.h"
#include "shared/names/entity_id.h"
#include "shared/names/iscsi_name.h"
#include "shared/names/wwn.h"

namespace isns {
namespace {

constexpr std::uint32_t kAnyVersion = 0xffff;  // 6.2.5

std::string versionText(std::uint32_t version) { return version == kAnyVersion ? "any" : std::to_string(version); }

// "min-max"; on the wire the maximum comes first.
std::string formatVersionRange(std::uint32_t range) {
  return versionText(range & 0xffff) + "-" + versionText(range >> 16);
}

std::optional<std::uint32_t> parseVersion(std::string_view text) {
  if (text == "any") return kAnyVersion;
  const auto number = parseNumber(text);
  return number && *number <= kAnyVersion ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

std::string formatU32(const Attribute& attribute) {
  if (attribute.tag == tag::kVersionRange) return formatVersionRange(attribute.u32());
  if (const auto name = valueName(attribute.tag, attribute.u32())) return std::string(*name);
  return std::to_string(attribute.u32());
}

std::string formatBits(const Attribute& attribute) {
  std::string text;
  for (const std::string& name : bitNames(attribute.tag, attribute.u32())) {
    if (!text.empty()) text += ',';
    text += name;
  }
  return text.empty() ? "none" : text;
}

std::string formatWwn(base::ByteView value) {
  names::Wwn wwn;
  std::copy(value.begin(), value.end(), wwn.begin());
  return names::toText(wwn);
}

bool isText(ValueKind kind) {
  return kind == ValueKind::Text || kind == ValueKind::IscsiName || kind == ValueKind::Eid;
}

base::Failure<base::Error> refuse(const AttributeRow& row, std::string_view text, const std::string& why) {
  return base::fail("\"" + std::string(text) + "\" is no " + std::string(row.field) + ": " + why);
}

base::Bytes u32Bytes(std::uint32_t value) {
  base::Bytes bytes;
  base::ByteWriter(bytes).u32(value);
  return bytes;
}

base::Bytes textBytes(std::string_view text) {
  base::Bytes bytes(paddedTextLength(text));
  std::copy(text.begin(), text.end(), bytes.begin());
  return bytes;
}

base::Result<base::Bytes> parseU32(const AttributeRow& row, std::string_view text) {
  if (row.tag == tag::kVersionRange) {
    const std::size_t dash = text.find('-');
    const auto low = parseVersion(text.substr(0, dash));
    const auto high = dash == std::string_view::npos ? low : parseVersion(text.substr(dash + 1));
    if (!low || !high) return refuse(row, text, "two version numbers or \"any\" are wanted, as in 0-2");
    return u32Bytes((*high << 16) | *low);
  }
  const auto number = parseNamedValue(row, text);
  if (!number) return base::fail(number.error());
  return u32Bytes(*number);
}

base::Result<base::Bytes> parseU64(const AttributeRow& row, std::string_view text) {
  const auto number = parseNumber(text);
  if (!number) return refuse(row, text, "a number of seconds since 1970 is wanted");
  base::Bytes bytes;
  base::ByteWriter(bytes).u64(*number);
  return bytes;
}

base::Result<base::Bytes> parseText(const AttributeRow& row, std::string_view text) {
  std::string scratch;
  base::Result<std::string_view> normal = text;
  if (row.kind == ValueKind::IscsiName) {
    normal = names::normaliseIscsiName(text, scratch, names::FormRule::Relaxed);
  } else if (row.kind == ValueKind::Eid) {
    normal = names::normaliseEntityId(text, scratch);
  }
  if (!normal) return refuse(row, text, normal.error().text);
  if (normal->size() >= row.maxLength) {
    return refuse(row, text, "longer than " + std::to_string(row.maxLength - 1) + " bytes");
  }
  if (!base::isUtf8(*normal) || normal->find('\0') != std::string_view::npos) return refuse(row, text, "not UTF-8 text");
  return textBytes(*normal);
}

base::Result<base::Bytes> parseOpaque(const AttributeRow& row, std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  base::Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const auto byte = parseNumber("0x" + std::string(text.substr(i, 2)));
    if (!byte) return refuse(row, text, "hexadecimal digits are wanted");
    bytes.push_back(static_cast<std::uint8_t>(*byte));
  }
  if (text.size() % 2 != 0) return refuse(row, text, "an even number of hexadecimal digits is wanted");
  if (!lengthFits(row, bytes.size())) {
    return refuse(row, text,
                  "its length must be a multiple of 4, from " + std::to_string(row.minLength) + " to " +
                      std::to_string(row.maxLength) + " bytes");
  }
  return bytes;
}

}  // namespace

std::string formatTime(base::WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::string formatValue(const Attribute& attribute) {
  if (attribute.empty()) return {};
  if (attribute.row == nullptr || checkValue(attribute) != Status::Successful) return base::hexText(attribute.value);
  switch (attribute.row->kind) {
    case ValueKind::None:
    case ValueKind::Opaque:
      return base::hexText(attribute.value);
    case ValueKind::U32:
      return formatU32(attribute);
    case ValueKind::U64: {
      // Beyond the year 9999 it is no time that anybody meant.
      constexpr std::uint64_t kEndOfTime = 253402300800;
      if (attribute.u64() >= kEndOfTime) return std::to_string(attribute.u64());
      return formatTime(base::WallTime(std::chrono::seconds(attribute.u64())));
    }
    case ValueKind::Bits:
      return formatBits(attribute);
    case ValueKind::Ip:
      return formatIp(attribute.ip());
    case ValueKind::Port:
      return formatPort(attribute.u32());
    case ValueKind::Text:
    case ValueKind::IscsiName:
    case ValueKind::Eid:
      return std::string(attribute.text());
    case ValueKind::Wwn:
      return formatWwn(attribute.value);
  }
  return {};
}

base::Result<base::Bytes> parseValue(const AttributeRow& row, std::string_view text) {
  if (text.empty()) return base::Bytes{};
  if (isText(row.kind)) return parseText(row, text);
  switch (row.kind) {
    case ValueKind::U32:
    case ValueKind::Bits:
      return parseU32(row, text);
    case ValueKind::U64:
      return parseU64(row, text);
    case ValueKind::Ip: {
      const auto ip = parseIp(text);
      if (!ip) return refuse(row, text, "an IP address is wanted, as in 10.0.0.1 or fe80::1");
      return base::Bytes(ip->begin(), ip->end());
    }
    case ValueKind::Port: {
      const auto port = parsePort(text);
      if (!port) return refuse(row, text, "a port is wanted, as in 3260 or 3260/udp");
      return u32Bytes(*port);
    }
    case ValueKind::Wwn: {
      const auto wwn = names::parseWwn(text);
      if (!wwn) return refuse(row, text, wwn.error().text);
      return base::Bytes(wwn->begin(), wwn->end());
    }
    case ValueKind::Opaque:
      return parseOpaque(row, text);
    default:
      return refuse(row, text, "the attribute has no value");
  }
}

base::Bytes makeTlv(Tag tag, base::ByteView value) {
  base::Bytes bytes;
  AttributeWriter(bytes).raw(tag, value);
  return bytes;
}

}  // namespace isns
