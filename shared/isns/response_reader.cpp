#include "shared/isns/response_reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace isns {
namespace {

const AttributeValue* findIn(std::span<const AttributeValue> attributes, Tag tag) {
  const auto at = std::find_if(attributes.begin(), attributes.end(), [&](const auto& a) { return a.tag == tag; });
  return at == attributes.end() ? nullptr : &*at;
}

struct ObjectTags {
  std::vector<Tag> keys;
  Tag index = 0;
};

const ObjectTags& tagsOf(ObjectType type) {
  static const auto all = [] {
    std::array<ObjectTags, kObjectTypes> tags;
    for (const AttributeRow& row : attributeTable()) {
      ObjectTags& of = tags[static_cast<std::size_t>(row.object)];
      if (row.role == Role::Key) of.keys.push_back(row.tag);
      if (row.role == Role::Index) of.index = row.tag;
    }
    return tags;
  }();
  return all[static_cast<std::size_t>(type)];
}

bool repeats(const AttributeRow* row) { return row != nullptr && row->role == Role::Member; }

// Whether the attribute is the first of another object than the one being read.
bool beginsObject(const Object& current, const AttributeValue& attribute, const AttributeRow* row) {
  if (row == nullptr) return false;  // an unassigned tag says nothing; it stays where it stands
  if (row->object != current.type) return true;
  return !repeats(row) && current.find(attribute.tag) != nullptr;
}

// Adds what the object does not have yet; of members, those with another value.
void addMissing(Object& object, AttributeValues attributes) {
  std::set<std::pair<Tag, base::Bytes>> members;
  for (const AttributeValue& attribute : object.attributes) {
    if (repeats(findAttribute(attribute.tag))) members.emplace(attribute.tag, attribute.value);
  }
  for (AttributeValue& attribute : attributes) {
    const bool missing = repeats(findAttribute(attribute.tag)) ? members.emplace(attribute.tag, attribute.value).second
                                                               : object.find(attribute.tag) == nullptr;
    if (missing) object.attributes.push_back(std::move(attribute));
  }
}

}  // namespace

std::optional<std::uint32_t> AttributeValue::u32() const {
  return value.size() == 4 ? std::optional(base::loadU32(value.data())) : std::nullopt;
}
std::optional<std::uint64_t> AttributeValue::u64() const {
  return value.size() == 8 ? std::optional(base::loadU64(value.data())) : std::nullopt;
}
std::optional<IpAddress> AttributeValue::ip() const {
  return value.size() == 16 ? std::optional(view().ip()) : std::nullopt;
}

std::optional<AttributeValues> readAttributes(base::ByteView payload) {
  AttributeValues attributes;
  base::ByteReader reader(payload);
  while (reader.remaining() > 0) {
    const Tag tag = reader.u32();
    const std::uint32_t length = reader.u32();
    const base::ByteView value = reader.bytes(length);
    if (reader.failed() || length % 4 != 0) return std::nullopt;
    attributes.push_back({tag, base::Bytes(value.begin(), value.end())});
  }
  return attributes;
}

std::span<const Tag> keyTags(ObjectType type) { return tagsOf(type).keys; }
Tag indexTag(ObjectType type) { return tagsOf(type).index; }

const AttributeValue* Object::find(Tag tag) const { return findIn(attributes, tag); }

std::string_view Object::text(Tag tag) const {
  const AttributeValue* found = find(tag);
  return found == nullptr ? std::string_view{} : found->text();
}

std::optional<std::uint32_t> Object::u32(Tag tag) const {
  const AttributeValue* found = find(tag);
  return found == nullptr ? std::nullopt : found->u32();
}

bool Object::hasKey() const {
  const auto keys = keyTags(type);
  return !keys.empty() && std::all_of(keys.begin(), keys.end(), [&](Tag tag) {
    const AttributeValue* found = find(tag);
    return found != nullptr && !found->empty();
  });
}

base::Bytes Object::keyTlvs() const {
  base::Bytes bytes;
  AttributeWriter writer(bytes);
  for (const Tag tag : keyTags(type)) {
    if (const AttributeValue* found = find(tag)) writer.raw(tag, found->value);
  }
  return bytes;
}

std::vector<Object> groupObjects(std::span<const AttributeValue> attributes) {
  std::vector<Object> objects;
  for (const AttributeValue& attribute : attributes) {
    if (attribute.tag == tag::kDelimiter) continue;
    const AttributeRow* row = findAttribute(attribute.tag);
    if (objects.empty() || beginsObject(objects.back(), attribute, row)) {
      objects.push_back({row == nullptr ? ObjectType::None : row->object, {}});
    }
    objects.back().attributes.push_back(attribute);
  }
  return objects;
}

std::vector<Object> mergeObjects(std::vector<Object> objects) {
  std::vector<Object> merged;
  std::map<std::pair<ObjectType, base::Bytes>, std::size_t> known;
  for (Object& object : objects) {
    if (!object.hasKey()) {
      merged.push_back(std::move(object));
      continue;
    }
    const auto [at, isNew] = known.try_emplace({object.type, object.keyTlvs()}, merged.size());
    if (isNew) {
      merged.push_back(std::move(object));
      continue;
    }
    addMissing(merged[at->second], std::move(object.attributes));
  }
  return merged;
}

const AttributeValue* Response::find(Tag tag) const {
  const AttributeValue* found = findIn(operating, tag);
  return found != nullptr ? found : findIn(key, tag);
}

std::optional<Response> readResponse(base::ByteView payload) {
  base::ByteReader reader(payload);
  Response response;
  response.status = reader.u32();
  if (reader.failed()) return std::nullopt;
  auto attributes = readAttributes(reader.rest());
  if (!attributes) return std::nullopt;
  const auto delimiter =
      std::find_if(attributes->begin(), attributes->end(), [](const auto& a) { return a.tag == tag::kDelimiter; });
  // Without a delimiter everything is a result: some answers have no key (RqstDomIdRsp, GetDomIdRsp).
  if (delimiter == attributes->end()) {
    response.operating = std::move(*attributes);
    return response;
  }
  response.key.assign(attributes->begin(), delimiter);
  response.operating.assign(delimiter + 1, attributes->end());
  return response;
}

std::optional<ScnNotice> readScn(base::ByteView payload) {
  auto attributes = readAttributes(payload);
  if (!attributes || attributes->empty()) return std::nullopt;
  ScnNotice notice;
  notice.destination = attributes->front();
  for (std::size_t i = 1; i < attributes->size(); ++i) {
    AttributeValue& attribute = (*attributes)[i];
    if (attribute.tag == tag::kDelimiter) continue;
    if (attribute.tag == tag::kScnBitmap || attribute.tag == tag::kIfcpScnBitmap) {
      notice.events.push_back({attribute.u32().value_or(0), {}, {}, {}});
    } else if (attribute.tag == tag::kTimestamp) {
      notice.timestamp = attribute.u64();
    } else if (notice.events.empty()) {
      return std::nullopt;  // a source before any bitmap
    } else if (attribute.tag == tag::kDdId) {
      notice.events.back().domains.push_back(attribute.u32().value_or(0));
    } else if (attribute.tag == tag::kDdsId) {
      notice.events.back().sets.push_back(attribute.u32().value_or(0));
    } else {
      notice.events.back().sources.push_back(std::move(attribute));
    }
  }
  return notice;
}

std::optional<EsiNotice> readEsi(base::ByteView payload) {
  const auto attributes = readAttributes(payload);
  if (!attributes) return std::nullopt;
  EsiNotice notice;
  std::optional<IpAddress> ip;
  for (const AttributeValue& attribute : *attributes) {
    if (attribute.tag == tag::kTimestamp) notice.timestamp = attribute.u64();
    if (attribute.tag == tag::kEntityId) notice.eid = attribute.text();
    if (attribute.tag == tag::kPortalIp) ip = attribute.ip();
    if (attribute.tag == tag::kPortalPort && ip) notice.portal = PortalAddress{*ip, attribute.u32().value_or(0)};
  }
  return notice;
}

}  // namespace isns
