#include "isns-server/ctl/members.h"

#include <algorithm>

#include "isns-server/ctl/fields.h"
#include "shared/base/suggest.h"
#include "shared/isns/ip_text.h"

namespace ctl {
namespace {

using isns::DomainMember;
using isns::ObjectType;
namespace tag = isns::tag;

constexpr std::string_view kName = "name:";
constexpr std::string_view kNodeIndex = "node-index:";
constexpr std::string_view kWwpn = "wwpn:";
constexpr std::string_view kPortalPrefix = "portal:";
constexpr std::string_view kPortalIndex = "portal-index:";
constexpr std::string_view kId = "id:";

Failure noMember(std::string_view text) {
  return usageFailure(
      "wrong member", "\"" + std::string(text) + "\"",
      "an iSCSI name, an FC port name, a portal as 10.0.0.1:3260, a node's index or portal-index:NUMBER is wanted; "
      "name:TEXT takes any text as a name");
}

bool takePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::uint32_t> parseId(std::string_view text) {
  const auto number = isns::parseNumber(text);
  return number && *number > 0 && *number <= 0xffffffff ? std::optional(static_cast<std::uint32_t>(*number))
                                                        : std::nullopt;
}

// A word that is none of the other things either is a slip rather than a name: servers take it, and nobody finds it.
bool looksLikeName(std::string_view text) {
  const std::string_view types[] = {"iqn.", "eui.", "naa."};
  return std::any_of(std::begin(types), std::end(types), [&](std::string_view type) {
    return text.size() > type.size() && std::equal(type.begin(), type.end(), text.begin(), [](char a, char b) {
             return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
           });
  });
}

Asked<DomainMember> nameMember(std::string_view text) {
  const auto name = parseFieldValue(tag::kDdMemberIscsiName, text);
  if (!name) return base::fail(name.error());
  const isns::Attribute view{name->tag, name->value, name->row};
  return DomainMember(std::string(view.text()));
}

}  // namespace

Asked<DomainMember> parseMember(std::string_view text) {
  std::string_view rest = text;
  if (takePrefix(rest, kName)) return nameMember(rest);
  if (takePrefix(rest, kPortalIndex)) {
    const auto index = parseId(rest);
    if (!index) return base::fail(noMember(text));
    return DomainMember(isns::PortalIndex{*index});
  }
  const bool isIndex = takePrefix(rest, kNodeIndex);
  if (const auto index = parseId(rest)) return DomainMember(isns::NodeIndex{*index});
  if (isIndex) return base::fail(noMember(text));
  const bool isPortal = takePrefix(rest, kPortalPrefix);
  if (const auto portal = isns::parsePortal(rest)) return DomainMember(*portal);
  if (isPortal) return base::fail(noMember(text));
  const bool isWwpn = takePrefix(rest, kWwpn);
  if (const auto wwpn = parseFieldValue(tag::kDdMemberFcPortName, rest); wwpn && !rest.empty()) {
    isns::Wwn bytes{};
    std::copy(wwpn->value.begin(), wwpn->value.end(), bytes.begin());
    return DomainMember(bytes);
  }
  if (isWwpn || rest.empty()) return base::fail(noMember(text));
  if (!looksLikeName(rest)) return base::fail(noMember(text));
  return nameMember(rest);
}

Asked<std::vector<DomainMember>> parseMembers(const std::vector<std::string_view>& texts) {
  std::vector<DomainMember> members;
  for (const std::string_view text : texts) {
    auto member = parseMember(text);
    if (!member) return base::fail(member.error());
    members.push_back(std::move(*member));
  }
  return members;
}

Asked<std::uint32_t> resolveDomain(IsnsClient& client, ObjectType type, std::string_view text) {
  const bool isSet = type == ObjectType::DomainSet;
  std::string_view rest = text;
  const bool isName = takePrefix(rest, kName);
  if (!isName) {
    const bool isId = takePrefix(rest, kId);
    if (const auto id = parseId(rest)) return *id;
    if (isId) return base::fail(usageFailure("wrong id", "\"" + std::string(rest) + "\"", "a number from 1 is wanted"));
  }
  const isns::Tag idTag = isSet ? tag::kDdsId : tag::kDdId;
  const isns::Tag nameTag = isSet ? tag::kDdsName : tag::kDdName;
  const isns::Tag wanted[] = {idTag, nameTag};
  const auto objects = client.list(type, wanted, SIZE_MAX);
  if (!objects) return base::fail(objects.error());
  std::vector<std::string_view> known;
  for (const isns::Object& object : *objects) {
    known.push_back(object.text(nameTag));
    if (object.text(nameTag) == rest && object.u32(idTag)) return *object.u32(idTag);
  }
  const std::string what = isSet ? "no such domain set" : "no such domain";
  const auto near = base::nearest(rest, known);
  return base::fail(Failure{
      Exit::Empty, what, "\"" + std::string(rest) + "\"",
      near ? "did you mean \"" + std::string(*near) + "\"?"
           : std::string("sanctl isns ") + (isSet ? "dds" : "dd") + " list shows those that the source may see"});
}

}  // namespace ctl
