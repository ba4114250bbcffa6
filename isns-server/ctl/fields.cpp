#include "isns-server/ctl/fields.h"

#include <algorithm>

#include "shared/base/suggest.h"
#include "shared/isns/ip_text.h"
#include "shared/isns/value_text.h"

namespace ctl {
namespace {

constexpr std::string_view kTagPrefix = "tag:";

Failure unknownField(std::string_view field) {
  std::vector<std::string_view> known;
  for (const isns::AttributeRow& row : isns::attributeTable()) known.push_back(row.field);
  const auto near = base::nearest(field, known);
  return usageFailure("unknown field", "\"" + std::string(field) + "\"",
                      near ? "did you mean \"" + std::string(*near) + "\"?"
                           : "docs/reference/sanctl.md lists the fields, and so does tab completion");
}

Asked<FieldValue> fieldOf(std::string_view name) {
  if (name.starts_with(kTagPrefix)) {
    const auto number = isns::parseNumber(name.substr(kTagPrefix.size()));
    if (!number || *number == 0 || *number > 0xffffffff) {
      return base::fail(usageFailure("wrong field", "\"" + std::string(name) + "\"", "tag:NUMBER is wanted"));
    }
    const auto tag = static_cast<isns::Tag>(*number);
    return FieldValue{tag, isns::findAttribute(tag), {}};
  }
  const isns::AttributeRow* row = isns::findAttributeByField(name);
  if (row == nullptr || row->kind == isns::ValueKind::None) return base::fail(unknownField(name));
  return FieldValue{row->tag, row, {}};
}

Asked<FieldValue> withValue(FieldValue field, std::string_view text) {
  // An unassigned tag is opaque to everybody.
  static constexpr isns::AttributeRow kOpaque{0,
                                              "",
                                              "value",
                                              isns::ValueKind::Opaque,
                                              4,
                                              65532,
                                              isns::ObjectType::None,
                                              isns::Role::Plain,
                                              isns::Writer::Client,
                                              ""};
  const isns::AttributeRow& row = field.row == nullptr ? kOpaque : *field.row;
  auto value = isns::parseValue(row, text);
  if (!value) return base::fail(usageFailure("wrong value", value.error().text));
  field.value = std::move(*value);
  return field;
}

}  // namespace

base::Bytes FieldValue::tlv() const { return isns::makeTlv(tag, value); }

Asked<FieldValue> parseField(std::string_view text) {
  const std::size_t equals = text.find('=');
  auto field = fieldOf(text.substr(0, equals));
  if (!field || equals == std::string_view::npos) return field;
  return withValue(std::move(*field), text.substr(equals + 1));
}

Asked<std::vector<isns::Tag>> parseFieldList(std::string_view text) {
  std::vector<isns::Tag> tags;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto field = fieldOf(text.substr(0, comma));
    if (!field) return base::fail(field.error());
    tags.push_back(field->tag);
    if (comma == text.size()) return tags;
    text.remove_prefix(comma + 1);
  }
}

Asked<FieldValue> parseFieldValue(isns::Tag tag, std::string_view text) {
  return withValue(FieldValue{tag, isns::findAttribute(tag), {}}, text);
}

std::string fieldName(isns::Tag tag) {
  const isns::AttributeRow* row = isns::findAttribute(tag);
  // A vendor's tag has the row of its whole range.
  if (row == nullptr || isns::isVendorTag(tag)) return std::string(kTagPrefix) + std::to_string(tag);
  return std::string(row->field);
}

std::vector<isns::Tag> fieldsOf(isns::ObjectType type) {
  std::vector<isns::Tag> tags;
  for (const isns::AttributeRow& row : isns::attributeTable()) {
    const bool shown = row.role != isns::Role::NextIndex && row.role != isns::Role::Member &&
                       row.kind != isns::ValueKind::Opaque && row.kind != isns::ValueKind::None;
    if (row.object == type && shown && row.tag != isns::tag::kFc4TypeCode) tags.push_back(row.tag);
  }
  return tags;
}

}  // namespace ctl
