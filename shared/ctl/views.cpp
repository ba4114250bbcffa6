#include "shared/ctl/views.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "shared/base/time_text.h"

namespace ctl {

using base::Json;

std::string sizeText(std::uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  while (value >= 1024 && unit + 1 < std::size(kUnits)) {
    value /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  const bool whole = value == static_cast<double>(static_cast<std::uint64_t>(value));
  std::snprintf(text.data(), text.size(), whole ? "%.0f" : "%.1f", value);
  return std::string(text.data()) + " " + std::string(kUnits[unit]);
}

namespace {

Json namesOf(const Json& value) {
  if (const std::string* text = value.text()) return Json(nameOfRef(*text));
  const Json::Array* list = value.array();
  if (list == nullptr) return value;
  Json::Array names;
  for (const Json& one : *list) names.push_back(namesOf(one));
  return names;
}

Cell cellOf(const Json& value, Shown shown) {
  if (value.isNull()) return std::nullopt;
  const std::uint64_t* number = value.number();
  switch (shown) {
    case Shown::Size:
      return number == nullptr ? value : Json(sizeText(*number));
    case Shown::Time:
      if (number == nullptr) return value;
      if (*number == 0) return std::nullopt;
      return Json(whenText(*number));
    case Shown::Name:
      return namesOf(value);
    case Shown::Count:
      return value.array() == nullptr ? value : Json(std::uint64_t{value.array()->size()});
    default:
      return value;
  }
}

Cell shownAs(const Json& value, Shown shown, bool table) {
  if (table && value.truth() != nullptr) return Json(*value.truth() ? "yes" : "no");
  return cellOf(value, table ? shown : Shown::Plain);
}

}  // namespace

std::string_view nameOfRef(std::string_view ref) {
  const std::size_t colon = ref.find(':');
  const bool kind = colon != std::string_view::npos && colon > 0 &&
                    std::all_of(ref.begin(), ref.begin() + static_cast<std::ptrdiff_t>(colon),
                                [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
  return kind ? ref.substr(colon + 1) : ref;
}

std::string whenText(std::uint64_t seconds) {
  if (seconds == 0) return "never";
  std::string text = base::timeText(base::WallTime(std::chrono::seconds(seconds)));
  if (text.size() < 20) return text;
  text[10] = ' ';
  text.pop_back();
  return text;
}

void printList(Output& output, const base::Json& list, std::span<const ViewColumn> columns) {
  if (output.format() == Format::Json) return output.json(list);
  const bool table = output.format() == Format::Table;
  Sheet sheet;
  for (const ViewColumn& column : columns) {
    if (table && column.shown == Shown::CsvOnly) continue;
    sheet.columns.push_back({std::string(column.field), std::string(column.header), column.shown == Shown::Painted});
  }
  const base::Json::Array* objects = list.array();
  for (std::size_t i = 0; objects != nullptr && i < objects->size(); ++i) {
    std::vector<Cell> row;
    for (const ViewColumn& column : columns) {
      if (table && column.shown == Shown::CsvOnly) continue;
      const base::Json* value = (*objects)[i].find(column.field);
      row.push_back(value == nullptr ? Cell{} : shownAs(*value, column.shown, table));
    }
    sheet.rows.push_back(std::move(row));
  }
  output.sheet(sheet);
}

Record recordBy(const Output& output, const base::Json& object, std::span<const ViewColumn> columns) {
  const bool table = output.format() == Format::Table;
  Record record;
  for (const ViewColumn& column : columns) {
    if (table && column.shown == Shown::CsvOnly) continue;
    const base::Json* value = object.find(column.field);
    Cell cell = value == nullptr ? Cell{} : shownAs(*value, column.shown, table);
    if (cell || !table) record.push_back({std::string(column.field), std::string(column.header), std::move(cell)});
  }
  return record;
}

void printRecord(Output& output, const base::Json& object) {
  Record record;
  if (const base::Json::Object* members = object.object()) {
    for (const base::JsonMember& member : *members) {
      std::string header = member.name;
      for (char& c : header) {
        if (c == '_') c = ' ';
      }
      record.push_back({member.name, std::move(header), member.value});
    }
  }
  output.record(record);
}

}  // namespace ctl
