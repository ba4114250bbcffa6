// Fields of the iSNS attribute table as they are typed: "alias", "alias=Rack 7", "tag:513=00aabb01".
//
// Pure functions, safe from any thread. What is wrong is an Exit::Usage failure with the nearest field.
#pragma once

#include <string_view>
#include <vector>

#include "isns-server/ctl/connection.h"
#include "shared/isns/attributes.h"
#include "shared/isns/tlv.h"

namespace ctl {

struct FieldValue {
  isns::Tag tag = 0;
  const isns::AttributeRow* row = nullptr;  // nullptr: an unassigned tag
  base::Bytes value;                        // as on the wire; empty where no value was typed

  [[nodiscard]] isns::ObjectType object() const { return row == nullptr ? isns::ObjectType::None : row->object; }
  [[nodiscard]] base::Bytes tlv() const;
};

// "field": a value of length 0.
Asked<FieldValue> parseField(std::string_view text);
// "field,field": tags in this order.
Asked<std::vector<isns::Tag>> parseFieldList(std::string_view text);
// The value of a known field, as typed for an option of its own.
Asked<FieldValue> parseFieldValue(isns::Tag tag, std::string_view text);

// The field of a tag; "tag:513" for a tag without a row of its own.
std::string fieldName(isns::Tag tag);

// All attributes of a kind of object that can be asked for and shown: no virtual ones, no certificates, no members.
std::vector<isns::Tag> fieldsOf(isns::ObjectType type);

}  // namespace ctl
