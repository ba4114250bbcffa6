// The server's configuration: a TOML file and --set overrides, read through one table (config_table.h), as two values.
//
// StartConfig is what the process was started with and never changes. RuntimeConfig is replaced whole when the
// configuration is read again (SIGHUP). Which of the two a key belongs to follows from the struct that holds it.
//
// Plain values, safe from any thread; reading the file is for the start and for reloads. Errors are collected, each
// with the place where it stands; a configuration with an error is not used at all, so a failed reload changes nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/result.h"
#include "shared/names/wwn.h"
#include "shared/net/address.h"
#include "shared/ops/config_schema.h"
#include "shared/ops/config_value.h"
#include "shared/ops/log_format.h"
#include "shared/program/config_file.h"

namespace app {

// The words of these are in config_table.h, in the same order.
enum class StoreKind : std::uint8_t { Sqlite, Memory };
enum class UnknownSource : std::uint8_t { Reject, Empty };
enum class UnassignedDomains : std::uint8_t { Inactive, Active };
enum class SourceCheck : std::uint8_t { Enforce, Log, Open };
enum class Authentication : std::uint8_t { Off, Accept, Require };
enum class Access : std::uint8_t { None, Query, Register, Full };

struct StartConfig {
  struct Listen {
    std::vector<net::Address> addresses;  // with the port
    std::uint16_t port = 0;
    bool udp = false;
  } listen;
  struct Http {
    bool enabled = false;
    net::Address address;  // with the port
    std::uint16_t port = 0;
  } http;
  struct Api {
    bool enabled = false;
    net::Address address;  // with the port
    std::uint16_t port = 0;
    std::vector<std::string> names;  // in the server's certificate, beside the address
    std::string socket;
    std::string keyFolder;
    std::uint32_t requestsPerSource = 0;  // a second; 0: no limit
    std::uint32_t burstPerSource = 1;
    std::uint32_t connectionsPerSource = 1;
  } api;
  struct Agents {
    std::vector<net::Address> nameServers;     // that agents are told to use
    std::vector<std::string> discoverPortals;  // "AGENT=ADDRESS[:PORT]"
  } agents;
  struct Store {
    StoreKind kind = StoreKind::Sqlite;
    std::string path;
  } store;
  struct Registry {
    UnassignedDomains unassignedDomains = UnassignedDomains::Inactive;
    bool defaultDomain = false;
  } registry;
  struct Limits {
    std::uint32_t connections = 0;
  } limits;
  struct Heartbeat {
    bool enabled = false;
    std::optional<net::Address> address;  // with the port
    std::uint16_t port = 0;
    std::chrono::seconds interval{};
    std::optional<net::Address> serverAddress;  // with the port of listen
    std::vector<net::Address> backups;
  } heartbeat;
};

// A name that may do everything, when it comes from one of these networks or signs with this key.
struct ControlNode {
  std::string name;  // an iSCSI name, normalised, or a WWPN as names::toText() writes it
  std::optional<names::Wwn> wwpn;
  std::vector<net::Network> addresses;
  std::string key;  // the SPI of its key; empty: none
};

// The first rule whose network holds an address decides; an address without a rule has full access.
struct AddressRule {
  net::Network network;
  Access access = Access::Full;
};

struct RuntimeConfig {
  struct Store {
    std::uint32_t historyDays = 0;  // 0: for ever
  } store;
  struct Registry {
    std::chrono::seconds defaultPeriod{};
    std::chrono::seconds minPeriod{};
    std::chrono::seconds maxPeriod{};
    std::chrono::seconds transientPeriod{};
    UnknownSource unknownSource = UnknownSource::Reject;
    bool relaxedNames = false;
    std::uint32_t maxObjects = 0;
    bool assignWwnnToken = false;
    std::optional<names::Oui> wwnnOui;
  } registry;
  struct Esi {
    bool enabled = false;
    std::uint32_t threshold = 0;
    std::chrono::seconds minInterval{};
    std::chrono::seconds maxInterval{};
    std::chrono::seconds defaultInterval{};  // 0: a portal that says none is not asked
  } esi;
  struct Scn {
    bool enabled = false;
    bool management = false;
    std::chrono::seconds responseTimeout{};
    std::uint32_t retries = 0;
    std::chrono::seconds keepConnection{};
    std::uint32_t maxConnections = 0;
    std::uint32_t queueEvents = 0;  // a destination
  } scn;
  struct Domains {
    bool modifyByTarget = false;
    bool modifyByInitiator = false;
    bool modifyByIfcpTarget = false;
    bool modifyByIfcpInitiator = false;
  } domains;
  struct Security {
    SourceCheck sourceCheck = SourceCheck::Enforce;
    SourceCheck agentCheck = SourceCheck::Enforce;
    Authentication authentication = Authentication::Off;
    std::string keyFolder;
    std::chrono::seconds replayWindow{};
  } security;
  struct Limits {
    std::uint32_t connectionsPerSource = 0;
    std::uint32_t requestsPerSource = 0;  // a second; 0: no limit
    std::uint32_t objectsPerSource = 0;   // 0: no limit
    std::size_t messageSize = 0;          // bytes, as the next two
    std::size_t responseSize = 0;
    std::size_t outputQueue = 0;         // a connection
    std::chrono::seconds idleTimeout{};  // 0: none
    std::chrono::seconds partialMessageTimeout{};
  } limits;
  struct Log {
    ops::Severity level = ops::Severity::Info;
    ops::LogFormat format = ops::LogFormat::Text;
  } log;
  std::vector<ControlNode> controlNodes;
  std::vector<AddressRule> addressRules;
};

struct Config {
  StartConfig start;
  RuntimeConfig runtime;
  ops::ConfigValues values;  // the same, by row of the table, with the place of each
};

using program::ConfigErrors;
using program::ConfigSource;

inline constexpr const char* kDefaultConfigPath = "/etc/sanctum/isns-server.toml";

// All keys and records, from config_table.h.
ops::Schema configSchema();

base::Result<Config, ConfigErrors> loadConfig(const ConfigSource& source);
// To serve with it: what it asks for is there, too. Who puts a database or keys back needs none of that.
base::Result<Config, ConfigErrors> loadToServe(const ConfigSource& source);
// The same without a file of its own: `toml` is the text, `name` stands in positions.
base::Result<Config, ConfigErrors> parseConfig(std::string_view toml, std::string_view name,
                                               const std::vector<std::string>& overrides = {});

struct Reloaded {
  Config config;
  std::vector<program::FrozenChange> frozen;
  std::vector<std::string> changed;  // keys whose new values hold, a list of records as one
};
// The new configuration on top of what runs: its RuntimeConfig, with the StartConfig and frozen values of `running`.
Reloaded reloaded(const Config& running, Config wanted);

// What --check-config prints: every effective value with its place, as TOML that reads back as the same configuration.
std::string effectiveText(const Config& config);

}  // namespace app
