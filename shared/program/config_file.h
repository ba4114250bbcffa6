// A program's configuration file and --set overrides, read by its schema: every error with its place, every value with
// the place where it was said.
//
// Plain values, safe from any thread; reading the file is for the start and for reloads. A configuration with an error
// is not used at all, so a failed reload changes nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "shared/base/result.h"
#include "shared/ops/config_schema.h"
#include "shared/ops/config_value.h"

namespace program {

using ConfigErrors = std::vector<ops::ConfigError>;

struct ConfigSource {
  std::string path;
  bool mayBeMissing = false;           // a file that is not there holds nothing
  std::vector<std::string> overrides;  // "listen.port=3300", as after --set; later ones hold
};

// The values by row of the schema. Appends to `errors`; where it did, the values must not be used. `toml` is the text,
// `name` stands in positions.
ops::ConfigValues readValues(const ops::Schema& schema, std::string_view toml, std::string_view name,
                             const std::vector<std::string>& overrides, ConfigErrors& errors);

// Those of the file in its order, then those of the command line.
ConfigErrors sortedByPlace(ConfigErrors errors);

// Relations between two keys, for what no single row can say.
class Relations {
 public:
  Relations(const ops::Schema& schema, const ops::ConfigValues& values, ConfigErrors& errors)
      : schema_(schema), values_(values), errors_(errors) {}

  // "'a' (1) must not be more than 'b' (0)", where what was given stands.
  void require(bool holds, std::string_view key, std::string_view other, std::string_view relation);

 private:
  [[nodiscard]] std::string named(std::size_t row) const;
  const ops::Schema& schema_;
  const ops::ConfigValues& values_;
  ConfigErrors& errors_;
};

// A key of the start configuration that a reload wanted to change. The value that runs stays until a restart.
struct FrozenChange {
  std::string key;      // of a list of records its name
  std::string running;  // as TOML; empty for records
  std::string wanted;
  ops::Position at;  // of the wanted one
};
struct ReloadChanges {
  std::vector<FrozenChange> frozen;
  std::vector<std::string> changed;  // keys whose new values hold, a list of records as one
};
// Puts the running values of frozen keys in the place of the wanted ones, and says what changes.
ReloadChanges keepFrozen(const ops::Schema& schema, const ops::ConfigValues& running, ops::ConfigValues& wanted);

// What --check-config prints: every effective value with its place, as TOML that reads back as the same configuration.
std::string effectiveText(const ops::Schema& schema, const ops::ConfigValues& values);

// One record as TOML, "[[name]]" and a line for each column; with the places as comments if wanted.
void appendRecord(std::string& out, const ops::RecordRow& row, const std::vector<ops::Setting>& record, bool places);

}  // namespace program
