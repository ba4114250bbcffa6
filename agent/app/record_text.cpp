#include "agent/app/record_text.h"

#include "shared/base/listed.h"
#include "shared/base/suggest.h"
#include "shared/base/utf8.h"
#include "shared/ops/config_text.h"
#include "shared/ops/config_validate.h"
#include "shared/ops/escape.h"

namespace agent {
namespace {

base::Result<std::size_t> columnOf(const ops::RecordRow& row, std::string_view name) {
  if (const auto column = ops::findKey(row.columns, name)) return *column;
  std::vector<std::string_view> names;
  for (const ops::KeyRow& column : row.columns) names.push_back(column.name);
  const auto near = base::nearest(name, names);
  return base::fail("unknown column " + ops::shown(name) + " of [[" + std::string(row.name) + "]]" +
                    (near ? "; did you mean " + ops::shown(*near) + "?" : ""));
}

// One column's value, by the validator of the configuration.
base::Result<ops::Setting> settingOf(const ops::KeyRow& column, std::string_view text) {
  if (!base::isUtf8(text)) return base::fail(ops::shown(column.name) + " is not UTF-8");
  ops::RawConfig raw;
  raw.entries.push_back({std::string(column.name), {}, ops::rawFromText(column.type, text, {})});
  std::vector<ops::ConfigError> errors;
  ops::ConfigValues values = ops::validate({{&column, 1}, {}}, raw, errors);
  if (!errors.empty()) return base::fail(errors[0].text);
  return std::move(values.keys[0]);
}

base::Status put(const ops::RecordRow& row, std::vector<std::optional<ops::Setting>>& settings, std::string_view name,
                 std::string_view value) {
  const auto column = columnOf(row, name);
  if (!column) return base::fail(column.error());
  auto setting = settingOf(row.columns[*column], value);
  if (!setting) return base::fail(setting.error());
  settings[*column] = std::move(*setting);
  return {};
}

base::Status putTexts(const ops::RecordRow& row, std::vector<std::optional<ops::Setting>>& settings,
                      const std::vector<std::string>& texts, const std::vector<ColumnText>& given) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return base::fail(ops::shown(text) + ": write column=value");
    const std::string_view name = std::string_view(text).substr(0, equals);
    for (const ColumnText& own : given) {
      if (own.column == name) return base::fail(ops::shown(name) + " is given by an argument of its own");
    }
    if (auto done = put(row, settings, name, std::string_view(text).substr(equals + 1)); !done) return done;
  }
  return {};
}

}  // namespace

base::Result<Record> makeRecord(ObjectKind kind, const std::vector<ColumnText>& given,
                                const std::vector<std::string>& texts) {
  const ops::RecordRow& row = recordRow(kind);
  std::vector<std::optional<ops::Setting>> settings(row.columns.size());
  for (const ColumnText& own : given) {
    if (auto done = put(row, settings, own.column, own.value); !done) return base::fail(done.error());
  }
  if (auto done = putTexts(row, settings, texts, given); !done) return base::fail(done.error());
  Record record;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (!settings[i]) {
      auto preset = settingOf(row.columns[i], row.columns[i].preset.value_or(""));
      if (!preset) return base::fail(preset.error());
      settings[i] = std::move(*preset);
    }
    record.push_back(std::move(*settings[i]));
  }
  return record;
}

base::Result<Record> changeRecord(ObjectKind kind, const Record& record, const std::vector<std::string>& texts) {
  const ops::RecordRow& row = recordRow(kind);
  std::vector<std::optional<ops::Setting>> settings(row.columns.size());
  if (auto done = putTexts(row, settings, texts, {}); !done) return base::fail(done.error());
  Record changed = record;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    if (settings[i]) changed[i] = std::move(*settings[i]);
  }
  return changed;
}

std::string listText(const std::vector<std::string>& items) {
  return base::listed(items);
}

}  // namespace agent
