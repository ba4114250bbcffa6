// RemoteLunFence: ends what a lost session may still do at its target, before writes that it may hold are sent over
// another path.
//
// A write without an answer may stand at the target, which may still execute it: after its repetition on another path
// and after newer writes of the same blocks, so that old data comes back. Logging in again with the same ISID to the
// same target portal group ends the old session and its tasks before the login is answered (session reinstatement,
// RFC 7143 6.3.5), and any portal of the group can do it. So a fence logs in over one that is up with the ISID of the
// lost session, and out again. Where no other portal of that group is up, other groups cannot end it: LOGICAL UNIT
// RESET would hit the commands of all hosts and paths, ABORT TASK SET only those of its own session. There the writes
// wait for kHold and are then repeated, as dm-multipath does without waiting. By then the target has had its ping time
// and this one to execute or lose what it had got; the socket's unsent bytes went with it (PortalSocket::close()). What
// is left is a target that stands still for longer and then goes on; portals in one group have no such gap.
//
// A target that answers SERVICE UNAVAILABLE begins no session. One of ours says so where it has none with that ISID
// any more, whose place the login would take (management.refuse_after), or while it ends them all. So of others too it
// is taken as if they could not be asked: kHold. Any other refusal, as of a password that was changed, and silence
// prove nothing of the old session. They are tried again, and after the patience the writes are given up.
//
// One thread, the loop's. `way` is asked at each attempt; `done` is called once, never inside a call of the fence,
// which may be destroyed from there. Bounds: one session; kPause between attempts, none after the patience.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "agent/initiator/session.h"
#include "shared/net/timer.h"

namespace block {

class RemoteLunFence final : private initiator::SessionOwner {
 public:
  static constexpr std::chrono::milliseconds kPause{200};
  static constexpr std::chrono::milliseconds kHold{1000};
  static constexpr std::chrono::seconds kLogin{3};  // of an attempt: the way may fall silent too

  struct Way {
    std::optional<initiator::SessionOptions> login;  // in the group of the lost session, with its ISID
    std::uint16_t group = 0;                         // that group's tag
    bool elsewhere = false;                          // no such one, but the unit is reached over another group
  };
  enum class Outcome : std::uint8_t {
    Over,    // what was in doubt may be sent anew
    Unknown  // the patience is over
  };
  RemoteLunFence(net::Loop& loop, base::Duration patience, std::function<Way()> way, std::function<void(Outcome)> done);
  ~RemoteLunFence();
  RemoteLunFence(const RemoteLunFence&) = delete;
  RemoteLunFence& operator=(const RemoteLunFence&) = delete;

 private:
  void onReady() override;
  void onEnded(const iscsi::InitiatorEnd& end) override;
  void attempt();
  void end(Outcome outcome);

  net::Loop& loop_;
  std::function<Way()> way_;
  std::function<void(Outcome)> done_;
  const base::TimePoint began_;
  const base::TimePoint giveUp_;
  bool reinstated_ = false;
  bool redirected_ = false;  // a login came to another group
  bool unavailable_ = false;  // so the last one was answered
  std::uint16_t group_ = 0;  // that of the login under way is to be this
  std::unique_ptr<initiator::Session> session_;
  net::Timer timer_;
};

}  // namespace block
