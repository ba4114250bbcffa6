// RemoteLunLink: the way to one logical unit of another target: a session, made again whenever it was lost, and never
// used before the unit behind it has proven to be the one that it was.
//
// Nothing else may be repeated by the session itself: its own recovery is switched off (replacement 0), because it
// sends commands again as soon as it is logged in, to whatever is behind the LUN by then. A UNIT ATTENTION of any kind
// holds the commands too until the unit was asked anew; what has not been sent by then is taken back. A unit with
// another designator (or serial number, where it has none) or with other blocks ends the link for good: it is never
// silently another disk.
//
// One thread, the loop's. The owner is borrowed; the link is not destroyed inside of its calls. Commands that are out
// when it is destroyed end before, by onEnd(). Bounds: one session; pauses grow from times.firstPause to
// times.longestPause. A host's name is looked up and secrets are read from their files at every attempt.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/block/remote_lun_isid.h"
#include "agent/block/remote_lun_probe.h"
#include "agent/initiator/session.h"
#include "shared/net/timer.h"

namespace block {

class RemoteLunLinkOwner {
 public:
  // The unit is there, or there again: facts() are new, and commands may be submitted.
  virtual void onLinkUp() = 0;
  // Nothing may be submitted until onLinkUp(). Those that are out end by themselves; with Recalled what was not sent.
  virtual void onLinkHeld() = 0;
  // The session is over, or there was none. What has not ended will not, but for submitting it again after onLinkUp().
  virtual void onLinkDown() = 0;
  // What was found is what this link may reach; an Error says why not. Of others than the first unit of the link itself
  // it cannot know.
  virtual base::Status admit(const RemoteLunFacts&) { return {}; }

 protected:
  ~RemoteLunLinkOwner() = default;
};

enum class LinkState : std::uint8_t {
  Connecting,  // it was not up yet
  Up,
  Held,     // the session is there, and the unit is asked what it is
  Refused,  // the target does not let this host in (by authorization), or shows it no unit there
  Lost,
  AnotherUnit,  // not the one that is wanted, or not proven to be
};

class RemoteLunLink final : private initiator::SessionOwner {
 public:
  RemoteLunLink(net::Loop& loop, RemoteLunParameters parameters, RemoteLunLinkOwner& owner);
  ~RemoteLunLink();
  RemoteLunLink(const RemoteLunLink&) = delete;
  RemoteLunLink& operator=(const RemoteLunLink&) = delete;

  void setOwner(RemoteLunLinkOwner& owner) { owner_ = &owner; }

  // False: not now; onEnd() does not come.
  [[nodiscard]] bool submit(initiator::ScsiRequest& request);
  // Asks the unit anew what it is.
  void doubt();

  // No attempts after this; what is under way ends, then the session. onLinkDown() comes in any case, later.
  void retire();
  // For the next login, which comes at once where one is waited for.
  void setCredentials(const RemoteLunParameters& with);

  [[nodiscard]] bool up() const {
    return state_ == State::Up && session_->core().state() == iscsi::InitiatorSession::State::Ready;
  }
  // It is another unit now: it does not come back.
  [[nodiscard]] bool dead() const { return dead_; }
  // What is waited for, or why the last attempt failed; where it is up, nothing.
  [[nodiscard]] std::string state() const;
  [[nodiscard]] const std::string& why() const { return why_; }  // of the last failure; where it is up, nothing
  [[nodiscard]] LinkState where() const;
  // Retired, and down for good.
  [[nodiscard]] bool ended() const { return retired_ && session_ == nullptr; }
  // The target side of what is or was its session: with the same ISID and another portal of this group a new session
  // takes its place.
  [[nodiscard]] const iscsi::Isid& isid() const { return isid_.isid(); }
  [[nodiscard]] std::uint16_t portalGroup() const { return portalGroup_; }
  // How it logs in.
  [[nodiscard]] base::Result<initiator::SessionOptions> options() const;
  [[nodiscard]] const RemoteLunFacts& facts() const { return *facts_; }  // once it was up
  [[nodiscard]] const RemoteLunParameters& parameters() const { return parameters_; }
  [[nodiscard]] net::Loop& loop() { return loop_; }

 private:
  enum class State : std::uint8_t { Pausing, LoggingIn, Probing, Up, Closing };
  class Unit;

  void onReady() override;
  void onEnded(const iscsi::InitiatorEnd& end) override;

  void attempt();
  void pause(base::Duration atLeast);
  void probe();
  void probed(base::Result<std::optional<RemoteLunFacts>> found);
  [[nodiscard]] base::Status accept(RemoteLunFacts& found) const;
  void leave(std::string why);
  bool onAttention(const initiator::ScsiRequest& request);

  net::Loop& loop_;
  RemoteLunParameters parameters_;
  RemoteLunLinkOwner* owner_;
  RemoteLunIsid isid_;  // one for all sessions: a new one takes the place of the old one at the target
  State state_ = State::Pausing;
  bool dead_ = false;
  bool retired_ = false;
  bool refused_ = false;   // by the last attempt that ended; until it is up again
  bool unmapped_ = false;  // this session shows no unit under the LUN
  bool another_ = false;  // the last one found another unit
  bool was_ = false;      // up in this session
  std::uint16_t portalGroup_ = 0;
  bool destroyed_ = false;
  std::string why_;  // of the last failure
  base::Duration nextPause_;
  std::uint32_t attentions_ = 0;  // since the probe began
  std::uint32_t probes_ = 0;      // in a row
  std::optional<RemoteLunFacts> facts_;
  RemoteLunProbe probe_;
  std::unique_ptr<Unit> unit_;
  std::unique_ptr<initiator::Session> session_;
  net::Timer timer_;
};

}  // namespace block
