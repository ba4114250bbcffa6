#include "shared/program/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "shared/ops/log_stream.h"

namespace program {

void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

void forbidDumps() {
  const rlimit none{0, 0};
  (void)::setrlimit(RLIMIT_CORE, &none);
  (void)::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
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

Lifecycle::Lifecycle(net::Loop& loop)
    : loop_(loop),
      systemd_(net::SystemdNotifier::fromEnvironment()),
      signals_(loop, {SIGTERM, SIGINT, SIGHUP}, [this](int signal) { onSignal(signal); }),
      watchdog_(loop.timers(), [this] { beat(); }) {
  if (net::watchdogInterval()) watchdog_.startAt(base::MonotonicClock::now());
}

Lifecycle::~Lifecycle() {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, SIG_IGN);
}

void Lifecycle::ready(Calls calls) {
  answer(std::move(calls));
  ready();
}

void Lifecycle::onSignal(int signal) {
  if (signal == SIGHUP) {
    if (!calls_.reload) return;
    (void)systemd_.reloading(loop_.now());
    calls_.reload();
    (void)systemd_.ready();
    return;
  }
  (void)systemd_.stopping();
  if (calls_.stop) calls_.stop(signal == SIGTERM ? "SIGTERM" : "SIGINT");
}

void Lifecycle::beat() {
  (void)systemd_.watchdog();
  watchdog_.startAt(loop_.now() + *net::watchdogInterval() / 2);
}

int StartReport::plain(const std::string& text, int status) const {
  // In one piece: the log may be writing to the same place from its own thread.
  std::cerr << std::string(program_) + ": " + text + '\n';
  return status;
}

bool StartReport::toJournal() { return ops::isJournal(STDERR_FILENO); }

void StartReport::withLog(const std::function<void(ops::Log&)>& write) const {
  ops::StreamSink sink(STDERR_FILENO, ops::LogFormat::Text, true);
  ops::Log log(events_, ops::Severity::Info);
  log.addSink(sink);
  write(log);
}

}  // namespace program
