#include "agent/iscsi/command_issue.h"

#include "agent/iscsi/serial.h"

namespace iscsi {

CommandIssue::CommandIssue(std::uint32_t first, std::uint32_t queueDepth)
    : cmdSn_(first), expCmdSn_(first), maxCmdSn_(first - 1), queueDepth_(queueDepth == 0 ? 1 : queueDepth) {}

CommandIssue::Update CommandIssue::onWindow(std::uint32_t expCmdSn, std::uint32_t maxCmdSn) {
  if (serialLess(maxCmdSn, expCmdSn - 1)) return Update::Inconsistent;
  if (serialLess(cmdSn_, expCmdSn)) return Update::AcknowledgesUnsent;
  maxCmdSn_ = serialMax(maxCmdSn_, maxCmdSn);
  expCmdSn_ = serialMax(expCmdSn_, expCmdSn);
  for (Retry& retry : retries_) {
    if (retry.used && retry.hasLater && acknowledged(retry.later)) retry.used = false;
  }
  return Update::Taken;
}

bool CommandIssue::canIssue() const {
  return active_ < queueDepth_ && serialLessEqual(cmdSn_, maxCmdSn_) && retriesAllow();
}

std::uint32_t CommandIssue::issue() {
  ++active_;
  return cmdSn_++;
}

void CommandIssue::finished() {
  if (active_ > 0) --active_;
}

bool CommandIssue::acknowledged(std::uint32_t cmdSn) const { return serialLess(cmdSn, expCmdSn_); }

bool CommandIssue::retry(std::uint32_t cmdSn, std::uint16_t connection) {
  if (acknowledged(cmdSn) || !serialLess(cmdSn, cmdSn_)) return false;
  for (Retry& retry : retries_) {
    if (retry.used) continue;
    retry = {cmdSn, cmdSn_, 0, connection, true, false};
    return true;
  }
  return false;
}

void CommandIssue::sentOn(std::uint32_t cmdSn, std::uint16_t connection) {
  for (Retry& retry : retries_) {
    const bool proves = retry.used && !retry.hasLater && retry.connection == connection;
    if (!proves || serialLess(cmdSn, retry.at)) continue;
    retry.later = cmdSn;
    retry.hasLater = true;
  }
}

void CommandIssue::connectionEnded(std::uint16_t connection) {
  for (Retry& retry : retries_) {
    if (retry.connection == connection) retry.used = false;
  }
}

// About the CmdSN that issue() leaves behind.
bool CommandIssue::retriesAllow() const {
  for (const Retry& retry : retries_) {
    if (retry.used && !mayAdvance(retry.cmdSn, cmdSn_ + 1)) return false;
  }
  return true;
}

}  // namespace iscsi
