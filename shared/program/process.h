// What the main() of every daemon does alike: limits of the process, signals, the word to systemd, and how a start that
// fails is told.
//
// One thread, the loop's. Lifecycle is made before any other thread, because signals are for the loop alone.
#pragma once

#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "shared/net/address.h"
#include "shared/net/loop.h"
#include "shared/net/signals.h"
#include "shared/net/systemd.h"
#include "shared/net/timer.h"
#include "shared/ops/log.h"
#include "shared/program/arguments.h"

namespace program {

// As many descriptors as the system lets this process have.
void raiseDescriptorLimit();
// No core dump, and no debugger of another user: memory holds secrets.
void forbidDumps();

std::string joined(const std::vector<std::string>& words);
std::string joined(const std::vector<net::Address>& addresses);

// SIGTERM, SIGINT and SIGHUP as calls on the loop, systemd's notifications and its watchdog. Once it goes, the signals
// are ignored: told again while it ends, a process still ends well.
class Lifecycle {
 public:
  struct Calls {
    std::function<void()> reload;
    std::function<void(std::string_view signal)> stop;
  };
  explicit Lifecycle(net::Loop& loop);
  ~Lifecycle();

  // From here on signals are answered; before, they wait.
  void answer(Calls calls) { calls_ = std::move(calls); }
  // Tells systemd that everything serves.
  void ready() { (void)systemd_.ready(); }
  void ready(Calls calls);  // both

 private:
  void onSignal(int signal);
  void beat();

  net::Loop& loop_;
  Calls calls_;
  const net::SystemdNotifier systemd_;
  net::Signals signals_;
  net::Timer watchdog_;
};

// A start that fails is told in plain words to who started it by hand, and as events to the journal.
class StartReport {
 public:
  constexpr StartReport(std::string_view program, std::span<const ops::LogEvent> events)
      : program_(program), events_(events) {}

  // The exit status.
  int plain(const std::string& text, int status = kExitFailed) const;

  template <auto StartFailed>
  int failed(const std::string& text) const {
    if (!toJournal()) return plain(text);
    withLog([&](ops::Log& log) { log.write<StartFailed>(base::now(), {{"error", text}}); });
    return kExitFailed;
  }
  template <auto ConfigError>
  int mistaken(const ConfigErrors& errors) const {
    for (const ops::ConfigError& error : errors) {
      if (toJournal()) {
        withLog([&](ops::Log& log) {
          log.write<ConfigError>(base::now(), {{"where", ops::toText(error.at)}, {"error", error.text}});
        });
      } else {
        (void)plain(ops::toText(error));
      }
    }
    return kExitMistake;
  }

 private:
  [[nodiscard]] static bool toJournal();
  void withLog(const std::function<void(ops::Log&)>& write) const;

  std::string_view program_;
  std::span<const ops::LogEvent> events_;
};

}  // namespace program
