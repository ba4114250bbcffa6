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
  return Update::Taken;
}

bool CommandIssue::canIssue() const { return active_ < queueDepth_ && serialLessEqual(cmdSn_, maxCmdSn_); }

std::uint32_t CommandIssue::issue() {
  ++active_;
  return cmdSn_++;
}

void CommandIssue::finished() {
  if (active_ > 0) --active_;
}

bool CommandIssue::acknowledged(std::uint32_t cmdSn) const { return serialLess(cmdSn, expCmdSn_); }

}  // namespace iscsi
