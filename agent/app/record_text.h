// Records made of "column=value" texts, as the control socket brings them, by the same rows and checks as the file.
//
// Pure functions. What is wrong is a sentence that names the column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/app/config.h"

namespace agent {

struct ColumnText {
  std::string_view column;
  std::string value;
};
// `texts` hold "column=value"; those of `given` are the command's own and cannot be repeated in it.
base::Result<Record> makeRecord(ObjectKind kind, const std::vector<ColumnText>& given,
                                const std::vector<std::string>& texts);

// The same record with some columns changed.
base::Result<Record> changeRecord(ObjectKind kind, const Record& record, const std::vector<std::string>& texts);

// A list's items as such a text.
std::string listText(const std::vector<std::string>& items);

}  // namespace agent
