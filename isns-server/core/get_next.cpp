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
    const Attribute& first = request.key.front();
    const bool byNumber =
        first.row->role == isns::Role::Index || T::kType == ObjectType::Domain || T::kType == ObjectType::DomainSet;
    if (at != nullptr) {
      after = at->index;
    } else if (byNumber) {
      after = first.u32();
    } else {
      // The object has gone meanwhile: what follows where it stood (5.6.5.3).
      base::ByteView key = first.value;
      PortalKey portal;
      if constexpr (std::is_same_v<T, Portal>) {
        portal = PortalKey::of(first.value, request.key[1].u32());
        key = portal.bytes;
      } else if (first.row->kind == isns::ValueKind::IscsiName || first.row->kind == isns::ValueKind::Eid) {
        key = base::asBytes(first.text());
      }
      after = context.registry.whereRemoved<T>(context.registry.hash(key));
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
