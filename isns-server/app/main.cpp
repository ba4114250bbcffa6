// isns-server: the iSNS daemon. Reads as the list of its parts in the order in which they depend on each other.
//
// The command line is told in arguments.cpp.

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "db/memory/memory_store.h"
#include "db/sqlite/backup.h"
#include "db/sqlite/sqlite_store.h"
#include "isns-server/api/status_server.h"
#include "isns-server/app/arguments.h"
#include "isns-server/app/service.h"
#include "isns-server/core/schema.h"
#include "shared/net/signals.h"
#include "shared/ops/log_stream.h"

namespace {

constexpr const char* kVersion = SANCTUM_VERSION;

sqlite::Options storeOptions(const app::Config& config) {
  sqlite::Options options;
  options.path = config.start.store.path;
  options.schema = core::schema();
  options.restoreHint =
      "Nothing was changed. Stop the server and run `isns-server restore BACKUP`, or move the file away to begin "
      "empty.";
  return options;
}

int fail(const std::string& text, int status = app::kExitFailed) {
  std::cerr << "isns-server: " << text << '\n';
  return status;
}

// A start that fails is told in plain words to who started it by hand, and as events to the journal.
template <auto E>
void tellJournal(std::initializer_list<ops::EventField<E>> fields) {
  ops::StreamSink sink(STDERR_FILENO, ops::LogFormat::Text, true);
  ops::Log log(app::kLogEvents, ops::Severity::Info);
  log.addSink(sink);
  log.write<E>(base::now(), fields);
}

int startFailed(const std::string& text) {
  if (!ops::isJournal(STDERR_FILENO)) return fail(text);
  tellJournal<app::Event::StartFailed>({{"error", text}});
  return app::kExitFailed;
}

int mistaken(const app::ConfigErrors& errors) {
  for (const ops::ConfigError& error : errors) {
    if (ops::isJournal(STDERR_FILENO)) {
      tellJournal<app::Event::ConfigError>({{"where", ops::toText(error.at)}, {"error", error.text}});
    } else {
      (void)fail(ops::toText(error));
    }
  }
  return app::kExitMistake;
}

// ---- Care of the database: backup while a server runs, verify and restore ------------------------------------------

int careForDatabase(const app::Arguments& arguments, const app::Config& config) {
  sqlite::Options options = storeOptions(config);
  if (arguments.verb == app::Verb::Backup) {
    auto done = sqlite::copyDatabase(options.path, arguments.file, options.vfs);
    if (!done) return fail(done.error().text);
    std::cout << "backup of " << options.path << " in " << arguments.file << ": " << done->bytes << " bytes, revision "
              << done->revision << '\n';
    return 0;
  }
  if (arguments.verb == app::Verb::Verify) {
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

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string joined(const std::vector<net::Address>& addresses) {
  std::vector<std::string> words;
  for (const net::Address& address : addresses) words.push_back(address.text());
  return joined(words);
}

int serve(const app::Arguments& arguments, app::Config config) {
  raiseDescriptorLimit();

  net::Loop loop;
  app::Service* running = nullptr;
  std::function<void()> reload;
  const net::SystemdNotifier systemd = net::SystemdNotifier::fromEnvironment();
  // Before any thread is made: signals are for the loop alone.
  net::Signals signals(loop, {SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
    if (signal == SIGHUP) return reload();
    (void)systemd.stopping();
    if (running != nullptr) running->drain(signal == SIGTERM ? "SIGTERM" : "SIGINT");
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
    if (!opened) return startFailed(opened.error().text);
    store = std::move(*opened);
  }

  std::unique_ptr<api::StatusServer> http;
  if (config.start.http.enabled) {
    auto started = api::StatusServer::start(config.start.http.address, page);
    if (!started) return startFailed(started.error().text);
    http = std::move(*started);
  }

  auto passed = net::takePassedSockets();
  if (!passed) return startFailed(passed.error().text);
  app::Service service({loop, *store, log, metrics, page}, config);
  if (auto status = service.start(std::move(*passed)); !status) return startFailed(status.error().text);
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
      const std::string changes = joined(reloaded.changed);
      sink.setFormat(config.runtime.log.format);
      service.reload(config);
      log.write<app::Event::Reloaded>(base::now(), {{"path", arguments.source.path}, {"changes", changes}});
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
  // Told again while it ends, it still ends well: the mask of `signals` goes before the store is closed.
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, SIG_IGN);
  log.write<app::Event::Stopped>(base::now(), {{"objects", service.objects()}});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = app::parseArguments(std::vector<std::string>(argv + 1, argv + argc));
  if (!arguments) return fail(arguments.error().text, app::kExitMistake);
  if (arguments->verb == app::Verb::Help) {
    std::cout << app::helpText();
    return 0;
  }
  if (arguments->verb == app::Verb::Version) {
    std::cout << "isns-server " << kVersion << '\n';
    return 0;
  }
  std::signal(SIGPIPE, SIG_IGN);
  auto config = app::loadConfig(arguments->source);
  if (!config) return mistaken(config.error());
  if (arguments->verb == app::Verb::CheckConfig) {
    std::cout << app::effectiveText(*config);
    return 0;
  }
  try {
    if (arguments->verb == app::Verb::Serve) return serve(*arguments, std::move(*config));
    return careForDatabase(*arguments, *config);
  } catch (const std::exception& e) {
    return fail(e.what());
  }
}
