// CommandIssue: the initiator's end of command numbering for one session (RFC 7143 4.2.2.1, 7.2.1, 11.4.10, 11.4.11).
//
// Says which CmdSN the next request takes and whether one may be sent: the target's window and the initiator's own
// queue depth both must have room. The connections of a session share it; one owner, no locks, no allocation.
#pragma once

#include <cstdint>

namespace iscsi {

class CommandIssue {
 public:
  // `first` is the CmdSN of the leading login. The window stays closed until a response opens it. `queueDepth` bounds
  // the non-immediate commands that have not ended; it is at least 1.
  CommandIssue(std::uint32_t first, std::uint32_t queueDepth);

  enum class Update : std::uint8_t {
    Taken,
    Inconsistent,        // MaxCmdSN < ExpCmdSN - 1: both are ignored
    AcknowledgesUnsent,  // ExpCmdSN above our CmdSN: the target is broken; both are ignored
  };
  // The window in any PDU of the target; on several connections they arrive out of order, and an old one changes
  // nothing.
  Update onWindow(std::uint32_t expCmdSn, std::uint32_t maxCmdSn);

  [[nodiscard]] bool canIssue() const;
  // The CmdSN of a non-immediate request, which is sent now. canIssue() is true.
  std::uint32_t issue();
  // What an immediate request carries, and a login on an added connection.
  [[nodiscard]] std::uint32_t current() const { return cmdSn_; }
  // A non-immediate request has ended: response, abort, or failure.
  void finished();

  [[nodiscard]] std::uint32_t expCmdSn() const { return expCmdSn_; }
  [[nodiscard]] std::uint32_t maxCmdSn() const { return maxCmdSn_; }
  [[nodiscard]] bool acknowledged(std::uint32_t cmdSn) const;
  [[nodiscard]] std::uint32_t unacknowledged() const { return cmdSn_ - expCmdSn_; }
  [[nodiscard]] std::uint32_t active() const { return active_; }

 private:
  std::uint32_t cmdSn_;
  std::uint32_t expCmdSn_;
  std::uint32_t maxCmdSn_;
  std::uint32_t queueDepth_;
  std::uint32_t active_ = 0;
};

}  // namespace iscsi
