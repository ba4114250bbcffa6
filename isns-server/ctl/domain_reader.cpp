#include "isns-server/ctl/domain_reader.h"

#include <algorithm>

#include "shared/isns/value_text.h"

namespace ctl {
namespace {

using isns::AttributeValue;
using isns::Object;
using isns::ObjectType;
using isns::Tag;
namespace tag = isns::tag;

constexpr Tag kWanted[] = {tag::kDdId,
                           tag::kDdName,
                           tag::kDdFeatures,
                           tag::kDdMemberNodeIndex,
                           tag::kDdMemberIscsiName,
                           tag::kDdMemberFcPortName,
                           tag::kDdMemberPortalIndex,
                           tag::kDdMemberPortalIp,
                           tag::kDdMemberPortalPort};

bool isMember(const AttributeValue& attribute) {
  const isns::AttributeRow* row = isns::findAttribute(attribute.tag);
  return row != nullptr && row->role == isns::Role::Member;
}

const Object* findDomain(std::span<const Object> objects, std::uint32_t id) {
  const auto at = std::find_if(objects.begin(), objects.end(), [&](const Object& object) {
    return object.type == ObjectType::Domain && object.u32(tag::kDdId).value_or(id) == id;
  });
  return at == objects.end() ? nullptr : &*at;
}

std::vector<const AttributeValue*> allOf(const Object& domain, Tag tag) {
  std::vector<const AttributeValue*> all;
  for (const AttributeValue& attribute : domain.attributes) {
    if (attribute.tag == tag) all.push_back(&attribute);
  }
  return all;
}

// open-isns gives only the first of an attribute that comes several times, when it is asked for by its tag; asked for
// everything, it gives all. So an answer without any member twice may not be the whole.
bool mayBeCut(const Object& domain) {
  bool any = false;
  for (const AttributeValue& attribute : domain.attributes) {
    if (!isMember(attribute)) continue;
    any = true;
    if (allOf(domain, attribute.tag).size() > 1) return false;
  }
  return any;
}

// Names with their indexes, where there is one for each; else both by themselves.
void appendRows(std::vector<MemberRow>& rows, const char* kind, std::vector<std::string> names,
                const std::vector<const AttributeValue*>& indexes) {
  const bool paired = names.size() == indexes.size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    rows.push_back({kind, std::move(names[i]), paired ? indexes[i]->u32() : std::nullopt});
  }
  if (paired) return;
  for (const AttributeValue* index : indexes) rows.push_back({kind, std::nullopt, index->u32()});
}

std::vector<std::string> texts(const Object& domain, Tag tag) {
  std::vector<std::string> all;
  for (const AttributeValue* attribute : allOf(domain, tag)) all.push_back(isns::formatValue(attribute->view()));
  return all;
}

std::vector<std::string> portals(const Object& domain) {
  std::vector<std::string> all;
  std::optional<isns::IpAddress> ip;
  for (const AttributeValue& attribute : domain.attributes) {
    if (attribute.tag == tag::kDdMemberPortalIp) ip = attribute.ip();
    if (attribute.tag == tag::kDdMemberPortalPort && ip) {
      all.push_back(isns::formatPortal({*ip, attribute.u32().value_or(0)}));
    }
  }
  return all;
}

}  // namespace

Asked<std::optional<DomainView>> readDomain(IsnsClient& client, std::uint32_t id) {
  const std::string what = "cannot ask for the domain";
  base::Bytes key;
  isns::AttributeWriter(key).u32(tag::kDdId, id);
  const auto objects = client.query(key, kWanted, what);
  if (!objects) return base::fail(objects.error());
  const Object* found = findDomain(*objects, id);
  if (found == nullptr) return std::optional<DomainView>{};
  Object domain = *found;
  if (mayBeCut(domain)) {
    const auto everything = client.askAny(isns::query(key, {}));
    if (everything && everything->ok()) {
      const std::vector<Object> whole = isns::mergeObjects(isns::groupObjects(everything->operating));
      const Object* same = findDomain(whole, id);
      if (same != nullptr && same->attributes.size() > domain.attributes.size()) domain = *same;
    }
  }
  DomainView view{{ObjectType::Domain, {}}, {}};
  for (const Tag tag : {tag::kDdId, tag::kDdName, tag::kDdFeatures}) {
    if (const AttributeValue* attribute = domain.find(tag)) view.itself.attributes.push_back(*attribute);
  }
  appendRows(view.members, "node", texts(domain, tag::kDdMemberIscsiName), allOf(domain, tag::kDdMemberNodeIndex));
  appendRows(view.members, "fc_port", texts(domain, tag::kDdMemberFcPortName), {});
  appendRows(view.members, "portal", portals(domain), allOf(domain, tag::kDdMemberPortalIndex));
  return std::optional(std::move(view));
}

std::optional<std::map<std::string, std::uint32_t>> nodeTypesOf(IsnsClient& client, std::uint32_t id) {
  base::Bytes key;
  isns::AttributeWriter(key).u32(tag::kDdId, id);
  constexpr Tag kTypes[] = {tag::kIscsiName, tag::kNodeType};
  const auto objects = client.query(key, kTypes, "cannot ask for the nodes of the domain");
  if (!objects) return std::nullopt;
  std::map<std::string, std::uint32_t> types;
  for (const Object& object : *objects) {
    const std::optional<std::uint32_t> type = object.u32(tag::kNodeType);
    if (object.type == ObjectType::Node && type) types.emplace(object.text(tag::kIscsiName), *type);
  }
  // None at all may mean that the server does not answer such a question.
  return types.empty() ? std::nullopt : std::optional(std::move(types));
}

Asked<std::vector<std::uint32_t>> domainsOf(IsnsClient& client, std::string_view node, base::ByteView key) {
  std::vector<std::uint32_t> ids;
  constexpr Tag kId[] = {tag::kDdId};
  const auto objects = client.query(key, kId, "cannot ask for the node's domains");
  if (objects) {
    for (const Object& object : *objects) {
      if (const auto id = object.u32(tag::kDdId)) ids.push_back(*id);
    }
  } else if (objects.error().exit != Exit::Refused) {
    return base::fail(objects.error());
  }
  if (!ids.empty()) return ids;
  const auto domains = client.list(ObjectType::Domain, kId, kMaxSearched);
  if (!domains) return base::fail(domains.error());
  for (const Object& object : *domains) {
    const auto id = object.u32(tag::kDdId);
    if (!id || *id == 0) continue;  // open-isns shows its built-in default domain as 0
    const auto domain = readDomain(client, *id);
    if (!domain) return base::fail(domain.error());
    if (!domain->has_value()) continue;
    const auto& members = (*domain)->members;
    if (std::any_of(members.begin(), members.end(), [&](const MemberRow& row) { return row.member == node; })) {
      ids.push_back(*id);
    }
  }
  return ids;
}

}  // namespace ctl
