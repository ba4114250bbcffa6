// ControlCommands: what each command of agent/control/commands.h does in a running agent.
//
// The loop's thread. Questions are answered at once; changes one after the other, the others wait (as many as there are
// connections, since each has one request at a time). A change, and what else acts, is in the log
// with who gave the command.
#pragma once

#include <deque>
#include <functional>

#include "agent/app/administrator.h"
#include "agent/app/break_glass.h"
#include "agent/app/control_server.h"
#include "agent/app/targets.h"
#include "agent/control/message.h"

namespace agent {

// What commands ask of the process around them.
struct ControlHooks {
  std::function<base::Json::Object()> status;  // version and process, in front of what is added here
  std::function<std::string()> metrics;
  // Answers with what changed, or with every mistake.
  std::function<void(std::function<void(const control::Result&)>)> reload;
  std::function<void(std::optional<base::Duration> grace, std::function<void()> done)> drain;
  using Told = std::function<void(const control::Result&)>;
  std::function<void(std::string_view token, const std::vector<std::string>& servers, Told)> join;
  std::function<void(Told)> leave;
  // The disks of this host; nothing: it has no such role.
  std::function<std::optional<base::Json>()> disks;
  // What was found out for the management server.
  std::function<base::Json()> probes;
  // Who says what a target admits and shows; empty: whoever asks here. May be empty itself.
  std::function<std::string(std::string_view target)> managerOf;
  // Commands about what a manager decides, with a reason to do it all the same; and their end.
  std::function<void(const control::Request&, std::uint32_t uid, Told)> breakGlass;
  std::function<void(const control::Request&, std::uint32_t uid, Told)> endBreakGlass;
  std::function<const std::vector<GlassRule>&()> brokenGlass;
};

class ControlCommands {
 public:
  // Borrowed; they live longer.
  struct Parts {
    Administrator& administrator;
    Holder& holder;
    Targets& targets;
    StateFiles& unitStates;
    DiskWorker& worker;
    ops::Log& log;
    ops::Metrics& metrics;
    ControlHooks hooks;
  };
  explicit ControlCommands(Parts parts) : parts_(std::move(parts)) {}

  // One line of a connection; the answer comes by `respond`, once.
  void onLine(std::string_view line, const ControlPeer& peer, ControlServer::Respond respond);

 private:
  using Answer = std::function<void(const control::Result&)>;
  struct Asked {
    control::Request request;
    ControlPeer peer;
    Answer answer;
  };

  void begin(Asked asked);
  void noteDone(std::string_view command, std::string_view object, const ControlPeer& peer);
  void next();
  void change(const Asked& asked, const Answer& answer);
  control::Result tell(const control::Request& request);

  // Changes: each ends with one call of `answer`.
  void createUnit(const control::Arguments& arguments, const Answer& answer);
  void deleteUnit(const control::Arguments& arguments, const Answer& answer);
  void resizeUnit(const control::Arguments& arguments, const Answer& answer);
  void refreshUnit(const std::string& id, const Answer& answer);
  void createTarget(const control::Arguments& arguments, const Answer& answer);
  void deleteTarget(const control::Arguments& arguments, const Answer& answer);
  void allow(const control::Arguments& arguments, const Answer& answer);
  void deny(const control::Arguments& arguments, const Answer& answer);
  void map(const control::Arguments& arguments, const Answer& answer);
  void unmap(const control::Arguments& arguments, const Answer& answer);
  void forget(const control::Arguments& arguments, const Answer& answer);

  [[nodiscard]] std::optional<control::Refusal> managedElsewhere(const control::Request& request) const;
  [[nodiscard]] bool managed(std::string_view target) const;
  [[nodiscard]] const target::TargetSetup& targetInForce(std::string_view name) const;
  void commit(Overlay next, Administrator::Order order, base::Json result, const Answer& answer);
  [[nodiscard]] const Record* held(ObjectKind kind, std::string_view key) const;
  [[nodiscard]] Overlay changed(ObjectKind kind, const std::string& key, std::optional<Record> record) const;
  [[nodiscard]] base::Result<Record> newRule(const control::Arguments& arguments,
                                             const std::vector<std::string>& settings) const;

  [[nodiscard]] base::Json status() const;
  [[nodiscard]] base::Json units() const;
  [[nodiscard]] base::Json targets() const;

  Parts parts_;
  std::deque<Asked> waiting_;
  bool changing_ = false;
};

}  // namespace agent
