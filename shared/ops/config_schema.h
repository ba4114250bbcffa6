// Configuration keys as rows of a table: name, type with its bounds, default, whether a reload changes it, and a
// sentence.
//
// A program owns the rows; the validator (config_validate.h), the texts (config_text.h) and the reference page come
// from them. Defaults are written as an administrator would write them after --set, and go through the same validator.
// Constexpr data, safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "shared/base/result.h"

namespace ops {

enum class KeyKind : std::uint8_t {
  Boolean,
  Integer,
  Bytes,     // an integer, or a text such as "64MiB"
  Duration,  // seconds, or a text such as "15m"
  Text,
  Choice,  // one of some words
  List,    // of texts
};

// What a text must look like beyond its length.
struct TextForm {
  std::string_view one;   // "an IP address"
  std::string_view many;  // "IP addresses"
  base::Status (*check)(std::string_view text);
};

struct KeyType {
  KeyKind kind = KeyKind::Boolean;
  // Integer, Bytes: the value. Duration: seconds. Text: bytes of it, 0 lets it be empty. List: number of items.
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::string_view unit{};                    // of an Integer, in the plural
  std::span<const std::string_view> words{};  // of a Choice
  const TextForm* form = nullptr;             // of a Text, and of each item of a List
};

// The longest text, and the longest item of a list.
inline constexpr std::int64_t kMaxText = 4096;

constexpr KeyType boolean() { return {}; }
constexpr KeyType integer(std::int64_t min, std::int64_t max, std::string_view unit = {}) {
  return {KeyKind::Integer, min, max, unit, {}, nullptr};
}
constexpr KeyType bytes(std::int64_t min, std::int64_t max) { return {KeyKind::Bytes, min, max, {}, {}, nullptr}; }
constexpr KeyType duration(std::chrono::seconds min, std::chrono::seconds max) {
  return {KeyKind::Duration, min.count(), max.count(), {}, {}, nullptr};
}
constexpr KeyType text(const TextForm* form = nullptr, std::int64_t max = kMaxText) {
  return {KeyKind::Text, 1, max, {}, {}, form};
}
constexpr KeyType optionalText(const TextForm* form = nullptr, std::int64_t max = kMaxText) {
  return {KeyKind::Text, 0, max, {}, {}, form};
}
constexpr KeyType choice(std::span<const std::string_view> words) {
  return {KeyKind::Choice, 0, 0, {}, words, nullptr};
}
constexpr KeyType list(const TextForm* form, std::int64_t min, std::int64_t max) {
  return {KeyKind::List, min, max, {}, {}, form};
}

struct KeyRow {
  std::string_view name;  // "listen.port"; in a table of records the column's name
  KeyType type;
  std::optional<std::string_view> preset;  // the default, a list's items with commas; without one it must be given
  bool reloadable = false;
  std::string_view doc;  // one sentence
};

// A list of records, in TOML [[name]]: the same keys several times over.
struct RecordRow {
  std::string_view name;
  std::span<const KeyRow> columns;
  std::size_t max = 0;  // records
  bool reloadable = false;
  std::string_view doc;
  // What holds where no record is given: for each record the presets in the order of the columns.
  std::span<const std::span<const std::string_view>> preset{};
};

struct Schema {
  std::span<const KeyRow> keys;
  std::span<const RecordRow> records;
};

constexpr std::optional<std::size_t> findKey(std::span<const KeyRow> rows, std::string_view name) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace ops
