#include "agent/app/config_forms.h"

#include <algorithm>
#include <set>

#include "agent/block/store_spec.h"
#include "shared/base/hex.h"
#include "shared/base/listed.h"
#include "shared/base/suggest.h"
#include "shared/base/whole_number.h"
#include "shared/program/config_forms.h"

namespace agent {
namespace {

constexpr std::uint32_t kLuns = 16384;  // single-level LUNs by flat space addressing (SAM-5 4.7.7)

bool isHex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return base::hexDigit(c) >= 0; });
}

std::optional<std::uint32_t> number(std::string_view text) { return base::wholeNumber<std::uint32_t>(text); }

base::Failure<base::Error> unknownWord(std::string_view text, std::span<const std::string_view> known) {
  const auto near = base::nearest(text, known);
  return base::fail(near ? "did you mean \"" + std::string(*near) + "\"?" : "there are " + base::listed(known));
}

std::vector<std::string_view> algorithmNames() {
  std::vector<std::string_view> names;
  for (const iscsi::ChapAlgorithmRow& row : iscsi::chapAlgorithmTable()) names.push_back(row.name);
  return names;
}

}  // namespace

base::Status checkUnitId(std::string_view text) {
  constexpr std::size_t kLongest = 63;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || text.size() > kLongest) return base::fail("it has 1 to 63 characters");
  if (!plain(text[0])) return base::fail("it begins with a letter from a to z or a digit");
  const bool good =
      std::all_of(text.begin(), text.end(), [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
  if (!good) return base::fail("it has letters from a to z, digits, '.', '_' and '-' only");
  return {};
}

base::Status checkStore(std::string_view text) {
  if (const auto spec = block::parseStoreSpec(text); !spec) return base::fail(spec.error());
  return {};
}

base::Status checkMulticast(std::string_view text) {
  const auto address = net::Address::parse(text, 0);
  if (!address) return base::fail(address.error());
  if (address->port() != 0) return base::fail("it takes no port: isns.heartbeat_port");
  if (!address->isMulticast()) return base::fail("it is in none of the ranges 224.0.0.0/4 and ff00::/8");
  return {};
}

base::Status checkInitiator(std::string_view text) {
  if (text == "*") return {};
  return program::checkIscsiName(text);
}

base::Result<target::LunMapping> parseLunEntry(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::size_t comma = text.find(',', equals == std::string_view::npos ? 0 : equals);
  if (equals == std::string_view::npos) return base::fail("write LUN=UNIT, or LUN=UNIT,ro for read-only");
  const auto lun = number(text.substr(0, equals));
  if (!lun || *lun >= kLuns) return base::fail("a LUN is a number from 0 to 16383");
  target::LunMapping mapping{*lun, std::string(text.substr(equals + 1, comma - equals - 1))};
  if (auto id = checkUnitId(mapping.unit); !id) return base::fail("unit: " + id.error().text);
  if (comma == std::string_view::npos) return mapping;
  const std::string_view right = text.substr(comma + 1);
  if (right == "ro") {
    mapping.right = target::Right::ReadOnly;
  } else if (right != "rw") {
    return base::fail("behind the comma stands ro or rw");
  }
  return mapping;
}

std::string lunEntryText(const target::LunMapping& mapping) {
  return std::to_string(mapping.lun) + "=" + mapping.unit + (mapping.right == target::Right::ReadOnly ? ",ro" : "");
}

base::Status checkLunEntry(std::string_view text) {
  if (const auto mapping = parseLunEntry(text); !mapping) return base::fail(mapping.error());
  return {};
}

std::uint32_t lowestFreeLun(const std::vector<target::LunMapping>& luns) {
  std::set<std::uint32_t> taken;
  for (const target::LunMapping& mapping : luns) taken.insert(mapping.lun);
  std::uint32_t lun = 0;
  while (taken.contains(lun)) ++lun;
  return lun;
}

std::optional<iscsi::ChapAlgorithm> parseAlgorithm(std::string_view text) {
  for (const iscsi::ChapAlgorithmRow& row : iscsi::chapAlgorithmTable()) {
    if (row.name == text) return row.algorithm;
  }
  return std::nullopt;
}

base::Status checkAlgorithm(std::string_view text) {
  if (parseAlgorithm(text)) return {};
  return unknownWord(text, algorithmNames());
}

base::Status checkDigest(std::string_view text) {
  const auto words = iscsi::rowOf(iscsi::Key::HeaderDigest).words;
  if (std::find(words.begin(), words.end(), text) != words.end()) return {};
  return unknownWord(text, words);
}

base::Status checkPortalGroup(std::string_view text) {
  const auto group = number(text);
  if (!group || *group > 0xffff) return base::fail("it is a number from 0 to 65535");
  return {};
}

base::Status checkNaa(std::string_view text) {
  if (!isHex(text)) return base::fail("it has hexadecimal digits only");
  const char type = text[0];
  if (type == '6' ? text.size() != 32 : text.size() != 16) {
    return base::fail("it has 16 digits, or 32 where it begins with 6");
  }
  if (type != '2' && type != '3' && type != '5' && type != '6') return base::fail("it begins with 2, 3, 5 or 6");
  return {};
}

base::Status checkEui64(std::string_view text) {
  if (!isHex(text)) return base::fail("it has hexadecimal digits only");
  if (text.size() != 16 && text.size() != 24 && text.size() != 32) return base::fail("it has 16, 24 or 32 digits");
  return {};
}

base::Status checkAscii(std::string_view text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; })) return {};
  return base::fail("it holds other characters");
}

base::Status checkSecretName(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return base::fail("it holds a NUL");
  if (text.starts_with('/')) return {};
  if (text.find('/') != std::string_view::npos) return base::fail("it is a file's name alone, or an absolute path");
  if (text.starts_with('.')) return base::fail("it begins with a dot");
  return {};
}

base::Status checkRedirect(std::string_view text) {
  const bool good = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != ','; });
  if (!good) return base::fail("it holds spaces, commas or other characters that no address has");
  return {};
}

base::Bytes parseHex(std::string_view text) { return base::readHex(text).value_or(base::Bytes{}); }

}  // namespace agent
