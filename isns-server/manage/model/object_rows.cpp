#include "isns-server/manage/model/object_rows.h"

#include <algorithm>

#include "shared/base/json.h"
#include "shared/base/json_reader.h"

namespace manage {
namespace {

using base::Json;
using san::FieldRow;
using san::FieldType;
using san::ObjectRef;
using san::Value;
using store::Cell;
using store::CellTag;

std::uint64_t numberOf(ObjectRef ref) { return (std::uint64_t{static_cast<std::uint8_t>(ref.kind)} << 32) | ref.id; }

bool toRef(std::uint64_t number, ObjectRef& ref) {
  const std::uint64_t kind = number >> 32;
  if (number != 0 && (kind == 0 || kind >= san::kKinds || (number & 0xffffffff) == 0)) return false;
  ref = {static_cast<san::Kind>(kind), static_cast<san::Id>(number)};
  return true;
}

Cell integerCell(std::uint64_t number) { return {CellTag::Integer, static_cast<std::int64_t>(number), {}}; }

Json listOf(const Value& value) {
  Json::Array list;
  if (const auto* refs = std::get_if<std::vector<ObjectRef>>(&value)) {
    for (ObjectRef ref : *refs) list.emplace_back(numberOf(ref));
  } else if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    for (const std::string& text : *texts) list.emplace_back(text);
  } else if (const auto* accesses = std::get_if<std::vector<san::Access>>(&value)) {
    for (const san::Access& access : *accesses) {
      list.emplace_back(Json::Array{numberOf(access.who), numberOf(access.unit), std::uint64_t{access.lun},
                                    static_cast<std::uint64_t>(access.right)});
    }
  }
  return list;
}

bool fromJson(const Json& item, ObjectRef& ref) {
  const std::uint64_t* number = item.number();
  return number != nullptr && *number != 0 && toRef(*number, ref);
}
bool fromJson(const Json& item, std::string& text) {
  if (item.text() == nullptr) return false;
  text = *item.text();
  return true;
}
bool fromJson(const Json& item, san::Access& access) {
  const Json::Array* parts = item.array();
  if (parts == nullptr || parts->size() != 4) return false;
  std::uint64_t numbers[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint64_t* number = (*parts)[i].number();
    if (number == nullptr) return false;
    numbers[i] = *number;
  }
  if (!toRef(numbers[0], access.who) || !toRef(numbers[1], access.unit) || numbers[2] > 0xffffffff || numbers[3] > 1) {
    return false;
  }
  access.lun = static_cast<std::uint32_t>(numbers[2]);
  access.right = static_cast<san::Right>(numbers[3]);
  return true;
}

bool fromJson(const Json& item, san::Revision& revision) {
  if (item.number() == nullptr) return false;
  revision = *item.number();
  return true;
}

template <class T>
base::Result<std::vector<T>> listIn(const Cell& cell) {
  std::vector<T> list;
  const auto json = base::parseJson(cell.text());
  if (!json || json->array() == nullptr) return base::fail("is no list");
  for (const Json& item : *json->array()) {
    if (!fromJson(item, list.emplace_back())) return base::fail("has an entry that means nothing");
  }
  return list;
}
template <class T>
base::Result<Value> readList(const Cell& cell) {
  auto list = listIn<T>(cell);
  if (!list) return base::fail(list.error());
  return Value(std::move(*list));
}

Cell sinceCell(const san::SinceRow& row, const std::vector<san::Revision>& since, std::string& memory) {
  if (!row.list) return integerCell(since.front());
  Json::Array list;
  for (const san::Revision one : since) list.emplace_back(one);
  memory.clear();
  Json(std::move(list)).writeCompact(memory);
  return {CellTag::Text, 0, base::asBytes(memory)};
}

}  // namespace

Cell cellOf(const FieldRow& field, const Value& value, std::string& memory) {
  switch (field.type) {
    case FieldType::Flag:
      return integerCell(std::get<bool>(value) ? 1 : 0);
    case FieldType::Number:
    case FieldType::Duration:
    case FieldType::Time:
    case FieldType::Bytes:
      return integerCell(std::get<std::uint64_t>(value));
    case FieldType::Ref: {
      const auto* ref = std::get_if<ObjectRef>(&value);
      return ref == nullptr ? Cell{} : integerCell(numberOf(*ref));
    }
    case FieldType::Text:
    case FieldType::Choice:
    case FieldType::Address:
      memory = std::get<std::string>(value);
      break;
    case FieldType::Subnets:
    case FieldType::Refs:
    case FieldType::Accesses:
      memory.clear();
      listOf(value).writeCompact(memory);
      break;
  }
  return {CellTag::Text, 0, base::asBytes(memory)};
}

base::Result<Value> valueOf(const FieldRow& field, const Cell& cell) {
  const bool isNumber = cell.tag == CellTag::Integer;
  const bool isText = cell.tag == CellTag::Text;
  switch (field.type) {
    case FieldType::Flag:
      if (!isNumber || cell.integer < 0 || cell.integer > 1) return base::fail("is neither 0 nor 1");
      return Value(cell.integer == 1);
    case FieldType::Number:
    case FieldType::Duration:
    case FieldType::Time:
    case FieldType::Bytes:
      if (!isNumber) return base::fail("is no number");
      return Value(static_cast<std::uint64_t>(cell.integer));
    case FieldType::Ref: {
      ObjectRef ref;
      if (!isNumber || !toRef(static_cast<std::uint64_t>(cell.integer), ref)) return base::fail("is no reference");
      return Value(ref);
    }
    case FieldType::Text:
    case FieldType::Choice:
    case FieldType::Address:
      if (!isText) return base::fail("is no text");
      return Value(std::string(cell.text()));
    case FieldType::Subnets:
      return readList<std::string>(cell);
    case FieldType::Refs:
      return readList<ObjectRef>(cell);
    case FieldType::Accesses:
      return readList<san::Access>(cell);
  }
  return base::fail("has a type that is not known");
}

void writeRow(store::OpsWriter& ops, san::Kind kind, const san::Object& object, san::Revision created,
              san::Revision changed) {
  ops.put(tableOf(kind), object.id);
  ops.integer(static_cast<std::int64_t>(created));
  ops.integer(static_cast<std::int64_t>(changed));
  std::string memory;
  for (const StoredColumn& column : storedColumns(kind)) {
    if (column.field != nullptr) {
      ops.cell(cellOf(*column.field, column.field->get(object), memory));
      continue;
    }
    std::vector<san::Revision> since = column.since->get(object);
    std::ranges::replace(since, object.changed, changed);
    ops.cell(sinceCell(*column.since, since, memory));
  }
}

base::Result<std::vector<san::Revision>> revisionsOf(const san::SinceRow& row, const Cell& cell) {
  if (row.list) return listIn<san::Revision>(cell);
  if (cell.tag != CellTag::Integer) return base::fail("is no number");
  return std::vector<san::Revision>{static_cast<san::Revision>(cell.integer)};
}

bool isRowOf(san::Kind kind, std::span<const Cell> cells) {
  return cells.size() > 2 && cells.size() <= storedColumns(kind).size() + 2;
}

Cell cellAt(std::span<const Cell> cells, std::size_t column) {
  return column + 2 < cells.size() ? cells[column + 2] : Cell{};
}

base::Status readRow(san::Kind kind, std::span<const Cell> cells, san::Object& object) {
  const auto columns = storedColumns(kind);
  if (!isRowOf(kind, cells)) return base::fail("the row has another number of columns");
  object.created = static_cast<san::Revision>(cells[0].integer);
  object.changed = static_cast<san::Revision>(cells[1].integer);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& [field, since] = columns[i];
    const std::string_view name = field != nullptr ? field->name : since->name;
    const auto wrong = [&name](const std::string& why) {
      return base::fail("column " + std::string(name) + " " + why);
    };
    const Cell cell = cellAt(cells, i);
    if (cell.isNull()) continue;  // the default; so it is with a column that came later
    if (since != nullptr) {
      const auto revisions = revisionsOf(*since, cell);
      if (!revisions) return wrong(revisions.error().text);
      since->set(object, *revisions);
      continue;
    }
    const auto value = valueOf(*field, cell);
    if (!value) return wrong(value.error().text);
    if (auto status = san::setField(*field, object, *value, object.changed); !status) {
      return wrong(status.error().text);
    }
  }
  return {};
}

}  // namespace manage
