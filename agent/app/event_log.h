// EventLog: what the target server tells, as log events. The loop's thread; counting is for whoever reads the server's
// counters.
#pragma once

#include "agent/app/log_events.h"
#include "agent/app/metrics_table.h"
#include "agent/target/target_server.h"

namespace agent {

class EventLog final : public target::Observer {
 public:
  // Borrowed.
  EventLog(ops::Log& log, ops::Metrics& metrics) : log_(log), metrics_(metrics) {}

  void onLoginRefused(const target::RefusedLogin& refused) override;
  void onSessionOpened(const target::SessionFacts& session) override;
  void onSessionEnded(const target::SessionFacts& session, std::string_view why) override;
  void onConnectionFault(const target::ConnectionFault& fault) override;

 private:
  ops::Log& log_;
  ops::Metrics& metrics_;
};

std::string_view proofWord(iscsi::Proof proof);  // "none", "chap", "mutual"

}  // namespace agent
