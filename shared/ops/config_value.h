// Configuration values on their way in (raw, with the place where they stand) and validated.
//
// Plain values; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ops {

// Where a value stands: a file with line and column (from 1), the words of an override, or nowhere for a default.
struct Position {
  std::string source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct ConfigError {
  Position at;
  std::string text;
};

// "/etc/sanctum/isns-server.toml:12:3", "--set 'listen.port=1'", "default".
std::string toText(const Position& position);
// "/etc/sanctum/isns-server.toml:12:3: unknown key 'listen.prot'; did you mean 'listen.port'?"
std::string toText(const ConfigError& error);

// What a configuration cannot hold, in words: "a date", "a table".
struct Unsupported {
  std::string_view what;
  bool emptyGroup = false;  // [group] without a key
};

struct RawValue {
  std::variant<bool, std::int64_t, double, std::string, std::vector<RawValue>, Unsupported> data;
  Position at;
};

struct RawEntry {
  std::string name;  // "listen.port"
  Position at;       // of the name
  RawValue value;
};

struct RawRecord {
  std::string name;  // "control_node"
  Position at;
  std::vector<RawEntry> entries;  // named by column
};

// Of two entries with one name the later one holds. An entry with the name of a record and an empty list: no records.
struct RawConfig {
  std::vector<RawEntry> entries;
  std::vector<RawRecord> records;
};

// A Choice is the index of its word; a Duration is in seconds.
using Value = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

struct Setting {
  Value value;
  Position at;
};

// One setting for each row of the schema, in its order; `records` likewise, each record with one setting a column.
struct ConfigValues {
  std::vector<Setting> keys;
  std::vector<std::vector<std::vector<Setting>>> records;
};

}  // namespace ops
