// ImportFile: a file that is imported, as rows and cells that can be shown, mended and left out before anything is
// done.
//
// Read by readImport() from CSV, JSON or YAML (a document, or a list of objects), LIO's saveconfig.json or a listing of
// open-isns, with the importers of shared/san. A sheet has the rows of one kind of object; the last one, of no kind,
// has what the importer could not take over, a row each: that is wrong until it is left out. Values, safe from any
// thread; rows are shared, so that copies are cheap. Bounds: kMostImportBytes, kMostImportRows. A file that is no
// import has a `fault`, and nothing else.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "shared/base/json.h"
#include "shared/san/document.h"
#include "shared/san/kinds.h"

namespace console {

inline constexpr qint64 kMostImportBytes = qint64{64} << 20;
inline constexpr std::size_t kMostImportRows = 200'000;

enum class ImportFormat : std::uint8_t { None, Csv, Json, Yaml, Lio, OpenIsns };
QString importFormatName(ImportFormat format);

struct ImportCell {
  std::string text;
  std::optional<base::Json> value;  // as it stood in JSON; none: the text is read (san::csvValue)
};

struct ImportRow {
  std::string origin;  // "line 3", "/targets/0"
  std::vector<ImportCell> cells;
  bool ticked = true;
  std::string fault;  // of the row as it stands in the file: it has no cells that could be taken
};

struct ImportColumn {
  enum class Use : std::uint8_t { Field, LeftOut, Undecided };
  std::string header;  // as in the file
  std::string field;   // of the kind, where it is used
  Use use = Use::Undecided;
  bool known = false;  // the header is a field's name: there is nothing to choose
};

struct ImportSheet {
  san::Kind kind = san::Kind::None;
  std::vector<ImportColumn> columns;
  std::vector<std::shared_ptr<const ImportRow>> rows;
};

struct ImportFile {
  ImportFormat format = ImportFormat::None;
  san::DocumentMode mode = san::DocumentMode::Merge;  // how its rows are meant
  QString name;              // without its folder
  QString fault;             // a sentence
  bool choosesKind = false;  // it does not say itself of which kind its rows are
  std::vector<ImportSheet> sheets;
};

// `kind`: of the rows of a file that does not say so; none: guessed by its columns and its name.
ImportFile readImport(const std::string& text, const QString& name, std::optional<san::Kind> kind = {});
// Fields that a column may be, in their order.
std::vector<std::string> importFields(san::Kind kind);
// Kinds that the rows of a table may be of.
std::vector<san::Kind> importKinds();

}  // namespace console
