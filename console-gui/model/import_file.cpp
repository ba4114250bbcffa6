#include "console-gui/model/import_file.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>

#include "console-gui/client/tr.h"
#include "shared/base/ascii_case.h"
#include "shared/base/byte_order_mark.h"
#include "shared/base/json_reader.h"
#include "shared/base/trimmed.h"
#include "shared/base/utf8.h"
#include "shared/san/csv_rows.h"
#include "shared/san/document.h"
#include "shared/san/document_kinds.h"
#include "shared/san/import_csv.h"
#include "shared/san/import_lio.h"
#include "shared/san/import_open_isns.h"
#include "shared/yaml/yaml_text.h"

namespace console {
namespace {

using base::Json;
using san::Kind;

bool isField(Kind kind, std::string_view name) {
  if (name == "id") return san::document::hasNumber(kind);
  const san::FieldRow* field = san::findField(kind, name);
  return field != nullptr && san::isCsvField(kind, *field);
}

// Headers of tables that people keep: in any case, spaces for underscores.
std::string fieldLike(std::string_view header) {
  std::string name;
  for (const char c : base::trimmed(header)) name += c == ' ' || c == '-' ? '_' : base::asciiLower(c);
  return name;
}

// A secret is not taken over, and not shown either.
bool isSecret(const std::string& header) {
  const std::string name = fieldLike(header);
  for (const char* word : {"password", "secret", "passwort", "kennwort"}) {
    if (name.find(word) != std::string::npos) return true;
  }
  return false;
}

std::vector<ImportColumn> columnsOf(Kind kind, const std::vector<std::string>& headers) {
  std::vector<ImportColumn> columns;
  for (const std::string& header : headers) {
    ImportColumn column;
    column.header = std::string(base::trimmed(header));
    const std::string name = fieldLike(header);
    const bool taken = std::ranges::any_of(columns, [&](const ImportColumn& one) { return one.field == name; });
    if (isField(kind, name) && !taken) {
      column.field = name;
      column.use = ImportColumn::Use::Field;
      column.known = true;
    } else if (isSecret(header)) {
      column.use = ImportColumn::Use::LeftOut;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

Kind guessKind(const std::vector<std::string>& headers, const QString& fileName) {
  const std::string file = fieldLike(fileName.toStdString());
  Kind best = Kind::Host;
  std::size_t most = 0;
  for (const Kind kind : importKinds()) {
    std::size_t score = 0;
    for (const std::string& header : headers) score += isField(kind, fieldLike(header)) ? 4U : 0U;
    const std::string name = fieldLike(san::rowOf(kind).name), plural = fieldLike(san::rowOf(kind).plural);
    if (file.find(plural) != std::string::npos || file.find(name) != std::string::npos) score += 3;
    if (score > most) {
      most = score;
      best = kind;
    }
  }
  return best;
}

std::string cellText(const Json& value) {
  if (value.isNull()) return {};
  if (const bool* truth = value.truth()) return *truth ? "yes" : "no";
  if (const auto* text = value.text()) return *text;
  std::string out;
  if (const auto* list = value.array();
      list != nullptr && std::ranges::all_of(*list, [](const Json& one) { return one.text() != nullptr; })) {
    for (const Json& one : *list) out += (out.empty() ? "" : "; ") + *one.text();
  } else {
    value.writeCompact(out);
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, const QString& name, std::optional<Kind> kind)
      : text_(base::withoutByteOrderMark(text)), kind_(kind) {
    file_.name = name;
  }

  ImportFile run() {
    const std::string_view all = base::trimmed(text_, " \t\r\n");
    if (all.empty()) return faulty(console::tr("The file is empty."));
    if (!base::isUtf8(text_) || text_.find('\0') != std::string::npos) {
      return faulty(console::tr("The file is no text in UTF-8. Save the table as CSV in UTF-8."));
    }
    const char first = all.front();
    if (first == '{' || first == '[') return readJson();
    if (looksLikeYaml()) return readYaml();
    if (san::looksLikeOpenIsns(text_)) return readOpenIsns();
    return readCsv();
  }

 private:
  ImportFile faulty(const QString& why) {
    ImportFile none;
    none.name = file_.name;
    none.fault = why;
    return none;
  }
  ImportFile finish() {
    std::size_t rows = left_.size();
    for (const ImportSheet& sheet : file_.sheets) rows += sheet.rows.size();
    if (rows == 0) return faulty(console::tr("The file names nothing that could be taken over."));
    if (rows > kMostImportRows) {
      return faulty(console::tr("The file has more than %1 rows. Import it in parts.").arg(kMostImportRows));
    }
    if (!left_.empty()) file_.sheets.push_back({Kind::None, {}, std::move(left_)});
    return std::move(file_);
  }
  void leave(const std::string& place, const std::string& why) {
    auto row = std::make_shared<ImportRow>();
    row->origin = place;
    row->fault = why;
    left_.push_back(std::move(row));
  }

  ImportFile readCsv() {
    file_.format = ImportFormat::Csv;
    file_.choosesKind = true;
    san::CsvReader reader(text_);
    const auto header = reader.next();
    const bool named = file_.name.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
    if (header->cells.size() > san::kMaxCsvColumns) {
      return faulty(console::tr("The table has more than %1 columns.").arg(san::kMaxCsvColumns));
    }
    const bool knows = std::ranges::any_of(importKinds(), [&](Kind kind) {
      return std::ranges::any_of(header->cells,
                                 [&](const std::string& cell) { return isField(kind, fieldLike(cell)); });
    });
    if (!header->closed || (!knows && (!named || header->cells.size() == 1))) {
      return faulty(console::tr(
          "This is no file that can be imported: a CSV table with the names of its columns in the first row, a JSON "
          "or YAML document, LIO's saveconfig.json or a listing of isnsadm."));
    }
    ImportSheet sheet;
    sheet.kind = kind_ ? *kind_ : guessKind(header->cells, file_.name);
    sheet.columns = columnsOf(sheet.kind, header->cells);
    while (const auto read = reader.next()) {
      if (read->isBlank()) continue;
      if (sheet.rows.size() > kMostImportRows) break;
      auto row = std::make_shared<ImportRow>();
      row->origin = "line " + std::to_string(read->line);
      if (!read->closed) {
        row->fault = "Its quotes are not closed, or something stands behind them.";
      } else if (read->cells.size() > sheet.columns.size()) {
        row->fault = "It has more cells than there are columns.";
      }
      row->cells.resize(sheet.columns.size());
      for (std::size_t i = 0; i < std::min(read->cells.size(), row->cells.size()); ++i) {
        row->cells[i].text = std::string(base::trimmed(read->cells[i]));
      }
      sheet.rows.push_back(std::move(row));
    }
    file_.sheets.push_back(std::move(sheet));
    return finish();
  }

  ImportFile readOpenIsns() {
    file_.format = ImportFormat::OpenIsns;
    return readImported(san::importOpenIsns(text_));
  }

  ImportFile readImported(const san::Imported& made) {
    for (const auto& [pointer, place] : made.origins) origins_.emplace(pointer, place);
    for (const san::ImportError& error : made.errors) leave(error.place, error.text);
    if (made.moreErrors > 0) leave("", "There is more that cannot be taken over: this list ends here.");
    file_.mode = made.mode;
    readDocument(made.document);
    return finish();
  }

  // Only what its name says or the first line of a document, which no table begins with.
  [[nodiscard]] bool looksLikeYaml() const {
    const std::string_view begin = base::trimmed(text_, " \t\r\n");
    return file_.name.endsWith(QLatin1String(".yaml"), Qt::CaseInsensitive) ||
           file_.name.endsWith(QLatin1String(".yml"), Qt::CaseInsensitive) || begin.starts_with("---") ||
           begin.starts_with("format:");
  }
  ImportFile readYaml() {
    const auto made = yaml::parseYaml(text_);
    if (!made) return faulty(console::tr("This is no YAML: %1").arg(QString::fromStdString(made.error().text)));
    return readValue(*made, ImportFormat::Yaml);
  }
  ImportFile readJson() {
    const auto json = base::parseJson(text_);
    if (!json) return faulty(console::tr("This is no JSON: %1").arg(QString::fromStdString(json.error().text)));
    return readValue(*json, ImportFormat::Json);
  }
  ImportFile readValue(const Json& value, ImportFormat format) {
    const Json* json = &value;
    if (json->object() == nullptr && json->array() == nullptr)
      return faulty(console::tr("The file names nothing that could be taken over."));
    if (json->find("storage_objects") != nullptr || json->find("fabric_modules") != nullptr) {
      file_.format = ImportFormat::Lio;
      return readImported(san::importLio(*json));
    }
    file_.format = format;
    if (const auto* list = json->array()) {
      std::vector<std::string> headers;
      for (const Json& entry : *list) namesIn(entry, headers);
      const Kind kind = kind_ ? *kind_ : guessKind(headers, file_.name);
      file_.choosesKind = true;
      readSection(kind, *list, headers, "");
      return finish();
    }
    if (json->find("revision") != nullptr && json->find("format") == nullptr) {
      return faulty(console::tr("This is a snapshot, not an import. Open a saved snapshot shows it."));
    }
    readDocument(*json);
    return finish();
  }

  // What is no list of objects is told in the words of the plan.
  void readDocument(const Json& document) {
    for (const base::JsonMember& section : *document.object()) {
      const auto kind = san::kindNamed(section.name);
      const bool known = kind && (san::documentKinds() & san::document::bitOf(*kind)) != 0;
      const bool twice =
          known && std::ranges::any_of(file_.sheets, [&](const ImportSheet& one) { return one.kind == *kind; });
      Json::Array single;
      if (known && *kind == Kind::Settings && section.value.object() != nullptr) single.push_back(section.value);
      const Json::Array* list = single.empty() ? section.value.array() : &single;
      if (twice) {
        leave("/" + section.name, "These objects stand in the document twice.");
      } else if (!known || list == nullptr) {
        const Json alone(Json::Object{{section.name, section.value}});
        const san::DocumentPlan plan = san::planDocument(san::Snapshot(), alone, san::DocumentMode::Merge);
        for (const san::DocumentError& error : plan.errors) leave(error.pointer, error.text);
      } else if (!list->empty()) {
        std::vector<std::string> headers;
        for (const Json& entry : *list) namesIn(entry, headers);
        readSection(*kind, *list, headers, "/" + section.name);
      }
    }
  }

  // The names of its members, fields in their order first.
  static void namesIn(const Json& entry, std::vector<std::string>& names) {
    if (entry.object() == nullptr) return;
    for (const base::JsonMember& member : *entry.object()) {
      if (names.size() < san::kMaxCsvColumns && std::ranges::find(names, member.name) == names.end())
        names.push_back(member.name);
    }
  }

  void readSection(Kind kind, const Json::Array& list, const std::vector<std::string>& headers,
                   const std::string& pointer) {
    ImportSheet sheet;
    sheet.kind = kind;
    sheet.columns = columnsOf(kind, headers);
    for (std::size_t i = 0; i < list.size() && i <= kMostImportRows; ++i) {
      auto row = std::make_shared<ImportRow>();
      const std::string at = pointer + "/" + std::to_string(i);
      const auto from = origins_.find(at);
      row->origin = from != origins_.end() ? from->second : kind == Kind::Settings ? pointer : at;
      row->cells.resize(headers.size());
      if (list[i].object() == nullptr) row->fault = "This is an object.";
      for (std::size_t c = 0; c < headers.size(); ++c) {
        const Json* member = list[i].find(headers[c]);
        if (member == nullptr) continue;
        row->cells[c] = {cellText(*member), *member};
      }
      sheet.rows.push_back(std::move(row));
    }
    file_.sheets.push_back(std::move(sheet));
  }

  std::string_view text_;
  std::optional<Kind> kind_;
  ImportFile file_;
  std::map<std::string, std::string> origins_;
  std::vector<std::shared_ptr<const ImportRow>> left_;
};

}  // namespace

QString importFormatName(ImportFormat format) {
  switch (format) {
    case ImportFormat::Csv:
      return console::tr("CSV table");
    case ImportFormat::Json:
      return console::tr("JSON document");
    case ImportFormat::Yaml:
      return console::tr("YAML document");
    case ImportFormat::Lio:
      return console::tr("LIO configuration (saveconfig.json)");
    case ImportFormat::OpenIsns:
      return console::tr("open-isns listing");
    default:
      return {};
  }
}

std::vector<san::Kind> importKinds() {
  std::vector<san::Kind> kinds;
  for (const san::KindRow& row : san::kKindTable) {
    const bool list = (san::documentKinds() & san::document::bitOf(row.kind)) != 0 && row.kind != Kind::Settings;
    if (list) kinds.push_back(row.kind);
  }
  return kinds;
}

std::vector<std::string> importFields(san::Kind kind) {
  std::vector<std::string> names;
  for (const san::FieldRow& field : san::fieldsOf(kind)) {
    if (isField(kind, field.name)) names.emplace_back(field.name);
  }
  return names;
}

ImportFile readImport(const std::string& text, const QString& name, std::optional<san::Kind> kind) {
  return Reader(text, name, kind).run();
}

}  // namespace console
