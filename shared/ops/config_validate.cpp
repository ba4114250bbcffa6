#include "shared/ops/config_validate.h"

#include <algorithm>
#include <sstream>

#include "shared/base/suggest.h"
#include "shared/base/utf8.h"
#include "shared/ops/config_text.h"
#include "shared/ops/escape.h"

namespace ops {
namespace {

using Errors = std::vector<ConfigError>;

std::string kindOf(const RawValue& raw) {
  struct {
    std::string operator()(bool truth) const { return truth ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return "the integer " + std::to_string(number); }
    std::string operator()(double number) const {
      std::ostringstream out;
      out << "the number " << number;
      return out.str();
    }
    std::string operator()(const std::string& text) const { return "the text " + shown(text); }
    std::string operator()(const std::vector<RawValue>&) const { return "a list"; }
    std::string operator()(const Unsupported& other) const { return std::string(other.what); }
  } const name;
  return std::visit(name, raw.data);
}

template <class Words>
std::string suggestion(std::string_view word, const Words& known) {
  const auto near = base::nearest(word, known);
  return near ? "; did you mean " + shown(*near) + "?" : "";
}

// Turns one raw value into the value of one row, or says why not.
class Converter {
 public:
  Converter(const KeyRow& row, Errors& errors) : row_(row), errors_(errors) {}

  Value convert(const RawValue& raw) {
    switch (row_.type.kind) {
      case KeyKind::Boolean:
        if (const bool* truth = std::get_if<bool>(&raw.data)) return *truth;
        return wrongKind(raw);
      case KeyKind::Integer:
      case KeyKind::Bytes:
      case KeyKind::Duration:
        return number(raw);
      case KeyKind::Text:
        if (const auto* text = std::get_if<std::string>(&raw.data)) return checkedText(*text, raw.at);
        return wrongKind(raw);
      case KeyKind::Choice:
        return choice(raw);
      case KeyKind::List:
        break;
    }
    return list(raw);
  }

 private:
  Value fail(const Position& at, std::string text) {
    errors_.push_back({at, shown(row_.name) + " " + std::move(text)});
    return std::int64_t{0};
  }
  Value wrongKind(const RawValue& raw) {
    return fail(raw.at, "expects " + describe(row_.type) + ", not " + kindOf(raw));
  }

  Value number(const RawValue& raw) {
    std::optional<std::int64_t> value;
    if (const auto* given = std::get_if<std::int64_t>(&raw.data)) value = *given;
    if (const auto* text = std::get_if<std::string>(&raw.data); text != nullptr && row_.type.kind != KeyKind::Integer) {
      value = parseAmount(row_.type.kind, *text);
    }
    if (!value || *value < row_.type.min || *value > row_.type.max) return wrongKind(raw);
    return *value;
  }

  Value choice(const RawValue& raw) {
    const auto* given = std::get_if<std::string>(&raw.data);
    if (given == nullptr) return wrongKind(raw);
    const auto words = row_.type.words;
    const auto found = std::find(words.begin(), words.end(), *given);
    if (found != words.end()) return std::int64_t{found - words.begin()};
    return fail(raw.at, "expects " + describe(row_.type) + ", not " + kindOf(raw) + suggestion(*given, words));
  }

  Value list(const RawValue& raw) {
    const auto* given = std::get_if<std::vector<RawValue>>(&raw.data);
    if (given == nullptr) return wrongKind(raw);
    const auto count = static_cast<std::int64_t>(given->size());
    if (count < row_.type.min || count > row_.type.max) {
      return fail(raw.at, "expects " + describe(row_.type) + ", not " + std::to_string(count));
    }
    std::vector<std::string> texts;
    for (const RawValue& item : *given) {
      if (const auto* text = std::get_if<std::string>(&item.data)) {
        checkedText(*text, item.at);
        texts.push_back(*text);
      } else {
        fail(item.at, "expects texts in its list, not " + kindOf(item));
      }
    }
    return texts;
  }

  Value checkedText(const std::string& text, const Position& at) {
    const bool isItem = row_.type.kind == KeyKind::List;
    const auto size = static_cast<std::int64_t>(text.size());
    const std::int64_t min = isItem ? 1 : row_.type.min;
    const std::int64_t max = isItem ? kMaxText : row_.type.max;
    if (size < min) return fail(at, isItem ? "holds an empty text" : "must not be empty");
    if (size > max) return fail(at, "is longer than " + std::to_string(max) + " bytes");
    if (row_.type.form != nullptr && !text.empty()) {
      if (const base::Status form = row_.type.form->check(text); !form) {
        return fail(at, "expects " + std::string(isItem ? row_.type.form->many : row_.type.form->one) + ", not " +
                            shown(text) + ": " + form.error().text);
      }
    }
    return text;
  }

  const KeyRow& row_;
  Errors& errors_;
};

Setting settingOf(const KeyRow& row, const RawValue& raw, Errors& errors) {
  return {Converter(row, errors).convert(raw), raw.at};
}
Setting presetOf(const KeyRow& row, std::string_view preset, Errors& errors) {
  return settingOf(row, rawFromText(row.type, preset, {}), errors);
}

std::vector<std::string_view> namesOf(const Schema& schema) {
  std::vector<std::string_view> names;
  for (const KeyRow& row : schema.keys) names.push_back(row.name);
  return names;
}

bool isGroup(const Schema& schema, std::string_view name) {
  return std::any_of(schema.keys.begin(), schema.keys.end(), [&](const KeyRow& row) {
    return row.name.size() > name.size() && row.name.starts_with(name) && row.name[name.size()] == '.';
  });
}

// What to say of a name that is no key.
std::string unknownKey(const Schema& schema, std::string_view name) {
  for (const RecordRow& record : schema.records) {
    if (name == record.name || (name.starts_with(record.name) && name[record.name.size()] == '.')) {
      return shown(record.name) + " is a list of records: write [[" + std::string(record.name) + "]]";
    }
  }
  if (isGroup(schema, name)) return shown(name) + " is a group of keys, not a key";
  std::vector<std::string_view> known = namesOf(schema);
  for (const KeyRow& row : schema.keys) known.push_back(row.name.substr(0, row.name.find('.')));
  return "unknown key " + shown(name) + suggestion(name, known);
}

// The settings of a set of rows, from entries named by row; `unknown(entry)` words the error of an entry without a row.
template <class Unknown>
std::vector<Setting> settingsOf(std::span<const KeyRow> rows, const std::vector<RawEntry>& entries,
                                const Position& owner, Unknown&& unknown, Errors& errors) {
  std::vector<std::optional<Setting>> given(rows.size());
  for (const RawEntry& entry : entries) {
    if (const auto row = findKey(rows, entry.name)) {
      given[*row] = settingOf(rows[*row], entry.value, errors);
    } else if (std::string text = unknown(entry); !text.empty()) {
      errors.push_back({entry.at, std::move(text)});
    }
  }
  std::vector<Setting> settings;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (given[i]) {
      settings.push_back(std::move(*given[i]));
    } else if (rows[i].preset) {
      settings.push_back(presetOf(rows[i], *rows[i].preset, errors));
    } else {
      errors.push_back({owner, shown(rows[i].name) + " is missing"});
      settings.push_back({std::int64_t{0}, {}});
    }
  }
  return settings;
}

// "name = []": no records, not even those of the preset.
bool isNone(const RecordRow& row, const RawEntry& entry) {
  const auto* list = std::get_if<std::vector<RawValue>>(&entry.value.data);
  return entry.name == row.name && list != nullptr && list->empty();
}
bool saysNone(const RecordRow& row, const RawConfig& raw) {
  return std::any_of(raw.entries.begin(), raw.entries.end(), [&](const RawEntry& entry) { return isNone(row, entry); });
}

std::vector<std::vector<Setting>> presetRecords(const RecordRow& row, Errors& errors) {
  std::vector<std::vector<Setting>> records;
  for (const auto& preset : row.preset) {
    std::vector<Setting> record;
    for (std::size_t i = 0; i < row.columns.size(); ++i) {
      record.push_back(presetOf(row.columns[i], preset[i], errors));
    }
    records.push_back(std::move(record));
  }
  return records;
}

void addRecord(const Schema& schema, const RawRecord& raw, ConfigValues& values, Errors& errors) {
  const auto row = std::find_if(schema.records.begin(), schema.records.end(),
                                [&](const RecordRow& candidate) { return candidate.name == raw.name; });
  if (row == schema.records.end()) {
    std::vector<std::string_view> known;
    for (const RecordRow& record : schema.records) known.push_back(record.name);
    const bool group = isGroup(schema, raw.name);
    errors.push_back({raw.at, group ? shown(raw.name) + " is a group of keys: write [" + raw.name + "]"
                                    : "unknown list of records " + shown(raw.name) + suggestion(raw.name, known)});
    return;
  }
  auto& records = values.records[static_cast<std::size_t>(row - schema.records.begin())];
  if (records.size() == row->max) {
    errors.push_back({raw.at, "more than " + std::to_string(row->max) + " of [[" + raw.name + "]]"});
    return;
  }
  const auto unknown = [&](const RawEntry& entry) {
    std::vector<std::string_view> columns;
    for (const KeyRow& column : row->columns) columns.push_back(column.name);
    return "unknown key " + shown(entry.name) + " in [[" + raw.name + "]]" + suggestion(entry.name, columns);
  };
  records.push_back(settingsOf(row->columns, raw.entries, raw.at, unknown, errors));
}

}  // namespace

ConfigValues validate(const Schema& schema, const RawConfig& raw, std::vector<ConfigError>& errors) {
  ConfigValues values;
  const auto unknown = [&](const RawEntry& entry) {
    // An empty [group] says nothing and harms nobody.
    const auto* other = std::get_if<Unsupported>(&entry.value.data);
    const bool harmless = other != nullptr && other->emptyGroup && isGroup(schema, entry.name);
    const bool none = std::any_of(schema.records.begin(), schema.records.end(),
                                  [&](const RecordRow& record) { return isNone(record, entry); });
    return harmless || none ? std::string() : unknownKey(schema, entry.name);
  };
  values.keys = settingsOf(schema.keys, raw.entries, {}, unknown, errors);
  values.records.resize(schema.records.size());
  for (const RawRecord& record : raw.records) addRecord(schema, record, values, errors);
  for (std::size_t i = 0; i < schema.records.size(); ++i) {
    const bool given = std::any_of(raw.records.begin(), raw.records.end(),
                                   [&](const RawRecord& record) { return record.name == schema.records[i].name; });
    if (!given && !saysNone(schema.records[i], raw)) values.records[i] = presetRecords(schema.records[i], errors);
  }
  return values;
}

base::Result<RawEntry, ConfigError> parseOverride(const Schema& schema, std::string_view text) {
  const Position at{"--set " + shown(text), 0, 0};
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return base::fail(ConfigError{at, "expects key=value"});
  // A file cannot hold other texts, so what --check-config prints would not read back.
  if (!base::isUtf8(text)) return base::fail(ConfigError{at, "is not UTF-8"});
  const std::string_view name = text.substr(0, equals);
  const auto row = findKey(schema.keys, name);
  if (!row) return base::fail(ConfigError{at, unknownKey(schema, name)});
  return RawEntry{std::string(name), at, rawFromText(schema.keys[*row].type, text.substr(equals + 1), at)};
}

}  // namespace ops
