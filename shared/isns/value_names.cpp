#include "shared/isns/value_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include "shared/base/listed.h"
#include "shared/base/suggest.h"
#include "shared/isns/ip_text.h"

namespace isns {
namespace {

constexpr Tag kClassOfService = 71;

// clang-format off
constexpr ValueName kRows[] = {
  // tag                   value   name                meaning
  {tag::kEntityProtocol,   1,      "none",             "no block storage protocol"},
  {tag::kEntityProtocol,   2,      "iscsi",            "iSCSI"},
  {tag::kEntityProtocol,   3,      "ifcp",             "iFCP"},
  {tag::kPortalSecurity,   0x01,   "valid",            "the bitmap holds information"},
  {tag::kPortalSecurity,   0x02,   "ipsec",            "IKE and IPsec are on"},
  {tag::kPortalSecurity,   0x04,   "main-mode",        "IKE main mode is on"},
  {tag::kPortalSecurity,   0x08,   "aggressive-mode",  "IKE aggressive mode is on"},
  {tag::kPortalSecurity,   0x10,   "pfs",              "perfect forward secrecy is on"},
  {tag::kPortalSecurity,   0x20,   "transport-mode",   "transport mode is preferred"},
  {tag::kPortalSecurity,   0x40,   "tunnel-mode",      "tunnel mode is preferred"},
  {tag::kNodeType,         0x01,   "target",           "iSCSI target"},
  {tag::kNodeType,         0x02,   "initiator",        "iSCSI initiator"},
  {tag::kNodeType,         0x04,   "control",          "control node; set by administration only"},
  {tag::kScnBitmap,        0x01,   "member-added",     "domain or set member added (management only)"},
  {tag::kScnBitmap,        0x02,   "member-removed",   "domain or set member removed (management only)"},
  {tag::kScnBitmap,        0x04,   "updated",          "object updated"},
  {tag::kScnBitmap,        0x08,   "added",            "object added"},
  {tag::kScnBitmap,        0x10,   "removed",          "object removed"},
  {tag::kScnBitmap,        0x20,   "management",       "of the whole network; control nodes only"},
  {tag::kScnBitmap,        0x40,   "targets-only",     "about targets and the node itself only"},
  {tag::kScnBitmap,        0x80,   "initiators-only",  "about initiators and the node itself only"},
  {tag::kFcPortType,       0x0000, "null",             "unidentified"},
  {tag::kFcPortType,       0x0001, "n-port",           "Fibre Channel N_Port"},
  {tag::kFcPortType,       0x0002, "nl-port",          "Fibre Channel NL_Port"},
  {tag::kFcPortType,       0x0003, "fnl-port",         "Fibre Channel F/NL_Port"},
  {tag::kFcPortType,       0x0081, "f-port",           "Fibre Channel F_Port"},
  {tag::kFcPortType,       0x0082, "fl-port",          "Fibre Channel FL_Port"},
  {tag::kFcPortType,       0x0084, "e-port",           "Fibre Channel E_Port"},
  {tag::kFcPortType,       0xff12, "ifcp-port",        "iFCP port"},
  {kClassOfService,        0x04,   "class-2",          "Fibre Channel class 2 is supported"},
  {kClassOfService,        0x08,   "class-3",          "Fibre Channel class 3 is supported"},
  {tag::kIfcpScnBitmap,    0x01,   "member-added",     "domain or set member added (management only)"},
  {tag::kIfcpScnBitmap,    0x02,   "member-removed",   "domain or set member removed (management only)"},
  {tag::kIfcpScnBitmap,    0x04,   "updated",          "object updated"},
  {tag::kIfcpScnBitmap,    0x08,   "added",            "object added"},
  {tag::kIfcpScnBitmap,    0x10,   "removed",          "object removed"},
  {tag::kIfcpScnBitmap,    0x20,   "management",       "of the whole network; control nodes only"},
  {tag::kIfcpScnBitmap,    0x40,   "targets-only",     "about targets and the port itself only"},
  {tag::kIfcpScnBitmap,    0x80,   "initiators-only",  "about initiators and the port itself only"},
  {tag::kPortRole,         0x01,   "target",           "FCP target"},
  {tag::kPortRole,         0x02,   "initiator",        "FCP initiator"},
  {tag::kPortRole,         0x04,   "control",          "control node; set by administration only"},
  {tag::kDdsStatus,        0x01,   "enabled",          "the set is enabled"},
  {tag::kDdFeatures,       0x01,   "boot",             "targets of the domain serve its initiators for boot"},
};
// clang-format on

static_assert(std::is_sorted(std::begin(kRows), std::end(kRows),
                             [](const auto& a, const auto& b) { return a.tag < b.tag; }),
              "the rows of an attribute stand together");

std::string hex(std::uint32_t number) {
  std::array<char, 8> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

base::Failure<base::Error> unknownWord(const AttributeRow& row, std::string_view word) {
  std::vector<std::string_view> known;
  for (const ValueName& name : valueNames(row.tag)) known.push_back(name.name);
  std::string text = "\"" + std::string(word) + "\" is no value of " + std::string(row.field);
  if (known.empty()) return base::fail(text + ": a number is wanted");
  if (const auto near = base::nearest(word, known))
    return base::fail(text + "; did you mean \"" + std::string(*near) + "\"?");
  return base::fail(text + "; known: " + base::listed(known));
}

base::Result<std::uint32_t> parseWord(const AttributeRow& row, std::string_view word) {
  for (const ValueName& name : valueNames(row.tag)) {
    if (name.name == word) return name.value;
  }
  const auto number = parseNumber(word);
  if (number && *number <= 0xffffffff) return static_cast<std::uint32_t>(*number);
  return unknownWord(row, word);
}

}  // namespace

std::span<const ValueName> valueNames(Tag tag) {
  const auto [first, last] = std::equal_range(std::begin(kRows), std::end(kRows), ValueName{tag, 0, {}, {}},
                                              [](const auto& a, const auto& b) { return a.tag < b.tag; });
  return {first, last};
}

std::optional<std::string_view> valueName(Tag tag, std::uint32_t value) {
  for (const ValueName& row : valueNames(tag)) {
    if (row.value == value) return row.name;
  }
  return std::nullopt;
}

std::vector<std::string> bitNames(Tag tag, std::uint32_t bits) {
  std::vector<std::string> names;
  for (const ValueName& row : valueNames(tag)) {
    if ((bits & row.value) == 0) continue;
    names.emplace_back(row.name);
    bits &= ~row.value;
  }
  if (bits != 0) names.push_back(hex(bits));
  return names;
}

base::Result<std::uint32_t> parseNamedValue(const AttributeRow& row, std::string_view text) {
  if (row.kind != ValueKind::Bits) return parseWord(row, text);
  if (text == "none") return std::uint32_t{0};
  std::uint32_t bits = 0;
  while (true) {
    const std::size_t end = std::min(text.find_first_of(",+"), text.size());
    const auto word = parseWord(row, text.substr(0, end));
    if (!word) return word;
    bits |= *word;
    if (end == text.size()) return bits;
    text.remove_prefix(end + 1);
  }
}

}  // namespace isns
