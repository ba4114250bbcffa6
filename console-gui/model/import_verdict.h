// judgeImport(): what each row of an import would do, and what is wrong with it, cell by cell; nothing is done yet.
//
// Asked of the plan that the server makes too (shared/san/document.h, change.h), on the rows that are ticked. Edits
// come only where none of these is wrong. Pure; any thread.
#pragma once

#include "console-gui/model/import_file.h"
#include "shared/san/edit.h"
#include "shared/san/snapshot.h"

namespace console {

enum class RowState : std::uint8_t { LeftOut, Wrong, New, Changed, Same };

struct CellFault {
  int column = -1;   // of the sheet; -1: the whole row
  std::string text;  // a sentence of the model
  friend bool operator==(const CellFault&, const CellFault&) = default;
};

struct RowVerdict {
  RowState state = RowState::Same;
  std::size_t changes = 0;  // fields
  std::vector<CellFault> faults;
  friend bool operator==(const RowVerdict&, const RowVerdict&) = default;
};

struct ImportVerdict {
  std::vector<std::vector<RowVerdict>> sheets;  // as in the file
  std::array<std::size_t, 5> counts{};          // of rows by state
  std::vector<san::Edit> edits;
  std::string fault;  // of the whole, where no row is to blame
  [[nodiscard]] std::size_t count(RowState state) const { return counts[static_cast<std::size_t>(state)]; }
};

// `firstNew`: the id that the first new object gets in the edits (Draft::newObject).
ImportVerdict judgeImport(const ImportFile& file, const san::Snapshot& san, san::Id firstNew);

}  // namespace console
