// DevAttrQry and DevGetNext (RFC 4171 5.6.5.2, 5.6.5.3): reading a State, as far as the source may see it.
//
// On success `answer` holds key, delimiter and operating attributes of the response; on any other status the caller
// drops it. An answer that outgrows QueryContext::maxResponse is given up where it does, with status 12. Pure; nothing
// is changed.
#pragma once

#include "isns-server/core/object_reader.h"
#include "isns-server/core/request.h"
#include "isns-server/core/visibility.h"

namespace core {

struct QueryContext {
  const Registry& registry;
  const State& state;
  const Policy& policy;
  const ContactTimes& contacts;
  std::size_t maxResponse;  // bytes of attributes: Policy::maxResponse, or what the answer's way has room for
};

isns::Status queryAttributes(const Request& request, const Source& source, const QueryContext& context,
                             isns::AttributeWriter& answer);
isns::Status getNext(const Request& request, const Source& source, const QueryContext& context,
                     isns::AttributeWriter& answer);

// The object that a message key names exactly, by key or index; nullptr where it names none. `exact` tells a key that
// names one object from a search.
template <class T>
const T* findByKey(const Registry& registry, const State& state, std::span<const isns::Attribute> key, bool& exact);

// The attribute of a message key that has this tag and a value; nullptr where there is none.
const isns::Attribute* valueIn(std::span<const isns::Attribute> key, isns::Tag tag);

// The object type that all attributes of a key belong to; Status 18 for a tag that is not known, 5 for a mixture and for a
// tag that stands twice.
isns::Status keyType(std::span<const isns::Attribute> key, ObjectType& type);

}  // namespace core
