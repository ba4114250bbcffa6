// ObjectFacts: what is known of one object, in sections of rows: its fields, what it belongs to and what belongs to it.
//
// Fields come from the field tables (shared/san/fields.h), the rest from the index. Pure, linear in what belongs to the
// object, and for kinds that no index finds in their table. Bounds: kMostLinks objects a row, and how many more there
// are. Errors: none; an object that is not there has no sections.
#pragma once

#include <QString>
#include <vector>

#include "console-gui/model/view.h"
#include "shared/san/fields.h"

namespace console {

inline constexpr std::size_t kMostLinks = 8;

struct FactRow {
  QString name;
  QString text;                       // what is no object
  std::vector<san::ObjectRef> links;  // the first kMostLinks
  std::size_t more = 0;               // that were left off
  QString help = {};                  // what the field means
};
struct FactSection {
  QString title;
  std::vector<FactRow> rows;
};

std::vector<FactSection> factsOf(const View& view, san::ObjectRef object, bool sanWords);
// "symbolic name" of "symbolic_name".
QString fieldWord(std::string_view field);
// A value for people: times, sizes, durations as the console writes them, else textOf().
QString valueText(const san::Snapshot& snapshot, const san::FieldRow& field, const san::Value& value);

// Open findings about the object, the gravest first.
std::vector<const san::Finding*> findingsAbout(const View& view, san::ObjectRef object);

}  // namespace console
