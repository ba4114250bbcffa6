#include "isns-server/app/config.h"

#include <filesystem>

#include "isns-server/app/config_table.h"
#include "shared/names/iscsi_name.h"
#include "shared/ops/escape.h"
#include "shared/program/toml_reader.h"
#include "shared/san/editor.h"

namespace app {
namespace {

using ops::Setting;

enum RecordIndex : std::size_t { kControlNodes, kAddressRules };
static_assert(table::kRecords[kControlNodes].name == "control_node");
static_assert(table::kRecords[kAddressRules].name == "address_rule");

std::vector<net::Network> networksOf(const Setting& setting) {
  std::vector<net::Network> networks;
  for (const std::string& text : std::get<std::vector<std::string>>(setting.value)) {
    networks.push_back(net::Network::parse(text).value());
  }
  return networks;
}

// Columns in the order of the table's rows.
ControlNode controlNodeOf(const std::vector<Setting>& record) {
  std::string scratch;
  const auto& text = std::get<std::string>(record[0].value);
  const auto settings = [&](std::string name, std::optional<names::Wwn> wwpn) {
    return ControlNode{std::move(name), wwpn, networksOf(record[1]), std::get<std::string>(record[2].value)};
  };
  if (const auto wwpn = names::parseWwn(text)) return settings(names::toText(*wwpn), *wwpn);
  const std::string_view name = *names::normaliseIscsiName(text, scratch, names::FormRule::Relaxed);
  return settings(std::string(name), std::nullopt);
}
AddressRule addressRuleOf(const std::vector<Setting>& record) {
  return {net::Network::parse(std::get<std::string>(record[0].value)).value(), program::binding::Reading<Access>::from(record[1].value, 0)};
}

// What no single row can say. The values are typed and in their ranges.
class Together {
 public:
  Together(const Config& config, ConfigErrors& errors)
      : config_(config), errors_(errors), relations_(kConfigSchema, config.values, errors) {}

  void check() {
    const auto& registry = config_.runtime.registry;
    const auto& esi = config_.runtime.esi;
    const auto& heartbeat = config_.start.heartbeat;
    relations_.require(registry.minPeriod <= registry.maxPeriod, "registry.min_period", "registry.max_period",
                       "must not be more than");
    relations_.require(registry.minPeriod <= registry.defaultPeriod, "registry.default_period", "registry.min_period",
                       "must not be less than");
    relations_.require(registry.defaultPeriod <= registry.maxPeriod, "registry.default_period", "registry.max_period",
                       "must not be more than");
    // What the registry holds the model must have room for, or it says less than the name server does.
    constexpr std::size_t kModelHolds = san::SnapshotEditor::kMaxObjects;
    static_assert(kModelHolds == 4'000'000, "config_table.h names it");
    relations_.require(!config_.start.api.enabled || registry.maxObjects <= kModelHolds, "registry.max_objects",
                       "api.enabled",
                       "must not be more than " + std::to_string(kModelHolds) + ", which the SAN model holds, with");
    relations_.require(esi.minInterval <= esi.maxInterval, "esi.min_interval", "esi.max_interval",
                       "must not be more than");
    relations_.require(!registry.assignWwnnToken || registry.wwnnOui, "registry.assign_wwnn_token",
                       "registry.wwnn_oui", "needs");
    relations_.require(!heartbeat.enabled || heartbeat.address, "heartbeat.enabled", "heartbeat.address", "needs");
    relations_.require(!heartbeat.enabled || heartbeat.serverAddress, "heartbeat.enabled", "heartbeat.server_address",
                       "needs");
    checkControlNodes();
  }

 private:
  void checkControlNodes() {
    const auto& nodes = config_.runtime.controlNodes;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const ops::Position& at = config_.values.records[kControlNodes][i][0].at;
      if (nodes[i].addresses.empty() && nodes[i].key.empty()) {
        errors_.push_back({at, "control node " + ops::shown(nodes[i].name) + " needs addresses or a key"});
      }
      for (std::size_t j = 0; j < i; ++j) {
        if (nodes[j].name == nodes[i].name) {
          errors_.push_back({at, "control node " + ops::shown(nodes[i].name) + " is there twice"});
        }
      }
    }
  }

  const Config& config_;
  ConfigErrors& errors_;
  program::Relations relations_;
};

void setPorts(StartConfig& start) {
  for (net::Address& address : start.listen.addresses) address = address.withPort(start.listen.port);
  start.http.address = start.http.address.withPort(start.http.port);
  start.api.address = start.api.address.withPort(start.api.port);
  if (auto& address = start.heartbeat.address) address = address->withPort(start.heartbeat.port);
  if (auto& address = start.heartbeat.serverAddress) address = address->withPort(start.listen.port);
}

// Where every message must be signed, without the keys nobody is served.
std::optional<ops::ConfigError> keysMissing(const Config& config) {
  const auto& security = config.runtime.security;
  std::error_code error;
  if (security.authentication == Authentication::Require) {
    (void)std::filesystem::directory_iterator(security.keyFolder, error);
  }
  if (!error) return std::nullopt;
  const auto& keys = config.values.keys;
  const ops::Position& folder = keys[*ops::findKey(kConfigSchema.keys, "security.key_folder")].at;
  const ops::Position& asked = keys[*ops::findKey(kConfigSchema.keys, "security.authentication")].at;
  return ops::ConfigError{folder.source.empty() ? asked : folder,
                          "'security.authentication' (\"require\") needs the keys in 'security.key_folder' (" +
                              ops::shown(security.keyFolder) + "): " + error.message()};
}

}  // namespace

ops::Schema configSchema() { return kConfigSchema; }

base::Result<Config, ConfigErrors> parseConfig(std::string_view toml, std::string_view name,
                                               const std::vector<std::string>& overrides) {
  ConfigErrors errors;
  Config config;
  config.values = program::readValues(kConfigSchema, toml, name, overrides, errors);
  if (!errors.empty()) return base::fail(program::sortedByPlace(std::move(errors)));
  for (std::size_t i = 0; i < config.values.keys.size(); ++i) {
    table::kKeys[i].store(config.start, config.runtime, config.values.keys[i].value);
  }
  for (const auto& record : config.values.records[kControlNodes]) {
    config.runtime.controlNodes.push_back(controlNodeOf(record));
  }
  for (const auto& record : config.values.records[kAddressRules]) {
    config.runtime.addressRules.push_back(addressRuleOf(record));
  }
  setPorts(config.start);
  Together(config, errors).check();
  if (!errors.empty()) return base::fail(program::sortedByPlace(std::move(errors)));
  return config;
}

base::Result<Config, ConfigErrors> loadConfig(const ConfigSource& source) {
  const auto text = program::readConfigFile(source.path, source.mayBeMissing);
  if (!text) return base::fail(ConfigErrors{text.error()});
  return parseConfig(*text, source.path, source.overrides);
}

base::Result<Config, ConfigErrors> loadToServe(const ConfigSource& source) {
  auto config = loadConfig(source);
  if (!config) return config;
  if (auto error = keysMissing(*config)) return base::fail(ConfigErrors{std::move(*error)});
  return config;
}

Reloaded reloaded(const Config& running, Config wanted) {
  program::ReloadChanges changes = program::keepFrozen(kConfigSchema, running.values, wanted.values);
  wanted.start = running.start;
  return {std::move(wanted), std::move(changes.frozen), std::move(changes.changed)};
}

std::string effectiveText(const Config& config) { return program::effectiveText(kConfigSchema, config.values); }

}  // namespace app
