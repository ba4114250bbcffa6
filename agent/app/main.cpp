// san-agent. Reads as the list of its parts in the order in which they depend on each other.
//
// The command line is told in arguments.cpp.

#include <openssl/rand.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "agent/app/arguments.h"
#include "agent/app/attach_service.h"
#include "agent/app/disk_control.h"
#include "agent/app/disk_service.h"
#include "agent/app/own_name.h"
#include "agent/app/server_targets.h"
#include "agent/app/service.h"
#include "shared/net/secret_file.h"
#include "shared/ops/log_stream.h"
#include "shared/program/locked_memory.h"
#include "shared/program/process.h"
#include "shared/program/status_server.h"

namespace {

constexpr const char* kVersion = SANCTUM_VERSION;
constexpr program::StartReport kReport{"san-agent", agent::kLogEvents};

int startFailed(const std::string& text) { return kReport.failed<agent::Event::StartFailed>(text); }
int mistaken(const agent::ConfigErrors& errors) { return kReport.mistaken<agent::Event::ConfigError>(errors); }

bool randomBytes(std::span<std::uint8_t> bytes) {
  return RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1;
}

std::unique_ptr<agent::Targets> makeTargets(const target::Environment& environment, const target::Limits& limits) {
  return std::make_unique<agent::ServerTargets>(environment, limits);
}

int serve(const program::Arguments& arguments, agent::Config config, agent::Credentials credentials) {
  program::raiseDescriptorLimit();
  program::forbidDumps();
  program::lockOpensslKeys();  // before the first private key

  net::Loop loop;
  program::Lifecycle lifecycle(loop);

  ops::StreamSink sink(STDERR_FILENO, config.runtime.log.format, ops::isJournal(STDERR_FILENO));
  ops::Log log(agent::kLogEvents, config.runtime.log.level);
  log.addSink(sink);
  ops::Metrics metrics(agent::kMetrics);
  metrics.at<agent::Metric::StartTime>().set(base::unixSeconds(base::wallNow()) * std::int64_t{1'000'000'000});

  auto state = agent::StateFolder::open(config.start.state.folder, randomBytes);
  if (!state) return startFailed(state.error().text);

  agent::Service service({loop, log, metrics, randomBytes, makeTargets, arguments.source,
                          [&sink](ops::LogFormat format) { sink.setFormat(format); }, kVersion},
                         std::move(*state), std::move(config), std::move(credentials));
  if (auto status = service.start(); !status) return startFailed(status.error().text);

  agent::ServiceStatus status(loop, service);
  std::unique_ptr<program::StatusServer> http;
  if (service.config().start.http.enabled) {
    auto started = program::StatusServer::start(service.config().start.http.address, "san-agent", status);
    if (!started) return startFailed(started.error().text);
    http = std::move(*started);
  }

  log.write<agent::Event::Started>(base::now(), {{"version", kVersion},
                                                 {"portals", program::joined(service.portals())},
                                                 {"targets", service.targetCount()},
                                                 {"units", service.unitCount()},
                                                 {"state", service.config().start.state.folder}});
  lifecycle.ready(
      {[&] { service.reload([](const control::Result&) {}); }, [&](std::string_view signal) { service.stop(signal); }});
  loop.run();
  log.write<agent::Event::Stopped>(base::now());
  return 0;
}

// The log of a process that has no configuration.
struct PlainLog {
  PlainLog() { log.addSink(sink); }
  ops::StreamSink sink{STDERR_FILENO, ops::LogFormat::Text, ops::isJournal(STDERR_FILENO)};
  ops::Log log{agent::kLogEvents, ops::Severity::Info};
};

// Serves when its control socket is open; systemd is told so then.
base::Status directDisk(net::Loop& loop, ops::Log& log, program::Lifecycle& lifecycle,
                        const agent::DiskArguments& arguments, const std::string& initiator, agent::DiskHears hears) {
  program::LockedMemory secrets;
  hears.ready = [] {};
  agent::DirectedDisk disk(loop, log, arguments.socket, agent::descriptorOf(arguments.fuse), initiator, secrets,
                           std::move(hears));
  agent::DiskControl control(loop, log, disk, [&] { disk.stop("disk.stop"); });
  if (auto listening = control.listen(arguments.control); !listening) return listening;
  log.write<agent::Event::DiskDirected>(base::now(), {{"control", arguments.control}, {"socket", arguments.socket}});
  lifecycle.ready({{}, [&](std::string_view signal) { disk.stop(signal); }});
  loop.run();
  return {};
}

int serveDisk(agent::DiskArguments arguments) {
  auto initiator = agent::initiatorNameOf(arguments.initiator);
  if (!initiator) return kReport.plain(initiator.error().text + "; give it by --initiator", program::kExitMistake);
  if (auto good = agent::DiskExport::check(agent::descriptorOf(arguments.fuse)); !good)
    return startFailed(good.error().text);
  program::raiseDescriptorLimit();
  program::forbidDumps();

  net::Loop loop;
  program::Lifecycle lifecycle(loop);

  PlainLog plain;
  ops::Log& log = plain.log;

  int status = 0;
  const auto end = [&](int with) {
    status = with;
    loop.stop();
  };
  const agent::DiskHears hears{[&] { lifecycle.ready(); }, [&](const base::Error& why) { end(startFailed(why.text)); },
                               [&](bool flushed) { end(flushed ? 0 : program::kExitFailed); }};
  if (!arguments.control.empty()) {
    const auto started = directDisk(loop, log, lifecycle, arguments, *initiator, hears);
    return started ? status : startFailed(started.error().text);
  }
  agent::DiskService disk(loop, log, std::move(arguments), std::move(*initiator), hears);
  if (auto started = disk.start(); !started) return startFailed(started.error().text);
  lifecycle.answer({{}, [&](std::string_view signal) { disk.stop(signal); }});
  loop.run();
  return status;
}

int serveAttach(agent::AttachArguments arguments) {
  program::raiseDescriptorLimit();
  net::Loop loop;
  program::Lifecycle lifecycle(loop);

  PlainLog plain;
  ops::Log& log = plain.log;

  agent::AttachService service(loop, log, std::move(arguments), "/proc/self/exe");
  if (auto started = service.start(); !started) return startFailed(started.error().text);
  lifecycle.ready({{}, [&](std::string_view reason) {
                     log.write<agent::Event::AttachStopped>(base::now(), {{"reason", reason}});
                     loop.stop();
                   }});
  loop.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = agent::parseArguments(std::vector<std::string>(argv + 1, argv + argc));
  if (!arguments) return kReport.plain(arguments.error().text, program::kExitMistake);
  if (arguments->disk && arguments->disk->help) {
    std::cout << agent::diskHelpText();
    return 0;
  }
  if (arguments->attach && arguments->attach->help) {
    std::cout << agent::attachHelpText();
    return 0;
  }
  if (arguments->verb == program::Verb::Help) {
    std::cout << agent::helpText();
    return 0;
  }
  if (arguments->verb == program::Verb::Version) {
    std::cout << "san-agent " << kVersion << '\n';
    return 0;
  }
  std::signal(SIGPIPE, SIG_IGN);
  if (arguments->disk || arguments->attach) {
    try {
      return arguments->disk ? serveDisk(std::move(*arguments->disk)) : serveAttach(std::move(*arguments->attach));
    } catch (const std::exception& e) {
      return kReport.plain(e.what());
    }
  }
  auto config = agent::loadConfig(arguments->source);
  if (!config) return mistaken(config.error());
  // Root checks for the user of the service, whom it makes its folder for: what he could not read is a mistake.
  const uid_t user =
      arguments->verb == program::Verb::CheckConfig ? net::serviceUser(config->start.state.folder) : ::geteuid();
  auto credentials = agent::Credentials::load(config->chap, config->runtime.secrets, user);
  if (!credentials) return mistaken(credentials.error());
  if (arguments->verb == program::Verb::CheckConfig) {
    std::cout << agent::effectiveText(*config);
    return 0;
  }
  try {
    return serve(*arguments, std::move(*config), std::move(*credentials));
  } catch (const std::exception& e) {
    return kReport.plain(e.what());
  }
}
