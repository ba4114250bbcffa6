#include "agent/control/views.h"

#include <array>
#include <cstdio>

namespace control {

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

void printList(ctl::Output& output, const base::Json& list, std::span<const ViewColumn> columns) {
  if (output.format() == ctl::Format::Json) return output.json(list);
  const bool table = output.format() == ctl::Format::Table;
  ctl::Sheet sheet;
  for (const ViewColumn& column : columns) {
    if (table && column.shown == Shown::CsvOnly) continue;
    sheet.columns.push_back({std::string(column.field), std::string(column.header)});
  }
  const base::Json::Array* objects = list.array();
  for (std::size_t i = 0; objects != nullptr && i < objects->size(); ++i) {
    std::vector<ctl::Cell> row;
    for (const ViewColumn& column : columns) {
      if (table && column.shown == Shown::CsvOnly) continue;
      const base::Json* value = (*objects)[i].find(column.field);
      if (value == nullptr || value->isNull()) {
        row.emplace_back(std::nullopt);
      } else if (table && column.shown == Shown::Size && value->number() != nullptr) {
        row.emplace_back(base::Json(sizeText(*value->number())));
      } else {
        row.emplace_back(*value);
      }
    }
    sheet.rows.push_back(std::move(row));
  }
  output.sheet(sheet);
}

void printRecord(ctl::Output& output, const base::Json& object) {
  ctl::Record record;
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

}  // namespace control
