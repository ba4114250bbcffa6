// CommandIssue: the initiator's end of command numbering for one session (RFC 7143 4.2.2.1, 7.2.1, 11.4.10, 11.4.11).
//
// Says which CmdSN the next request takes and whether one may be sent: the target's window and the initiator's own
// queue depth both must have room. The connections of a session share it; one owner, no locks, no allocation.
#pragma once

#include <array>
#include <cstdint>

namespace iscsi {

// Whether CmdSN may become `next` while a retry of `retried` may still be on its way.
constexpr bool mayAdvance(std::uint32_t retried, std::uint32_t next) { return next - retried <= 0x7fffffff; }

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
  void setQueueDepth(std::uint32_t depth) { queueDepth_ = depth == 0 ? 1 : depth; }

  // A retry is sent on `connection`; only for what is not acknowledged. The CmdSN then may not advance past
  // retried + 2^31 - 1 until that connection has ended or a later command on it was acknowledged (4.2.2.1). Bound:
  // kMaxRetries are watched; false, and no retry, beyond that: recover the connection instead.
  static constexpr std::size_t kMaxRetries = 8;
  [[nodiscard]] bool retry(std::uint32_t cmdSn, std::uint16_t connection);
  // A non-immediate request with this CmdSN was sent on that connection.
  void sentOn(std::uint32_t cmdSn, std::uint16_t connection);
  void connectionEnded(std::uint16_t connection);

 private:
  struct Retry {
    std::uint32_t cmdSn = 0;  // R: what was retried
    std::uint32_t at = 0;     // Q: the session's CmdSN then
    std::uint32_t later = 0;  // a command sent later on the same connection
    std::uint16_t connection = 0;
    bool used = false;
    bool hasLater = false;
  };

  [[nodiscard]] bool retriesAllow() const;

  std::uint32_t cmdSn_;
  std::uint32_t expCmdSn_;
  std::uint32_t maxCmdSn_;
  std::uint32_t queueDepth_;
  std::uint32_t active_ = 0;
  std::array<Retry, kMaxRetries> retries_{};
};

}  // namespace iscsi
