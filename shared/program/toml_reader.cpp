#include "shared/program/toml_reader.h"

// Two faults of toml++ 3.3 let a text decide what is undefined. "[[[" breaks an assertion (its pull request 301), on
// which a debug build ends and a release build by clang relies: without it the parser goes on to its own check. And a
// letter such as U+00E4 outside of a string reaches a place marked as unreachable, where the answer is no.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/impl/forward_declarations.h>
#pragma push_macro("TOML_UNREACHABLE")
#undef TOML_UNREACHABLE
#define TOML_UNREACHABLE return false
#include <toml++/impl/unicode.h>
#pragma pop_macro("TOML_UNREACHABLE")
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <cerrno>
#include <cstring>
#include <fstream>

#include "shared/ops/escape.h"

namespace program {
namespace {

class Flattener {
 public:
  explicit Flattener(std::string_view name) : name_(name) {}

  void addTable(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      const ops::Position at = position(key.source());
      if (const toml::table* inner = node.as_table()) {
        if (inner->empty()) {
          config.entries.push_back({name, at, {ops::Unsupported{"an empty table", true}, at}});
        } else {
          addTable(*inner, name + ".");
        }
      } else if (node.is_array_of_tables()) {
        for (const toml::node& record : *node.as_array()) addRecord(*record.as_table(), name);
      } else {
        config.entries.push_back({name, at, value(node)});
      }
    }
  }

  ops::RawConfig config;

 private:
  [[nodiscard]] ops::Position position(const toml::source_region& region) const {
    return {name_, region.begin.line, region.begin.column};
  }

  void addRecord(const toml::table& table, const std::string& name) {
    ops::RawRecord record{name, position(table.source()), {}};
    for (const auto& [key, node] : table) {
      record.entries.push_back({std::string(key.str()), position(key.source()), value(node)});
    }
    config.records.push_back(std::move(record));
  }

  ops::RawValue value(const toml::node& node) const {
    const ops::Position at = position(node.source());
    if (const auto* boolean = node.as_boolean()) return {boolean->get(), at};
    if (const auto* integer = node.as_integer()) return {integer->get(), at};
    if (const auto* number = node.as_floating_point()) return {number->get(), at};
    if (const auto* text = node.as_string()) return {text->get(), at};
    if (const auto* array = node.as_array()) {
      std::vector<ops::RawValue> items;
      for (const toml::node& item : *array) items.push_back(value(item));
      return {std::move(items), at};
    }
    return {ops::Unsupported{node.is_table() ? "a table" : "a date or time", false}, at};
  }

  std::string name_;
};

}  // namespace

base::Result<std::string, ops::ConfigError> readConfigFile(const std::string& path, bool mayBeMissing) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int error = errno;
    if (mayBeMissing && error == ENOENT) return std::string();
    return base::fail(ops::ConfigError{{path, 0, 0}, std::string("cannot be opened: ") + std::strerror(error)});
  }
  std::string text(kMaxConfigFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return base::fail(ops::ConfigError{{path, 0, 0}, "cannot be read"});
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxConfigFile) return base::fail(ops::ConfigError{{path, 0, 0}, "is larger than 1 MiB"});
  return text;
}

base::Result<ops::RawConfig, ops::ConfigError> parseToml(std::string_view text, std::string_view name) {
  toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    const toml::source_position at = error.source().begin;
    std::string why = ops::safeSentence(error.description());
    // Most of the rest is a file of another program, of which the parser's own words say little.
    if (why.find("redefine") == std::string::npos) {
      why += "; the file is to be TOML: [section], key = value, texts in \"quotes\"";
    }
    return base::fail(ops::ConfigError{{std::string(name), at.line, at.column}, std::move(why)});
  }
  Flattener flattener(name);
  flattener.addTable(parsed.table(), "");
  return std::move(flattener.config);
}

}  // namespace program
