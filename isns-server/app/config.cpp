#include "isns-server/app/config.h"

#include <algorithm>
#include <tuple>

#include "isns-server/app/config_table.h"
#include "isns-server/app/toml_reader.h"
#include "shared/names/iscsi_name.h"
#include "shared/ops/config_text.h"
#include "shared/ops/config_validate.h"
#include "shared/ops/escape.h"

namespace app {
namespace {

using ops::Setting;

consteval std::size_t rowOf(std::string_view name) {
  const auto row = ops::findKey(table::kRows, name);
  if (!row) throw "no such key";
  return *row;
}

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
  const std::string_view name = *names::normaliseIscsiName(text, scratch, names::FormRule::Relaxed);
  return {std::string(name), networksOf(record[1]), std::get<std::string>(record[2].value)};
}
AddressRule addressRuleOf(const std::vector<Setting>& record) {
  return {net::Network::parse(std::get<std::string>(record[0].value)).value(), binding::from<Access>(record[1].value)};
}

// What no single row can say. The values are typed and in their ranges.
class Together {
 public:
  Together(const Config& config, ConfigErrors& errors) : config_(config), errors_(errors) {}

  void check() {
    const auto& registry = config_.runtime.registry;
    const auto& esi = config_.runtime.esi;
    const auto& heartbeat = config_.start.heartbeat;
    require(registry.minPeriod <= registry.maxPeriod, rowOf("registry.min_period"), rowOf("registry.max_period"),
            "must not be more than");
    require(registry.minPeriod <= registry.defaultPeriod, rowOf("registry.default_period"),
            rowOf("registry.min_period"), "must not be less than");
    require(registry.defaultPeriod <= registry.maxPeriod, rowOf("registry.default_period"),
            rowOf("registry.max_period"), "must not be more than");
    require(esi.minInterval <= esi.maxInterval, rowOf("esi.min_interval"), rowOf("esi.max_interval"),
            "must not be more than");
    require(!registry.assignWwnnToken || registry.wwnnOui, rowOf("registry.assign_wwnn_token"),
            rowOf("registry.wwnn_oui"), "needs");
    require(!heartbeat.enabled || heartbeat.address, rowOf("heartbeat.enabled"), rowOf("heartbeat.address"), "needs");
    require(!heartbeat.enabled || heartbeat.serverAddress, rowOf("heartbeat.enabled"),
            rowOf("heartbeat.server_address"), "needs");
    checkControlNodes();
  }

 private:
  void require(bool holds, std::size_t row, std::size_t other, const std::string& relation) {
    if (holds) return;
    // The one that was given is the one to mend; of two, the first.
    const bool first = !config_.values.keys[row].at.source.empty();
    errors_.push_back({config_.values.keys[first ? row : other].at, named(row) + " " + relation + " " + named(other)});
  }
  [[nodiscard]] std::string named(std::size_t row) const {
    const ops::KeyRow& key = table::kRows[row];
    return ops::shown(key.name) + " (" + ops::toToml(key.type, config_.values.keys[row].value) + ")";
  }

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
};

void setPorts(StartConfig& start) {
  for (net::Address& address : start.listen.addresses) address = address.withPort(start.listen.port);
  start.http.address = start.http.address.withPort(start.http.port);
  if (auto& address = start.heartbeat.address) address = address->withPort(start.heartbeat.port);
  if (auto& address = start.heartbeat.serverAddress) address = address->withPort(start.listen.port);
}

base::Result<Config, ConfigErrors> configOf(const ops::RawConfig& raw, ConfigErrors errors) {
  Config config;
  config.values = ops::validate(kConfigSchema, raw, errors);
  if (!errors.empty()) return base::fail(std::move(errors));
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
  if (!errors.empty()) return base::fail(std::move(errors));
  return config;
}

void appendRecords(std::string& out, const ops::RecordRow& row, const std::vector<std::vector<Setting>>& records) {
  for (const std::vector<Setting>& record : records) {
    ((out += "\n[[") += row.name) += "]]\n";
    for (std::size_t i = 0; i < record.size(); ++i) {
      ((out += row.columns[i].name) += " = ") += ops::toToml(row.columns[i].type, record[i].value);
      (out += "  # ") += toText(record[i].at) + "\n";
    }
  }
}

bool sameValues(const std::vector<std::vector<Setting>>& a, const std::vector<std::vector<Setting>>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Setting& x, const Setting& y) { return x.value == y.value; });
  });
}

// Those of the file in its order, then those of the command line.
void sortByPlace(ConfigErrors& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const ops::ConfigError& a, const ops::ConfigError& b) {
    return std::tuple(a.at.line == 0, a.at.line, a.at.column) < std::tuple(b.at.line == 0, b.at.line, b.at.column);
  });
}

}  // namespace

ops::Schema configSchema() { return kConfigSchema; }

base::Result<Config, ConfigErrors> parseConfig(std::string_view toml, std::string_view name,
                                               const std::vector<std::string>& overrides) {
  ConfigErrors errors;
  auto parsed = parseToml(toml, name);
  if (!parsed) errors.push_back(parsed.error());
  ops::RawConfig raw = parsed ? std::move(*parsed) : ops::RawConfig();
  for (const std::string& text : overrides) {
    if (auto entry = ops::parseOverride(kConfigSchema, text)) {
      raw.entries.push_back(std::move(*entry));
    } else {
      errors.push_back(entry.error());
    }
  }
  auto config = configOf(raw, std::move(errors));
  if (config) return config;
  ConfigErrors sorted = config.error();
  sortByPlace(sorted);
  return base::fail(std::move(sorted));
}

base::Result<Config, ConfigErrors> loadConfig(const ConfigSource& source) {
  const auto text = readConfigFile(source.path, source.mayBeMissing);
  if (!text) return base::fail(ConfigErrors{text.error()});
  return parseConfig(*text, source.path, source.overrides);
}

Reloaded reloaded(const Config& running, Config wanted) {
  Reloaded result;
  for (std::size_t i = 0; i < table::kRows.size(); ++i) {
    const ops::KeyRow& row = table::kRows[i];
    Setting& setting = wanted.values.keys[i];
    const Setting& old = running.values.keys[i];
    if (row.reloadable) {
      if (setting.value != old.value) result.changed.emplace_back(row.name);
      continue;
    }
    if (setting.value != old.value) {
      result.frozen.push_back(
          {std::string(row.name), ops::toToml(row.type, old.value), ops::toToml(row.type, setting.value), setting.at});
    }
    setting = old;
  }
  for (std::size_t i = 0; i < std::size(table::kRecords); ++i) {
    if (!sameValues(wanted.values.records[i], running.values.records[i])) {
      result.changed.emplace_back(table::kRecords[i].name);
    }
  }
  wanted.start = running.start;
  result.config = std::move(wanted);
  return result;
}

std::string effectiveText(const Config& config) {
  std::string out;
  for (std::size_t i = 0; i < table::kRows.size(); ++i) {
    const ops::KeyRow& row = table::kRows[i];
    const Setting& setting = config.values.keys[i];
    ((out += row.name) += " = ") += ops::toToml(row.type, setting.value) + "  # " + toText(setting.at) + "\n";
  }
  for (std::size_t i = 0; i < config.values.records.size(); ++i) {
    if (config.values.records[i].empty()) out += std::string(table::kRecords[i].name) + " = []\n";
  }
  for (std::size_t i = 0; i < config.values.records.size(); ++i) {
    appendRecords(out, table::kRecords[i], config.values.records[i]);
  }
  return out;
}

}  // namespace app
