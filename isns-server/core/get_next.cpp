// DevGetNext: the object behind the one that the message key names (RFC 4171 5.6.5.3).
#include <algorithm>
#include <utility>

#include "isns-server/core/asked.h"
#include "isns-server/core/query.h"

namespace core {

using isns::Attribute;
using isns::AttributeWriter;
using isns::Status;

namespace {

// What names an object by its number, if something does.
template <class T>
const Attribute* numberIn(std::span<const Attribute> key) {
  constexpr bool kNumbered = T::kType == ObjectType::Domain || T::kType == ObjectType::DomainSet;
  const auto found = std::find_if(key.begin(), key.end(), [](const Attribute& a) {
    return !a.empty() && (kNumbered || a.row->role == isns::Role::Index);
  });
  return found == key.end() ? nullptr : &*found;
}

// As Registry::whereRemoved() wants it, of a key that is whole, in whatever order its attributes stand.
template <class T>
std::uint64_t hashOfKey(const Registry& registry, std::span<const Attribute> key) {
  const auto portal = [&](isns::Tag ip, isns::Tag port) {
    return PortalKey::of(valueIn(key, ip)->value, valueIn(key, port)->u32());
  };
  if constexpr (std::is_same_v<T, Portal>) {
    return registry.hash(base::ByteView(portal(isns::tag::kPortalIp, isns::tag::kPortalPort).bytes));
  } else if constexpr (std::is_same_v<T, PortalGroup>) {
    return registry.hash(valueIn(key, isns::tag::kPgIscsiName)->text(),
                         portal(isns::tag::kPgPortalIp, isns::tag::kPgPortalPort));
  } else if constexpr (std::is_same_v<T, Node>) {
    return registry.hash(valueIn(key, isns::tag::kIscsiName)->text());
  } else if constexpr (std::is_same_v<T, Entity>) {
    return registry.hash(valueIn(key, isns::tag::kEntityId)->text());
  } else {
    const auto found = std::find_if(key.begin(), key.end(), [](const Attribute& a) { return !a.empty(); });
    return registry.hash(found->value);
  }
}

// DevGetNext in one object type: attributes with a value select, attributes without are returned.
template <class T>
Status nextOf(const Request& request, const Source& source, const QueryContext& context, AttributeWriter& answer) {
  const Visibility sight(context.state, context.policy, source);
  const ObjectReader reader(context.registry, context.state, context.contacts, answer.size() + context.maxResponse);
  const auto asked =
      std::find_if(request.operating.begin(), request.operating.end(), [](const Attribute& a) { return a.empty(); });
  const auto split = asked - request.operating.begin();
  const auto scope = request.operating.first(static_cast<std::size_t>(split));
  std::vector<Attribute> room;
  const auto wanted = eachOnce(request.operating.subspan(static_cast<std::size_t>(split)), room);
  if (repeats(scope)) return Status::InvalidQuery;
  for (const Attribute& a : request.operating) {
    if (a.row == nullptr) continue;
    if (a.row->object != T::kType) return Status::InvalidQuery;
  }
  if (std::any_of(wanted.begin(), wanted.end(), [](const Attribute& a) { return !a.empty(); })) {
    return Status::MessageFormatError;  // selecting attributes come first
  }

  Index after = 0;
  const bool fromTheFirst =
      std::all_of(request.key.begin(), request.key.end(), [](const Attribute& a) { return a.empty(); });
  if (!fromTheFirst) {
    bool exact = false;
    const T* at = findByKey<T>(context.registry, context.state, request.key, exact);
    if (!exact) return Status::InvalidQuery;
    const Attribute* number = numberIn<T>(request.key);
    if (at != nullptr) {
      after = at->index;
    } else if (number != nullptr) {
      after = number->u32();
    } else {
      // The object has gone meanwhile: what follows where it stood (5.6.5.3).
      after = context.registry.whereRemoved<T>(hashOfKey<T>(context.registry, request.key));
      if (after == 0) return Status::NoSuchEntry;
    }
  }
  const T* next = nullptr;
  if (after < kMaxIndex) {
    sight.forEach<T>(after + 1, [&](const T& object) {
      const bool selected = std::all_of(scope.begin(), scope.end(), [&](const Attribute& a) {
        return a.row != nullptr && reader.matches(object, a);
      });
      if (selected) next = &object;
      return !selected;
    });
  }
  if (next == nullptr) return Status::NoSuchEntry;
  // The key comes back in the form in which it was asked.
  for (const Attribute& a : request.key) reader.write(*next, std::span(&a, 1), answer);
  answer.delimiter();
  // Nothing asked for is everything, as in a query; isnsadm --list counts on it.
  if (wanted.empty()) {
    reader.writeAll(*next, answer);
  } else {
    reader.write(*next, wanted, answer);
  }
  return reader.full(answer) ? Status::Busy : Status::Successful;
}

}  // namespace

isns::Status getNext(const Request& request, const Source& source, const QueryContext& context,
                     AttributeWriter& answer) {
  if (!source.registered() && !source.control && context.policy.unknownSource == UnknownSource::Reject) {
    return Status::SourceUnknown;
  }
  ObjectType type = ObjectType::None;
  if (const Status status = keyType(request.key, type); status != Status::Successful) return status;
  const bool isKey =
      !request.key.empty() && std::all_of(request.key.begin(), request.key.end(), [](const Attribute& a) {
        return a.row->role == isns::Role::Key || a.row->role == isns::Role::Index;
      });
  if (!isKey || type == ObjectType::FcDomain) return Status::InvalidQuery;
  Status status = Status::InvalidQuery;
  forEachObjectType([&]<class T>(T*) {
    if (T::kType == type) status = nextOf<T>(request, source, context, answer);
  });
  return status;
}

}  // namespace core
