// isns-server: the iSNS daemon. Reads as the list of its parts in the order in which they depend on each other.
//
//   isns-server [--config FILE] [--set key=value]... [--check-config]
//   isns-server backup FILE | verify FILE | restore FILE      (with the same --config and --set)

#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "db/memory/memory_store.h"
#include "db/sqlite/backup.h"
#include "db/sqlite/sqlite_store.h"
#include "isns-server/api/status_server.h"
#include "isns-server/app/service.h"
#include "isns-server/core/schema.h"
#include "shared/net/signals.h"
#include "shared/ops/log_stream.h"

namespace {

constexpr const char* kVersion = SANCTUM_VERSION;

struct Arguments {
  app::ConfigSource source;
  bool checkConfig = false;
  std::string command;  // empty: serve
  std::string file;
};

void printErrors(const app::ConfigErrors& errors) {
  for (const ops::ConfigError& error : errors) std::cerr << ops::toText(error) << '\n';
}

sqlite::Options storeOptions(const app::Config& config) {
  sqlite::Options options;
  options.path = config.start.store.path;
  options.schema = core::schema();
  options.restoreHint =
      "Nothing was changed. Stop the server and run `isns-server restore BACKUP`, or move the file away to begin "
      "empty.";
  return options;
}

int fail(const std::string& text) {
  std::cerr << "isns-server: " << text << '\n';
  return 1;
}

// ---- Care of the database: backup while a server runs, verify and restore ------------------------------------------

int careForDatabase(const Arguments& arguments, const app::Config& config) {
  sqlite::Options options = storeOptions(config);
  if (arguments.command == "backup") {
    auto done = sqlite::copyDatabase(options.path, arguments.file, options.vfs);
    if (!done) return fail(done.error().text);
    std::cout << "backup of " << options.path << " in " << arguments.file << ": " << done->bytes << " bytes, revision "
              << done->revision << '\n';
    return 0;
  }
  if (arguments.command == "verify") {
    options.path = arguments.file;
    auto verified = sqlite::verify(options);
    if (!verified) return fail(verified.error().text);
    std::cout << arguments.file << " is whole: revision " << verified->revision << ", " << verified->rows << " rows, "
              << verified->changes << " changes\n";
    return 0;
  }
  auto restored = sqlite::restore(arguments.file, options);
  if (!restored) return fail(restored.error().text);
  std::cout << options.path << " restored from " << arguments.file << ", revision " << restored->verified.revision
            << '\n';
  if (!restored->replaced.empty()) std::cout << "the former database is " << restored->replaced << '\n';
  return 0;
}

// ---- Serving -------------------------------------------------------------------------------------------------------

void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string joined(const std::vector<net::Address>& addresses) {
  std::string text;
  for (const net::Address& address : addresses) text += (text.empty() ? "" : " ") + address.text();
  return text;
}

int serve(const Arguments& arguments, app::Config config) {
  std::signal(SIGPIPE, SIG_IGN);
  raiseDescriptorLimit();

  net::Loop loop;
  app::Service* running = nullptr;
  std::function<void()> reload;
  const net::SystemdNotifier systemd = net::SystemdNotifier::fromEnvironment();
  // Before any thread is made: signals are for the loop alone.
  net::Signals signals(loop, {SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
    if (signal == SIGHUP) return reload();
    (void)systemd.stopping();
    if (running != nullptr) running->drain();
  });

  ops::StreamSink sink(STDERR_FILENO, config.runtime.log.format, ops::isJournal(STDERR_FILENO));
  ops::Log log(app::kLogEvents, config.runtime.log.level);
  log.addSink(sink);
  ops::Metrics metrics(app::kMetrics);
  metrics.at<app::Metric::StartTime>().set(base::wallNow().time_since_epoch().count() * std::int64_t{1'000'000'000});
  app::StatusPage page(metrics);

  std::unique_ptr<store::Store> store;
  if (config.start.store.kind == app::StoreKind::Memory) {
    store = std::make_unique<memory::MemoryStore>(core::schema());
  } else {
    auto opened = sqlite::SqliteStore::open(storeOptions(config));
    if (!opened) return fail(opened.error().text);
    store = std::move(*opened);
  }

  std::unique_ptr<api::StatusServer> http;
  if (config.start.http.enabled) {
    auto started = api::StatusServer::start(config.start.http.address, page);
    if (!started) return fail(started.error().text);
    http = std::move(*started);
  }

  auto passed = net::takePassedSockets();
  if (!passed) return fail(passed.error().text);
  app::Service service({loop, *store, log, metrics, page}, config);
  if (auto status = service.start(std::move(*passed)); !status) return fail(status.error().text);
  running = &service;

  reload = [&] {
    (void)systemd.reloading(loop.now());
    auto read = app::loadConfig(arguments.source);
    if (!read) {
      for (const ops::ConfigError& error : read.error()) {
        log.write<app::Event::ConfigError>(base::now(), {{"where", ops::toText(error.at)}, {"error", error.text}});
      }
    } else {
      app::Reloaded reloaded = app::reloaded(config, std::move(*read));
      for (const app::FrozenChange& change : reloaded.frozen) {
        log.write<app::Event::RestartNeeded>(
            base::now(), {{"key", change.key}, {"running", change.running}, {"wanted", change.wanted}});
      }
      config = std::move(reloaded.config);
      sink.setFormat(config.runtime.log.format);
      service.reload(config);
      log.write<app::Event::Reloaded>(base::now(), {{"path", arguments.source.path}});
    }
    (void)systemd.ready();
  };

  net::Timer watchdog(loop.timers(), [&] {
    (void)systemd.watchdog();
    watchdog.startAt(loop.now() + *net::watchdogInterval() / 2);
  });
  if (net::watchdogInterval()) watchdog.startAt(base::MonotonicClock::now());

  log.write<app::Event::Started>(
      base::now(), {{"version", kVersion},
                    {"addresses", joined(service.addresses())},
                    {"udp", config.start.listen.udp},
                    {"store", config.start.store.kind == app::StoreKind::Memory ? "memory" : config.start.store.path}});
  (void)systemd.ready();
  loop.run();
  // Told again while it ends, it still ends well.
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, SIG_IGN);
  log.write<app::Event::Stopped>(base::now(), {{"objects", service.objects()}});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  arguments.source.path = app::kDefaultConfigPath;
  CLI::App cli("iSNS name server (RFC 4171)");
  cli.set_version_flag("--version", kVersion);
  auto* file = cli.add_option("--config", arguments.source.path, "Configuration file")->capture_default_str();
  cli.add_option("--set", arguments.source.overrides, "Overrides one key, as --set listen.port=3300; may be repeated")
      ->allow_extra_args(false);
  cli.add_flag("--check-config", arguments.checkConfig, "Prints every setting that would hold, and ends");
  for (const auto& [name, help] : {std::pair("backup", "Copies the database, while a server may be running"),
                                   std::pair("verify", "Reads a backup through and says whether it is whole"),
                                   std::pair("restore", "Puts a verified backup in the place of the database")}) {
    auto* command = cli.add_subcommand(name, help);
    command->add_option("FILE", arguments.file, "The backup")->required();
    command->callback([&arguments, name = std::string(name)] { arguments.command = name; });
    command->fallthrough();
  }
  cli.require_subcommand(0, 1);
  CLI11_PARSE(cli, argc, argv);
  arguments.source.mayBeMissing = file->count() == 0;

  auto config = app::loadConfig(arguments.source);
  if (!config) {
    printErrors(config.error());
    return 2;
  }
  if (arguments.checkConfig) {
    std::cout << app::effectiveText(*config);
    return 0;
  }
  try {
    return arguments.command.empty() ? serve(arguments, std::move(*config)) : careForDatabase(arguments, *config);
  } catch (const std::exception& e) {
    return fail(e.what());
  }
}
