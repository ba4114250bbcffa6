#include "shared/ops/config_text.h"

#include <array>
#include <limits>

#include "shared/base/hex.h"
#include "shared/base/whole_number.h"

namespace ops {
namespace {

struct AmountUnit {
  std::string_view name;
  std::int64_t factor;
};
constexpr AmountUnit kByteUnits[] = {
    {"TiB", std::int64_t{1} << 40}, {"GiB", std::int64_t{1} << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}};
constexpr AmountUnit kTimeUnits[] = {{"w", 604'800}, {"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}};

std::span<const AmountUnit> unitsOf(KeyKind kind) {
  if (kind == KeyKind::Bytes) return kByteUnits;
  return kTimeUnits;
}

std::optional<std::int64_t> parseInteger(std::string_view text) { return base::wholeNumber<std::int64_t>(text); }

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "a, b", and as it stands in the file: ["a", "b"].
std::string_view withoutMarks(std::string_view text, char open, char close) {
  text = trim(text);
  const bool marked = text.size() >= 2 && text.front() == open && text.back() == close;
  return marked ? trim(text.substr(1, text.size() - 2)) : text;
}

std::vector<RawValue> items(std::string_view text, const Position& at) {
  std::vector<RawValue> list;
  text = withoutMarks(text, '[', ']');
  if (text.empty()) return list;
  for (;;) {
    const std::size_t comma = text.find(',');
    list.push_back({std::string(withoutMarks(text.substr(0, comma), '"', '"')), at});
    if (comma == std::string_view::npos) return list;
    text.remove_prefix(comma + 1);
  }
}

// In the largest unit that divides it: 900 seconds are "15m".
std::string amountText(KeyKind kind, std::int64_t value) {
  for (const AmountUnit& unit : unitsOf(kind)) {
    if (value != 0 && value % unit.factor == 0) return std::to_string(value / unit.factor) + std::string(unit.name);
  }
  return std::to_string(value);
}

std::string tomlAmount(KeyKind kind, std::int64_t value) {
  const std::string text = amountText(kind, value);
  return text.back() >= '0' && text.back() <= '9' ? text : '"' + text + '"';
}

// A TOML basic string. Texts come from TOML or from parseOverride(), so they are UTF-8.
std::string tomlString(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      base::appendHex(out += "\\u00", byte);
    } else {
      out += c;
    }
  }
  return out += '"';
}

std::string rangeText(const KeyType& type, std::int64_t bound) {
  return type.kind == KeyKind::Integer ? std::to_string(bound) : amountText(type.kind, bound);
}

}  // namespace

std::string toText(const Position& position) {
  if (position.source.empty()) return "default";
  if (position.line == 0) return position.source;
  return position.source + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string toText(const ConfigError& error) { return toText(error.at) + ": " + error.text; }

std::optional<std::int64_t> parseAmount(KeyKind kind, std::string_view text) {
  for (const AmountUnit& unit : unitsOf(kind)) {
    if (!text.ends_with(unit.name)) continue;
    const auto number = parseInteger(trim(text.substr(0, text.size() - unit.name.size())));
    if (!number || *number < 0 || *number > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return parseInteger(text);
}

RawValue rawFromText(const KeyType& type, std::string_view text, Position at) {
  switch (type.kind) {
    case KeyKind::Boolean:
      if (text == "true" || text == "false") return {text == "true", std::move(at)};
      break;
    case KeyKind::Integer:
      if (const auto number = parseInteger(text)) return {*number, std::move(at)};
      break;
    case KeyKind::List: {
      std::vector<RawValue> list = items(text, at);
      return {std::move(list), std::move(at)};
    }
    case KeyKind::Bytes:
    case KeyKind::Duration:
    case KeyKind::Text:
    case KeyKind::Choice:
      break;
  }
  return {std::string(text), std::move(at)};
}

std::string toToml(const KeyType& type, const Value& value) {
  switch (type.kind) {
    case KeyKind::Boolean:
      return std::get<bool>(value) ? "true" : "false";
    case KeyKind::Integer:
      return std::to_string(std::get<std::int64_t>(value));
    case KeyKind::Bytes:
    case KeyKind::Duration:
      return tomlAmount(type.kind, std::get<std::int64_t>(value));
    case KeyKind::Choice:
      return tomlString(type.words[static_cast<std::size_t>(std::get<std::int64_t>(value))]);
    case KeyKind::Text:
      return tomlString(std::get<std::string>(value));
    case KeyKind::List:
      break;
  }
  std::string out = "[";
  for (const std::string& item : std::get<std::vector<std::string>>(value)) {
    if (out.size() > 1) out += ", ";
    out += tomlString(item);
  }
  return out += ']';
}

std::string describe(const KeyType& type) {
  const std::string range = " from " + rangeText(type, type.min) + " to " + rangeText(type, type.max);
  switch (type.kind) {
    case KeyKind::Boolean:
      return "true or false";
    case KeyKind::Integer:
      return (type.unit.empty() ? "an integer" : "a number of " + std::string(type.unit)) + range;
    case KeyKind::Bytes:
      return "a number of bytes" + range;
    case KeyKind::Duration:
      return "a duration" + range;
    case KeyKind::Text:
      return (type.form == nullptr ? "a text" : std::string(type.form->one)) + (type.min == 0 ? ", or empty" : "");
    case KeyKind::Choice: {
      std::string out = "one of";
      for (const std::string_view word : type.words) {
        out += out.size() > 6 ? ", " : " ";
        out += word;
      }
      return out;
    }
    case KeyKind::List:
      break;
  }
  return "a list of " + std::to_string(type.min) + " to " + std::to_string(type.max) + " " +
         (type.form == nullptr ? "texts" : std::string(type.form->many));
}

}  // namespace ops
