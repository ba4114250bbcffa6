// isns-server: the iSNS daemon. Reads as the list of its parts in the order in which they depend on each other.
//
// The command line is told in arguments.cpp.

#include <unistd.h>

#include <csignal>
#include <iostream>

#include "db/memory/memory_store.h"
#include "db/sqlite/backup.h"
#include "db/sqlite/sqlite_store.h"
#include "isns-server/app/arguments.h"
#include "isns-server/app/key_files.h"
#include "isns-server/app/management.h"
#include "isns-server/app/service.h"
#include "isns-server/app/store_schema.h"
#include "isns-server/core/change_kind.h"
#include "isns-server/manage/audit/actor.h"
#include "shared/ops/log_stream.h"
#include "shared/program/locked_memory.h"
#include "shared/program/process.h"
#include "shared/program/status_server.h"

namespace {

constexpr const char* kVersion = SANCTUM_VERSION;

sqlite::Options storeOptions(const app::Config& config) {
  sqlite::Options options;
  options.path = config.start.store.path;
  options.schema = app::serverSchema();
  options.restoreHint =
      "Nothing was changed. Stop the server and run `isns-server restore BACKUP`, or move the file away to begin "
      "empty.";
  return options;
}

constexpr program::StartReport kReport{"isns-server", app::kLogEvents};

int fail(const std::string& text, int status = program::kExitFailed) { return kReport.plain(text, status); }
int startFailed(const std::string& text) { return kReport.failed<app::Event::StartFailed>(text); }

// ---- Care of the database: backup while a server runs, verify and restore ------------------------------------------

int careForDatabase(const program::Arguments& arguments, const app::Config& config) {
  sqlite::Options options = storeOptions(config);
  const auto verb = static_cast<app::FileVerb>(arguments.fileVerb);
  if (verb == app::FileVerb::Backup) {
    auto done = sqlite::copyDatabase(options.path, arguments.file, options.vfs);
    if (!done) return fail(done.error().text);
    std::cout << "backup of " << options.path << " in " << arguments.file << ": " << done->bytes << " bytes, revision "
              << done->revision << '\n';
    return 0;
  }
  if (verb == app::FileVerb::Verify) {
    options.path = arguments.file;
    auto verified = sqlite::verify(options);
    if (!verified) return fail(verified.error().text);
    std::cout << arguments.file << " is whole: revision " << verified->revision << ", " << verified->rows << " rows, "
              << verified->changes << " changes\n";
    return 0;
  }
  auto restored =
      sqlite::restore(arguments.file, options, {core::change_kind::kRestored, core::change_kind::kOwnOrigin});
  if (!restored) return fail(restored.error().text);
  std::cout << options.path << " restored from " << arguments.file << ", revision " << restored->verified.revision
            << "; the next one follows " << restored->revision << '\n';
  if (!restored->replaced.empty()) std::cout << "the former database is " << restored->replaced << '\n';
  return 0;
}

// ---- Care of the keys ----------------------------------------------------------------------------------------------

int careForKeys(const program::Arguments& arguments, const app::Config& config) {
  program::forbidDumps();
  const bool back = static_cast<app::FileVerb>(arguments.fileVerb) == app::FileVerb::RestoreKeys;
  const std::string& folder = config.start.api.keyFolder;
  const auto done = back ? app::restoreKeys(folder, arguments.file) : app::backUpKeys(folder, arguments.file);
  if (!done) return fail(done.error().text);
  std::cout << *done << '\n';
  return 0;
}

// ---- Serving -------------------------------------------------------------------------------------------------------

int serve(const program::Arguments& arguments, app::Config config) {
  program::forbidDumps();
  program::raiseDescriptorLimit();

  net::Loop loop;
  program::Lifecycle lifecycle(loop);

  ops::StreamSink sink(STDERR_FILENO, config.runtime.log.format, ops::isJournal(STDERR_FILENO));
  ops::Log log(app::kLogEvents, config.runtime.log.level);
  log.addSink(sink);
  ops::Metrics metrics(app::kMetrics);
  if (config.start.api.enabled && !program::lockOpensslKeys()) {
    log.write<app::Event::SecretsUnlocked>(base::now(), {{"what", "private keys"}});
  }
  metrics.at<app::Metric::StartTime>().set(base::unixSeconds(base::wallNow()) * std::int64_t{1'000'000'000});
  program::StatusPage page(metrics);

  std::unique_ptr<store::Store> store;
  if (config.start.store.kind == app::StoreKind::Memory) {
    store = std::make_unique<memory::MemoryStore>(app::serverSchema());
  } else {
    auto opened = sqlite::SqliteStore::open(storeOptions(config));
    if (!opened) return startFailed(opened.error().text);
    store = std::move(*opened);
  }

  std::unique_ptr<program::StatusServer> http;
  if (config.start.http.enabled) {
    auto started = program::StatusServer::start(config.start.http.address, "isns-server", page);
    if (!started) return startFailed(started.error().text);
    http = std::move(*started);
  }

  auto passed = net::takePassedSockets();
  if (!passed) return startFailed(passed.error().text);
  const bool managed = config.start.api.enabled;
  // Before anything is written: a damaged log must be found while the database is as it was.
  app::ServerKeys keys;
  std::unique_ptr<app::AuditTrail> trail;
  std::optional<evidence::SigningKey> logKey;
  if (managed) {
    const auto signer = app::AuditTrail::signer(*store);
    if (!signer) return startFailed(signer.error().text);
    const auto server = app::AuditTrail::beganBy(*store);
    if (!server) return startFailed(server.error().text);
    auto read = app::ServerKeys::open(config.start.api.keyFolder, app::systemRandom(), *signer, *server);
    if (!read) return startFailed(read.error().text);
    keys = std::move(*read);
    auto signing = evidence::SigningKey::fromSeed(keys.audit.reveal());
    if (!signing) return startFailed(signing.error().text);
    logKey = std::move(*signing);
    auto opened = app::AuditTrail::open(*store, keys.serverId, *logKey, base::now());
    if (!opened) return startFailed(opened.error().text);
    trail = std::move(*opened);
  }

  app::Service service({loop, *store, log, metrics, page}, config);
  if (auto status = service.start(std::move(*passed), managed); !status) return startFailed(status.error().text);
  std::unique_ptr<app::Management> management;  // ends before the service that it speaks with
  if (managed) {
    service.setTrail(*trail);
    auto [rows, info] = service.takeRows();
    auto started = app::Management::start(app::managementOptionsOf(config, std::move(keys), kVersion, metrics),
                                          std::move(rows), info, service, *trail, *logKey, log);
    if (!started) return startFailed(started.error().text);
    management = std::move(*started);
    service.setManagement(*management);
    manage::Lock locks = management->takeLocks();
    service.beginGuarded(management->takeGuards(), std::move(locks.domains), std::move(locks.sets));
    for (ops::AuditRecord& found : management->takeFound()) service.record(std::move(found));
    service.record(manage::auditOf<ops::AuditEvent::ServerStarted>(
        manage::serverActor(), {}, {{"version", kVersion}, {"revision", info.revision}}));
  }

  const auto reload = [&] {
    auto read = app::loadToServe(arguments.source);
    if (!read) {
      for (const ops::ConfigError& error : read.error()) {
        log.write<app::Event::ConfigError>(base::now(), {{"where", ops::toText(error.at)}, {"error", error.text}});
      }
    } else {
      app::Reloaded reloaded = app::reloaded(config, std::move(*read));
      for (const program::FrozenChange& change : reloaded.frozen) {
        log.write<app::Event::RestartNeeded>(
            base::now(), {{"key", change.key}, {"running", change.running}, {"wanted", change.wanted}});
      }
      config = std::move(reloaded.config);
      const std::string changes = program::joined(reloaded.changed);
      sink.setFormat(config.runtime.log.format);
      service.reload(config);
      for (const std::string& setting : reloaded.changed) {
        service.record(
            manage::auditOf<ops::AuditEvent::ConfigurationChanged>(manage::serverActor(), {}, {{"setting", setting}}));
      }
      log.write<app::Event::Reloaded>(base::now(), {{"path", arguments.source.path}, {"changes", changes}});
    }
  };

  log.write<app::Event::Started>(
      base::now(), {{"version", kVersion},
                    {"addresses", program::joined(service.addresses())},
                    {"udp", config.start.listen.udp},
                    {"store", config.start.store.kind == app::StoreKind::Memory ? "memory" : config.start.store.path}});
  lifecycle.ready({reload, [&](std::string_view signal) { service.drain(signal); }});
  loop.run();
  log.write<app::Event::Stopped>(base::now(), {{"objects", service.objects()}});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = app::parseArguments(std::vector<std::string>(argv + 1, argv + argc));
  if (!arguments) return fail(arguments.error().text, program::kExitMistake);
  if (arguments->verb == program::Verb::Help) {
    std::cout << app::helpText();
    return 0;
  }
  if (arguments->verb == program::Verb::Version) {
    std::cout << "isns-server " << kVersion << '\n';
    return 0;
  }
  std::signal(SIGPIPE, SIG_IGN);
  const bool toServe = arguments->verb == program::Verb::Serve || arguments->verb == program::Verb::CheckConfig;
  auto config = toServe ? app::loadToServe(arguments->source) : app::loadConfig(arguments->source);
  if (!config) return kReport.mistaken<app::Event::ConfigError>(config.error());
  if (arguments->verb == program::Verb::CheckConfig) {
    std::cout << app::effectiveText(*config);
    return 0;
  }
  try {
    if (arguments->verb == program::Verb::Serve) return serve(*arguments, std::move(*config));
    return arguments->fileVerb < static_cast<std::size_t>(app::FileVerb::BackupKeys)
               ? careForDatabase(*arguments, *config)
               : careForKeys(*arguments, *config);
  } catch (const std::exception& e) {
    return fail(e.what());
  }
}
