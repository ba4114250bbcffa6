// The agent's configuration: a TOML file and --set overrides, read through one table (config_table.h).
//
// StartConfig is what the process was started with and never changes; RuntimeConfig is replaced whole at a reload
// (SIGHUP). Units, targets and access rules stay records (objects.h), because changes by the control socket are laid
// over them; setup_builder.h makes a target::Setup of what then holds. Values, safe from any thread.
#pragma once

#include <string>
#include <vector>

#include "agent/app/objects.h"
#include "agent/block/engine_choice.h"
#include "agent/block/path_choice.h"
#include "agent/target/target_server.h"
#include "shared/base/result.h"
#include "shared/ops/log_format.h"
#include "shared/program/config_file.h"

namespace agent {

using program::ConfigErrors;
using program::ConfigSource;

// The words are in config_table.h, in the same order.
enum class Authentication : std::uint8_t { None, Chap, Mutual };

struct StartConfig {
  struct State {
    std::string folder;
  } state;
  struct Control {
    bool enabled = true;
    std::string socket;
    std::string group;  // whose members may use it beside root; empty: nobody
  } control;
  struct Http {
    bool enabled = true;
    net::Address address;  // with the port
    std::uint16_t port = 0;
  } http;
  block::EngineOptions engine;
  struct Initiator {
    std::string name;  // empty: this machine's (initiatorNameOf)
  } initiator;
  struct Isns {
    std::uint16_t noticePort = 0;  // 0: any
  } isns;
  struct Host {
    bool enabled = false;
    std::string helper;  // socket of `san-agent attach`
    block::PathPolicy paths = block::PathPolicy::RoundRobin;
  } host;  // and RuntimeConfig::host
  target::Limits limits;
  std::vector<target::PortalFacts> portals;
};

struct RuntimeConfig {
  struct Isns {
    std::vector<net::Address> servers;
    bool dhcp = false;       // also those that DHCP has named
    bool heartbeat = false;  // also those that heartbeats tell of
    std::vector<net::Address> heartbeatGroups;
    std::uint16_t heartbeatPort = 0;
    bool mdns = false;  // also those that announce themselves

    // Else it is registered nowhere, unless a management server names some.
    [[nodiscard]] bool wanted() const { return dhcp || heartbeat || mdns || !servers.empty(); }
    std::string entity;                 // empty: this machine's name
    std::chrono::seconds period{};
    std::chrono::seconds esiInterval{};
    bool enforceZones = true;
  } isns;
  struct Management {
    std::chrono::seconds refuseAfter{};    // 0: never
    std::chrono::seconds discoverEvery{};  // 0: never
  } management;
  struct Host {
    std::chrono::seconds probeEvery{};  // 0: never
  } host;
  struct Discovery {
    Authentication authentication = Authentication::None;
    std::vector<std::string> algorithms;
  } discovery;
  struct Secrets {
    std::string folder;
    bool allowShort = false;
  } secrets;
  struct Metrics {
    std::uint32_t sessions = 0;  // that have samples of their own
  } metrics;
  struct Drain {
    std::chrono::seconds grace{};
  } drain;
  struct Log {
    ops::Severity level = ops::Severity::Info;
    ops::LogFormat format = ops::LogFormat::Text;
  } log;
};

struct Config {
  StartConfig start;
  RuntimeConfig runtime;
  Objects objects;
  std::vector<Record> chap;  // columns of ChapColumn
  ops::ConfigValues values;  // the same, by row of the table, with the place of each
};

inline constexpr const char* kDefaultConfigPath = "/etc/sanctum/agent.toml";

ops::Schema configSchema();
// Of a kind of object, for whoever reads or writes one: the row of its records.
const ops::RecordRow& recordRow(ObjectKind kind);

// Secrets are not read here: credentials.h.
base::Result<Config, ConfigErrors> loadConfig(const ConfigSource& source);
// `toml` is the text, `name` stands in positions.
base::Result<Config, ConfigErrors> parseConfig(std::string_view toml, std::string_view name,
                                               const std::vector<std::string>& overrides = {});

struct Reloaded {
  Config config;
  std::vector<program::FrozenChange> frozen;
  std::vector<std::string> changed;
};
// The new configuration on top of what runs.
Reloaded reloaded(const Config& running, Config wanted);

std::string effectiveText(const Config& config);

}  // namespace agent
