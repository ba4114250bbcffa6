#include "isns-server/app/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "shared/ops/config_text.h"

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

app::Config parsed(std::string_view toml, const std::vector<std::string>& overrides = {}) {
  auto config = app::parseConfig(toml, "f.toml", overrides);
  if (!config) {
    for (const ops::ConfigError& error : config.error()) ADD_FAILURE() << toText(error);
    return {};
  }
  return *config;
}
std::vector<std::string> errorsOf(std::string_view toml, const std::vector<std::string>& overrides = {}) {
  const auto config = app::parseConfig(toml, "f.toml", overrides);
  std::vector<std::string> texts;
  if (!config) {
    for (const ops::ConfigError& error : config.error()) texts.push_back(toText(error));
  }
  return texts;
}

// The part of effectiveText() that is not about places.
std::string valuesOf(const app::Config& config) {
  std::string out;
  std::istringstream in(app::effectiveText(config));
  for (std::string line; std::getline(in, line);) out += line.substr(0, line.find("  # ")) + "\n";
  return out;
}

TEST(Config, HasTheDocumentedDefaults) {
  const app::Config config = parsed("");
  const app::StartConfig& start = config.start;
  EXPECT_THAT(start.listen.addresses,
              ElementsAre(net::Address::v4(0, 0, 0, 0, 3205), net::Address::parse("[::]:3205").value()));
  EXPECT_EQ(start.listen.port, 3205);
  EXPECT_TRUE(start.listen.udp);
  EXPECT_EQ(start.http.address, net::Address::v4(127, 0, 0, 1, 3286));
  EXPECT_EQ(start.store.kind, app::StoreKind::Sqlite);
  EXPECT_EQ(start.store.path, "/var/lib/sanctum/registry.db");
  EXPECT_EQ(start.registry.unassignedDomains, app::UnassignedDomains::Inactive);
  EXPECT_EQ(start.limits.connections, 20'000U);
  EXPECT_FALSE(start.heartbeat.enabled);

  const app::RuntimeConfig& runtime = config.runtime;
  EXPECT_EQ(runtime.store.historyDays, 400U);
  EXPECT_EQ(runtime.registry.defaultPeriod, 900s);
  EXPECT_EQ(runtime.registry.minPeriod, 40s);
  EXPECT_EQ(runtime.registry.maxPeriod, 604'800s);
  EXPECT_EQ(runtime.registry.transientPeriod, 120s);
  EXPECT_EQ(runtime.registry.unknownSource, app::UnknownSource::Reject);
  EXPECT_EQ(runtime.registry.maxObjects, 2'000'000U);
  EXPECT_FALSE(runtime.registry.wwnnOui.has_value());
  EXPECT_EQ(runtime.esi.threshold, 3U);
  EXPECT_EQ(runtime.scn.keepConnection, 60s);
  EXPECT_EQ(runtime.security.sourceCheck, app::SourceCheck::Enforce);
  EXPECT_EQ(runtime.limits.messageSize, 1U << 20);
  EXPECT_EQ(runtime.limits.idleTimeout, 0s);
  EXPECT_EQ(runtime.log.level, ops::Severity::Info);
  EXPECT_EQ(runtime.log.format, ops::LogFormat::Text);
  ASSERT_EQ(runtime.controlNodes.size(), 1U);
  EXPECT_EQ(runtime.controlNodes[0].name, "isns.control");
  EXPECT_TRUE(runtime.controlNodes[0].addresses[0].contains(net::Address::v4(127, 9, 9, 9, 0)));
  EXPECT_TRUE(runtime.controlNodes[0].addresses[1].contains(net::Address::parse("::1", 0).value()));
  EXPECT_TRUE(runtime.addressRules.empty());
}

TEST(Config, ReadsGroupsAndRecords) {
  const app::Config config = parsed(R"(
log.level = "debug"
[listen]
addresses = ["192.0.2.1"]
port = 3300
[limits]
idle_timeout = "1h"
response_size = 1048576
[registry]
wwnn_oui = "00:14:05"
[heartbeat]
enabled = true
address = "239.1.2.3"
port = 9999
server_address = "192.0.2.1"
backups = ["192.0.2.2", "192.0.2.3:3300"]
[[control_node]]
name = "IQN.2001-04.com.Example:Admin"
addresses = ["10.0.0.0/8"]
key = "admin"
[[address_rule]]
network = "10.1.0.0/16"
access = "none"
[[address_rule]]
network = "10.0.0.0/8"
)");
  EXPECT_EQ(config.runtime.log.level, ops::Severity::Debug);
  EXPECT_THAT(config.start.listen.addresses, ElementsAre(net::Address::v4(192, 0, 2, 1, 3300)));
  EXPECT_EQ(config.runtime.limits.idleTimeout, 3600s);
  EXPECT_EQ(config.runtime.limits.responseSize, 1U << 20);
  EXPECT_EQ(config.runtime.registry.wwnnOui, (names::Oui{0x00, 0x14, 0x05}));
  EXPECT_EQ(config.start.heartbeat.address, net::Address::v4(239, 1, 2, 3, 9999));
  EXPECT_EQ(config.start.heartbeat.serverAddress, net::Address::v4(192, 0, 2, 1, 3300));
  EXPECT_THAT(config.start.heartbeat.backups,
              ElementsAre(net::Address::v4(192, 0, 2, 2, 3205), net::Address::v4(192, 0, 2, 3, 3300)));
  ASSERT_EQ(config.runtime.controlNodes.size(), 1U);
  EXPECT_EQ(config.runtime.controlNodes[0].name, "iqn.2001-04.com.example:admin");
  EXPECT_EQ(config.runtime.controlNodes[0].key, "admin");
  ASSERT_EQ(config.runtime.addressRules.size(), 2U);
  EXPECT_EQ(config.runtime.addressRules[0].access, app::Access::None);
  EXPECT_EQ(config.runtime.addressRules[1].access, app::Access::Full);
  EXPECT_EQ(config.runtime.addressRules[1].network.text(), "10.0.0.0/8");
  EXPECT_TRUE(parsed("control_node = []").runtime.controlNodes.empty());
}

TEST(Config, AControlNodeMayBeAnFcPort) {
  const app::Config config = parsed("[[control_node]]\nname = \"50-00-00-00-00-00-00-0C\"\n");
  ASSERT_EQ(config.runtime.controlNodes.size(), 1U);
  EXPECT_EQ(config.runtime.controlNodes[0].name, "50:00:00:00:00:00:00:0c");
  EXPECT_EQ(config.runtime.controlNodes[0].wwpn, (names::Wwn{0x50, 0, 0, 0, 0, 0, 0, 0x0c}));
  EXPECT_THAT(errorsOf("[[control_node]]\nname = \"50:00:00:00:00:00:00:0c\"\n[[control_node]]\n"
                       "name = \"500000000000000C\"\n"),
              ElementsAre("f.toml:4:8: control node '50:00:00:00:00:00:00:0c' is there twice"));
}

TEST(Config, SaysWhereAMistakeStandsAndWhatWasMeant) {
  EXPECT_THAT(errorsOf("[listen]\n  prot = 3300\n"),
              ElementsAre("f.toml:2:3: unknown key 'listen.prot'; did you mean 'listen.port'?"));
  EXPECT_THAT(errorsOf("[listen]\nport = 70000\n"),
              ElementsAre("f.toml:2:8: 'listen.port' expects an integer from 0 to 65535, not the integer 70000"));
  EXPECT_THAT(errorsOf("listen.addresses = [\n  \"192.0.2.1\",\n  \"192.0.2.256\" ]"),
              ElementsAre(HasSubstr("f.toml:3:3: 'listen.addresses' expects IP addresses, not '192.0.2.256': ")));
  EXPECT_THAT(errorsOf("listen.addresses = [\"192.0.2.1:3205\"]"), ElementsAre(HasSubstr("it has a port")));
  EXPECT_THAT(errorsOf("[lisen]\n"), ElementsAre("f.toml:1:2: unknown key 'lisen'; did you mean 'listen'?"));
  EXPECT_THAT(errorsOf("[listen]\n"), IsEmpty());
  EXPECT_THAT(errorsOf("[[control_node]]\nname = \"iqn.2001\"\n"),
              ElementsAre(HasSubstr("f.toml:2:8: 'name' expects a node name, not 'iqn.2001': ")));
  EXPECT_THAT(errorsOf("[[address_rule]]\nnetwork = \"10.0.0.1/8\"\n"),
              ElementsAre(HasSubstr("f.toml:2:11: 'network' expects a network, not '10.0.0.1/8': ")));
  EXPECT_THAT(errorsOf("[[address_rule]]\naccess = \"full\"\n"), ElementsAre("f.toml:1:1: 'network' is missing"));
  EXPECT_THAT(errorsOf("[control_node]\nname = \"a\"\n"),
              ElementsAre("f.toml:2:1: 'control_node' is a list of records: write [[control_node]]"));
  EXPECT_THAT(errorsOf("store.path = \"registry.db\""), ElementsAre(HasSubstr("does not begin with '/'")));
  EXPECT_THAT(errorsOf("log.level = 2001-01-01"), ElementsAre(HasSubstr("not a date or time")));
}

TEST(Config, TakesUnicodeInTextsAndComments) {
  const app::Config config = parsed(
      "# \xc3\xa4\xef\xbf\xbd\nstore.path = \"/\xc3\xa4\"\nsecurity.key_folder = \"\"\"\\\n  /\xe6\xbc\xa2\"\"\"\n");
  EXPECT_EQ(config.start.store.path, "/\xc3\xa4");
  EXPECT_EQ(config.runtime.security.keyFolder, "/\xe6\xbc\xa2");
}

TEST(Config, ReportsTheSyntaxErrorOfTheFile) {
  const auto errors = errorsOf("[listen]\nport = = 3\n");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0], ::testing::StartsWith("f.toml:2:8: "));
  EXPECT_THAT(errorsOf("a = 1\na = 2\n"), ElementsAre(HasSubstr("f.toml:2:")));
  EXPECT_EQ(errorsOf("a = \"\xff\"").size(), 1U);
  for (const std::string_view text :
       {"[[[a]]]", "[[[1]]", "[[=", "[=", "[[", "[", "[[ [a]]", "\xc3\xa4 = 1", "a = \xc3\xa4", "a = 1 \xef\xbf\xbe"}) {
    EXPECT_EQ(errorsOf(text).size(), 1U) << text;
  }
}

TEST(Config, CollectsTheErrorsOfFileAndOverrides) {
  EXPECT_THAT(errorsOf("x = 1\nlisten.port = true\n", {"log.level=loud", "y=1", "z"}),
              ElementsAre(HasSubstr("f.toml:1:1: unknown key 'x'"), HasSubstr("f.toml:2:15: 'listen.port'"),
                          HasSubstr("--set 'y=1': unknown key 'y'"), HasSubstr("--set 'z': expects key=value"),
                          HasSubstr("--set 'log.level=loud': 'log.level' expects one of")));
}

TEST(Config, LetsOverridesHoldAgainstTheFile) {
  const app::Config config =
      parsed("listen.port = 1000\n", {"listen.port=2000", "listen.port=3000", "log.format=json"});
  EXPECT_EQ(config.start.listen.port, 3000);
  EXPECT_EQ(config.runtime.log.format, ops::LogFormat::Json);
}

TEST(Config, ChecksKeysAgainstEachOther) {
  EXPECT_THAT(errorsOf("registry.min_period = 1000"),
              ElementsAre("f.toml:1:23: 'registry.default_period' (\"15m\") must not be less than "
                          "'registry.min_period' (\"1000s\")"));
  EXPECT_THAT(errorsOf("registry.max_period = 600"),
              ElementsAre("f.toml:1:23: 'registry.default_period' (\"15m\") must not be more than "
                          "'registry.max_period' (\"10m\")"));
  EXPECT_THAT(errorsOf("[registry]\nmin_period = 60\nmax_period = 50\ndefault_period = 55"),
              ElementsAre(HasSubstr("f.toml:2:14: 'registry.min_period' (\"1m\") must not be more than"),
                          HasSubstr("f.toml:4:18: 'registry.default_period' (\"55s\") must not be less than"),
                          HasSubstr("f.toml:4:18: 'registry.default_period' (\"55s\") must not be more than")));
  EXPECT_THAT(
      errorsOf("", {"esi.max_interval=10"}),
      ElementsAre(HasSubstr("--set 'esi.max_interval=10': 'esi.min_interval' (\"20s\") must not be more than")));
  EXPECT_THAT(errorsOf("registry.max_objects = 4000001"),
              ElementsAre("f.toml:1:24: 'registry.max_objects' (4000001) must not be more than 4000000, which the SAN "
                          "model holds, with 'api.enabled' (true)"));
  EXPECT_THAT(errorsOf("registry.max_objects = 4000000"), IsEmpty());
  EXPECT_THAT(errorsOf("registry.max_objects = 4000001\napi.enabled = false"), IsEmpty());
  EXPECT_THAT(errorsOf("registry.assign_wwnn_token = true"), ElementsAre(HasSubstr("needs 'registry.wwnn_oui'")));
  EXPECT_THAT(errorsOf("heartbeat.enabled = true"),
              ElementsAre(HasSubstr("needs 'heartbeat.address'"), HasSubstr("needs 'heartbeat.server_address'")));
  EXPECT_THAT(errorsOf("[[control_node]]\nname = \"a\"\n[[control_node]]\nname = \"A\"\n"),
              ElementsAre("f.toml:4:8: control node 'a' is there twice"));
  EXPECT_THAT(errorsOf("[[control_node]]\nname = \"a\"\naddresses = []\n"),
              ElementsAre("f.toml:2:8: control node 'a' needs addresses or a key"));
}

TEST(Config, PrintsEveryEffectiveValueWithItsPlace) {
  const std::string text = app::effectiveText(parsed("[listen]\nport = 1000\n", {"log.level=debug"}));
  EXPECT_THAT(text, HasSubstr("\nlisten.port = 1000  # f.toml:2:8\n"));
  EXPECT_THAT(text, HasSubstr("\nlog.level = \"debug\"  # --set 'log.level=debug'\n"));
  EXPECT_THAT(text, HasSubstr("\nregistry.default_period = \"15m\"  # default\n"));
  EXPECT_THAT(text, HasSubstr("\naddress_rule = []\n"));
  EXPECT_THAT(text, HasSubstr("\n[[control_node]]\nname = \"isns.control\"  # default\n"));
  for (const ops::KeyRow& key : app::configSchema().keys) {
    EXPECT_THAT("\n" + text, HasSubstr("\n" + std::string(key.name) + " = "));
  }
}

TEST(Config, PrintsWhatReadsBackAsTheSame) {
  for (const app::Config& config :
       {parsed(""), parsed("control_node = []\nsecurity.key_folder = \"/a\\\"b\\\\\\u0007\\u007fc \\u00fc\"\n"),
        parsed("[[control_node]]\nname = \"a\"\nkey = \"k\"\n[[address_rule]]\nnetwork = \"::/0\"\naccess = \"query\"",
               {"listen.addresses=127.0.0.1", "limits.output_queue=65537", "heartbeat.backups=192.0.2.1:1, ::1",
                "registry.wwnn_oui=00-14-05", "scn.keep_connection=0"})}) {
    const std::string text = app::effectiveText(config);
    const app::Config again = parsed(text);
    EXPECT_EQ(valuesOf(config), valuesOf(again));
    ASSERT_EQ(config.values.keys.size(), again.values.keys.size());
    for (std::size_t i = 0; i < config.values.keys.size(); ++i) {
      EXPECT_EQ(config.values.keys[i].value, again.values.keys[i].value) << app::configSchema().keys[i].name;
    }
  }
}

TEST(Config, TakesEveryKeyAndEveryWordByOverride) {
  for (const ops::KeyRow& key : app::configSchema().keys) {
    std::vector<std::string> texts;
    if (key.type.kind == ops::KeyKind::Choice) texts.assign(key.type.words.begin(), key.type.words.end());
    if (key.type.kind == ops::KeyKind::Boolean) texts = {"true", "false"};
    if (texts.empty()) texts = {std::string(*key.preset)};
    for (const std::string& text : texts) {
      const auto config = app::parseConfig("", "f.toml",
                                           {std::string(key.name) + "=" + text, "registry.wwnn_oui=001405",
                                            "heartbeat.address=224.0.0.9", "heartbeat.server_address=192.0.2.1"});
      EXPECT_TRUE(config.ok()) << key.name << "=" << text;
    }
  }
}

TEST(ConfigReload, ReplacesWhatCanBeReloadedAndNamesWhatCannot) {
  const app::Config running = parsed("[listen]\nport = 1000\n[log]\nlevel = \"info\"\n");
  const app::Config wanted =
      parsed("[log]\nlevel = \"debug\"\n[listen]\nport = 2000\n[[control_node]]\nname = \"b\"\n");
  const app::Reloaded result = app::reloaded(running, wanted);
  EXPECT_EQ(result.config.start.listen.port, 1000);
  EXPECT_EQ(result.config.runtime.log.level, ops::Severity::Debug);
  EXPECT_EQ(result.config.runtime.controlNodes[0].name, "b");
  EXPECT_THAT(result.changed, ElementsAre("log.level", "control_node"));
  ASSERT_EQ(result.frozen.size(), 1U);
  EXPECT_EQ(result.frozen[0].key, "listen.port");
  EXPECT_EQ(result.frozen[0].running, "1000");
  EXPECT_EQ(result.frozen[0].wanted, "2000");
  EXPECT_EQ(toText(result.frozen[0].at), "f.toml:4:8");
  EXPECT_THAT(app::effectiveText(result.config), HasSubstr("listen.port = 1000  # f.toml:2:8\n"));

  // The next reload compares with what runs, not with what was wanted.
  EXPECT_EQ(app::reloaded(result.config, wanted).frozen.size(), 1U);
  EXPECT_THAT(app::reloaded(result.config, running).frozen, IsEmpty());
}

TEST(ConfigReload, SaysNothingOfFrozenKeysThatStay) {
  EXPECT_THAT(app::reloaded(parsed(""), parsed("listen.port = 3205")).frozen, IsEmpty());
}

class ConfigFile : public ::testing::Test {
 protected:
  ConfigFile() {
    std::string name = (std::filesystem::temp_directory_path() / "sanctum-config-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    folder = name;
  }
  ~ConfigFile() override { std::filesystem::remove_all(folder); }
  std::string write(const std::string& text) const {
    const std::string path = folder / "isns-server.toml";
    std::ofstream(path) << text;
    return path;
  }
  std::filesystem::path folder;
};

TEST_F(ConfigFile, IsReadWithItsPathInErrors) {
  const std::string path = write("# comment\n\n[listen]\n  prot = 1\n");
  const auto config = app::loadConfig({path, false, {}});
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(toText(config.error()[0]), path + ":4:3: unknown key 'listen.prot'; did you mean 'listen.port'?");
  EXPECT_EQ(app::loadConfig({write("listen.port = 7"), false, {"listen.udp=false"}}).value().start.listen.port, 7);
}

TEST_F(ConfigFile, MayBeMissingOnlyWhereThatIsSaid) {
  const std::string path = folder / "none.toml";
  EXPECT_TRUE(app::loadConfig({path, true, {}}).ok());
  const auto config = app::loadConfig({path, false, {}});
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(toText(config.error()[0]), path + ": cannot be opened: No such file or directory");
}

TEST_F(ConfigFile, OfWrongKindOrSizeIsRefused) {
  EXPECT_FALSE(app::loadConfig({folder.string(), true, {}}).ok());
  EXPECT_FALSE(app::loadConfig({write(std::string((1 << 20) + 1, '\n')), true, {}}).ok());
  EXPECT_TRUE(app::loadConfig({write(std::string(1 << 20, '\n')), true, {}}).ok());
}

TEST_F(ConfigFile, ShippedAsExampleHoldsTheDefaults) {
  std::ifstream file(SANCTUM_SOURCE_DIR "/docs/reference/isns-server.toml");
  ASSERT_TRUE(file);
  std::string as_shipped;
  std::string uncommented;
  for (std::string line; std::getline(file, line);) {
    as_shipped += line + "\n";
    const bool value = line.starts_with("#") && !line.starts_with("# ");
    if (line == "#[[address_rule]]") break;
    uncommented += (value ? line.substr(1) : line) + "\n";
  }
  EXPECT_EQ(valuesOf(parsed(as_shipped)), valuesOf(parsed("")));
  const app::Config config = parsed(uncommented);
  EXPECT_EQ(valuesOf(config), valuesOf(parsed("")));
  for (std::size_t i = 0; i < config.values.keys.size(); ++i) {
    EXPECT_EQ(config.values.keys[i].at.source, "f.toml") << app::configSchema().keys[i].name;
  }
}

TEST(ConfigProperty, NoTextMakesItFallOver) {
  const std::string valid = app::effectiveText(parsed("[[address_rule]]\nnetwork = \"10.0.0.0/8\"\n"));
  std::mt19937 random(2026);
  std::size_t accepted = 0;
  for (int round = 0; round < 300; ++round) {
    std::string text = valid;
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          text.erase(at, random() % 20);
          break;
        case 2:
          text.insert(at, text.substr(random() % text.size(), random() % 20));
          break;
        default:
          text.insert(at, 1, "[]{}=\"'\n.,#"[random() % 11]);
          break;
      }
    }
    accepted += app::parseConfig(text, "f.toml").ok() ? 1U : 0U;
  }
  EXPECT_GT(accepted, 0U);
}

}  // namespace
