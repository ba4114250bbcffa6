// LinkMachine: where a console stands with its server, and what is to be done next.
//
//   Connecting -> Snapshot -> Live <-> Stale        what is shown is what the server has, or may have gone on
//        ^            |         \       |
//        |            v          v      v
//        +-------- Offline <------------+           nothing is heard; tried again after 1, 2, 4 ... 30 s
//   Rejected                                        somebody has to do something: log in, look at a certificate
//
// Pure: events and the time come in, steps come out, which the driver (server_source.h) carries out in their order.
// What was shown stays shown; only Live is not old. One thread. Errors are values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/base/clock.h"

namespace console {

enum class LinkState : std::uint8_t { Connecting, Snapshot, Live, Stale, Offline, Rejected };

class LinkMachine {
 public:
  // A stream says something each 15 s at least (EventStreams::kSignOfLife of the server).
  static constexpr std::chrono::seconds kSilence{40};
  // An answer to a question takes this long at most; of a snapshot, between two pieces of it.
  static constexpr std::chrono::seconds kPatience{20};
  static constexpr std::chrono::seconds kLongestPause{30};
  // A stream that stands this long begins the pauses anew; a gap so soon after a snapshot is a loss.
  static constexpr std::chrono::seconds kSteady{10};

  enum class Step : std::uint8_t {
    Enter,   // ask who is logged in there
    Fetch,   // GET /snapshot
    Follow,  // GET /events since the state that was taken
    Drop,    // end whatever is under way
  };
  using Steps = std::vector<Step>;

  // `jitter`: 0 to 1000, of a random source, spreads the pauses of many consoles.
  using Jitter = std::uint32_t (*)();
  explicit LinkMachine(Jitter jitter = nullptr) : jitter_(jitter) {}

  Steps start(base::TimePoint now);
  Steps stop();
  // Somebody asks for another try.
  Steps retry(base::TimePoint now) { return start(now); }

  // `same`: it is who was entered as before, with the same scope. To another one a snapshot tells more or less: the one
  // at hand is none of his.
  Steps onEntered(base::TimePoint now, bool same = true);
  Steps onFetched(base::TimePoint now);   // the snapshot was read
  Steps onFollowing(base::TimePoint now);  // the stream stands, and what was missing has been read
  void onHeard(base::TimePoint now);      // any byte
  Steps onGap(base::TimePoint now);       // the server's history does not go back that far, or a change does not fit
  Steps onLost(std::string why, base::TimePoint now);      // cannot be reached, or broke off
  Steps onRefused(std::string why, base::TimePoint now);   // who asks, or this program, is not taken
  Steps onTimer(base::TimePoint now);

  [[nodiscard]] LinkState state() const { return state_; }
  // A sentence: why Offline or Rejected. Empty otherwise.
  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] std::optional<base::TimePoint> nextDeadline() const { return deadline_; }
  // Since when nothing tells that what is shown holds: nothing while it is Live.
  [[nodiscard]] std::optional<base::TimePoint> oldSince() const { return oldSince_; }
  // Since when nothing is heard of what is Live and should have been heard of by now, whether onTimer() was called or
  // not. Nothing: it is not so.
  [[nodiscard]] std::optional<base::TimePoint> silentSince(base::TimePoint now) const;

 private:
  Steps await(LinkState state, Step step, base::TimePoint now);
  void markOld(base::TimePoint since);

  Jitter jitter_;
  LinkState state_ = LinkState::Offline;
  std::string why_;
  std::optional<base::TimePoint> deadline_, oldSince_, fetchedAt_;
  base::TimePoint heardAt_{}, liveAt_{};
  bool hasSnapshot_ = false;
  std::chrono::seconds pause_{1};
};

}  // namespace console
