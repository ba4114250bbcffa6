#include "shared/program/config_file.h"

#include <algorithm>
#include <tuple>

#include "shared/ops/config_text.h"
#include "shared/ops/config_validate.h"
#include "shared/ops/escape.h"
#include "shared/program/toml_reader.h"

namespace program {
namespace {

using ops::Setting;
using Records = std::vector<std::vector<Setting>>;

bool sameValues(const Records& a, const Records& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Setting& x, const Setting& y) { return x.value == y.value; });
  });
}

}  // namespace

ops::ConfigValues readValues(const ops::Schema& schema, std::string_view toml, std::string_view name,
                             const std::vector<std::string>& overrides, ConfigErrors& errors) {
  auto parsed = parseToml(toml, name);
  if (!parsed) errors.push_back(parsed.error());
  ops::RawConfig raw = parsed ? std::move(*parsed) : ops::RawConfig();
  for (const std::string& text : overrides) {
    if (auto entry = ops::parseOverride(schema, text)) {
      raw.entries.push_back(std::move(*entry));
    } else {
      errors.push_back(entry.error());
    }
  }
  return ops::validate(schema, raw, errors);
}

ConfigErrors sortedByPlace(ConfigErrors errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const ops::ConfigError& a, const ops::ConfigError& b) {
    return std::tuple(a.at.line == 0, a.at.line, a.at.column) < std::tuple(b.at.line == 0, b.at.line, b.at.column);
  });
  return errors;
}

void Relations::require(bool holds, std::string_view key, std::string_view other, std::string_view relation) {
  if (holds) return;
  const std::size_t row = ops::findKey(schema_.keys, key).value();
  const std::size_t second = ops::findKey(schema_.keys, other).value();
  // The one that was given is the one to mend; of two, the first.
  const bool first = !values_.keys[row].at.source.empty();
  errors_.push_back(
      {values_.keys[first ? row : second].at, named(row) + " " + std::string(relation) + " " + named(second)});
}

std::string Relations::named(std::size_t row) const {
  const ops::KeyRow& key = schema_.keys[row];
  return ops::shown(key.name) + " (" + ops::toToml(key.type, values_.keys[row].value) + ")";
}

ReloadChanges keepFrozen(const ops::Schema& schema, const ops::ConfigValues& running, ops::ConfigValues& wanted) {
  ReloadChanges result;
  for (std::size_t i = 0; i < schema.keys.size(); ++i) {
    const ops::KeyRow& row = schema.keys[i];
    Setting& setting = wanted.keys[i];
    const Setting& old = running.keys[i];
    if (row.reloadable) {
      if (setting.value != old.value) result.changed.emplace_back(row.name);
      continue;
    }
    if (setting.value != old.value) {
      result.frozen.push_back(
          {std::string(row.name), ops::toToml(row.type, old.value), ops::toToml(row.type, setting.value), setting.at});
    }
    setting = old;
  }
  for (std::size_t i = 0; i < schema.records.size(); ++i) {
    const ops::RecordRow& row = schema.records[i];
    if (sameValues(wanted.records[i], running.records[i])) continue;
    if (row.reloadable) {
      result.changed.emplace_back(row.name);
    } else {
      const ops::Position at = wanted.records[i].empty() ? ops::Position() : wanted.records[i][0][0].at;
      result.frozen.push_back({std::string(row.name), "", "", at});
      wanted.records[i] = running.records[i];
    }
  }
  return result;
}

void appendRecord(std::string& out, const ops::RecordRow& row, const std::vector<Setting>& record, bool places) {
  ((out += "[[") += row.name) += "]]\n";
  for (std::size_t i = 0; i < record.size(); ++i) {
    ((out += row.columns[i].name) += " = ") += ops::toToml(row.columns[i].type, record[i].value);
    if (places) (out += "  # ") += toText(record[i].at);
    out += '\n';
  }
}

std::string effectiveText(const ops::Schema& schema, const ops::ConfigValues& values) {
  std::string out;
  for (std::size_t i = 0; i < schema.keys.size(); ++i) {
    const ops::KeyRow& row = schema.keys[i];
    const Setting& setting = values.keys[i];
    ((out += row.name) += " = ") += ops::toToml(row.type, setting.value) + "  # " + toText(setting.at) + "\n";
  }
  for (std::size_t i = 0; i < schema.records.size(); ++i) {
    if (values.records[i].empty()) out += std::string(schema.records[i].name) + " = []\n";
  }
  for (std::size_t i = 0; i < schema.records.size(); ++i) {
    for (const std::vector<Setting>& record : values.records[i]) {
      out += '\n';
      appendRecord(out, schema.records[i], record, true);
    }
  }
  return out;
}

}  // namespace program
