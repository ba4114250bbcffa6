// CommandWindow: the target's end of command numbering for one session.
// RFC 7143 4.2.2.1, 7.2.1, 7.3, 11.4.10, 11.4.11.
//
// Knows ExpCmdSN and MaxCmdSN and which numbers between them have come. Commands are handles of the owner (slots of its
// task table). The connections of a session share one window; one owner, no locks. Nothing is allocated after the
// constructor.
//
// How an owner uses it, for a request that is not immediate:
//   1. It looks the Initiator Task Tag up first: a request whose task exists is a retry and is dropped (4.2.2.1).
//   2. check() at the header: Outside and Duplicate are dropped in silence.
//   3. accept() once the whole PDU is good. What was answered with Reject is not accepted: its number stays a gap.
//   4. Deliver: the command goes to execution. Then, as after each plug, next() until it gives nothing.
//   5. finished() when a delivered command has ended, before its response takes the window.
// Immediate commands pass by the window; ImmediateBudget bounds them.
//
// The window counts credits: commands that wait here and commands that were delivered and have not ended are together
// at most size(). So MaxCmdSN rises with each command that ends, and a smaller size() takes effect as commands end:
// MaxCmdSN never moves back, and never below ExpCmdSN - 1.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace iscsi {

class CommandWindow {
 public:
  using Handle = std::uint32_t;

  // `first` is the CmdSN of the leading login. Bound: at most `capacity` numbers are ever open (1 to 65536, rounded up
  // to a power of two); a size above it is taken as `capacity`.
  CommandWindow(std::uint32_t first, std::uint32_t size, std::uint32_t capacity);

  [[nodiscard]] std::uint32_t expCmdSn() const { return expCmdSn_; }
  [[nodiscard]] std::uint32_t maxCmdSn() const { return maxCmdSn_; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t active() const { return active_; }
  [[nodiscard]] bool closed() const { return maxCmdSn_ == expCmdSn_ - 1; }

  enum class Place : std::uint8_t {
    Next,       // it would be delivered at once
    Ahead,      // it would be held until the gap before it is filled
    Duplicate,  // within the window, and here already: ignore in silence
    Outside,    // ignore in silence
  };
  [[nodiscard]] Place check(std::uint32_t cmdSn) const;

  enum class Taken : std::uint8_t { Deliver, Held, Ignored };
  Taken accept(std::uint32_t cmdSn, Handle command);
  // The next held command whose turn has come; call until it gives nothing.
  std::optional<Handle> next();

  // Counts `cmdSn` as received without a command: ABORT TASK of a command that never came, or of a held one (11.6.1).
  // False where the number is outside of the window.
  bool plug(std::uint32_t cmdSn);
  // Plugs all gaps below `cmdSn`: target resets need not wait for what has not come (4.2.3.3 b). Held commands stay.
  void plugBelow(std::uint32_t cmdSn);
  // Takes a held command back, and its number is a gap again: its connection was logged out or is lost (11.14). False
  // where it is not held.
  bool release(std::uint32_t cmdSn);
  // How many numbers below `cmdSn` have not come. Numbers above MaxCmdSN do not count: nothing can come there.
  [[nodiscard]] std::uint32_t missingBelow(std::uint32_t cmdSn) const;

  void finished();

  // A PDU with this session's window in it goes out.
  void announced() { announced_ = maxCmdSn_; }
  // MaxCmdSN has changed and no PDU has told the initiator. Where none is about to, a NOP-In MUST (11.4.11).
  [[nodiscard]] bool announcementDue() const { return announced_ != maxCmdSn_; }
  // ... and the initiator holds the window to be closed, so it waits.
  [[nodiscard]] bool announcementUrgent() const;

 private:
  enum class Slot : std::uint8_t { Empty, Held, Plugged };
  struct Entry {
    Handle command = 0;
    Slot slot = Slot::Empty;
  };

  [[nodiscard]] std::uint32_t open() const { return maxCmdSn_ + 1 - expCmdSn_; }
  Entry& at(std::uint32_t cmdSn) { return ring_[cmdSn & mask_]; }
  [[nodiscard]] const Entry& at(std::uint32_t cmdSn) const { return ring_[cmdSn & mask_]; }
  void passPlugged();
  void grant();

  std::vector<Entry> ring_;  // CmdSN modulo its size; only numbers of the window stand in it
  std::uint32_t mask_;
  std::uint32_t expCmdSn_;
  std::uint32_t maxCmdSn_;
  std::uint32_t announced_;
  std::uint32_t size_;
  std::uint32_t active_ = 0;  // delivered, not finished
};

// Immediate commands of one connection that have not ended. A target MUST take at least one immediate task management
// request and one other immediate request for each connection (4.2.2.1); what exceeds the limits is answered with
// Reject 06.
class ImmediateBudget {
 public:
  enum class Kind : std::uint8_t { TaskManagement, Other };
  static constexpr std::uint16_t kForResets = 1;  // places beside those of other task management

  // Limits of 0 are taken as 1.
  ImmediateBudget(std::uint16_t taskManagement, std::uint16_t other)
      : limit_{taskManagement == 0 ? std::uint16_t{1} : taskManagement, other == 0 ? std::uint16_t{1} : other} {}

  // False: Reject 06. A reset is what is left where other functions do not end.
  [[nodiscard]] bool begin(Kind kind, bool reset = false) {
    const auto i = static_cast<std::size_t>(kind);
    if (used_[i] >= limit_[i] + (reset ? kForResets : 0)) return false;
    ++used_[i];
    return true;
  }
  void end(Kind kind) {
    const auto i = static_cast<std::size_t>(kind);
    if (used_[i] > 0) --used_[i];
  }
  [[nodiscard]] std::uint16_t used(Kind kind) const { return used_[static_cast<std::size_t>(kind)]; }

 private:
  std::uint16_t limit_[2];
  std::uint16_t used_[2] = {0, 0};
};

}  // namespace iscsi
