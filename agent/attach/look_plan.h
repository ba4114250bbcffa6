// LookPlan: where and when a host logs in to one target to see its units, and when it looks at them again.
//
// Pure: what happened and the time go in, what to do and what to tell come out, and the owner takes both after each
// call. There is one session at a time, at the first portal that answers. With it the units are looked at, then again
// every kLook, or at once where the target says that something changed; where a look takes long, less often. A login
// that is refused is tried with the next proof, one that nobody answers at the next portal; a round over all of them is
// made without a pause, the next one after a pause that doubles up to kLongestPause. A look that cannot be completed
// ends the session and says nothing of the units. Where a login with the first proof is waited for and another one got
// in, the session makes room for a try of the first every kProveAgain.
//
//   Resting -> LoggingIn -> Looking <-> Ready -> Closing -> Resting
//
// One owner, no locks. Bounds: those of what the owner hands in.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/attach/unit_seen.h"
#include "shared/base/clock.h"

namespace attach {

// To be done. Each OpenSession has one onEnded(), before it perhaps an onOpened(); each LookAtUnits an answer, or the
// end of its session.
struct OpenSession {
  std::string portal;
  std::size_t proof = 0;  // which of them; of none the first
};
struct CloseSession {};
struct LookAtUnits {};
using LookOrder = std::variant<OpenSession, CloseSession, LookAtUnits>;

// To be told.
struct SessionOpened {};
struct LoginFailed {  // a login came to nothing
  bool refused = false;   // by the target
  bool last = false;      // all proofs and portals have been tried
  bool unproven = false;  // since the proof was none to it
  std::size_t proof = 0;  // which of them
  std::string why;
};
struct LookTrouble {  // no session, or no answer; once for the same words
  std::string why;
};
struct UnitsSeen {  // whenever they are other than before
  std::vector<UnitSeen> units;
};
using LookEvent = std::variant<SessionOpened, LoginFailed, LookTrouble, UnitsSeen>;

// How a session ended.
struct SessionOver {
  bool refused = false;      // the login
  bool unproven = false;     // as the two could not prove themselves to each other
  bool unreachable = false;  // no transport, or it was lost
  bool made = false;         // there was a session
  std::string why;           // names the portal
};

class LookPlan {
 public:
  static constexpr std::chrono::seconds kLook{2};
  static constexpr std::chrono::milliseconds kFirstPause{250};
  static constexpr std::chrono::seconds kLongestPause{10};
  static constexpr std::chrono::minutes kProveAgain{1};
  static constexpr int kPauseForLook = 10;  // times what the look took

  // In the order in which they are tried. None: it rests.
  void setPortals(std::vector<std::string> portals, base::TimePoint now);
  // There are other proofs than before, so many; they are tried at once, in their order. None: without proof.
  // `firstAwaited`: somebody waits for a login with the first.
  void setProofs(std::size_t count, bool firstAwaited, base::TimePoint now);
  void lookNow(base::TimePoint now);
  // For good: the session is closed, and no other is made.
  void leave();

  void onOpened(base::TimePoint now);
  void onEnded(SessionOver over, base::TimePoint now);
  void onUnits(std::vector<UnitSeen> units, base::TimePoint now);
  void onLookFailed(std::string why, base::TimePoint now);

  void onTimer(base::TimePoint now);
  [[nodiscard]] base::TimePoint nextDeadline() const { return until_; }
  [[nodiscard]] std::vector<LookOrder> takeOrders() { return std::exchange(orders_, {}); }
  [[nodiscard]] std::vector<LookEvent> takeEvents() { return std::exchange(events_, {}); }

  [[nodiscard]] bool looking() const { return state_ == State::Looking; }
  // There is a session that can be looked through.
  [[nodiscard]] bool open() const { return state_ == State::Looking || state_ == State::Ready; }
  // Of the last login, or of the next.
  [[nodiscard]] std::size_t proof() const { return proofs_ == 0 ? 0 : proof_ % proofs_; }
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] const std::vector<UnitSeen>& units() const { return told_; }

 private:
  enum class State : std::uint8_t { Resting, LoggingIn, Looking, Ready, Closing };

  [[nodiscard]] bool provesAgain(base::TimePoint now) const { return awaited_ && proof() != 0 && now >= proveAt_; }
  [[nodiscard]] bool session() const { return state_ != State::Resting; }
  void logIn();
  void leaveStrangePortal();
  void look(base::TimePoint now);
  void rest(base::TimePoint now);
  void close();
  void fail(std::string why);
  void trouble(std::string why);

  State state_ = State::Resting;
  std::vector<std::string> portals_;
  std::size_t next_ = 0;  // portal to try
  std::string portal_;    // of the session
  std::size_t proofs_ = 0;
  std::size_t proof_ = 0;  // in use
  bool awaited_ = false;   // a login with the first of them
  base::TimePoint proveAt_{};  // when it is tried again
  base::Duration pause_ = kFirstPause;
  base::TimePoint until_ = base::kNever;  // of a rest, or of what is known of the units
  base::TimePoint began_{};               // this look
  bool lookAgain_ = false;                // something changed while it was looking
  bool once_ = false;                     // units were told
  std::string why_;
  std::vector<UnitSeen> told_;
  std::vector<LookOrder> orders_;
  std::vector<LookEvent> events_;
};

}  // namespace attach
