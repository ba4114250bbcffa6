#include "agent/app/config.h"

#include "agent/app/config_table.h"
#include "agent/app/setup_builder.h"
#include "shared/names/ports.h"
#include "shared/program/toml_reader.h"

namespace agent {
namespace {

using table::kAccesses;
using table::kChaps;
using table::kPortals;
using table::kTargets;
using table::kUnits;

std::vector<target::PortalFacts> portalsOf(const std::vector<Record>& records, ConfigErrors& errors) {
  std::vector<target::PortalFacts> portals;
  for (const Record& record : records) {
    const target::PortalFacts portal{
        net::Address::parse(std::get<std::string>(record[0].value), names::kIscsiPort).value(),
        static_cast<std::uint16_t>(std::get<std::int64_t>(record[1].value))};
    for (const target::PortalFacts& other : portals) {
      if (other.address == portal.address && portal.address.port() != 0) {
        errors.push_back({record[0].at, "the portal " + portal.address.text() + " is there twice"});
      }
    }
    portals.push_back(portal);
  }
  return portals;
}

void takeRecords(Config& config, ConfigErrors& errors) {
  const auto& records = config.values.records;
  config.start.portals = portalsOf(records[kPortals], errors);
  config.start.http.address = config.start.http.address.withPort(config.start.http.port);
  config.objects[ObjectKind::Unit] = records[kUnits];
  config.objects[ObjectKind::Target] = records[kTargets];
  config.objects[ObjectKind::Access] = records[kAccesses];
  config.chap = records[kChaps];
}

void checkChap(const Config& config, ConfigErrors& errors) {
  for (const Record& record : config.chap) {
    const bool named = !textAt(record, ChapColumn::MutualName).empty();
    const bool secret = !textAt(record, ChapColumn::MutualSecret).empty();
    if (named != secret) {
      errors.push_back({at(record, named ? ChapColumn::MutualName : ChapColumn::MutualSecret).at,
                        "'mutual_name' and 'mutual_secret' go together"});
    }
    if (!secret && !textAt(record, ChapColumn::MutualNextSecret).empty()) {
      errors.push_back({at(record, ChapColumn::MutualNextSecret).at, "'mutual_next_secret' needs 'mutual_secret'"});
    }
  }
}

}  // namespace

ops::Schema configSchema() { return kConfigSchema; }

const ops::RecordRow& recordRow(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::Unit:
      return table::kUnitRow;
    case ObjectKind::Target:
      return table::kTargetRow;
    case ObjectKind::Access:
      break;
  }
  return table::kAccessRow;
}

base::Result<Config, ConfigErrors> parseConfig(std::string_view toml, std::string_view name,
                                               const std::vector<std::string>& overrides) {
  ConfigErrors errors;
  Config config;
  config.values = program::readValues(kConfigSchema, toml, name, overrides, errors);
  if (!errors.empty()) return base::fail(program::sortedByPlace(std::move(errors)));
  for (std::size_t i = 0; i < config.values.keys.size(); ++i) {
    table::kKeys[i].store(config.start, config.runtime, config.values.keys[i].value);
  }
  takeRecords(config, errors);
  checkChap(config, errors);
  // What a setup cannot be is a mistake of the file, whatever the changes laid over it will say.
  (void)buildSetup(config.objects, config.runtime, Identity(), errors);
  if (!errors.empty()) return base::fail(program::sortedByPlace(std::move(errors)));
  return config;
}

base::Result<Config, ConfigErrors> loadConfig(const ConfigSource& source) {
  const auto text = program::readConfigFile(source.path, source.mayBeMissing);
  if (!text) return base::fail(ConfigErrors{text.error()});
  return parseConfig(*text, source.path, source.overrides);
}

Reloaded reloaded(const Config& running, Config wanted) {
  program::ReloadChanges changes = program::keepFrozen(kConfigSchema, running.values, wanted.values);
  wanted.start = running.start;
  return {std::move(wanted), std::move(changes.frozen), std::move(changes.changed)};
}

std::string effectiveText(const Config& config) { return program::effectiveText(kConfigSchema, config.values); }

}  // namespace agent
