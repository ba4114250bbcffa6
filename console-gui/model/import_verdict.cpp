#include "console-gui/model/import_verdict.h"

#include <algorithm>
#include <map>

#include "shared/base/trimmed.h"
#include "shared/base/whole_number.h"
#include "shared/san/change.h"
#include "shared/san/csv_rows.h"
#include "shared/san/document.h"
#include "shared/san/document_kinds.h"

namespace console {
namespace {

using base::Json;
using san::Kind;

constexpr std::size_t kMostFaults = 2'000'000;  // more than the cells that anybody mends

struct EntryPlace {
  std::size_t sheet = 0;
  std::size_t row = 0;
};

class Judge {
 public:
  Judge(const ImportFile& file, const san::Snapshot& san, san::Id firstNew)
      : file_(file), san_(san), firstNew_(firstNew) {}

  ImportVerdict run() {
    Json::Object document{{"format", san::kDocumentFormat}};
    for (std::size_t s = 0; s < file_.sheets.size(); ++s) {
      made_.sheets.emplace_back(file_.sheets[s].rows.size());
      readSheet(s, document);
    }
    // The edits that a draft keeps are named by their kind and number, so errors come back to their rows.
    plan_ = san::planDocument(san_, Json(std::move(document)), file_.mode, kMostFaults);
    for (const san::DocumentError& error : plan_.errors) take(error);
    for (const san::DocumentEntry& entry : plan_.entries) take(entry);
    if (made_.fault.empty() && !anyWrong()) tryOut();
    count();
    if (made_.count(RowState::Wrong) > 0 || !made_.fault.empty()) made_.edits.clear();
    return std::move(made_);
  }

 private:
  void readSheet(std::size_t s, Json::Object& document) {
    const ImportSheet& sheet = file_.sheets[s];
    Json::Array list;
    std::vector<EntryPlace>& places = places_[std::string(san::rowOf(sheet.kind).plural)];
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
      const ImportRow& row = *sheet.rows[r];
      RowVerdict& verdict = made_.sheets[s][r];
      if (!row.ticked) {
        verdict.state = RowState::LeftOut;
      } else if (!row.fault.empty()) {
        blame(verdict, -1, row.fault);
      } else {
        places.push_back({s, r});
        list.emplace_back(entryOf(sheet, row, verdict));
      }
    }
    if (sheet.kind == Kind::None || list.empty()) return;
    Json section = sheet.kind == Kind::Settings ? std::move(list.front()) : Json(std::move(list));
    document.push_back({std::string(san::rowOf(sheet.kind).plural), std::move(section)});
  }

  static Json::Object entryOf(const ImportSheet& sheet, const ImportRow& row, RowVerdict& verdict) {
    Json::Object entry;
    for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
      const ImportColumn& column = sheet.columns[c];
      const ImportCell& cell = row.cells[c];
      if (column.use != ImportColumn::Use::Field) continue;
      if (cell.value) {
        entry.push_back({column.field, *cell.value});
        continue;
      }
      const std::string_view text = base::trimmed(cell.text);
      if (text.empty()) continue;
      const san::FieldRow* field = san::findField(sheet.kind, column.field);
      std::optional<Json> value;
      if (field != nullptr) {
        value = san::csvValue(*field, text);
      } else if (const auto number = base::wholeNumber<std::uint64_t>(text)) {  // "id"
        value = Json(*number);
      }
      if (value) {
        entry.push_back({column.field, std::move(*value)});
      } else {
        blame(verdict, static_cast<int>(c),
              column.field + " must be " + (field != nullptr ? san::csvWanted(*field) : "a number") + ".");
      }
    }
    return entry;
  }

  static void blame(RowVerdict& verdict, int column, const std::string& text) {
    verdict.state = RowState::Wrong;
    verdict.faults.push_back({column, text});
  }

  // "/hosts/3/site", "/settings/offline_days", "/hosts/3/labels/0".
  const EntryPlace* placeOf(std::string_view pointer, std::string_view& member) const {
    const auto part = [&] {
      if (pointer.starts_with('/')) pointer.remove_prefix(1);
      const std::string_view one = pointer.substr(0, std::min(pointer.find('/'), pointer.size()));
      pointer.remove_prefix(one.size());
      return one;
    };
    const auto section = places_.find(std::string(part()));
    if (section == places_.end() || section->second.empty()) return nullptr;
    std::size_t number = 0;
    if (section->first != san::rowOf(Kind::Settings).plural) {
      const auto read = base::wholeNumber<std::uint64_t>(part());
      if (!read || *read >= section->second.size()) return nullptr;
      number = static_cast<std::size_t>(*read);
    }
    member = part();
    return &section->second[number];
  }

  int columnOf(const EntryPlace& place, std::string_view field) const {
    const auto& columns = file_.sheets[place.sheet].columns;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].use == ImportColumn::Use::Field && columns[c].field == field) return static_cast<int>(c);
    }
    return -1;
  }

  void take(const san::DocumentError& error) {
    std::string_view member;
    const EntryPlace* place = placeOf(error.pointer, member);
    if (place == nullptr) {
      made_.fault = error.text;
      return;
    }
    RowVerdict& verdict = made_.sheets[place->sheet][place->row];
    // A cell that could not be read is missing for the plan; its reason is said already.
    const bool known = verdict.state == RowState::Wrong && member.empty();
    if (known) return;
    const std::string_view field = member.empty() ? san::document::nameMember(file_.sheets[place->sheet].kind) : member;
    blame(verdict, columnOf(*place, field), error.text);
  }

  void take(const san::DocumentEntry& entry) {
    std::string_view member;
    const EntryPlace* place = placeOf(entry.pointer, member);
    if (place == nullptr) return;
    RowVerdict& verdict = made_.sheets[place->sheet][place->row];
    rows_[entry.object] = *place;
    verdict.changes = entry.changes;
    if (verdict.state == RowState::Wrong) return;
    verdict.state = entry.isNew && entry.object.kind != Kind::Settings ? RowState::New
                    : entry.changes > 0                                ? RowState::Changed
                                                                       : RowState::Same;
  }

  bool anyWrong() const {
    return std::ranges::any_of(made_.sheets, [](const auto& sheet) {
      return std::ranges::any_of(sheet, [](const RowVerdict& one) { return one.state == RowState::Wrong; });
    });
  }

  // What the model refuses of objects that are right each by itself.
  void tryOut() {
    if (plan_.edits.empty()) return;
    const auto applied = san::apply(san_, plan_.edits, san::Writer::ChangeSet, san_.revision + 1, san_.time);
    if (!applied) {
      const san::EditError& error = applied.error();
      const auto row = rows_.find(error.edit ? plan_.edits[*error.edit].object : error.object);
      if (row == rows_.end()) {
        made_.fault = error.text;
      } else {
        blame(made_.sheets[row->second.sheet][row->second.row], columnOf(row->second, error.field), error.text);
      }
      return;
    }
    made_.edits = std::move(plan_.edits);
    const san::Id by = firstNew_ - san::kFirstProvisional;
    const auto move = [by](san::ObjectRef& ref) {
      if (san::isProvisional(ref.id)) ref.id += by;
      return true;
    };
    for (san::Edit& edit : made_.edits) {
      move(edit.object);
      san::eachRef(edit.value, move);
    }
  }

  void count() {
    for (const auto& sheet : made_.sheets) {
      for (const RowVerdict& one : sheet) ++made_.counts[static_cast<std::size_t>(one.state)];
    }
  }

  const ImportFile& file_;
  const san::Snapshot& san_;
  const san::Id firstNew_;
  san::DocumentPlan plan_;
  ImportVerdict made_;
  std::map<std::string, std::vector<EntryPlace>> places_;  // of the entries of the document, by section
  std::map<san::ObjectRef, EntryPlace> rows_;
};

}  // namespace

ImportVerdict judgeImport(const ImportFile& file, const san::Snapshot& san, san::Id firstNew) {
  return Judge(file, san, firstNew).run();
}

}  // namespace console
