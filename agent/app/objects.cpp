#include "agent/app/objects.h"

#include <algorithm>

#include "shared/names/iscsi_name.h"
#include "shared/net/address.h"

namespace agent {

std::optional<ObjectKind> parseObjectKind(std::string_view word) {
  for (std::size_t i = 0; i < kObjectKinds; ++i) {
    if (kObjectKindWords[i] == word) return static_cast<ObjectKind>(i);
  }
  return std::nullopt;
}

std::string normalName(std::string_view name) {
  std::string scratch;
  const auto normal = names::normaliseIscsiName(name, scratch);
  return std::string(normal ? *normal : name);
}

std::string accessKey(std::string_view target, std::string_view initiator, const std::vector<std::string>& addresses) {
  std::string key = normalName(target) + " " + normalName(initiator);
  for (const std::string& text : addresses) {
    const auto network = net::Network::parse(text);
    key += " " + (network ? network->text() : text);
  }
  return key;
}

std::string keyOf(ObjectKind kind, const Record& record) {
  switch (kind) {
    case ObjectKind::Unit:
      return textAt(record, UnitColumn::Id);
    case ObjectKind::Target:
      return normalName(textAt(record, TargetColumn::Name));
    case ObjectKind::Access:
      break;
  }
  return accessKey(textAt(record, AccessColumn::Target), textAt(record, AccessColumn::Initiator),
                   listAt(record, AccessColumn::Addresses));
}

bool sameRecord(const Record& a, const Record& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ops::Setting& x, const ops::Setting& y) { return x.value == y.value; });
}

const Record* find(const Objects& objects, ObjectKind kind, std::string_view key) {
  const auto& records = objects[kind];
  const auto at =
      std::find_if(records.begin(), records.end(), [&](const Record& record) { return keyOf(kind, record) == key; });
  return at == records.end() ? nullptr : &*at;
}

}  // namespace agent
