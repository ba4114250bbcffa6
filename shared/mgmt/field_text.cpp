#include "shared/mgmt/field_text.h"

#include <algorithm>

#include "shared/base/clock.h"
#include "shared/base/listed.h"
#include "shared/base/span_text.h"
#include "shared/base/time_text.h"
#include "shared/base/trimmed.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/edit_json.h"

namespace mgmt {
namespace {

using base::Json;
using san::FieldRow;
using san::FieldType;

// A reference as the API takes it: "kind:name".
base::Result<Json> reference(const FieldRow& field, std::string_view text) {
  std::string kinds;
  const san::KindRow* only = nullptr;
  for (const san::KindRow& row : san::kKindTable) {
    if (row.kind == san::Kind::None || !field.mayReferTo(row.kind)) continue;
    if (text.starts_with(row.name) && text.substr(row.name.size()).starts_with(':')) return Json(std::string(text));
    only = kinds.empty() ? &row : nullptr;
    kinds.append(kinds.empty() ? "" : ", ").append(row.name);
  }
  if (only != nullptr) return Json(std::string(only->name).append(":").append(text));
  return base::fail("has the kind of its object in front, as in host:web1; it may be: " + kinds);
}

std::vector<std::string_view> namesIn(std::string_view text) {
  std::vector<std::string_view> names;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (const std::string_view one = base::trimmed(text.substr(0, comma)); !one.empty()) names.push_back(one);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return names;
}

template <class Read>
base::Result<Json> listFrom(std::string_view text, Read&& read) {
  Json::Array list;
  for (const std::string_view one : namesIn(text)) {
    auto value = read(one);
    if (!value) return value;
    list.push_back(std::move(*value));
  }
  return Json(std::move(list));
}

base::Result<Json> number(std::string_view text) {
  const auto value = base::wholeNumber<std::uint64_t>(text);
  if (!value) return base::fail("is a whole number from 0");
  return Json(*value);
}

base::Result<Json> time(std::string_view text) {
  std::string whole(text);
  if (whole.find('T') == std::string::npos) whole += "T00:00:00Z";
  const auto parsed = base::parseTime(whole);
  if (!parsed || *parsed < base::WallTime{}) return base::fail("is a time: 2026-12-24T08:00:00Z (UTC), or 2026-12-24");
  return Json(static_cast<std::uint64_t>(base::unixSeconds(*parsed)));
}

}  // namespace

base::Result<Json> fieldFromText(const FieldRow& field, std::string_view text) {
  text = base::trimmed(text);
  if (text.empty()) return Json();
  switch (field.type) {
    case FieldType::Flag:
      if (text != "yes" && text != "no") return base::fail("is yes or no");
      return Json(text == "yes");
    case FieldType::Number:
    case FieldType::Bytes:
      return number(text);
    case FieldType::Duration:
      if (const auto seconds = base::parseSpan(text)) return Json(*seconds);
      return base::fail("is a number and its unit, as in 30m, 12h or 7d");
    case FieldType::Time:
      return time(text);
    case FieldType::Choice:
      if (std::ranges::find(field.words, text) != field.words.end()) return Json(std::string(text));
      return base::fail("is one of: " +
                        base::listed(field.words, [](std::string_view word) { return std::string(word); }));
    case FieldType::Text:
    case FieldType::Address:
      return Json(std::string(text));
    case FieldType::Ref:
      return reference(field, text);
    case FieldType::Refs:
      return listFrom(text, [&](std::string_view one) { return reference(field, one); });
    case FieldType::Subnets:
      return listFrom(text, [](std::string_view one) { return base::Result<Json>(Json(std::string(one))); });
    case FieldType::Accesses:
      break;
  }
  return base::fail("is nothing that can be written");
}

base::Result<Json> memberFromText(const FieldRow& field, std::string_view name) { return reference(field, name); }

std::vector<MemberStep> memberSteps(std::string_view text) {
  std::vector<MemberStep> steps;
  for (const std::string_view one : namesIn(text)) {
    if (one[0] != '+' && one[0] != '-') return {};
    steps.push_back({one[0] == '+' ? san::EditOp::Add : san::EditOp::Remove, base::trimmed(one.substr(1))});
  }
  return steps;
}

std::string fieldText(const san::Snapshot& snapshot, const FieldRow& field, const san::Value& value) {
  const auto* seconds = std::get_if<std::uint64_t>(&value);
  if (seconds != nullptr && field.type == FieldType::Duration) return base::spanText(*seconds);
  if (seconds != nullptr && field.type == FieldType::Time)
    return *seconds == 0 ? std::string() : base::timeText(base::WallTime(std::chrono::seconds(*seconds)));
  const bool several = (field.kinds & (field.kinds - 1)) != 0;
  const auto named = [&](san::ObjectRef ref) {
    const std::string text = toJson(snapshot, ref, References::Names);
    return several || text.find(":#") != std::string::npos ? text : san::nameOf(snapshot, ref);
  };
  if (const auto* ref = std::get_if<san::ObjectRef>(&value)) return *ref ? named(*ref) : std::string();
  if (const auto* refs = std::get_if<std::vector<san::ObjectRef>>(&value)) return base::listed(*refs, named);
  return san::textOf(snapshot, value);
}

}  // namespace mgmt
