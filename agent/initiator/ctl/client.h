// Client: a session for the time of one command of sanctl, used from top to bottom: the loop turns inside of its calls.
//
// One thread. SIGINT and SIGTERM end what is waited for, once interruptible() was called. Failures are values for the
// exit code and the one line on the standard error.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "agent/initiator/ctl/login_options.h"
#include "agent/initiator/disk_commands.h"
#include "shared/net/signals.h"

namespace initiator_ctl {

// A request that somebody waits for.
class Asking final : public initiator::ScsiRequest {
 public:
  void onEnd() override { ended = true; }
  bool ended = false;
};

class Client final : private initiator::SessionOwner {
 public:
  // `trace`: where what happens to the session is told, or nullptr.
  Client(net::Loop& loop, Destination to, std::ostream* trace = nullptr);
  ~Client();

  // Until the session is there.
  ctl::Outcome connect();
  // Until the list of targets is there (a discovery session).
  ctl::Asked<std::vector<iscsi::DiscoveredTarget>> discover();
  // Logs out.
  void close();

  // Sends one request and waits: its answer, whatever that is, or why there is none.
  ctl::Outcome ask(initiator::LogicalUnit& unit, Asking& request);
  // The same; an answer other than GOOD is a failure.
  ctl::Outcome askGood(initiator::LogicalUnit& unit, Asking& request, std::string what);
  ctl::Asked<initiator::Capacity> capacity(initiator::LogicalUnit& unit);

  // Turns the loop until `done` says so, the session ends or a signal comes.
  void runUntil(const std::function<bool()>& done);
  [[nodiscard]] bool ended() const { return end_.has_value(); }
  [[nodiscard]] ctl::Failure failure(std::string what) const;

  [[nodiscard]] initiator::Session& session() { return session_; }
  [[nodiscard]] const Destination& destination() const { return to_; }

  std::function<void(const iscsi::InitiatorNotice&)> noticed;  // may be set

 private:
  void onReady() override { ready_ = true; }
  void onNotice(const iscsi::InitiatorNotice& notice) override;
  void onDiscovered(std::vector<iscsi::DiscoveredTarget> targets) override { targets_ = std::move(targets); }
  void onEnded(const iscsi::InitiatorEnd& end) override { end_ = end; }

  net::Loop& loop_;
  Destination to_;
  std::ostream* trace_;
  bool ready_ = false;
  std::optional<std::vector<iscsi::DiscoveredTarget>> targets_;
  std::optional<iscsi::InitiatorEnd> end_;
  initiator::Session session_;
};

// What a notice says, on one line.
std::string noticeText(const iscsi::InitiatorNotice& notice);
std::string_view noticeName(iscsi::InitiatorNotice::Kind kind);

// The failure of a command that was answered with another status than GOOD, or not at all.
ctl::Failure commandFailure(std::string what, const iscsi::CommandResult& result);

// SIGINT and SIGTERM, while it lives.
class Interrupts {
 public:
  explicit Interrupts(net::Loop& loop) : signals_(loop, {SIGINT, SIGTERM}, [this](int) { came_ = true; }) {}
  [[nodiscard]] bool came() const { return came_; }

 private:
  bool came_ = false;
  net::Signals signals_;
};

}  // namespace initiator_ctl
