// LogicalUnit: one logical unit behind a Session, and ScsiRequest, a command to it that is repeated where that helps.
//
// What a target says in passing is not the user's business: a UNIT ATTENTION after a new session, BUSY, TASK SET FULL,
// "becoming ready", ABORTED COMMAND. Such a request is sent again, at once or after a pause, and ends with the last
// answer after kMaxAttempts, or when the unit was busy for its busyTime. A reset of the session under it is not seen,
// but by a request that was being aborted then (InitiatorCommand). One thread: the loop's. The unit is borrowed by its
// requests and outlives them; it lives no longer than the session. Bound: the session's. SAM-5 5.3, SPC-4 4.5; the
// choice of what is repeated is that of the disk drivers of Linux.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/initiator/sense_reader.h"
#include "agent/initiator/session.h"
#include "agent/scsi/lun.h"
#include "shared/net/timer.h"

namespace initiator {

class LogicalUnit;

class ScsiRequest : public iscsi::InitiatorCommand {
 public:
  // The answer: look at `result`. The request may be submitted again from here.
  virtual void onEnd() = 0;

  static constexpr std::uint32_t kMaxSilent = 3;

  // How long a unit that is busy is asked again.
  base::Duration busyTime = std::chrono::seconds(30);
  // Attempts after one that ended without an answer: fewer where there is another way to the unit.
  std::uint32_t silentAttempts = kMaxSilent;
  // It ended with an answer that is worth another attempt, and that could not be made: the unit is held, or the session
  // is at its end.
  bool heldBack = false;
  // When the unit first said that it is busy; nothing: not since the request was submitted.
  [[nodiscard]] const std::optional<base::TimePoint>& busySince() const { return busySince_; }

  // The CDB, which is `cdb`; its first bytes.
  std::array<std::uint8_t, 16> bytes{};
  void setCdb(std::size_t size) { cdb = base::ByteView(bytes).first(size); }

 private:
  friend class LogicalUnit;
  void onDone() final;

  LogicalUnit* unit_ = nullptr;
  std::uint32_t attempts_ = 0;  // that were repeated at once
  std::optional<base::TimePoint> busySince_;
};

class LogicalUnit {
 public:
  static constexpr std::uint32_t kMaxAttempts = 32;

  LogicalUnit(Session& session, std::uint32_t lun);
  virtual ~LogicalUnit() = default;
  LogicalUnit(const LogicalUnit&) = delete;
  LogicalUnit& operator=(const LogicalUnit&) = delete;

  // False as Session::submit().
  [[nodiscard]] bool submit(ScsiRequest& request);
  // Requests that have not been sent, or are waiting to be sent again after a BUSY, end with Recalled.
  void recall();

  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] std::uint32_t number() const { return number_; }

 protected:
  // A UNIT ATTENTION came in place of what the request asks for; whoever wants to know derives. False: the request
  // ends with it, for whoever has to look first what is behind the LUN now.
  virtual bool onUnitAttention(const SenseView&, const ScsiRequest&) { return true; }
  // Nothing but what comes by submit() is to reach the unit now: the request is not sent again.
  [[nodiscard]] virtual bool holds(const ScsiRequest&) const { return false; }

 private:
  friend class ScsiRequest;
  enum class Verdict : std::uint8_t { End, Now, Soon };

  void ended(ScsiRequest& request);
  Verdict judge(ScsiRequest& request);
  Verdict judgeBusy(ScsiRequest& request);
  void sendAgain(ScsiRequest& request);
  static void holdBack(ScsiRequest& request);
  void resumeWaiting();

  Session& session_;
  std::uint32_t number_;
  iscsi::Lun lun_{};
  net::Timer pause_;
  std::vector<ScsiRequest*> waiting_;  // for the pause to end
};

// BUSY, TASK SET FULL, or becoming ready: the command was not executed, and may be later.
[[nodiscard]] bool isBusy(const iscsi::CommandResult& result);

// The command was carried out: GOOD, or RECOVERED ERROR, which tells how (SPC-4 4.5.7).
[[nodiscard]] bool carriedOut(const iscsi::CommandResult& result);

// What went wrong, for people: "CHECK CONDITION, ILLEGAL REQUEST 25/00 LOGICAL UNIT NOT SUPPORTED", "no answer in
// time".
std::string describe(const iscsi::CommandResult& result);

}  // namespace initiator
